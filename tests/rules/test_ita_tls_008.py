"""ITA-TLS-008: The master's certificate carries the name that is wanted."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-008"].status


def test_common_name_fails(healthy: House) -> None:
    """Not the common name that ita.ini wants."""
    judged = judge(healthy.setting("verify_cn_string", "other").live())

    assert {"ITA-TLS-008"} == judged.failed
    assert "common-name" == judged["ITA-TLS-008"].variant
    assert "error" == judged["ITA-TLS-008"].severity.value


def test_host_fails(healthy: House) -> None:
    """The host name is in none of its names: a note."""
    judged = judge(healthy.live(host="192.0.2.1"))

    assert {"ITA-TLS-008"} == judged.failed
    assert "host" == judged["ITA-TLS-008"].variant
    assert "note" == judged["ITA-TLS-008"].severity.value

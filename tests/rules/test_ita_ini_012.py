"""ITA-INI-012: cert_label names the key."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-012"].status


def test_absent_fails(healthy: House) -> None:
    """No label is a note."""
    judged = judge(healthy.setting("cert_label", None))

    assert {"ITA-INI-012"} == judged.failed
    assert "absent" == judged["ITA-INI-012"].variant
    assert "note" == judged["ITA-INI-012"].severity.value


def test_unlike_fails(healthy: House) -> None:
    """A label unlike the suffix is a note."""
    judged = judge(healthy.setting("cert_label", "client"))

    assert {"ITA-INI-012"} == judged.failed
    assert "unlike" == judged["ITA-INI-012"].variant
    assert "note" == judged["ITA-INI-012"].severity.value

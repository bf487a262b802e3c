"""ITA-TLS-007: The master's certificate lasts."""

from __future__ import annotations

from builders import MASTER, House, certificate, der, healthy_bytes, judge, key
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-007"].status


def test_warning_fails(healthy: House) -> None:
    """Fewer than 30 days."""
    judged = judge(
        healthy.write("bundle", healthy_bytes().own + healthy_bytes().ca).live(chain=(der(certificate(MASTER[0], key("new"), start=-345)),))
    )

    assert {"ITA-TLS-007"} == judged.failed
    assert "warning" == judged["ITA-TLS-007"].variant
    assert "warning" == judged["ITA-TLS-007"].severity.value


def test_error_fails(healthy: House) -> None:
    """Fewer than 7 days is an error."""
    judged = judge(
        healthy.write("bundle", healthy_bytes().own + healthy_bytes().ca).live(chain=(der(certificate(MASTER[0], key("new"), start=-360)),))
    )

    assert {"ITA-TLS-007"} == judged.failed
    assert "error" == judged["ITA-TLS-007"].variant
    assert "error" == judged["ITA-TLS-007"].severity.value

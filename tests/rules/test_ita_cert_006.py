"""ITA-CERT-006: The certificate lasts."""

from __future__ import annotations

from builders import House, certificate, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-006"].status


def test_short_lived_passes(healthy: House) -> None:
    """A certificate of 30 days with 15 left is healthy: a third of its life counts."""
    judged = judge(healthy.with_certificate(certificate(start=-15, days=30)))

    assert Status.PASS == judged["ITA-CERT-006"].status
    assert frozenset() == judged.failed


def test_warning_fails(healthy: House) -> None:
    """Fewer than 30 days."""
    judged = judge(healthy.with_certificate(certificate(start=-345)))

    assert {"ITA-CERT-006"} == judged.failed
    assert "warning" == judged["ITA-CERT-006"].variant
    assert "warning" == judged["ITA-CERT-006"].severity.value


def test_error_fails(healthy: House) -> None:
    """Fewer than 7 days is an error."""
    judged = judge(healthy.with_certificate(certificate(start=-360)))

    assert {"ITA-CERT-006"} == judged.failed
    assert "error" == judged["ITA-CERT-006"].variant
    assert "error" == judged["ITA-CERT-006"].severity.value

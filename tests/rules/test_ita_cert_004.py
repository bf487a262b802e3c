"""ITA-CERT-004: The certificate has not expired."""

from __future__ import annotations

from builders import House, certificate, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-004"].status


def test_expired_fails(healthy: House) -> None:
    """Expired."""
    judged = judge(healthy.with_certificate(certificate(start=-400)))

    assert {"ITA-CERT-004"} == judged.failed
    assert "expired" == judged["ITA-CERT-004"].variant

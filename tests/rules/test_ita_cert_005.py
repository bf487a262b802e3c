"""ITA-CERT-005: The certificate is already valid."""

from __future__ import annotations

from builders import House, certificate, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-005"].status


def test_early_fails(healthy: House) -> None:
    """Not yet valid: clock or certificate."""
    judged = judge(healthy.with_certificate(certificate(start=2)))

    assert {"ITA-CERT-005"} == judged.failed
    assert "early" == judged["ITA-CERT-005"].variant

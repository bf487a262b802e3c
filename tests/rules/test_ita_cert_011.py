"""ITA-CERT-011: The certificate is not a CA's."""

from __future__ import annotations

from cryptography import x509

from builders import House, certificate, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-011"].status


def test_ca_fails(healthy: House) -> None:
    """A CA's certificate."""
    judged = judge(healthy.with_certificate(certificate(extensions=[(x509.BasicConstraints(ca=True, path_length=None), True)])))

    assert {"ITA-CERT-011"} == judged.failed
    assert "ca" == judged["ITA-CERT-011"].variant

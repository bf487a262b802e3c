"""ITA-CERT-010: The certificate may be used for TLS on both sides."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from builders import House, certificate, judge, usage
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-010"].status


def test_both_passes(healthy: House) -> None:
    """For both."""
    judged = judge(
        healthy.with_certificate(
            certificate(
                extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False), (usage(), True)]
            )
        )
    )

    assert Status.PASS == judged["ITA-CERT-010"].status
    assert frozenset() == judged.failed


def test_key_usage_fails(healthy: House) -> None:
    """A key usage without digital signature."""
    judged = judge(healthy.with_certificate(certificate(extensions=[(usage(digital_signature=False, key_cert_sign=True), True)])))

    assert {"ITA-CERT-010"} == judged.failed
    assert "key-usage" == judged["ITA-CERT-010"].variant


def test_server_fails(healthy: House) -> None:
    """For clients only."""
    judged = judge(healthy.with_certificate(certificate(extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)])))

    assert {"ITA-CERT-010"} == judged.failed
    assert "server" == judged["ITA-CERT-010"].variant


def test_client_fails(healthy: House) -> None:
    """For servers only."""
    judged = judge(healthy.with_certificate(certificate(extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)])))

    assert {"ITA-CERT-010"} == judged.failed
    assert "client" == judged["ITA-CERT-010"].variant

"""ITA-CERT-003: The certificate belongs to the private key."""

from __future__ import annotations

from builders import CERTS, House, certificate, healthy_bytes, judge, key, locked
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-003"].status


def test_alone_fails(healthy: House) -> None:
    """The key of another."""
    judged = judge(healthy.write("prv", locked(key("other"))))

    assert {"ITA-CERT-003"} == judged.failed
    assert "alone" == judged["ITA-CERT-003"].variant


def test_everywhere_fails(healthy: House) -> None:
    """pub, cert and bundle all hold a certificate of another key: still one cause."""
    judged = judge(healthy.with_certificate(certificate(private=key("other"))))

    assert {"ITA-CERT-003"} == judged.failed
    assert "alone" == judged["ITA-CERT-003"].variant


def test_other_fits_fails(healthy: House) -> None:
    """A file beside them that does fit is named."""
    judged = judge(healthy.with_certificate(certificate(private=key("other"))).write(f"{CERTS}/kept.pem", healthy_bytes().own))

    assert {"ITA-CERT-003"} == judged.failed
    assert "other-fits" == judged["ITA-CERT-003"].variant

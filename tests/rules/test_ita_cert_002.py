"""ITA-CERT-002: ita_cert is the same certificate as ita_pub."""

from __future__ import annotations

import base64

from builders import House, certificate, judge, key
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-002"].status


def test_both_fit_fails(healthy: House) -> None:
    """cert is an older certificate of the same key."""
    judged = judge(healthy.write("cert", certificate(start=-200)))

    assert {"ITA-CERT-002"} == judged.failed
    assert "both-fit" == judged["ITA-CERT-002"].variant


def test_pub_fits_fails(healthy: House) -> None:
    """cert is a certificate of another key."""
    judged = judge(healthy.write("cert", certificate(private=key("other"))))

    assert {"ITA-CERT-002"} == judged.failed
    assert "pub-fits" == judged["ITA-CERT-002"].variant


def test_cert_fits_fails(healthy: House) -> None:
    """pub is of another key: cert, which fits, is judged on, and ITA-CERT-003 passes."""
    judged = judge(healthy.write("pub", certificate(private=key("other"))))

    assert {"ITA-CERT-002"} == judged.failed
    assert "cert-fits" == judged["ITA-CERT-002"].variant


def test_key_unknown_fails(healthy: House) -> None:
    """Without the key it cannot be said which one fits."""
    judged = judge(healthy.write("cert", certificate(start=-200)).write("stash", base64.encodebytes(b"another-Pass-1")))

    assert {"ITA-CERT-002", "ITA-KEY-002"} == judged.failed
    assert "key-unknown" == judged["ITA-CERT-002"].variant

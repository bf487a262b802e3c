"""ITA-CERT-001: ita_pub and ita_cert each hold a certificate."""

from __future__ import annotations

from builders import House, healthy_bytes, judge, pem, public_key, request
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-001"].status


def test_none_fails(healthy: House) -> None:
    """No certificate."""
    judged = judge(healthy.write("pub", b"nothing\n"))

    assert {"ITA-CERT-001"} == judged.failed
    assert "none" == judged["ITA-CERT-001"].variant


def test_request_fails(healthy: House) -> None:
    """A request instead."""
    judged = judge(healthy.write("cert", request()))

    assert {"ITA-CERT-001"} == judged.failed
    assert "request" == judged["ITA-CERT-001"].variant


def test_broken_fails(healthy: House) -> None:
    """A broken PEM, with its line."""
    judged = judge(healthy.write("pub", healthy_bytes().own[:700]))

    assert {"ITA-CERT-001"} == judged.failed
    assert "broken" == judged["ITA-CERT-001"].variant


def test_bad_der_fails(healthy: House) -> None:
    """Bytes that are no certificate."""
    judged = judge(healthy.write("pub", pem(b"\x30\x03\x02\x01\x05")))

    assert {"ITA-CERT-001"} == judged.failed
    assert "bad-der" == judged["ITA-CERT-001"].variant


def test_public_key_fails(healthy: House) -> None:
    """A public key instead."""
    judged = judge(healthy.write("pub", public_key()))

    assert {"ITA-CERT-001"} == judged.failed
    assert "public-key" == judged["ITA-CERT-001"].variant

"""ITA-TLS-005: The connection is up to date."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-005"].status


def test_protocol_fails(healthy: House) -> None:
    """TLS 1.1."""
    judged = judge(healthy.live(protocol="TLSv1.1"))

    assert {"ITA-TLS-005"} == judged.failed
    assert "protocol" == judged["ITA-TLS-005"].variant


def test_cipher_fails(healthy: House) -> None:
    """No forward secrecy."""
    judged = judge(healthy.live(protocol="TLSv1.2", cipher="AES128-SHA", has_forward_secrecy=False))

    assert {"ITA-TLS-005"} == judged.failed
    assert "cipher" == judged["ITA-TLS-005"].variant

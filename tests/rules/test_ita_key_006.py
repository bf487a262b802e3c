"""ITA-KEY-006: The agent's OpenSSL can read the key's encryption."""

from __future__ import annotations

from builders import House, fixture, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-006"].status


def test_scrypt_fails(healthy: House) -> None:
    """scrypt is unknown to OpenSSL 1.0."""
    judged = judge(healthy.write("prv", fixture("scrypt.pem")))

    assert {"ITA-CERT-003", "ITA-KEY-006"} == judged.failed
    assert "unreadable" == judged["ITA-KEY-006"].variant

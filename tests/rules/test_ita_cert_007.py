"""ITA-CERT-007: The signature is strong."""

from __future__ import annotations

from builders import House, fixture, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-007"].status


def test_weak_fails(healthy: House) -> None:
    """SHA-1."""
    judged = judge(healthy.write("prv", fixture("sha1_key.pem")).with_certificate(fixture("sha1.pem")))

    assert {"ITA-CERT-007"} == judged.failed
    assert "weak" == judged["ITA-CERT-007"].variant

"""ITA-CERT-008: No private key stands in a public file."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-008"].status


def test_bundle_fails(healthy: House) -> None:
    """A private key in the bundle."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().master + healthy_bytes().prv))

    assert {"ITA-CERT-008"} == judged.failed
    assert "exposed" == judged["ITA-CERT-008"].variant


def test_pub_fails(healthy: House) -> None:
    """The key file in the place of pub: what is exposed is said, not that no certificate is there."""
    judged = judge(healthy.write("pub", healthy_bytes().prv))

    assert {"ITA-CERT-008"} == judged.failed
    assert "exposed" == judged["ITA-CERT-008"].variant


def test_the_key_in_the_place_of_pub_is_one_cause(healthy: House) -> None:
    """That no certificate is there waits for the exposed key."""
    assert "ITA-CERT-008" == judge(healthy.write("pub", healthy_bytes().prv))["ITA-CERT-001"].blocked_by

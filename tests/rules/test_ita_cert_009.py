"""ITA-CERT-009: Each certificate file holds one certificate."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-009"].status


def test_several_fails(healthy: House) -> None:
    """Two certificates in cert."""
    judged = judge(healthy.write("cert", healthy_bytes().own + healthy_bytes().ca))

    assert {"ITA-CERT-009"} == judged.failed
    assert "several" == judged["ITA-CERT-009"].variant

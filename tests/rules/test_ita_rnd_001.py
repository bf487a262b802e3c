"""ITA-RND-001: The random file is long enough."""

from __future__ import annotations

from builders import House, judge, seed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-RND-001"].status


def test_short_fails(healthy: House) -> None:
    """512 bytes."""
    judged = judge(healthy.write("seed", seed(512)))

    assert {"ITA-RND-001"} == judged.failed
    assert "short" == judged["ITA-RND-001"].variant

"""ITA-NET-003: The clocks agree."""

from __future__ import annotations

from builders import NOW, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-NET-003"].status


def test_off_fails(healthy: House) -> None:
    """Ten minutes off."""
    judged = judge(healthy.live(date=NOW + 600))

    assert {"ITA-NET-003"} == judged.failed
    assert "off" == judged["ITA-NET-003"].variant

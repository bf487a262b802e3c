"""ITA-NET-001: The master's name resolves."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-NET-001"].status


def test_unknown_fails(healthy: House) -> None:
    """The name is unknown."""
    judged = judge(healthy.dead("unresolved", address="", detail="Name or service not known"))

    assert {"ITA-NET-001"} == judged.failed
    assert "unknown" == judged["ITA-NET-001"].variant


def test_late_fails(healthy: House) -> None:
    """The resolver does not answer."""
    judged = judge(healthy.dead("unresolved", address=""))

    assert {"ITA-NET-001"} == judged.failed
    assert "late" == judged["ITA-NET-001"].variant

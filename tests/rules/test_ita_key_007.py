"""ITA-KEY-007: This machine's libraries can read the key's encryption."""

from __future__ import annotations

from builders import House, fixture, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-007"].status


def test_unknown_fails(healthy: House) -> None:
    """A cipher that this machine's library does not know: what needs the key waits, nothing else fails."""
    judged = judge(healthy.write("prv", fixture("idea.pem")))

    assert {"ITA-KEY-007"} == judged.failed
    assert "unknown" == judged["ITA-KEY-007"].variant

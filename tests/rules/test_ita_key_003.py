"""ITA-KEY-003: The private key is encrypted."""

from __future__ import annotations

from builders import House, judge, key, locked
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-003"].status


def test_clear_fails(healthy: House) -> None:
    """A key in clear; nothing else fails."""
    judged = judge(healthy.write("prv", locked(key("agent"), None)))

    assert {"ITA-KEY-003"} == judged.failed
    assert "clear" == judged["ITA-KEY-003"].variant

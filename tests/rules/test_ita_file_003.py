"""ITA-FILE-003: Every artifact can be read."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-003"].status


def test_denied_fails(healthy: House) -> None:
    """Not readable by us: who could is said."""
    judged = judge(healthy.change("prv", readable=False))

    assert {"ITA-FILE-003"} == judged.failed
    assert "denied" == judged["ITA-FILE-003"].variant


def test_hidden_fails(healthy: House) -> None:
    """A folder above may not be entered."""
    judged = judge(healthy.change("pub", kind=Kind.HIDDEN))

    assert {"ITA-FILE-003"} == judged.failed
    assert "hidden" == judged["ITA-FILE-003"].variant


def test_own_fails(healthy: House) -> None:
    """In a copy, where ITA-FILE-012 is not asked, a missing read bit of its owner is said here."""
    judged = judge(healthy.change("prv", owner="root", mode=0o200, readable=False).ask(root="/opt"))

    assert {"ITA-FILE-003"} == judged.failed
    assert "own" == judged["ITA-FILE-003"].variant
    assert Status.SKIPPED == judged["ITA-FILE-012"].status

"""ITA-FILE-008: Nobody else can replace an artifact."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-008"].status


def test_sticky_passes(healthy: House) -> None:
    """A sticky folder is healthy."""
    judged = judge(healthy.change("dir", mode=0o1777))

    assert Status.PASS == judged["ITA-FILE-008"].status
    assert frozenset() == judged.failed


def test_writable_fails(healthy: House) -> None:
    """The group may write the folder."""
    judged = judge(healthy.change("dir", mode=0o775))

    assert {"ITA-FILE-008"} == judged.failed
    assert "writable" == judged["ITA-FILE-008"].variant


def test_owner_fails(healthy: House) -> None:
    """A third user owns the folder."""
    judged = judge(healthy.change("dir", owner="other"))

    assert {"ITA-FILE-008"} == judged.failed
    assert "owner" == judged["ITA-FILE-008"].variant

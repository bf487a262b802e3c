"""ITA-FILE-012: The owner can read every artifact."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-012"].status


def test_unreadable_fails(healthy: House) -> None:
    """The owner lacks the read bit."""
    judged = judge(healthy.change("pub", mode=0o200))

    assert {"ITA-FILE-012"} == judged.failed
    assert "unreadable" == judged["ITA-FILE-012"].variant


def test_a_copy_is_not_asked(healthy: House) -> None:
    """Owners and modes of a copy are nobody's fault."""
    judged = judge(healthy.change("prv", owner="other", mode=0o266).change("dir", mode=0o777).ask(root="/opt"))

    assert frozenset() == judged.failed
    assert Status.SKIPPED == judged["ITA-FILE-012"].status

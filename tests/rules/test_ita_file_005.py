"""ITA-FILE-005: The agent's user owns every artifact."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-005"].status


def test_user_passes(healthy: House) -> None:
    """The user is whom --user names."""
    judged = judge(healthy.ask(user="twsuser"))

    assert Status.PASS == judged["ITA-FILE-005"].status
    assert frozenset() == judged.failed


def test_other_fails(healthy: House) -> None:
    """Another owner."""
    judged = judge(healthy.change("prv", owner="other"))

    assert {"ITA-FILE-005"} == judged.failed
    assert "other" == judged["ITA-FILE-005"].variant


def test_unknown_fails(healthy: House) -> None:
    """An owner whom the system does not know."""
    judged = judge(healthy.change("seed", owner="4711"))

    assert {"ITA-FILE-005"} == judged.failed
    assert "unknown" == judged["ITA-FILE-005"].variant


def test_a_copy_is_not_asked(healthy: House) -> None:
    """Owners and modes of a copy are nobody's fault."""
    judged = judge(healthy.change("prv", owner="other", mode=0o266).change("dir", mode=0o777).ask(root="/opt"))

    assert frozenset() == judged.failed
    assert Status.SKIPPED == judged["ITA-FILE-005"].status

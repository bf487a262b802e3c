"""ITA-FILE-007: Nobody else can write an artifact."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-007"].status


def test_wider_fails(healthy: House) -> None:
    """Everybody may write the bundle."""
    judged = judge(healthy.change("bundle", mode=0o646))

    assert {"ITA-FILE-007"} == judged.failed
    assert "wider" == judged["ITA-FILE-007"].variant


def test_acl_fails(healthy: House) -> None:
    """An access list lets somebody write."""
    judged = judge(healthy.change("ini", acl_writers=("user other",)))

    assert {"ITA-FILE-007"} == judged.failed
    assert "acl" == judged["ITA-FILE-007"].variant


def test_a_copy_is_not_asked(healthy: House) -> None:
    """Owners and modes of a copy are nobody's fault."""
    judged = judge(healthy.change("prv", owner="other", mode=0o266).change("dir", mode=0o777).ask(root="/opt"))

    assert frozenset() == judged.failed
    assert Status.SKIPPED == judged["ITA-FILE-007"].status

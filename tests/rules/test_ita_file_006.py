"""ITA-FILE-006: Secrets are for their owner alone."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-006"].status


def test_stricter_passes(healthy: House) -> None:
    """0400 is healthy."""
    judged = judge(healthy.change("prv", mode=0o400))

    assert Status.PASS == judged["ITA-FILE-006"].status
    assert frozenset() == judged.failed


def test_wider_fails(healthy: House) -> None:
    """The key may be read by all."""
    judged = judge(healthy.write("prv", healthy_bytes().prv).change("prv", mode=0o644))

    assert {"ITA-FILE-006"} == judged.failed
    assert "wider" == judged["ITA-FILE-006"].variant


def test_acl_fails(healthy: House) -> None:
    """An access list lets somebody write."""
    judged = judge(healthy.change("stash", acl_writers=("user other",)))

    assert {"ITA-FILE-006"} == judged.failed
    assert "acl" == judged["ITA-FILE-006"].variant


def test_a_copy_is_not_asked(healthy: House) -> None:
    """Owners and modes of a copy are nobody's fault."""
    judged = judge(healthy.change("prv", owner="other", mode=0o266).change("dir", mode=0o777).ask(root="/opt"))

    assert frozenset() == judged.failed
    assert Status.SKIPPED == judged["ITA-FILE-006"].status

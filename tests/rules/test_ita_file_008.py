"""ITA-FILE-008: Nobody else can replace an artifact."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.artifact import Kind
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


def test_writable_above_fails(healthy: House) -> None:
    """A folder above the installation."""
    judged = judge(healthy.write("/opt/hcl", b"").change("/opt/hcl", kind=Kind.FOLDER, mode=0o777, owner="root"))

    assert {"ITA-FILE-008"} == judged.failed
    assert "writable-above" == judged["ITA-FILE-008"].variant


def test_owner_fails(healthy: House) -> None:
    """A third user owns the folder."""
    judged = judge(healthy.change("dir", owner="other"))

    assert {"ITA-FILE-008"} == judged.failed
    assert "owner" == judged["ITA-FILE-008"].variant


def test_a_copy_is_not_asked(healthy: House) -> None:
    """Owners and modes of a copy are nobody's fault."""
    judged = judge(healthy.change("prv", owner="other", mode=0o266).change("dir", mode=0o777).ask(root="/opt"))

    assert frozenset() == judged.failed
    assert Status.SKIPPED == judged["ITA-FILE-008"].status

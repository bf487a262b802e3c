"""ITA-FILE-002: Every artifact is a regular file."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-002"].status


def test_special_fails(healthy: House) -> None:
    """A FIFO is never opened."""
    judged = judge(healthy.change("pub", kind=Kind.FIFO))

    assert {"ITA-FILE-002"} == judged.failed
    assert "special" == judged["ITA-FILE-002"].variant


def test_folder_fails(healthy: House) -> None:
    """A folder in the place of a file."""
    judged = judge(healthy.change("stash", kind=Kind.FOLDER))

    assert {"ITA-FILE-002"} == judged.failed
    assert "folder" == judged["ITA-FILE-002"].variant


def test_link_fails(healthy: House) -> None:
    """A symlink that leads nowhere."""
    judged = judge(healthy.change("prv", link="/nowhere"))

    assert {"ITA-FILE-002"} == judged.failed
    assert "link" == judged["ITA-FILE-002"].variant


def test_no_folder_fails(healthy: House) -> None:
    """A file in the place of the folder."""
    judged = judge(healthy.change("dir", kind=Kind.FILE))

    assert {"ITA-FILE-002"} == judged.failed
    assert "no-folder" == judged["ITA-FILE-002"].variant

"""ITA-FILE-001: Every file that ita.ini names is there."""

from __future__ import annotations

from builders import CERTS, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-001"].status


def test_absent_fails(healthy: House) -> None:
    """A file is gone."""
    judged = judge(healthy.remove("seed"))

    assert {"ITA-FILE-001"} == judged.failed
    assert "absent" == judged["ITA-FILE-001"].variant


def test_near_fails(healthy: House) -> None:
    """A near miss in the folder is named."""
    judged = judge(healthy.remove("stash").write(f"{CERTS}/NC117031.STH", b"x"))

    assert {"ITA-FILE-001"} == judged.failed
    assert "near" == judged["ITA-FILE-001"].variant


def test_no_folder_fails(healthy: House) -> None:
    """The folder of the certificates is gone: one finding, the files in it wait."""
    judged = judge(healthy.remove("dir"))

    assert {"ITA-FILE-001"} == judged.failed
    assert "no-folder" == judged["ITA-FILE-001"].variant


def test_not_copied_fails(healthy: House) -> None:
    """In a copy: where the missing folder lay on its own machine is said."""
    judged = judge(healthy.remove("dir").ask(root="/opt"))

    assert {"ITA-FILE-001"} == judged.failed
    assert "not-copied" == judged["ITA-FILE-001"].variant
    assert {"named": CERTS[len("/opt") :], "root": "/opt"} == judged["ITA-FILE-001"].facts

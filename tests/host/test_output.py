"""`--output`: whole or not at all; what is open already is written into."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ita_doctor.host.output import write_output

PROGRAM = "from ita_doctor.host.output import write_output; write_output('/dev/stdout', ['new', '\\n'])"


def test_what_a_shell_has_opened_is_written_into(tmp_path: Path) -> None:
    """A pipe, and a file behind what stands in it: nothing is put in its place."""
    path = tmp_path / "all.txt"
    path.write_text("old\n")
    with path.open("a") as file:
        subprocess.run([sys.executable, "-c", PROGRAM], stdout=file, check=True)
    piped = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)

    assert "old\nnew\n" == path.read_text()
    assert b"new\n" == piped.stdout


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """With the mode that it had; a link stays, and leads to the new content."""
    path, link = tmp_path / "a", tmp_path / "b"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_output(str(link), ["new"])

    assert ("new", 0o640, True) == (path.read_text(), path.stat().st_mode & 0o777, link.is_symlink())
    assert ["a", "b"] == sorted(os.listdir(tmp_path))


@pytest.mark.parametrize("name", ["none/x", "file/x", "folder"])
def test_what_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    """By the name that was given, not by one of ours."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()

    with pytest.raises(OSError, match="directory") as raised:
        write_output(str(tmp_path / name), ["x"])

    assert str(tmp_path / name) == raised.value.filename
    assert ["file", "folder"] == sorted(os.listdir(tmp_path))

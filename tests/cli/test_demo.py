"""The demo tells its whole story, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console


@pytest.mark.parametrize("umask", [0o022, 0o002, 0o077])
def test_the_demo_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int) -> None:
    """Whatever the umask: status 0, nothing on standard error, the last word, an empty folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out, err = io.StringIO(), io.StringIO()

    before = os.umask(umask)
    try:
        status = main(["demo"], Console(out, err))
    finally:
        os.umask(before)

    assert (0, "") == (status, err.getvalue())
    assert "That was the demo; nothing of it is left." in out.getvalue()
    assert [] == list(tmp_path.iterdir())

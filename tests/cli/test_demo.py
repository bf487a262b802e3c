"""The demo tells its whole story, and leaves nothing behind."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console


def test_the_demo_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 0, nothing on standard error, the last word, an empty folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out, err = io.StringIO(), io.StringIO()

    status = main(["demo"], Console(out, err))

    assert (0, "") == (status, err.getvalue())
    assert "That was the demo; nothing of it is left." in out.getvalue()
    assert [] == list(tmp_path.iterdir())

"""Files that are made by a tool and lie in the repository: written, or said to be stale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Iterable, Mapping


def keep(made: Mapping[str, str], folder: Path, *, is_check: bool, tool: str, shown: str = "", gone: Iterable[str] = ()) -> int:
    """
    Write to *folder* what of *made* (text by name) is not there yet, and take *gone* away; with *is_check* only say what is stale. The exit status.

    *shown* is put before a name in what is said.
    """
    stale = [name for name, text in made.items() if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text]
    for name in (*stale, *gone):
        path = folder / name
        if is_check:
            print(f"{shown}{name} is stale: run python tools/{tool}", file=sys.stderr)
        elif name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], encoding="utf-8")
        else:
            path.unlink()
    return 1 if is_check and (stale or gone) else 0

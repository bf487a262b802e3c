"""Folders of rule files: the shipped one, and those that a site names."""

from __future__ import annotations

import os
import stat
from typing import List, Tuple

from ita_doctor.host.posix import PosixHost

LIMIT = 1 << 18  # no rule file is longer


def shipped_rules() -> str:
    """The folder `rules` of the package, or of the checkout in which the package lies."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    packed = os.path.join(here, "rules")
    return packed if os.path.isdir(packed) else os.path.join(os.path.dirname(os.path.dirname(here)), "rules")


def shipped_file(name: str) -> bytes:
    """One file of that folder; OSError where it cannot be read."""
    return PosixHost().read(os.path.join(shipped_rules(), name), LIMIT)


def toml_files(folder: str) -> List[Tuple[str, bytes]]:
    """Path and content of every .toml file in *folder* and below it, by path; OSError for one that cannot be read."""
    if not stat.S_ISDIR(os.stat(folder).st_mode):
        raise NotADirectoryError(20, "not a folder")
    host = PosixHost()
    found: List[Tuple[str, bytes]] = []
    for here, folders, names in os.walk(folder):
        folders.sort()
        found.extend((os.path.join(here, name), host.read(os.path.join(here, name), LIMIT)) for name in sorted(names) if name.endswith(".toml"))
    return found

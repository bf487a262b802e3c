"""POSIX access lists of Linux: who may write beyond what the mode says."""

from __future__ import annotations

import os
from typing import Callable, List, Optional, Tuple

_Owner = Callable[[int], Optional[str]]


def acl_writers(path: str, owner: _Owner) -> Tuple[str, ...]:
    """Whom a POSIX access list lets write, beyond the owner and the classes of the mode; *owner* names the user of a number."""
    read = getattr(os, "getxattr", None)
    if read is None:
        return ()
    try:
        entries = read(path, "system.posix_acl_access")
    except (OSError, ValueError):
        return ()
    return _writers(entries, owner)


def _writers(entries: bytes, owner: _Owner) -> Tuple[str, ...]:
    """Named users and groups of a Linux access list (version 2: tag, permissions, id) that may write under its mask."""
    found: List[Tuple[str, int]] = []
    mask = 7
    for start in range(4, len(entries) - 7, 8):
        tag = int.from_bytes(entries[start : start + 2], "little")
        may = int.from_bytes(entries[start + 2 : start + 4], "little")
        number = int.from_bytes(entries[start + 4 : start + 8], "little")
        if tag == 0x10:
            mask = may
        elif tag == 0x02:
            found.append((f"user {owner(number) or number}", may))
        elif tag == 0x08:
            found.append((f"group {number}", may))
    return tuple(name for name, may in found if may & mask & 2)

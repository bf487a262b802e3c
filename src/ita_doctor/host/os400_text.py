"""What the commands of IBM i print, as values: pure, and never raising. Written after IBM's manuals; not run on IBM i by us."""

from __future__ import annotations

import re
from typing import List, Optional, Tuple

_AUTHORITIES = ("*ALL", "*CHANGE", "*RWX", "*RW", "*WX", "*W")
"""Data authorities of DSPAUT that let somebody write."""

_MOST = 65535


def read_attr(text: str) -> Optional[int]:
    """The CCSID that QShell's `attr FILE CCSID` prints: a number, alone or behind `CCSID=`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = re.fullmatch(r"(?:CCSID\s*[= ]\s*)?(\d{1,5})", lines[-1]) if lines else None
    return _ccsid(found[1]) if found else None


def read_attrs(text: str, count: int) -> List[Optional[int]]:
    """Of *count* files one after the other, a line each; all None where the lines are not that many."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [read_attr(line) for line in lines] if len(lines) == count else [None] * count


def read_statistics(text: str) -> Optional[int]:
    """The CCSID of the one row that a query of QSYS2.IFS_OBJECT_STATISTICS prints: a number alone on its line, below the rule of dashes."""
    _, rule, rows = text.partition("---")
    numbers = [line.strip() for line in rows.splitlines() if re.fullmatch(r"\s*\d{1,5}\s*", line)]
    return _ccsid(numbers[0]) if rule and len(numbers) == 1 else None


def read_dspaut(text: str, owner: Optional[str]) -> Tuple[str, ...]:
    """
    Who, beside *owner*, may write a file, by what DSPAUT prints: `*PUBLIC` and profiles, in their order.

    A row is a name, its data authority, and an X for each object authority. Names are compared in upper case.
    """
    found: List[str] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or words[1].upper() not in _AUTHORITIES or not re.fullmatch(r"\*PUBLIC|[A-Z#$@][A-Z0-9#$@_.]{0,9}", words[0].upper()):
            continue
        if words[0].upper() not in ((owner or "").upper(), "QSYS", "QSECOFR"):
            found.append(words[0].upper())
    return tuple(dict.fromkeys(found))


def _ccsid(text: str) -> Optional[int]:
    return int(text) if 0 < int(text) <= _MOST else None

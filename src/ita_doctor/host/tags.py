"""
CCSID tags of files, which IBM i alone has: everywhere else there are none, and nothing here is asked.

    use(tagger)                 once, by the Host of such a machine
    tag_of(path) -> CCSID or None
    give(path, ccsid, uid, gid) OSError
"""

from __future__ import annotations

from typing import Optional, Protocol


class Tagger(Protocol):
    """What a machine with tags can do."""

    def read(self, path: str) -> Optional[int]:
        """The tag of a file; None where the machine does not tell."""

    def write(self, path: str, ccsid: int, uid: int, gid: int) -> None:
        """Tag a file, as that user; its bytes stay. OSError where that fails."""


_taggers: list[Tagger] = []


def use(tagger: Optional[Tagger]) -> None:
    """From now on files have tags (None: they have none)."""
    _taggers[:] = [] if tagger is None else [tagger]


def tag_of(path: str) -> Optional[int]:
    """The tag of the file at *path*; None where there are no tags, or it cannot be told."""
    return _taggers[0].read(path) if _taggers else None


def give(path: str, ccsid: int, uid: int, gid: int) -> None:
    """Tag the file at *path*; where there are no tags, nothing is done."""
    if _taggers:
        _taggers[0].write(path, ccsid, uid, gid)

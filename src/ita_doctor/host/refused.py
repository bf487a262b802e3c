"""The one word for `not here, not by us`."""

from __future__ import annotations

import errno


class Refused(OSError):
    """Something on the disk with which we do not work: *filename* is the path, *strerror* the reason, as the second half of a sentence."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(errno.EPERM, reason, path)

    @property
    def reason(self) -> str:
        """Why, to stand behind the path and a colon."""
        return str(self.strerror)

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


class Busy(Refused):
    """Another `fix` is at work; the reason says who, as far as the system tells."""


class Linked(Refused):
    """A symlink stands in the place of a folder."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "a symlink stands in the place of the folder")

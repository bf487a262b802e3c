"""One way through a folder's tree by handles, as a chroot would go it: no link is followed by the system, and none leads out of the tree."""

from __future__ import annotations

import errno
import os
from typing import List, NamedTuple, Optional

from ita_doctor.host.tree import MOST_LINKS, PASS

_MOST_DEEP = 100
"""Folders below each other: each is held while we are below it."""
_MOST_STEPS = 1000
"""Parts of a path, those of its links among them."""


class Spot(NamedTuple):
    """A name in a folder that is held; `.` is the folder itself."""

    folder: int
    name: str


class Walk:
    """One way through the tree, from its root downwards; the folders on it are held until the end, so that `..` needs no look at the disk."""

    def __init__(self) -> None:
        self.is_link = False
        """The last part of the path as it was given is a link."""
        self.home: List[str] = []
        """The folder of that last part, links followed."""
        self._handles: List[int] = []
        self._names: List[str] = []
        self._todo: List[str] = []

    def begin(self, root: int) -> None:
        """Begin at the root, whose handle is ours from now on."""
        self._handles.append(root)

    def end(self) -> None:
        """Let go of all folders."""
        while self._handles:
            os.close(self._handles.pop())

    def way(self) -> List[str]:
        """The parts of the way so far, links followed, and what was still to go."""
        return [*self._names, *(one for one in self._todo[::-1] if one not in ("", "."))]

    def go(self, way: str) -> Spot:
        """Go *way*, links followed within the tree; OSError as the system has it. What stands at the end need not be there."""
        self._todo = way.split("/")[::-1]
        links, steps, is_first = 0, 0, True
        while self._todo:
            name, is_last = self._todo[-1], len(self._todo) == 1
            steps += 1
            if steps > _MOST_STEPS or len(self._handles) > _MOST_DEEP:
                raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
            if is_last and is_first:
                self.home = list(self._names)
            target = self._target(name)
            self.is_link = self.is_link or (is_last and is_first and target is not None)
            is_first = is_first and not is_last
            self._todo.pop()
            if target is not None:
                links += 1
                self._turn(target, links)
            elif name == "..":
                self._up()
            elif name not in ("", "."):
                self._names.append(name)
                if is_last:
                    return Spot(self._handles[-1], name)
                self._handles.append(os.open(name, PASS, dir_fd=self._handles[-1]))
        return Spot(self._handles[-1], ".")

    def _target(self, name: str) -> Optional[str]:
        """Where the link *name* leads; None where it is no link, or nothing is there: then what comes next says so."""
        if name in ("", ".", ".."):
            return None
        try:
            return os.readlink(name, dir_fd=self._handles[-1])
        except OSError as why:
            if why.errno in (errno.EINVAL, errno.ENOENT):
                return None
            raise

    def _turn(self, target: str, links: int) -> None:
        """Go on where a link leads, counted from the root where it is absolute."""
        if links > MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        while target.startswith("/") and self._names:
            self._up()
        self._todo += target.split("/")[::-1]

    def _up(self) -> None:
        """Into the folder above; above the root there is none."""
        if self._names:
            self._names.pop()
            os.close(self._handles.pop())

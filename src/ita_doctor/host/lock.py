"""One at a time: a lock on a handle, gone with its process, that leaves no file."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from typing import Iterator, Optional

from ita_doctor.host.refused import Busy
from ita_doctor.model.visible import visible

_HELD = (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN)
_PATIENCE = 0.5
"""Seconds: somebody who only asks whether it is taken holds it for less."""


class Lock:
    """A lock that is held until it is released, or this process ends."""

    def __init__(self, handle: int) -> None:
        self._handle: Optional[int] = handle

    def release(self) -> None:
        """Let it go; a second time does nothing."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            os.close(handle)


def take(handle: int, path: str) -> Lock:
    """
    Lock what *handle* is open on; the lock owns the handle from now on.

    Raises Busy with who holds it. Where the system has no locks for such a handle (AIX for folders) it goes without.
    """
    import fcntl

    until = time.monotonic() + _PATIENCE
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as why:
                if why.errno not in _HELD:
                    break
                if time.monotonic() >= until:
                    raise Busy(path, f"another fix is at work here: {_holder(handle)}") from None
                time.sleep(0.02)
            else:
                break
    except BaseException:
        os.close(handle)
        raise
    return Lock(handle)


def is_taken(handle: int) -> bool:
    """Whether somebody holds the lock of what *handle* is open on."""
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as why:
        return why.errno in _HELD
    fcntl.flock(handle, fcntl.LOCK_UN)
    return False


def _holder(handle: int) -> str:
    """Who holds it, as far as Linux tells."""
    inode = os.fstat(handle).st_ino
    with contextlib.suppress(OSError, ValueError):
        for pid in _pids(inode):
            return f"process {pid}{_about(pid)}"
    return "another process"


def _pids(inode: int) -> Iterator[int]:
    """Processes with a flock on a file of this number: `1: FLOCK  ADVISORY  WRITE 1234 fd:00:131 0 EOF`."""
    with open("/proc/locks", encoding="ascii", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if len(words) > 5 and words[1] == "FLOCK" and words[5].rsplit(":", 1)[-1] == str(inode) and int(words[4]) > 0:
                yield int(words[4])


def _about(pid: int) -> str:
    """A process's name and user, to stand behind its number."""
    import pwd

    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            name = visible(file.read(64).strip(), 40)
        uid = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return ""
    try:
        user = pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        user = str(uid)
    return f" ({name}, user {user})"

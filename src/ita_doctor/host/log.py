"""Single files of the state folder: a journal that only grows, and contents that are written once."""

from __future__ import annotations

import contextlib
import os
import stat
from types import TracebackType
from typing import List, Optional, Type

from ita_doctor.host.refused import Refused

JOURNAL = "journal"
MOST_JOURNAL = 1 << 23
"""Bytes; a change takes less than a thousand of them."""


class Log:
    """An open journal, line by line."""

    def __init__(self, handle: int, path: str) -> None:
        self.path = path
        self._handle = handle

    def __enter__(self) -> Log:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], why: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go; a second time does nothing."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            os.close(handle)

    def lines(self) -> List[str]:
        """The whole lines: what follows the last line end was cut off by the death of its writer. Raises OSError."""
        return self._content().decode("ascii", "replace").split("\n")[:-1]

    def append(self, line: str) -> None:
        """Add a line; it is on the disk when this returns, and no part of it where it raises OSError."""
        end = self._content().rfind(b"\n") + 1
        if end != os.fstat(self._handle).st_size:
            os.ftruncate(self._handle, end)
        try:
            write_all(self._handle, line.encode("ascii") + b"\n")
            os.fsync(self._handle)
        except BaseException as why:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, end)
            if isinstance(why, OSError):
                raise OSError(why.errno, why.strerror, self.path) from why
            raise

    def _content(self) -> bytes:
        size = os.fstat(self._handle).st_size
        if size > MOST_JOURNAL:
            raise Refused(self.path, f"this journal is longer than {MOST_JOURNAL} bytes, so it is not ours")
        os.lseek(self._handle, 0, os.SEEK_SET)
        return _read_all(self._handle, size)


def open_own(name: str, flags: int, folder: int, path: str) -> int:
    """A file of our own, by handle, no link followed. Raises Refused where it is not, OSError where it is not there."""
    try:
        handle = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as why:
        raise Refused(path, f"cannot be read as a file of our own: {why.strerror}") from why
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink != 1:
        os.close(handle)
        raise Refused(path, "is not a regular file of our own with one name, so it is not used")
    return handle


def read_own(name: str, limit: int, folder: int, path: str) -> bytes:
    """The content of a file of our own. Raises OSError, Refused where it is longer than *limit*."""
    handle = open_own(name, os.O_RDONLY, folder, path)
    try:
        size = os.fstat(handle).st_size
        if size > limit:
            raise Refused(path, f"is longer than {limit} bytes")
        return _read_all(handle, size)
    finally:
        os.close(handle)


def write_new(name: str, content: bytes, folder: int, path: str) -> None:
    """A new file, 0600, on the disk with its name when this returns; where it raises OSError there is none."""
    try:
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
        try:
            try:
                write_all(handle, content)
                os.fsync(handle)
            finally:
                os.close(handle)
            os.fsync(folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
            raise
    except Refused:
        raise
    except OSError as why:
        raise OSError(why.errno, why.strerror, path) from why


def write_all(handle: int, content: bytes) -> None:
    """Write every byte. Raises OSError."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _read_all(handle: int, size: int) -> bytes:
    """At most *size* bytes, from where the handle stands."""
    parts = []
    while size > 0:
        part = os.read(handle, size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)

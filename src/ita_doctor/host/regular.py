"""A regular file by its handle: opened whatever is put in its place meanwhile, read from either end; and what its status says."""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import List, Optional

from ita_doctor.model.artifact import Kind

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_QUIET = getattr(os, "O_NOATIME", 0)
_LOOK = getattr(os, "O_PATH", 0)
"""Linux: a handle on what stands at a path without opening it, so that no device put there meanwhile is ever opened."""


def open_regular(path: str, *, folder: Optional[int] = None) -> int:
    """
    A handle for reading the regular file at *path*, whatever is put in its place meanwhile; OSError for anything else.

    With the handle *folder* it is a name in that folder, and a link of that name is no regular file.
    """
    bound = 0 if folder is None else os.O_NOFOLLOW
    look = os.open(path, _LOOK | os.O_CLOEXEC | bound, dir_fd=folder) if _LOOK else -1
    try:
        if _LOOK and not stat.S_ISREG(os.fstat(look).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        same = f"/proc/self/fd/{look}"
        handle = _open_quietly(same, 0, None) if _LOOK and os.path.exists(same) else _open_quietly(path, bound, folder)
    finally:
        if _LOOK:
            os.close(look)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a regular file", path)


def first_of(handle: int, limit: int) -> bytes:
    """The first *limit* bytes; *handle* is closed."""
    try:
        if not os.fstat(handle).st_size:  # the kernel's own files: reading some takes something away, or waits
            return b""
        return _read_all(handle, limit)
    finally:
        os.close(handle)


def last_of(handle: int, limit: int) -> bytes:
    """The last *limit* bytes; *handle* is closed."""
    try:
        os.lseek(handle, max(os.fstat(handle).st_size - limit, 0), os.SEEK_SET)
        return _read_all(handle, limit)
    finally:
        os.close(handle)


def kind_of(mode: int) -> Kind:
    """What a file is by its mode, which is not a link's."""
    for test, kind in ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISFIFO, Kind.FIFO), (stat.S_ISSOCK, Kind.SOCKET)):
        if test(mode):
            return kind
    return Kind.DEVICE


def changed(found: os.stat_result, itself: os.stat_result) -> float:
    """When a file, or a link to it, last became what it is; a time of its content that is still to come was made up, and tells nothing."""
    became = max(found.st_ctime, itself.st_ctime)
    return max(became, found.st_mtime) if found.st_mtime <= time.time() else became


def _read_all(handle: int, limit: int) -> bytes:
    """Up to *limit* bytes from where *handle* stands."""
    parts: List[bytes] = []
    while limit > 0:
        part = os.read(handle, limit)
        if not part:
            break
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)


def _open_quietly(path: str, bound: int, folder: Optional[int]) -> int:
    """Without a new access time, which only a file's owner and root may ask for."""
    try:
        return os.open(path, _READ | _QUIET | bound, dir_fd=folder)
    except PermissionError:
        return os.open(path, _READ | bound, dir_fd=folder)

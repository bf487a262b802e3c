"""A private folder for another user's program to work in, gone afterwards."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from typing import Iterator, Optional

from ita_doctor.model.plan import TEMPORARY

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOR_ALL = ("/tmp", "/var/tmp")  # noqa: S108 - the folder in it is made by mkdtemp and private; root's own TMPDIR may be closed to others


class Scratch:
    """The folder, by its handle: whatever its owner puts in its place, nothing else is written or read."""

    def __init__(self, path: str, handle: int, uid: int, gid: int) -> None:
        self.path = path
        """Of mode 0700, the user's own."""
        self._handle = handle
        self._uid = uid
        self._gid = gid

    def put(self, name: str, content: bytes) -> None:
        """A new file, 0600, the user's. OSError where it cannot be."""
        handle = os.open(name, _NEW, 0o600, dir_fd=self._handle)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o600)
            if os.geteuid() == 0:
                os.fchown(handle, self._uid, self._gid)
            file.write(content)

    def get(self, name: str, limit: int) -> Optional[bytes]:
        """What the file *name* holds now; None where there is none, OSError where it is not the user's own file or longer than *limit*."""
        try:
            handle = os.open(name, _READ, dir_fd=self._handle)
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != self._uid or found.st_nlink != 1:
                raise OSError(errno.EPERM, "is no file of its user's own", name)
            content = file.read(limit + 1)
        if len(content) > limit:
            raise OSError(errno.EFBIG, "is too big", name)
        return content

    def clear(self) -> None:
        """Take away every file in it."""
        for name in os.listdir(self._handle):
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=self._handle)


@contextlib.contextmanager
def scratch(uid: int, gid: int) -> Iterator[Scratch]:
    """A new folder that only the user *uid* (and root) can enter, taken away at the end. OSError where it cannot be made."""
    base = next((folder for folder in _FOR_ALL if os.path.isdir(folder)), None) if uid != os.geteuid() else None
    path = tempfile.mkdtemp(prefix=TEMPORARY, dir=base)
    handle = os.open(path, _FOLDER)
    room = Scratch(path, handle, uid, gid)
    try:
        if os.geteuid() == 0:
            os.fchown(handle, uid, gid)
        yield room
    finally:
        room.clear()
        os.close(handle)
        with contextlib.suppress(OSError):
            os.rmdir(path)

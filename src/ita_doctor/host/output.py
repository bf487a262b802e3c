"""`--output FILE`: whole or not at all, with the mode and owner of what was there."""

from __future__ import annotations

import os
import secrets
import stat
from typing import Iterable

OPEN_FILES = ("/dev/std", "/dev/fd/", "/proc/self/fd/")
"""Names of what is open already, as a shell has redirected it: nothing is put in its place."""


def write_output(path: str, pieces: Iterable[str]) -> None:
    """
    Write *pieces* to *path* as ourselves; OSError where that fails, and then what stood there still does.

    A regular file is replaced (mode and owner kept), a new one gets 0644 less the umask; a device or pipe is written into.
    """
    try:
        _write(path, pieces)
    except OSError as why:
        why.filename = path
        raise


def _write(path: str, pieces: Iterable[str]) -> None:
    try:
        old = os.stat(path)
    except FileNotFoundError:
        old = None
    real = os.path.realpath(path)
    if old is not None and (not stat.S_ISREG(old.st_mode) or (real != path and path.startswith(OPEN_FILES))):
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as device:
            device.writelines(pieces)
        return
    path = real
    folder, name = os.path.split(path)
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    beside = f".ita-doctor-{secrets.token_hex(8)}"
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600 if old else 0o644, dir_fd=place)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as new:
                new.writelines(pieces)
                new.flush()
                if old is not None:
                    if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                        os.fchown(handle, old.st_uid, old.st_gid)
                    os.fchmod(handle, stat.S_IMODE(old.st_mode))
                os.fsync(handle)
            os.rename(beside, name, src_dir_fd=place, dst_dir_fd=place)
        except BaseException:
            os.unlink(beside, dir_fd=place)
            raise
        os.fsync(place)
    finally:
        os.close(place)

"""What an option names as an input: read as ourselves, bounded, from a regular file or from a descriptor that is open already."""

from __future__ import annotations

import os
import stat

LIMIT = 1 << 16
"""No password or key is longer."""


def read_input(path: str, limit: int = LIMIT) -> bytes:
    """The content of a regular file or a pipe (a shell's process substitution), links followed; OSError for all else and for what is too big."""
    handle = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        mode = os.fstat(handle).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise OSError(22, "not a regular file", path)
        os.set_blocking(handle, True)
        return _read(handle, limit, path)
    finally:
        os.close(handle)


def read_descriptor(number: int, limit: int = LIMIT) -> bytes:
    """What can be read from an open descriptor, up to its end; OSError where it is none."""
    try:
        return _read(number, limit, f"descriptor {number}")
    except OSError as why:
        raise OSError(why.errno, why.strerror, f"descriptor {number}") from why


def _read(handle: int, limit: int, name: str) -> bytes:
    content = b""
    while len(content) <= limit:
        part = os.read(handle, limit + 1 - len(content))
        if not part:
            return content
        content += part
    raise OSError(27, f"longer than {limit} bytes", name)

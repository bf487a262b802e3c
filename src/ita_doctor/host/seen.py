"""What stands under a name in a folder, looked at by one handle and nothing followed."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from typing import NamedTuple, Optional

from ita_doctor.host.tags import tag_of
from ita_doctor.model.artifact import Kind
from ita_doctor.model.plan import Facts

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_QUIET = getattr(os, "O_NOATIME", 0)


class Seen(NamedTuple):
    """What stands under a name, nothing followed; facts and content are of one handle."""

    facts: Optional[Facts]
    """None: nothing stands there (or a folder above it is missing, closed to us or a link)."""
    kind: Kind
    """Of the name itself; of a symlink DANGLING, wherever it leads; HIDDEN where a folder above it is closed to us."""
    is_link: bool
    """It is a symlink, or lies behind one inside the installation."""
    content: Optional[bytes]
    """None: not a regular file, not readable, or longer than the limit."""
    why: str = ""
    """Why there is no content: '' `denied` `link` `special` `oversized`."""
    folder_uid: int = -1
    """Whose the folder is in which it stands; -1: there is none."""
    is_outside: bool = False
    """That folder is not inside the installation."""


def look_in(handle: int, name: str, limit: int) -> Seen:
    """What stands under *name* in the folder *handle*, without whose the folder is."""
    try:
        found = os.stat(name, dir_fd=handle, follow_symlinks=False)
    except PermissionError:
        return Seen(None, Kind.HIDDEN, is_link=False, content=None, why="denied")
    except (OSError, ValueError):
        return Seen(None, Kind.MISSING, is_link=False, content=None)
    kind = _kind(found.st_mode)
    if kind is not Kind.FILE:
        why = {Kind.DANGLING: "link", Kind.FOLDER: ""}.get(kind, "special")
        return Seen(facts_of(found), kind, is_link=kind is Kind.DANGLING, content=None, why=why)
    try:
        file = _open_quietly(name, handle)
    except OSError as why:  # what was swapped meanwhile is a link, or gone
        is_link = why.errno == errno.ELOOP
        return Seen(facts_of(found), kind, is_link=is_link, content=None, why="link" if is_link else "denied")
    try:
        return _read(file, limit, found)
    finally:
        os.close(file)


def facts_of(found: os.stat_result) -> Facts:
    """What the system says of a file, as the plan keeps it."""
    return Facts(stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid, found.st_atime_ns, found.st_mtime_ns, found.st_nlink)


def tagged(seen: Seen, path: str) -> Seen:
    """*seen* with the CCSID tag of the file, where the machine has tags; they are asked for by *path*, which the system leaves no way around."""
    if seen.facts is None or seen.kind is not Kind.FILE:
        return seen
    tag = tag_of(path)
    return seen if tag is None else seen._replace(facts=replace(seen.facts, ccsid=tag))


def _read(file: int, limit: int, before: os.stat_result) -> Seen:
    """Facts and content of an open file; *before*: what stood there when it was first looked at."""
    found = os.fstat(file)
    kind = _kind(found.st_mode)
    if kind is not Kind.FILE:
        return Seen(facts_of(found), kind, is_link=False, content=None, why="special")
    if found.st_size > limit:
        return Seen(facts_of(found), kind, is_link=False, content=None, why="oversized")
    parts, left = [], limit + 1 if found.st_size else 0  # the kernel's own files: reading some takes something away, or waits
    try:
        while left > 0:
            part = os.read(file, min(left, 1 << 20))
            if not part:
                break
            parts.append(part)
            left -= len(part)
    except OSError:
        return Seen(facts_of(before), kind, is_link=False, content=None, why="denied")
    if found.st_size and not left:
        return Seen(facts_of(found), kind, is_link=False, content=None, why="oversized")
    return Seen(facts_of(found), kind, is_link=False, content=b"".join(parts))


def _open_quietly(name: str, handle: int) -> int:
    """Without a new access time, which only a file's owner and root may ask for."""
    try:
        return os.open(name, _READ | _QUIET, dir_fd=handle)
    except PermissionError:
        return os.open(name, _READ, dir_fd=handle)


def _kind(mode: int) -> Kind:
    tests = ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.DANGLING), (stat.S_ISFIFO, Kind.FIFO))
    for test, kind in (*tests, (stat.S_ISSOCK, Kind.SOCKET)):
        if test(mode):
            return kind
    return Kind.DEVICE

"""Linux, AIX, macOS: the calls of the system, each once."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Tuple, TypeVar

from ita_doctor.model.artifact import Folder, Kind, Stand

if TYPE_CHECKING:
    from ita_doctor.model.network import Journey, Network

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_QUIET = getattr(os, "O_NOATIME", 0)
_LOOK = getattr(os, "O_PATH", 0)
"""Linux: a handle on what stands at a path without opening it, so that no device put there meanwhile is ever opened."""


T = TypeVar("T")

MOST_REMEMBERED = 64


class PosixHost:
    """This machine."""

    platform = "posix"

    def __init__(self) -> None:
        self._owners: Dict[int, Optional[str]] = {}
        self._reals: Dict[str, str] = {}
        self._chains: Dict[str, Tuple[Folder, ...]] = {}

    def stand(self, path: str) -> Stand:
        """What stands at *path*, links followed; never raises."""
        try:
            is_link = stat.S_ISLNK(os.lstat(path).st_mode)
            found = os.stat(path)
        except (OSError, ValueError) as why:
            return Stand(_missing(path, why))
        folder, name = os.path.split(path)
        real = os.path.realpath(path) if is_link else os.path.join(self._real(folder), name)
        return Stand(
            kind=_kind(found.st_mode),
            mode=stat.S_IMODE(found.st_mode),
            uid=found.st_uid,
            owner=self.owner(found.st_uid),
            size=found.st_size,
            is_link=is_link,
            real=real,
            is_outside=is_link and os.path.dirname(real) != self._real(folder),
            readable=os.access(path, os.R_OK),
            acl_writers=self._acl_writers(path),
        )

    def read(self, path: str, limit: int) -> bytes:
        """The first *limit* bytes of a regular file; the access time is left alone where the system lets us."""
        handle = _open_regular(path)
        try:
            if not os.fstat(handle).st_size:  # the kernel's own files: reading some takes something away, or waits
                return b""
            parts: List[bytes] = []
            while limit > 0:
                part = os.read(handle, limit)
                if not part:
                    break
                parts.append(part)
                limit -= len(part)
            return b"".join(parts)
        finally:
            os.close(handle)

    def names(self, folder: str) -> Sequence[str]:
        """The names in *folder*, sorted; empty where it cannot be listed."""
        try:
            return sorted(os.listdir(folder))
        except (OSError, ValueError):
            return ()

    def folders(self, path: str) -> Tuple[Folder, ...]:
        """The folders above *path*, its own first, the root last, links followed."""
        first = os.path.dirname(path) or "."
        if first not in self._chains:
            chain: List[Folder] = []
            for here in dict.fromkeys((*_parents(first), *_parents(self._real(first)))):
                try:
                    found = os.stat(here)
                except (OSError, ValueError):
                    continue
                chain.append(Folder(here, stat.S_IMODE(found.st_mode), found.st_uid, self.owner(found.st_uid)))
            _remember(self._chains, first, tuple(chain))
        return self._chains[first]

    def files(self, folder: str) -> Sequence[Tuple[str, int]]:
        """Names and sizes of the regular files in *folder* (links followed), sorted; empty where it cannot be listed."""
        found: List[Tuple[str, int]] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        if entry.is_file():
                            found.append((entry.name, entry.stat().st_size))
        except (OSError, ValueError):
            return ()
        return sorted(found)

    def _real(self, folder: str) -> str:
        """*folder* with every link followed; the artifacts of an installation stand in a few folders, asked for again and again."""
        if folder not in self._reals:
            _remember(self._reals, folder, os.path.realpath(folder))
        return self._reals[folder]

    def absolute(self, path: str) -> str:
        """*path* from the root on, as written: no link is followed."""
        return os.path.abspath(path)

    def owner(self, uid: int) -> Optional[str]:
        """The name of a user's number, or None."""
        if uid not in self._owners:
            import pwd

            try:
                self._owners[uid] = pwd.getpwuid(uid).pw_name
            except (KeyError, OverflowError):
                self._owners[uid] = None
        return self._owners[uid]

    def me(self) -> Tuple[int, str]:
        """Number and name of the user who runs this."""
        uid = os.geteuid()
        return uid, self.owner(uid) or str(uid)

    def uid_of(self, name: str) -> Optional[int]:
        """The number of a user, or None where the system knows no such name."""
        import pwd

        try:
            return pwd.getpwnam(name).pw_uid
        except (KeyError, ValueError):
            return None

    def group_of(self, uid: int) -> int:
        """The number of a user's own group; our own effective one for ourselves."""
        import pwd

        if uid == os.geteuid():
            return os.getegid()
        try:
            return pwd.getpwuid(uid).pw_gid
        except (KeyError, OverflowError):
            return -1

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def name(self) -> str:
        """The machine's name."""
        return os.uname().nodename

    def environment(self, name: str) -> Optional[str]:
        """A variable of the environment."""
        return os.environ.get(name)

    def reach(self, journey: Journey) -> Network:
        """Go the road to the master and shake hands."""
        from ita_doctor.host import net
        from ita_doctor.model.network import CIPHERS

        return net.reach(
            journey.targets,
            journey.identity,
            timeout=journey.timeout,
            versions=net.versions_of(journey.protocol),
            ciphers=journey.ciphers or CIPHERS,
            clock=self.now,
            tried=journey.tried,
        )

    def _acl_writers(self, path: str) -> Tuple[str, ...]:
        """Whom a POSIX access list lets write, beyond the owner and the classes of the mode."""
        read = getattr(os, "getxattr", None)
        if read is None:
            return ()
        try:
            entries = read(path, "system.posix_acl_access")
        except (OSError, ValueError):
            return ()
        return _writers(entries, self.owner)


def _open_regular(path: str) -> int:
    """A handle for reading the regular file at *path*, whatever is put in its place meanwhile; OSError for anything else."""
    look = os.open(path, _LOOK | os.O_CLOEXEC) if _LOOK else -1
    try:
        if _LOOK and not stat.S_ISREG(os.fstat(look).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        same = f"/proc/self/fd/{look}"
        handle = _open_quietly(same if _LOOK and os.path.exists(same) else path)
    finally:
        if _LOOK:
            os.close(look)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a regular file", path)


def _open_quietly(path: str) -> int:
    """Without a new access time, which only a file's owner and root may ask for."""
    try:
        return os.open(path, _READ | _QUIET)
    except PermissionError:
        return os.open(path, _READ)


def _writers(entries: bytes, owner: object) -> Tuple[str, ...]:
    """Named users and groups of a Linux access list (version 2: tag, permissions, id) that may write under its mask."""
    found: List[Tuple[str, int]] = []
    mask = 7
    for start in range(4, len(entries) - 7, 8):
        tag = int.from_bytes(entries[start : start + 2], "little")
        may = int.from_bytes(entries[start + 2 : start + 4], "little")
        number = int.from_bytes(entries[start + 4 : start + 8], "little")
        if tag == 0x10:
            mask = may
        elif tag == 0x02:
            found.append((f"user {(callable(owner) and owner(number)) or number}", may))
        elif tag == 0x08:
            found.append((f"group {number}", may))
    return tuple(name for name, may in found if may & mask & 2)


def _remember(known: Dict[str, T], key: str, value: T) -> None:
    """Keep *value*, but never more than a few, so that a run over a thousand installations needs no more memory than one."""
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    known[key] = value


def _parents(folder: str) -> List[str]:
    """*folder* and all above it, as they are written."""
    found = [folder]
    while os.path.dirname(found[-1]) not in (found[-1], ""):
        found.append(os.path.dirname(found[-1]))
    return found


def _kind(mode: int) -> Kind:
    for test, kind in ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISFIFO, Kind.FIFO), (stat.S_ISSOCK, Kind.SOCKET)):
        if test(mode):
            return kind
    return Kind.DEVICE


def _missing(path: str, why: Exception) -> Kind:
    """Why a path leads nowhere."""
    if isinstance(why, PermissionError):
        return Kind.HIDDEN
    if isinstance(why, OSError) and why.errno == errno.ELOOP:
        return Kind.LOOP
    if isinstance(why, OSError) and os.path.islink(path):
        return Kind.DANGLING
    return Kind.MISSING

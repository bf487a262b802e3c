"""Linux, AIX, macOS: the calls of the system, each once."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Tuple, TypeVar

from ita_doctor.host.acl import acl_writers
from ita_doctor.host.regular import changed, first_of, kind_of, last_of, open_regular
from ita_doctor.model.artifact import Folder, Kind, Stand

if TYPE_CHECKING:
    from ita_doctor.model.agent import Process
    from ita_doctor.model.network import Identity, Journey, Network
    from ita_doctor.model.secret import Secret


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
            itself = os.lstat(path)
            is_link = stat.S_ISLNK(itself.st_mode)
            found = os.stat(path)
        except (OSError, ValueError) as why:
            return Stand(_missing(path, why))
        folder, name = os.path.split(path)
        real = os.path.realpath(path) if is_link else os.path.join(self._real(folder), name)
        return Stand(
            kind=kind_of(found.st_mode),
            mode=stat.S_IMODE(found.st_mode),
            uid=found.st_uid,
            owner=self.owner(found.st_uid),
            size=found.st_size,
            is_link=is_link,
            real=real,
            is_outside=is_link and os.path.dirname(real) != self._real(folder),
            readable=os.access(path, os.R_OK),
            acl_writers=acl_writers(path, self.owner),
            changed=changed(found, itself),
            written=found.st_mtime,
            identity=(found.st_dev, found.st_ino),
        )

    def read(self, path: str, limit: int) -> bytes:
        """The first *limit* bytes of a regular file; the access time is left alone where the system lets us."""
        return first_of(open_regular(path), limit)

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

    def at(self, path: str) -> str:
        """This machine's files mean its own paths."""
        return path

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

    def moment(self, civil: float) -> float:
        """By the zone of this process; where the clock was put back, and shows a time twice, the first."""
        fields = time.gmtime(civil)[:8]
        both = [time.mktime((*fields, is_summer)) for is_summer in (0, 1)]
        return min([one for one in both if time.localtime(one)[:6] == fields[:6]] or both)

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

    def tail(self, path: str, limit: int) -> bytes:
        """The last *limit* bytes of a regular file."""
        return last_of(open_regular(path), limit)

    def processes(self, installation: str) -> Tuple[Process, ...]:
        """The processes whose program lies in *installation*."""
        from ita_doctor.host.processes import processes

        return processes(installation)

    def served(self, port: int, timeout: float, identity: Optional[Identity] = None) -> bytes:
        """The certificate that a TLS port of this machine presents."""
        from ita_doctor.host.served import served

        return served(port, timeout, identity)

    def addresses(self, name: str, timeout: float) -> Tuple[Tuple[str, bool], ...]:
        """What *name* resolves to."""
        from ita_doctor.host.addresses import addresses

        return addresses(name, timeout)

    def list_store(self, content: bytes, kind: str, typed: Secret) -> bytes:
        """What keytool lists of a key store, as ourselves."""
        from ita_doctor.host.java import list_store

        return list_store(content, kind, typed)


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


def _missing(path: str, why: Exception) -> Kind:
    """Why a path leads nowhere."""
    if isinstance(why, PermissionError):
        return Kind.HIDDEN
    if isinstance(why, OSError) and why.errno == errno.ELOOP:
        return Kind.LOOP
    if isinstance(why, OSError) and os.path.islink(path):
        return Kind.DANGLING
    return Kind.MISSING

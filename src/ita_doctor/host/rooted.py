"""
A tree that was copied from another machine, read as a chroot would: nothing in it leads out of its folder.

    tree = Rooted(host, "/copy", named=["/home/me/server.pem"])      OSError
    tree.at("/opt/hcl/TWS") == "/copy/opt/hcl/TWS"
    tree.place("/opt/hcl/TWS") == tree.place("/copy/opt/hcl/TWS")
"""

from __future__ import annotations

import contextlib
import errno
import os
import posixpath
import stat
from typing import TYPE_CHECKING, Collection, Iterator, List, Optional, Sequence, Tuple

from ita_doctor.host.posix import PosixHost
from ita_doctor.host.regular import changed, first_of, kind_of, last_of, open_regular
from ita_doctor.host.tree import PASS
from ita_doctor.host.walk import Spot, Walk
from ita_doctor.model.artifact import Folder, Kind, Stand

if TYPE_CHECKING:
    from ita_doctor.host.base import Host
    from ita_doctor.model.agent import Process
    from ita_doctor.model.network import Identity, Journey, Network
    from ita_doctor.model.secret import Secret

_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Rooted:
    """
    The tree below *root* in the place of the machine.

    A path below *root* is the tree's, whoever names it: each of its parts is opened from the folder above it and no link is followed by the
    system, so that a tree that changes under us leads nowhere else either. Any other path is this machine's, and only those that the command
    line *named* are there, with what stands beside them or, of a folder, in it.
    """

    def __init__(self, base: Host, root: str, *, named: Collection[str] = ()) -> None:
        """Raises OSError where *root* is no folder that we may enter, or this machine's own root."""
        self.platform = base.platform
        self.root = base.absolute(root)
        self._base = base
        self._named = frozenset(named)
        self._near = frozenset((*named, *(posixpath.dirname(one) for one in named)))
        self._owner = PosixHost().owner
        found = os.stat(self.root)
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "is no folder", self.root)
        if os.path.samestat(found, os.stat("/")):
            raise OSError(errno.EINVAL, "is this machine itself, and no copy of another", self.root)
        self._is = (found.st_dev, found.st_ino)
        os.close(self._opened())

    def at(self, path: str) -> str:
        """*path*, as a file of the tree says it, below the root; a relative one as it is."""
        return self.root + path if path.startswith("/") else path

    def place(self, path: str) -> str:
        """*path*, as a person says it, below the root: written from there on, or from here on; a relative one from where we are, or from the root."""
        whole = self._base.absolute(path)
        for root in (self.root, os.path.realpath(self.root)):
            if whole == root or whole.startswith(root + "/"):
                return self.root + whole[len(root) :]
        return self.root + posixpath.normpath(posixpath.join("/", path.lstrip("/"))).rstrip("/")

    # What stands there

    def stand(self, path: str) -> Stand:
        """What stands at *path*, links followed within the tree; never raises."""
        way = self._way(path)
        if way is None:
            return self._base.stand(path) if self._is_named(path) else Stand(Kind.MISSING)
        walk = Walk()
        try:
            walk.begin(self._opened())
            spot = walk.go(way)
            return self._seen(walk, spot, os.stat(spot.name, dir_fd=spot.folder, follow_symlinks=False))
        except (OSError, ValueError) as why:
            return Stand(_missing(why, is_link=walk.is_link), is_link=walk.is_link, real=self._shown(walk.way()))
        finally:
            walk.end()

    def read(self, path: str, limit: int) -> bytes:
        """The first *limit* bytes of a regular file."""
        if self._way(path) is None and self._is_named(path):
            return self._base.read(path, limit)
        with self._reached(path) as spot:
            handle = open_regular(spot.name, folder=spot.folder)
        return first_of(handle, limit)

    def tail(self, path: str, limit: int) -> bytes:
        """The last *limit* bytes of a regular file."""
        if self._way(path) is None and self._is_named(path):
            return self._base.tail(path, limit)
        with self._reached(path) as spot:
            handle = open_regular(spot.name, folder=spot.folder)
        return last_of(handle, limit)

    def names(self, folder: str) -> Sequence[str]:
        """The names in *folder*, sorted; empty where it cannot be listed."""
        try:
            with self._listed(folder) as handle:
                return sorted(os.listdir(handle))
        except (OSError, ValueError):
            return ()

    def files(self, folder: str) -> Sequence[Tuple[str, int]]:
        """Names and sizes of the regular files in *folder* (links followed within the tree), sorted; empty where it cannot be listed."""
        found: List[Tuple[str, int]] = []
        try:
            with self._listed(folder) as handle, os.scandir(handle) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        stand = self.stand(f"{folder}/{entry.name}")
                        found += [(entry.name, stand.size)] if stand.kind is Kind.FILE else []
                    elif entry.is_file(follow_symlinks=False):
                        with contextlib.suppress(OSError):
                            found.append((entry.name, entry.stat(follow_symlinks=False).st_size))
        except (OSError, ValueError):
            return ()
        return sorted(found)

    def folders(self, path: str) -> Tuple[Folder, ...]:
        """None: who may write a copy's folders says nothing of the machine."""
        return ()

    def absolute(self, path: str) -> str:
        """*path* from this machine's root on."""
        return self._base.absolute(path)

    # Whose machine it is: its users, variables and processes are not known here

    def me(self) -> Tuple[int, str]:
        """Number and name of the user who runs this."""
        return self._base.me()

    def uid_of(self, name: str) -> Optional[int]:
        """No number: the other machine gives its own."""
        return None

    def group_of(self, uid: int) -> int:
        """No group."""
        return -1

    def now(self) -> float:
        """Seconds since 1970."""
        return self._base.now()

    def moment(self, civil: float) -> float:
        """By this machine's clock, for want of the other's."""
        return self._base.moment(civil)

    def name(self) -> str:
        """The machine on which the copy is judged."""
        return self._base.name()

    def environment(self, name: str) -> Optional[str]:
        """None: this machine's variables lead to its own files."""
        return None

    def processes(self, installation: str) -> Tuple[Process, ...]:
        """None."""
        return ()

    def served(self, port: int, timeout: float, identity: Optional[Identity] = None) -> bytes:
        """Nobody listens."""
        raise ConnectionRefusedError(errno.ECONNREFUSED, "a copy listens on no port")

    def addresses(self, name: str, timeout: float) -> Tuple[Tuple[str, bool], ...]:
        """None is its own."""
        return ()

    def list_store(self, content: bytes, kind: str, typed: Secret) -> bytes:
        """What keytool lists of a key store."""
        return self._base.list_store(content, kind, typed)

    def reach(self, journey: Journey) -> Network:
        """The way to the master, gone from here."""
        return self._base.reach(journey)

    # How it is reached

    def _way(self, path: str) -> Optional[str]:
        """The part of *path* below the root; None where it is no path of the tree."""
        return path[len(self.root) :] if path == self.root or path.startswith(self.root + "/") else None

    def _is_named(self, path: str) -> bool:
        return path in self._named or posixpath.dirname(path) in self._near

    def _opened(self) -> int:
        """A handle on the root, which has to stay the folder that it was: the way to it was named, and may lead over links."""
        handle = os.open(self.root, PASS & ~os.O_NOFOLLOW)
        found = os.fstat(handle)
        if (found.st_dev, found.st_ino) != self._is:
            os.close(handle)
            raise FileNotFoundError(errno.ENOENT, "another folder was put in its place meanwhile", self.root)
        return handle

    @contextlib.contextmanager
    def _reached(self, path: str) -> Iterator[Spot]:
        way = self._way(path)
        if way is None:
            raise FileNotFoundError(errno.ENOENT, "is not in the copy", path)
        walk = Walk()
        try:
            walk.begin(self._opened())
            yield walk.go(way)
        finally:
            walk.end()

    @contextlib.contextmanager
    def _listed(self, folder: str) -> Iterator[int]:
        with self._reached(folder) as spot:
            handle = os.open(spot.name, _LIST, dir_fd=spot.folder)
        try:
            yield handle
        finally:
            os.close(handle)

    def _shown(self, names: Sequence[str]) -> str:
        return "/".join((self.root, *names))

    def _seen(self, walk: Walk, spot: Spot, found: os.stat_result) -> Stand:
        """What stands at a spot, which is no link."""
        if stat.S_ISLNK(found.st_mode):  # put there after we had looked
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        real, home = walk.way(), walk.home
        return Stand(
            kind=kind_of(found.st_mode),
            mode=stat.S_IMODE(found.st_mode),
            uid=found.st_uid,
            owner=self._owner(found.st_uid),
            size=found.st_size,
            is_link=walk.is_link,
            real=self._shown(real),
            is_outside=walk.is_link and real[:-1] != home,
            readable=os.access(spot.name, os.R_OK, dir_fd=spot.folder, follow_symlinks=os.access not in os.supports_follow_symlinks),
            changed=changed(found, found),
            written=found.st_mtime,
            identity=(found.st_dev, found.st_ino),
        )


def _missing(why: Exception, *, is_link: bool) -> Kind:
    """Why a path leads nowhere."""
    if isinstance(why, PermissionError):
        return Kind.HIDDEN
    if isinstance(why, OSError) and why.errno == errno.ELOOP:
        return Kind.LOOP
    return Kind.DANGLING if is_link else Kind.MISSING

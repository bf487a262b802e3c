"""
An installation, reached by handles from its folder downwards, so that no link of its user leads us elsewhere.

    tree = Tree(installation, uid, gid)                  Refused
    tree.look(path, limit=LIMIT) -> Seen                 never raises
    with tree.hold(folder) as held: held.put(…)          Refused, OSError (host/held.py)
    lock = tree.lock(folder=None); lock.release()        Refused
"""

from __future__ import annotations

import os
import stat
from typing import Optional, Tuple

from ita_doctor.host.held import FOLDER, Held
from ita_doctor.host.identity import working_as
from ita_doctor.host.lock import Lock, take
from ita_doctor.host.refused import Linked, Refused
from ita_doctor.host.seen import Seen, facts_of, look_in, tagged
from ita_doctor.model.artifact import LIMIT, Kind

__all__ = ["Held", "Refused", "Seen", "Tree", "working_as"]

PASS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""Linux: a handle that only leads on, for folders that may be passed and not read."""
MOST_LINKS = 40


class Tree:
    """
    One installation, and the user whose agent it is.

    Links above it are resolved once, here; the folder that was found then is remembered by its number and has to stay that one. As root, a
    folder inside is worked in as its owner, where that is the agent's user or root; one outside as the agent's user only. Root's own folders
    are not worked in where the way to the installation leads over a link that another than root can change: it may lead anywhere.
    """

    def __init__(self, installation: str, uid: int, gid: int) -> None:
        """Raises Refused where it is no folder or no path from the root on."""
        self.installation = os.path.abspath(installation)
        self.uid, self.gid = uid, gid
        if not os.path.isabs(installation) or "\0" in installation:
            raise Refused(installation, "is not an absolute path")
        self.real, self.is_trusted = _resolved(self.installation)
        """The path without links; whether only root can say that it is this one."""
        handle = _walked(self.real, self.installation)
        try:
            found = os.fstat(handle)
        finally:
            os.close(handle)
        self._is = (found.st_dev, found.st_ino)

    def look(self, path: str, limit: int = LIMIT) -> Seen:
        """What stands at *path*, nothing followed; inside the installation by handle, outside as the agent's user. Never raises."""
        if os.path.abspath(path) in (self.installation, self.real):
            return self._look_at_itself()
        folder, name = os.path.split(os.path.abspath(path))
        is_outside = True
        try:
            below, is_outside = self._below(folder)
            with working_as(*self._reader(is_outside=is_outside)):
                handle = self._opened(folder, below, is_outside=is_outside)
                try:
                    uid = os.fstat(handle).st_uid
                    seen = look_in(handle, name, limit)._replace(folder_uid=uid, is_outside=is_outside)
                    return tagged(seen, os.path.join(folder, name))
                finally:
                    os.close(handle)
        except Linked:
            return Seen(None, Kind.DANGLING, is_link=True, content=None, why="link", is_outside=is_outside)
        except (Refused, PermissionError):
            return Seen(None, Kind.HIDDEN, is_link=False, content=None, why="denied", is_outside=is_outside)
        except (OSError, ValueError):
            return Seen(None, Kind.MISSING, is_link=False, content=None, is_outside=is_outside)

    def hold(self, folder: str) -> Held:
        """
        The folder, to work in.

        Raises Refused where a symlink stands on the way, where the folder belongs to a third user, and where the installation is no longer
        the one that it was; OSError where it is not there or closed to us.
        """
        if not os.path.isabs(folder) or "\0" in folder:
            raise Refused(folder, "is not an absolute path")
        folder = os.path.abspath(folder)
        below, is_outside = self._below(folder)
        with working_as(*self._reader(is_outside=is_outside)):
            handle = self._opened(folder, below, is_outside=is_outside)
        try:
            worker = self._worker(folder, os.fstat(handle).st_uid, is_outside=is_outside)
            return Held(handle, folder, worker=worker, is_outside=is_outside)
        except BaseException:
            os.close(handle)
            raise

    def lock(self, folder: Optional[str] = None) -> Lock:
        """
        Keep every other `fix` out until the lock is released or we end; on *folder*, else on the installation. It leaves no file.

        Raises Refused with who holds it, as far as the system tells; and as hold does.
        """
        folder = self.installation if folder is None else os.path.abspath(folder)
        below, is_outside = self._below(folder)
        with working_as(*self._reader(is_outside=is_outside)):
            handle = self._opened(folder, below, is_outside=is_outside)
        return take(handle, folder)

    def _look_at_itself(self) -> Seen:
        try:
            handle = self._opened(self.installation, "", is_outside=False)
            try:
                facts = facts_of(os.fstat(handle))
            finally:
                os.close(handle)
            above = os.stat(os.path.dirname(self.real)).st_uid
        except OSError:
            return Seen(None, Kind.MISSING, is_link=False, content=None)
        return Seen(facts, Kind.FOLDER, is_link=False, content=None, folder_uid=above)

    def _below(self, folder: str) -> Tuple[str, bool]:
        """The way to *folder*: from the installation downwards; where it lies outside (True), from the root."""
        for top in (self.installation, self.real):
            if _is_in(folder, top):
                return folder[len(top.rstrip("/")) :], False
        real = os.path.realpath(folder)
        return (real[len(self.real.rstrip("/")) :], False) if _is_in(real, self.real) else (real, True)

    def _opened(self, folder: str, way: str, *, is_outside: bool) -> int:
        """
        A handle on the folder; no link is followed below the installation, and none is its last part. Raises Refused and OSError.

        What _below said is given, not asked again: its answer may be another by now, and we would be root where we must not be.
        """
        if is_outside:  # with the ids of the agent's user, who may go where that user may
            return _step(way, folder, None)
        handle = _step(self.real, self.installation, None)
        found = os.fstat(handle)
        if (found.st_dev, found.st_ino) != self._is:
            os.close(handle)
            raise Refused(self.installation, "another folder was put in the place of the installation meanwhile")
        for name in way.split("/"):
            if name:
                handle = _onwards(handle, name, folder)
        return handle

    def _reader(self, *, is_outside: bool) -> Tuple[int, int]:
        return (self.uid, self.gid) if is_outside else (0, 0)

    def _worker(self, folder: str, owner: int, *, is_outside: bool) -> Tuple[int, int]:
        """Effective user and group of what is changed in a folder. Raises Refused."""
        me = os.geteuid()
        if owner not in (0, self.uid, me):
            raise Refused(folder, f"the folder belongs to user {owner}, neither to the agent's user nor to root, so nothing is changed in it")
        if me != 0:
            return me, os.getegid()
        if owner == 0 and not is_outside and not self.is_trusted:
            raise Refused(folder, "the folder is root's, and the way to the installation leads over a link that another than root can change")
        if is_outside or owner == self.uid:
            return self.uid, self.gid if self.uid else 0
        return 0, 0


def _is_in(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip("/") + "/")


def _resolved(path: str) -> Tuple[str, bool]:
    """*path* without links, and whether root alone can change each of those links. Raises Refused."""
    todo, here, links, is_roots = path.split("/")[::-1], "/", 0, True
    while todo:
        name = todo.pop()
        if name in ("", "."):
            continue
        if name == "..":  # of what a link led to: the real folder above
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, name)
        try:
            is_link = stat.S_ISLNK(os.lstat(step).st_mode)
            target = os.readlink(step) if is_link else ""
        except OSError as why:
            raise Refused(path, f"cannot be reached: {why.strerror}") from why
        if not is_link:
            here = step
            continue
        links += 1
        if links > MOST_LINKS:
            raise Refused(path, "is a loop of links")
        is_roots = is_roots and _is_roots(here, step)
        here = "/" if target.startswith("/") else here
        todo += target.split("/")[::-1]
    return here, is_roots


def _is_roots(folder: str, link: str) -> bool:
    above = os.lstat(folder)
    is_closed = not above.st_mode & 0o022 or bool(above.st_mode & stat.S_ISVTX)
    return above.st_uid == 0 and is_closed and os.lstat(link).st_uid == 0


def _walked(real: str, shown: str) -> int:
    """A handle on a folder, one part after the other from the root, no link followed. Raises Refused."""
    try:
        handle = os.open("/", PASS)
        names = [name for name in real.split("/") if name]
        for number, name in enumerate(names, 1):
            handle = _onwards(handle, name, shown, FOLDER if number == len(names) else PASS)
    except PermissionError as why:
        if os.geteuid() == 0 or hasattr(os, "O_PATH"):
            raise Refused(shown, f"cannot be reached: {why.strerror}") from why
        return _step(real, shown, None)  # a user may pass folders that he may not read
    except Refused:
        raise
    except OSError as why:
        raise Refused(shown, f"cannot be reached: {why.strerror}") from why
    return handle


def _onwards(handle: int, name: str, shown: str, flags: int = FOLDER) -> int:
    """The folder *name* of the folder *handle*, which is closed. Raises Refused for a symlink, OSError."""
    try:
        return _step(name, shown, handle, flags)
    finally:
        os.close(handle)


def _step(name: str, shown: str, handle: Optional[int], flags: int = FOLDER) -> int:
    try:
        return os.open(name, flags, dir_fd=handle)
    except OSError as why:
        if _is_link(name, handle):
            raise Linked(shown) from why
        raise OSError(why.errno, why.strerror, shown) from why


def _is_link(name: str, handle: Optional[int]) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)
    except OSError:
        return False

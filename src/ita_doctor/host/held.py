"""One folder, held by its handle: what stands in it is looked at, put and taken away there and nowhere else."""

from __future__ import annotations

import contextlib
import os
import stat
from types import TracebackType
from typing import Iterator, NamedTuple, Optional, Tuple, Type

from ita_doctor.host import tags
from ita_doctor.host.identity import working_as
from ita_doctor.host.log import write_all
from ita_doctor.host.refused import Refused
from ita_doctor.host.seen import Seen, look_in, tagged
from ita_doctor.model.artifact import LIMIT
from ita_doctor.model.plan import TEMPORARY, Facts

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ROOT = (0, 0)


class Laid(NamedTuple):
    """A new file that is ready and has only a temporary name yet."""

    handle: int
    temporary: str
    worker: Tuple[int, int]
    """Effective user and group that made it."""

    def close(self) -> None:
        """Let the file go."""
        os.close(self.handle)


class Held:
    """A folder that was opened without following a link; it stays the same one, whatever is done to its path."""

    def __init__(self, handle: int, path: str, *, worker: Tuple[int, int], is_outside: bool) -> None:
        found = os.fstat(handle)
        self.path = path
        self.dev, self.inode = found.st_dev, found.st_ino
        self.uid, self.gid = found.st_uid, found.st_gid
        self.mode = stat.S_IMODE(found.st_mode)
        self.is_outside = is_outside
        self._handle = handle
        self._worker = worker
        """Effective user and group of all that is changed in it."""

    def __enter__(self) -> Held:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], why: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Let the handle go; a second time does nothing."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            os.close(handle)

    def look(self, name: str, limit: int = LIMIT) -> Seen:
        """What stands under *name*; never raises for what can stand there."""
        with working_as(*(self._worker if self.is_outside else _ROOT)):
            seen = look_in(self._handle, name, limit)._replace(folder_uid=self.uid, is_outside=self.is_outside)
        return tagged(seen, os.path.join(self.path, name))

    def can_give(self, facts: Facts) -> bool:
        """Whether a file put here can have the user and group of *facts*."""
        return self._gives(facts) or (os.geteuid() == 0 and not self.is_outside and facts.uid >= 0 and facts.gid >= 0)

    def put(self, name: str, temporary: str, content: bytes, facts: Facts) -> None:
        """Lay a new file ready and place it under *name*: whole or not at all. Raises as lay and place do."""
        laid = self.lay(name, temporary, content, facts)
        try:
            self.place(name, laid)
        finally:
            laid.close()

    def lay(self, name: str, temporary: str, content: bytes, facts: Facts) -> Laid:
        """
        Make the new file that is to stand under *name*, whole and on the disk, as *temporary*; what stands there still does.

        *temporary* begins with model.plan.TEMPORARY and must not be there. It is made by the folder's owner, or where that one cannot give the
        wanted user and group, by root; it has both, and its mode less the bits 7000, before the first byte, and the times where mtime_ns is not
        0. Raises Refused for an owner that cannot be given, OSError with the path for all else; then the temporary is gone.
        """
        path = self._checked(name)
        self._check_temporary(temporary)
        is_ours = self._gives(facts)
        if not is_ours and not self.can_give(facts):
            raise Refused(path, f"only root can give it to user {facts.uid} and group {facts.gid}")
        worker = self._worker if is_ours else _ROOT
        handle = -1
        with _at(path):
            try:
                with working_as(*worker):
                    handle = os.open(temporary, _NEW, 0o600, dir_fd=self._handle)
                    if facts.ccsid is None:
                        _fill(handle, content, facts, path)
                if facts.ccsid is not None:  # by a program, and none is started while we work as another
                    self._tag(handle, temporary, facts.ccsid, worker)
                    with working_as(*worker):
                        _fill(handle, content, facts, path)
            except BaseException:
                if handle >= 0:
                    with working_as(*worker):
                        self._drop(temporary)
                    os.close(handle)
                raise
        return Laid(handle, temporary, worker)

    def place(self, name: str, laid: Laid) -> None:
        """
        Give the file that was laid ready its *name*; what stood there is replaced, never changed. It takes no more room on the disk.

        Raises OSError with the path; then the temporary is gone, and what stood there still does, unless only the last fsync failed.
        """
        path = self._checked(name)
        with _at(path), working_as(*laid.worker):
            try:
                os.rename(laid.temporary, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            except BaseException:
                self._drop(laid.temporary)
                raise
            now = os.stat(name, dir_fd=self._handle, follow_symlinks=False)
            if not os.path.samestat(os.fstat(laid.handle), now):  # held open until here, so that its number is nobody else's
                raise Refused(path, "something else was put in the place of the new file while it was written")
            os.fsync(self._handle)

    def take_away(self, name: str) -> None:
        """Take the file *name* out of the folder. Raises OSError with the path."""
        with _at(self._checked(name)), working_as(*self._worker):
            os.unlink(name, dir_fd=self._handle)
            os.fsync(self._handle)

    def set_mode(self, mode: int) -> None:
        """Give this folder itself other permission bits, as its owner. Raises OSError with its path, also where the bits do not take."""
        is_ours = self._gives(Facts(mode, self._worker[0], self.gid)) or not (mode | self.mode) & stat.S_ISGID
        if not is_ours and (os.geteuid() != 0 or self.is_outside):  # the system would silently take the bit away
            raise Refused(self.path, f"the mode {mode:04o} can be set only by root, since its owner is not in group {self.gid}")
        with _at(self.path), working_as(*(self._worker if is_ours else _ROOT)):
            os.fchmod(self._handle, mode)
            os.fsync(self._handle)
            self.mode = stat.S_IMODE(os.fstat(self._handle).st_mode)
        if self.mode != mode:
            raise Refused(self.path, f"the mode {mode:04o} cannot be set: it is {self.mode:04o} now")

    def make_folder(self, name: str, facts: Facts) -> None:
        """Make a new folder with the mode, user and group of *facts*. Raises Refused, and OSError with the path."""
        path = self._checked(name)
        is_ours = self._gives(facts)
        if not is_ours and not (self._worker == _ROOT == (os.geteuid(), 0) and self._is_safe()):
            raise Refused(path, f"a folder for user {facts.uid} and group {facts.gid} cannot be made here: make it by hand")
        with _at(path), working_as(*self._worker):
            os.mkdir(name, 0o700, dir_fd=self._handle)
            handle = os.open(name, FOLDER, dir_fd=self._handle)
            try:
                found = os.fstat(handle)
                if found.st_uid != os.geteuid():
                    raise Refused(path, "something else was put in the place of the new folder")
                if (found.st_uid, found.st_gid) != (facts.uid, facts.gid):
                    os.fchown(handle, facts.uid, facts.gid)
                os.fchmod(handle, facts.mode & 0o777)
                os.fsync(handle)
            finally:
                os.close(handle)
            os.fsync(self._handle)

    def remove_folder(self, name: str) -> None:
        """Take the empty folder *name* away. Raises OSError with the path, ENOTEMPTY among them."""
        with _at(self._checked(name)), working_as(*self._worker):
            os.rmdir(name, dir_fd=self._handle)
            os.fsync(self._handle)

    def clear(self, temporary: str) -> bool:
        """Take a temporary that was left behind away; whether there was one. What bears its name and is a folder was never ours."""
        self._check_temporary(temporary)
        with _at(os.path.join(self.path, temporary)), working_as(*self._worker):
            try:
                if stat.S_ISDIR(os.stat(temporary, dir_fd=self._handle, follow_symlinks=False).st_mode):
                    return False
                os.unlink(temporary, dir_fd=self._handle)
            except FileNotFoundError:
                return False
            os.fsync(self._handle)
            return True

    def _tag(self, handle: int, temporary: str, ccsid: int, worker: Tuple[int, int]) -> None:
        """Tag the new, empty file as *worker*, by its path since the system knows no other way; then it has to be the same one still."""
        path = os.path.join(self.path, temporary)
        uid, gid = worker if os.geteuid() == 0 else (os.geteuid(), os.getegid())
        tags.give(path, ccsid, uid, gid)
        if not os.path.samestat(os.fstat(handle), os.stat(temporary, dir_fd=self._handle, follow_symlinks=False)):
            raise Refused(path, "something else was put in the place of the new file while it was tagged")

    def _drop(self, temporary: str) -> None:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=self._handle)

    def _gives(self, facts: Facts) -> bool:
        """Whether the one who works here can give a file that user and group."""
        uid, gid = self._worker
        groups = {gid} if os.geteuid() == 0 else {gid, *os.getgroups()}
        return facts.uid == uid and facts.gid in groups

    def _is_safe(self) -> bool:
        """Whether only root can move what root makes here."""
        return self.uid == 0 and (not self.mode & 0o022 or bool(self.mode & stat.S_ISVTX))

    def _checked(self, name: str) -> str:
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise Refused(self.path, "what is to stand in it has no name that can be one")
        return os.path.join(self.path, name)

    def _check_temporary(self, name: str) -> None:
        if not name.startswith(TEMPORARY) or "/" in name or "\0" in name:
            raise Refused(self.path, f"a temporary name in it begins with {TEMPORARY}")


def _fill(handle: int, content: bytes, facts: Facts, path: str) -> None:
    """Make the new, empty file what it is to be, down to the disk."""
    mode = facts.mode & 0o777
    found = os.fstat(handle)
    if (found.st_uid, found.st_gid) != (facts.uid, facts.gid):
        os.fchown(handle, facts.uid if found.st_uid != facts.uid else -1, facts.gid)
    os.fchmod(handle, mode)
    if stat.S_IMODE(os.fstat(handle).st_mode) != mode:
        raise Refused(path, f"a file here cannot have the mode {mode:04o}")
    write_all(handle, content)
    if facts.mtime_ns:
        os.utime(handle, ns=(facts.atime_ns or facts.mtime_ns, facts.mtime_ns))
    os.fsync(handle)


@contextlib.contextmanager
def _at(path: str) -> Iterator[None]:
    """An error of the system names the whole path, not what was said to a handle."""
    try:
        yield
    except Refused:
        raise
    except OSError as why:
        raise OSError(why.errno, why.strerror, path) from why

"""
The state folder: what `fix` did and what was there before, where nobody but us can write or read.

    Vault.open(folder, create=…) -> Optional[Vault]      Refused
    vault.lock(place) -> Lock                            Refused: who is at work;  vault.is_locked(place)
    vault.runs(place) -> names, oldest first;  vault.new_run(place) -> name
    vault.journal(place, run) -> Log (.lines(), .append(text))
    vault.save(place, run, name, content);  vault.load(place, run, name, limit)
    vault.keep(place, name, content);  vault.kept(place, name);  vault.drop(place, name)
    vault.path(place, name);  vault.run_path(place, run)
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import Iterator, List, Optional, Protocol, Union

from ita_doctor.host.lock import Lock, is_taken, take
from ita_doctor.host.log import JOURNAL, Log, open_own, read_own, write_new
from ita_doctor.host.refused import Refused

MOST = 1 << 26
"""Bytes of a backup; no key store of a master is longer."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_RUN = "run-"
_LOCK = "lock"
_NEW = ".new-"
_RESERVE = "reserve"


class Named(Protocol):
    """A run, as repair/journal.py knows it."""

    @property
    def name(self) -> str:
        """Its folder's name."""


class Vault:
    """The state folder, for one place (the absolute path of an ita.ini) at a time."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @property
    def pid(self) -> int:
        """The number of this process, for the journal."""
        return os.getpid()

    @staticmethod
    def open(folder: str, *, create: bool) -> Optional[Vault]:
        """The vault in *folder*; None where there is none and *create* is False. Raises Refused where it is not ours alone."""
        folder = os.path.abspath(folder)
        try:
            if create and not os.path.lexists(folder):
                os.makedirs(os.path.dirname(folder), 0o700, exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(folder, 0o700)
                _sync(os.path.dirname(folder))
            os.close(_opened(folder))
            _check_above(folder)
        except (FileNotFoundError, NotADirectoryError) as why:
            if create or os.path.lexists(folder):
                raise Refused(folder, "is no folder that state can be kept in; name another with --state DIR") from why
            return None
        except Refused:
            raise
        except (OSError, ValueError) as why:
            raise Refused(folder, f"state cannot be kept in it: {getattr(why, 'strerror', None) or 'no path'}") from why
        return Vault(folder)

    def path(self, place: str, name: str) -> str:
        """Where something that is kept stands, for messages."""
        return os.path.join(self.folder, _hashed(place), name)

    def run_path(self, place: str, run: Union[str, Named]) -> str:
        """The folder of one run's journal and backups, for messages."""
        return self.path(place, run if isinstance(run, str) else run.name)

    def lock(self, place: str) -> Lock:
        """Keep every other `fix` with this state folder away from *place*. Raises Refused with who is at work."""
        with self._place(place, create=True) as folder:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            return take(os.open(_LOCK, flags, 0o600, dir_fd=folder), place)

    def is_locked(self, place: str) -> bool:
        """Whether a `fix` or `undo` with this state folder is at work now."""
        try:
            with self._place(place) as folder:
                handle = os.open(_LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        except FileNotFoundError:
            return False
        try:
            return is_taken(handle)
        finally:
            os.close(handle)

    def runs(self, place: str) -> List[str]:
        """The names of all runs, oldest first."""
        try:
            with self._place(place) as folder:
                return sorted(name for name in os.listdir(folder) if name.startswith(_RUN) and name[len(_RUN) :].isdigit())
        except FileNotFoundError:
            return []

    def new_run(self, place: str) -> str:
        """The name of a new run, after all others whatever the clock says; its folder is made."""
        last = [int(name[len(_RUN) :]) for name in self.runs(place)[-1:]]
        name = f"{_RUN}{(last[0] if last else 0) + 1:06d}"
        with self._place(place, create=True) as folder:
            os.mkdir(name, 0o700, dir_fd=folder)
            os.fsync(folder)
        return name

    def journal(self, place: str, run: str) -> Log:
        """The journal of a run; it is made where it is not there yet. Raises Refused."""
        with self._run(place, run) as folder:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
            handle = open_own(JOURNAL, flags, folder, self.run_path(place, f"{run}/{JOURNAL}"))
            os.fsync(folder)
        return Log(handle, self.run_path(place, f"{run}/{JOURNAL}"))

    def read_journal(self, place: str, run: str) -> Optional[List[str]]:
        """The whole lines of a run's journal; None where it has none. Raises Refused where it is not a file of our own."""
        path = self.run_path(place, f"{run}/{JOURNAL}")
        try:
            with self._run(place, run) as folder:
                log = Log(open_own(JOURNAL, os.O_RDONLY, folder, path), path)
        except FileNotFoundError:
            return None
        with log:
            return log.lines()

    def save(self, place: str, run: str, name: str, content: bytes) -> None:
        """Keep a backup; it is on the disk, with its name, when this returns."""
        with self._run(place, run) as folder:
            write_new(name, content, folder, self.run_path(place, f"{run}/{name}"))

    def load(self, place: str, run: str, name: str, limit: int = MOST) -> bytes:
        """A backup. Raises OSError."""
        with self._run(place, run) as folder:
            return read_own(name, limit, folder, self.run_path(place, f"{run}/{name}"))

    def reserve(self, place: str, run: str, size: int) -> None:
        """Take so many bytes of the disk, so that there is room for the way back. Raises OSError where there is not."""
        self.save(place, run, _RESERVE, bytes(size))

    def free(self, place: str, run: str) -> None:
        """Give back what was reserved."""
        with contextlib.suppress(FileNotFoundError), self._run(place, run) as folder:
            os.unlink(_RESERVE, dir_fd=folder)

    def keep(self, place: str, name: str, content: bytes) -> None:
        """Keep something that waits, such as a request; what had the name is replaced, whole or not at all."""
        _check(self.folder, name)
        with self._place(place, create=True) as folder:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(_NEW + name, dir_fd=folder)
            write_new(_NEW + name, content, folder, self.path(place, name))
            os.rename(_NEW + name, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def kept(self, place: str, name: str) -> Optional[bytes]:
        """What was kept, or None. Raises OSError for what is there and not ours."""
        _check(self.folder, name)
        try:
            with self._place(place) as folder:
                return read_own(name, MOST, folder, self.path(place, name))
        except FileNotFoundError:
            return None

    def drop(self, place: str, name: str) -> None:
        """Keep it no longer."""
        _check(self.folder, name)
        with contextlib.suppress(FileNotFoundError), self._place(place) as folder:
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)

    @contextlib.contextmanager
    def _place(self, place: str, *, create: bool = False) -> Iterator[int]:
        """The folder of a place, by handle. Raises FileNotFoundError where there is none."""
        top = _opened(self.folder)
        try:
            name = _hashed(place)
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=top)
                    os.fsync(top)
            folder = _opened(name, top, self.path(place, ""))
        finally:
            os.close(top)
        try:
            yield folder
        finally:
            os.close(folder)

    @contextlib.contextmanager
    def _run(self, place: str, run: str) -> Iterator[int]:
        _check(self.folder, run)
        with self._place(place) as folder:
            handle = _opened(run, folder, self.run_path(place, run))
        try:
            yield handle
        finally:
            os.close(handle)


def _hashed(place: str) -> str:
    import hashlib

    return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _check(folder: str, name: str) -> None:
    """A name that is kept is one of ours. Raises Refused."""
    if not name or name.startswith(".") or "/" in name or "\0" in name or len(name) > 200:
        raise Refused(folder, "a name to be kept in it cannot be one")


def _check_above(folder: str) -> None:
    """Raises Refused where a folder above it can be written by others, so that another state folder could be put in its place."""
    above = os.path.dirname(os.path.realpath(folder))
    while True:
        found = os.stat(above)
        if found.st_uid not in (0, os.geteuid()) or (found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX):
            raise Refused(folder, f"{above}, above it, can be written by others, who could put another in its place: name one with --state DIR")
        if above == "/":
            return
        above = os.path.dirname(above)


def _opened(name: str, above: Optional[int] = None, path: str = "") -> int:
    """A folder that is ours alone, by handle. Raises Refused where it is not, OSError where it is not there."""
    path = path or name
    is_link = stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode)
    if is_link:
        raise Refused(path, "is a symlink: name the folder itself")
    handle = os.open(name, _FOLDER, dir_fd=above)
    found = os.fstat(handle)
    why = ""
    if found.st_uid != os.geteuid():
        why = f"belongs to user {found.st_uid}, not to us: name another state folder"
    elif found.st_mode & 0o077:
        why = f"has mode {stat.S_IMODE(found.st_mode):04o}, and what is kept in it is nobody else's: chmod 700, or name another state folder"
    if why:
        os.close(handle)
        raise Refused(path, why)
    return handle


def _sync(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

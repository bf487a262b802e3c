"""A real installation in a folder of the test, changes to it, and faults of the system at any call."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

from ita_doctor.host.tree import Tree
from ita_doctor.host.vault import Vault
from ita_doctor.model.plan import Change, Facts, State
from ita_doctor.model.secret import Secret
from ita_doctor.repair.apply import Repair

AGENT, OTHER = 1, 2
"""Users by number, for tests that root runs."""
OLD = 1_600_000_000_123_456_789
CAN_FAIL = ("open", "write", "fsync", "rename", "unlink", "mkdir", "rmdir", "fchmod", "fchown", "utime", "ftruncate")
"""Calls of the system that change something, or that lead to one that does."""
CALLS = (*CAN_FAIL, "setegid", "seteuid", "setgroups")
"""Those before which a process can die: becoming root again is never refused to one that is root."""


class Site(NamedTuple):
    """An installation whose agent's user is *uid*, and a vault."""

    root: str
    vault: Vault
    uid: int
    gid: int

    @property
    def place(self) -> str:
        return f"{self.root}/TWS/ita.ini"

    @property
    def tree(self) -> Tree:
        return Tree(f"{self.root}/TWS", self.uid, self.gid)

    def path(self, name: str) -> str:
        return f"{self.root}/TWS/{name}"

    def begin(self) -> Repair:
        return Repair.begin(self.vault, self.tree, self.place, version="1", now=1.5)

    def tree_of(self, header: Any) -> Tree:
        return Tree(header.installation, header.uid, header.gid)

    def forget(self) -> None:
        """Every run so far: a loop of kills ends only where the next run does not ask for more of them."""
        shutil.rmtree(self.vault.folder)
        os.mkdir(self.vault.folder, 0o700)

    def snapshot(self) -> Dict[str, object]:
        """All that may be known of the installation, times of files included."""
        found: Dict[str, object] = {}
        for folder, _, names in os.walk(self.root):
            one = os.lstat(folder)
            found[folder] = (stat.S_IMODE(one.st_mode), one.st_uid, one.st_gid)
            for name in names:
                path = os.path.join(folder, name)
                one = os.lstat(path)
                found[path] = (oct(one.st_mode), one.st_uid, one.st_gid, one.st_mtime_ns, one.st_atime_ns, one.st_nlink, self._content(path))
        return found

    def _content(self, path: str) -> bytes:
        if os.path.islink(path):
            return os.readlink(path).encode()
        handle = os.open(path, os.O_RDONLY | os.O_NOATIME)
        with open(handle, "rb") as file:
            return file.read()


def site(root: str, vault: str, *, uid: Optional[int] = None) -> Site:
    """An installation with an ita.ini, a public file, a secret, a stray and a folder that all may write to."""
    uid = os.geteuid() if uid is None else uid
    gid = os.getegid() if uid == os.geteuid() else uid
    made = Vault.open(vault, create=True)
    assert made is not None
    place = Site(os.path.realpath(root), made, uid, gid)
    for folder in ("TWS", "TWS/cert"):
        os.mkdir(f"{place.root}/{folder}")
        own(f"{place.root}/{folder}", uid, gid)
    os.chmod(place.path("cert"), 0o777)
    for name, mode in (("ita.ini", 0o644), ("cert/pub.pem", 0o664), ("cert/prv.pem", 0o644), ("cert/stray.pem", 0o640)):
        write(place.path(name), f"old {name}\n".encode(), mode, uid, gid)
    return place


def own(path: str, uid: int, gid: int) -> None:
    if os.geteuid() == 0:
        os.chown(path, uid, gid)


def write(path: str, content: bytes, mode: int, uid: int, gid: int) -> None:
    with open(path, "wb") as file:
        file.write(content)
    own(path, uid, gid)
    os.chmod(path, mode)
    os.utime(path, ns=(OLD, OLD))


def state_of(path: str) -> Optional[State]:
    """What stands at a path, as a plan has it."""
    try:
        one = os.lstat(path)
    except FileNotFoundError:
        return None
    facts = Facts(stat.S_IMODE(one.st_mode), one.st_uid, one.st_gid, one.st_atime_ns, one.st_mtime_ns, one.st_nlink)
    if stat.S_ISDIR(one.st_mode):
        return State(facts, "")
    handle = os.open(path, os.O_RDONLY | os.O_NOATIME)
    with open(handle, "rb") as file:
        return State(facts, "", Secret(file.read()))


def change(place: Site, name: str, content: Optional[bytes], mode: int = 0o600, **more: Any) -> Change:
    """*name* is to hold *content*, the agent's; None: it is to go."""
    path = place.path(name)
    after = None if content is None else State(Facts(mode, place.uid, place.gid), "", Secret(content))
    return Change(path, "x", state_of(path), after, **more)


def folder(place: Site, name: str, mode: int) -> Change:
    """The folder *name* is to be there, with this mode."""
    path = place.path(name)
    return Change(path, "folder", state_of(path), State(Facts(mode, place.uid, place.gid), ""), is_folder=True)


def changes(place: Site) -> List[Change]:
    """One of every kind."""
    return [
        folder(place, "cert", 0o755),
        folder(place, "new", 0o700),
        change(place, "new/tws.sth", b"new stash", is_secret=True),
        change(place, "cert/prv.pem", b"new key", is_secret=True),
        change(place, "cert/pub.pem", b"old cert/pub.pem\n", 0o644),
        change(place, "ita.ini", b"new ini" * 1000, 0o644),
        change(place, "cert/stray.pem", None),
    ]


def after_all(place: Site) -> Dict[str, object]:
    """Mode and content of what is there, by name below the installation."""
    found: Dict[str, object] = {}
    for path, facts in place.snapshot().items():
        assert isinstance(facts, tuple)
        found[path[len(place.root) :]] = (oct(facts[0]) if isinstance(facts[0], int) else facts[0], facts[-1] if len(facts) > 3 else None)
    return found


@contextlib.contextmanager
def at_call(number: int, act: Callable[[str], None], calls: Any = CAN_FAIL) -> Iterator[List[str]]:
    """Do *act* in the place of the call *number* (from 1) of those in *calls*; what was called is listed."""
    said: List[str] = []
    originals = {name: getattr(os, name) for name in calls}

    def wrapped(name: str) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            said.append(name)
            if len(said) == number:
                act(name)
            return originals[name](*args, **more)

        return call

    for name in calls:
        setattr(os, name, wrapped(name))
    try:
        yield said
    finally:
        for name, original in originals.items():
            setattr(os, name, original)


class Killed(BaseException):
    """What stops the work where the process would have died."""


def killed(work: Callable[[], None], number: int) -> bool:
    """Do *work* until the call *number*; from there on no call of the system does anything, and what is open is closed. Whether it came to that."""
    opened: List[int] = []
    is_dead = False

    def dead(name: str) -> Callable[..., Any]:
        original, count = getattr(os, name), said

        def call(*args: Any, **more: Any) -> Any:
            nonlocal is_dead
            count.append(name)
            is_dead = is_dead or len(count) >= number
            if is_dead:
                raise Killed
            found = original(*args, **more)
            if name == "open":
                opened.append(found)
            return found

        return call

    said: List[str] = []
    before = {name: getattr(os, name) for name in CAN_FAIL}
    for name in CAN_FAIL:
        setattr(os, name, dead(name))
    try:
        work()
    except Killed:
        pass
    finally:
        for name, original in before.items():
            setattr(os, name, original)
        for handle in opened:
            with contextlib.suppress(OSError):
                os.close(handle)
    return is_dead


def in_child(work: Callable[[], None], number: int) -> int:
    """Do *work* in a process that dies without a word in the place of the call *number*; 9 where it came to that, 0 where it was done."""
    pid = os.fork()
    if pid == 0:
        end = os._exit
        try:
            with at_call(number, lambda _: end(9), CALLS):
                work()
            end(0)
        finally:
            end(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

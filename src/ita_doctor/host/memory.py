"""A Host of dicts: whole machines for tests, and nothing of this one is touched."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ita_doctor.model.artifact import Folder, Kind, Stand

if TYPE_CHECKING:
    from ita_doctor.model.agent import Process
    from ita_doctor.model.network import Identity, Journey, Network
    from ita_doctor.model.secret import Secret


class Entry(NamedTuple):
    """What stands at one path."""

    content: bytes = b""
    mode: int = 0o644
    owner: str = "twsuser"
    kind: Kind = Kind.FILE
    link: str = ""
    """Where it is a symlink: the path that it leads to."""
    acl_writers: Tuple[str, ...] = ()
    readable: bool = True
    changed: float = 0.0
    ccsid: Optional[int] = None


class MemoryHost:
    """A machine in memory; users are known by name, root is 0."""

    platform = "posix"

    def __init__(self, entries: Mapping[str, Entry], *, now: float, me: str = "root", users: Optional[Mapping[str, int]] = None) -> None:
        self.entries: Dict[str, Entry] = dict(entries)
        self.users: Dict[str, int] = dict(users if users is not None else {"root": 0, "twsuser": 1001, "other": 1002})
        self.variables: Dict[str, str] = {}
        self.running: Union[Tuple[Process, ...], OSError] = ()
        self.ports: Dict[int, Union[bytes, OSError]] = {}
        """By port: the certificate (DER) that it presents, or why it presents none."""
        self.resolved: Dict[str, Tuple[str, ...]] = {"nc117031": ("192.0.2.7",)}
        self.is_deaf = False
        """Its resolver never answers."""
        self.zone = 0.0
        """Seconds east of UTC."""
        self.own: Tuple[str, ...] = ("127.0.0.1", "192.0.2.7")
        self.network: Optional[Network] = None
        self.journey: Optional[Journey] = None
        self._now = now
        self._me = me

    def stand(self, path: str) -> Stand:
        """What stands at *path*, links followed."""
        entry = self.entries.get(path)
        if entry is None:
            return Stand(Kind.FOLDER, 0o755, 0, "root", real=path) if self._is_folder(path) else Stand(Kind.MISSING)
        target, real = entry, path
        if entry.link:
            real = entry.link
            if real not in self.entries:
                return Stand(Kind.DANGLING)
            target = self.entries[real]
        if target.kind in (Kind.MISSING, Kind.HIDDEN, Kind.LOOP, Kind.DANGLING):
            return Stand(target.kind)
        uid = self.users.get(target.owner)
        return Stand(
            kind=target.kind, mode=target.mode, uid=uid if uid is not None else int(target.owner), owner=target.owner if uid is not None else None,
            size=len(target.content), is_link=bool(entry.link), real=real,
            is_outside=bool(entry.link) and posixpath.dirname(real) != posixpath.dirname(path), readable=target.readable,
            acl_writers=target.acl_writers, changed=target.changed, written=target.changed, ccsid=target.ccsid,
        )  # fmt: skip

    def read(self, path: str, limit: int) -> bytes:
        """The first *limit* bytes of a regular file."""
        entry = self.entries.get(path)
        entry = self.entries.get(entry.link) if entry is not None and entry.link else entry
        if entry is None or entry.kind is not Kind.FILE or not entry.readable:
            raise OSError(f"{path} cannot be read")
        return entry.content[:limit]

    def names(self, folder: str) -> Sequence[str]:
        """The names in *folder*, sorted."""
        start = folder.rstrip("/") + "/"
        return sorted({path[len(start) :].split("/")[0] for path in self.entries if path.startswith(start)})

    def files(self, folder: str) -> Sequence[Tuple[str, int]]:
        """Names and sizes of the regular files in *folder*, sorted."""
        stands = [(name, self.stand(posixpath.join(folder, name))) for name in self.names(folder)]
        return [(name, stand.size) for name, stand in stands if stand.kind is Kind.FILE]

    def folders(self, path: str) -> Tuple[Folder, ...]:
        """The folders above *path*, its own first, the root last."""
        chain = []
        here = posixpath.dirname(path)
        while True:
            stand = self.stand(here)
            if stand.kind is Kind.FOLDER:
                chain.append(Folder(here, stand.mode, stand.uid, stand.owner))
            if here == "/":
                return tuple(chain)
            here = posixpath.dirname(here)

    def absolute(self, path: str) -> str:
        """*path* from the root on."""
        return posixpath.normpath(posixpath.join("/", path))

    def at(self, path: str) -> str:
        """Its files mean its own paths."""
        return path

    def me(self) -> Tuple[int, str]:
        """Number and name of the user who runs this."""
        return self.users[self._me], self._me

    def uid_of(self, name: str) -> Optional[int]:
        """The number of a user."""
        return self.users.get(name)

    def group_of(self, uid: int) -> int:
        """Every user's group bears the user's number."""
        return uid if uid in self.users.values() else -1

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now

    def moment(self, civil: float) -> float:
        """By the zone of the test."""
        return civil - self.zone

    def name(self) -> str:
        """The machine's name."""
        return "nc117031"

    def environment(self, name: str) -> Optional[str]:
        """A variable of the environment."""
        return self.variables.get(name)

    def tail(self, path: str, limit: int) -> bytes:
        """The last *limit* bytes of a regular file."""
        return self.read(path, 1 << 30)[-limit:]

    def processes(self, installation: str) -> Tuple[Process, ...]:
        """Those of the test whose program lies there."""
        if isinstance(self.running, OSError):
            raise self.running
        return tuple(one for one in self.running if one.program.startswith(installation.rstrip("/") + "/"))

    def served(self, port: int, timeout: float, identity: Optional[Identity] = None) -> bytes:
        """What the test laid on that port."""
        found = self.ports.get(port, ConnectionRefusedError(111, "Connection refused"))
        if isinstance(found, OSError):
            raise found
        return found

    def addresses(self, name: str, timeout: float) -> Tuple[Tuple[str, bool], ...]:
        """What the test says that *name* resolves to."""
        if self.is_deaf:
            raise TimeoutError(110, "no answer")
        return tuple((one, one in self.own) for one in self.resolved.get(name, ()))

    def list_store(self, content: bytes, kind: str, typed: Secret) -> bytes:
        """There is no Java in memory."""
        raise FileNotFoundError(2, "there is no keytool", "keytool")

    def reach(self, journey: Journey) -> Network:
        """What the test laid down as the network."""
        self.journey = journey
        if self.network is None:
            raise AssertionError("this test has no network")
        return self.network._replace(targets=journey.targets)

    def _is_folder(self, path: str) -> bool:
        start = path.rstrip("/") + "/"
        return any(one.startswith(start) for one in self.entries)

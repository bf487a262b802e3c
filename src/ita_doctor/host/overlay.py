"""A Host that reads through and writes in memory: what `fix` plans on. Not a byte of the machine is changed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Folder, Kind, Stand
from ita_doctor.model.plan import Facts, State

if TYPE_CHECKING:
    from ita_doctor.host.tree import Seen, Tree
    from ita_doctor.model.agent import Process
    from ita_doctor.model.network import Identity, Journey, Network
    from ita_doctor.model.secret import Secret

TAG = 819
"""On IBM i, the CCSID of what we write: ASCII, as the agent reads it (Latin-1 beyond that)."""
BIGGEST = 16 << 20
"""Bytes of a file that can be replaced: a backup of all of it is kept, also where no artifact may be so long."""


class Overlay:
    """
    The machine as it would be.

    Each file is looked at once, by handle, links not followed: what is judged, what a remedy takes from it and what the plan says of it are
    the same bytes, whoever changes the file meanwhile.
    """

    def __init__(self, base: Host, tree: Tree, *, hidden: Optional[Mapping[str, State]] = None) -> None:
        self.platform = base.platform
        self.base = base
        self.written: Dict[str, Optional[State]] = {}
        """By absolute path; None for what is taken away."""
        self.network: Optional[Network] = None
        """What the way to the master was found to be, once."""
        self._tree = tree
        self._seen: Dict[str, Seen] = {}
        self._stands: Dict[str, Stand] = {}
        self._processes: Union[Tuple[Process, ...], OSError, None] = None
        self._served: Dict[int, Union[bytes, OSError]] = {}
        self._listed: Dict[bytes, Union[bytes, OSError]] = {}
        self._resolved: Dict[str, Union[Tuple[Tuple[str, bool], ...], OSError]] = {}
        self._hidden = dict(hidden or {})
        """Files that are only pretended: an ita.ini for `--into`."""

    # What is written

    def put(self, path: str, state: Optional[State]) -> None:
        """Let *path* be *state* from now on (a folder where it has no content); None takes it away."""
        self.written[self.absolute(path)] = state

    def origin(self, path: str) -> Seen:
        """What stands on the disk at *path* itself, and where it lies."""
        path = self.absolute(path)
        if path not in self._seen:
            self._seen[path] = self._tree.look(path, BIGGEST)
        return self._seen[path]

    def before(self, path: str) -> Optional[State]:
        """What stands on the disk at *path*, as a change keeps it; None where nothing does."""
        path = self.absolute(path)
        seen = self.origin(path)
        if seen.facts is None:
            return None
        from ita_doctor.model.secret import Secret

        stand = self.base.stand(path)
        return State(seen.facts, stand.owner or f"uid {seen.facts.uid}", None if seen.content is None else Secret(seen.content))

    # Host

    def stand(self, path: str) -> Stand:
        """What stands at *path*."""
        path = self.absolute(path)
        state = self._state(path)
        if state is not None:
            kind = Kind.FOLDER if state.content is None else Kind.FILE
            size = 0 if state.content is None else len(state.content)
            name = None if state.owner.startswith("uid ") else state.owner
            return Stand(kind, state.facts.mode, state.facts.uid, name, size, real=path, changed=self.base.now(), ccsid=state.facts.ccsid)
        if path in self.written:
            return Stand(Kind.MISSING)
        if path not in self._stands:
            self._stands[path] = self.base.stand(path)
        return self._stands[path]

    def read(self, path: str, limit: int) -> bytes:
        """The first *limit* bytes of a regular file."""
        path = self.absolute(path)
        state = self._state(path)
        if state is not None and state.content is not None:
            return state.content.reveal()[:limit]
        if path in self.written:
            raise FileNotFoundError(2, "No such file or directory", path)
        seen = self.origin(path)
        return seen.content[:limit] if seen.content is not None else self.base.read(path, limit)

    def names(self, folder: str) -> Sequence[str]:
        """The names in *folder*, sorted."""
        gone, more = self._changed_in(folder)
        return sorted({*(name for name in self.base.names(folder) if name not in gone), *more})

    def files(self, folder: str) -> Sequence[Tuple[str, int]]:
        """Names and sizes of the regular files in *folder*, sorted."""
        gone, more = self._changed_in(folder)
        sizes = dict(one for one in self.base.files(folder) if one[0] not in gone)
        for name in more:
            state = self._state(posixpath.join(self.absolute(folder), name))
            if state is not None and state.content is not None:
                sizes[name] = len(state.content)
        return sorted(sizes.items())

    def folders(self, path: str) -> Tuple[Folder, ...]:
        """The folders above *path*, its own first, with the modes that they would have."""
        found: List[Folder] = []
        for one in self.base.folders(path):
            state = self.written.get(self.absolute(one.path))
            found.append(one if state is None else one._replace(mode=state.facts.mode, uid=state.facts.uid, owner=state.owner))
        return tuple(found)

    def absolute(self, path: str) -> str:
        """*path* from the root on."""
        return self.base.absolute(path)

    def at(self, path: str) -> str:
        """Where a path stands."""
        return self.base.at(path)

    def me(self) -> Tuple[int, str]:
        """Who runs this."""
        return self.base.me()

    def uid_of(self, name: str) -> Optional[int]:
        """The number of a user."""
        return self.base.uid_of(name)

    def group_of(self, uid: int) -> int:
        """The number of a user's own group."""
        return self.base.group_of(uid)

    def now(self) -> float:
        """Seconds since 1970."""
        return self.base.now()

    def moment(self, civil: float) -> float:
        """Seconds since 1970 of a time on the wall."""
        return self.base.moment(civil)

    def name(self) -> str:
        """The machine's name."""
        return self.base.name()

    def environment(self, name: str) -> Optional[str]:
        """A variable of the environment."""
        return self.base.environment(name)

    def tail(self, path: str, limit: int) -> bytes:
        """The last *limit* bytes of a file; logs are never planned on."""
        return self.base.tail(path, limit)

    def processes(self, installation: str) -> Tuple[Process, ...]:
        """The processes of the installation, looked for once."""
        if self._processes is None:
            try:
                self._processes = self.base.processes(installation)
            except OSError as why:
                self._processes = why
        if isinstance(self._processes, OSError):
            raise self._processes
        return self._processes

    def served(self, port: int, timeout: float, identity: Optional[Identity] = None) -> bytes:
        """What the agent's port presents, asked once: the agent is not restarted by a plan."""
        if port not in self._served:
            try:
                self._served[port] = self.base.served(port, timeout, identity)
            except OSError as why:
                self._served[port] = why
        found = self._served[port]
        if isinstance(found, OSError):
            raise found
        return found

    def addresses(self, name: str, timeout: float) -> Tuple[Tuple[str, bool], ...]:
        """What *name* resolves to, asked once: a resolver that is late would be late in every round."""
        if name not in self._resolved:
            try:
                self._resolved[name] = self.base.addresses(name, timeout)
            except OSError as why:
                self._resolved[name] = why
        found = self._resolved[name]
        if isinstance(found, OSError):
            raise found
        return found

    def list_store(self, content: bytes, kind: str, typed: Secret) -> bytes:
        """What keytool lists of a key store, asked once for the same bytes and password: it takes a third of a second, or its whole deadline."""
        import hashlib

        mark = hashlib.sha256(b"\0".join((kind.encode(), hashlib.sha256(typed.reveal()).digest(), content))).digest()
        if mark not in self._listed:
            try:
                self._listed[mark] = self.base.list_store(content, kind, typed)
            except OSError as why:
                self._listed[mark] = why
        listed = self._listed[mark]
        if isinstance(listed, OSError):
            raise listed
        return listed

    def reach(self, journey: Journey) -> Network:
        """The way to the master, gone once: nothing that is planned changes who answers there."""
        if self.network is None:
            self.network = self.base.reach(journey)
        return self.network

    def _state(self, path: str) -> Optional[State]:
        state = self.written.get(path)
        return state if state is not None or path in self.written else self._hidden.get(path)

    def _changed_in(self, folder: str) -> Tuple[List[str], List[str]]:
        """Names in *folder* that are taken away, and those that are there only in memory."""
        above = self.absolute(folder)
        inside = {path: self._state(path) for path in (*self._hidden, *self.written) if posixpath.dirname(path) == above}
        gone = [posixpath.basename(path) for path, state in inside.items() if state is None]
        return gone, [posixpath.basename(path) for path, state in inside.items() if state is not None]


def facts_for(host: Host, uid: int, mode: int, old: Optional[State]) -> Facts:
    """Mode and owner of what is written for the user *uid*: the group stays where the owner does."""
    gid = old.facts.gid if old is not None and old.facts.uid == uid else host.group_of(uid)
    return Facts(mode, uid, gid, ccsid=TAG if host.platform == "os400" else None)

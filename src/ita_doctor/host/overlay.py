"""A Host that reads through and writes in memory: what `fix` plans on. Not a byte of the machine is changed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Dict, List, Mapping, Optional, Sequence, Tuple

from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Folder, Kind, Stand
from ita_doctor.model.plan import Facts, State

if TYPE_CHECKING:
    from ita_doctor.host.tree import Seen, Tree
    from ita_doctor.model.network import Journey, Network

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
            return Stand(kind, state.facts.mode, state.facts.uid, name, size, real=path)
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

    def name(self) -> str:
        """The machine's name."""
        return self.base.name()

    def environment(self, name: str) -> Optional[str]:
        """A variable of the environment."""
        return self.base.environment(name)

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
    return Facts(mode, uid, gid)

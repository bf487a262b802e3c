"""Putting back what a run of `fix` changed: last change first, every one tried, and nothing touched that somebody changed since."""

from __future__ import annotations

import errno
import hashlib
from contextlib import closing, suppress
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple, Union

from ita_doctor.host.held import Held
from ita_doctor.host.lock import Lock
from ita_doctor.host.refused import Busy, Refused
from ita_doctor.host.seen import Seen
from ita_doctor.host.tree import Tree
from ita_doctor.host.vault import Vault
from ita_doctor.model.artifact import Kind
from ita_doctor.model.plan import Facts
from ita_doctor.repair.journal import (
    APPLIED,
    FOLDER_MADE,
    FOLDER_MODE,
    HALF,
    UNDOING,
    UNDONE,
    Entry,
    Header,
    Journal,
    Run,
    Shape,
    mark_line,
    read,
)

TreeOf = Callable[[Header], Tree]


class Undone(NamedTuple):
    """What came of an undo."""

    put_back: Tuple[str, ...]
    """Paths that are as before again, in the order in which that was done; those that were so already are not among them."""
    stuck: Tuple[Tuple[str, str], ...]
    """(path, reason) of what was left as it is; the reason is the second half of a sentence. Its backup is kept."""


def undo(vault: Vault, run: Run, tree_of: TreeOf) -> Undone:
    """
    Put back what *run* changed: exact bytes, owner, group, mode and times.

    What is as before already is passed over; what is no longer what `fix` wrote is left and named. Can be killed at any moment and run
    again. Raises Refused where another `fix` is at work or the journal is not ours.
    """
    held: List[Lock] = [vault.lock(run.place)]
    try:
        journal = read(vault, run.place, run.name)
        if journal is None:
            return Undone((), ())
        try:
            held.append(lock_place(tree_of(journal.headers[0]), run.place))
        except Busy:
            raise
        except OSError:  # the installation is gone: each path says so
            pass
        return put_back(vault, run.place, run.name, tree_of)
    finally:
        for lock in reversed(held):
            lock.release()


def lock_place(tree: Tree, place: str) -> Lock:
    """The lock that every `fix` of *place* takes, whatever its state folder. Raises Busy with who holds it, OSError."""
    try:
        return tree.lock(place.rpartition("/")[0] or "/")
    except Busy:
        raise
    except OSError:  # --into a folder that is still to be made
        return tree.lock()


def put_back(vault: Vault, place: str, name: str, tree_of: TreeOf) -> Undone:
    """As undo, for the one who holds the locks."""
    journal = read(vault, place, name)
    if journal is None or journal.state == UNDONE:
        return Undone((), ())
    vault.free(place, name)
    with closing(vault.journal(place, name)) as log:
        if journal.state in (APPLIED, HALF):
            log.append(mark_line(UNDOING))
        undone = _Undoing(vault, place, name, journal, tree_of).run()
        with suppress(OSError):  # on a full disk: all is put back, and the next `fix` or `undo` finds it so and marks it
            log.append(mark_line(HALF if undone.stuck else UNDONE))
    return undone


class _Undoing:
    """One journal, from its end."""

    def __init__(self, vault: Vault, place: str, name: str, journal: Journal, tree_of: TreeOf) -> None:
        self._vault, self._place, self._name = vault, place, name
        self._journal, self._tree_of = journal, tree_of
        self._trees: Dict[int, Union[Tree, OSError]] = {}

    def run(self) -> Undone:
        done: List[str] = []
        stuck: List[Tuple[str, str]] = []
        for entry in reversed(self._journal.entries):
            try:
                if self._one(entry):
                    done.append(entry.path)
            except OSError as why:
                stuck.append((entry.path, why.strerror or type(why).__name__))
        return Undone(tuple(done), tuple(stuck))

    def _one(self, entry: Entry) -> bool:
        """Whether something was put back. Raises OSError, Refused among them, where it cannot be."""
        try:
            held = self._tree(entry.header).hold(entry.folder)
        except FileNotFoundError:
            if entry.before is None:  # what was made is gone with its folder
                return False
            raise Refused(entry.path, "its folder is gone") from None
        with held:
            if (held.inode, held.uid) != (entry.inode, entry.uid):
                raise Refused(entry.path, "its folder is another one now than when it was changed")
            if entry.kind == FOLDER_MODE:
                return _mode_back(held, entry)
            if entry.kind == FOLDER_MADE:
                return _folder_back(held, entry)
            return self._file_back(held, entry)

    def _tree(self, number: int) -> Tree:
        if number not in self._trees:
            try:
                self._trees[number] = self._tree_of(self._journal.headers[number])
            except OSError as why:
                self._trees[number] = why
        tree = self._trees[number]
        if isinstance(tree, OSError):
            raise Refused(str(tree.filename), f"{tree.filename}: {tree.strerror}")
        return tree

    def _file_back(self, held: Held, entry: Entry) -> bool:
        held.clear(entry.temporary)
        seen = held.look(entry.name, max(shape.size for shape in (entry.before, entry.after) if shape is not None))
        if is_shape(seen, entry.before) and not _may_be_retagged(seen, entry):
            return False
        if not is_shape(seen, entry.after):
            raise Refused(entry.path, _changed(seen))
        content = self._backup(entry)
        if seen.content is not None:
            self._save(entry, seen.content)
        if entry.before is None or content is None:
            held.take_away(entry.name)
        else:
            held.put(entry.name, entry.temporary, content, _facts(entry.before))
        return True

    def _backup(self, entry: Entry) -> Optional[bytes]:
        """What stood there before. Raises OSError, Refused where it is no longer what it was."""
        if entry.before is None:
            return None
        content = self._vault.load(self._place, self._name, entry.backup, entry.before.size)
        if hashlib.sha256(content).hexdigest() != entry.before.sha256:
            raise Refused(entry.path, f"its backup {entry.backup} is damaged")
        return content

    def _save(self, entry: Entry, content: bytes) -> None:
        """Keep what is taken away. Where that fails, a repair that was never finished is put back all the same."""
        for attempt in range(1, 1000):
            name = f"{entry.number:04d}.after-{attempt}"
            try:
                self._vault.save(self._place, self._name, name, content)
            except FileExistsError:  # of an earlier undo, perhaps cut off
                if self._is_saved(name, content):
                    return
            except OSError:
                if self._journal.state:
                    raise
                return
            else:
                return

    def _is_saved(self, name: str, content: bytes) -> bool:
        try:
            return self._vault.load(self._place, self._name, name, len(content)) == content
        except OSError:
            return False


def is_shape(seen: Seen, shape: Optional[Shape]) -> bool:
    """Whether what stands there is this file, by content, mode, user and group; None: nothing."""
    if shape is None:
        return seen.facts is None and seen.kind is Kind.MISSING
    if seen.facts is None or seen.content is None:
        return False
    if shape.ccsid and seen.facts.ccsid and shape.ccsid != seen.facts.ccsid:
        return False
    facts = (seen.facts.mode, seen.facts.uid, seen.facts.gid)
    return facts == (shape.mode, shape.uid, shape.gid) and hashlib.sha256(seen.content).hexdigest() == shape.sha256


def _may_be_retagged(seen: Seen, entry: Entry) -> bool:
    """Whether nothing but the tag was changed, the machine does not tell it now, and the file is not the old one by its time."""
    before, after = entry.before, entry.after
    if seen.facts is None or seen.facts.ccsid or before is None or after is None:
        return False
    return before.ccsid != after.ccsid and is_shape(seen, after) and seen.facts.mtime_ns != before.mtime_ns


def _mode_back(held: Held, entry: Entry) -> bool:
    assert entry.before is not None and entry.after is not None  # noqa: PT018 - the journal's reader has seen to it
    if held.mode == entry.before.mode:
        return False
    if held.mode != entry.after.mode:
        raise Refused(entry.path, f"its mode was changed since, to {held.mode:04o}")
    held.set_mode(entry.before.mode)
    return True


def _folder_back(held: Held, entry: Entry) -> bool:
    seen = held.look(entry.name)
    if seen.facts is None and seen.kind is Kind.MISSING:
        return False
    if seen.kind is not Kind.FOLDER:
        raise Refused(entry.path, _changed(seen))
    try:
        held.remove_folder(entry.name)
    except OSError as why:
        if why.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise Refused(entry.path, "the folder that was made is not empty") from why
        raise
    return True


def _changed(seen: Seen) -> str:
    if seen.facts is None and seen.kind is Kind.MISSING:
        return "it was taken away since"
    if seen.why == "denied" or seen.kind is Kind.HIDDEN:
        return "it cannot be read"
    return (
        f"it was changed since: a {seen.kind.value if not seen.is_link else 'symlink'} of user {seen.facts.uid if seen.facts else '?'} stands there"
    )


def _facts(shape: Shape) -> Facts:
    return Facts(shape.mode, shape.uid, shape.gid, shape.atime_ns, shape.mtime_ns, ccsid=shape.ccsid or None)

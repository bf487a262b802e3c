"""
Carrying out the changes of a plan: each is written down before the disk is touched, and all are put back where one fails.

    repair = Repair.begin(vault, tree, place, version=…, now=…)      Refused: who else is at work
    repair.carry_out(changes, tree=None)                             Moved, BadPlan, OSError (Refused among them)
    repair.finish()                                                  OSError
    repair.roll_back()                                               HalfUndone; may be called again
    unfinished, last_applied (repair/journal.py); undo, Undone (repair/undo.py)
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import List, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.host.held import Held, Laid
from ita_doctor.host.lock import Lock
from ita_doctor.host.refused import Refused
from ita_doctor.host.seen import Seen
from ita_doctor.host.tree import Tree
from ita_doctor.host.vault import Vault
from ita_doctor.model.artifact import Kind
from ita_doctor.model.plan import TEMPORARY, BadPlan, Change, HalfUndone, Moved
from ita_doctor.model.visible import visible
from ita_doctor.repair.journal import (
    APPLIED,
    FILE,
    FOLDER_MADE,
    FOLDER_MODE,
    Entry,
    Header,
    Run,
    Shape,
    entry_line,
    header_line,
    last_applied,
    mark_line,
    pending,
    unfinished,
)
from ita_doctor.repair.undo import Undone, lock_place, put_back, undo
from ita_doctor.repair.unmoved import check_possible, check_unmoved, content_of, most_of, shape_of

__all__ = ["Repair", "Run", "Undone", "last_applied", "undo", "unfinished"]


ROOM = 1 << 16
"""Bytes beyond those of the files that are kept free for the way back, and for the last line of the journal."""


class _Ready(NamedTuple):
    """A change of a file that only wants its last step."""

    change: Change
    held: Held
    name: str
    laid: Optional[Laid]
    """None: the file is taken away."""


class Repair:
    """One run of `fix --apply`: it holds the locks until it is finished or rolled back."""

    def __init__(self, vault: Vault, header: Header, locks: Tuple[Lock, ...]) -> None:
        self.name: Optional[str] = None
        """Of the run in the state folder; None until the first change."""
        self._vault, self._header, self._locks = vault, header, locks
        self._headers: List[Header] = []
        self._trees: List[Tree] = []
        self._count = 0
        self._room = ROOM
        """Bytes to keep free in the state folder."""

    @staticmethod
    def begin(vault: Vault, tree: Tree, place: str, *, version: str, now: float) -> Repair:
        """Take the locks. Raises Refused where another `fix` is at work, or one that died has to be put back first."""
        locks = [vault.lock(place)]
        try:
            locks.append(lock_place(tree, place))
            _check_finished(vault, place)
        except BaseException:
            for lock in locks:
                lock.release()
            raise
        repair = Repair(vault, Header(place, tree.installation, tree.uid, tree.gid, now, vault.pid, version), tuple(locks))
        repair._trees.append(tree)
        return repair

    def carry_out(self, changes: Sequence[Change], tree: Optional[Tree] = None) -> None:
        """
        Do the *changes*; *tree* is another one than the installation's, for the master's trust store.

        First every new file is laid ready under a temporary name, and every backup and journal line is on the disk; only then the files get
        their names, in their order, which takes no more room: a disk that is full is full before anything was replaced. Raises Moved where what
        stands there is no longer what was planned for, BadPlan for what could not be put back exactly, and OSError, Refused among them, with
        the path. Then those before may be done: roll_back puts them back.
        """
        if self.name is None:
            self._room = sum(most_of(change) for change in changes) + ROOM
        with ExitStack() as stack:
            ready: List[_Ready] = []
            for change in changes:
                ready += self._prepare(change, self._trees[0] if tree is None else tree, stack)
            for one in ready:
                check_unmoved(one.change, one.held.look(one.name, most_of(one.change)))
                if one.laid is None:
                    one.held.take_away(one.name)
                else:
                    one.held.place(one.name, one.laid)

    def finish(self) -> None:
        """All is well: mark it and let the locks go. Raises OSError."""
        if self.name is not None:
            self._vault.free(self._header.place, self.name)
        self._append_mark(APPLIED)
        self._release()

    def roll_back(self) -> None:
        """Put all back, last change first, every one tried. Raises HalfUndone with each path that is stuck; its backup is kept."""
        if self.name is not None:
            try:
                undone = put_back(self._vault, self._header.place, self.name, self._tree_of)
            except OSError as why:
                raise HalfUndone(f"{visible(str(why.filename))}: {visible(str(why.strerror))}; nothing was put back: run undo") from why
            if undone.stuck:
                stuck = "; ".join(f"{visible(path)}: not put back: {visible(reason)}" for path, reason in undone.stuck)
                raise HalfUndone(f"{stuck}; backups are kept in {visible(self._vault.run_path(self._header.place, self.name))}")
        self._release()

    def _prepare(self, change: Change, tree: Tree, stack: ExitStack) -> List[_Ready]:
        """Change a folder now; lay a file ready, to be placed later."""
        if change.is_folder and change.before is not None:
            with tree.hold(change.path) as held:
                self._set_mode(change, held, tree)
            return []
        folder, _, name = change.path.rpartition("/")
        held = stack.enter_context(tree.hold(folder or "/"))
        if change.is_folder:
            self._make_folder(change, held, name, tree)
            return []
        return self._lay(change, held, name, tree, stack)

    def _set_mode(self, change: Change, held: Held, tree: Tree) -> None:
        assert change.before is not None
        if change.after is None or change.after.facts.uid != change.before.facts.uid:
            raise BadPlan(f"{visible(change.path)}: of a folder that is there, only the mode is changed")
        found, before, mode = held.mode, change.before.facts, change.after.facts.mode
        if (found, held.uid) != (before.mode, before.uid):
            raise Moved(
                f"{visible(change.path)}: the folder has mode {found:04o} and user {held.uid}; planned for {before.mode:04o} and {before.uid}"
            )
        if mode != found:
            self._note(held, tree, FOLDER_MODE, "", shape_of(before, None), "", shape_of(change.after.facts, None))
            held.set_mode(mode)

    def _make_folder(self, change: Change, held: Held, name: str, tree: Tree) -> None:
        if change.after is None or held.look(name).kind is not Kind.MISSING:
            raise Moved(f"{visible(change.path)}: something stands where a folder was to be made")
        self._note(held, tree, FOLDER_MADE, name, None, "", shape_of(change.after.facts, None))
        held.make_folder(name, change.after.facts)

    def _lay(self, change: Change, held: Held, name: str, tree: Tree, stack: ExitStack) -> List[_Ready]:
        seen = held.look(name, most_of(change))
        check_unmoved(change, seen)
        before = None if seen.facts is None else shape_of(seen.facts, seen.content)
        facts = None if change.after is None else replace(change.after.facts, mode=change.after.facts.mode & 0o777)
        content = b"" if change.after is None else content_of(change, change.after)
        after = None if facts is None else shape_of(facts, content)
        if before is not None and after is not None and before[:3] + before[5:] == after[:3] + after[5:]:
            return []
        check_possible(change, held, seen)
        backup = self._backup(seen)
        temporary = self._note(held, tree, FILE, name, before, backup, after)
        if facts is None:
            return [_Ready(change, held, name, None)]
        laid = held.lay(name, temporary, content, facts)
        stack.callback(laid.close)
        return [_Ready(change, held, name, laid)]

    def _backup(self, seen: Seen) -> str:
        """The name of a backup of what stands there, which is on the disk now; '' where nothing does."""
        if seen.content is None:
            return ""
        name = f"{self._count + 1:04d}.before-{secrets.token_hex(4)}"  # one that a failed attempt left stays beside it
        self._vault.save(self._header.place, self._run(), name, seen.content)
        return name

    def _note(
        self, held: Held, tree: Tree, kind: str, name: str, before: Optional[Shape], backup: str, after: Optional[Shape]
    ) -> str:  # fmt: skip
        """Write a change down; its temporary name. From now on it is put back, whatever happens."""
        temporary = f"{TEMPORARY}{secrets.token_hex(8)}" if kind == FILE else ""
        header = self._header_of(tree)
        entry = Entry(
            self._count + 1, kind, header, held.path, held.dev, held.inode, held.uid, name, temporary, before, backup, after
        )  # fmt: skip
        self._append(entry_line(entry))
        self._count += 1
        return temporary

    def _header_of(self, tree: Tree) -> int:
        """Index of the header of a tree, which is written where it is not yet."""
        wanted = self._header._replace(installation=tree.installation, uid=tree.uid, gid=tree.gid)
        if not self._headers:
            self._append(header_line(self._header))
            self._headers.append(self._header)
        if wanted not in self._headers:
            self._append(header_line(wanted))
            self._headers.append(wanted)
            self._trees.append(tree)
        return self._headers.index(wanted)

    def _append(self, line: str) -> None:
        with closing(self._vault.journal(self._header.place, self._run())) as log:
            log.append(line)

    def _append_mark(self, mark: str) -> None:
        if self.name is not None:
            self._append(mark_line(mark))

    def _run(self) -> str:
        if self.name is None:
            self.name = self._vault.new_run(self._header.place)
            self._vault.reserve(self._header.place, self.name, self._room)
        return self.name

    def _tree_of(self, header: Header) -> Tree:
        return self._trees[self._headers.index(header)]

    def _release(self) -> None:
        for lock in reversed(self._locks):
            lock.release()


def _check_finished(vault: Vault, place: str) -> None:
    if pending(vault, place) is not None:
        raise Refused(place, "a fix that was not finished has to be put back first: run undo, or this again")

"""
Carrying out the changes of a plan: each is written down before the disk is touched, and all are put back where one fails.

    repair = Repair.begin(vault, tree, place, version=…, now=…)      Refused: who else is at work
    repair.carry_out(changes, tree=None)                             Moved, BadPlan, OSError (Refused among them)
    repair.finish()                                                  OSError
    repair.roll_back()                                               HalfUndone; may be called again
    unfinished, last_applied (repair/journal.py); undo, Undone (repair/undo.py)
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import closing
from dataclasses import replace
from typing import List, Optional, Sequence, Tuple

from ita_doctor.host.held import Held, Seen
from ita_doctor.host.lock import Lock
from ita_doctor.host.refused import Refused
from ita_doctor.host.tree import Tree
from ita_doctor.host.vault import Vault
from ita_doctor.model.artifact import Kind
from ita_doctor.model.plan import TEMPORARY, BadPlan, Change, Facts, HalfUndone, Moved, State
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

__all__ = ["Repair", "Run", "Undone", "last_applied", "undo", "unfinished"]


class Repair:
    """One run of `fix --apply`: it holds the locks until it is finished or rolled back."""

    def __init__(self, vault: Vault, header: Header, locks: Tuple[Lock, ...]) -> None:
        self.name: Optional[str] = None
        """Of the run in the state folder; None until the first change."""
        self._vault, self._header, self._locks = vault, header, locks
        self._headers: List[Header] = []
        self._trees: List[Tree] = []
        self._count = 0

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
        Do the *changes* in their order; *tree* is another one than the installation's, for the master's trust store.

        Raises Moved where what stands there is no longer what was planned for, BadPlan for what could not be put back exactly, and OSError,
        Refused among them, with the path. Then those before are done: roll_back puts them back.
        """
        for change in changes:
            self._carry_out(change, self._trees[0] if tree is None else tree)

    def finish(self) -> None:
        """All is well: mark it and let the locks go. Raises OSError."""
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

    def _carry_out(self, change: Change, tree: Tree) -> None:
        if change.is_folder and change.before is not None:
            with tree.hold(change.path) as held:
                self._set_mode(change, held, tree)
            return
        folder, _, name = change.path.rpartition("/")
        with tree.hold(folder or "/") as held:
            if change.is_folder:
                self._make_folder(change, held, name, tree)
            else:
                self._change_file(change, held, name, tree)

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
            self._note(held, tree, FOLDER_MODE, "", _shape(before, None), "", _shape(change.after.facts, None))
            held.set_mode(mode)

    def _make_folder(self, change: Change, held: Held, name: str, tree: Tree) -> None:
        if change.after is None or held.look(name).kind is not Kind.MISSING:
            raise Moved(f"{visible(change.path)}: something stands where a folder was to be made")
        self._note(held, tree, FOLDER_MADE, name, None, "", _shape(change.after.facts, None))
        held.make_folder(name, change.after.facts)

    def _change_file(self, change: Change, held: Held, name: str, tree: Tree) -> None:
        seen = held.look(name, _most(change))
        _check_unmoved(change, seen)
        before = None if seen.facts is None else _shape(seen.facts, seen.content)
        facts = None if change.after is None else replace(change.after.facts, mode=change.after.facts.mode & 0o777)
        content = b"" if change.after is None else _content(change, change.after)
        after = None if facts is None else _shape(facts, content)
        if before is not None and after is not None and before[:3] + before[5:] == after[:3] + after[5:]:
            return
        _check_possible(change, held, seen)
        backup = self._backup(seen)
        temporary = self._note(held, tree, FILE, name, before, backup, after)
        if facts is None:
            held.take_away(name)
        else:
            held.put(name, temporary, content, facts)

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
        return self.name

    def _tree_of(self, header: Header) -> Tree:
        return self._trees[self._headers.index(header)]

    def _release(self) -> None:
        for lock in reversed(self._locks):
            lock.release()


def _check_finished(vault: Vault, place: str) -> None:
    if pending(vault, place) is not None:
        raise Refused(place, "a fix that was not finished has to be put back first: run undo, or this again")


def _most(change: Change) -> int:
    """No more bytes are read than were planned for: what is longer is another file."""
    return 0 if change.before is None or change.before.content is None else len(change.before.content)


def _content(change: Change, state: State) -> bytes:
    if state.content is None:
        raise BadPlan(f"{visible(change.path)}: no content is planned for this file")
    return state.content.reveal()


def _shape(facts: Facts, content: Optional[bytes]) -> Shape:
    digest = "" if content is None else hashlib.sha256(content).hexdigest()
    return Shape(facts.mode, facts.uid, facts.gid, facts.atime_ns, facts.mtime_ns, len(content or b""), digest)


def _check_unmoved(change: Change, seen: Seen) -> None:
    """Raises Moved where what stands there is not what the plan was made for."""
    path = visible(change.path)
    if change.before is None:
        if seen.facts is not None or seen.kind is not Kind.MISSING:
            raise Moved(f"{path}: the plan was made for nothing standing there, and now something does: {_told(change, seen)}")
        return
    if change.before.content is None:
        raise BadPlan(f"{path}: what stands there cannot be read, so no backup of it can be kept")
    if seen.facts is None or seen.content is None:
        raise Moved(f"{path}: no longer what the plan was made for: {_told(change, seen)}")
    planned, found = change.before.facts, seen.facts
    if seen.content != change.before.content.reveal():
        was = "" if change.is_secret else f", planned for sha256 {hashlib.sha256(change.before.content.reveal()).hexdigest()}"
        raise Moved(f"{path}: no longer what the plan was made for: {_told(change, seen)}{was}")
    if (found.mode, found.uid, found.gid) != (planned.mode, planned.uid, planned.gid):
        is_now = f"mode {found.mode:04o}, user {found.uid}, group {found.gid}"
        raise Moved(f"{path}: {is_now}; planned for {planned.mode:04o}, {planned.uid}, {planned.gid}")


def _told(change: Change, seen: Seen) -> str:
    """What stands there now: the digest of what is public, size and time of a secret."""
    from datetime import datetime, timezone

    if seen.facts is None:
        return "it is gone" if seen.kind is Kind.MISSING else "it is closed to us"
    if seen.is_link:
        return "a symlink"
    if seen.why == "denied":
        return "it cannot be read"
    if seen.content is None:
        return "a longer file" if seen.why == "oversized" and change.before is not None else f"a {seen.kind.value}"
    if not change.is_secret:
        return f"found sha256 {hashlib.sha256(seen.content).hexdigest()}"
    time = datetime.fromtimestamp(min(seen.facts.mtime_ns // 10**9, 1 << 36), timezone.utc)
    return f"found {len(seen.content)} bytes of {time:%Y-%m-%dT%H:%M:%SZ}"


def _check_possible(change: Change, held: Held, seen: Seen) -> None:
    """Raises BadPlan where what is to stand there could not be given, or what does could not be given back."""
    wanted = change.after
    if wanted is not None and not held.can_give(wanted.facts):
        who = f"user {wanted.facts.uid} and group {wanted.facts.gid}"
        raise BadPlan(f"{visible(change.path)}: is to belong to {who}, and only root, inside the installation, can give it to them")
    if seen.facts is None:
        return
    if seen.facts.mode & 0o7000:
        raise BadPlan(
            f"{visible(change.path)}: mode {seen.facts.mode:04o}: clear the bits 7000 (chmod u-s,g-s,-t), which are never set by us; run this again"
        )
    if not held.can_give(seen.facts):
        who = f"user {seen.facts.uid} and group {seen.facts.gid}"
        raise BadPlan(f"{visible(change.path)}: belongs to {who}, to whom we could not give it back: run this as root, or make it the agent's own")

"""Whether what stands at a path is still what the plan was made for, and could be given back as it is."""

from __future__ import annotations

import hashlib
from typing import Optional

from ita_doctor.host.held import Held
from ita_doctor.host.seen import Seen
from ita_doctor.model.artifact import Kind
from ita_doctor.model.plan import BadPlan, Change, Facts, Moved, State
from ita_doctor.model.visible import visible
from ita_doctor.repair.journal import Shape


def most_of(change: Change) -> int:
    """No more bytes are read than were planned for: what is longer is another file."""
    return 0 if change.before is None or change.before.content is None else len(change.before.content)


def content_of(change: Change, state: State) -> bytes:
    """The bytes that are planned for a file. Raises BadPlan where there are none."""
    if state.content is None:
        raise BadPlan(f"{visible(change.path)}: no content is planned for this file")
    return state.content.reveal()


def shape_of(facts: Facts, content: Optional[bytes]) -> Shape:
    """Facts and content as the journal keeps them."""
    digest = "" if content is None else hashlib.sha256(content).hexdigest()
    return Shape(facts.mode, facts.uid, facts.gid, facts.atime_ns, facts.mtime_ns, len(content or b""), digest, facts.ccsid or 0)


def check_unmoved(change: Change, seen: Seen) -> None:
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


def check_possible(change: Change, held: Held, seen: Seen) -> None:
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

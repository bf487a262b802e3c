"""The difference between the disk and the copy in memory, as changes in the order in which they are carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Mapping, Optional, Tuple

from ita_doctor.codecs.ini_witness import compare
from ita_doctor.codecs.text import read_text
from ita_doctor.host.overlay import Overlay
from ita_doctor.model.plan import BadPlan, Change, State, WriteFile, same_content, same_state
from ita_doctor.repair.basis import SECRETS
from ita_doctor.repair.plan import Act, Course

ORDER = ("folder", "stash", "prv", "pub", "cert", "bundle", "seed", "ini", "job", "stray")
"""What stands later needs what stands before it; ita.ini names files, so that they are there first."""

TEXTS = ("pub", "cert", "bundle", "ini", "job")
"""Artifacts of which a diff is shown."""

UNREAD = "ita.ini: configobj, the second reader, does not read this file as the agent does; the change was held against our own scan only"


def changes_of(course: Course, overlay: Overlay, steps_of: Mapping[str, Tuple[int, ...]]) -> Tuple[Change, ...]:
    """Every path that is not the same, once; *steps_of* gives the procedure's steps of a treatment by its words."""
    found: List[Change] = []
    for path, after in overlay.written.items():
        before = overlay.before(path)
        if same_state(before, after):
            continue
        acts = course.touched.get(path, [])
        artifact = _artifact(path, acts, overlay)
        found.append(_change(path, artifact, before, after, acts, steps_of))
    found.sort(key=lambda one: (ORDER.index(one.artifact), one.path))
    return tuple(found)


def _change(
    path: str, artifact: str, before: Optional[State], after: Optional[State], acts: List[Act], steps_of: Mapping[str, Tuple[int, ...]]
) -> Change:
    rules = tuple(dict.fromkeys(rule for act in acts for rule in act.rules))
    steps = tuple(sorted({step for act in acts for step in steps_of.get(act.treatment.words, ())}))
    is_secret = artifact in (*SECRETS, "stray")
    change = Change(path, artifact, before, after, rules, steps, is_secret, artifact == "folder")
    return replace(change, diff=_diff(change)) if artifact in TEXTS else change


def _artifact(path: str, acts: List[Act], overlay: Overlay) -> str:
    for act in acts:
        for step in act.treatment.steps:
            if isinstance(step, WriteFile) and overlay.absolute(step.path) == path:
                return step.artifact
    after = overlay.written[path]
    return "folder" if after is not None and after.content is None else "stray"


def _diff(change: Change) -> Optional[str]:
    """Unified, of text that is there and will be another; not where a private key stood in it."""
    import difflib

    texts = [_text(change.before), _text(change.after)]
    if change.before is None or change.after is None or same_content(change.before, change.after):
        return None
    if any("PRIVATE KEY" in text for text in texts) or _is_closed(change):
        return None
    before, after = (text.replace("\r\n", "\n").replace("\x85", "\n").splitlines() for text in texts)
    lines = difflib.unified_diff(before, after, f"{change.path} (now)", f"{change.path} (then)", lineterm="", n=2)
    return "\n".join(lines) or None


def _is_closed(change: Change) -> bool:
    """Whether what stands there may be somebody else's: a file with several names, or one that the agent's user cannot read."""
    before, after = change.before, change.after
    if before is None:
        return False
    return before.facts.links > 1 or (after is not None and before.facts.uid != after.facts.uid and not before.facts.mode & 0o044)


def _text(state: Optional[State]) -> str:
    if state is None or state.content is None:
        return ""
    return read_text(state.content.reveal()).value


def hold_settings(course: Course, changes: Tuple[Change, ...]) -> Tuple[str, ...]:
    """Have the second reader look at ita.ini before and after. Raises BadPlan where it sees another difference than the one that is meant."""
    for change in changes:
        if change.artifact != "ini" or change.before is None:
            continue
        intended: Dict[Tuple[str, str], Optional[str]] = {}
        for act in course.acts:
            intended.update(act.treatment.intends)
        said = compare(_text(change.before), _text(change.after), intended)
        if said == "differs":
            raise BadPlan(f"{change.path}: refused: configobj, the second reader, sees another change than the one that is meant; change it by hand")
        return (UNREAD,) if said == "unread" else ()
    return ()

"""Every artifact as a file: one observation for each."""

from __future__ import annotations

import posixpath
from typing import Callable, Iterator, List, Optional, Pattern, Set, Tuple

from ita_doctor.checks._registry import Params, check, fails, lost, page_of, passes
from ita_doctor.model.artifact import LIMIT, FileFact, Kind, Lost, Reason
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup

GONE = (Kind.MISSING, Kind.HIDDEN)


def _each(setup: Setup, params: Params, judge: Callable[[str, FileFact], Optional[Observation]]) -> Iterator[Observation]:
    """One observation for each artifact of the rule; None is a pass, and an artifact without a path waits for whoever lost it."""
    for artifact in params["artifacts"]:
        fact = setup.files.get(artifact)
        if isinstance(fact, Lost):
            yield lost(fact, artifact)
        elif fact is not None:
            yield judge(artifact, fact) or passes(artifact, fact.path)


@check(
    "file.there",
    says={"absent": ("artifact",), "near": ("artifact", "near"), "no-folder": (), "not-copied": ("named", "root")},
    artifacts=list,
)
def there(setup: Setup, params: Params) -> Iterator[Observation]:
    """The file is there; a near miss in its folder is named."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        if fact.stand.kind is Kind.MISSING:
            root = setup.asked.root
            if root is not None and not fact.near:
                return fails("not-copied", artifact, fact.path, named=fact.path[len(root) :], root=root)
            if artifact == "dir":
                return fails("no-folder", artifact, fact.path)
            return fails("near" if fact.near else "absent", artifact, fact.path, artifact=artifact, near=fact.near)
        if fact.stand.kind is Kind.HIDDEN:
            return lost(Lost(Reason.DENIED, artifact), artifact, fact.path)
        if fact.stand.kind in (Kind.DANGLING, Kind.LOOP):
            return lost(Lost(Reason.SPECIAL, artifact), artifact, fact.path)
        return None

    yield from _each(setup, params, judge)


@check("file.regular", says={"special": ("found",), "folder": (), "link": ("found",), "no-folder": ("found",)}, artifacts=list)
def regular(setup: Setup, params: Params) -> Iterator[Observation]:
    """It is a regular file (the folder of the certificates: a folder)."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        kind = fact.stand.kind
        if kind in GONE or (artifact == "ini" and kind is Kind.FOLDER):
            return lost(Lost(Reason.ABSENT if kind is Kind.MISSING else Reason.DENIED, artifact), artifact, fact.path)
        if kind in (Kind.DANGLING, Kind.LOOP):
            return fails("link", artifact, fact.path, found=kind.value)
        if artifact == "dir":
            return None if kind is Kind.FOLDER else fails("no-folder", artifact, fact.path, found=kind.value)
        if kind is Kind.FOLDER:
            return fails("folder", artifact, fact.path)
        return None if kind is Kind.FILE else fails("special", artifact, fact.path, found=kind.value)

    yield from _each(setup, params, judge)


@check("file.readable", says={"denied": ("owner", "mode"), "own": ("mode",), "hidden": ()}, artifacts=list)
def readable(setup: Setup, params: Params) -> Iterator[Observation]:
    """We may read it; ita.ini itself is ITA-INI-001's, an owner's own missing read bit ITA-FILE-012's."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        stand = fact.stand
        if stand.kind is Kind.HIDDEN and artifact != "ini":
            return fails("hidden", artifact, fact.path)
        if stand.kind not in (Kind.FILE, Kind.FOLDER):
            return lost(Lost(Reason.SPECIAL, artifact), artifact, fact.path)
        if stand.readable:
            return None
        is_ours = stand.kind is Kind.FILE and stand.uid == setup.my_uid and not stand.mode & 0o400
        if artifact == "ini" or (is_ours and not isinstance(setup.machine, Lost)):
            return lost(Lost(Reason.DENIED, artifact), artifact, fact.path)
        if is_ours:
            return fails("own", artifact, fact.path, mode=_octal(stand.mode))
        return fails("denied", artifact, fact.path, owner=_owner(fact), mode=_octal(stand.mode))

    yield from _each(setup, params, judge)


@check("file.sized", says={"empty": (), "blank": (), "oversized": ("size", "limit")}, artifacts=list)
def sized(setup: Setup, params: Params) -> Iterator[Observation]:
    """It holds something, and no more than is read."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        if fact.stand.kind is not Kind.FILE:
            return lost(Lost(Reason.SPECIAL, artifact), artifact, fact.path)
        if fact.stand.size == 0:
            return fails("empty", artifact, fact.path)
        if fact.stand.size > LIMIT:
            return fails("oversized", artifact, fact.path, size=fact.stand.size, limit=LIMIT)
        return fails("blank", artifact, fact.path) if fact.is_blank else None

    yield from _each(setup, params, judge)


@check("file.owned", says={"other": ("owner",), "unknown": ("owner",), "linked": ("owner", "real")}, artifacts=list)
def owned(setup: Setup, params: Params) -> Iterator[Observation]:
    """It belongs to the agent's user."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        if fact.stand.kind is not Kind.FILE:
            return lost(Lost(Reason.SPECIAL, artifact), artifact, fact.path)
        if fact.stand.uid == setup.uid:
            return None
        if fact.stand.is_link:
            return fails("linked", artifact, fact.path, owner=_owner(fact), real=fact.stand.real)
        return fails("unknown" if fact.stand.owner is None else "other", artifact, fact.path, owner=_owner(fact))

    yield from _each(setup, params, judge)


@check("file.mode_within", says={"wider": ("mode", "wanted", "who"), "acl": ("who",)}, artifacts=list, forbid=str)
def mode_within(setup: Setup, params: Params) -> Iterator[Observation]:
    """Its mode, and its access list, give nobody else what the rule forbids (octal bits)."""
    forbid = int(params["forbid"], 8)

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        stand = fact.stand
        if stand.kind is not Kind.FILE:
            return lost(Lost(Reason.SPECIAL, artifact), artifact, fact.path)
        if stand.acl_writers:
            return fails("acl", artifact, fact.path, who=stand.acl_writers)
        if not stand.mode & forbid:
            return None
        return fails("wider", artifact, fact.path, mode=_octal(stand.mode), wanted=_octal(stand.mode & ~forbid), who=_who(stand.mode & forbid))

    yield from _each(setup, params, judge)


@check("file.folders_safe", says={"writable": ("mode", "wanted", "who"), "writable-above": ("mode", "wanted", "who"), "owner": ("owner",)})
def folders_safe(setup: Setup, params: Params) -> Iterator[Observation]:
    """No folder above an artifact lets anybody but its owner and root replace what is in it; none is a third user's."""
    seen: Set[str] = set()
    for chain in setup.folders.values():
        for folder in chain:
            if folder.path in seen:
                continue
            seen.add(folder.path)
            if folder.uid not in (0, setup.uid):
                yield fails("owner", folder.path, folder.path, owner=folder.owner or f"uid {folder.uid}")
            elif folder.mode & 0o022 and not folder.mode & 0o1000:
                wanted = _octal(folder.mode & ~0o022)
                variant = "writable" if f"{folder.path}/".startswith(f"{setup.installation}/") else "writable-above"
                yield fails(variant, folder.path, folder.path, mode=_octal(folder.mode), wanted=wanted, who=_who(folder.mode & 0o022))


@check("file.encoded", says={"ebcdic": ("ccsids", "page"), "utf-16": ("encoding",), "bom": ()}, artifacts=list)
def encoded(setup: Setup, params: Params) -> Iterator[Observation]:
    """Its text is in an encoding that the agent reads."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        if fact.text is None:
            return lost(_unread(artifact, fact), artifact, fact.path)
        encoding = fact.text.encoding
        if encoding == "ebcdic":
            return fails("ebcdic", artifact, fact.path, ccsids=list(fact.text.ccsids), page=page_of(fact.text.ccsids))
        if encoding.startswith("utf-16"):
            return fails("utf-16", artifact, fact.path, encoding=encoding.upper())
        return fails("bom", artifact, fact.path) if encoding == "utf-8-bom" else None

    yield from _each(setup, params, judge)


@check("file.no_secret_lies_about", says={"stray": ("found",)}, endings=list)
def no_secret_lies_about(setup: Setup, params: Params) -> Iterator[Observation]:
    """No password file, key file, backup or editor's copy of key or stash stands in the folder of the certificates."""
    folder, keep = str(setup.dir), {posixpath.basename(fact.path) for fact in setup.files.values() if isinstance(fact, FileFact)}
    keep |= {name for fact in setup.files.values() if isinstance(fact, FileFact) for name in fact.near}  # a slip of a missing one is ITA-FILE-001's
    names = {name for name, _ in setup.strays}
    patterns = _secret_patterns(setup, params["endings"])
    for name, size in setup.strays:
        plain = name.casefold()
        is_like = any(stem in plain and one.match(plain) for stem, one in patterns)
        if is_like and size and name not in keep and not _is_whole_set(name, names):
            yield fails("stray", name, posixpath.join(folder, name), found=name)


def _secret_patterns(setup: Setup, endings: List[str]) -> List[Tuple[str, Pattern[str]]]:
    """
    (what must be in it, pattern) of the names that are a secret.

    A password file of this suffix, or a copy of key or stash: the name itself, with something before, within or behind it.
    """
    import re

    word = "[0-9a-z]"
    stash, suffix = setup.files["stash"], "" if isinstance(setup.suffix, Lost) else setup.suffix.casefold()
    names = [(suffix, ending) for ending in endings if suffix]
    if not isinstance(stash, Lost):
        stem, ending = posixpath.splitext(posixpath.basename(stash.path).casefold())
        names += [(stem, ending)] if stem else []
    names += [(f"ita_prv{suffix}", "")] if suffix else []
    found = []
    for stem, ending in names:
        rest = f"(?:(?!{word}).*)?{re.escape(ending)}" if ending else ""
        found.append((stem, re.compile(f"(?:^|.*(?!{word}).){re.escape(stem)}{rest}(?!{word})", re.DOTALL)))
    return found


def _is_whole_set(name: str, names: Set[str]) -> bool:
    """Whether *name* is the key or the stash of another suffix whose certificate stands beside it."""
    stem, ending = posixpath.splitext(name)
    other = stem[len("ita_prv") :] if stem.startswith("ita_prv") and ending == ".pem" else stem if ending == ".sth" else ""
    return bool(other) and f"ita_pub{other}.pem" in names


@check("file.owner_reads", says={"unreadable": ("mode", "wanted")}, artifacts=list)
def owner_reads(setup: Setup, params: Params) -> Iterator[Observation]:
    """Its owner has the read bit."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        stand = fact.stand
        if stand.kind is not Kind.FILE or (artifact == "ini" and not stand.readable):
            return lost(Lost(Reason.SPECIAL, artifact), artifact, fact.path)
        if stand.mode & 0o400:
            return None
        return fails("unreadable", artifact, fact.path, mode=_octal(stand.mode), wanted=_octal(stand.mode | 0o400))

    yield from _each(setup, params, judge)


@check("file.no_link_out", says={"outside": ("real",)}, artifacts=list)
def no_link_out(setup: Setup, params: Params) -> Iterator[Observation]:
    """It is no symlink that leads out of its folder."""

    def judge(artifact: str, fact: FileFact) -> Optional[Observation]:
        if fact.stand.kind in GONE:
            return lost(Lost(Reason.ABSENT, artifact), artifact, fact.path)
        return fails("outside", artifact, fact.path, real=fact.stand.real) if fact.stand.is_outside else None

    yield from _each(setup, params, judge)


def _unread(artifact: str, fact: FileFact) -> Lost:
    """Why the text of a file was not read."""
    stand = fact.stand
    if stand.kind is Kind.MISSING:
        return Lost(Reason.ABSENT, artifact)
    if stand.kind is not Kind.FILE:
        return Lost(Reason.SPECIAL, artifact)
    return Lost(Reason.EMPTY if stand.readable else Reason.DENIED, artifact)


def _owner(fact: FileFact) -> str:
    return fact.stand.owner or f"uid {fact.stand.uid}"


def _octal(mode: int) -> str:
    return f"{mode:04o}"


def _who(bits: int) -> str:
    """Whom permission bits give what, in words."""
    said = []
    for name, shift in (("its group", 3), ("everybody", 0)):
        may = [word for word, bit in (("read", 4), ("write", 2), ("execute", 1)) if bits >> shift & bit]
        if may:
            said.append(f"{name} may {' and '.join(may)}")
    return ", ".join(said)

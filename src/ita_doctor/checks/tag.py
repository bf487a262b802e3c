"""The CCSID tag of a file against what stands in it (IBM i)."""

from __future__ import annotations

from typing import Iterator, Optional

from ita_doctor.checks._registry import Params, check, fails, lost, passes
from ita_doctor.model.artifact import FileFact, Kind, Lost, Reason
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check("file.tagged", says={"ebcdic-tag": ("tag",), "ascii-tag": ("tag", "page")}, artifacts=list, ebcdic=list)
def tagged(setup: Setup, params: Params) -> Iterator[Observation]:
    """A file in ASCII is not tagged as EBCDIC, nor the other way round: whatever converts it would spoil it."""
    for artifact in params["artifacts"]:
        fact = setup.files.get(artifact)
        if isinstance(fact, Lost):
            yield lost(fact, artifact)
        elif fact is not None:
            yield _judged(setup, artifact, fact, params)


def _judged(setup: Setup, artifact: str, fact: FileFact, params: Params) -> Observation:
    if fact.stand.kind is not Kind.FILE:
        return lost(Lost(Reason.ABSENT if fact.stand.kind is Kind.MISSING else Reason.SPECIAL, artifact), artifact, fact.path)
    is_ebcdic = _is_ebcdic(setup, artifact, fact)
    tag = fact.stand.ccsid
    if is_ebcdic is None:
        return lost(_unread(setup, artifact, fact), artifact, fact.path)
    if tag is None:
        return lost(Lost(Reason.UNTAGGED, artifact), artifact, fact.path)
    if is_ebcdic == (tag in params["ebcdic"]):
        return passes(artifact, fact.path)
    if is_ebcdic:
        page = fact.text.ccsids[0] if fact.text is not None and fact.text.ccsids else 37
        return fails("ascii-tag", artifact, fact.path, tag=tag, page=page)
    return fails("ebcdic-tag", artifact, fact.path, tag=tag)


def _is_ebcdic(setup: Setup, artifact: str, fact: FileFact) -> Optional[bool]:
    """Whether its content is EBCDIC; None where it was not read."""
    if artifact != "stash":
        return None if fact.text is None else fact.text.encoding == "ebcdic"
    if not isinstance(setup.stash, Lost):
        return False
    return setup.stash.kind == "ebcdic" if setup.stash.reason is Reason.MALFORMED else None


def _unread(setup: Setup, artifact: str, fact: FileFact) -> Lost:
    if artifact == "stash" and isinstance(setup.stash, Lost):
        return setup.stash
    return Lost(Reason.EMPTY if fact.stand.readable else Reason.DENIED, artifact)

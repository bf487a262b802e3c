"""Findings that somebody has accepted, with a reason and until a date: they are skipped, and say so; when the date is over they speak again."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import List, NamedTuple, Optional, Sequence, Set, Tuple

from ita_doctor.engine import with_findings
from ita_doctor.model.finding import Finding, Installation, Status

ACCEPTED = "accepted"
"""The variant of a finding that was accepted."""


class Accept(NamedTuple):
    """One `[[accept]]` of a config file."""

    rule: str
    reason: str
    until: str
    """The last day on which it holds, as YYYY-MM-DD."""
    where: Optional[str] = None
    """A glob; None: wherever."""
    fingerprint: Optional[str] = None
    source: str = ""
    """The file, for messages."""

    def takes(self, one: Finding) -> bool:
        """Whether it speaks of this finding."""
        return (
            one.rule == self.rule
            and (self.where is None or (one.where is not None and fnmatchcase(one.where, self.where)))
            and (self.fingerprint is None or one.fingerprint == self.fingerprint)
        )


class Register:
    """All that was accepted, and what of it was used in this run."""

    def __init__(self, accepts: Sequence[Accept], today: str) -> None:
        self._accepts = tuple(accepts)
        self._today = today
        self._used: Set[Accept] = set()
        self._silent: Set[str] = set()
        """Rules that could not be judged everywhere: nobody can say whether what was accepted of them is gone."""
        self._over: List[Tuple[Accept, Finding]] = []

    def apply(self, found: Installation) -> Installation:
        """*found* with what was accepted put aside; what was accepted once and is no longer says so."""
        if not self._accepts:
            return found
        self._silent |= {one.rule for one in found.findings if one.status not in (Status.PASS, Status.FAIL)}
        findings = tuple([self._judged(one) if one.status is Status.FAIL else one for one in found.findings])
        if findings == found.findings:
            return found
        return with_findings(found, findings)

    def remarks(self) -> Tuple[str, ...]:
        """What has to be said on standard error after the whole run: acceptances that have run out, and those that matched nothing."""
        over = [f"accepted until {accept.until}, which is over, and found again: {one.rule} {one.where or ''}".rstrip() for accept, one in self._over]
        idle = [
            f"{accept.source}: [[accept]] of {accept.rule}{f' where {accept.where}' if accept.where else ''}"
            f"{f' fingerprint {accept.fingerprint}' if accept.fingerprint else ''} matched nothing in this run; take it out if it is not needed"
            for accept in self._accepts
            if accept not in self._used and accept.rule not in self._silent
        ]
        return (*dict.fromkeys(over), *idle)

    def _judged(self, one: Finding) -> Finding:
        over: Optional[Accept] = None
        for accept in self._accepts:
            if not accept.takes(one):
                continue
            self._used.add(accept)
            if accept.until >= self._today:
                facts = {**one.facts, "accepted": {"reason": accept.reason, "until": accept.until, "variant": one.variant}}
                message = f"accepted until {accept.until} ({accept.reason}): {one.message}"
                return one._replace(status=Status.SKIPPED, variant=ACCEPTED, message=message, facts=facts, remedy=None)
            over = accept
        if over is None:
            return one
        self._over.append((over, one))
        return one._replace(message=f"{one.message} (it was accepted until {over.until}, which is over: {over.reason})")

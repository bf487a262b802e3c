"""This run against the history: what is new, what is gone, what is still there, and what has to be said now."""

from __future__ import annotations

from typing import FrozenSet, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.model.finding import Installation, Status
from ita_doctor.model.report import Gone, Past, PastRun, Standing
from ita_doctor.model.rule import Severity

UNKNOWN, HEALTHY = "unknown", "healthy"


class Trend(NamedTuple):
    """What one installation's run comes to."""

    past: Past
    worst: str
    """For the strip of runs: `healthy`, a severity, or `unknown`."""
    is_good: bool
    """Nothing failed at warning or above, and all could be judged."""
    opened: Tuple[Standing, ...]
    ended: Tuple[str, ...]
    due: Tuple[str, ...]
    """Fingerprints of what was there already and is to be said again."""

    @property
    def speaks(self) -> bool:
        """Whether a quiet report has something to say."""
        return bool(self.past.new or self.due or self.past.is_newly_unknown)


def compare(
    found: Installation, time: str, standing: Sequence[Standing], runs: Sequence[PastRun], last_good: Optional[str], *, said_before: str
) -> Trend:
    """
    *found*, judged at *time*, against what the history holds.

    What stands and was last said at *said_before* or earlier is due again (times are ISO 8601 in UTC, so that they compare as text), and so is
    what was said by a clock that was ahead. A fault that could not be judged this time (skipped, or blocked by another) has not gone; nor is it
    new when it is seen again, and while it stands nothing is well.
    """
    failing = {one.fingerprint: one for one in found.findings if one.is_fault}
    known = {one.fingerprint: one for one in standing}
    open_still = _not_judged(found)
    ended = tuple([one for one in standing if one.fingerprint not in failing and not open_still & {one.rule, f"{one.rule}\0{one.where}"}])
    new = [one for fingerprint, one in failing.items() if fingerprint not in known]
    due = tuple([mark for mark in failing if mark in known and not said_before < known[mark].said <= time])
    worst = _worst(found)
    if worst in (HEALTHY, Severity.NOTE.value) and len(ended) < len(standing):
        worst = UNKNOWN
    is_good = worst in (HEALTHY, Severity.NOTE.value)
    since = {mark: known[mark].since if mark in known else time for mark in failing}
    past = Past(
        new=frozenset(one.fingerprint for one in new),
        since=since,
        gone=tuple([Gone(one.rule, one.where, one.message, one.since) for one in ended]),
        last_good=time if is_good else last_good,
        runs=(*runs, PastRun(time, worst)),
    )
    opened = tuple([Standing(one.fingerprint, one.rule, one.where, one.message, time, "") for one in new])
    return Trend(past, worst, is_good, opened, tuple([one.fingerprint for one in ended]), due)


def _not_judged(found: Installation) -> FrozenSet[str]:
    """Rules, and rules at a place, that say nothing this time."""
    silent = (Status.SKIPPED, Status.BLOCKED, Status.BROKEN)
    return frozenset([one.rule if one.where is None else f"{one.rule}\0{one.where}" for one in found.findings if one.status in silent])


def _worst(found: Installation) -> str:
    """Its level, but that notes alone are told from nothing at all."""
    return Severity.NOTE.value if found.level == HEALTHY and found.worst is Severity.NOTE else found.level

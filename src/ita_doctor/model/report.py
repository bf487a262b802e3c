"""One run as every format shows it: what was found, and what the history knows of it."""

from __future__ import annotations

from typing import FrozenSet, Mapping, NamedTuple, Optional, Tuple

from ita_doctor.model.finding import Head, Installation


class Gone(NamedTuple):
    """A fault of an earlier run that is not there any more."""

    rule: str
    where: Optional[str]
    message: str
    """As it was said when it was there."""
    since: str
    """When it was first seen; ISO 8601, UTC."""


class Standing(NamedTuple):
    """A fault as the history keeps it, from the run that found it to the one that did not find it any more."""

    fingerprint: str
    rule: str
    where: Optional[str]
    message: str
    since: str
    """When it was first seen; ISO 8601, UTC."""
    said: str
    """When a report last spoke of it; '' where none has come out yet."""


class PastRun(NamedTuple):
    """One earlier run, for a strip of them."""

    time: str
    worst: str
    """`healthy`, a severity, or `unknown` where nothing could be judged."""


class Past(NamedTuple):
    """What the history knows of one installation; times are ISO 8601, UTC."""

    new: FrozenSet[str] = frozenset()
    """Fingerprints of what fails now and did not in the run before."""
    since: Mapping[str, str] = {}
    """By fingerprint of what fails: when it was first seen in a row of runs without a gap."""
    gone: Tuple[Gone, ...] = ()
    """What failed in the run before, and does not now."""
    last_good: Optional[str] = None
    """The last run in which nothing failed at warning or above; None: none is remembered."""
    runs: Tuple[PastRun, ...] = ()
    """Oldest first, this one last."""

    @property
    def is_newly_unknown(self) -> bool:
        """Whether nothing could be judged now, and something could in the run before."""
        return len(self.runs) > 1 and self.runs[-1].worst == "unknown" != self.runs[-2].worst


class Report(NamedTuple):
    """All that one run on one machine came to."""

    head: Head
    installations: Tuple[Installation, ...]
    status: int
    """The exit status, by the one scheme of docs/exit-codes.md."""
    past: Mapping[str, Past] = {}
    """By place; empty where no history was asked for."""

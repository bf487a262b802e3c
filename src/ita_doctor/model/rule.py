"""A rule as its file says it."""

from __future__ import annotations

from enum import Enum
from typing import Mapping, NamedTuple, Optional, Tuple


class BadRule(Exception):
    """A rule file that is refused; the message names the file and the field."""


class Severity(Enum):
    """How much a failure matters, least first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """0 for a note to 3 for critical."""
        return _WEIGHTS[self]


_WEIGHTS = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2, Severity.CRITICAL: 3}


class Variant(NamedTuple):
    """One thing that a rule can say."""

    message: str
    """What, where, found, wanted, with placeholders in braces."""
    do: str
    """What to do next, for a person."""
    commands: Tuple[str, ...]
    """Lines that can be pasted; every placeholder is filled with a quoted value."""
    severity: Optional[Severity]
    """None: the rule's own."""
    yields_to: Tuple[str, ...]
    """Rules that own the fault where they fail as well."""
    remedy: Optional[str] = None
    """What `fix` does about it, by its name in repair/; None: only a person can."""
    options: str = ""
    """What `fix` has to be given for that, beside PLACE and --apply; every placeholder is filled with a quoted value."""


class Rule(NamedTuple):
    """One rule."""

    id: str
    title: str
    severity: Severity
    check: str
    """The function in checks/ that compares."""
    needs: Tuple[str, ...]
    platforms: Tuple[str, ...]
    step: Optional[int]
    since: str
    why: str
    by_hand: str
    references: Tuple[str, ...]
    gates: bool
    """A failure takes its subject away: what needs that is blocked by this rule."""
    yields_to: Tuple[str, ...]
    """Rules that own the fault where they fail as well."""
    params: Mapping[str, object]
    say: Mapping[str, Variant]
    source: str
    """The file, for messages."""
    link: Optional[str] = None
    """Where in the chain of trust a fault of it stands, one of `chain.LINKS`; None: with the file it is about, or with its family."""

    @property
    def family(self) -> str:
        """`KEY` of ITA-KEY-002."""
        return self.id.split("-")[1]

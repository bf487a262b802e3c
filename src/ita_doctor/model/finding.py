"""What a check observed, what the engine made of it, and the report of all."""

from __future__ import annotations

from enum import Enum
from typing import Any, Mapping, NamedTuple, Optional, Tuple

from ita_doctor.model.artifact import Lost
from ita_doctor.model.rule import Severity


class Status(Enum):
    """The closed list of outcomes."""

    PASS = "pass"
    FAIL = "fail"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    BROKEN = "broken"


class Observation(NamedTuple):
    """What one check says of one subject; the rule file has the words for it."""

    status: Status
    about: str
    variant: str = ""
    where: Optional[str] = None
    line: Optional[int] = None
    facts: Mapping[str, object] = {}
    lost: Optional[Lost] = None
    """Of a blocked or skipped one: what was missing."""


class Remedy(NamedTuple):
    """What makes a finding right."""

    name: Optional[str]
    by: str
    """`tool` or `person`."""
    text: str
    commands: Tuple[str, ...] = ()


class Finding(NamedTuple):
    """One rule's verdict on one subject."""

    rule: str
    family: str
    severity: Severity
    status: Status
    variant: str
    where: Optional[str]
    line: Optional[int]
    title: str
    message: str
    facts: Mapping[str, object]
    blocked_by: Optional[str]
    remedy: Optional[Remedy]
    step: Optional[int]
    fingerprint: str
    about: str = ""
    """The subject (an artifact, a setting) as the check names it; for a remedy, not for a report."""
    link: str = ""
    """Where it stands in the chain of trust, one of `chain.LINKS`; a report has the whole chain among the installation's facts."""

    @property
    def is_cause(self) -> bool:
        """Whether it is a failure at warning or above: a root cause."""
        return self.status is Status.FAIL and self.severity is not Severity.NOTE

    @property
    def is_fault(self) -> bool:
        """Whether it has to be said: a root cause, or a rule of ours that broke."""
        return self.is_cause or self.status is Status.BROKEN


class Installation(NamedTuple):
    """All findings of one installation."""

    place: str
    suffix: Optional[str]
    worst: Optional[Severity]
    """Of what failed, notes included; None where nothing did."""
    counts: Mapping[str, int]
    root_causes: Tuple[str, ...]
    findings: Tuple[Finding, ...]
    facts: Mapping[str, object]
    is_judged: bool = True
    """False where there was nothing of our kind to judge (an agent with GSKit key stores)."""

    @property
    def is_unknown(self) -> bool:
        """Whether there is no verdict on all of it: a rule of ours broke, or there was nothing to judge."""
        return bool(self.counts["broken"]) or not self.is_judged

    @property
    def level(self) -> str:
        """In one word, one of LEVELS: the worst severity of its causes, else `unknown` or `healthy`."""
        if self.root_causes and self.worst:
            return self.worst.value
        return "unknown" if self.is_unknown else "healthy"

    @property
    def certificates(self) -> Tuple[Mapping[str, Any], ...]:
        """The rows of its certificates among its facts; none where a report from elsewhere has something else there."""
        rows = self.facts.get("certificates")
        return tuple([row for row in rows if isinstance(row, dict)]) if isinstance(rows, list) else ()


LEVELS = ("critical", "error", "warning", "unknown", "healthy")
"""Worst first."""


class Head(NamedTuple):
    """What a report says of the run itself."""

    version: str
    time: str
    """ISO 8601, UTC."""
    host: str
    platform: str

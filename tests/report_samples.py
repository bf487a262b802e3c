"""Reports for the tests of formats and of the page: one run on one machine, and the ways in which a run can be odd."""

from __future__ import annotations

from typing import Optional

from builders import TODAY, book
from ita_doctor.accept import Accept, Register
from ita_doctor.codecs.report import history_of
from ita_doctor.model.finding import Head, Installation, Status
from ita_doctor.model.report import Past, Report
from ita_doctor.model.rule import Severity

HEAD = Head("0.1.0", f"{TODAY:%Y-%m-%dT%H:%M:%SZ}", "nc117031", "posix")
RULES = {rule.id: rule for rule in book().rules}
STATUS = {None: 0, Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2, Severity.CRITICAL: 2}


def run_of(found: Installation, *, past: Optional[Past] = None, host: str = HEAD.host) -> Report:
    """One installation as a run, with what a history knows of it."""
    if past is not None:
        found = found._replace(facts={**found.facts, "history": history_of(past)})
    status = 3 if found.counts["broken"] else STATUS[found.worst]
    return Report(HEAD._replace(host=host), (found,), status, {} if past is None else {found.place: past})


def half_accepted(found: Installation) -> Installation:
    """*found* where somebody has accepted two rules, for one of which that is over."""
    rules = (Accept("ITA-FILE-006", "a test machine", "2027-01-31"), Accept("ITA-RND-001", "until the move", "2026-01-31"))
    return Register(rules, f"{TODAY:%Y-%m-%d}").apply(found)


def with_a_broken_rule(found: Installation) -> Installation:
    """*found*, but that its first rule, which passes, failed by our own fault."""
    first = found.findings[0]._replace(status=Status.BROKEN, message="ita-doctor's own fault, please report it: KeyError")
    return found._replace(findings=(first, *found.findings[1:]), counts={**found.counts, "broken": 1, "pass": found.counts["pass"] - 1})

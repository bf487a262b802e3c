"""What `report` says to a person: what is new, what is still there, what has gone, and when each certificate ends."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, Mapping, Sequence

from ita_doctor.model.finding import LEVELS, Finding, Installation
from ita_doctor.model.report import Past, Report
from ita_doctor.model.visible import visible
from ita_doctor.render.terminal import INDENT, Line, accepted_lines, cause_lines, copy_lines, rest_lines, verdict_lines, wrapped

LONGEST = 8000
"""Characters of one piece of a line: a command may be long."""


def render(
    reports: Iterable[Report], *, whys: Mapping[str, str], due: Mapping[str, Sequence[str]], is_quiet: bool, is_long: bool = False
) -> Iterator[Line]:
    """
    Lines of styled spans for one report or many.

    *whys* holds each rule's reason, *due* by place the fingerprints that are to be said again. Where it *is_quiet*, an installation of which
    nothing is new and nothing due is not there at all; where it *is_long*, what passed, was skipped or waits is listed as well.

    A report may come from anywhere: nothing in it moves a cursor.
    """
    for line in _lines(reports, whys, due, is_quiet=is_quiet, is_long=is_long):
        yield tuple([(visible(text, LONGEST), style) for text, style in line])


def _lines(reports: Iterable[Report], whys: Mapping[str, str], due: Mapping[str, Sequence[str]], *, is_quiet: bool, is_long: bool) -> Iterator[Line]:
    levels: Dict[str, int] = {}
    hosts, has_spoken = 0, False
    for report in reports:
        hosts += 1
        for one in report.installations:
            levels[one.level] = levels.get(one.level, 0) + 1
            past = report.past.get(one.place)
            lines = tuple(_installation(report, one, past, whys, due.get(one.place, ()), is_quiet=is_quiet))
            has_spoken = has_spoken or bool(lines)
            yield from lines
            if is_long and lines:
                yield from rest_lines(one.findings)
    if hosts > 1 and (has_spoken or not is_quiet):
        counts = ", ".join(f"{levels[name]} {name}" for name in LEVELS if name in levels)
        yield ((f"{hosts} hosts, {sum(levels.values())} installations: {counts}", "title"),)


def _installation(
    report: Report, one: Installation, past: Past | None, whys: Mapping[str, str], due: Sequence[str], *, is_quiet: bool
) -> Iterator[Line]:
    failing = [each for each in one.findings if each.is_fault]
    failing.sort(key=lambda each: -each.severity.weight)
    new = [each for each in failing if past is None or each.fingerprint in past.new]
    again = [each for each in failing if each not in new and each.fingerprint in due]
    still = [each for each in failing if each not in new and each not in again]
    if is_quiet and not new and not again and not (past is not None and past.is_newly_unknown):
        return
    suffix = f" (suffix {visible(one.suffix)})" if one.suffix else ""
    yield ((f"{visible(report.head.host)}  ", "title"), (visible(one.place, 400), "title"), (suffix, "dim"))
    yield ((f"{INDENT}judged {visible(report.head.time)}", "dim"),)
    yield from copy_lines(one)
    yield ()
    yield from _causes("new since the run before" if past is not None and len(past.runs) > 1 else "found", new, past, whys)
    yield from _causes("still there", again, past, whys)
    yield from _briefly(still, past)
    yield from _gone(past)
    yield from accepted_lines(one.findings)
    if not is_quiet:
        yield from _certificates(one.certificates)
    yield from verdict_lines(one)
    if past is not None and failing:
        yield ((f"{INDENT}{last_good(past)}", "dim"),)
    yield ()


def last_good(past: Past) -> str:
    """When nothing was wrong the last time."""
    if past.last_good is None and len(past.runs) < 2:
        return "this is the first run that is remembered"
    return f"last found well: {past.last_good or 'never, as far as this history goes back'}"


def _causes(head: str, found: Sequence[Finding], past: Past | None, whys: Mapping[str, str]) -> Iterator[Line]:
    for one in found:
        since = past.since.get(one.fingerprint) if past is not None and one.fingerprint not in past.new else None
        yield ((f"{head}, since {since}:" if since else f"{head}:", "dim"),)
        yield from cause_lines(one, whys)
        yield ()


def _briefly(still: Sequence[Finding], past: Past | None) -> Iterator[Line]:
    for one in still:
        since = past.since.get(one.fingerprint, "") if past is not None else ""
        yield ((f"still there since {since}: ", "dim"), (one.severity.value.upper(), one.severity.value), (f"  {one.rule}", ""))
        for line in wrapped(one.message, 78):
            yield ((INDENT + line, ""),)
    if still:
        yield ()


def _gone(past: Past | None) -> Iterator[Line]:
    if past is None or not past.gone:
        return
    for one in past.gone:
        yield ((f"gone (there since {one.since}): ", "pass"), (one.rule, ""))
        for line in wrapped(one.message, 78):
            yield ((INDENT + line, "dim"),)
    yield ()


def _certificates(table: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Days left of each certificate, and from which day it will be warned of."""
    if not table:
        return
    yield (("days left  ends        warning from  error from  certificate", "dim"),)
    for row in table:
        left = str(row.get("days_left", ""))
        ends, warns, errs = (str(row.get(name, ""))[:10] for name in ("not_after", "warning_from", "error_from"))
        yield ((f"{left:>9}  {ends:<10}  {warns:<12}  {errs:<10}  ", ""), (visible(str(row.get("subject", ""))), ""))
        yield ((f"{'':49}{visible(str(row.get('where', '')), 400)}", "dim"),)
    yield ()

"""One line for a monitoring system, with long output and performance data, as the guidelines for monitoring plugins ask for."""

from __future__ import annotations

from typing import Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.model.finding import Installation, Status
from ita_doctor.model.report import Report
from ita_doctor.model.rule import Rule
from ita_doctor.model.visible import visible

WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
"""By exit status."""
UNKNOWN = 3
MOST = 900
"""Characters of the first line: what is sent as a short message is cut beyond."""


class _Fault(NamedTuple):
    weight: int
    grade: str
    rule: str
    place: str
    message: str
    todo: str


class _Row(NamedTuple):
    """What the first line needs of one installation: of ten thousand, no more is kept."""

    status: int
    name: str
    is_judged: bool
    left: Optional[int]
    data: Tuple[Tuple[str, str], ...]


def render(reports: Iterable[Report], rules: Mapping[str, Rule]) -> Iterator[str]:
    """`ITA-DOCTOR WORD - what | data`, then a line for each fault. The bar stands only before the data: in the text it is written as /."""
    rows: List[_Row] = []
    faults: List[_Fault] = []
    unread = 0
    for report in reports:
        unread += not report.installations and report.status == UNKNOWN
        for one in report.installations:
            rows.append(_row(report, one))
            faults += _faults(f"{report.head.host} {one.place}: ", one)
    faults.sort(key=lambda fault: -fault.weight)
    statuses = {row.status for row in rows} | ({UNKNOWN} if unread else set())
    status = 2 if 2 in statuses else UNKNOWN if UNKNOWN in statuses or not rows else max(statuses)
    is_one = len(rows) == 1
    data = [f"{_label(name if is_one else f'{name} {row.name}')}={value}" for row in rows for name, value in row.data]
    yield f"ITA-DOCTOR {WORDS[status]} - {_plain(_unread(unread) + _summary(rows, faults), MOST)} | {' '.join(data)}\n"
    for fault in faults:
        yield _plain(f"{fault.grade} {fault.rule}: {'' if is_one else fault.place}{fault.message}", 2000) + "\n"
        if fault.todo:
            yield _plain(f"  do: {fault.todo}", 2000) + "\n"


def _unread(number: int) -> str:
    return f"{number} report{'s' if number > 1 else ''} could not be read; " if number else ""


def _row(report: Report, one: Installation) -> _Row:
    """Days left (alarm below 30 and 7, as the rules' own days), findings by status, seconds."""
    left, duration = one.facts.get("days_left"), one.facts.get("duration")
    days = left if isinstance(left, int) and not isinstance(left, bool) else None
    data = [] if days is None else [("days_left", f"{days};30:;7:")]
    data += [(name, f"{one.counts[name]};;;0") for name in ("fail", "blocked")]
    if isinstance(duration, (int, float)) and not isinstance(duration, bool):
        data.append(("time", f"{duration}s;;;0"))
    return _Row(report.status, f"{one.suffix or ''}@{report.head.host}:{one.place}", one.is_judged, days, tuple(data))


def _faults(place: str, one: Installation) -> Iterator[_Fault]:
    for each in one.findings:
        if each.is_fault:
            grade = "BROKEN" if each.status is Status.BROKEN else each.severity.value.upper()
            yield _Fault(each.severity.weight, grade, each.rule, place, each.message, each.remedy.text if each.remedy else "")


def _summary(rows: Sequence[_Row], faults: Sequence[_Fault]) -> str:
    if not rows:
        return "no installation was found"
    if faults:
        first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        return f"{first.rule}: {'' if len(rows) == 1 else first.place}{first.message}{more}"
    if not all(row.is_judged for row in rows):
        return "nothing to judge: the agent uses GSKit key databases"
    days = [row.left for row in rows if row.left is not None]
    last = f", the certificate ends in {min(days)} days" if days else ""
    return f"healthy: {len(rows)} installation{'s' if len(rows) > 1 else ''}{last}"


def _label(text: str) -> str:
    """In quotes where it has to be; a label holds neither quotes nor the sign of equality."""
    plain = _plain(text, 200).replace("'", "_").replace("=", "_")
    return f"'{plain}'" if " " in plain else plain


def _plain(text: str, most: int) -> str:
    return visible(text, most).replace("|", "/")

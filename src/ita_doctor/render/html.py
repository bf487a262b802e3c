"""The page: one file that asks nothing of anybody, the cause first; of many installations a table of all, worst first."""

from __future__ import annotations

import base64
import hashlib
import heapq
import pkgutil
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import jinja2
from markupsafe import Markup

from ita_doctor.model.finding import LEVELS, Finding, Head, Installation, Status
from ita_doctor.model.report import Past, Report
from ita_doctor.model.rule import Rule, Severity
from ita_doctor.model.visible import visible
from ita_doctor.render.digest import last_good
from ita_doctor.render.drawing import Map, Timeline, maps_of, runs_of, timelines_of
from ita_doctor.render.terminal import COPY, NEXT, NEXT_OF_A_COPY, counts_of, first_sentence, verdict, with_step

LIMIT = 2000
"""Characters of one text of unknown origin."""
MOST_DETAILS = 200
"""Installations of a fleet that are shown whole, worst first; the table has every one."""


class Cause(NamedTuple):
    """One root cause."""

    finding: Finding
    grade: str
    why: str
    do: str
    commands: Tuple[str, ...]
    history: str
    """Since when, or that it is new; empty without a history."""


class Row(NamedTuple):
    """One installation in the table of a fleet."""

    number: int
    host: str
    place: str
    suffix: str
    level: str
    weight: int
    causes: Tuple[Tuple[str, str], ...]
    """Rule and title, worst first."""
    days_left: Optional[int]
    ends: str
    time: str


class Certificate(NamedTuple):
    """One certificate in the table below the timeline, as text."""

    days_left: str
    ends: str
    warning_from: str
    error_from: str
    subject: str
    where: str


class Detail(NamedTuple):
    """One installation, shown whole."""

    row: Row
    verdict: str
    copy: str
    """Where the files are those of another machine."""
    next: str
    """What comes after the causes."""
    causes: Tuple[Cause, ...]
    counts: str
    maps: Tuple[Map, ...]
    timelines: Tuple[Timeline, ...]
    certificates: Tuple[Certificate, ...]
    handshake: str
    runs: Sequence[Tuple[str, str, str, str]]
    past: Optional[Past]
    last_good: str
    groups: Tuple[Tuple[str, Tuple[Finding, ...]], ...]
    """What is folded: heading and findings."""


def render(reports: Iterable[Report], rules: Mapping[str, Rule]) -> Iterator[str]:
    """The document, in pieces."""
    rows: List[Row] = []
    worst: List[Tuple[int, int, Report, Installation]] = []
    heads: List[Head] = []
    for report in reports:
        if len(heads) < 2:
            heads.append(report.head)
        for one in report.installations:
            row = _row(len(rows), report, one)
            rows.append(row)
            entry = (-row.weight, -row.number, report, one)
            if len(worst) < MOST_DETAILS:
                heapq.heappush(worst, entry)
            else:
                heapq.heappushpop(worst, entry)
    shown = [(rows[-number], report, one) for _, number, report, one in sorted(worst, key=lambda entry: entry[:2], reverse=True)]
    if len(rows) > 1:
        shown = [each for each in shown if each[0].level != "healthy"]
    rows.sort(key=lambda row: (row.weight, row.host, row.place))
    style, script = _part("page.css"), _part("sort.js")
    yield from _template().generate(
        title=_title(rows),
        heads=heads,
        rows=rows,
        tally=[(level, sum(row.level == level for row in rows)) for level in LEVELS],
        shared=_shared(rows),
        shown={row.number for row, _, _ in shown},
        details=(_detail(row, report, one, rules) for row, report, one in shown),
        left_out=sum(row.level != "healthy" for row in rows) - len(shown),
        style=style,
        script=script,
        digest=_digest,
    )
    yield "\n"


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_part), autoescape=True, finalize=_shown, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.j2")


def _part(name: str) -> Markup:
    """One of our own files that the page is made of; none of its text comes from a report."""
    return Markup((pkgutil.get_data("ita_doctor.render", f"templates/{name}") or b"").decode())  # noqa: S704


def _shown(value: Any) -> Any:
    """What an expression of the template comes to: nothing of it moves the cursor, turns the writing round or hides; autoescape follows."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value, LIMIT)
    return "" if value is None else value


def _digest(part: str) -> str:
    """By which the page's own rules let its one style or its one script pass, and nothing else."""
    return base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()


def _title(rows: Sequence[Row]) -> str:
    """The page in one line."""
    if not rows:
        return "no installation was found"
    bad = [row for row in rows if row.level != "healthy"]
    if len(rows) > 1:
        return f"{len(rows)} installations: {len(bad) or 'none'} with a fault"
    (row,) = rows
    causes = ", ".join(rule for rule, _ in row.causes)
    return f"{row.host}: {row.level} ({causes})" if causes else f"{row.host}: {row.level}"


def _row(number: int, report: Report, one: Installation) -> Row:
    titles = {each.rule: each.title for each in one.findings if each.status is Status.FAIL} if one.root_causes else {}
    days = one.facts.get("days_left")
    return Row(
        number, report.head.host, one.place, one.suffix or "", one.level, LEVELS.index(one.level),
        tuple((rule, titles.get(rule, "")) for rule in one.root_causes), days if isinstance(days, int) else None,
        str(one.facts.get("not_after") or "")[:10], report.head.time,
    )  # fmt: skip


def _shared(rows: Sequence[Row]) -> List[Tuple[str, str, int]]:
    """Each cause, and how many installations have it, most first: of a hundred agents with one fault, the fault is rarely on each of them."""
    titles: Dict[str, str] = {}
    number: Dict[str, int] = {}
    for row in rows:
        for rule, title in row.causes:
            titles[rule] = title
            number[rule] = number.get(rule, 0) + 1
    return [(rule, titles[rule], number[rule]) for rule in sorted(number, key=lambda rule: (-number[rule], rule))]


def _detail(row: Row, report: Report, one: Installation, rules: Mapping[str, Rule]) -> Detail:
    past = report.past.get(one.place)
    failing = [each for each in one.findings if each.is_fault]
    failing.sort(key=lambda each: (each.status is not Status.BROKEN, -each.severity.weight))
    root = one.facts.get("root")
    after = "" if not one.root_causes else NEXT if root is None else NEXT_OF_A_COPY
    return Detail(
        row, verdict(one), "" if root is None else COPY.format(root=root), after,
        tuple(_cause(each, rules.get(each.rule), past) for each in failing), counts_of(one), maps_of(one.facts.get("chain")),
        timelines_of(one.certificates, report.head.time), tuple(map(_certificate, one.certificates)), _handshake(one.facts.get("handshake")),
        runs_of(past.runs if past else ()), past, last_good(past) if past else "",
        _groups(one.findings),
    )  # fmt: skip


def _cause(each: Finding, rule: Optional[Rule], past: Optional[Past]) -> Cause:
    since = past.since.get(each.fingerprint, "") if past is not None else ""
    history = "new since the run before" if past is not None and each.fingerprint in past.new else f"there since {since[:10]}" if since else ""
    return Cause(
        each, "broken" if each.status is Status.BROKEN else each.severity.value, " ".join(first_sentence(rule.why).split()) if rule else "",
        "" if each.remedy is None else with_step(each.remedy.text, each.step), () if each.remedy is None else each.remedy.commands, history,
    )  # fmt: skip


def _certificate(row: Mapping[str, Any]) -> Certificate:
    ends, warning_from, error_from = (str(row.get(name) or "")[:10] for name in ("not_after", "warning_from", "error_from"))
    return Certificate(str(row.get("days_left", "")), ends, warning_from, error_from, str(row.get("subject", "")), str(row.get("where", "")))


def _handshake(made: Any) -> str:
    """What came of the handshake, in a sentence."""
    if not isinstance(made, dict):
        return "No test handshake with the master was made in this run."
    place = f"{made.get('host')}, port {made.get('port')}"
    if made.get("done") is True:
        return f"A test handshake with {place} was made: {made.get('protocol')}, {made.get('cipher')}."
    return f"A test handshake with {place} was tried, and did not come about."


def _groups(findings: Sequence[Finding]) -> Tuple[Tuple[str, Tuple[Finding, ...]], ...]:
    """What is folded away below the causes, by what it is; groups with nothing in them are left out."""
    of: Dict[str, List[Finding]] = {name: [] for name in ("Waiting for a cause above", "Worth knowing", "Accepted", "Not judged", "In order")}
    for each in findings:
        if each.status is Status.BLOCKED:
            of["Waiting for a cause above"].append(each)
        elif each.status is Status.FAIL and each.severity is Severity.NOTE:
            of["Worth knowing"].append(each)
        elif each.status is Status.SKIPPED:
            of["Accepted" if "accepted" in each.facts else "Not judged"].append(each)
        elif each.status is Status.PASS:
            of["In order"].append(each)
    return tuple((name, tuple(found)) for name, found in of.items() if found)

"""JUnit's XML, as test reports of build servers read it: a suite for each installation, a case for each finding."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.report import Report
from ita_doctor.model.rule import Rule
from ita_doctor.model.visible import visible


def render(reports: Iterable[Report], rules: Mapping[str, Rule]) -> Iterator[str]:
    """The document. A failure is one at warning or above; a note passes and says so; what waits for another rule is skipped and names it."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ita-doctor">\n'
    number = 0
    for report in reports:
        for one in report.installations:
            yield from _suite(report, one, number)
            number += 1
    yield "</testsuites>\n"


def _suite(report: Report, one: Installation, number: int) -> Iterator[str]:
    failures = sum(each.is_cause for each in one.findings)
    skipped = one.counts["skipped"] + one.counts["blocked"]
    duration = one.facts.get("duration")
    time = f"{duration:.4f}" if isinstance(duration, (int, float)) else "0"
    attributes = {
        "name": one.place, "tests": len(one.findings), "failures": failures, "errors": one.counts["broken"], "skipped": skipped, "time": time,
        "timestamp": report.head.time.rstrip("Z"), "hostname": report.head.host, "id": number,
    }  # fmt: skip
    yield f"<testsuite{_attributes(attributes)}>\n"
    for each in one.findings:
        yield from _case(one, each)
    yield "</testsuite>\n"


def _case(one: Installation, each: Finding) -> Iterator[str]:
    name = each.title if each.where is None else f"{each.title} [{each.where}]"
    classname = f"{one.suffix or 'ita'}.{each.family}.{each.rule}"
    yield f"<testcase{_attributes({'classname': classname, 'name': name, 'time': '0'})}"
    inner = _inner(each)
    yield f">{inner}</testcase>\n" if inner else "/>\n"


def _inner(each: Finding) -> str:
    if each.is_cause:
        return f"<failure{_attributes({'message': each.message, 'type': each.severity.value})}>{_text(_advice(each))}</failure>"
    if each.status is Status.BROKEN:
        return f"<error{_attributes({'message': each.message, 'type': 'broken'})}/>"
    if each.status in (Status.SKIPPED, Status.BLOCKED):
        return f"<skipped{_attributes({'message': each.message})}/>"
    return f"<system-out>{_text(f'note: {_advice(each)}')}</system-out>" if each.status is Status.FAIL else ""


def _advice(each: Finding) -> str:
    """What is wrong, what to do, and the commands."""
    remedy = each.remedy
    lines = [each.message]
    if remedy is not None:
        lines += [f"do: {remedy.text}", *(f"$ {command}" for command in remedy.commands)]
    return "\n".join([*lines, f"more: ita-doctor explain {each.rule}"])


def _text(text: str) -> str:
    return escape("\n".join(visible(line, 2000) for line in text.split("\n")))


def _attributes(values: Dict[str, object]) -> str:
    return "".join(f" {name}={quoteattr(visible(str(value), 2000))}" for name, value in values.items())

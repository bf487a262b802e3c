"""The report for programs: schema ita-doctor/report/1 (docs/report.schema.json), one installation after the other."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, Iterator, Optional

from ita_doctor.model.finding import Finding, Head, Installation
from ita_doctor.model.report import Report

SCHEMA = "ita-doctor/report/1"
SCHEMA_OF_MANY = "ita-doctor/reports/1"


def render(head: Head, installations: Iterable[Installation], status: Callable[[], int], *, indent: Optional[int] = None) -> Iterator[str]:
    """Pieces of the document; *status* is asked when the last installation has been written, so that a thousand need no more memory than one."""
    begin = {
        "schema": SCHEMA,
        "tool": {"name": "ita-doctor", "version": head.version},
        "time": head.time,
        "host": {"name": head.host, "platform": head.platform},
    }
    yield _dump(begin, indent)[:-1].rstrip() + ', "installations": ['
    comma = ""
    for one in installations:
        yield comma + "\n" + _dump(installation(one), indent)
        comma = ","
    yield '\n], "exit": ' + str(status()) + "}\n"


def render_many(reports: Iterable[Report], status: Callable[[], int]) -> Iterator[str]:
    """The reports of many machines as one document: schema ita-doctor/reports/1."""
    yield '{"schema": "' + SCHEMA_OF_MANY + '", "reports": ['
    comma = "\n"
    for report in reports:
        yield comma + "".join(render(report.head, report.installations, lambda code=report.status: code)).rstrip()  # type: ignore[misc]
        comma = ",\n"
    yield '\n], "exit": ' + str(status()) + "}\n"


def installation(one: Installation) -> Dict[str, Any]:
    """One installation as plain values."""
    return {
        "place": one.place,
        "suffix": one.suffix,
        "worst": one.worst.value if one.worst else None,
        "counts": dict(one.counts),
        "root_causes": list(one.root_causes),
        "findings": [finding(each) for each in one.findings],
        "facts": dict(one.facts),
    }


def finding(one: Finding) -> Dict[str, Any]:
    """One finding as plain values."""
    remedy = one.remedy
    return {
        "rule": one.rule,
        "family": one.family,
        "severity": one.severity.value,
        "status": one.status.value,
        "variant": one.variant or None,
        "where": one.where,
        "line": one.line,
        "title": one.title,
        "message": one.message,
        "facts": dict(one.facts),
        "blocked_by": one.blocked_by,
        "remedy": {"name": remedy.name, "by": remedy.by, "text": remedy.text, "commands": list(remedy.commands)} if remedy else None,
        "step": one.step,
        "fingerprint": one.fingerprint,
    }


def _dump(value: Any, indent: Optional[int]) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=True)

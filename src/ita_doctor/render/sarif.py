"""SARIF 2.1.0, as code scanners and editors read it: results with the line in ita.ini, and the rules with their reasons."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, Iterator, List, Mapping

from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.report import Report
from ita_doctor.model.rule import Rule, Severity
from ita_doctor.model.visible import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.NOTE: "note", Severity.WARNING: "warning", Severity.ERROR: "error", Severity.CRITICAL: "error"}


def render(reports: Iterable[Report], rules: Mapping[str, Rule]) -> Iterator[str]:
    """One run for each installation."""
    yield '{"$schema": "' + SCHEMA + '", "version": "2.1.0", "runs": ['
    comma = "\n"
    for report in reports:
        for one in report.installations:
            yield comma + json.dumps(_run(report, one, rules), ensure_ascii=True)
            comma = ",\n"
    yield "\n]}\n"


def _run(report: Report, one: Installation, rules: Mapping[str, Rule]) -> Dict[str, Any]:
    shown = [each for each in one.findings if each.status in (Status.FAIL, Status.BROKEN) or each.variant == "accepted"]
    names = list(dict.fromkeys(each.rule for each in shown))
    return {
        "tool": {"driver": {
            "name": "ita-doctor", "version": report.head.version, "semanticVersion": report.head.version,
            "rules": [_rule(name, rules.get(name), shown) for name in names],
        }},
        "invocations": [{
            "executionSuccessful": not one.counts["broken"], "exitCode": report.status, "machine": visible(report.head.host),
            "startTimeUtc": report.head.time,
        }],
        "automationDetails": {"id": visible(f"ita-doctor/{report.head.host}{one.place}/", 800)},
        "results": [_result(each, names.index(each.rule)) for each in shown],
        "columnKind": "unicodeCodePoints",
    }  # fmt: skip


def _rule(name: str, rule: Rule | None, shown: List[Finding]) -> Dict[str, Any]:
    title = next(each.title for each in shown if each.rule == name)
    made: Dict[str, Any] = {"id": name, "shortDescription": {"text": title}}
    if rule is not None:
        made["fullDescription"] = {"text": " ".join(rule.why.split())}
        made["help"] = {"text": rule.by_hand.strip()}
        made["defaultConfiguration"] = {"level": LEVELS[rule.severity]}
    return made


def _result(each: Finding, index: int) -> Dict[str, Any]:
    text = each.message if each.remedy is None else f"{each.message}\n{each.remedy.text}"
    made: Dict[str, Any] = {
        "ruleId": each.rule,
        "ruleIndex": index,
        "kind": "fail",
        "level": LEVELS[each.severity] if each.status is not Status.BROKEN else "error",
        "message": {"text": text},
        "partialFingerprints": {"itaDoctor/v1": each.fingerprint},
        "properties": {"severity": each.severity.value, "status": each.status.value, "step": each.step},
    }
    location = _location(each)
    if location:
        made["locations"] = [location]
    if each.variant == "accepted":
        made["suppressions"] = [{"kind": "external", "justification": each.message}]
    return made


def _location(each: Finding) -> Dict[str, Any]:
    """A file with its line, or the host and port that a rule of the network speaks of."""
    if each.where is None:
        return {}
    if not each.where.startswith("/"):
        return {"logicalLocations": [{"fullyQualifiedName": visible(each.where), "kind": "resource"}]}
    from urllib.parse import quote

    place: Dict[str, Any] = {"artifactLocation": {"uri": "file://" + quote(_bytes(each.where))}}
    if each.line:
        place["region"] = {"startLine": each.line}
    return {"physicalLocation": place}


def _bytes(path: str) -> bytes:
    """The bytes of a path; of text that can be none, such as a report from elsewhere may hold, something that can be printed."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace")

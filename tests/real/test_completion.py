"""A real bash and a real zsh complete the command line: over a terminal, as a person types it with TAB."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Iterator, List

import pytest

from ita_doctor.cli.app import COMMANDS
from ita_doctor.cli.library import library
from ita_doctor.cli.options import FORMATS

COMPLETION = Path(__file__).resolve().parents[2] / "contrib" / "completion"

pytestmark = pytest.mark.real

START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}

SETUP = {
    "bash": "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; bind 'set page-completions off'; bind 'set completion-query-items 0'\n"
    "source {folder}/ita-doctor.bash\n",
    "zsh": "unsetopt prompt_cr prompt_sp auto_menu; unset zle_bracketed_paste; LISTMAX=9999\nfpath=({folder} $fpath)\nautoload -Uz compinit; compinit -u -D\n",
}

RECORD = "ita-doctor() { printf 'TYPED'; printf '<%s>' \"$@\"; echo; }\nPS1='$ '\necho READ''Y\n"
"""The program plays no part: what it would be started with is printed."""


class Terminal:
    """A shell in which somebody types."""

    def __init__(self, shell: str, folder: Path) -> None:
        self.shell = shell
        self._master, slave = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C", "LINES": "200", "COLUMNS": "200"}
        self._process = subprocess.Popen(
            START[shell], stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment, start_new_session=True, close_fds=True
        )
        os.close(slave)
        self._send(SETUP[shell].format(folder=COMPLETION) + RECORD)
        self._until(r"READY")

    def enter(self, keys: str) -> List[str]:
        """The words with which the program is started once these keys, and Enter, were typed."""
        self._send(keys)
        time.sleep(0.3)  # a shell takes what comes right behind a TAB for pasted
        self._send("\n")
        return re.findall(r"<([^>]*)>", self._until(r"TYPED(<[^>]*>)+\r?\n"))

    def offered(self, keys: str, *, last: str) -> str:
        """What is shown after these keys and three TABs (what they have in common is put in first), read until *last* was shown."""
        self._send(keys + "\t\t\t")
        shown = self._until(re.escape(last))
        self._send("\x15")
        return shown[len(keys) :]

    def _send(self, text: str) -> None:
        os.write(self._master, text.encode())

    def _until(self, pattern: str) -> str:
        """What came until the pattern was there; it fails after twenty seconds."""
        seen, end = "", time.monotonic() + 20
        while not re.search(pattern, seen):
            ready, _, _ = select.select([self._master], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{self.shell} shows no {pattern!r}: {seen!r}"
            seen += os.read(self._master, 4096).decode(errors="replace")
        found = re.search(pattern, seen)
        assert found is not None
        return seen[found.start() :] if pattern.startswith("TYPED") else seen

    def close(self) -> None:
        """Leave the shell."""
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@pytest.fixture(params=sorted(START), scope="module")
def terminal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A shell in a folder with names that hold blanks; each line begins anew."""
    if shutil.which(request.param) is None:
        pytest.skip(f"needs {request.param}")
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "my dir" / "sub").mkdir(parents=True)
    (folder / "my dir" / "a b.pem").touch()
    (folder / "plain.pem").touch()
    (folder / "place").mkdir()
    (folder / "two words").mkdir()
    (folder / "two wolves").touch()
    made = Terminal(request.param, folder)
    with contextlib.closing(made):
        yield made


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("ita-doctor ch\t", ["check"]),
        ("ita-doctor check --fo\t", ["check", "--format"]),
        ("ita-doctor check --format js\t", ["check", "--format", "json"]),
        ("ita-doctor report --schedule sy\t", ["report", "--schedule", "systemd"]),
        ("ita-doctor check --color al\t", ["check", "--color", "always"]),
        ("ita-doctor explain ITA-RND-001\t", ["explain", "ITA-RND-001"]),
        ("ita-doctor explain ITA-STH-00\t1", ["explain", "ITA-STH-001"]),
        ("ita-doctor check --only ITA-MST-006,ST\t", ["check", "--only", "ITA-MST-006,STH"]),
        ("ita-doctor check my\\ d\t", ["check", "my dir/"]),
        ("ita-doctor inspect my\\ dir/a\t", ["inspect", "my dir/a b.pem"]),
        ("ita-doctor inspect plain.pem my\\ dir/a\t", ["inspect", "plain.pem", "my dir/a b.pem"]),
        ("ita-doctor check --root pla\t", ["check", "--root", "place/"]),
        ("ita-doctor check --root two\\ wo\t", ["check", "--root", "two words/"]),
        ("ita-doctor check --ca-cert pla\ti\t", ["check", "--ca-cert", "plain.pem"]),
        ("ita-doctor check place --off\t", ["check", "place", "--offline"]),
        ("ita-doctor help insp\t", ["help", "inspect"]),
        ("ita-doctor fix --apply --ren\t", ["fix", "--apply", "--renew"]),
    ],
    ids=lambda value: value.strip() if isinstance(value, str) else None,
)
def test_what_is_begun_is_ended(terminal: Terminal, keys: str, words: List[str]) -> None:
    """TAB puts in what can only be meant: commands, options, values of a closed list, rules, files, folders, also with blanks in their names."""
    typed = terminal.enter(keys)

    assert [word.rstrip("/") for word in words] == [word.rstrip("/") for word in typed]  # zsh takes the slash back where the line ends


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_path_in_quotes(terminal: Terminal, quote: str) -> None:
    """Bash closes the quotes by itself, zsh leaves that to the person."""
    closing = "" if terminal.shell == "bash" else quote

    assert ["check", "my dir/"] == terminal.enter(f"ita-doctor check {quote}my d\t{closing}")


def test_all_is_offered(terminal: Terminal) -> None:
    """TABs show all commands, formats and rules that there are."""
    commands = terminal.offered("ita-doctor ", last="undo")
    formats = terminal.offered("ita-doctor check --format ", last="text")
    rules = terminal.offered("ita-doctor explain ITA-KEY-", last="ITA-KEY-007")

    assert [] == [name for name in COMMANDS if name not in commands]
    assert [] == [name for name in FORMATS if name not in formats]
    assert {rule.id for rule in library().rules if rule.family == "KEY"} == set(re.findall(r"ITA-KEY-\d{3}", rules))


def test_bash_completes_behind_an_equals_sign(terminal: Terminal) -> None:
    """To bash --format=js is three words; TAB goes on all the same."""
    if terminal.shell != "bash":
        pytest.skip("zsh takes it for one word")

    assert ["check", "--format=json"] == terminal.enter("ita-doctor check --format=js\t")
    assert ["check", "--root=place/"] == terminal.enter("ita-doctor check --root=pla\t")

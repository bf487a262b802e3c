"""A line on the terminal says what is being judged, is overwritten in place, and is gone at the end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import List, NamedTuple, Sequence

import pytest

from ita_doctor.cli.passing import passing_line
from ita_doctor.sandbox.installation import build, name_master

QUIET = ("--offline", "--skip", "FILE,AGT")


class Seen(NamedTuple):
    """What a run showed."""

    status: int
    out: str
    """Of standard output, where that is no terminal."""
    sent: str
    """To the terminal, as it was sent."""
    lines: List[str]
    """Each state of the line in which the cursor stood, before it was overwritten."""
    screen: List[str]
    """What stands on the terminal at the end."""


def on_a_terminal(argv: Sequence[str], *, columns: int, is_out: bool = False, is_read: bool = True) -> Seen:
    """The program with standard error on a terminal of so many columns; standard output as well if *is_out*, else to a pipe."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    source = str(Path(__file__).resolve().parents[2] / "src")
    known = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "dumb", "NO_COLOR": "1", "PYTHONPATH": source, "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "ita_doctor", *argv]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave if is_out else subprocess.PIPE, stderr=slave, env=known)
    os.close(slave)
    if process.stdout is not None and not is_read:
        process.stdout.close()
    sent, end = b"", time.monotonic() + 60
    while True:
        assert select.select([master], [], [], max(end - time.monotonic(), 0))[0], "it hangs"
        try:
            piece = os.read(master, 65536)
        except OSError:  # how Linux says that nobody has the other end any more
            break
        if not piece:
            break
        sent += piece
    out = b""
    if process.stdout is not None and is_read:
        out = process.stdout.read()
        process.stdout.close()
    os.close(master)
    text = sent.decode(errors="replace")
    return Seen(process.wait(), out.decode(), text, *shown(text, columns))


def shown(sent: str, columns: int) -> tuple[List[str], List[str]]:
    """What a terminal that knows no more than carriage return and line feed makes of it."""
    lines: List[str] = []
    screen, row, column = [[" "] * columns], 0, 0
    for letter in sent:
        assert letter in "\r\n" or letter.isprintable(), repr(letter)
        if letter == "\r":
            lines.append("".join(screen[row]).rstrip())
            column = 0
        elif letter == "\n":
            row += 1
        else:
            if column == columns:
                row, column = row + 1, 0
            if row < len(screen):
                screen[row][column] = letter
            column += 1
        if row == len(screen):
            screen.append([" "] * columns)
            if letter not in "\r\n":
                screen[row][0] = letter
    return lines, ["".join(each).rstrip() for each in screen]


@pytest.fixture
def places(tmp_path: Path) -> List[str]:
    """Three healthy installations, one with a long name and one with a name that would move the cursor."""
    tmp_path.chmod(0o755)
    found = []
    for name in ("first", "second-" + "x" * 120, "third\x1b[2J\x9b"):
        made = build(str(tmp_path / name))
        name_master(made, 31116)
        found.append(made.agent)
    return found


@pytest.mark.parametrize("command", ["check", "report"])
@pytest.mark.parametrize("columns", [200, 40, 17])
def test_the_line_comes_and_goes(places: List[str], tmp_path: Path, command: str, columns: int) -> None:
    """It names each installation in turn, in one line of the terminal, however narrow, and leaves an empty screen."""
    state = ["--state", str(tmp_path / "state")]

    seen = on_a_terminal([command, *QUIET, *state, *places], columns=columns)

    assert 2 == seen.status  # the name that would move the cursor is a fault
    assert [""] == seen.screen
    assert [1, 2, 3] == [
        number for number in (1, 2, 3) if any(line.startswith(f"judging {number} of 3: "[: columns - 1].rstrip()) for line in seen.lines)
    ]
    assert all(len(line) < columns for line in seen.lines)
    assert "judging" not in seen.out
    assert 2 == seen.out.count("Healthy.") or command == "report"


def test_the_end_of_a_long_name_is_shown(places: List[str]) -> None:
    """That is in what two installations differ."""
    seen = on_a_terminal(["check", *QUIET, *places], columns=40)

    assert any(line.startswith("judging 2 of 3: …") and line.endswith("/ita.ini") for line in seen.lines)


def test_report_and_line_leave_each_other_alone(places: List[str]) -> None:
    """Both on one terminal: the report stands there as it stands in a pipe."""
    seen = on_a_terminal(["check", *QUIET, *places], columns=300, is_out=True)
    piped = on_a_terminal(["check", *QUIET, *places], columns=300)

    assert piped.out.splitlines() == seen.screen[:-1]
    assert any(line.startswith("judging 3 of 3: ") for line in seen.lines)


def test_a_message_takes_the_line_away(places: List[str], tmp_path: Path) -> None:
    """What is said on standard error stands in a line of its own."""
    config = tmp_path / "site.toml"
    config.write_text('[[accept]]\nrule = "ITA-INI-001"\nreason = "x"\nuntil = 2099-01-01\n')
    config.chmod(0o644)

    seen = on_a_terminal(["check", *QUIET, "--config", str(config), *places], columns=400)

    assert 2 == len(seen.screen)
    assert seen.screen[0].startswith(f"ita-doctor: {config}: [[accept]] of ITA-INI-001 matched nothing")


def test_a_reader_that_leaves_takes_the_line_with_him(places: List[str]) -> None:
    """As in `check -v ... | head -1`: nothing stands on the terminal afterwards."""
    seen = on_a_terminal(["check", "-v", *QUIET, *places], columns=100, is_read=False)

    assert 3 == seen.status
    assert [""] == seen.screen
    assert any(line.startswith("judging 1 of 3: ") for line in seen.lines)


@pytest.mark.parametrize("more", [["-q"], ["--schedule", "cron"]])
def test_who_wants_quiet_has_it(places: List[str], tmp_path: Path, more: List[str]) -> None:
    """With -q nothing is sent to the terminal at all; nor where nothing is judged."""
    seen = on_a_terminal(["report", *QUIET, "--state", str(tmp_path / "state"), *more, *places[:2]], columns=80)

    assert (0, "") == (seen.status, seen.sent)


def test_one_installation_without_network_is_judged_in_silence(places: List[str]) -> None:
    """It is done before anybody has read that it was begun."""
    assert "" == on_a_terminal(["check", *QUIET, places[0]], columns=80).sent


def test_a_slow_master_is_waited_for_with_a_word(places: List[str]) -> None:
    """One installation with a handshake: the line says that the master is asked."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        master = f"127.0.0.1:{silent.getsockname()[1]}"
        seen = on_a_terminal(["check", "--master", master, "--timeout", "1", places[0]], columns=200)

    assert any(line.startswith("judging and asking the master: ") for line in seen.lines)
    assert [""] == seen.screen


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_every_name_has_room(encoding: str, tmp_path: Path) -> None:
    """Wide letters count twice, marks not at all, what the terminal cannot show is written out: the line never breaks."""
    with (tmp_path / "x").open("w", encoding=encoding) as stream:
        made = [passing_line("judging 1 of 2: ", name * 90, stream) for name in ("日本", "e\u0301", "\u202e\udc80", "/plain", "\x1b[2J")]

    assert [] == [line for line, width in made if not 60 < width <= 79]
    for line, _ in made:
        line.encode(encoding)
    assert 79 >= sum(2 if letter > "\u2fff" else 1 for letter in made[0][0])


def test_many_files_are_counted(tmp_path: Path) -> None:
    """`report --from-json` says how far it is."""
    for number in range(250):
        (tmp_path / f"{number:03}.json").write_text("{}")

    seen = on_a_terminal(["report", "--from-json", str(tmp_path)], columns=500)

    assert any(line.startswith("reading 100 of 250: ") for line in seen.lines)
    assert not any(line.startswith("reading") for line in seen.screen)

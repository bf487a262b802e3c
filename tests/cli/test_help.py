"""The help of each command: it can be read on any terminal, and its examples are right."""

from __future__ import annotations

import contextlib
import io
from typing import List, Tuple

import pytest

from ita_doctor.cli.app import COMMANDS, main, parser_of
from ita_doctor.cli.console import Console
from ita_doctor.sandbox.installation import build, name_master
from manpage import Example, examples_of, status_of

EXAMPLES = [(command, one) for command in COMMANDS for one in examples_of(command)]


def helped(*argv: str) -> Tuple[int, str, str]:
    """(status, what the help prints, standard error); argparse prints by itself."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(list(argv), Console(out, err))
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
def test_two_ways_to_the_same_help(command: str) -> None:
    """`help check`, `check --help` and `check -h` say the same."""
    told = helped(command, "--help")

    assert (0, "") == (told[0], told[2])
    assert told == helped("help", command) == helped(command, "-h") == helped("--help", command)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_fits_on_every_terminal(command: str) -> None:
    """No line has more than 80 columns, none is more than plain ASCII, and no name is broken at a hyphen."""
    lines = helped("help", command)[1].splitlines()

    assert [] == [line for line in lines if len(line) > 80 or not line.isascii()]
    assert [] == [line for line in lines if line.endswith("-")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_its_group_and_its_words(command: str) -> None:
    """A group has twelve options at most; each option says what it does, and its default where it has one that is text."""
    parser = parser_of(command)

    for group in parser._action_groups:
        assert len(group._group_actions) <= 12, group.title
    for action in parser._actions:
        assert action.help, action.option_strings
        if isinstance(action.default, (str, int)) and not isinstance(action.default, bool) and action.dest != "help":
            assert f"default: {action.default}" in action.help
    if len(parser._actions) > 12:
        assert ["help"] == [one.dest for one in parser._optionals._group_actions]


@pytest.mark.parametrize(("command", "example"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else " ".join(value.words()))
def test_an_example_is_a_command_line(command: str, example: Example) -> None:
    """Each line parses with the parser of the command that it names, and begins with the program's name."""
    words = example.words()
    parser_of(words[0]).parse_intermixed_args(words[1:])

    assert example.command.startswith(f"ita-doctor {words[0]}")
    assert words[0] in (command, "undo")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_its_exit_status(command: str) -> None:
    """And shows an example at least."""
    assert status_of(command).startswith("0")
    assert examples_of(command)


OFFLINE = ("check /opt/hcl/TWS", "check --offline", "check --format", "fix /opt/hcl/TWS", "report -q", "report --schedule", "explain ITA", "explain sth",
           "rules", "rules --format")  # fmt: skip


@pytest.mark.parametrize("begin", OFFLINE)
def test_an_example_runs(begin: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On an installation of our own in the place of /opt/hcl/TWS, without a network, nothing is refused."""
    tmp_path.chmod(0o755)
    sandbox = build(str(tmp_path / "s"))
    name_master(sandbox, 31116)
    monkeypatch.setenv("ITA_DOCTOR_PLACE", sandbox.agent)
    monkeypatch.setenv("ITA_DOCTOR_STATE", str(tmp_path / "state"))
    example = next(one for _, one in EXAMPLES if " ".join(one.words()).startswith(begin))
    words: List[str] = [sandbox.agent if word == "/opt/hcl/TWS" else word for word in example.words()]
    more = ["--offline"] if words[0] in ("check", "fix", "report") and "--offline" not in words else []

    out, err = io.StringIO(), io.StringIO()
    status = main([*words, *more], Console(out, err))

    assert status in (0, 1)
    assert "" == err.getvalue()

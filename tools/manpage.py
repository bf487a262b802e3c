"""The man page, written from the parsers: what they do not know stands here."""

from __future__ import annotations

import argparse
import re
import shlex
import textwrap
from importlib import import_module
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ita_doctor import __version__
from ita_doctor.cli.app import COMMANDS, parser_of

DESCRIPTION = """\
ita-doctor reads the SSL set-up of an HCL Workload Automation agent: ita.ini, the six files that the documented procedure of 19 steps makes by hand
with openssl and keytool, and JobManager.ini. It makes the handshake that the agent would make, and names the cause, with path, line and what to do.
One fault is said once; what only fails because of it is listed as waiting for it.

Nothing is changed but by `fix --apply` and `undo`. No password, no key and no content of a stash is ever printed. Standard output carries the report
and nothing else; on a terminal, what is being judged is said on standard error and taken away again.

A PLACE is an ita.ini, or the folder of an installation, such as /opt/hcl/TWS. Run it as root, or as the user of the agent."""

STATUS = (
    ("0", "healthy: nothing failed at warning or above; notes do not count"),
    ("1", "the worst finding is a warning; of `fix`: a plan exists and was only shown"),
    ("2", "the worst finding is an error or critical; of `fix`: something still fails, or waits for somebody"),
    ("3", "unknown: the command line was wrong, nothing to judge was found, a rule is broken; or refused"),
    ("130", "interrupted; what was begun is put back"),
)

FILES = (
    ("/etc/ita-doctor.toml", "options and accepted findings of the machine; read only if nobody but root and you can write to it"),
    ("~/.config/ita-doctor.toml", "the same of one user; it says more than that of the machine, and less than the command line"),
    (
        "/var/lib/ita-doctor",
        "as root the state folder: journal and backups of `fix`, requests that wait for a signature, and the history of `report`",
    ),
    ("~/.local/state/ita-doctor", "the state folder of another user"),
    ("history.db", "in the state folder: what earlier runs of `report` found, in SQLite"),
)

ENVIRONMENT = (
    ("ITA_DOCTOR_PLACE", "the PLACE where none is given"),
    ("ITA_DOCTOR_STATE", "the state folder, where --state is not given"),
    ("NO_COLOR", "if set and not empty, there is no colour but with --color always"),
    ("JAVA_HOME", "where keytool is looked for first, then on PATH"),
    ("PATH", "where keytool is looked for after JAVA_HOME"),
    ("HOME", "below it lie the config file and the state folder of a user"),
)

SEE_ALSO = ("openssl(1)", "keytool(1)", "crontab(5)", "systemd.timer(5)", "logrotate(8)")

MORE = (
    "`ita-doctor explain` and a rule of the report say why it matters, and what to do by hand. The folder docs of the source has more: every rule, "
    "the JSON documents, config files, schedules, and what the test handshake proves."
)


class Example(NamedTuple):
    """A line that a help shows."""

    command: str
    """As it is typed, over several lines where it is long."""
    comment: str

    def words(self) -> List[str]:
        """What the program is started with, its own name left out."""
        return shlex.split(self.command.replace("\\\n", " "))[1:]


def examples_of(command: str) -> List[Example]:
    """The examples of a command's help."""
    epilog: str = import_module(f"ita_doctor.cli.{command}").EPILOG
    found = []
    for entry in re.findall(r"^  (?! )((?:.*\\\n)*.*)$", epilog.partition("\n\n")[0], re.MULTILINE):
        line, _, comment = entry.partition(" # ")
        found.append(Example(re.sub(r"\n +", "\n    ", line.rstrip()), comment.strip()))
    return found


def status_of(command: str) -> str:
    """What a command's help says of its exit status."""
    said: str = import_module(f"ita_doctor.cli.{command}").EPILOG.partition("exit status: ")[2]
    return " ".join(said.split())


def page(date: str) -> str:
    """The whole page, in plain ASCII, for man(7) of groff and of mandoc."""
    lines = [
        '.\\" Made from the parsers by tools/manual.py; never edited.',
        f'.TH ITA\\-DOCTOR 1 "{date}" "{roff(f"ita-doctor {__version__}")}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        roff("ita-doctor - find out why a workload automation agent does not connect over SSL, and heal it"),
        ".SH SYNOPSIS",
        *_synopsis(),
        ".SH DESCRIPTION",
        *list(_paragraphs(DESCRIPTION.split("\n\n")))[1:],
        ".SH COMMANDS",
        roff("Every command takes `-h`, `--help`; `ita-doctor help check` is the same as `ita-doctor check --help`."),
        *_commands(),
        ".SH EXIT STATUS",
        *_terms(STATUS),
        *(line for name in COMMANDS for line in _paragraphs((f"`{name}`: {status_of(name)}.",))),
        ".SH FILES",
        *_terms(FILES),
        ".SH ENVIRONMENT",
        *_terms(ENVIRONMENT),
        ".SH EXAMPLES",
        *_examples(),
        ".SH SEE ALSO",
        ",\n".join(re.sub(r"(.*)(\(\d\))", r"\\fB\1\\fR\2", one) for one in SEE_ALSO),
        *_paragraphs((MORE,)),
    ]
    made = "\n".join(line for line in lines if line) + "\n"
    made.encode("ascii")
    return made


def roff(text: str) -> str:
    """Text as it is typeset, in lines of 80: what stands between backticks bold, and a hyphen as it is typed."""
    filled = textwrap.fill(re.sub(r"`([^`]*)`", r"\\fB\1\\fR", _escaped(text)), 80, break_on_hyphens=False, break_long_words=False)
    return _no_request(filled)


def typed(text: str) -> str:
    """Text that is copied: its lines as they are, its quotes straight."""
    return _no_request(_escaped(text).replace("'", "\\(aq").replace("`", "\\(ga"))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")


def _no_request(text: str) -> str:
    """A line that begins with a dot or a quote is a command to roff."""
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)


def _synopsis() -> Iterator[str]:
    for name in COMMANDS:
        words = str(parser_of(name).usage).split(" ")
        yield f"\\fB{roff(' '.join(words[:2]))}\\fR {_values(' '.join(words[2:]))}"
        yield ".br"
    yield f"\\fB{roff('ita-doctor help')}\\fR [\\fICOMMAND\\fR]"
    yield ".br"
    yield f"\\fB{roff('ita-doctor --version')}\\fR"


def _values(text: str) -> str:
    """The names of values in italics."""
    return re.sub(r"[A-Z][A-Z0-9:,]*", r"\\fI\g<0>\\fR", text.replace("-", "\\-"))


def _paragraphs(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield ".PP"
        yield roff(text)


def _terms(rows: Sequence[Tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        yield ".TP"
        yield f"\\fB{roff(name)}\\fR"
        yield roff(text)


def _commands() -> Iterator[str]:
    said: Dict[Tuple[str, ...], str] = {}
    for name in COMMANDS:
        parser = parser_of(name)
        yield f".SS {roff(name)}"
        yield roff(" ".join((parser.description or "").split()))
        for group in parser._action_groups:
            rows = tuple(_option(action) for action in group._group_actions if action.dest != "help")
            if not rows:
                continue
            title = str(group.title).capitalize()
            before = said.setdefault((title, *rows), name)
            names = ", ".join(f"`{one}`" for action in group._group_actions for one in action.option_strings or [str(action.metavar)])
            if before != name:
                yield from _paragraphs((f"{title}: {names}, as for `{before}`.",))
            else:
                yield from (".PP", f"\\fI{roff(title)}\\fR", *rows)


def _option(action: argparse.Action) -> str:
    """One option, or argument, with all its names and what its help says."""
    value = "{" + ",".join(map(str, action.choices)) + "}" if action.choices and not action.metavar else str(action.metavar or "")
    value = "" if action.nargs == 0 else f"{value} ..." if action.nargs in ("+", "*") else value
    names = [f"\\fB{roff(one)}\\fR{' ' + _values(value) if value else ''}" for one in action.option_strings] or [_values(value)]
    return f".TP\n{', '.join(names)}\n{roff(str(action.help))}"


def _examples() -> Iterator[str]:
    shown: List[str] = []
    for one in (each for name in COMMANDS for each in examples_of(name)):
        if one.command in shown:
            continue
        if shown:
            yield ".PP"
        if one.comment:
            yield roff(one.comment[0].upper() + one.comment[1:] + ":")
        yield from (".RS 4", ".nf", typed(one.command), ".fi", ".RE")
        shown.append(one.command)

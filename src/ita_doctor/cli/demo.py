"""
Build a healthy installation and a master in a temporary folder, break things one by one, and show what is said and how it is healed.

Ends with all made from nothing, and a handshake. Leaves nothing behind.
"""

from __future__ import annotations

import argparse
from typing import Any, Callable, List, NamedTuple

from ita_doctor.cli import check, fix
from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import FAULT, HEALTHY, UNKNOWN
from ita_doctor.cli.options import add_color_option
from ita_doctor.sandbox.installation import SUFFIX, Sandbox, build, name_master, read, remove_the_six, write
from ita_doctor.sandbox.master import Master

EPILOG = """\
example:
  ita-doctor demo

exit status: 0, or 3 where it did not go as it should"""


class Break(NamedTuple):
    """One thing that goes wrong in the field."""

    story: str
    spoil: Callable[[Sandbox], None]
    distrusts: bool = False
    """The master is started with a trust store that lacks the agent."""


def _to_ebcdic(sandbox: Sandbox) -> None:
    write(sandbox.stash, read(sandbox.stash).decode("ascii").encode("cp037"), 0o600)


def _join_lines(sandbox: Sandbox) -> None:
    write(sandbox.bundle, read(sandbox.pub).rstrip() + read(sandbox.server))


BREAKS = (
    Break("the stash came over in the ASCII mode of ftp, so that IBM i turned it into EBCDIC", _to_ebcdic),
    Break("server.pem was appended to the bundle, and the line end between the two got lost", _join_lines),
    Break("step 19 was not done: the master does not trust the agent's certificate", lambda _: None, distrusts=True),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `demo` takes."""
    add_color_option(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Show it; 3 where something was not said or healed as it should be."""
    from ita_doctor.sandbox.folder import temporary_folder

    console.color = args.color
    with temporary_folder() as root:
        _say(console, "A healthy installation, made by the steps of the procedure, and its master on loopback:")
        play = _Play(build(root), console, args.color)
        wanted = [HEALTHY]
        play.check(play.sandbox.pub)
        for number, one in enumerate(BREAKS, 1):
            _say(console, f"Break {number} of {len(BREAKS)}: {one.story}.")
            one.spoil(play.sandbox)
            trusted = play.sandbox.stranger if one.distrusts else play.sandbox.pub
            play.check(trusted)
            _say(console, "What fix does about it:")
            play.fix(trusted)
            wanted += [FAULT, FAULT if one.distrusts else HEALTHY]
        _say(console, "Step 19 is done on the master, and the master restarted:")
        play.check(play.sandbox.pub)
        _say(console, "At last from nothing: the folder is empty, and fix makes all six files, with the CA at hand. The master trusts that CA.")
        remove_the_six(play.sandbox)
        play.fix(play.sandbox.ca, "--ca-cert", play.sandbox.ca, "--ca-key", play.sandbox.ca_key, "--server-cert", play.sandbox.server)
        play.check(play.sandbox.ca)
        wanted += [HEALTHY, HEALTHY, HEALTHY]
    if play.statuses == wanted:
        _say(console, "That was the demo; nothing of it is left. Your own agent: ita-doctor check /opt/hcl/TWS")
        return HEALTHY
    console.err(f"ita-doctor: the demo went otherwise than it should: exit statuses {play.statuses}; please report this with `ita-doctor --version`")
    return UNKNOWN


class _Play:
    """The sandbox, and the commands as a person would type them, each with a master that trusts one certificate."""

    def __init__(self, sandbox: Sandbox, console: Console, color: str) -> None:
        self.sandbox = sandbox
        self.statuses: List[int] = []
        self._console, self._color = console, color

    def check(self, trusted: str) -> None:
        """`ita-doctor check`."""
        self._run(check, trusted)

    def fix(self, trusted: str, *more: str) -> None:
        """`ita-doctor fix --apply`."""
        self._run(fix, trusted, "--suffix", SUFFIX, "--apply", "--yes", "-q", *more)

    def _run(self, command: Any, trusted: str, *more: str) -> None:
        with Master(self.sandbox.server, self.sandbox.server_key, trusted) as master:
            name_master(self.sandbox, master.port)
            parser = argparse.ArgumentParser()
            command.add_options(parser)
            words = [self.sandbox.agent, "--timeout", "3", "--color", self._color, "--state", f"{self.sandbox.root}/state", *more]
            args = parser.parse_args(words)
            args.typed, args.accepts = [command.__name__.rpartition(".")[2], *words], ()
            self.statuses.append(command.run(args, self._console))


def _say(console: Console, text: str) -> None:
    console.show([(), (("== ", "dim"), (text, "title")), ()])

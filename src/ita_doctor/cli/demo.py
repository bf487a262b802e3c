"""
Build a healthy installation and a master in a temporary folder, break three things one by one, and show what is said.

Leaves nothing behind.
"""

from __future__ import annotations

import argparse
from typing import Callable, NamedTuple

from ita_doctor.cli.check import run as check
from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import FAULT, HEALTHY, UNKNOWN
from ita_doctor.cli.options import add_check_options
from ita_doctor.sandbox.installation import Sandbox, build, name_master, read, write
from ita_doctor.sandbox.master import Master

EPILOG = """\
example:
  ita-doctor demo"""


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
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colour")


def run(args: argparse.Namespace, console: Console) -> int:
    """Show it; 3 where something was not said as it should be."""
    from ita_doctor.sandbox.folder import temporary_folder

    console.color = args.color
    with temporary_folder() as root:
        _say(console, "A healthy installation, made by the steps of the procedure, and its master on loopback:")
        sandbox = build(root)
        statuses = [_check(sandbox, console, args.color, sandbox.pub)]
        for number, one in enumerate(BREAKS, 1):
            _say(console, f"Break {number} of {len(BREAKS)}: {one.story}.")
            kept = {path: read(path) for path in (sandbox.stash, sandbox.bundle)}
            one.spoil(sandbox)
            statuses.append(_check(sandbox, console, args.color, sandbox.stranger if one.distrusts else sandbox.pub))
            for path, content in kept.items():
                write(path, content, 0o600 if path == sandbox.stash else 0o644)
        _say(console, "All put right again:")
        statuses.append(_check(sandbox, console, args.color, sandbox.pub))
    if statuses == [HEALTHY, *[FAULT] * len(BREAKS), HEALTHY]:
        _say(console, "That was the demo; nothing of it is left. Your own agent: ita-doctor check /opt/hcl/TWS")
        return HEALTHY
    console.err(f"ita-doctor: the demo went otherwise than it should: exit statuses {statuses}; please report this with `ita-doctor --version`")
    return UNKNOWN


def _check(sandbox: Sandbox, console: Console, color: str, trusted: str) -> int:
    """`ita-doctor check` on the sandbox, with a master that trusts one certificate."""
    with Master(sandbox.server, sandbox.server_key, trusted) as master:
        name_master(sandbox, master.port)
        parser = argparse.ArgumentParser()
        add_check_options(parser)
        return check(parser.parse_args([sandbox.agent, "--timeout", "3", "--color", color]), console)


def _say(console: Console, text: str) -> None:
    console.show([(), (("== ", "dim"), (text, "title")), ()])

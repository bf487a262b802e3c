"""main(argv, console) → exit status: reads the command line, and loads only the command that it names."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Optional, Sequence, Tuple

from ita_doctor import __version__
from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import HEALTHY, INTERRUPTED, UNKNOWN
from ita_doctor.model.artifact import Kind
from ita_doctor.model.rule import BadRule

if TYPE_CHECKING:
    from ita_doctor.host.base import Host

COMMANDS: Dict[str, str] = {
    "check": "read an installation, judge it, print what is wrong; changes nothing",
    "fix": "plan what heals it, or makes it from nothing; with --apply, do it",
    "undo": "put back what the last `fix --apply` changed",
    "report": "check, remember, and say what is new; for cron",
    "explain": "what a rule means, why it matters, what to do by hand",
    "rules": "every rule, one a line",
    "inspect": "say what a file is, without its secret",
    "demo": "build a healthy sandbox, break it, check, fix, and shake hands",
}


class Usage(Exception):
    """The command line asks for what there is not; the message says what was wrong."""


class Parser(argparse.ArgumentParser):
    """An argparse parser that raises Usage, and names the option that was meant."""

    def error(self, message: str) -> NoReturn:
        """Raise Usage; of an unknown option say which one is near, else where the options are listed."""
        head, _, words = message.partition("unrecognized arguments: ")
        meant = None
        if not head and words:
            message = f"there is no option {words}" if words.startswith("-") else f"{words}: not expected here"
            wrong = words.split()[0].split("=")[0]
            meant = _meant(wrong, [option for action in self._actions for option in action.option_strings])
        option, _, wrong = message.partition(": invalid int value: ")
        if wrong:
            message = f"{option.replace('argument ', '', 1)}: {wrong} is not a whole number"
        raise Usage(message + (f"; did you mean {meant}?" if meant else f"; `{self.prog} --help` lists what there is"))


def run() -> NoReturn:
    """The program: `ita-doctor` and `python -m ita_doctor`."""
    sys.dont_write_bytecode = True  # a promise: check changes nothing, not even a .pyc
    from ita_doctor.host.process import is_set, leave_pipe

    console = Console(no_color=is_set("NO_COLOR"))
    try:
        status = main(sys.argv[1:], console)
        console.flush()
    except BrokenPipeError:
        leave_pipe(sys.stdout.fileno())
        status = UNKNOWN
    sys.exit(status)


def main(argv: Sequence[str], console: Console) -> int:
    """Run one command; whatever is wrong with it is one sentence on standard error."""
    try:
        return _main(list(argv), console)
    except Usage as why:
        console.err(f"ita-doctor: {why}")
        return UNKNOWN
    except BadRule as why:
        console.err(f"ita-doctor: a rule file is refused: {why}")
        return UNKNOWN
    except BrokenPipeError:
        raise
    except OSError as why:
        console.err(f"ita-doctor: {why.filename or 'output'}: {why.strerror or why}")
        return UNKNOWN
    except KeyboardInterrupt:
        console.err("ita-doctor: interrupted")
        return INTERRUPTED


def _main(argv: List[str], console: Console) -> int:
    first = argv[0] if argv else ""
    if first in ("", "-h", "--help", "help"):
        console.out(_help())
        return HEALTHY if first else UNKNOWN
    if first == "--version":
        from ita_doctor.cli.version import describe

        console.out(describe())
        return HEALTHY
    if first not in COMMANDS:
        meant = _meant(first, list(COMMANDS))
        hint = f"; did you mean {meant}?" if meant else f"; the commands are {', '.join(COMMANDS)}"
        raise Usage(f"there is no {'option' if first.startswith('-') else 'command'} {first!r}{hint}")
    command = import_module(f"ita_doctor.cli.{first}")
    parser = Parser(
        prog=f"ita-doctor {first}", description=command.__doc__, epilog=command.EPILOG, allow_abbrev=False, formatter_class=_formatter
    )  # fmt: skip
    command.add_options(parser)
    accepts = _from_files(argv[1:], parser, console)
    try:
        args = parser.parse_intermixed_args(argv[1:])
    except SystemExit:  # --help has printed
        return HEALTHY
    args.typed, args.accepts = argv, accepts
    status: int = command.run(args, console)
    return status


def _from_files(argv: Sequence[str], parser: argparse.ArgumentParser, console: Console) -> Sequence[Any]:
    """Take the options of the config files as defaults, where the command reads any; what they accept."""
    if not any("--config" in action.option_strings for action in parser._actions):
        return ()
    from ita_doctor.host.pick import pick_host

    host = pick_host()
    if not any(word.startswith("--config") for word in argv) and all(host.stand(path).kind is Kind.MISSING for path in usual_configs(host)):
        return ()
    from ita_doctor.cli.config import read_config

    config = read_config(argv, parser, host, console)
    parser.set_defaults(**config.options)
    return config.accepts


def usual_configs(host: Host) -> Tuple[str, str]:
    """Where config files are looked for: the machine's, then that of who runs this."""
    return "/etc/ita-doctor.toml", f"{host.environment('HOME') or '/'}/.config/ita-doctor.toml"


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Lines of a fixed width: asking the terminal for its own would load shutil and all its archivers at every start."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=110)


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    return "\n".join(
        (
            "usage: ita-doctor COMMAND [OPTIONS] …".replace("…", "..."),
            "",
            "Finds out why an HCL Workload Automation agent does not connect to its master over SSL, and heals it.",
            "Nothing is changed but by `fix --apply` and `undo`.",
            "",
            *lines,
            "",
            "An agent does not connect?   ita-doctor check /opt/hcl/TWS",
            "All options of a command:    ita-doctor check --help",
            f"Version {__version__}; more for a bug report: ita-doctor --version",
            "",
        )
    )


def _meant(word: str, known: Sequence[str]) -> Optional[str]:
    """The one that comes nearest, or None."""
    from ita_doctor.codecs.near import nearest

    near = nearest(word, known)
    return near[0] if near else None

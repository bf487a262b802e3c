"""main(argv, console) → exit status: reads the command line, and loads only the command that it names."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Any, Dict, List, NoReturn, Sequence

from ita_doctor import __version__
from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import HEALTHY, INTERRUPTED, UNKNOWN
from ita_doctor.cli.usage import Usage
from ita_doctor.model.artifact import Kind
from ita_doctor.model.rule import BadRule

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


class Parser(argparse.ArgumentParser):
    """An argparse parser that raises Usage, and names what was meant."""

    def __init__(self, prog: str = "", **words: Any) -> None:
        super().__init__(prog, **words)
        self._positionals.title, self._optionals.title = "arguments", "options"
        self._actions[0].help = "print this, and end"

    def error(self, message: str) -> NoReturn:
        """Raise Usage: what argparse found, in our words."""
        from ita_doctor.cli.misread import said

        raise Usage(said(message, self))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Of a closed list: Usage, with the list and the one that was meant."""
        if action.choices is not None and value not in action.choices:
            from ita_doctor.cli.misread import no_choice

            raise Usage(no_choice("/".join(action.option_strings) or str(action.metavar or action.dest), str(value), list(action.choices)))


def parser_of(command: str) -> Parser:
    """The parser of one command, with its options, its help and its examples."""
    module = import_module(f"ita_doctor.cli.{command}")
    parser = Parser(f"ita-doctor {command}", **words_of(command))
    module.add_options(parser)
    parser.usage = f"{parser.prog} [OPTIONS]{''.join(' ' + _as_typed(action) for action in parser._actions if not action.option_strings)}"
    return parser


def words_of(command: str) -> Dict[str, Any]:
    """What a parser of this command is made with, but for its name and its options."""
    module = import_module(f"ita_doctor.cli.{command}")
    return {
        "description": (module.__doc__ or "").strip(), "epilog": module.EPILOG, "allow_abbrev": False, "formatter_class": Formatter,
    }  # fmt: skip


def _as_typed(action: argparse.Action) -> str:
    """An argument in a line of usage."""
    return {"*": f"[{action.metavar} ...]", "+": f"{action.metavar} ..."}.get(str(action.nargs), str(action.metavar))


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
    except ModuleNotFoundError as why:
        console.err(f"ita-doctor: {_missing(why)}")
        return UNKNOWN
    except OSError as why:
        console.err(f"ita-doctor: {why.filename or 'output'}: {why.strerror or why}")
        return UNKNOWN
    except KeyboardInterrupt:
        console.err("ita-doctor: interrupted")
        return INTERRUPTED


PACKAGES = {
    "cryptography": "cryptography", "_cffi_backend": "cffi", "OpenSSL": "pyOpenSSL", "configobj": "configobj", "six": "six", "jinja2": "jinja2",
    "markupsafe": "MarkupSafe",
}  # fmt: skip
"""By the module that was missing: what has to be installed."""


def _missing(why: ModuleNotFoundError) -> str:
    """Which library is not there, and what to do; anything else is our own fault."""
    package = PACKAGES.get((why.name or "").partition(".")[0])
    if package is None:
        raise why
    return f"the library {package} is not installed for this Python ({sys.executable}): pip install {package}, or take the system's own package of it"


def _main(argv: List[str], console: Console) -> int:
    first = argv[0] if argv else ""
    if first in ("-h", "--help", "help") and len(argv) == 2 and not argv[1].startswith("-"):
        first, argv = argv[1], [argv[1], "--help"]
    if first in ("", "-h", "--help", "help"):
        if len(argv) > 1:
            raise Usage(f"{first}: wants nothing behind it, or one command, as in `ita-doctor help check`")
        console.out(_help())
        return HEALTHY if first else UNKNOWN
    if first == "--version":
        from ita_doctor.cli.version import describe

        console.out(describe())
        return HEALTHY
    if first not in COMMANDS:
        from ita_doctor.cli.misread import no_command

        raise Usage(no_command(argv, COMMANDS))
    command, parser = import_module(f"ita_doctor.cli.{first}"), parser_of(first)
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
    from ita_doctor.cli.options import usual_configs
    from ita_doctor.host.pick import pick_host

    host = pick_host()
    if not any(word.startswith("--config") for word in argv) and all(host.stand(path).kind is Kind.MISSING for path in usual_configs(host)):
        return ()
    from ita_doctor.cli.config import read_config

    config = read_config(argv, parser, host, console)
    parser.set_defaults(**config.options)
    return config.accepts


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Lines of 80 columns: asking the terminal for its own width would load shutil and all its archivers at every start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=80)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Examples stay as they are, a description is filled."""
        if text.startswith("example"):
            return super()._fill_text(text, width, indent)
        return "\n\n".join("\n".join(self._split_lines(paragraph, width)) for paragraph in text.split("\n\n"))

    def _split_lines(self, text: str, width: int) -> List[str]:
        """No name is broken at its hyphens: it is to be found, and copied."""
        import textwrap

        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


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
            "All options of a command:    ita-doctor help check",
            f"Version {__version__}; more for a bug report: ita-doctor --version",
            "",
        )
    )

"""What is wrong with a command line, in a sentence, with what was meant; imported only where something is."""

from __future__ import annotations

import argparse
import re
from typing import Iterable, List, Sequence

from ita_doctor.cli.usage import did_you_mean


def said(message: str, parser: argparse.ArgumentParser) -> str:
    """What argparse says in *message*, as a sentence of ours."""
    unknown = re.match(r"unrecognized arguments: (.*)", message, re.DOTALL)
    if unknown:
        return _unknown(unknown[1], parser)
    missing = re.match(r"the following arguments are required: (.*)", message, re.DOTALL)
    if missing:
        return f"{missing[1]} is missing; wanted `{parser.usage}`"
    about = re.match(r"argument (\S+): (.*)", message, re.DOTALL)
    if not about:
        return f"{message}; {_where(parser)}"
    option, why = about[1], about[2]
    other = re.match(r"not allowed with argument (\S+)", why)
    if other:
        return f"{option} and {other[1]}: one excludes the other"
    number = re.match(r"invalid int value: (.*)", why, re.DOTALL)
    if number:
        return f"{option}: {number[1]} is not a whole number"
    value = re.match(r"ignored explicit argument (['\"])(.*)\1", why, re.DOTALL)
    if value:
        return _no_value(option, value[2], parser)
    if why.startswith("expected"):
        return f"{option}: a value is missing; wanted {option} {_metavar(option, parser)} (one that begins with - is written {option}=VALUE)"
    return f"{option}: {why}; {_where(parser)}"


def no_choice(option: str, value: str, choices: Sequence[object]) -> str:
    """A value that is none of a closed list."""
    known = [str(one) for one in choices]
    return f"{option}: {value!r} is none of {', '.join(known)}{did_you_mean(value, known)}"


def no_command(argv: Sequence[str], commands: Iterable[str]) -> str:
    """The first word is no command."""
    first, known = argv[0], list(commands)
    all_of_them = ", ".join(known)
    if not first.startswith("-"):
        return f"there is no command {first!r}{did_you_mean(first, [*known, 'help']) or f'; the commands are {all_of_them}'}"
    later = next((word for word in argv[1:] if word in known), None)
    meant = did_you_mean(first, ["--help", "--version"])
    if later and not meant:
        return f"there is no option {first!r} before the command; options stand behind it, as in `ita-doctor {later} {first}`"
    return f"there is no option {first!r}{meant or f'; a command comes first: {all_of_them}'}"


def _unknown(words: str, parser: argparse.ArgumentParser) -> str:
    """The first of the words that the parser knows nothing of; what follows may belong to it."""
    word = words.partition(" ")[0]
    if not word.startswith("-"):
        return f"{word}: not expected here; wanted `{parser.usage}`"
    name = word.partition("=")[0]
    known = _options(parser)
    whole = (f"{one}{name[1:]}" for one in known if len(one) == 2 and f"-{one}{name[1:]}" in known)
    name = name if name.startswith("--") else next(whole, name)  # of -quiet some argparse takes the -q for itself
    return f"there is no option {name}{did_you_mean(name, known) or f'; {_where(parser)}'}"


def _no_value(option: str, value: str, parser: argparse.ArgumentParser) -> str:
    """`--offline=yes`; or `-quiet`, of which other argparses make -q with a value."""
    short = option.partition("/")[0]
    meant = did_you_mean(short + value, [one for one in _options(parser) if one.startswith("--")]) if len(short) == 2 else ""
    return f"there is no option {short}{value}{meant}" if meant else f"{option}: takes no value; found {value!r}"


def _options(parser: argparse.ArgumentParser) -> List[str]:
    return [option for action in parser._actions for option in action.option_strings]


def _metavar(option: str, parser: argparse.ArgumentParser) -> str:
    """What stands for the value of an option."""
    for action in parser._actions:
        if "/".join(action.option_strings) == option:
            return str(action.metavar) if action.metavar else "|".join(map(str, action.choices or ("VALUE",)))
    return "VALUE"


def _where(parser: argparse.ArgumentParser) -> str:
    return f"`{parser.prog} --help` lists what there is"

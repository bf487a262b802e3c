"""What a rule means, why it matters, and what to do by hand."""

from __future__ import annotations

import argparse
from typing import Iterator

from ita_doctor.cli.console import Console, Line
from ita_doctor.cli.library import library
from ita_doctor.cli.options import RULES, add_color_option, add_rules_option, group
from ita_doctor.cli.usage import Usage, did_you_mean
from ita_doctor.model.rule import Rule

EPILOG = """\
examples:
  ita-doctor explain ITA-STH-001
  ita-doctor explain sth-001
  ita-doctor explain --rules /etc/ita-rules ITA-RND-901   # a rule of your own

exit status: 0, or 3 where there is no such rule"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `explain` takes."""
    parser.add_argument("rule", metavar="RULE", help="a rule's id, in capitals or not; ITA- may be left out")
    add_rules_option(group(parser, RULES))
    add_color_option(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Print one rule."""
    console.color = args.color
    known = {rule.id: rule for rule in library(args.rules).rules}
    name = args.rule.upper()
    name = name if name.startswith("ITA-") else f"ITA-{name}"
    if name not in known:
        family = [rule.id for rule in known.values() if f"ITA-{rule.family}" == name.rstrip("-")]
        if family:
            raise Usage(f"{args.rule!r} is a family: name one of its rules, {', '.join(family)}")
        raise Usage(f"there is no rule {args.rule!r}{did_you_mean(name, list(known)) or '; `ita-doctor rules` lists them all'}")
    console.show(_lines(known[name]))
    return 0


def _lines(rule: Rule) -> Iterator[Line]:
    step = f", step {rule.step} of the procedure" if rule.step else ""
    yield ((rule.id, "title"), ("  " + rule.title, "title"))
    yield ((f"{rule.severity.value}{step}", "dim"),)
    for heading, text in (("Why it matters", rule.why), ("By hand", rule.by_hand)):
        yield ()
        yield ((heading, "title"),)
        for line in text.splitlines():
            if line.startswith("$ "):
                yield (("  $ ", "dim"), (line[2:], "command"))
            else:
                yield from _wrapped(line, "  ", "")
    yield ()
    yield (("What it can say, and what to do then", "title"),)
    for variant in rule.say.values():
        yield from _wrapped(named(variant.message), "  - ", "")
        yield from _wrapped(named(variant.do), "    ", "dim")
        for command in variant.commands:
            yield (("    $ ", "dim"), (named(command), "command"))
    if rule.references:
        yield ()
        yield (("References", "title"),)
        for reference in rule.references:
            yield from _wrapped(reference, "  ", "")


def _wrapped(text: str, head: str, style: str) -> Iterator[Line]:
    """*text* in lines that every terminal shows whole, the first behind *head*."""
    from ita_doctor.render.terminal import WIDTH, wrapped

    for line in wrapped(text, WIDTH - len(head)):
        yield ((head + line, style),)
        head = " " * len(head)


def named(template: str) -> str:
    """*template* with <name> for each value that a report puts there."""
    from string import Formatter

    return "".join(f"{text}<{name}>" if name else text for text, name, _, _ in Formatter().parse(template))

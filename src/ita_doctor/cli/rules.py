"""Every rule, one a line."""

from __future__ import annotations

import argparse

from ita_doctor.cli.console import Console
from ita_doctor.cli.library import library
from ita_doctor.cli.options import RULES, add_output_options, add_rules_option, group
from ita_doctor.model.rule import Rule

EPILOG = """\
examples:
  ita-doctor rules
  ita-doctor rules --format json           # all that a rule has, for programs
  ita-doctor rules --rules /etc/ita-rules  # with your own

exit status: 0, or 3 where a rule file is refused"""

SCHEMA = "ita-doctor/rules/1"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `rules` takes."""
    add_rules_option(group(parser, RULES))
    add_output_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Print the catalogue."""
    console.color = args.color
    rules = library(args.rules).rules
    if args.format == "json":
        import json

        rows = [_row(rule) for rule in rules]
        console.out(json.dumps({"schema": SCHEMA, "rules": rows}, indent=2 if console.is_terminal else None) + "\n")
        return 0
    width = max((len(rule.id) for rule in rules), default=0)
    console.show(((f"{rule.id:<{width}}  ", "title"), (f"{rule.severity.value:<8}  ", rule.severity.value), (rule.title, "")) for rule in rules)
    return 0


def _row(rule: Rule) -> dict[str, object]:
    """One rule as docs/rules.schema.json has it."""
    return {
        "id": rule.id, "title": rule.title, "family": rule.family, "severity": rule.severity.value, "step": rule.step,
        "needs": list(rule.needs), "platforms": list(rule.platforms), "check": rule.check, "params": dict(rule.params), "why": rule.why,
        "by_hand": rule.by_hand, "references": list(rule.references), "remedy": next((one.remedy for one in rule.say.values() if one.remedy), None),
    }  # fmt: skip

"""What a rule may say of a copy: nothing that would heal the copy in the place of its machine, or touch a file of this one."""

from __future__ import annotations

import re
from typing import List, Sequence

from ita_doctor.model.artifact import FileFact
from ita_doctor.model.rule import Rule, Variant
from ita_doctor.model.setup import Setup

LOOKING = ("ls ", "sed -n ", "ita-doctor inspect ", "openssl x509 -in ", "openssl pkey -in ")
"""How a command begins that only looks, unless it goes on with another or writes what it found."""

_GOES_ON = (">", "&&", ";", "$(", "-out ")

_OF_COMMANDS = re.compile(
    r" \(the (?:second )?command [^)]*\)"  # make it anew (the command keeps the old one), …
    r"|: the (?:first )?command .*?(?=\.(?: |$))"  # encrypt it: the first command asks for …
    r"|(?: |^)The (?:two )?commands? .*?\.(?= |$)"  # The commands do it.
)
"""What a text says of the commands below it."""


def of_a_copy(rules: Sequence[Rule], setup: Setup) -> List[Rule]:
    """
    *rules* with no remedy of `fix`, and with those commands alone that look at a file below the root.

    With none at all where a link stands on the way to one of the files: it counts below the root only for us, and a command would follow it to
    this machine's own files.
    """
    root = str(setup.asked.root)
    facts = [fact for fact in setup.files.values() if isinstance(fact, FileFact) and fact.path.startswith(f"{root}/")]
    return of_a_tree(rules, is_linked=any(fact.stand.real not in ("", fact.path) for fact in facts))


def of_a_tree(rules: Sequence[Rule], *, is_linked: bool) -> List[Rule]:
    """The same, where it is known whether a link stands on the way."""
    return [rule._replace(say={name: _said(one, is_linked=is_linked) for name, one in rule.say.items()}) for rule in rules]


def _said(said: Variant, *, is_linked: bool) -> Variant:
    kept = () if is_linked else tuple(one for one in said.commands if _only_looks(one))
    do = said.do if kept == said.commands else _OF_COMMANDS.sub("", said.do).strip()
    return said._replace(do=do, commands=kept, remedy=None, options="")


def _only_looks(command: str) -> bool:
    return command.startswith(LOOKING) and not any(sign in command for sign in _GOES_ON)

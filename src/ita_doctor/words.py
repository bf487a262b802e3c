"""Fill the sentences and commands of rule files with values: made visible for people, quoted for the shell."""

from __future__ import annotations

from typing import Dict, Mapping, Sequence, Tuple

from ita_doctor.model.artifact import Lost
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup
from ita_doctor.model.visible import visible

COMMON = (
    "where",
    "line",
    "suffix",
    "user",
    "me",
    "place",
    "installation",
    "programs",
    "stash",
    "seed",
    "prv",
    "pub",
    "cert",
    "bundle",
    "dir",
    "ini",
    "job",
)
"""Placeholders that every sentence may use, beside the facts of its own check."""


def values_of(setup: Setup) -> Mapping[str, str]:
    """The common values of one installation; a path that is not known is named by its artifact."""
    values: Dict[str, str] = {
        "suffix": "<suffix>" if isinstance(setup.suffix, Lost) else setup.suffix,
        "user": setup.user,
        "me": setup.me,
        "place": setup.place,
        "installation": setup.installation,
        "programs": setup.programs,
    }
    for artifact, fact in setup.files.items():
        values[artifact] = f"<{artifact}>" if isinstance(fact, Lost) else fact.path
    return values


def sentence(template: str, seen: Observation, values: Mapping[str, str]) -> str:
    """*template* filled for a person: no control character of a value survives."""
    return template.format_map(_Visible(_all(seen, values)))


class _Visible(Dict[str, object]):
    """Values as they may be shown, each only where it is asked for."""

    def __getitem__(self, name: str) -> str:
        return visible(_text(super().__getitem__(name)), 400)


def commands_of(templates: Sequence[str], seen: Observation, values: Mapping[str, str]) -> Tuple[str, ...]:
    """*templates* filled with quoted values; none where a value could not be pasted or is not known."""
    if not templates:
        return ()
    import shlex

    filled = {}
    for name, value in _all(seen, values).items():
        text = _text(value)
        filled[name] = shlex.quote(text)
        if any("{" + name + "}" in template for template in templates) and (visible(text, len(text) + 1) != text or text.startswith("<")):
            return ()
    return tuple(template.format_map(filled) for template in templates)


def _all(seen: Observation, values: Mapping[str, str]) -> Mapping[str, object]:
    return {**values, "where": seen.where or values["place"], "line": seen.line or "", **seen.facts}


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(one) for one in value)
    return str(value)

"""The files in which an installer writes down what it installed: lines of NAME=VALUE."""

from __future__ import annotations

import posixpath
from typing import Dict, Iterator, Mapping, NamedTuple, Sequence, Tuple


class Installed(NamedTuple):
    """One installation as a registry knows it; '' for a folder of which it does not speak."""

    programs: str
    data: str


def read_registry(text: str, keys: Mapping[str, Sequence[str]]) -> Tuple[Installed, ...]:
    """
    What *text* registers, each once, in its order; never raises.

    *keys* has the endings of the keys for `programs` and `data`; what stands before an ending joins the lines of one installation. A value that
    is no path from the root on is passed over.
    """
    found: Dict[str, Dict[str, str]] = {}
    for name, value in _lines(text):
        path = _path(value)
        if not path:
            continue
        for role, endings in keys.items():
            for ending in endings:
                if name.endswith(ending):
                    found.setdefault(name[: -len(ending)], {}).setdefault(role, path)
    return tuple(dict.fromkeys(Installed(one.get("programs", ""), one.get("data", "")) for one in found.values()))


def read_variable(text: str, name: str) -> str:
    """The path to which a shell script sets the variable *name*; '' where it sets none, or one that only a shell could work out."""
    for left, value in _lines(text):
        if left in (name, f"export {name}"):
            path = _path(value.split(";", 1)[0])
            if path and not set(path) & set("$`*?\"'\\"):
                return path
    return ""


def _lines(text: str) -> Iterator[Tuple[str, str]]:
    for line in text.replace("\r", "\n").split("\n"):
        name, equals, value = line.partition("=")
        if equals:
            yield name.strip(), value.strip()


def _path(value: str) -> str:
    """*value* without the quotes around it, where it is a path from the root on without control characters; else ''."""
    bare = value.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1]
    is_plain = not any(sign < " " or sign == "\x7f" for sign in bare)
    return posixpath.normpath("/" + bare.lstrip("/")) if bare.startswith("/") and is_plain else ""

"""The register of cases: what is done to a healthy installation, and what has to be said of it."""

from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from laboratory.lab import Site

Spoil = Callable[[Site], Any]
Options = Callable[[Site], Sequence[object]]

BOOK: Dict[str, Case] = {}


class CannotHere(Exception):
    """This machine lacks what the case needs; the message says what."""


class Case(NamedTuple):
    """One thing that is done to a healthy installation, and the verdict that is right."""

    name: str
    spoil: Spoil
    expect: FrozenSet[str]
    """Rules that must fail; those of note severity are no root causes. Empty: a healthy variant."""
    may: FrozenSet[str] = frozenset()
    """Rules that may fail as well."""
    says: str = ""
    """A regular expression for the messages of the expected rules."""
    line: Optional[int] = None
    """The line that a finding of an expected rule must name."""
    severity: Mapping[str, str] = {}
    """Of expected rules, where it is not that of the rule file."""
    options: Options = lambda _: ()
    master: Optional[Callable[[Site], Any]] = None
    """Makes the master to talk to, a context manager with .port; None: --offline."""
    by: str = ""
    """Who can run it: `root` `user`, or everybody."""
    status: Optional[int] = None
    """The exit status, where it does not follow from the severities."""
    powerless: bool = False
    """The program runs without the right to read what belongs to others."""
    unless_readable: bool = False
    """The case is healthy where the cryptography library here opens the key."""
    opens: Optional[bool] = None
    """Whether Python's ssl loads the files; None: for a healthy variant it must, for a fault it is not asked."""


def case(*expect: str, may: Union[str, Tuple[str, ...]] = (), **more: Any) -> Callable[[Spoil], Spoil]:
    """Register the function as the case of its name, in which the rules *expect* fail; without any it is a healthy variant."""

    def register(spoil: Spoil) -> Spoil:
        name = spoil.__name__
        if name in BOOK:
            raise ValueError(f"two cases are named {name}")
        allowed = frozenset([may] if isinstance(may, str) else may)
        BOOK[name] = Case(name, spoil, frozenset(f"ITA-{rule}" for rule in expect), frozenset(f"ITA-{rule}" for rule in allowed), **more)
        return spoil

    return register

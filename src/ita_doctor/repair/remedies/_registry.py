"""How a remedy declares itself, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, Iterator, Mapping, Optional, Tuple

from ita_doctor.model.finding import Finding
from ita_doctor.model.plan import Needs, Step
from ita_doctor.repair.basis import Basis


@dataclass(frozen=True)
class Line:
    """One line of the plan, in the words of a remedy."""

    words: str
    """Its entry in rules/remedies.toml."""
    facts: Mapping[str, object] = field(default_factory=dict)
    step: Optional[int] = None
    """Of the procedure; None: all that the entry names."""
    kind: str = ""
    """From what it is made, where the entry has other commands for that; `-`: no command does it."""


@dataclass(frozen=True)
class Treatment:
    """What a remedy would do about one finding, or why it cannot yet."""

    words: str
    """Its entry in rules/remedies.toml."""
    steps: Tuple[Step, ...] = ()
    needs: Optional[Needs] = None
    facts: Mapping[str, object] = field(default_factory=dict)
    """For the words."""
    intends: Mapping[Tuple[str, str], Optional[str]] = field(default_factory=dict)
    """Of ita.ini: what (section, setting) shall be; None for one that goes away."""
    shown: Tuple[Line, ...] = ()
    """What is said of it; none: one line with its own words and facts."""

    @property
    def lines(self) -> Tuple[Line, ...]:
        """What the plan says of it."""
        return self.shown or (Line(self.words, self.facts),)


Remedy = Callable[[Finding, Basis], Iterator[Treatment]]

REMEDIES: Dict[str, Remedy] = {}
"""By the name that the variants of the rule files give; in the order of this table they are asked."""


def remedy(name: str) -> Callable[[Remedy], Remedy]:
    """Register a function as the remedy *name*."""

    def register(function: Remedy) -> Remedy:
        if name in REMEDIES:
            raise ValueError(f"two remedies are called {name}")
        REMEDIES[name] = function
        return function

    return register


def needs(words: str, what: str, **facts: object) -> Treatment:
    """A treatment that waits for a person."""
    return Treatment(words, needs=Needs(what, facts), facts=facts)

"""How a check declares itself, and the only ways to say something."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.model.artifact import FileFact, Lost
from ita_doctor.model.finding import Observation, Status
from ita_doctor.model.setup import Setup

Params = Mapping[str, Any]
Check = Callable[[Setup, Params], Iterator[Observation]]


class CheckSpec(NamedTuple):
    """A check with all that a rule file may say of it."""

    name: str
    function: Check
    says: Mapping[str, Tuple[str, ...]]
    """Every variant that it can yield, with the facts that come with it."""
    takes: Mapping[str, type]
    """Every parameter that the rule file must give, with its type."""


CHECKS: Dict[str, CheckSpec] = {}


def check(name: str, *, says: Mapping[str, Tuple[str, ...]], **takes: type) -> Callable[[Check], Check]:
    """Register a function as the check *name*; the loader holds rule files against *says* and *takes*."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = CheckSpec(name, function, says, takes)
        return function

    return register


def passes(about: str, where: Optional[str] = None) -> Observation:
    """*about* is as the rule wants it."""
    return Observation(Status.PASS, about, where=where)


def fails(variant: str, about: str, where: Optional[str] = None, line: Optional[int] = None, **facts: object) -> Observation:
    """*about* is not; the rule file words the *variant*."""
    return Observation(Status.FAIL, about, variant, where, line, facts)


def lost(what: Lost, about: str, where: Optional[str] = None) -> Observation:
    """*about* could not be judged because *what* was not there: blocked if that is a fault, else skipped."""
    return Observation(Status.BLOCKED if what.reason.is_fault else Status.SKIPPED, about, where=where, line=what.line, lost=what)


def path_of(setup: Setup, artifact: str) -> str:
    """Where an artifact stands, or '' where that is not known."""
    fact = setup.files[artifact]
    return fact.path if isinstance(fact, FileFact) else ""


def at(host: str, port: int) -> str:
    """HOST:PORT, an IPv6 address in brackets, as openssl and curl want it."""
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


def page_of(ccsids: Sequence[int]) -> str:
    """The likeliest of the EBCDIC pages that fit, and how sure that is: many differ only in signs that a text may not hold."""
    first, *others = ccsids
    if not others:
        return str(first)
    if len(others) > 3:
        return f"{first}, or another: {len(others)} fit as well"
    return f"{first}; {', '.join(map(str, others))} {'fits' if len(others) == 1 else 'fit'} as well"

"""The chain of trust: which part holds, and which one is broken."""

from __future__ import annotations

from typing import Dict, Tuple

import pytest

from builders import House, book, certificate, judge
from ita_doctor.accept import Accept, Register
from ita_doctor.model.chain import LINKS, chain_of, link_of
from ita_doctor.model.finding import Installation
from ita_doctor.rulebook import FAMILIES


def states(found: Installation) -> Dict[str, Tuple[str, Tuple[str, ...]]]:
    """State and rules of each link."""
    chain = found.facts["chain"]
    assert isinstance(chain, list)
    return {row["link"]: (row["state"], tuple(row["rules"])) for row in chain}


def test_a_healthy_chain_holds_as_far_as_it_is_judged() -> None:
    """From ita.ini to the master that answers; what is not looked at is unknown."""
    found = states(judge(House().live()).installation)

    assert list(LINKS) == list(found)
    assert ("holds", ()) == found["key"] == found["key>certificate"] == found["agent>master"]
    assert ("unknown", ()) == found["store"]


@pytest.mark.parametrize(
    ("house", "link", "state", "rule"),
    [
        (House().setting("ssl_port", "0"), "settings", "broken", "ITA-INI-010"),
        (House().remove("prv"), "key", "broken", "ITA-FILE-001"),
        (House().change("prv", mode=0o644), "key", "broken", "ITA-FILE-006"),
        (House().write("stash", b"?"), "key", "broken", "ITA-STH-001"),
        (House().write("stash", b"?"), "key>certificate", "waiting", "ITA-STH-001"),
        (House().with_certificate(certificate(start=-400)), "certificate", "broken", "ITA-CERT-004"),
        (House().dead("refused"), "agent>master", "broken", "ITA-NET-002"),
        (House().write("seed", b"x" * 100), "key", "broken", "ITA-RND-002"),
    ],
)
def test_where_it_is_broken(house: House, link: str, state: str, rule: str) -> None:
    """The part that the fault is about, with the rule that says so."""
    assert (state, (rule,)) == states(judge(house).installation)[link]


def test_what_is_accepted_breaks_nothing() -> None:
    """The chain is that of the findings as they are told."""
    found = judge(House().change("stash", mode=0o644)).installation
    accepted = Register((Accept("ITA-FILE-006", "a test machine", "2099-01-31"),), "2026-11-24").apply(found)

    assert ("broken", "holds") == (states(found)["key"][0], states(accepted)["key"][0])


def test_every_rule_stands_somewhere() -> None:
    """By its file, its subject or its family; a family without a place would stop every check."""
    assert [] == [rule.id for rule in book().rules if link_of(rule.link, rule.family, "") not in LINKS]
    assert [] == [family for family in FAMILIES if link_of(None, family, "") not in LINKS]


def test_nothing_judged_is_unknown() -> None:
    """No finding is no good sign."""
    assert {"unknown"} == {row["state"] for row in chain_of(())}

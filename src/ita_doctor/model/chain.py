"""The chain of trust of one installation, from ita.ini to the master's trust store: which part of it holds, and which one is broken."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence

from ita_doctor.model.finding import Finding, Status
from ita_doctor.model.rule import Severity

LINKS = (
    "settings", "settings>key", "key", "key>certificate", "certificate", "certificate>bundle", "bundle", "bundle>agent", "agent", "agent>master",
    "master", "master>store", "store",
)  # fmt: skip
"""In the order of the chain. `a>b` is what has to be right between two parts; a rule file may name one of these as its `link`."""

_OF_SUBJECT = {
    "ini": "settings", "job": "settings", "dir": "settings>key", "prv": "key", "stash": "key", "seed": "key", "pub": "certificate",
    "cert": "certificate", "bundle": "bundle", "truststore": "store",
}  # fmt: skip
_OF_FAMILY = {
    "INI": "settings", "FILE": "settings>key", "STH": "key", "KEY": "key", "RND": "key", "CERT": "certificate", "CA": "bundle", "AGT": "agent",
    "NET": "agent>master", "TLS": "agent>master", "MST": "master",
}  # fmt: skip


def link_of(named: Optional[str], family: str, about: str) -> str:
    """Where a finding stands in the chain: where its rule says, else with the file that it is about, else with its family."""
    return named or _OF_SUBJECT.get(about) or _OF_FAMILY[family]


def chain_of(findings: Sequence[Finding]) -> List[Mapping[str, object]]:
    """
    For each of LINKS its name, its state and the rules that brought it there.

    `broken`: something failed at error or above. `weak`: at warning. `waiting`: it cannot be judged before another rule is right. `holds`:
    what was judged is right. `unknown`: nothing of it was judged.
    """
    by_link: Dict[str, List[Finding]] = {}
    for one in findings:
        by_link.setdefault(one.link, []).append(one)
    return [_judged(name, by_link.get(name, ())) for name in LINKS]


def _judged(name: str, findings: Sequence[Finding]) -> Mapping[str, object]:
    for state, rules in (
        ("broken", [one.rule for one in findings if one.status is Status.FAIL and one.severity in (Severity.ERROR, Severity.CRITICAL)]),
        ("weak", [one.rule for one in findings if one.status is Status.FAIL and one.severity is Severity.WARNING]),
        ("waiting", [one.blocked_by for one in findings if one.status is Status.BLOCKED and one.blocked_by]),
    ):
        if rules:
            return {"link": name, "state": state, "rules": sorted(set(rules))}
    return {"link": name, "state": "holds" if any(one.status in (Status.PASS, Status.FAIL) for one in findings) else "unknown", "rules": []}

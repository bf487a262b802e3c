"""The bundle: which of its certificates is whose."""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple, Union

from ita_doctor.checks._registry import Params, check, fails, lost, passes, path_of
from ita_doctor.checks.certificate import DUE, KINDS, SAYS_DUE, day, lasts
from ita_doctor.model.artifact import Certificate, Key, Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


def _where(setup: Setup) -> str:
    return path_of(setup, "bundle")


def _held(setup: Setup) -> Tuple[Certificate, ...]:
    return got(setup.bundle).certificates


def _agents(setup: Setup) -> List[Certificate]:
    """The certificates that are the agent's: its own, and what else stands in pub and cert with its subject or key."""
    own = setup.own
    if isinstance(own, Lost):
        return []
    files = [file.certificates[0] for file in (setup.pub, setup.cert) if not isinstance(file, Lost)]
    return [own, *(one for one in files if _is_of(one, [own]))]


def _is_of(certificate: Certificate, side: List[Certificate]) -> bool:
    """Whether it counts as that side's: the same subject or the same key, be it an older one."""
    return any(certificate.subject_der == other.subject_der or certificate.spki == other.spki for other in side)


def _not_the_agents(setup: Setup) -> Union[List[Certificate], Lost]:
    """The certificates of the bundle that are not the agent's; Lost where nobody knows which those are."""
    agents = _agents(setup)
    return setup.own if isinstance(setup.own, Lost) else [one for one in _held(setup) if not _is_of(one, agents)]


def wanted_master(setup: Setup) -> Optional[Certificate]:
    """The master's certificate, where it is known: as presented, else from server.pem."""
    for known in (setup.presented, setup.server):
        if not isinstance(known, Lost):
            return known
    return None


def issuers_of(setup: Setup, certificate: Certificate) -> List[Certificate]:
    """Certificates of the bundle that signed it (not itself)."""
    return [one for one in _held(setup) if (certificate.sha256, one.sha256) in setup.links and one.sha256 != certificate.sha256]


def masters(setup: Setup) -> Union[List[Certificate], Lost]:
    """
    The certificates of the bundle that can be the master's.

    Known which: itself, else its issuer. Not known: whatever is not the agent's; where that is not known either, nothing can be said.
    """
    master = wanted_master(setup)
    if master is not None:
        found = [one for one in _held(setup) if one.sha256 == master.sha256] or issuers_of(setup, master)
        if found:
            return found
    return _not_the_agents(setup)


@check("bundle.readable", says=dict.fromkeys((*KINDS, "one-line"), ("fault",)))
def readable(setup: Setup, params: Params) -> Iterator[Observation]:
    """Every block of the bundle can be read; the first that cannot is named."""
    bundle = setup.bundle
    if not isinstance(bundle, Lost):
        yield passes("bundle", _where(setup))
    elif bundle.about == "bundle" and bundle.reason is Reason.MALFORMED:
        fault = bundle.facts.get("fault", bundle.kind)
        yield fails("one-line" if fault == "one-line" else bundle.kind, "bundle", _where(setup), bundle.line, fault=fault)
    else:
        yield lost(bundle, "bundle")


@check("bundle.holds_own", says={"older": ("older",), "absent": (), "fits-key": ()})
def holds_own(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's certificate stands in the bundle (where pub and cert differ, either of them is enough: the rest is ITA-CERT-002's)."""
    own = got(setup.own)
    if {one.sha256 for one in _agents(setup)} & {one.sha256 for one in _held(setup)}:
        return
    if isinstance(setup.key, Key) and setup.key.spki != own.spki and any(one.spki == setup.key.spki for one in _held(setup)):
        yield fails("fits-key", "bundle", _where(setup))
        return
    for one in _held(setup):
        if one.subject_der == own.subject_der:
            yield fails("older", "bundle", _where(setup), one.line, older=f"valid until {day(one.not_after)}")
            return
    yield fails("absent", "bundle", _where(setup))


@check("bundle.holds_master", says={"only-own": (), "older": ("subject", "older"), "not-this": ("subject",)})
def holds_master(setup: Setup, params: Params) -> Iterator[Observation]:
    """A certificate of the master stands in the bundle; server.pem's, where that is known, or its issuer."""
    server, presented = setup.server, {one.sha256 for one in (setup.presented,) if not isinstance(one, Lost)}
    if setup.asked.server_cert is None and presented & {one.sha256 for one in _held(setup)}:
        return  # a server.pem that was found is a former one: the master itself shows what it presents
    others = _not_the_agents(setup)
    if isinstance(server, Lost):
        if isinstance(others, Lost):
            yield lost(others, "bundle", _where(setup))
        elif not others:
            yield fails("only-own", "bundle", _where(setup))
        return
    if any(one.sha256 == server.sha256 for one in _held(setup)) or issuers_of(setup, server):
        return
    if not isinstance(others, Lost) and not others:
        yield fails("only-own", "bundle", _where(setup))
        return
    for one in _held(setup):
        if one.subject_der == server.subject_der:
            yield fails("older", "bundle", _where(setup), one.line, subject=server.subject, older=f"valid until {day(one.not_after)}")
            return
    yield fails("not-this", "bundle", _where(setup), subject=server.subject)


@check("bundle.valid", says={"expired": ("subject", "not_after"), "early": ("subject", "not_before")})
def valid(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master's certificate in the bundle is valid; where it is not known which that is, at least one that may be it."""
    candidates = masters(setup)
    if isinstance(candidates, Lost):
        yield lost(candidates, "bundle", _where(setup))
        return
    if not candidates or any(one.not_before <= setup.now <= one.not_after for one in candidates):
        return
    last = max(candidates, key=lambda one: one.not_after)
    if last.not_after < setup.now:
        yield fails("expired", "bundle", _where(setup), last.line, subject=last.subject, not_after=day(last.not_after))
    else:
        yield fails("early", "bundle", _where(setup), last.line, subject=last.subject, not_before=day(last.not_before))


@check("bundle.lasts", says=SAYS_DUE, **DUE)
def master_lasts(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master's certificate in the bundle (the longest of those that may be it) is not near its end."""
    candidates = masters(setup)
    if isinstance(candidates, Lost):
        yield lost(candidates, "bundle", _where(setup))
    elif candidates:
        yield lasts(setup, max(candidates, key=lambda one: one.not_after), params, "bundle")


@check("bundle.no_doubles", says={"double": ("subject", "first")})
def no_doubles(setup: Setup, params: Params) -> Iterator[Observation]:
    """No certificate stands in the bundle twice."""
    first: dict[str, int] = {}
    for one in _held(setup):
        if one.sha256 in first:
            yield fails("double", one.sha256, _where(setup), one.line, subject=one.subject, first=first[one.sha256])
        first.setdefault(one.sha256, one.line)


@check("bundle.nothing_else", says={"text": (), "block": ("label",), "stranger": ("subject",)})
def nothing_else(setup: Setup, params: Params) -> Iterator[Observation]:
    """The bundle holds certificates only, and only of the two sides and their issuers."""
    bundle = got(setup.bundle)
    for line, _ in bundle.outside[:1]:  # what it says might be a password: its place is enough
        yield fails("text", "bundle", _where(setup), line)
    for label, line in bundle.others:
        if not label.endswith("PRIVATE KEY"):
            yield fails("block", f"{label} {line}", _where(setup), line, label=label)
    master = wanted_master(setup)
    if master is None:
        return
    if isinstance(setup.own, Lost):
        return
    sides = [*_agents(setup), master, *setup.chain]
    strangers = list(bundle.certificates)
    for known in sides:  # grows: the issuer of an issuer is no stranger either
        issuers = [one for one in strangers if one.subject_der == known.issuer_der or _is_of(one, [known])]
        strangers = [one for one in strangers if one not in issuers]
        sides += [one for one in issuers if one not in sides]
    for one in strangers:
        yield fails("stranger", one.sha256, _where(setup), one.line, subject=one.subject)


@check("bundle.whole_chain", says={"partial": ("subject", "issuer")})
def whole_chain(setup: Setup, params: Params) -> Iterator[Observation]:
    """What issued the master's certificate stands in the bundle as well, or it issued itself."""
    candidates = masters(setup)
    if isinstance(candidates, Lost):
        yield lost(candidates, "bundle", _where(setup))
        return
    for one in candidates:
        if one.issuer_der != one.subject_der and not any(one.issuer_der == other.subject_der for other in _held(setup)):
            yield fails("partial", "bundle", _where(setup), one.line, subject=one.subject, issuer=one.issuer)
            return

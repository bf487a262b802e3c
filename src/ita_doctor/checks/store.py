"""The master's key stores and its CA, where they are on this machine."""

from __future__ import annotations

from typing import Iterator, List, Union

from ita_doctor.checks._registry import Params, check, fails, lost, passes, path_of
from ita_doctor.checks.certificate import DUE, SAYS_DUE, day, due
from ita_doctor.model.artifact import Certificate, Lost, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup
from ita_doctor.model.store import KeyStore, TrustStore

SAYS_OPENS = {
    **dict.fromkeys(("password", "shipped-password", "truncated", "not-store", "oversized"), ()),
    **dict.fromkeys(("no-alias", "no-key", "bad-certificate"), ("alias", "aliases")),
}


@check("store.opens", says=SAYS_OPENS)
def opens(setup: Setup, params: Params) -> Iterator[Observation]:
    """Each store that is here opens, and the key store has the master's key; of a trust store only a fault is said."""
    for about in ("keystore", "truststore"):
        found: Union[KeyStore, TrustStore, Lost] = getattr(setup, about)
        if isinstance(found, Lost) and found.reason.is_fault:
            facts = {name: value for name, value in found.facts.items() if name != "path"}
            yield fails(found.kind, about, str(found.facts["path"]), None, **facts)
        elif isinstance(found, Lost):
            if about == "keystore":
                yield lost(found, about)
        elif about == "keystore":
            yield passes(about, found.path)


@check("store.exports", says=dict.fromkeys(("older", "other"), ("keystore", "subject", "held", "exported")))
def exports(setup: Setup, params: Params) -> Iterator[Observation]:
    """server.pem is the master's certificate as its key store has it, or the one that issued it."""
    server, keystore, where = got(setup.server), got(setup.keystore), path_of(setup, "server")
    if server.sha256 == keystore.server.sha256 or (keystore.server.sha256, server.sha256) in setup.links:
        return
    is_older = server.subject == keystore.server.subject and server.not_before <= keystore.server.not_before
    facts = {"keystore": keystore.path, "subject": server.subject, "held": _from(keystore.server), "exported": _from(server)}
    yield fails("older" if is_older else "other", "server", where, server.line or None, **facts)


def _from(certificate: Certificate) -> str:
    return f"{certificate.subject}, valid from {day(certificate.not_before)}, SHA-256 {certificate.sha256[:16]}\u2026"


def _was_accepted(setup: Setup) -> bool:
    """Whether the master took this certificate in the handshake."""
    peer = setup.peer
    return not isinstance(peer, Lost) and peer.asked and peer.had and peer.is_done and not peer.ended


@check(
    "store.trusts_agent",
    says={
        "absent": ("subject",), "by-ca": ("subject", "alias"), "by-ca-accepted": ("subject", "alias"),
        **dict.fromkeys(("older", "newer", "other"), ("alias", "subject", "held")),
    },
)  # fmt: skip
def trusts_agent(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's very certificate stands in the trust store, under whatever alias."""
    own, store = got(setup.own), got(setup.truststore)
    if any(one.sha256 == own.sha256 for _, one in store.certificates):
        return
    issuers = [alias for alias, one in store.certificates if (own.sha256, one.sha256) in setup.links and (one.is_ca or one.version == 1)]
    suffix = "" if isinstance(setup.suffix, Lost) else setup.suffix.lower()
    held = [(alias, one) for alias, one in store.certificates if alias.lower() == suffix and alias not in issuers]
    was_accepted = _was_accepted(setup)
    if issuers and (was_accepted or not held):  # what stands under the agent's alias and is not the agent's is a step 19 that was not done again
        yield fails("by-ca-accepted" if was_accepted else "by-ca", "truststore", store.path, subject=own.subject, alias=issuers[0])
        return
    if not held:
        yield fails("absent", "truststore", store.path, subject=own.subject)
        return
    alias, one = held[-1]
    variant = "other" if one.subject != own.subject else "older" if one.not_before <= own.not_before else "newer"
    yield fails(variant, "truststore", store.path, alias=alias, subject=own.subject, held=_from(one))


@check("store.password_changed", says={"shipped": ()})
def password_changed(setup: Setup, params: Params) -> Iterator[Observation]:
    """No store that is here opens with a password that everybody knows."""
    stores: List[Union[KeyStore, TrustStore, Lost]] = [setup.keystore, setup.truststore]
    for about, store in zip(("keystore", "truststore"), stores):
        if isinstance(store, Lost):
            yield lost(store, about)
        else:
            yield fails("shipped", about, store.path) if store.is_shipped else passes(about, store.path)


@check("ca.paired", says={"misfit": ("key",), "mismatch": ("key",), "no-key": ("certificate",), "expired": ("subject", "not_after")})
def paired(setup: Setup, params: Params) -> Iterator[Observation]:
    """The CA's certificate carries the public half of its key, and has not come to its end."""
    pair = got(setup.ca_pair)
    is_over = pair.certificate.not_after < setup.now
    if is_over:
        yield fails(
            "expired",
            "ca_pair",
            pair.path,
            pair.certificate.line or None,
            subject=pair.certificate.subject,
            not_after=day(pair.certificate.not_after),
        )
    if not isinstance(pair.key, Lost):
        if pair.key != pair.certificate.spki:
            yield fails("misfit" if pair.signed_own else "mismatch", "ca_pair", pair.path, key=pair.key_path)
    elif pair.key.reason.is_fault:
        yield fails("no-key", "ca_key", pair.key_path, certificate=pair.path)
    elif not is_over:
        yield lost(pair.key, "ca_key")


@check("ca.lasts", says=SAYS_DUE, **DUE)
def ca_lasts(setup: Setup, params: Params) -> Iterator[Observation]:
    """The CA's certificate is not near its end."""
    pair = got(setup.ca_pair)
    grade = due(setup, pair.certificate, params)
    if grade is not None:
        facts = {"days_left": grade[1], "not_after": day(pair.certificate.not_after), "subject": pair.certificate.subject}
        yield fails(grade[0], "ca_pair", pair.path, pair.certificate.line or None, **facts)

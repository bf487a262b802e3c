"""The handshake with the master."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List

from ita_doctor.checks._registry import Params, at, check, fails, lost, passes
from ita_doctor.checks.certificate import DUE, SAYS_DUE, day, due
from ita_doctor.model.artifact import Certificate, Lost, Reason, Setting, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup

if TYPE_CHECKING:
    from ita_doctor.model.network import Peer

DISAGREED = ("protocol_version", "handshake_failure", "insufficient_security", "inappropriate_fallback")
"""Alerts that speak of protocol and cipher, as long as no certificate was asked for."""


def _where(setup: Setup) -> str:
    peer = got(setup.peer)
    return at(peer.host, peer.port)


def _was_refused(peer: Peer) -> bool:
    """The master asked for a certificate, got ours, and then ended the connection."""
    return peer.sent and peer.ended in ("alert", "eof", "reset") and peer.alert not in ("protocol_version", "insufficient_security")


def _alert(peer: Peer) -> str:
    """The alert that ended it: the master's, or our own side's over what it proposed."""
    return peer.alert if peer.ended == "alert" else peer.own_alert if peer.ended == "refused" else ""


def _disagreed(peer: Peer) -> bool:
    """No protocol was agreed: an alert says so, or (a Java master sends none) it takes versions that are offered alone."""
    if peer.is_done or peer.sent or not peer.ended:
        return False
    return _alert(peer) in DISAGREED or (not peer.protocol and bool(peer.takes))


def _is_unsent(peer: Peer) -> bool:
    """The master asked for a certificate, and the connection ended before it had ours."""
    return peer.asked and not peer.sent and peer.ended in ("alert", "eof", "reset")


def _broke_off(peer: Peer) -> bool:
    """It ended in a way of which no other rule speaks."""
    if peer.ended in ("", "timeout") or _was_refused(peer) or _disagreed(peer):
        return False
    return not _is_unsent(peer)


@check(
    "tls.spoken",
    says={
        "http": ("banner",), "other": ("banner",), "silent": ("seconds",), "closed": (), "broke-off": ("ended", "alert"),
        "no-answer": ("seconds",),
    },
)  # fmt: skip
def spoken(setup: Setup, params: Params) -> Iterator[Observation]:
    """The port speaks TLS, to the end of a handshake and an answer."""
    peer, where, seconds = got(setup.peer), _where(setup), f"{setup.asked.timeout:g}"
    if peer.speaks in ("http", "other"):
        yield fails(peer.speaks, "peer", where, banner=peer.banner)
    elif peer.speaks == "silent":
        yield fails("silent", "peer", where, seconds=seconds)
    elif peer.speaks == "closed":
        yield fails("closed", "peer", where)
    elif peer.ended == "timeout":
        yield fails("no-answer" if peer.is_done else "silent", "peer", where, seconds=seconds)
    elif _broke_off(peer):
        yield fails("broke-off", "peer", where, ended=peer.ended, alert=peer.alert or peer.own_alert or "none")
    else:
        yield passes("peer", where)


@check("tls.trusted", says={"older": ("subject", "older"), "stranger": ("subject", "issuer"), "unreadable": ()})
def trusted(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master's certificate stands in the bundle, or one that issued it, or what it presented above it, does."""
    presented, bundle = setup.presented, got(setup.bundle)
    if isinstance(presented, Lost):
        is_ours = presented.about == "presented"
        yield fails("unreadable", "presented", _where(setup)) if is_ours else lost(presented, "presented", _where(setup))
        return
    held = {one.sha256 for one in bundle.certificates}
    reached: List[Certificate] = [presented]
    for one in reached:
        if one.sha256 in held or any((one.sha256, issuer) in setup.links for issuer in held):
            return
        reached += [above for above in setup.chain if (one.sha256, above.sha256) in setup.links and above not in reached]
    older = next((one for one in bundle.certificates if one.subject_der == presented.subject_der), None)
    if older is not None:
        yield fails("older", "peer", _where(setup), subject=presented.subject, older=f"valid until {day(older.not_after)}")
    else:
        yield fails("stranger", "peer", _where(setup), subject=presented.subject, issuer=presented.issuer)


@check("tls.accepted", says=dict.fromkeys(("refused", "refused-other", "alert", "alert-other", "unsent"), ("alert", "names")))
def accepted(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master takes the agent's certificate; in TLS 1.3 that shows only in the first read."""
    peer, own = got(setup.peer), got(setup.own)
    if not peer.asked and peer.speaks == "tls" and peer.is_done:
        yield lost(Lost(Reason.NOT_ASKED_FOR, "peer"), "peer", _where(setup))
    elif _was_refused(peer):
        knows_us = own.subject_der in peer.asked_names or own.issuer_der in peer.asked_names
        variant = ("alert" if peer.alert else "refused") + ("-other" if knows_us else "")
        yield fails(variant, "accepted", _where(setup), alert=peer.alert or "none", names=len(peer.asked_names))
    elif _is_unsent(peer) or (peer.asked and not peer.had):
        yield fails("unsent", "accepted", _where(setup), alert=peer.alert or "none", names=len(peer.asked_names))
    elif not peer.is_done or peer.ended:
        yield lost(Lost(Reason.UNREACHED, "peer"), "peer", _where(setup))
    else:
        yield passes("accepted", _where(setup))


@check("tls.agreed", says={"protocol": ("takes", "alert"), "cipher": ("takes", "alert")})
def agreed(setup: Setup, params: Params) -> Iterator[Observation]:
    """Both sides found a protocol and a cipher."""
    peer = got(setup.peer)
    if _disagreed(peer):
        no_common = bool(peer.takes) and not set(peer.takes) & set(peer.versions)
        variant = "protocol" if _alert(peer) == "protocol_version" or no_common else "cipher"
        yield fails(variant, "peer", _where(setup), takes=list(peer.takes) or "none that we can offer", alert=_alert(peer) or "none")
    elif not peer.protocol:
        yield lost(Lost(Reason.UNREACHED, "peer"), "peer", _where(setup))
    else:
        yield passes("agreed", _where(setup))


@check("tls.up_to_date", says={"protocol": ("protocol",), "cipher": ("cipher",)}, old=list)
def up_to_date(setup: Setup, params: Params) -> Iterator[Observation]:
    """The connection uses TLS 1.2 or newer, and keys that a later theft of the private key does not open."""
    peer = got(setup.peer)
    if peer.protocol in params["old"]:
        yield fails("protocol", "peer", _where(setup), protocol=peer.protocol)
    elif peer.cipher and not peer.has_forward_secrecy:
        yield fails("cipher", "peer", _where(setup), cipher=peer.cipher)


def _is_in_bundle(setup: Setup) -> bool:
    return not isinstance(setup.bundle, Lost) and any(one.sha256 == got(setup.presented).sha256 for one in setup.bundle.certificates)


@check("tls.certificate_valid", says={"expired": ("subject", "not_after"), "early": ("subject", "not_before")})
def certificate_valid(setup: Setup, params: Params) -> Iterator[Observation]:
    """What the master presents is valid today; one that stands in the bundle itself is ITA-CA-004's."""
    presented = got(setup.presented)
    if _is_in_bundle(setup):
        return
    if presented.not_after < setup.now:
        yield fails("expired", "peer", _where(setup), subject=presented.subject, not_after=day(presented.not_after))
    elif presented.not_before > setup.now:
        yield fails("early", "peer", _where(setup), subject=presented.subject, not_before=day(presented.not_before))


@check("tls.certificate_lasts", says=SAYS_DUE, **DUE)
def certificate_lasts(setup: Setup, params: Params) -> Iterator[Observation]:
    """What the master presents is not near its end; one that stands in the bundle itself is ITA-CA-005's."""
    presented = got(setup.presented)
    grade = None if _is_in_bundle(setup) else due(setup, presented, params)
    if grade is not None:
        facts = {"days_left": grade[1], "not_after": day(presented.not_after), "subject": presented.subject}
        yield fails(grade[0], "peer", _where(setup), None, **facts)


@check("tls.named", says={"common-name": ("wanted", "found", "name"), "host": ("wanted", "found")})
def named(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master's certificate carries the name that ita.ini wants, and the host name by which it is reached."""
    presented, wanted = got(setup.presented), setup.settings["cn"]
    if isinstance(wanted, Setting) and wanted.value and wanted.value not in presented.common_names:
        found = list(presented.common_names) or "none"
        yield fails("common-name", "peer", _where(setup), wanted=wanted.value, found=found, name=wanted.name)
        return
    host = got(setup.peer).host
    names = presented.names or presented.common_names
    if not any(_matches(host.casefold(), name.casefold()) for name in names):
        yield fails("host", "peer", _where(setup), wanted=host, found=list(names) or "none")


def _matches(host: str, name: str) -> bool:
    """A host name against a certificate's, with a star for the first label."""
    return host == name or (name.startswith("*.") and host.partition(".")[2] == name[2:] and "." in name[2:])


@check("tls.asks", says={"no": ()})
def asks(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master asks for the agent's certificate."""
    peer = got(setup.peer)
    if not peer.asked:
        yield fails("no", "peer", _where(setup)) if peer.is_done else lost(Lost(Reason.UNREACHED, "peer"), "peer", _where(setup))

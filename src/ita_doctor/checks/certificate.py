"""The agent's certificate: ita_pub and its copy ita_cert."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, Optional, Tuple

from ita_doctor.checks._registry import Params, check, fails, lost, passes, path_of
from ita_doctor.model.artifact import Certificate, FileFact, Key, Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup

CLIENT, SERVER, ANY = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
"""Purposes of an extended key usage (RFC 5280, 4.2.1.12)."""

PURPOSES = {
    SERVER: "serverAuth", CLIENT: "clientAuth", "1.3.6.1.5.5.7.3.3": "codeSigning", "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping", "1.3.6.1.5.5.7.3.9": "OCSPSigning",
}  # fmt: skip
"""As openssl and keytool write them."""

DAY = 86400.0

KINDS = ("none", "request", "private-key", "public-key", "pkcs7", "crl", "other", "broken", "bad-der")
"""What may stand in the place of a certificate."""


def day(moment: float) -> str:
    """*moment* as a date in UTC."""
    import datetime

    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=int(moment // DAY))).isoformat()


def due(setup: Setup, certificate: Certificate, params: Params) -> Optional[Tuple[str, int]]:
    """(`error` or `warning`, days left) where a certificate is near its end: by days or by share of its life, whichever is less."""
    for grade in ("error", "warning"):
        if setup.now > due_from(certificate, params, grade):
            return grade, int((certificate.not_after - setup.now) // DAY)
    return None


def due_from(certificate: Certificate, params: Params, grade: str) -> float:
    """When it becomes due for *grade* (`warning` `error`), seconds since 1970."""
    life = certificate.not_after - certificate.not_before
    return certificate.not_after - min(float(params[f"{grade}_days"]) * DAY, float(params[f"{grade}_share"]) * life)


def lasts(setup: Setup, certificate: Certificate, params: Params, artifact: str) -> Observation:
    """The observation for a certificate that lasts, or does not."""
    grade = due(setup, certificate, params)
    if grade is None:
        return passes(artifact, path_of(setup, artifact))
    facts = {"days_left": grade[1], "not_after": day(certificate.not_after), "subject": certificate.subject}
    return fails(grade[0], artifact, path_of(setup, artifact), certificate.line or None, **facts)


@check("cert.holds", says=dict.fromkeys(KINDS, ("artifact", "fault")), artifacts=list)
def holds(setup: Setup, params: Params) -> Iterator[Observation]:
    """Each of the files holds a certificate; what stands there instead is named."""
    for artifact in params["artifacts"]:
        held = getattr(setup, artifact)
        where = path_of(setup, artifact)
        if not isinstance(held, Lost):
            yield passes(artifact, where)
        elif held.about == artifact and held.reason is Reason.MALFORMED:
            yield fails(held.kind, artifact, where, held.line, artifact=artifact, fault=held.facts.get("fault", held.kind))
        else:
            yield lost(held, artifact)


@check("cert.same", says=dict.fromkeys(("pub-fits", "cert-fits", "both-fit", "neither-fits", "key-unknown"), ("newer", "older")))
def same(setup: Setup, params: Params) -> Iterator[Observation]:
    """The first certificate of both files is the same; else the one that the key fits is named, and the newer."""
    pub, cert = got(setup.pub).certificates[0], got(setup.cert).certificates[0]
    if pub.der == cert.der:
        return
    newer, older = ("ita_pub", "ita_cert") if pub.not_before >= cert.not_before else ("ita_cert", "ita_pub")
    variant = "key-unknown"
    if isinstance(setup.key, Key):
        fits = (pub.spki == setup.key.spki, cert.spki == setup.key.spki)
        variant = {(True, False): "pub-fits", (False, True): "cert-fits", (True, True): "both-fit", (False, False): "neither-fits"}[fits]
    yield fails(variant, "cert", path_of(setup, "cert"), newer=newer, older=older)


@check("cert.fits_key", says={"alone": ("subject",), "other-fits": ("subject", "fitting")})
def fits_key(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's certificate carries the public half of the key."""
    if got(setup.own).spki == got(setup.key).spki:
        return
    variant = "other-fits" if setup.fitting else "alone"
    yield fails(variant, "own", path_of(setup, setup.own_artifact), subject=got(setup.own).subject, fitting=setup.fitting)


@check("cert.not_expired", says={"expired": ("not_after", "days", "subject")})
def not_expired(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's certificate has not come to its end."""
    own = got(setup.own)
    if own.not_after < setup.now:
        facts = {"not_after": day(own.not_after), "days": int((setup.now - own.not_after) // DAY), "subject": own.subject}
        yield fails("expired", "own", path_of(setup, setup.own_artifact), None, **facts)


@check("cert.begun", says={"early": ("not_before", "now", "subject")})
def begun(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's certificate is valid already, by this machine's clock."""
    own = got(setup.own)
    if own.not_before > setup.now:
        facts = {"not_before": day(own.not_before), "now": day(setup.now), "subject": own.subject}
        yield fails("early", "own", path_of(setup, setup.own_artifact), None, **facts)


DUE: Dict[str, Any] = {"warning_days": int, "warning_share": float, "error_days": int, "error_share": float}
"""The parameters of every rule that says when a certificate is due; `--due` sets the days of all of them."""

SAYS_DUE: Mapping[str, Tuple[str, ...]] = dict.fromkeys(("warning", "error"), ("days_left", "not_after", "subject"))


@check("cert.lasts", says=SAYS_DUE, **DUE)
def own_lasts(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's certificate is not near its end."""
    yield lasts(setup, got(setup.own), params, setup.own_artifact)


@check("cert.signature_strong", says={"weak": ("digest",)}, weak=list)
def signature_strong(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's certificate is not signed over a digest that can be forged."""
    if got(setup.own).digest in params["weak"]:
        yield fails("weak", "own", path_of(setup, setup.own_artifact), digest=got(setup.own).digest)


@check("cert.no_private_key", says={"exposed": ("artifact", "mode")}, artifacts=list)
def no_private_key(setup: Setup, params: Params) -> Iterator[Observation]:
    """No block of a public file is a private key."""
    for artifact in params["artifacts"]:
        scan, fact = setup.scans[artifact], setup.files[artifact]
        if isinstance(scan, Lost):
            yield lost(scan, artifact)
            continue
        assert isinstance(fact, FileFact)
        lines = [block.line for block in scan.blocks if block.label.endswith("PRIVATE KEY")]
        lines += [fault.line for fault in scan.faults if fault.label.endswith("PRIVATE KEY")]
        if lines:
            yield fails("exposed", artifact, fact.path, min(lines), artifact=artifact, mode=f"{fact.stand.mode:04o}")
        else:
            yield passes(artifact, fact.path)


@check("cert.one", says={"several": ("count",)}, artifacts=list)
def one(setup: Setup, params: Params) -> Iterator[Observation]:
    """Each of the files holds one certificate."""
    for artifact in params["artifacts"]:
        held = got(getattr(setup, artifact))
        if len(held.certificates) > 1:
            yield fails("several", artifact, path_of(setup, artifact), held.certificates[1].line, count=len(held.certificates))
        else:
            yield passes(artifact, path_of(setup, artifact))


@check("cert.for_tls", says={"key-usage": ("found",), "client": ("found",), "server": ("found",)})
def for_tls(setup: Setup, params: Params) -> Iterator[Observation]:
    """Its key usage, where it is there, lets it sign a handshake; its extended one lets it be client and server."""
    own, where = got(setup.own), path_of(setup, setup.own_artifact)
    if own.key_usage is not None and "digital_signature" not in own.key_usage:
        yield fails("key-usage", "own", where, found=[_camel(one) for one in own.key_usage] or "nothing")
        return
    if own.extended_usage is None or ANY in own.extended_usage:
        return
    for purpose, variant in ((CLIENT, "client"), (SERVER, "server")):
        if purpose not in own.extended_usage:
            yield fails(variant, "own", where, found=[PURPOSES.get(one, one) for one in own.extended_usage])
            return


def _camel(name: str) -> str:
    """`digital_signature` as the standard writes it: digitalSignature."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@check("cert.no_ca", says={"ca": (), "the-ca-itself": ()})
def no_ca(setup: Setup, params: Params) -> Iterator[Observation]:
    """It is no CA's certificate."""
    own = got(setup.own)
    if own.is_ca:
        yield fails("the-ca-itself" if own.issuer_der == own.subject_der else "ca", "own", path_of(setup, setup.own_artifact))


@check("cert.signed_by_ca", says={"other-issuer": ("issuer", "ca"), "signature": ("issuer",), "by-its-key": ("issuer", "ca")})
def signed_by_ca(setup: Setup, params: Params) -> Iterator[Observation]:
    """It is signed by the CA that was given."""
    own, ca, pair = got(setup.own), got(setup.ca), setup.ca_pair
    if not isinstance(pair, Lost) and pair.signed_own and pair.certificate.sha256 == ca.sha256:
        yield fails("by-its-key", "own", path_of(setup, setup.own_artifact), issuer=own.issuer, ca=ca.subject)
    elif own.issuer_der != ca.subject_der:
        yield fails("other-issuer", "own", path_of(setup, setup.own_artifact), issuer=own.issuer, ca=ca.subject)
    elif (own.sha256, ca.sha256) not in setup.links:
        yield fails("signature", "own", path_of(setup, setup.own_artifact), issuer=own.issuer)


@check("cert.by_somebody_else", says={"self-signed": ()})
def by_somebody_else(setup: Setup, params: Params) -> Iterator[Observation]:
    """It is not self-signed: the procedure has a CA sign it."""
    if (got(setup.own).sha256, got(setup.own).sha256) in setup.links:
        yield fails("self-signed", "own", path_of(setup, setup.own_artifact))

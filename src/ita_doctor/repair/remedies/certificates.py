"""The agent's certificate in ita_pub and ita_cert, and the bundle."""

from __future__ import annotations

import posixpath
from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

from ita_doctor.codecs.cert import is_issued_by, read_certificate
from ita_doctor.codecs.issue import new_serial, pem_of, sign
from ita_doctor.codecs.pem import scan
from ita_doctor.codecs.text import read_text
from ita_doctor.model.artifact import BadArtifact, Certificate, FileFact, Lost, Reason
from ita_doctor.model.finding import Finding
from ita_doctor.model.plan import Needs, Step
from ita_doctor.model.secret import Secret
from ita_doctor.repair.basis import Basis, certificates_of
from ita_doctor.repair.remedies._registry import Line, Treatment, needs, remedy
from ita_doctor.repair.remedies.secrets import (
    hosts_for,
    leave_request,
    names_as_typed,
    new_key_or_request,
    restore_key,
    subject_for,
    subject_said,
)

MISMATCHES = ("ITA-CERT-002", "ITA-CERT-003")
"""Key and certificate are there and do not go together: which of the two is right, only a person knows."""


@remedy("certificate.choose")
def choose(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """Of all certificates at hand the one that the key fits, into ita_pub and ita_cert; where none does, one is signed."""
    if basis.key() is None:
        return  # what is wrong with the key comes first
    found = _best(basis)
    if found is not None:
        artifact, certificate = found
        source = basis.path(artifact) if artifact in ("pub", "cert", "bundle") else artifact
        yield certify(basis, certificate.der, source, kind="-" if artifact == "bundle" else "")
        return
    restored = restore_key(basis) if finding.rule in MISMATCHES else None
    if restored is not None:
        yield restored
    elif basis.answers.ca_cert is not None or finding.rule not in MISMATCHES:
        yield from _signed(basis)
    else:
        yield needs("certificate.choose", "decide", where=basis.path("pub"))


def _best(basis: Basis) -> Optional[Tuple[str, Certificate]]:
    """(where, certificate) that the key fits: valid before not, then the one of most of the files, then the newest."""
    key = basis.key()
    found: List[Tuple[str, Certificate]] = []
    for artifact in ("pub", "cert", "bundle"):
        if basis.may_take(artifact) is None:
            held = basis.certificates(artifact).certificates or tuple(_salvaged(basis.content(artifact)))
            found += [(artifact, one) for one in held]
    if not any(key is not None and one.spki == key.spki for _, one in found):
        paths = [posixpath.join(str(basis.setup.dir), name) for name in basis.setup.fitting]
        found += [(path, one) for path in paths for one in certificates_of(basis.content_at(path)).certificates]
    fitting = [(where, one) for where, one in found if key is not None and one.spki == key.spki]
    if not fitting:
        return None
    votes: Dict[str, int] = {}
    for _, one in fitting:
        votes[one.sha256] = votes.get(one.sha256, 0) + 1
    now = basis.setup.now
    return max(fitting, key=lambda pair: (pair[1].not_before <= now <= pair[1].not_after, votes[pair[1].sha256], pair[1].not_before))


def _salvaged(content: Optional[bytes]) -> Iterator[Certificate]:
    """The certificates that can still be read in a PEM file which is broken."""
    if content is None:
        return
    for block in scan(read_text(content).value).blocks:
        try:
            yield read_certificate(block.data.reveal())
        except BadArtifact:
            continue


def certify(basis: Basis, own: bytes, source: str, *, kind: str = "", before: Sequence[Line] = ()) -> Treatment:
    """*own* (DER) into ita_pub, ita_cert and the bundle, all in one go; files that hold it already stay as they are."""
    steps: List[Step] = []
    lines = [*before]
    for artifact, number in (("pub", 10), ("cert", 11)):
        held = basis.certificates(artifact)
        if [one.der for one in held.certificates] != [own] or held.others:
            steps.append(basis.write(artifact, Secret(pem_of(own))))
            lines.append(Line("certificate.copy", {"source": source, "where": basis.path(artifact)}, number, kind))
    held = basis.certificates("bundle")
    if own not in [one.der for one in held.certificates]:
        bundle = bundle_with(basis, own)
        if not isinstance(bundle, Needs):
            steps.append(basis.write("bundle", bundle))
            lines += [*server_lines(basis), Line("bundle.rebuild")]
    facts = {"where": basis.path("pub"), "source": source}
    return Treatment(lines[0].words if lines else "certificate.copy", tuple(steps), facts=facts, shown=tuple(lines))


@remedy("certificate.sign")
def sign_again(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """A certificate for the key that is there, signed here with the CA that was given; else a request for it."""
    if basis.key() is not None:
        yield from _signed(basis)


def _signed(basis: Basis) -> Iterator[Treatment]:
    key = basis.key()
    if key is None:
        yield from new_key_or_request(basis)
    elif basis.answers.ca_cert is None:
        yield from leave_request(basis, is_new=False)
    else:
        yield signed(basis, key.spki)


def signed(basis: Basis, spki: bytes) -> Treatment:
    """A certificate for the public key *spki*, signed here and put in its places."""
    answers = basis.answers
    facts = {"ca_cert": answers.ca_cert_path, "ca_key": answers.ca_key_path, "days": answers.days, "subject": subject_said(basis)}
    facts["names"] = names_as_typed(hosts_for(basis))
    return certify(basis, _signed_for(basis, spki), f"{basis.aim.suffix}.crt", before=[Line("certificate.sign", facts)])


def _signed_for(basis: Basis, spki: bytes) -> bytes:
    """A certificate (DER) for the public key *spki*, by the CA that was given."""
    answers = basis.answers
    assert answers.ca_cert is not None
    assert answers.ca_key is not None
    pem = sign(
        spki, subject_for(basis), hosts_for(basis), ca=answers.ca_cert, ca_key=answers.ca_key, days=answers.days, now=basis.host.now(),
        serial=new_serial(),
    )  # fmt: skip
    return scan(pem.decode("ascii")).blocks[0].data.reveal()


@remedy("certificate.only")
def leave_only(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """Of several blocks in ita_pub or ita_cert only the agent's certificate; of the bundle only certificates."""
    if finding.about == "bundle":
        yield from rebuild(finding, basis)
        return
    key = basis.key()
    held = list(basis.certificates(finding.about).certificates) or list(_salvaged(basis.content(finding.about)))
    fitting = [one for one in held if key is not None and one.spki == key.spki] or held
    if fitting:
        step = basis.write(finding.about, Secret(pem_of(fitting[0].der)), finding.about)
        yield Treatment("certificate.only", (step,), facts={"where": basis.path(finding.about)})
    else:
        yield from choose(finding, basis)


@remedy("bundle.rebuild")
def rebuild(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The agent's certificate, then the master's, each block on lines of its own."""
    own = basis.setup.own
    if isinstance(own, Lost):
        return  # ita_pub first
    key = basis.key()
    if key is not None and key.spki != own.spki:
        return  # the certificate that the key fits first
    bundle = bundle_with(basis, own.der)
    old = basis.content("bundle")
    if isinstance(bundle, Needs):
        yield Treatment("bundle.rebuild", needs=bundle, facts=bundle.facts)
    elif old is not None and bundle.reveal() == old:
        is_known = _master(basis, certificates_of(old).certificates) is not None
        yield Treatment("server.take", needs=Needs("decide") if is_known else _server_needs(basis))
    else:
        shown = (*server_lines(basis), Line("bundle.rebuild"))
        yield Treatment("bundle.rebuild", (basis.write("bundle", bundle, basis.setup.own_artifact),), shown=shown)


def server_lines(basis: Basis) -> Tuple[Line, ...]:
    """Step 12, where the master's certificate comes from elsewhere than the bundle."""
    answers, server, fact = basis.answers, basis.setup.server, basis.setup.files.get("server")
    if answers.server is not None:
        return (Line("server.take", {"source": answers.server_source}, 12, answers.server_kind),)
    master = _master(basis, basis.certificates("bundle").certificates)
    if isinstance(server, Lost) or master is None or master.sha256 != server.sha256 or not isinstance(fact, FileFact):
        return ()
    return (Line("server.take", {"source": fact.path}, 12),)


def bundle_with(basis: Basis, own: bytes) -> Union[Secret, Needs]:
    """The bundle with *own* (DER) first, and what is known of the master's side behind it; Needs where nothing is."""
    mine = read_certificate(own)
    others = [one for one in _held_by_bundle(basis) if not _is_the_agents(one, mine, basis)]
    master = _master(basis, others)
    if master is not None:
        others = [one for one in others if one.sha256 == master.sha256 or _is_above(one, (master, mine), others)]
        if master.sha256 not in {one.sha256 for one in others} and not any(is_issued_by(master, one) for one in others if one.is_ca):
            others = [master, *others]
    if not others:
        return _server_needs(basis)
    ders = dict.fromkeys((own, *(one.der for one in others)))
    return Secret(b"".join(map(pem_of, ders)))


def _held_by_bundle(basis: Basis) -> Sequence[Certificate]:
    if not basis.is_here("bundle"):
        return ()
    held = basis.certificates("bundle").certificates
    return held or list(_salvaged(basis.content("bundle")))


def _is_the_agents(one: Certificate, mine: Certificate, basis: Basis) -> bool:
    """Whether a certificate of the bundle is the agent's, be it a former one."""
    former = [held.certificates[0] for held in map(basis.certificates, ("pub", "cert")) if held.certificates]
    return any(one.subject_der == other.subject_der or one.spki == other.spki for other in (mine, *former))


def _master(basis: Basis, others: Sequence[Certificate]) -> Optional[Certificate]:
    """The master's certificate: as given, else as presented where the bundle knows it, else of a server.pem that was found."""
    given = basis.answers.server
    if given is not None:
        return read_certificate(given)
    presented, server = basis.setup.presented, basis.setup.server if basis.is_here("server") else Lost(Reason.ABSENT, "server")
    if not isinstance(presented, Lost):
        if any(one.sha256 == presented.sha256 or is_issued_by(presented, one) for one in others):
            return presented
        return server if not isinstance(server, Lost) and server.sha256 == presented.sha256 else None
    now = basis.setup.now
    if not isinstance(server, Lost) and server.not_before <= now <= server.not_after:
        return server
    return None


def _is_above(one: Certificate, sides: Sequence[Certificate], known: Sequence[Certificate]) -> bool:
    """Whether *one* issued a certificate of either side, or one that did."""
    below = [*sides]
    for _ in range(len(known) + 1):
        if any(one.subject_der == side.issuer_der and one.sha256 != side.sha256 for side in below):
            return True
        more = [other for other in known if other not in below and any(other.subject_der == side.issuer_der for side in below)]
        if not more:
            return False
        below += more
    return False


def _server_needs(basis: Basis) -> Needs:
    presented = basis.setup.presented
    digest = "" if isinstance(presented, Lost) else presented.sha256
    fact = basis.setup.files.get("server")
    return Needs(
        "server" if digest else "server-unseen",
        {"where": basis.path("bundle"), "digest": digest, "server": fact.path if isinstance(fact, FileFact) else ""},
    )

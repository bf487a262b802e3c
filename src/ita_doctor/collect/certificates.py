"""pub, cert, bundle, server.pem and the CA's certificate."""

from __future__ import annotations

from typing import Sequence, Tuple, Union

from ita_doctor.collect.files import Files
from ita_doctor.model.artifact import BadArtifact, CertFile, Certificate, Key, Lost, PemScan, Reason

OWN = ("pub", "cert")
"""Files of the agent's own certificate, of which OpenSSL wants more than of one that is only trusted."""


def read_certificate_file(scan: Union[PemScan, Lost], artifact: str) -> Union[CertFile, Lost]:
    """The certificates of one file."""
    if isinstance(scan, Lost):
        return scan
    from ita_doctor.codecs.cert import read_certificates

    try:
        held = read_certificates(scan)
    except BadArtifact as why:
        return Lost(Reason.MALFORMED, artifact, why.kind, why.line, why.facts)
    binary = next((line for line, is_binary in held.outside if artifact == "bundle" and is_binary), None)
    if binary is not None:  # a certificate in DER or EBCDIC was appended: a block that cannot be read, not a remark
        return Lost(Reason.MALFORMED, artifact, "broken", binary, {"fault": "binary"})
    if artifact in OWN and not held.certificates[0].is_whole:
        return Lost(Reason.MALFORMED, artifact, "bad-der", held.certificates[0].line)
    return held


def read_first_file(files: Files, artifact: str, paths: Sequence[str]) -> Union[CertFile, Lost]:
    """The certificates of the first of *paths* that holds one."""
    for path in paths:
        files.add(artifact, path)
        held = read_certificate_file(files.scan(artifact), artifact)
        if not isinstance(held, Lost):
            return held
    files.add(artifact, Lost(Reason.NOT_GIVEN, artifact))
    return Lost(Reason.NOT_GIVEN, artifact)


def the_ca(held: Union[CertFile, Lost], own: Union[Certificate, Lost]) -> Union[Certificate, Lost]:
    """Of the certificates given for the CA, the one that signed the agent's; else one of the issuer's name; else the first."""
    if isinstance(held, Lost):
        return held
    if isinstance(own, Lost):
        return held.certificates[0]
    from ita_doctor.codecs.cert import is_issued_by

    named = [one for one in held.certificates if one.subject_der == own.issuer_der]
    return next((one for one in named if is_issued_by(own, one)), (named or held.certificates)[0])


def the_agents_own(pub: Union[CertFile, Lost], cert: Union[CertFile, Lost], key: Union[Key, Lost]) -> Tuple[Union[Certificate, Lost], str]:
    """
    The agent's certificate, and in which artifact it stands.

    Of pub and cert the one that the key fits; where both or neither do, the newer; pub if they are as old. Which of the two files the
    agent presents is not documented, so that the rest is judged on the one that works, and ITA-CERT-002 speaks of the other.
    """
    held = [(one.certificates[0], artifact) for one, artifact in ((pub, "pub"), (cert, "cert")) if not isinstance(one, Lost)]
    if not held:
        assert isinstance(pub, Lost)
        return pub, "pub"
    if isinstance(key, Key):
        held = [one for one in held if one[0].spki == key.spki] or held
    return max(held, key=lambda one: one[0].not_before)

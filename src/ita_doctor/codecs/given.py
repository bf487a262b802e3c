"""Files that a person names in an option, in whatever form they have them: the CA's key, and certificates."""

from __future__ import annotations

from typing import List, Optional

from ita_doctor.codecs import der, pem
from ita_doctor.codecs.cert import read_certificate
from ita_doctor.codecs.der import BadDer
from ita_doctor.codecs.key import read_key
from ita_doctor.codecs.private import to_clear
from ita_doctor.codecs.text import read_text
from ita_doctor.model.artifact import BadArtifact, Certificate
from ita_doctor.model.secret import Secret

_BLANKS = b" \t\r\n\0\x1a"
_CONTEXT_0 = 0xA0
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_MOST = 100  # certificates in one PKCS#7; a chain has five
_NO_KEY = ("none", "certificate", "request", "public", "openssh")


def read_ca_key(pem_or_der: bytes, password: Optional[Secret]) -> Secret:
    """
    The private key that a file holds, as PKCS#8 in clear (DER): PEM in any encoding of text, or DER, locked or not, of any usual form.

    *password* is passed over where the key is not locked. Raises BadArtifact: `none` (no private key in it; *found*: what stands there
    instead, `certificate` `request` `public` `openssh` or `none`), `broken` (two keys too), `password` (it is locked, and none was given),
    `wrong-password`, `unknown-cipher`, `forever` (deriving the key would not end).
    """
    binary = _der_in(pem_or_der)
    text = pem.write_block(_label(binary), binary).decode("ascii") if binary else read_text(pem_or_der).value
    try:
        file = read_key(pem.scan(text))
    except BadArtifact as why:
        if why.kind in _NO_KEY:
            raise BadArtifact("none", line=why.line, found=why.kind) from why
        if why.kind == "two":
            raise BadArtifact("broken", line=why.line) from why
        raise
    if file.lock is not None and password is None:
        raise BadArtifact("password", line=file.line)
    return to_clear(file, password)


def read_certificate_given(content: bytes) -> bytes:
    """
    The certificate (DER) that a file holds: PEM in any encoding of text (the first of several), DER, or PKCS#7 in either form.

    Of the certificates in a PKCS#7 it is the one that issued none of the others; the rest are left. Raises BadArtifact: `none` (no
    certificate in it), `broken` (*fault*: PemFault.kind, `bad-der`, or `several`: a PKCS#7 in which that is not one).
    """
    binary = _der_in(content)
    if binary:
        return _certificate_in(binary, None)
    scan = pem.scan(read_text(content).value)
    for fault in scan.faults:
        if not pem.is_private(fault.label):
            raise BadArtifact("broken", line=fault.line, fault=fault.kind)
    for block in scan.blocks:
        if pem.kind_of(block.label) in ("certificate", "pkcs7"):
            data = block.data.reveal()
            return _certificate_in(_without_trust(data) if block.label.startswith("TRUSTED") else data, block.line)
    raise BadArtifact("none")


def _certificate_in(data: bytes, line: Optional[int]) -> bytes:
    """
    The certificate that *data* is, or the leaf of the PKCS#7 that it is.

    Its label does not say which: Windows writes `BEGIN CERTIFICATE` around a PKCS#7.
    """
    try:
        inside = _certificates_in_pkcs7(data)
    except ValueError:
        inside = None
    try:
        if inside is None:
            return read_certificate(data).der
        found = [read_certificate(one) for one in dict.fromkeys(inside)]
    except BadArtifact as why:
        raise BadArtifact("broken", line=line, fault="bad-der") from why
    if not found:
        raise BadArtifact("none", line=line)
    leaves = _leaves(found)
    if len(leaves) != 1:
        raise BadArtifact("broken", line=line, fault="several")
    return leaves[0].der


def _leaves(found: List[Certificate]) -> List[Certificate]:
    """Those that issued none of the others; a CA whose children are missing is none where there is anything else."""
    issuers = {one.issuer_der for one in found if one.issuer_der != one.subject_der}
    ends = [one for one in found if one.subject_der not in issuers]
    return [one for one in ends if not one.is_ca and one.issuer_der != one.subject_der] or ends


def _certificates_in_pkcs7(data: bytes) -> List[bytes]:
    """The certificates of a SignedData, in its order. Raises ValueError."""
    kind, content = der.children(data, der.whole(data))
    if der.oid(data, kind) != _SIGNED_DATA or content.tag != _CONTEXT_0:
        raise BadDer
    (signed,) = der.children(data, content)
    for one in der.children(data, signed):
        if one.tag == _CONTEXT_0:
            return [der.encoded(data, each) for each in der.children(data, one, _MOST) if each.tag == der.SEQUENCE]
    return []


def _der_in(content: bytes) -> bytes:
    """The DER that *content* is, without the blanks that a transfer may have put behind it; empty where it is none."""
    try:
        value = der.item(content)
    except BadDer:
        return b""
    is_alone = not content[value.end :].strip(_BLANKS)
    return content[: value.end] if value.tag == der.SEQUENCE and is_alone else b""


def _without_trust(data: bytes) -> bytes:
    """What stands before the trust settings of a `TRUSTED CERTIFICATE`."""
    try:
        return data[: der.item(data).end]
    except BadDer:
        return data


def _label(data: bytes) -> str:
    """The label under which PEM has the key that *data* is; one of no key where it is none."""
    try:
        tags = [one.tag for one in der.children(data, der.whole(data))]
    except BadDer:
        return "PRIVATE KEY"
    if tags == [der.SEQUENCE, der.OCTET_STRING]:
        return "ENCRYPTED PRIVATE KEY"
    if tags[:3] == [der.INTEGER, der.SEQUENCE, der.OCTET_STRING]:
        return "PRIVATE KEY"
    if tags[:2] == [der.INTEGER, der.OCTET_STRING]:
        return "EC PRIVATE KEY"
    kinds = {9: "RSA PRIVATE KEY", 6: "DSA PRIVATE KEY"}
    return kinds.get(len(tags), "DATA") if set(tags) == {der.INTEGER} else "DATA"

"""Certificates: the one place where they are read."""

from __future__ import annotations

import functools
import hashlib
from typing import List, NamedTuple, Optional

from ita_doctor.codecs import der, pem, spki
from ita_doctor.codecs.der import BadDer
from ita_doctor.codecs.extensions import Extensions, read_extensions
from ita_doctor.codecs.names import check_name, common_names, describe_name
from ita_doctor.codecs.signature import digest_of, verifies
from ita_doctor.model.artifact import BadArtifact, CertFile, Certificate, PemScan

__all__ = ["describe_name", "is_issued_by", "read_certificate", "read_certificates"]

_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_INSTEAD = ("request", "private-key", "public-key", "pkcs7", "crl")
_DAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_LONGEST_SERIAL = 256  # bytes: beyond that a number only costs whoever writes it
_TO_1970 = 719162  # days from the first of January of the year 1
_FIRST = -86400.0 * _TO_1970  # OpenSSL reads times of the year 0, which no calendar of Python has: they count as the first of the year 1


class _Parts(NamedTuple):
    """Where the parts of a certificate stand."""

    version: int
    serial: int
    algorithm: der.Item
    """Of the signature."""
    issuer: bytes
    validity: der.Item
    subject: bytes
    spki: bytes
    extensions: Extensions


def read_certificate(content: bytes) -> Certificate:
    """
    The certificate that *content* (DER) is.

    What is odd but read by OpenSSL is read: serial 0 or negative, names in any bytes, unknown keys, digests and extensions. Raises
    BadArtifact `bad-der` for all else, bytes after the certificate included, since OpenSSL refuses them in the agent's own.
    """
    try:
        return _read(content)
    except ValueError as why:
        raise BadArtifact("bad-der") from why


def read_certificates(scan: PemScan) -> CertFile:
    """
    The certificates of a PEM file, in its order, with the labels of what else stands there.

    Raises BadArtifact, with the line where there is one: `none`; `request`, `private-key`, `public-key`, `pkcs7`, `crl` or `other`, where
    that stands there instead; `broken` (with *fault*: PemFault.kind) for a fault anywhere but in a private key; `bad-der`.
    """
    kinds = [(pem.kind_of(block.label), block.line) for block in scan.blocks]
    for fault in scan.faults:
        if not pem.is_private(fault.label):
            raise BadArtifact("broken", line=fault.line, fault=fault.kind)
        kinds.append(("private-key", fault.line))
    found: List[Certificate] = []
    for block in scan.blocks:
        if pem.is_certificate(block.label):
            try:
                content = _without_trust(block.data.reveal()) if block.label.startswith("TRUSTED") else block.data.reveal()
                found.append(_read(content)._replace(line=block.line))
            except ValueError as why:
                raise BadArtifact("bad-der", line=block.line) from why
    if not found:
        kind, line = next(((kind, line) for kind, line in kinds if kind in _INSTEAD), ("other" if kinds else "none", None))
        raise BadArtifact(kind, line=line if line is not None else kinds[0][1] if kinds else None)
    others = tuple((block.label, block.line) for block in scan.blocks if not pem.is_certificate(block.label))
    return CertFile(tuple(found), others, scan.outside)


def is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether *issuer*'s name is that of the certificate's issuer, byte for byte, and its key made the signature. Never raises."""
    return certificate.issuer_der == issuer.subject_der and verifies(certificate.der, issuer.spki)


@functools.lru_cache(maxsize=64)  # one certificate stands in pub, cert and bundle, and one master's in every bundle
def _read(content: bytes) -> Certificate:
    parts = _read_parts(content)
    _ask_library(content)
    begin, end = der.children(content, parts.validity)
    _, name, bits = spki.read(parts.spki)
    return Certificate(
        der=content,
        subject=describe_name(parts.subject),
        subject_der=parts.subject,
        issuer=describe_name(parts.issuer),
        issuer_der=parts.issuer,
        serial=parts.serial,
        version=parts.version,
        not_before=_read_time(content, begin),
        not_after=_read_time(content, end),
        spki=spki.normalise(parts.spki),
        algorithm=name,
        bits=bits,
        digest=digest_of(content, parts.algorithm),
        sha256=hashlib.sha256(content).hexdigest(),
        common_names=common_names(parts.subject),
        names=parts.extensions.names,
        is_ca=parts.extensions.is_ca,
        key_usage=parts.extensions.key_usage,
        extended_usage=parts.extensions.extended_usage,
        is_whole=parts.extensions.is_whole,
    )


def _read_parts(content: bytes) -> _Parts:
    """The fields of a certificate, each with the tag that it must have. Raises ValueError."""
    body, algorithm, signature = der.children(content, der.whole(content))
    if (body.tag, signature.tag) != (der.SEQUENCE, der.BIT_STRING):
        raise BadDer
    fields = der.children(content, body)
    version = 1
    if fields and fields[0].tag == _VERSION:
        (number,) = der.children(content, fields.pop(0))
        version = der.integer(content, number) + 1
    serial, inner, issuer, validity, subject, key, *rest = fields
    if (
        not 1 <= version <= 3
        or serial.end - serial.start > _LONGEST_SERIAL
        or {inner.tag, issuer.tag, validity.tag, subject.tag, key.tag} != {der.SEQUENCE}
    ):
        raise BadDer
    for name in (issuer, subject):
        check_name(der.encoded(content, name))
    der.algorithm(content, inner)
    extensions: Optional[Extensions] = None
    for one in rest:
        if one.tag == _EXTENSIONS:
            extensions = read_extensions(content, one)
    return _Parts(
        version,
        der.integer(content, serial),
        algorithm,
        der.encoded(content, issuer),
        validity,
        der.encoded(content, subject),
        der.encoded(content, key),
        extensions or Extensions(),
    )


def _ask_library(content: bytes) -> None:
    """
    Raises ValueError for what no library loads.

    New versions of cryptography refuse what OpenSSL reads (a letter that a PrintableString may not hold, a version 1 that is written
    out), and warn of more; so OpenSSL has the last word where cryptography says no.
    """
    import warnings

    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            x509.load_der_x509_certificate(content)
        except (ValueError, TypeError, x509.InvalidVersion):
            _ask_openssl(content)


def _ask_openssl(content: bytes) -> None:
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=content)
    except ssl.SSLError as why:
        raise BadDer from why


def _without_trust(content: bytes) -> bytes:
    """The certificate alone of what `TRUSTED CERTIFICATE` holds; its trust settings, if any, must be DER themselves."""
    end = der.item(content).end
    if end < len(content):
        der.whole(content[end:])
    return content[:end]


def _read_time(content: bytes, value: der.Item) -> float:
    """Seconds since 1970 of a UTCTime or GeneralizedTime. Raises BadDer."""
    raw = content[value.start : value.end]
    text = raw.decode("ascii") if raw.isascii() else ""
    if value.tag == _UTC_TIME:
        text = ("20" if text[:2] < "50" else "19") + text
    elif value.tag != _GENERALIZED_TIME:
        raise BadDer
    digits, zone = text[:14], text[14:]
    if len(digits) != 14 or not digits.isdigit() or zone != "Z":
        raise BadDer
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    hour, minute, second = int(text[8:10]), int(text[10:12]), int(text[12:14])
    if not 1 <= month <= 12 or not 1 <= day <= 31 or hour > 23 or minute > 59 or second > 59:
        raise BadDer
    return max(float(_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second), _FIRST)


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970 in the Gregorian calendar, the year 0 included."""
    is_leap = month > 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + _DAYS[month - 1] + is_leap + day - 1 - _TO_1970

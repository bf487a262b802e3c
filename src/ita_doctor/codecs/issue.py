"""Requests and certificates, written in DER by hand: names go in byte for byte, which the library's builders do not promise."""

from __future__ import annotations

import hashlib
import time
from typing import Any, List, Optional, Sequence

from ita_doctor.codecs import der, pem
from ita_doctor.codecs.cert import is_issued_by, read_certificate
from ita_doctor.codecs.der import BadDer
from ita_doctor.codecs.names import check_name
from ita_doctor.codecs.private import load_clear
from ita_doctor.codecs.spki import RSA, RSA_PSS, normalise, read
from ita_doctor.model.artifact import BadArtifact
from ita_doctor.model.secret import Secret

__all__ = ["hold_ca", "make_request", "new_serial", "pem_of", "sign"]

_BOOLEAN, _UTC_TIME, _GENERALIZED_TIME = 0x01, 0x17, 0x18
_CONTEXT_0, _VERSION, _EXTENSIONS = 0xA0, 0xA0, 0xA3
_DNS, _IP, _KEY_IDENTIFIER = 0x82, 0x87, 0x80
_PUBLIC_KEY = 5  # of the fields behind the version
_SERIAL_BITS = 159  # 20 bytes, the most that RFC 5280 allows, with a sign bit that stays clear
_HOUR, _DAY = 3600, 86400
_LAST = 253402300799  # 9999-12-31 23:59:59: no certificate can name a later second
_LONGEST_HOST, _LONGEST_LABEL = 253, 63

_BASIC_CONSTRAINTS, _KEY_USAGE, _EXTENDED_USAGE = bytes.fromhex("551d13"), bytes.fromhex("551d0f"), bytes.fromhex("551d25")
_SUBJECT_KEY, _AUTHORITY_KEY, _NAMES = bytes.fromhex("551d0e"), bytes.fromhex("551d23"), bytes.fromhex("551d11")
_BOTH_SIDES = bytes.fromhex("06082b0601050507030106082b06010505070302")  # serverAuth, clientAuth
_REQUESTED = bytes.fromhex("06092a864886f70d01090e")  # extensionRequest of PKCS #9
_SIGN_AND_ENCIPHER, _SIGN = bytes.fromhex("030205a0"), bytes.fromhex("03020780")

# AlgorithmIdentifiers with SHA-256 (Ed25519 and Ed448 have their own digests)
_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
_PSS = bytes.fromhex(
    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
)
_ECDSA, _DSA = bytes.fromhex("300a06082a8648ce3d040302"), bytes.fromhex("300b0609608648016503040302")
_ED25519, _ED448 = bytes.fromhex("300506032b6570"), bytes.fromhex("300506032b6571")


def new_serial() -> int:
    """A serial number of 159 random bits, positive."""
    import secrets

    return secrets.randbits(_SERIAL_BITS) or 1


def pem_of(der: bytes) -> bytes:
    """A certificate (DER) as PEM `CERTIFICATE`."""
    return pem.write_block("CERTIFICATE", der)


def make_request(key: Secret, subject_der: bytes, hosts: Sequence[str]) -> bytes:
    """
    A certificate request in PEM, signed with *key* (DER in clear) and SHA-256; the subject stands in it byte for byte.

    Of *hosts*, addresses are asked for as iPAddress, host names as dNSName; what is neither is left out. Raises BadArtifact: `broken`
    (*key* is no key), `cannot-sign` (of that kind, or too short for SHA-256), `bad-der` (*subject_der* is no name).
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    _hold_name(subject_der)
    private = load_clear(key)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    names = _names_of(hosts)
    wanted = [der.wrap(der.SEQUENCE, _REQUESTED, der.wrap(der.SET, der.wrap(der.SEQUENCE, *names)))] if names else []
    body = der.wrap(der.SEQUENCE, _integer(0), subject_der, public, der.wrap(_CONTEXT_0, *wanted))
    algorithm = _algorithm(private, RSA)
    made = der.wrap(der.SEQUENCE, body, algorithm, der.wrap(der.BIT_STRING, b"\0", _signature(private, algorithm, body)))
    return pem.write_block("CERTIFICATE REQUEST", made)


def sign(
    spki: bytes, subject_der: bytes, hosts: Sequence[str], *, ca: bytes, ca_key: Secret, days: int, now: float, serial: int,
) -> bytes:  # fmt: skip
    """
    A certificate of version 3 in PEM for the public key *spki*, with the subject and the CA's name byte for byte, signed with SHA-256.

    *ca* is the CA's certificate (DER), *ca_key* its key (DER in clear), *serial* positive. It is valid from an hour before *now* (seconds
    since 1970), for clocks that are slow, until *days* after it: for TLS on both sides, and as no CA. *hosts* as for make_request. Raises
    BadArtifact: `broken` (*ca_key* is no key), `cannot-sign` (the key is of a kind that signs nothing, too short for SHA-256, or not the
    CA's), `bad-der` (*ca*, *spki* or *subject_der* is not what it should be).
    """
    issuer = read_certificate(ca)
    private = load_clear(ca_key)
    algorithm = _algorithm(private, _key_oid(ca))
    body = der.wrap(
        der.SEQUENCE,
        der.wrap(_VERSION, _integer(2)),
        _integer(serial),
        algorithm,
        issuer.subject_der,
        der.wrap(der.SEQUENCE, _time(int(now) - _HOUR), _time(int(now) + days * _DAY)),
        subject_der,
        spki,
        der.wrap(_EXTENSIONS, der.wrap(der.SEQUENCE, *_extensions(spki, hosts, ca))),
    )
    made = der.wrap(der.SEQUENCE, body, algorithm, der.wrap(der.BIT_STRING, b"\0", _signature(private, algorithm, body)))
    if not is_issued_by(read_certificate(made), issuer):
        raise BadArtifact("cannot-sign")
    return pem_of(made)


def hold_ca(cert_der: bytes, key: Secret, *, now: float) -> None:
    """
    Make sure that a certificate and a key (DER in clear) are those of a CA that may sign at *now*, in seconds since 1970.

    A certificate that does not say whether it is a CA (one of version 1 cannot) is taken for one, as `openssl x509 -CA` does. Raises
    BadArtifact: `ca-no-match` (the key is another's), `ca-not-ca` (it says that it is none, or its key usage does not let it sign
    certificates), `ca-early` (*not_before*), `ca-expired` (*not_after*); `bad-der`, `broken` for what is no certificate, no key.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    ca = read_certificate(cert_der)
    public = load_clear(key).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if normalise(public) != ca.spki:
        raise BadArtifact("ca-no-match", subject=ca.subject)
    is_none = not ca.is_ca and _extension(cert_der, _BASIC_CONSTRAINTS) is not None
    if is_none or (ca.key_usage is not None and "key_cert_sign" not in ca.key_usage):
        raise BadArtifact("ca-not-ca", subject=ca.subject)
    if now < ca.not_before:
        raise BadArtifact("ca-early", subject=ca.subject, not_before=ca.not_before)
    if now > ca.not_after:
        raise BadArtifact("ca-expired", subject=ca.subject, not_after=ca.not_after)


def _integer(value: int) -> bytes:
    return der.wrap(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _time(seconds: int) -> bytes:
    """Whole seconds since 1970 as RFC 5280 wants them: UTCTime until 2049, GeneralizedTime from then on."""
    at = time.gmtime(min(seconds, _LAST))
    rest = f"{at.tm_mon:02}{at.tm_mday:02}{at.tm_hour:02}{at.tm_min:02}{at.tm_sec:02}Z"
    if 1950 <= at.tm_year < 2050:
        return der.wrap(_UTC_TIME, f"{at.tm_year % 100:02}{rest}".encode("ascii"))
    return der.wrap(_GENERALIZED_TIME, f"{at.tm_year:04}{rest}".encode("ascii"))


def _hold_name(name: bytes) -> None:
    try:
        check_name(name)
    except BadDer as why:
        raise BadArtifact("bad-der") from why


def _extensions(public: bytes, hosts: Sequence[str], ca: bytes) -> List[bytes]:
    """Those of the agent's certificate."""
    try:
        _, name, _ = read(public)
        key = der.content(public, der.children(public, der.whole(public))[1], der.BIT_STRING)[1:]
    except BadDer as why:
        raise BadArtifact("bad-der") from why
    usage = _SIGN_AND_ENCIPHER if name.startswith("RSA") else _SIGN  # RFC 8813 forbids the second to the keys of curves
    identifier = der.wrap(der.OCTET_STRING, hashlib.sha1(key).digest())  # noqa: S324 - RFC 5280, 4.2.1.2: a name, no protection
    found = [
        _write_extension(_BASIC_CONSTRAINTS, der.wrap(der.SEQUENCE), is_critical=True),
        _write_extension(_KEY_USAGE, usage, is_critical=True),
        _write_extension(_EXTENDED_USAGE, der.wrap(der.SEQUENCE, _BOTH_SIDES)),
        _write_extension(_SUBJECT_KEY, identifier),
    ]
    authority = _key_identifier(ca)
    if authority:
        found.append(_write_extension(_AUTHORITY_KEY, der.wrap(der.SEQUENCE, der.wrap(_KEY_IDENTIFIER, authority))))
    return found + _names_of(hosts)


def _write_extension(oid: bytes, value: bytes, *, is_critical: bool = False) -> bytes:
    critical = der.wrap(_BOOLEAN, b"\xff") if is_critical else b""
    return der.wrap(der.SEQUENCE, der.wrap(der.OID, oid), critical, der.wrap(der.OCTET_STRING, value))


def _key_identifier(ca: bytes) -> bytes:
    """The CA's own subjectKeyIdentifier; empty where it has none: then nobody compares, and one made up could only be wrong."""
    value = _extension(ca, _SUBJECT_KEY)
    try:
        return der.content(value, der.whole(value, der.OCTET_STRING), der.OCTET_STRING) if value is not None else b""
    except BadDer:
        return b""


def _extension(certificate: bytes, oid: bytes) -> Optional[bytes]:
    """The value of the first extension of that kind in a certificate that can be read."""
    for one in _fields(certificate):
        if one.tag == _EXTENSIONS:
            for extension in der.children(certificate, der.children(certificate, one)[0]):
                name, *_, value = der.children(certificate, extension)
                if certificate[name.start : name.end] == oid:
                    return certificate[value.start : value.end]
    return None


def _fields(certificate: bytes) -> List[der.Item]:
    return der.children(certificate, der.children(certificate, der.whole(certificate))[0])


def _key_oid(certificate: bytes) -> str:
    """What its key is said to be for; that of a Certificate is normalised, and no longer says that a key is for PSS alone."""
    fields = [one for one in _fields(certificate) if one.tag != _VERSION]
    return read(der.encoded(certificate, fields[_PUBLIC_KEY]))[0]


def _names_of(hosts: Sequence[str]) -> List[bytes]:
    """The subjectAltName of *hosts*, in a list; an empty one where none of them can stand there."""
    names = list(dict.fromkeys(name for name in map(_name_of, hosts) if name))
    return [_write_extension(_NAMES, der.wrap(der.SEQUENCE, *names))] if names else []


def _name_of(host: str) -> bytes:
    """A GeneralName; empty for what is neither an address nor a host name."""
    import ipaddress

    host = host.strip()
    try:
        address = ipaddress.ip_address(host[1:-1] if host[:1] == "[" and host[-1:] == "]" else host)
    except ValueError:
        name = host.removesuffix(".")
        return der.wrap(_DNS, name.lower().encode("ascii")) if _is_host_name(name) else b""
    return b"" if "%" in host else der.wrap(_IP, address.packed)  # a zone is a matter of one machine


def _is_host_name(name: str) -> bool:
    """Labels of letters, digits, hyphens and underscores (IBM i and Windows allow those), and not a number at the end."""
    labels = name.split(".")
    if not name.isascii() or len(name) > _LONGEST_HOST or labels[-1].isdigit():
        return False
    return all(len(one) <= _LONGEST_LABEL and one.strip("-") == one and one.replace("-", "").replace("_", "").isalnum() for one in labels)


def _algorithm(private: Any, oid: str) -> bytes:
    """The AlgorithmIdentifier with which the library's key signs, where its certificate says that it is of *oid*."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    kinds = (
        (rsa.RSAPrivateKey, _PSS if oid == RSA_PSS else _RSA),
        (ec.EllipticCurvePrivateKey, _ECDSA),
        (dsa.DSAPrivateKey, _DSA),
        (ed25519.Ed25519PrivateKey, _ED25519),
        (ed448.Ed448PrivateKey, _ED448),
    )
    for kind, algorithm in kinds:
        if isinstance(private, kind):
            return algorithm
    raise BadArtifact("cannot-sign")


def _signature(private: Any, algorithm: bytes, body: bytes) -> bytes:
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    digest = hashes.SHA256()
    how: Any = {
        _RSA: (padding.PKCS1v15(), digest),
        _PSS: (padding.PSS(padding.MGF1(digest), digest.digest_size), digest),
        _ECDSA: (ec.ECDSA(digest),),
        _DSA: (digest,),
    }.get(algorithm, ())
    try:
        return bytes(private.sign(body, *how))
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        raise BadArtifact("cannot-sign") from None

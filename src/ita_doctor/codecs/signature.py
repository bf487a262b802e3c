"""Whether one certificate was signed with the key of another, for both generations of the library."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple

from ita_doctor.codecs import der, spki
from ita_doctor.codecs.der import BadDer

_PKCS1 = {
    "1.2.840.113549.1.1.2": "md2",
    "1.2.840.113549.1.1.3": "md4",
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.3.14.3.2.29": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.113549.1.1.14": "sha224",
}
_EC = {
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_DSA = {"1.2.840.10040.4.3": "sha1", "2.16.840.1.101.3.4.3.1": "sha224", "2.16.840.1.101.3.4.3.2": "sha256"}
_EDWARDS = {spki.ED25519: "sha512", spki.ED448: "shake256"}
_HASHES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


_LONGEST_EXPONENT = 64  # bits; OpenSSL's own limit for keys above 3072 bits


class _Pss(NamedTuple):
    """The parameters of an RSA-PSS signature."""

    digest: str
    mask: str
    salt: int


def digest_of(data: bytes, algorithm: der.Item) -> str:
    """The digest that an AlgorithmIdentifier of a signature names, `sha256` and so on; '' where it is unknown. Raises BadDer."""
    oid, parameters = der.algorithm(data, algorithm)
    if oid == spki.RSA_PSS:
        try:
            return _read_pss(data, parameters).digest
        except ValueError:
            return ""
    return _PKCS1.get(oid) or _EC.get(oid) or _DSA.get(oid) or _EDWARDS.get(oid, "")


def verifies(certificate: bytes, public: bytes) -> bool:
    """Whether the signature of *certificate* (DER) is one of the key *public* (SubjectPublicKeyInfo). What is unknown does not verify."""
    from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        signed, algorithm, value = der.children(certificate, der.whole(certificate))
        signature = der.content(certificate, value, der.BIT_STRING)[1:]
        how = _how(certificate, algorithm, spki.read(public)[0])
        if how is None or _costs_too_much(public) or der.encoded(certificate, algorithm) not in certificate[signed.start : signed.end]:
            return False
        load_der_public_key(public).verify(signature, der.encoded(certificate, signed), *how)  # type: ignore[union-attr,call-arg,unused-ignore]
    except (InvalidSignature, UnsupportedAlgorithm, InternalError, ValueError, TypeError, AttributeError, OverflowError):
        return False
    return True


def _costs_too_much(public: bytes) -> bool:
    """Whether an RSA key was made to be slow: OpenSSL bounds the exponent only of long keys, and one of 3072 bits takes 10 ms each time."""
    try:
        exponent = spki.rsa_exponent(public)
    except BadDer:
        return False
    return exponent.bit_length() > _LONGEST_EXPONENT


def _how(data: bytes, algorithm: der.Item, key: str) -> Optional[Tuple[Any, ...]]:
    """What `verify` wants beyond signature and data, for a key of the OID *key*; None where the two do not go together."""
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    oid, parameters = der.algorithm(data, algorithm)
    if oid in _PKCS1 and key == spki.RSA:
        return padding.PKCS1v15(), _hash(_PKCS1[oid])
    if oid == spki.RSA_PSS and key in (spki.RSA, spki.RSA_PSS):
        pss = _read_pss(data, parameters)
        return padding.PSS(padding.MGF1(_hash(pss.mask)), pss.salt), _hash(pss.digest)
    if oid in _EC and key == spki.EC:
        return (ec.ECDSA(_hash(_EC[oid])),)
    if oid in _DSA and key == spki.DSA:
        return (_hash(_DSA[oid]),)
    return () if oid in _EDWARDS and key == oid else None


def _hash(name: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    if not hasattr(hashes, name.upper()):
        raise BadDer
    return getattr(hashes, name.upper())()


def _read_pss(data: bytes, parameters: Optional[der.Item]) -> _Pss:
    """RSASSA-PSS-params; what is absent has its default. Raises ValueError."""
    digest, mask, salt = "sha1", "sha1", 20
    if parameters is None or parameters.tag != der.SEQUENCE:
        raise BadDer
    for one in der.children(data, parameters):
        (value,) = der.children(data, one)
        if one.tag == 0xA0:
            digest = _HASHES[_known(der.algorithm(data, value)[0])]
        elif one.tag == 0xA1:
            inner = der.algorithm(data, value)[1]
            mask = _HASHES[_known(der.algorithm(data, inner)[0] if inner is not None else "")]
        elif one.tag == 0xA2:
            salt = der.integer(data, value)
    return _Pss(digest, mask, salt)


def _known(oid: str) -> str:
    if oid not in _HASHES:
        raise BadDer
    return oid

"""Public keys as SubjectPublicKeyInfo: what kind, how long, and one writing of each so that equal keys are equal bytes."""

from __future__ import annotations

from typing import List, Tuple

from ita_doctor.codecs import der
from ita_doctor.codecs.der import BadDer

RSA, RSA_PSS, EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"
DSA, ED25519, ED448 = "1.2.840.10040.4.1", "1.3.101.112", "1.3.101.113"
"""OIDs of keys."""

_NAMES = {
    RSA: "RSA",
    RSA_PSS: "RSA-PSS",
    EC: "EC",
    DSA: "DSA",
    "1.2.840.10046.2.1": "DH",
    ED25519: "Ed25519",
    ED448: "Ed448",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
}
_RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")
_POINTS = (2, 3, 4)  # first bytes of a point of a curve: compressed, compressed, in full


def read(spki: bytes) -> Tuple[str, str, int]:
    """(OID, name, bits) of the key; the name of an unknown OID is the OID, its bits are 0. Raises BadDer where it is no such structure."""
    oid, parameters, key = _parts(spki)
    return oid, _NAMES.get(oid, oid), _bits(spki, oid, parameters, key)


def normalise(spki: bytes) -> bytes:
    """
    *spki* as it is mostly written: an RSA key (PSS too) with NULL for parameters, the point of a curve in full.

    What cannot be read comes back as it is.
    """
    try:
        oid, _, key = _parts(spki)
        if oid in (RSA, RSA_PSS):
            numbers = rsa_numbers(key)
            return write_rsa(*numbers) if numbers else spki
    except BadDer:
        return spki
    return _uncompressed(spki) if oid == EC and key[:1] in (b"\2", b"\3") else spki


def rsa_numbers(key: bytes) -> Tuple[int, int]:
    """(modulus, exponent) of an RSAPublicKey. Raises BadDer."""
    modulus, exponent = (der.integer(key, one) for one in der.children(key, der.whole(key)))
    if modulus < 1 or exponent < 1:
        raise BadDer
    return modulus, exponent


def rsa_exponent(spki: bytes) -> int:
    """The public exponent of an RSA key, 0 for every other kind. Raises BadDer."""
    oid, _, key = _parts(spki)
    return rsa_numbers(key)[1] if oid in (RSA, RSA_PSS) else 0


def write_rsa(modulus: int, exponent: int) -> bytes:
    """The SubjectPublicKeyInfo of an RSA key."""
    numbers = [der.wrap(der.INTEGER, one.to_bytes(one.bit_length() // 8 + 1, "big")) for one in (modulus, exponent)]
    return der.wrap(der.SEQUENCE, _RSA_ALGORITHM, der.wrap(der.BIT_STRING, b"\0", der.wrap(der.SEQUENCE, *numbers)))


def _parts(spki: bytes) -> Tuple[str, List[der.Item], bytes]:
    """OID, parameters and key."""
    algorithm, value = _two(der.children(spki, der.whole(spki)))
    oid, *parameters = der.children(spki, algorithm) or [algorithm]
    raw = der.content(spki, value, der.BIT_STRING)
    if algorithm.tag != der.SEQUENCE or raw[:1] != b"\0":
        raise BadDer
    return der.oid(spki, oid), parameters, raw[1:]


def _two(parts: List[der.Item]) -> Tuple[der.Item, der.Item]:
    if len(parts) != 2:
        raise BadDer
    return parts[0], parts[1]


def _bits(spki: bytes, oid: str, parameters: List[der.Item], key: bytes) -> int:
    if oid in (RSA, RSA_PSS):
        return rsa_numbers(key)[0].bit_length()
    if oid == EC:
        size = len(key) - 1
        if size < 1 or key[0] not in _POINTS:
            raise BadDer
        bits = size * 4 if key[0] == 4 else size * 8
        return 521 if bits == 528 else bits  # the one curve whose size is no whole number of bytes
    if oid in (ED25519, ED448):
        return len(key) * 8
    if parameters and parameters[0].tag == der.SEQUENCE:  # of DSA and DH, the first is the modulus
        first, *_ = der.children(spki, parameters[0]) or parameters
        return der.integer(spki, first).bit_length() if first.tag == der.INTEGER else 0
    return 0


def _uncompressed(spki: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return spki
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    algorithm, *_ = der.children(spki, der.whole(spki))
    return der.wrap(der.SEQUENCE, der.encoded(spki, algorithm), der.wrap(der.BIT_STRING, b"\0", point))

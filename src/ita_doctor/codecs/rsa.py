"""The numbers of an RSA private key: read from its structure, and whether they fit together."""

from __future__ import annotations

from typing import Any, NamedTuple

from ita_doctor.codecs import der, spki
from ita_doctor.codecs.der import BadDer


class Numbers(NamedTuple):
    """An RSA private key."""

    n: int
    e: int
    d: int
    p: int
    q: int
    dp: int
    dq: int
    qi: int


def read_numbers(data: bytes) -> Numbers:
    """The RSA key in *data*, PKCS#8 or traditional. Raises ValueError."""
    parts = der.children(data, der.whole(data))
    if len(parts) > 2 and parts[1].tag == der.SEQUENCE:
        name, *_ = der.children(data, parts[1])
        if der.integer(data, parts[0]):
            raise BadDer
        if der.oid(data, name) not in (spki.RSA, spki.RSA_PSS):
            raise BadDer
        data = der.content(data, parts[2], der.OCTET_STRING)
        parts = der.children(data, der.whole(data))
    version, *values = (der.integer(data, part) for part in parts)
    if version or len(values) != len(Numbers._fields) or min(values) < 1:
        raise BadDer
    return Numbers(*values)


def numbers_of(key: Any) -> Numbers:
    """The numbers of the library's RSA key. Raises ValueError for any other kind."""
    values: Any = key.private_numbers() if hasattr(key, "private_numbers") else None
    if not hasattr(values, "dmp1"):
        raise BadDer
    public = values.public_numbers
    return Numbers(public.n, public.e, values.d, values.p, values.q, values.dmp1, values.dmq1, values.iqmp)


def fit(key: Numbers) -> bool:
    """Whether the numbers of an RSA key are those of one, by arithmetic and two tests of each prime."""
    return go_together(key) and all(pow(base, prime - 1, prime) == 1 for prime in (key.p, key.q) for base in (2, 3))


def go_together(key: Numbers) -> bool:
    """The part of that which takes microseconds: everything but whether p and q are primes."""
    n, e, d, p, q, dp, dq, qi = key
    if p * q != n or p < 3 or q < 3 or p == q or e < 3 or not e & 1:
        return False
    return e * d % (p - 1) == 1 and e * d % (q - 1) == 1 and dp == d % (p - 1) and dq == d % (q - 1) and qi * q % p == 1

"""What a DER structure is, by its first tags: also one that was cut, which no strict reader would take."""

from __future__ import annotations

from typing import Iterator, List, NamedTuple, Optional, Tuple

_SEQUENCE, _SET, _INTEGER, _BITS, _OCTETS, _OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
_TIMES = (0x17, 0x18)
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_MOST_PARTS = 12  # of one structure; none of ours has more that matter
_MOST_IN_A_ROW = 1000  # certificates in one DER file

_PKCS7 = bytes.fromhex("2a864886f70d0107")  # 1.2.840.113549.1.7
_ENVELOPED = bytes.fromhex("2a864886f70d010703")  # of it, what is encrypted for somebody
_PRIME_FIELD = bytes.fromhex("2a8648ce3d01")  # 1.2.840.10045.1
_PBES = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c01"))  # 1.2.840.113549.1.5 and 1.12.1
_ALGORITHMS = (
    (bytes.fromhex("2a864886f70d0101"), "RSA"),
    (bytes.fromhex("2a8648ce3d"), "EC"),
    (bytes.fromhex("2a8648ce38"), "DSA"),
    (bytes.fromhex("2a8648ce3e0201"), "DH"),
    (bytes.fromhex("2a864886f70d010301"), "DH"),
    (bytes.fromhex("2b6570"), "Ed25519"),
    (bytes.fromhex("2b6571"), "Ed448"),
    (bytes.fromhex("2b656e"), "X25519"),
    (bytes.fromhex("2b656f"), "X448"),
)


class Shape(NamedTuple):
    """A structure as far as its first tags tell."""

    kind: str
    """A kind of `inspect`, or `parameters`."""
    form: str = ""
    """Of a private key: `pkcs8` `traditional` `sec1`; of PKCS#7 `enveloped` where it is a message, and holds no certificate."""
    algorithm: str = ""
    """Of a key: `RSA` `EC` …; '' where it is not told."""
    bits: int = 0
    """Of an RSA key in clear."""
    is_encrypted: bool = False
    fault: str = ""
    """`cut` where bytes are missing, `trailing` where more follow."""
    times: int = 1
    """Structures of this kind one after the other."""


class _Part(NamedTuple):
    tag: int
    body: bytes
    is_whole: bool


def shape_of(content: bytes) -> Optional[Shape]:
    """What *content* is, or None where it is no DER (or BER) structure of a kind that matters here. Looks at headers only."""
    outer, end = _part(content, 0)
    if outer is None or outer.tag != _SEQUENCE:
        return None
    parts = list(_parts(outer.body))
    if not parts:
        return None
    found = _by_parts(parts)
    if found is None:
        return None
    if not outer.is_whole:
        return found._replace(fault="cut")
    if found.kind == "certificate" and end < len(content):
        found, end = _in_a_row(content, found, end)
    return found._replace(fault="trailing") if end < len(content) and content[end:].strip(b"\0\r\n\x1a") and not found.fault else found


def leading(content: bytes) -> bytes:
    """The first structure of *content*, without what follows it."""
    part, end = _part(content, 0)
    return content if part is None else content[:end]


def _in_a_row(content: bytes, first: Shape, end: int) -> Tuple[Shape, int]:
    """Certificates that follow one another."""
    count = 1
    while count < _MOST_IN_A_ROW:
        following, after = _part(content, end)
        if following is None or following.tag != _SEQUENCE:
            break
        found = _by_parts(list(_parts(following.body)))
        if found is None or found.kind != "certificate":
            break
        count, end = count + 1, after
        if not following.is_whole:
            return first._replace(kind="certificates", times=count, fault="cut"), len(content)
    return first._replace(kind="certificates" if count > 1 else "certificate", times=count), end


def _part(content: bytes, at: int) -> Tuple[Optional[_Part], int]:
    """The element at *at*, however much of it is there, and where the next one would begin."""
    if at + 2 > len(content):
        return None, at
    tag, size = content[at], content[at + 1]
    start = at + 2
    if size == 0x80:
        return _Part(tag, content[start:], is_whole=True), len(content)
    if size > 0x80:
        width = size & 0x7F
        if width > 4 or start + width > len(content):
            return None, at
        size = int.from_bytes(content[start : start + width], "big")
        start += width
    return _Part(tag, content[start : start + size], start + size <= len(content)), start + size


def _parts(body: bytes) -> Iterator[_Part]:
    at = 0
    for _ in range(_MOST_PARTS):
        part, at = _part(body, at)
        if part is None:
            return
        yield part


def _by_parts(parts: List[_Part]) -> Optional[Shape]:
    tags = [part.tag for part in parts]
    if not tags:
        return None
    if tags[0] == _OID:
        return Shape("pkcs7", "enveloped" if parts[0].body == _ENVELOPED else "") if parts[0].body.startswith(_PKCS7) else None
    if tags[0] == _INTEGER:
        return _numbered(parts, tags)
    if tags[0] != _SEQUENCE:
        return None
    inner = list(_parts(parts[0].body))
    if inner and inner[0].tag == _OID:
        if inner[0].body.startswith(_PBES) and tags[1:2] in ([_OCTETS], []):
            return Shape("private-key", "pkcs8", is_encrypted=True)
        if tags[1:2] == [_BITS]:
            return Shape("public-key", algorithm=_algorithm(inner[0].body), bits=_bits_within(parts[1].body[1:]))
        return None
    return _signed(inner)


def _numbered(parts: List[_Part], tags: List[int]) -> Optional[Shape]:
    """What begins with a version number, or is numbers only."""
    version = parts[0].body
    if version == b"\3" and tags[1:2] == [_SEQUENCE]:
        inner = next(_parts(parts[1].body), None)
        return Shape("pkcs12") if inner is not None and inner.tag == _OID and inner.body.startswith(_PKCS7) else None
    if version in (b"\0", b"\1") and tags[1:2] == [_SEQUENCE] and tags[2:3] in ([_OCTETS], []):
        inner = next(_parts(parts[1].body), None)
        if inner is None or inner.tag != _OID:
            return None
        algorithm = _algorithm(inner.body)
        bits = _bits(parts[2].body, 1) if algorithm == "RSA" and len(parts) > 2 else 0
        return Shape("private-key", "pkcs8", algorithm, bits)
    if version == b"\1" and tags[1:3] == [_SEQUENCE, _SEQUENCE]:
        inner = next(_parts(parts[1].body), None)
        return Shape("parameters") if inner is not None and inner.tag == _OID and inner.body.startswith(_PRIME_FIELD) else None
    if version == b"\1" and tags[1:2] == [_OCTETS] and tags[2:3] in ([_CONTEXT_0], [_CONTEXT_1], []):
        return Shape("private-key", "sec1", "EC")
    if set(tags) != {_INTEGER}:
        return None
    return _numbers(parts)


def _numbers(parts: List[_Part]) -> Optional[Shape]:
    """A traditional key, the public half of one, or parameters."""
    is_zero = parts[0].body == b"\0"
    size = len(parts[1].body) * 8 if len(parts) > 1 else 0
    if is_zero and size >= 512:
        # Nine numbers are RSA, six are DSA; the third is e, and small, or q.
        is_dsa = len(parts) == 6 or (len(parts) > 2 and len(parts[2].body) >= 20)
        return Shape("private-key", "traditional", "DSA" if is_dsa else "RSA", 0 if is_dsa else _number(parts[1]))
    if len(parts) == 3 and len(parts[0].body) >= 64 and (len(parts[1].body) >= 20 or len(parts[2].body) <= 4):
        return Shape("parameters")  # of DSA: p, q, g; or of DH: p, g and the length of the private number
    if len(parts) == 2 and len(parts[0].body) >= 64:
        if parts[1].body in (b"\2", b"\5") or len(parts[1].body) >= 16:  # g of DH; an e of RSA is odd, and short
            return Shape("parameters")
        return Shape("public-key", algorithm="RSA", bits=_number(parts[0]))
    return None


def _signed(inner: List[_Part]) -> Optional[Shape]:
    """A certificate, a request or a CRL, by the first parts of what was signed."""
    tags = [part.tag for part in inner]
    if tags[:1] == [_CONTEXT_0] and inner[0].body[:1] == b"\2" and tags[1:2] in ([_INTEGER], []):
        return Shape("certificate")
    if tags[:2] == [_SEQUENCE, _SEQUENCE] and tags[2:3] and tags[2] in _TIMES:
        return Shape("crl")
    if tags[:2] != [_INTEGER, _SEQUENCE] or tags[2:3] not in ([_SEQUENCE], []):
        return None
    first = next(_parts(inner[1].body), None)
    if first is None or first.tag == _SET:
        return Shape("certificate-request") if inner[0].body in (b"\0", b"\1", b"\2") else None
    if first.tag != _OID:
        return None
    return Shape("crl" if tags[3:4] and tags[3] in _TIMES else "certificate")


def _algorithm(oid: bytes) -> str:
    return next((name for prefix, name in _ALGORITHMS if oid.startswith(prefix)), "")


def _number(part: _Part) -> int:
    return int.from_bytes(part.body, "big").bit_length() if part.is_whole else 0


def _bits(body: bytes, index: int) -> int:
    """Bits of the number at *index* of the sequence in *body*; 0 where it is not there whole."""
    outer, _ = _part(body, 0)
    parts = list(_parts(outer.body)) if outer is not None and outer.tag == _SEQUENCE else []
    return _number(parts[index]) if len(parts) > index and parts[index].tag == _INTEGER else 0


def _bits_within(body: bytes) -> int:
    return _bits(body, 0)

"""PKCS#12 as Java writes and reads it: which bag is an entry, and under which alias. No key is opened."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.codecs import der, lock
from ita_doctor.codecs.der import BadDer
from ita_doctor.codecs.unlock import can_unlock, unlock
from ita_doctor.model.artifact import BadArtifact

MOST_ROUNDS = 300_000
"""Rounds of key derivation in one store, all together: Java writes 10,000 for each part, some 50,000 and 100,000. Less than a second."""
MOST_SALT = 1024
"""Bytes of a salt, which every round of some goes through; Java's have 20."""

_DATA, _ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_BAG = "1.2.840.113549.1.12.10.1."
_KEY, _LOCKED_KEY, _CERT, _CRL, _SECRET = (_BAG + number for number in "12345")
_X509 = "1.2.840.113549.1.9.22.1"
_NAME, _KEY_ID = "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"
_IS_TRUSTED = "2.16.840.1.113894.746875.1.1"
"""Oracle's attribute: Java takes a certificate that has no key for an entry only where it is there."""
_TRIPLE_DES = "1.2.840.113549.1.12.1.3"
_CONTEXT = 0xA0
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
}
_FOR_KEY, _FOR_IV, _FOR_MAC = 1, 2, 3
"""What the derivation of RFC 7292 is for."""

Row = Tuple[str, bool, Tuple[bytes, ...], float, str]
"""Alias, whether it is a key, certificates, time, seal: as codecs.jks has them."""


class _Bag(NamedTuple):
    kind: str
    value: bytes
    """What stands in its [0]."""
    name: Optional[str]
    key_id: Optional[bytes]
    is_trusted: bool


class _Locked(NamedTuple):
    """A part that has to be opened with the password."""

    data: bytes
    rounds: int


def read(content: bytes, spellings: Sequence[str]) -> Tuple[str, List[Row]]:
    """
    The spelling of the password that fits ('' where none is needed), and the entries.

    Raises BadArtifact `not-store`, `truncated`, `wrong-password`, `needs-java`, as codecs.jks.read_store says.
    """
    top = _top(content)
    try:
        parts = der.children(content, top)
        safe = _inner(content, parts[1], _DATA)
        mac = _read_mac(content, parts[2]) if len(parts) > 2 else None
        blocks = list(_blocks(safe))
    except (ValueError, IndexError) as why:  # BER with lengths left open, PBMAC1: Java may know more
        raise BadArtifact("needs-java") from why
    rounds = sum(one.rounds for one in blocks if isinstance(one, _Locked)) + (mac.rounds if mac else 0)
    if rounds > MOST_ROUNDS:
        raise BadArtifact("needs-java", rounds=rounds)
    try:
        for spelling in spellings or ("",):
            bags = _try(safe, mac, blocks, spelling, is_given=bool(spellings))
            if bags is not None:
                return spelling, _rows(bags)
    except (ValueError, IndexError) as why:  # bags in another form, or a digest that this machine's policy forbids
        raise BadArtifact("needs-java") from why
    raise BadArtifact("wrong-password")


def _top(content: bytes) -> der.Item:
    """The PFX around it all."""
    try:
        top = der.item(content)
        version, *_ = der.children(content, top) or [top]
        if der.integer(content, version) == 3:
            return top
    except BadDer:
        if content[1:2] == b"\x80":
            raise BadArtifact("needs-java") from None
        size = _claimed(content)
        if size > len(content):
            raise BadArtifact("truncated", offset=len(content)) from None
    raise BadArtifact("not-store")


def _claimed(content: bytes) -> int:
    """How long the first value says that it is; more than there is where even that is cut off."""
    count = content[1] & 0x7F if len(content) > 1 and content[1] & 0x80 else 0
    if len(content) < 2 + count or count > 4:
        return len(content) + (count <= 4)
    return 2 + count + (int.from_bytes(content[2 : 2 + count], "big") if count else content[1])


def _inner(content: bytes, value: der.Item, kind: str) -> bytes:
    """What a ContentInfo of *kind* holds."""
    name, inside = der.children(content, value)
    if der.oid(content, name) != kind or inside.tag != _CONTEXT:
        raise BadDer
    (data,) = der.children(content, inside)
    return der.content(content, data, der.OCTET_STRING) if kind == _DATA else der.encoded(content, data)


def _blocks(safe: bytes) -> Iterator[Any]:
    """Each part of the store: bytes in clear, or _Locked."""
    for one in der.children(safe, der.whole(safe)):
        name, _ = der.children(safe, one)
        if der.oid(safe, name) == _DATA:
            yield _inner(safe, one, _DATA)
            continue
        data = _inner(safe, one, _ENCRYPTED)
        _, inside, *_ = der.children(data, der.whole(data))
        _, algorithm, text = der.children(data, inside)
        sealed = der.wrap(der.OCTET_STRING, data[text.start : text.end])
        info = der.wrap(der.SEQUENCE, der.encoded(data, algorithm), sealed)  # the form in which a locked key stands: one reader for both
        yield _Locked(info, _rounds(lock.read_pkcs8(info)))


def _rounds(locked: lock.Locked) -> int:
    if len(locked.salt) > MOST_SALT:
        raise BadDer
    return locked.lock.rounds


class _Mac(NamedTuple):
    digest: str
    value: bytes
    salt: bytes
    rounds: int


def _read_mac(content: bytes, value: der.Item) -> _Mac:
    inside, salt, *rest = der.children(content, value)
    algorithm, digest = der.children(content, inside)
    rounds = der.integer(content, rest[0]) if rest else 1
    name = _DIGESTS.get(der.algorithm(content, algorithm)[0])
    if name is None or rounds < 1 or salt.end - salt.start > MOST_SALT:
        raise BadDer
    return _Mac(name, der.content(content, digest, der.OCTET_STRING), der.content(content, salt, der.OCTET_STRING), rounds)


def _try(safe: bytes, mac: Optional[_Mac], blocks: Sequence[Any], spelling: str, *, is_given: bool) -> Optional[List[_Bag]]:
    """The bags, or None where the password is not *spelling*."""
    if mac is not None and is_given:
        key = _derive(mac.digest, _FOR_MAC, spelling, mac.salt, mac.rounds, hashlib.new(mac.digest).digest_size)
        if not hmac.compare_digest(hmac.new(key, safe, mac.digest).digest(), mac.value):
            return None
    bags: List[_Bag] = []
    for block in blocks:
        text = _unlocked(block, spelling) if isinstance(block, _Locked) and is_given else block
        if not isinstance(text, bytes):
            return None
        bags += [_read_bag(text, bag) for bag in der.children(text, der.whole(text))]
    return bags


def _unlocked(block: _Locked, spelling: str) -> Optional[bytes]:
    """What is locked in *block*; None where *spelling* does not open it."""
    locked = lock.read_pkcs8(block.data)
    if locked.lock.kdf == "PBKDF2" and can_unlock(locked):
        return unlock(locked, spelling.encode("utf-8", "surrogatepass"))
    name, _ = der.algorithm(block.data, der.children(block.data, der.whole(block.data))[0])
    if name != _TRIPLE_DES or not locked.data or len(locked.data) % 8:
        raise BadArtifact("needs-java")  # RC2 with 40 bits, which no library of ours has, or what nobody writes
    key, iv = (_derive("sha1", use, spelling, locked.salt, locked.lock.rounds, size) for use, size in ((_FOR_KEY, 24), (_FOR_IV, 8)))
    clear = _decrypt(key, iv, locked.data)
    pad = clear[-1]
    return clear[:-pad] if 1 <= pad <= 8 and clear.endswith(bytes((pad,)) * pad) else None


def _decrypt(key: bytes, iv: bytes, text: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    from ita_doctor.codecs.unlock import triple_des

    decryptor = Cipher(triple_des()(key), modes.CBC(iv)).decryptor()
    return bytes(decryptor.update(text) + decryptor.finalize())


def _derive(digest: str, purpose: int, password: str, salt: bytes, rounds: int, size: int) -> bytes:
    """RFC 7292, appendix B.2; never more than two blocks are asked for."""
    block = hashlib.new(digest).block_size
    secret = (password + "\0").encode("utf-16-be", "surrogatepass")
    filled = b"".join((one * (block // len(one) + 1))[: block * -(-len(one) // block)] if one else b"" for one in (salt, secret))
    out = b""
    while True:
        part = bytes((purpose,)) * block + filled
        for _ in range(rounds):
            part = hashlib.new(digest, part).digest()
        out += part
        if len(out) >= size:
            return out[:size]
        step = int.from_bytes((part * (block // len(part) + 1))[:block], "big") + 1
        pieces = (filled[at : at + block] for at in range(0, len(filled), block))
        filled = b"".join(((int.from_bytes(piece, "big") + step) % (1 << 8 * block)).to_bytes(block, "big") for piece in pieces)


def _read_bag(text: bytes, bag: der.Item) -> _Bag:
    kind, inside, *rest = der.children(text, bag)
    attributes: Dict[str, bytes] = {}
    for one in der.children(text, rest[0]) if rest else ():
        oid, values = der.children(text, one)
        value, *_ = der.children(text, values) or [values]
        attributes[der.oid(text, oid)] = text[value.start : value.end]
    name = attributes.get(_NAME)
    return _Bag(
        der.oid(text, kind),
        text[inside.start : inside.end],
        None if name is None else name.decode("utf-16-be", "replace"),
        attributes.get(_KEY_ID),
        _IS_TRUSTED in attributes,
    )


def _rows(bags: Sequence[_Bag]) -> List[Row]:
    """The entries that Java sees; what it would name by a number is named so."""
    certificates = {bag.key_id: _certificate(bag) for bag in reversed(bags) if bag.kind == _CERT and bag.key_id is not None}
    rows: List[Row] = []
    nameless = itertools.count(1)
    for bag in bags:
        if bag.kind in (_KEY, _LOCKED_KEY, _SECRET):
            alias = str(next(nameless)) if bag.name is None else bag.name
            own = certificates.get(bag.key_id) if bag.kind != _SECRET and bag.key_id is not None else None
            rows.append((alias, True, () if own is None else (own,), _time(bag.key_id), hashlib.sha256(bag.value).hexdigest()))
        elif bag.kind == _CERT and bag.key_id is None and bag.is_trusted:
            alias = str(next(nameless)) if bag.name is None else bag.name
            rows.append((alias, False, (_certificate(bag),), 0.0, ""))
        elif bag.kind not in (_CERT, _CRL):
            raise BadArtifact("needs-java")
    return rows


def _certificate(bag: _Bag) -> bytes:
    """DER of what a certificate's bag holds."""
    name, inside = der.children(bag.value, der.whole(bag.value))
    (data,) = der.children(bag.value, inside)
    if der.oid(bag.value, name) != _X509:
        raise BadDer
    return der.content(bag.value, data, der.OCTET_STRING)


def _time(key_id: Optional[bytes]) -> float:
    """Java writes the milliseconds into the name of a key."""
    digits = (key_id or b"")[5:]
    return int(digits) / 1000 if (key_id or b"").startswith(b"Time ") and digits.isdigit() and len(digits) < 16 else 0.0

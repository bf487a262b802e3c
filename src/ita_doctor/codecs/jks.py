"""Java's key stores: which certificate stands under which alias; no key is ever opened."""

from __future__ import annotations

import hashlib
import hmac
from typing import List, NamedTuple, Optional, Tuple

from ita_doctor.model.artifact import BadArtifact
from ita_doctor.model.secret import Secret

LIMIT = 16 << 20
"""Bytes of a store that are read where the caller does not say otherwise."""

_KINDS = {b"\xfe\xed\xfe\xed": "jks", b"\xce\xce\xce\xce": "jceks"}
_PRIVATE, _TRUSTED, _SECRET = 1, 2, 3
_DIGEST = 20
_SEQUENCE = 0x30


class Entry(NamedTuple):
    """What stands under one alias."""

    alias: str
    """As it is written; Java compares it in lower case."""
    is_key: bool
    """A private or secret key, with the certificates that go with it; else a certificate that is trusted."""
    chain: Tuple[bytes, ...]
    """DER, the entry's own certificate first; of a PKCS#12 key only that one. () for a secret key."""
    time: float
    """When it was put there, seconds since 1970; 0 where the store does not say."""
    seal: str = ""
    """Of a key, SHA-256 (hex) of its locked bytes: to see that it is still the same."""


class Store(NamedTuple):
    """A key store as it was read."""

    kind: str
    """`jks` `jceks` `pkcs12`."""
    entries: Tuple[Entry, ...]


def read_store(content: bytes, password: Optional[Secret], *, limit: int = LIMIT) -> Store:
    """
    What the key store *content* holds.

    The password is held against the store's own digest; of a JKS or JCEKS, None leaves that out. Bytes that are no ASCII are tried as UTF-8
    and as Latin-1. Raises BadArtifact: `not-store`; `truncated` (with offset); `oversized` (more than *limit* bytes); `wrong-password` (or
    bytes that were changed: the digest does not tell them apart; for PKCS#12 also where it is None and needed); `needs-java` for what only
    Java reads: a JCEKS with secret keys, a PKCS#12 in another form or lock than Java's and OpenSSL's usual ones.
    """
    return _open(content, password, limit)[0]


def typed(content: bytes, password: Secret, *, limit: int = LIMIT) -> Secret:
    """
    The bytes that keytool has to read from its standard input to open *content* with *password*: each becomes one letter.

    Raises as read_store does, and `not-typable` where the password holds a letter beyond Latin-1, or a line end.
    """
    chars = _open(content, password, limit)[1]
    return in_latin1(chars)


def in_latin1(chars: str) -> Secret:
    """A password as keytool reads it from its standard input; raises BadArtifact `not-typable`."""
    try:
        raw = chars.encode("latin-1")
    except UnicodeEncodeError:
        raise BadArtifact("not-typable") from None  # the cause would hold the password
    if b"\n" in raw or b"\r" in raw:
        raise BadArtifact("not-typable")
    return Secret(raw)


def spellings(password: Secret) -> Tuple[str, ...]:
    """The letters that the bytes of a password can be, likeliest first."""
    raw = password.reveal()
    try:
        return tuple(dict.fromkeys((raw.decode("utf-8"), raw.decode("latin-1"))))
    except UnicodeDecodeError:
        return (raw.decode("latin-1"),)


def find(store: Store, alias: str) -> Optional[Entry]:
    """The entry of *alias*, or None; of two that Java takes for one, the last, as Java does."""
    wanted = alias.lower()
    return next((entry for entry in reversed(store.entries) if entry.alias.lower() == wanted), None)


def _open(content: bytes, password: Optional[Secret], limit: int) -> Tuple[Store, str]:
    """The store, and the spelling of the password that opened it ('' where there is none)."""
    if len(content) > limit:
        raise BadArtifact("oversized", size=len(content))
    if content[:1] == bytes((_SEQUENCE,)):
        from ita_doctor.codecs import pkcs12

        spelling, rows = pkcs12.read(content, spellings(password) if password is not None else ())
        return Store("pkcs12", tuple(Entry(*row) for row in rows)), spelling
    kind = _KINDS.get(content[:4])
    if kind is None:
        is_begun = any(magic.startswith(content) for magic in _KINDS)
        raise BadArtifact("truncated", offset=len(content)) if is_begun else BadArtifact("not-store")
    reader = _Reader(content)
    entries = tuple(_read_entries(reader))
    if password is None:
        return Store(kind, entries), ""
    return Store(kind, entries), _spelling(content, reader.at, password)


def _read_entries(reader: _Reader) -> List[Entry]:
    """Every entry, and then the place of the digest. *reader* stands behind the magic."""
    version, count = reader.number(4), reader.number(4)
    if version not in (1, 2):
        raise BadArtifact("not-store")
    found: List[Entry] = []
    for _ in range(count):  # each takes bytes of the store: a count that lies ends with them
        tag, alias, time = reader.number(4), reader.text(), reader.number(8) / 1000
        if tag == _TRUSTED:
            found.append(Entry(alias, False, (reader.certificate(version),), time))
        elif tag == _PRIVATE:
            seal = hashlib.sha256(reader.block()).hexdigest()
            chain = tuple([reader.certificate(version) for _ in range(reader.number(4))])
            found.append(Entry(alias, True, chain, time, seal))
        else:
            raise BadArtifact("needs-java" if tag == _SECRET and reader.is_jceks else "not-store", offset=reader.at)
    reader.need(_DIGEST)
    return found


def _spelling(content: bytes, end: int, password: Secret) -> str:
    """The spelling of *password* with which the store's digest comes out."""
    for chars in spellings(password):
        digest = hashlib.sha1(chars.encode("utf-16-be", "surrogatepass") + b"Mighty Aphrodite", usedforsecurity=False)
        digest.update(memoryview(content)[:end])
        if hmac.compare_digest(digest.digest(), content[end : end + _DIGEST]):
            return chars
    raise BadArtifact("wrong-password")


class _Reader:
    """Java's DataInputStream, over bytes that may lie about every length."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 4
        self.is_jceks = _KINDS[content[:4]] == "jceks"

    def need(self, size: int) -> None:
        """Refuse where fewer than *size* bytes are left."""
        if size > len(self.content) - self.at:
            raise BadArtifact("truncated", offset=self.at)

    def number(self, size: int) -> int:
        self.need(size)
        self.at += size
        return int.from_bytes(self.content[self.at - size : self.at], "big")

    def block(self, width: int = 4) -> bytes:
        """Bytes behind their length."""
        size = self.number(width)
        self.need(size)
        self.at += size
        return self.content[self.at - size : self.at]

    def text(self) -> str:
        """Java's own UTF-8: NUL in two bytes, letters beyond the first plane as two surrogates."""
        raw = self.block(2)
        try:
            text = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as why:
            raise BadArtifact("not-store", offset=self.at) from why
        return text if text.isascii() else text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")

    def certificate(self, version: int) -> bytes:
        if version == 2:
            self.block(2)  # its type, X.509
        return self.block()

"""What `keytool -list -rfc` prints → the store's entries; nothing else is believed of it."""

from __future__ import annotations

import binascii
from typing import List, Optional, Tuple

from ita_doctor.codecs.jks import Entry, Store
from ita_doctor.model.artifact import BadArtifact

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_UNVERIFIED = b"NOT been verified"
"""Without a password it lists a store that may have been changed."""


def read_listing(text: bytes, kind: str) -> Store:
    """
    The store of *kind* (`jceks` `pkcs12`) of which *text* is the listing, in English, standard error included.

    It holds as many entries as it says, or it is none. Raises BadArtifact: `wrong-password`; `truncated`; `not-store`; `unknown` for what
    another program, another language or another failure than these says: nothing is known of the store then.
    """
    entries, count = _entries(text)
    if _UNVERIFIED in text:
        raise BadArtifact("wrong-password")
    if b"keytool error" not in text and count == len(entries):
        return Store(kind, tuple(entries))
    if b"password was incorrect" in text:
        raise BadArtifact("wrong-password")
    if b"java.io.EOFException" in text:
        raise BadArtifact("truncated")
    raise BadArtifact("not-store" if b"Invalid keystore format" in text else "unknown")


def _entries(text: bytes) -> Tuple[List[Entry], int]:
    """The entries that it shows, and how many there are by its own word (-1: it did not say)."""
    found: List[Tuple[str, List[bytes]]] = []
    trusted = set()
    block: Optional[List[bytes]] = None
    count = -1
    for line in map(bytes.strip, text.splitlines()):
        label, _, value = line.partition(b": ")
        if block is not None:
            if line == _END and found:
                found[-1][1].append(_decoded(block))
                block = None
            else:
                block.append(line)
        elif line == _BEGIN:
            block = []
        elif label == b"Alias name":
            found.append((value.decode("utf-8", "replace"), []))
        elif label == b"Entry type" and value.lower() == b"trustedcertentry":
            trusted.add(len(found))
        elif line.startswith(b"Your keystore contains ") and count < 0:
            number = line.split()[3]
            count = int(number) if number.isdigit() and len(number) < 9 else -1
    return [Entry(alias, number not in trusted, tuple(chain), 0.0) for number, (alias, chain) in enumerate(found, 1)], count


def _decoded(block: List[bytes]) -> bytes:
    try:
        return binascii.a2b_base64(b"".join(block))
    except ValueError:
        return b""

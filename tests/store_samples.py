"""Key stores of Java, written by hand."""

import hashlib
import struct

PASSWORD = "default"


def utf(text):
    raw = text.encode("utf-8", "surrogatepass")
    return struct.pack(">H", len(raw)) + raw


def block(raw):
    return struct.pack(">I", len(raw)) + raw


def trusted(alias, der, version=2):
    return struct.pack(">I", 2) + utf(alias) + struct.pack(">Q", 1_700_000_000_000) + (utf("X.509") if version == 2 else b"") + block(der)


def sealed(alias, key, *chain):
    return (
        struct.pack(">I", 1) + utf(alias) + struct.pack(">Q", 0) + block(key) + struct.pack(">I", len(chain))
        + b"".join(utf("X.509") + block(der) for der in chain)
    )  # fmt: skip


def store(*entries, password=PASSWORD, magic=b"\xfe\xed\xfe\xed", version=2, count=None):
    body = magic + struct.pack(">II", version, len(entries) if count is None else count) + b"".join(entries)
    return body + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()

"""Keys that no tool would make, in DER written by hand."""

from __future__ import annotations

import os

from laboratory.tools import base64_of

PBES2, PBKDF2, SCRYPT = "2a864886f70d01050d", "2a864886f70d01050c", "2b06010401da47040b"
HMAC_SHA256, AES_256_CBC = "2a864886f70d0209", "60864801650304012a"


def der(tag: int, *parts: bytes) -> bytes:
    """One value in DER."""
    body = b"".join(parts)
    size = len(body)
    length = bytes([size]) if size < 128 else bytes([128 + (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + length + body


def oid(digits: str) -> bytes:
    return der(6, bytes.fromhex(digits))


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def as_pem(label: str, content: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n".encode() + base64_of(content) + f"-----END {label}-----\n".encode()


def locked_by(derivation: bytes) -> bytes:
    """A PKCS#8 key with this key derivation; what it locks is noise, since nobody may get so far."""
    cipher = der(0x30, oid(AES_256_CBC), der(4, bytes(16)))
    scheme = der(0x30, oid(PBES2), der(0x30, derivation, cipher))
    return as_pem("ENCRYPTED PRIVATE KEY", der(0x30, scheme, der(4, os.urandom(1232))))

"""How a private key is locked, read from its structure alone; nothing is opened here."""

from __future__ import annotations

import binascii
from typing import List, NamedTuple, Optional, Tuple

from ita_doctor.codecs import der
from ita_doctor.codecs.der import BadDer
from ita_doctor.model.artifact import KeyLock

MOST_ROUNDS = 10**7
"""PBKDF2 rounds that are still tried (ITA-KEY-001): some seconds."""
MOST_MEMORY = 64 << 20
"""Bytes that scrypt may take."""
MOST_WORK = 1 << 30
"""Bytes that scrypt may go through in all, p times its memory: some seconds."""
MOST_TRIES = 50
"""Passwords that are tried on one key."""

_PBES2, _PBKDF2, _SCRYPT = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"
_RC2 = "1.2.840.113549.3.2"
_CIPHERS = {
    "2.16.840.1.101.3.4.1.2": "AES-128-CBC",
    "2.16.840.1.101.3.4.1.3": "AES-128-OFB",
    "2.16.840.1.101.3.4.1.4": "AES-128-CFB",
    "2.16.840.1.101.3.4.1.6": "AES-128-GCM",
    "2.16.840.1.101.3.4.1.22": "AES-192-CBC",
    "2.16.840.1.101.3.4.1.23": "AES-192-OFB",
    "2.16.840.1.101.3.4.1.24": "AES-192-CFB",
    "2.16.840.1.101.3.4.1.26": "AES-192-GCM",
    "2.16.840.1.101.3.4.1.42": "AES-256-CBC",
    "2.16.840.1.101.3.4.1.43": "AES-256-OFB",
    "2.16.840.1.101.3.4.1.44": "AES-256-CFB",
    "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
    "1.2.840.113549.3.4": "RC4",
    "1.2.840.113549.3.7": "DES-EDE3-CBC",
    "1.3.14.3.2.7": "DES-CBC",
    "1.3.14.3.2.8": "DES-OFB",
    "1.3.14.3.2.9": "DES-CFB",
    "1.2.392.200011.61.1.1.1.2": "CAMELLIA-128-CBC",
    "1.2.392.200011.61.1.1.1.3": "CAMELLIA-192-CBC",
    "1.2.392.200011.61.1.1.1.4": "CAMELLIA-256-CBC",
    "1.2.410.200046.1.1.2": "ARIA-128-CBC",
    "1.2.410.200046.1.1.7": "ARIA-192-CBC",
    "1.2.410.200046.1.1.12": "ARIA-256-CBC",
    "1.2.410.200004.1.4": "SEED-CBC",
    "1.2.156.10197.1.104.2": "SM4-CBC",
    "1.3.6.1.4.1.3029.1.2": "BF-CBC",
    "1.2.840.113533.7.66.10": "CAST5-CBC",
    "1.3.6.1.4.1.188.7.1.1.2": "IDEA-CBC",
}
_RC2_BITS = {160: "RC2-40-CBC", 120: "RC2-64-CBC", 58: "RC2-CBC"}  # RFC 2268 writes the bits of the key in a code of its own
_PBES1 = {
    "1.2.840.113549.1.5.1": "DES-CBC",
    "1.2.840.113549.1.5.3": "DES-CBC",
    "1.2.840.113549.1.5.4": "RC2-64-CBC",
    "1.2.840.113549.1.5.6": "RC2-64-CBC",
    "1.2.840.113549.1.5.10": "DES-CBC",
    "1.2.840.113549.1.5.11": "RC2-64-CBC",
    "1.2.840.113549.1.12.1.1": "RC4",
    "1.2.840.113549.1.12.1.2": "RC4-40",
    "1.2.840.113549.1.12.1.3": "DES-EDE3-CBC",
    "1.2.840.113549.1.12.1.4": "DES-EDE-CBC",
    "1.2.840.113549.1.12.1.5": "RC2-CBC",
    "1.2.840.113549.1.12.1.6": "RC2-40-CBC",
}
_PRFS = {
    "1.2.840.113549.2.6": "HMAC-MD5",
    "1.2.840.113549.2.7": "HMAC-SHA1",
    "1.2.840.113549.2.8": "HMAC-SHA224",
    "1.2.840.113549.2.9": "HMAC-SHA256",
    "1.2.840.113549.2.10": "HMAC-SHA384",
    "1.2.840.113549.2.11": "HMAC-SHA512",
    "1.2.840.113549.2.12": "HMAC-SHA512-224",
    "1.2.840.113549.2.13": "HMAC-SHA512-256",
}


class Locked(NamedTuple):
    """A lock with all that opening it takes but the password."""

    lock: KeyLock
    salt: bytes
    iv: bytes
    """Empty where the structure of the cipher's parameters is not known."""
    data: bytes
    block_size: int = 0
    """scrypt: r."""
    parallel: int = 0
    """scrypt: p."""


def read_pkcs8(data: bytes) -> Locked:
    """The lock of an EncryptedPrivateKeyInfo. Raises BadDer."""
    algorithm, value = _parts(data, der.whole(data), 2)
    name, parameters = der.algorithm(data, algorithm)
    cipher_text = der.content(data, value, der.OCTET_STRING)
    if parameters is None:
        raise BadDer
    if name == _PBES2:
        return _read_pbes2(data, parameters, cipher_text)
    salt, rounds = _parts(data, parameters, 2)
    lock = KeyLock("PBES1", _PBES1.get(name, name), "PBKDF1", _count(data, rounds))
    return Locked(lock, der.content(data, salt, der.OCTET_STRING), b"", cipher_text)


def read_dek_info(headers: Tuple[Tuple[str, str], ...], data: bytes) -> Locked:
    """The lock of a traditional key. Raises BadDer."""
    values = dict(headers)
    name, _, salt = values.get("DEK-Info", "").partition(",")
    is_encrypted = values.get("Proc-Type", "").replace(" ", "") == "4,ENCRYPTED"
    try:
        iv = binascii.unhexlify(salt.strip())
    except ValueError as why:
        raise BadDer from why
    if not is_encrypted or not name or len(iv) < 8 or not data:
        raise BadDer
    return Locked(KeyLock("DEK-Info", name.strip().upper()[:40], "MD5", 1), iv[:8], iv, data)


def tries(lock: Optional[KeyLock]) -> int:
    """How many passwords are tried: all that there are where the lock is a usual one, fewer the slower it is (some seconds in all)."""
    if lock is None or not lock.rounds:
        return MOST_TRIES
    return 1 if lock.kdf == "scrypt" else min(MOST_TRIES, max(1, MOST_ROUNDS // lock.rounds))


def takes_for_ever(locked: Locked) -> bool:
    """Whether to derive the key is more than a person would wait for, or a machine has memory for."""
    lock = locked.lock
    if lock.kdf != "scrypt":
        return lock.rounds > MOST_ROUNDS
    blocks = 128 * locked.block_size * locked.parallel  # one for each thread, beside the big table
    return lock.memory + blocks > MOST_MEMORY + (1 << 20) or lock.memory * locked.parallel > MOST_WORK


def _read_pbes2(data: bytes, parameters: der.Item, cipher_text: bytes) -> Locked:
    derivation, encryption = _parts(data, parameters, 2)
    kdf, values = der.algorithm(data, derivation)
    cipher, iv = _read_cipher(data, encryption)
    if values is None:
        raise BadDer
    if kdf == _SCRYPT:
        salt, *costs = der.children(data, values)
        number, size, parallel = (_count(data, cost) for cost in costs[:3])
        if number & (number - 1) or number == 1:  # scrypt is defined for powers of two alone
            raise BadDer
        lock = KeyLock("PBES2", cipher, "scrypt", number, memory=128 * number * size)
        return Locked(lock, der.content(data, salt, der.OCTET_STRING), iv, cipher_text, size, parallel)
    if kdf != _PBKDF2:
        return Locked(KeyLock("PBES2", cipher, kdf), b"", b"", cipher_text)
    salt, rounds, *rest = der.children(data, values)
    prf = next((der.algorithm(data, one)[0] for one in rest if one.tag == der.SEQUENCE), "1.2.840.113549.2.7")
    lock = KeyLock("PBES2", cipher, "PBKDF2", _count(data, rounds), _PRFS.get(prf, prf))
    return Locked(lock, der.content(data, salt, der.OCTET_STRING), iv, cipher_text)


def _read_cipher(data: bytes, encryption: der.Item) -> Tuple[str, bytes]:
    """Its name as OpenSSL writes it, and the initialisation vector where it stands where it does for most."""
    name, parameters = der.algorithm(data, encryption)
    if name == _RC2 and parameters is not None and parameters.tag == der.SEQUENCE:
        first, *_ = der.children(data, parameters) or [parameters]
        return (_RC2_BITS.get(der.integer(data, first), "RC2-CBC") if first.tag == der.INTEGER else "RC2-32-CBC"), b""
    iv = data[parameters.start : parameters.end] if parameters is not None and parameters.tag == der.OCTET_STRING else b""
    return _CIPHERS.get(name, name), iv


def _parts(data: bytes, value: der.Item, count: int) -> List[der.Item]:
    parts = der.children(data, value)
    if value.tag != der.SEQUENCE or len(parts) != count:
        raise BadDer
    return parts


def _count(data: bytes, value: der.Item) -> int:
    """A number of rounds or the like: positive, and not longer than anybody would write it."""
    number = der.integer(data, value) if value.end - value.start <= 16 else 0
    if number < 1:
        raise BadDer
    return number

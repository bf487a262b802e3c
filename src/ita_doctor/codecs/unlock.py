"""Opening the common locks by hand, where the library has refused: to tell a wrong password from a broken key."""

from __future__ import annotations

import hashlib
from typing import Any, Optional

from ita_doctor.codecs import der
from ita_doctor.codecs.der import BadDer
from ita_doctor.codecs.lock import Locked

_KEY_SIZES = {"AES-128-CBC": 16, "AES-192-CBC": 24, "AES-256-CBC": 32, "DES-EDE3-CBC": 24}
_HASHES = {"HMAC-SHA512-224": "sha512_224", "HMAC-SHA512-256": "sha512_256"}


def can_unlock(locked: Locked) -> bool:
    """Whether this module knows the lock."""
    lock = locked.lock
    size = 8 if lock.cipher.startswith("DES") else 16
    is_known = lock.kdf in ("scrypt", "MD5") or (lock.kdf == "PBKDF2" and _hash_of(lock.prf) in hashlib.algorithms_available)
    return lock.cipher in _KEY_SIZES and is_known and lock.scheme in ("PBES2", "DEK-Info") and len(locked.iv) == size


def unlock(locked: Locked, password: bytes) -> Optional[bytes]:
    """
    The DER inside, or None where the password is not this lock's.

    Only that it is one DER sequence is sure then (chance would have to hit its length as well), not that it is a key.
    """
    try:
        text = _decrypt(locked, _derive(locked, password))
    except (ValueError, MemoryError):  # a limit of this machine's OpenSSL on scrypt, or a digest that its policy forbids
        return None
    pad = text[-1] if text else 0
    if not 1 <= pad <= len(locked.iv) or not text.endswith(bytes((pad,)) * pad):
        return None
    text = text[:-pad]
    try:
        der.whole(text)
    except BadDer:
        return None
    return text


def _derive(locked: Locked, password: bytes) -> bytes:
    lock, size = locked.lock, _KEY_SIZES[locked.lock.cipher]
    if lock.kdf == "PBKDF2":
        return hashlib.pbkdf2_hmac(_hash_of(lock.prf), password, locked.salt, lock.rounds, size)
    if lock.kdf == "scrypt":
        memory = 2 * lock.memory + 128 * locked.block_size * locked.parallel + (1 << 20)  # what OpenSSL counts, and some air
        return hashlib.scrypt(password, salt=locked.salt, n=lock.rounds, r=locked.block_size, p=locked.parallel, maxmem=memory, dklen=size)
    key = part = b""
    while len(key) < size:
        part = hashlib.md5(part + password + locked.salt).digest()  # noqa: S324 - that is how OpenSSL locks a traditional key
        key += part
    return key[:size]


def _decrypt(locked: Locked, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    text = locked.data
    if not text or len(text) % len(locked.iv):
        return b""
    algorithm = triple_des()(key) if locked.lock.cipher.startswith("DES") else _aes()(key)
    decryptor = Cipher(algorithm, modes.CBC(locked.iv)).decryptor()
    return bytes(decryptor.update(text) + decryptor.finalize())


def _aes() -> Any:
    from cryptography.hazmat.primitives.ciphers.algorithms import AES

    return AES


def triple_des() -> Any:
    """The library's DES-EDE3, wherever this version of it keeps that."""
    try:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    except ImportError:  # libraries before 43 have it among the others
        from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES  # type: ignore[attr-defined,no-redef,unused-ignore]
    return TripleDES


def _hash_of(prf: str) -> str:
    return _HASHES.get(prf, prf[5:].lower() if prf.startswith("HMAC-") else "")

"""A private key on its way into a file: made, taken out of one lock and put into another, with its password and stash."""

from __future__ import annotations

import binascii
from typing import Any, Optional

from ita_doctor.codecs import pem
from ita_doctor.codecs.key import clear_pem, is_sound, open_key, read_key
from ita_doctor.model.artifact import BadArtifact, KeyFile
from ita_doctor.model.secret import Secret

_EXPONENT = 65537
_LONGEST = 1023  # bytes of a password: the buffer of OpenSSL's own prompt, and what the library takes
_WIDTH = 48  # bytes that openssl base64 writes in a line
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits without 0 O o, 1 I l: a person may have to read the password from a screen."""
_LENGTH = 24  # of those: 139 bits


def new_key(bits: int = 2048) -> Secret:
    """A new RSA key of so many bits, in clear as PKCS#8 (DER)."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return Secret(_in_clear(rsa.generate_private_key(_EXPONENT, bits)))


def new_password() -> Secret:
    """A random password of 24 letters and digits, none of them like another."""
    import secrets

    return Secret("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)).encode("ascii"))


def stash_of(password: Secret) -> Secret:
    """The stash of *password*: Base64 as `openssl base64` writes it, in lines of 64 with LF, the last one too."""
    content = password.reveal()
    return Secret(b"".join(binascii.b2a_base64(content[at : at + _WIDTH]) for at in range(0, len(content), _WIDTH)))


def lock_key(clear: Secret, password: Secret) -> Secret:
    """
    The key as PEM `ENCRYPTED PRIVATE KEY`, locked with *password*: PBES2 with PBKDF2, HMAC-SHA256 and AES-256-CBC.

    That is the best lock which the agent's own OpenSSL 1.0 opens (it knows no scrypt and no AES-GCM), and what the library's best has
    been in all its versions; it is read again and opened before it is given back. *clear* is PKCS#8 or the traditional DER of any kind
    of key that the library loads. Raises BadArtifact: `password` (empty, or longer than the 1023 bytes that OpenSSL asks for), `broken`
    (*clear* is no sound key), `unknown-cipher` (the library of this machine has another lock for its best).
    """
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    if not 1 <= len(password) <= _LONGEST:
        raise BadArtifact("password")
    key = load_clear(clear)
    made = Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.reveal())))
    _hold_lock(made, password)
    return made


def to_clear(file: KeyFile, password: Optional[Secret]) -> Secret:
    """
    The key of *file*, in clear as PKCS#8 (DER); a file that is not locked needs no password.

    Raises BadArtifact: `wrong-password`, `unknown-cipher`, or `broken` for what is no key, is of a kind that the library cannot write, or
    whose numbers do not fit together: such a key is not passed on.
    """
    found = clear_pem(file, password)
    if found is None or not is_sound(KeyFile(found, "pkcs8", None, file.line), None):
        raise BadArtifact("broken", line=file.line, fault="der")
    return pem.scan(found.reveal().decode("ascii")).blocks[0].data


def load_clear(clear: Secret) -> Any:
    """The library's key of a DER in clear, of either form. Raises BadArtifact `broken`."""
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        return load_der_private_key(clear.reveal(), None)
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError):
        raise BadArtifact("broken", fault="der") from None  # the library's words are not ours to repeat


def _hold_lock(made: Secret, password: Secret) -> None:
    """Make sure that a locked key, as PEM, is one that the agent opens. Raises BadArtifact `unknown-cipher`, and as open_key does."""
    file = read_key(pem.scan(made.reveal().decode("ascii")))
    lock = file.lock
    if lock is None or (lock.scheme, lock.kdf, lock.prf, lock.cipher) != ("PBES2", "PBKDF2", "HMAC-SHA256", "AES-256-CBC"):
        raise BadArtifact("unknown-cipher")
    open_key(file, password)


def _in_clear(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))

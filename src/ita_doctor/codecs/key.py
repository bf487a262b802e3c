"""The private key of the agent: how it is locked, read without opening it, and what it is once opened."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple, Type

from ita_doctor.codecs import der, lock, pem, rsa, spki
from ita_doctor.codecs.der import BadDer
from ita_doctor.codecs.lock import Locked
from ita_doctor.model.artifact import BadArtifact, Key, KeyFile, PemBlock, PemScan
from ita_doctor.model.secret import Secret

__all__ = ["is_sound", "open_key", "read_key"]

_FORMS = {
    "PRIVATE KEY": "pkcs8",
    "ENCRYPTED PRIVATE KEY": "pkcs8",
    "RSA PRIVATE KEY": "traditional",
    "DSA PRIVATE KEY": "traditional",
    "EC PRIVATE KEY": "sec1",
}
_INSTEAD = {"certificate": "certificate", "request": "request", "public-key": "public"}
_LONGEST = 1023  # bytes of a password: the buffer of OpenSSL's own prompt, and what library 3.4.8 takes
_BIGGEST = 12 << 10  # bytes of DER: RSA of 16384 bits, OpenSSL's own limit, takes 10 KiB locked
_MOST_BITS = 16384  # of an RSA modulus: OpenSSL's own limit
_SKIPS_CHECKS_FROM = 39  # the major version of cryptography that can load an RSA key without the costly check
_OTHER_PASSWORDS = (b"\x01no-password-of-anybody", b"\x02no-password-of-anybody", b"\x03no-password-of-anybody", b"\x04nor this one")


def read_key(scan: PemScan) -> KeyFile:
    """
    The one private key of a file; parameters, certificates and text beside it do no harm.

    Raises BadArtifact, with the line where there is one: `none`, `two`, `certificate`, `request`, `public` (these instead of a key),
    `openssh`, `broken` (with *fault*: PemFault.kind, or `der`), `forever` (with *rounds* and *memory*: deriving the key would not end).
    """
    keys = [block for block in scan.blocks if block.label in _FORMS or block.label.startswith("OPENSSH ")]
    _refuse_faults(scan, keys)
    if not keys:
        kinds = [(_INSTEAD[kind], block.line) for block in scan.blocks for kind in [pem.kind_of(block.label)] if kind in _INSTEAD]
        kind, line = kinds[0] if kinds else ("none", None)
        raise BadArtifact(kind, line=line)
    if len(keys) > 1:
        raise BadArtifact("two", line=keys[1].line)
    block = keys[0]
    if block.label.startswith("OPENSSH "):
        raise BadArtifact("openssh", line=block.line)
    try:
        data, locked = _read_lock(block)
    except ValueError as why:  # BadDer, or a sequence with too few values
        raise BadArtifact("broken", line=block.line, fault="der") from why
    if locked is not None and lock.takes_for_ever(locked):
        raise BadArtifact("forever", line=block.line, rounds=locked.lock.rounds, memory=locked.lock.memory)
    label = "PRIVATE KEY" if locked is None and block.label.startswith("ENCRYPTED") else block.label
    text = Secret(pem.write_block(label, data, block.headers))
    return KeyFile(text, _FORMS[block.label], locked.lock if locked else None, block.line)


def open_key(file: KeyFile, password: Optional[Secret]) -> Key:
    """
    The key, opened with *password*; one in clear needs none. `via` is `none` for a key in clear, else `exact`.

    An unsound RSA key is opened, and `fits` says so where the cheap part of its arithmetic shows it. Raises BadArtifact:
    `wrong-password`, `unknown-cipher` (the libraries of this machine do not know the lock: nothing is said of the password) or
    `broken` (what is inside is no key).
    """
    found, inside = _open(file, password)
    via = "none" if file.lock is None else "exact"
    if found is None:
        try:
            numbers = rsa.read_numbers(inside)
        except ValueError as why:
            raise BadArtifact("broken", line=file.line, fault="der") from why
        public, fits = spki.write_rsa(numbers.n, numbers.e), rsa.go_together(numbers)
    else:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = spki.normalise(found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        fits = _fits(found)
    _, name, bits = spki.read(public)
    return Key(name, bits, public, via, fits)


def _fits(found: Any) -> bool:
    """Whether the library's key has numbers that go together; of other kinds than RSA nothing is asked."""
    try:
        return rsa.go_together(rsa.numbers_of(found))
    except ValueError:
        return True


def clear_pem(file: KeyFile, password: Optional[Secret]) -> Optional[Secret]:
    """
    The key in clear, so that the handshake need not derive it again while the master waits; None where only the library's own form will do.

    Raises as open_key does.
    """
    found, _ = _open(file, password)
    if found is None:
        return None
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Secret(found.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def is_sound(file: KeyFile, password: Optional[Secret]) -> bool:
    """Whether the key's numbers fit together; some 30 ms for RSA of 2048 bits. Raises as open_key does."""
    found, inside = _open(file, password)
    if found is not None and hasattr(found, "curve"):
        from cryptography.hazmat.primitives.asymmetric import ec

        numbers = found.private_numbers()
        derived = ec.derive_private_key(numbers.private_value, found.curve, _backend())
        return bool(derived.public_key().public_numbers() == numbers.public_numbers)
    if found is not None and not hasattr(found, "private_numbers"):
        return True
    try:
        if found is not None and not hasattr(found.private_numbers(), "dmp1"):
            return True  # of DSA the library looks at all there is to be looked at
        return rsa.fit(rsa.read_numbers(inside) if found is None else rsa.numbers_of(found))
    except ValueError as why:
        raise BadArtifact("broken", line=file.line, fault="der") from why


def _refuse_faults(scan: PemScan, keys: List[PemBlock]) -> None:
    """A fault breaks the file, unless it only holds something else, about which there is more to say."""
    if not scan.faults:
        return
    private = [fault for fault in scan.faults if pem.is_private(fault.label)]
    labels = [block.label for block in scan.blocks] + [fault.label for fault in scan.faults]
    others = [kind for kind in map(pem.kind_of, labels) if kind in _INSTEAD]
    fault = private[0] if private else scan.faults[0]
    if keys or private or not others:
        raise BadArtifact("broken", line=fault.line, fault=fault.kind)
    if not scan.blocks:
        raise BadArtifact(_INSTEAD[others[0]], line=fault.line)


def _read_lock(block: PemBlock) -> Tuple[bytes, Optional[Locked]]:
    """The block's DER, without what OpenSSL passes over behind it, and its lock. Raises ValueError."""
    data = block.data.reveal()
    if len(data) > _BIGGEST:
        raise BadDer
    if block.headers:
        if _FORMS[block.label] == "pkcs8":
            raise BadDer
        return data, lock.read_dek_info(block.headers, data)
    outer = der.item(data)
    data = data[: outer.end]
    first, second, *_ = der.children(data, outer)
    if outer.tag != der.SEQUENCE or first.tag not in (der.INTEGER, der.SEQUENCE):
        raise BadDer
    if first.tag == der.SEQUENCE:
        if not block.label.startswith("ENCRYPTED"):
            raise BadDer
        return data, lock.read_pkcs8(data)
    if _FORMS[block.label] == "pkcs8" and second.tag != der.SEQUENCE:
        raise BadDer
    return data, None


def _open(file: KeyFile, password: Optional[Secret]) -> Tuple[Any, bytes]:
    """The library's key; or None and the DER inside, where only the library refuses it. Raises BadArtifact."""
    given = password.reveal() if password is not None and file.lock is not None else None
    if file.lock is not None and (given is None or not 1 <= len(given) <= _LONGEST):
        raise BadArtifact("wrong-password", line=file.line)
    refusals = _refusals()
    if given is None:
        _refuse_slow(file, pem_block(file).data.reveal())
    try:
        found = _load(file.pem.reveal(), given, is_pem=True)
    except refusals as why:
        inside = _look_inside(file, given, why)
    else:
        _refuse_slow(file, found)
        return found, b""
    _refuse_slow(file, inside)
    try:
        return _load(inside, None, is_pem=False), b""
    except refusals:
        return None, inside


def _refuse_slow(file: KeyFile, key: Any) -> None:
    """
    Raises BadArtifact `broken` for an RSA key, DER or the library's, whose numbers are longer than OpenSSL takes or than its modulus.

    To use one may take minutes, in one call that nothing ends, and no handshake was ever done with it.
    """
    try:
        numbers = rsa.read_numbers(key) if isinstance(key, bytes) else rsa.numbers_of(key)
    except ValueError:
        return
    if max(numbers).bit_length() > min(numbers.n.bit_length(), _MOST_BITS):
        raise BadArtifact("broken", line=file.line, fault="der")


def _look_inside(file: KeyFile, given: Optional[bytes], why: Exception) -> bytes:
    """The DER that the library refused. Raises BadArtifact where it was the lock that it could not open."""
    from ita_doctor.codecs import unlock

    block = pem_block(file)
    if given is None:
        return block.data.reveal()
    _, locked = _read_lock(block)
    assert locked is not None
    if _tried(str(why)):  # the padding was wrong: by hand it would be as wrong, after as many rounds
        raise BadArtifact("wrong-password", line=file.line) from None
    if not unlock.can_unlock(locked):
        raise BadArtifact(_verdict(file, locked, str(why)), line=file.line) from None
    inside = unlock.unlock(locked, given)
    if inside is None:
        raise BadArtifact("wrong-password", line=file.line) from None
    return inside


def pem_block(file: KeyFile) -> PemBlock:
    """The block of *file*, read again."""
    return pem.scan(file.pem.reveal().decode("ascii")).blocks[0]


def _verdict(file: KeyFile, locked: Locked, words: str) -> str:
    """
    What the library's refusal means for a lock that only it knows.

    Words of decryption are said by all versions only where the cipher was at hand. "Could not deserialize" is said of an unknown cipher as
    well as, one time in 256, of a wrong password with a chance padding: other passwords tell them apart. A cipher without padding has no
    other words for a wrong password.
    """
    if "private key" in words.lower():  # 3.4.8 of an RSA key that it has opened and found unsound
        return "broken"
    if "deserialize" not in words:
        return "unknown-cipher"
    if not locked.lock.cipher.endswith("CBC") and locked.lock.cipher[:1].isalpha():
        return "wrong-password"
    for other in _OTHER_PASSWORDS:
        try:
            _load(file.pem.reveal(), other, is_pem=True)
        except _refusals() as why:
            if _tried(str(why)):
                return "wrong-password"
    return "unknown-cipher"


def _tried(words: str) -> bool:
    return "Bad decrypt" in words or "Incorrect password" in words


def _load(data: bytes, password: Optional[bytes], *, is_pem: bool) -> Any:
    import cryptography
    from cryptography.hazmat.primitives import serialization

    load: Any = serialization.load_pem_private_key if is_pem else serialization.load_der_private_key
    if int(cryptography.__version__.split(".", 1)[0]) >= _SKIPS_CHECKS_FROM:
        return load(data, password, unsafe_skip_rsa_key_validation=True)
    return load(data, password, _backend())


def _backend() -> Any:
    from cryptography.hazmat.backends import default_backend

    return default_backend()


def _refusals() -> Tuple[Type[Exception], ...]:
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm

    return (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError)

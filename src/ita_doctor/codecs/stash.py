"""The stash: Base64 of the key's password, and the many other things that people put there."""

from __future__ import annotations

import binascii
from typing import Iterator, List, Tuple

from ita_doctor.model.artifact import BadArtifact, Stash
from ita_doctor.model.secret import Secret

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_HEX = b"0123456789abcdefABCDEF"
_BLANKS = b" \t\r\n"
_ENDS = b" \t\r\n\0"
"""What may stand behind a password that was stashed; in the stash itself a NUL is no blank: openssl then decodes nothing at all."""
_PRINTABLE = bytes(range(0x20, 0x7F))
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PAGES = (37, 273, 500, 1047, 1140)
_EBCDIC_ENDS = (b"\x15", b"\x25", b"\x0d\x25", b"\x0d\x15")
_GSKIT_SIZES = (129, 193)
_GSKIT_MASK = 0xF5
_LONGEST_PLAIN = 256  # characters; what is longer is no password that a person typed

_Readings = Iterator[Tuple[str, bytes]]


def read_stash(content: bytes) -> Stash:
    """
    The password, and what it would be if it were stashed in one of the usual wrong ways.

    Line ends of any kind, lines of any length and blanks at their ends are no fault. Raises BadArtifact with *offset*, that of the first
    byte which is not Base64: `nothing` `blank` (decodes to blanks or a line end), `ebcdic` (with *ccsids*), `gskit`, `pem`, `hex`,
    `utf-16`, `bom`, `truncated`, `plain` (it looks like the password itself), `binary`, `other`.
    """
    flat, offset = _flatten(content)
    password = _decode(flat) if offset < 0 else b""
    if not content.strip(_BLANKS + b"="):
        raise BadArtifact("nothing", offset=0)
    if password:
        if not password.strip(_ENDS) or password in _EBCDIC_ENDS:
            raise BadArtifact("blank", offset=0)
        return Stash(Secret(password), _unique(_readings(password, content), [password]))
    kind = _kind(content, flat, offset)
    where = offset if offset >= 0 else len(content.rstrip(_BLANKS))
    if kind == "ebcdic":
        raise BadArtifact(kind, offset=where, ccsids=_ccsids(content))
    raise BadArtifact(kind, offset=where)


def guesses(content: bytes) -> Tuple[Tuple[str, Secret], ...]:
    """
    Passwords that a stash may mean which is not Base64, likeliest first, each with what the stash would be then: a kind of read_stash.

    The newer GSKit stash gives none: its key stream is not known.
    """
    return _unique(_guesses(content), [])


def _flatten(content: bytes) -> Tuple[bytes, int]:
    """*content* without line ends, and the offset of its first byte that is not Base64, or -1."""
    if not content.translate(None, _BASE64 + b"=\r\n"):
        behind = content[content.find(b"=") :].lstrip(b"=\r\n") if b"=" in content else b""
        return content.translate(None, b"\r\n"), len(content) - len(behind) if behind else -1
    parts = []
    at = 0
    for line in content.rstrip(_BLANKS).split(b"\n"):
        bare = line.rstrip(b" \t\r")
        wrong = bare.translate(None, _BASE64 + b"=")
        if wrong:
            return b"", at + min(bare.index(byte) for byte in set(wrong))
        parts.append(bare)
        at += len(line) + 1
    return b"".join(parts), -1


def _decode(flat: bytes) -> bytes:
    """Strict Base64; empty where it is none."""
    bare = flat.rstrip(b"=")
    if len(flat) % 4 or len(flat) - len(bare) > 2 or bare.translate(None, _BASE64):
        return b""
    return binascii.a2b_base64(flat)


def _kind(content: bytes, flat: bytes, offset: int) -> str:
    """What a stash that is not Base64 looks like."""
    if content.startswith(_BYTE_ORDER_MARK):
        return "bom"
    if _utf16(content):
        return "utf-16"
    if b"-----BEGIN " in content:
        return "pem"
    if _is_gskit(content):
        return "gskit"
    if _ccsids(content):
        return "ebcdic"
    bare = content.strip(_BLANKS)
    if _unhex(bare):
        return "hex"
    if offset < 0:
        return "truncated" if _begins_well(flat) else "plain"
    if content.isascii():
        if bare.translate(None, _PRINTABLE + b"\t\r\n"):
            return "binary"
        is_one = b"\n" not in bare and b"\r" not in bare and len(bare) <= _LONGEST_PLAIN
        return "plain" if is_one and not _begins_well(content[:offset].translate(None, b"\r\n")) else "other"
    try:
        text = bare.decode("utf-8")
    except UnicodeDecodeError:
        return "binary"
    return "plain" if text.isprintable() and len(text) <= _LONGEST_PLAIN else "binary"


def _readings(password: bytes, content: bytes) -> _Readings:
    """The other readings of a stash that is Base64 of *password*."""
    for ends in (b"\r\n", _ENDS):
        yield "stripped", password.rstrip(ends)
    for text in _from_ebcdic(password):
        yield "ebcdic", text
    wide = _utf16(password)
    yield "utf-16", wide.strip(_BLANKS)
    yield "utf-16", wide
    inner, offset = _flatten(password)
    again = _decode(inner) if offset < 0 else b""
    yield "double", again.rstrip(_BLANKS)
    yield "double", again
    yield "plain", content.strip(_BLANKS)
    for text in (content, password):
        yield "hex", _unhex(text.strip(_BLANKS))


def _guesses(content: bytes) -> _Readings:
    bare = content.strip(_BLANKS)
    if content.startswith(_BYTE_ORDER_MARK):
        yield from _either("bom", content[len(_BYTE_ORDER_MARK) :])
    yield from _either("utf-16", _utf16(content))
    if _ccsids(content):
        for text in _from_ebcdic(content):
            yield from _either("ebcdic", text)
    if _is_gskit(content) and len(content) == _GSKIT_SIZES[0]:
        yield "gskit", bytes(byte ^ _GSKIT_MASK for byte in content).split(b"\0", 1)[0]
    yield "hex", _unhex(bare)
    flat, offset = _flatten(content)
    if offset < 0:
        quantum = flat.rstrip(b"=")
        yield "truncated", _decode(quantum + b"=" * (-len(quantum) % 4))
    if len(bare) <= _LONGEST_PLAIN:
        yield "plain", bare
        yield "plain", content.rstrip(b"\r\n")


def _either(kind: str, text: bytes) -> _Readings:
    """*text* as Base64 and as the password itself."""
    flat, offset = _flatten(text)
    if offset < 0:
        password = _decode(flat)
        yield kind, password
        yield kind, password.rstrip(_BLANKS)
        for inner in _from_ebcdic(password):
            yield kind, inner
    yield kind, text.strip(_BLANKS)


def _unique(readings: _Readings, seen: List[bytes]) -> Tuple[Tuple[str, Secret], ...]:
    """Those that are not empty and differ from *seen* and from one another."""
    found = []
    for kind, value in readings:
        if value and value not in seen:
            seen.append(value)
            found.append((kind, Secret(value)))
    return tuple(found)


def _utf16(content: bytes) -> bytes:
    """UTF-16, with or without its mark, as UTF-8; empty where it is none."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order, content = ("utf-16-le" if content[0] == 0xFF else "utf-16-be"), content[2:]
    elif len(content) >= 4 and len(content) % 2 == 0 and not content[1::2].strip(b"\0") and content[::2].isascii() and b"\0" not in content[::2]:
        order = "utf-16-le"
    elif len(content) >= 4 and len(content) % 2 == 0 and not content[::2].strip(b"\0") and content[1::2].isascii() and b"\0" not in content[1::2]:
        order = "utf-16-be"
    else:
        return b""
    return content.decode(order, "replace").encode("utf-8", "replace")


def _ccsids(content: bytes) -> Tuple[int, ...]:
    """The CCSIDs in which *content* is EBCDIC text, likeliest first; () where it is none."""
    if content.isascii():
        return ()
    from ita_doctor.codecs import ebcdic

    found = ebcdic.recognise(content)
    if found:
        return found
    is_short = len(content) <= _LONGEST_PLAIN and any(True for _ in _from_ebcdic(content))
    return _PAGES if is_short else ()


def _from_ebcdic(content: bytes) -> Iterator[bytes]:
    """EBCDIC as ASCII, by each of the main pages in which it is printable: first without line ends and blanks behind it, then with."""
    if not content or content.isascii():  # letters and digits of EBCDIC are none of ASCII
        return
    from ita_doctor.codecs import ebcdic

    for ccsid in _PAGES:
        text = ebcdic.decode(content, ccsid).replace("\x85", "\n")
        bare = text.rstrip(" \t\r\n\0")
        if bare and bare.replace("\n", "").replace("\r", "").isprintable() and bare.isascii():
            yield bare.encode("ascii")
            yield text.encode("ascii")


def _is_gskit(content: bytes) -> bool:
    if len(content) not in _GSKIT_SIZES or not content.translate(None, _PRINTABLE + b"\r\n"):
        return False
    if len(content) == _GSKIT_SIZES[0]:
        password, *rest = bytes(byte ^ _GSKIT_MASK for byte in content).split(b"\0", 1)
        return bool(password and rest) and not password.translate(None, _PRINTABLE)
    import hashlib

    return hashlib.sha256(b"\1" + content[:32]).digest() == content[32:64]


def _unhex(text: bytes) -> bytes:
    """What hex digits, by twos and perhaps with colons or blanks, say in printable ASCII; empty where they do not."""
    digits = text.translate(None, b": \r\n")
    if len(digits) < 4 or len(digits) % 2 or digits.translate(None, _HEX):
        return b""
    value = binascii.unhexlify(digits)
    return value.rstrip(_BLANKS) if not value.rstrip(_BLANKS).translate(None, _PRINTABLE) else b""


def _begins_well(flat: bytes) -> bool:
    """Whether the whole quanta before a cut decode to what can be a password."""
    whole = flat.rstrip(b"=")
    whole = whole[: len(whole) // 4 * 4]
    if len(whole) < 4 or whole.translate(None, _BASE64):
        return False
    text = binascii.a2b_base64(whole)
    return not text.translate(None, _PRINTABLE)

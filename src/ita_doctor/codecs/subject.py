"""Distinguished names as people type them, to DER: byte for byte what `openssl req -utf8 -subj` makes of the same name."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

from ita_doctor.codecs import der
from ita_doctor.model.artifact import BadArtifact

_UTF8, _PRINTABLE, _IA5 = 0x0C, 0x13, 0x16
_HEX = frozenset("0123456789abcdefABCDEF")
_PRINTABLES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")
_SHOWN = 80  # characters of a wrong part in a message
_LONGEST = 1 << 14  # characters: no name that fits into a certificate is longer, and what is costs time
_COMMON = "cn"


class _Kind(NamedTuple):
    """How an attribute is written."""

    oid: bytes
    tag: int
    most: int
    """Characters that X.520 (RFC 5280, appendix A, and OpenSSL with it) allows."""


# By the name in lower case. Strings are UTF-8 but where a standard names another type: C and serialNumber in X.520, DC in RFC 4519,
# emailAddress in PKCS #9.
_KINDS: Dict[str, _Kind] = {
    "c": _Kind(bytes.fromhex("550406"), _PRINTABLE, 2),
    "st": _Kind(bytes.fromhex("550408"), _UTF8, 128),
    "l": _Kind(bytes.fromhex("550407"), _UTF8, 128),
    "o": _Kind(bytes.fromhex("55040a"), _UTF8, 64),
    "ou": _Kind(bytes.fromhex("55040b"), _UTF8, 64),
    _COMMON: _Kind(bytes.fromhex("550403"), _UTF8, 64),
    "dc": _Kind(bytes.fromhex("0992268993f22c640119"), _IA5, 63),
    "emailaddress": _Kind(bytes.fromhex("2a864886f70d010901"), _IA5, 128),
    "serialnumber": _Kind(bytes.fromhex("550405"), _PRINTABLE, 64),
}


class _Sign(NamedTuple):
    """One character, or one byte that was written as hex."""

    raw: bytes
    is_plain: bool = True
    """Neither escaped nor quoted: it may part what stands around it."""


_BLANK, _EQUALS, _PLUS = _Sign(b" "), _Sign(b"="), _Sign(b"+")


def subject_of(text: str) -> bytes:
    r"""
    The DER of a distinguished name, from `/C=IT/O=Example/CN=host` (openssl's -subj) or `CN=host,O=Example,C=IT` (RFC 4514, last first).

    Known are C ST L O OU CN DC emailAddress serialNumber, in any case. `\` escapes in both forms; in the second `\C3\BC` and "quotes" too.
    A `+` joins two attributes in one part; in the first form only where another `name=` follows. Raises BadArtifact `subject` with *part*
    (what was written, 80 characters at most) and *fault*: `form` (no `=`, an open quote, a lone backslash), `unknown` (attribute),
    `empty`, `country` (not two letters), `long`, `characters` (that the attribute cannot hold, or control characters), `no-cn`.
    """
    text = text.lstrip(" ")
    if len(text) > _LONGEST:
        raise BadArtifact("subject", fault="long", part=text[:_SHOWN])
    is_openssl = text.startswith("/")
    signs = _signs(text[1:] if is_openssl else text, is_openssl=is_openssl)
    pieces = _split(signs, _Sign(b"/" if is_openssl else b","))
    if is_openssl and len(pieces) > 1 and not _trim(pieces[-1]):
        pieces.pop()
    sets: List[bytes] = []
    names: List[str] = []
    for piece in pieces:
        pairs = [_pair(one) for one in _split_set(piece, is_openssl=is_openssl)]
        names += [name for name, _ in pairs]
        sets.append(der.wrap(der.SET, *sorted(value for _, value in pairs)))  # DER sorts the members of a SET OF
    if _COMMON not in names:
        raise BadArtifact("subject", fault="no-cn", part=text[:_SHOWN])
    return der.wrap(der.SEQUENCE, *(sets if is_openssl else reversed(sets)))


def _signs(text: str, *, is_openssl: bool) -> List[_Sign]:
    """The characters of *text*, escapes and quotes resolved."""
    signs: List[_Sign] = []
    at, is_quoted = 0, False
    while at < len(text):
        one, size = text[at], 1
        if one == "\\":
            pair = text[at + 1 : at + 3]
            is_hex = not is_openssl and len(pair) == 2 and _HEX.issuperset(pair)
            if not pair:
                raise _wrong("form", signs)
            signs.append(_Sign(bytes.fromhex(pair) if is_hex else _bytes(pair[0]), is_plain=False))
            size = 3 if is_hex else 2
        elif one == '"' and not is_openssl:
            is_quoted = not is_quoted
        else:
            signs.append(_Sign(_bytes(one), not is_quoted))
        at += size
    if is_quoted:
        raise _wrong("form", signs)
    return signs


def _bytes(one: str) -> bytes:
    return one.encode("utf-8", "surrogatepass")  # what no UTF-8 can hold comes back as a fault when it is decoded


def _split(signs: List[_Sign], separator: _Sign) -> List[List[_Sign]]:
    pieces: List[List[_Sign]] = [[]]
    for one in signs:
        if one == separator:
            pieces.append([])
        else:
            pieces[-1].append(one)
    return pieces


def _split_set(piece: List[_Sign], *, is_openssl: bool) -> List[List[_Sign]]:
    """The attributes of one part; `O=Salt+Pepper` stays one in openssl's form, where people do not know that `+` means anything."""
    found: List[List[_Sign]] = []
    for one in _split(piece, _PLUS):
        if found and is_openssl and not _has_name(one):
            found[-1] += [_PLUS, *one]
        else:
            found.append(one)
    return found


def _has_name(signs: List[_Sign]) -> bool:
    """Whether `name=` stands at the beginning."""
    name = signs[: signs.index(_EQUALS)] if _EQUALS in signs else []
    return bool(name) and all(one.is_plain and one.raw.isalnum() for one in name)


def _pair(signs: List[_Sign]) -> Tuple[str, bytes]:
    """The attribute's name in lower case, and its DER."""
    if _EQUALS not in signs:
        raise _wrong("form" if _trim(signs) else "empty", signs)
    at = signs.index(_EQUALS)
    name = _text(_trim(signs[:at]), signs).lower()
    kind = _KINDS.get(name)
    if kind is None:
        raise _wrong("unknown", signs)
    value = _text(_trim(signs[at + 1 :]), signs)
    fault = _fault(name, kind, value)
    if fault:
        raise _wrong(fault, signs)
    return name, der.wrap(der.SEQUENCE, der.wrap(der.OID, kind.oid), der.wrap(kind.tag, value.encode()))


def _fault(name: str, kind: _Kind, value: str) -> str:
    if not value:
        return "empty"
    if name == "c" and not (len(value) == 2 and value.isascii() and value.isalpha()):
        return "country"
    if any(one < " " or "\x7f" <= one < "\xa0" for one in value):
        return "characters"
    if (kind.tag == _PRINTABLE and not _PRINTABLES.issuperset(value)) or (kind.tag == _IA5 and not value.isascii()):
        return "characters"
    return "long" if len(value) > kind.most else ""


def _trim(signs: List[_Sign]) -> List[_Sign]:
    """Without the blanks at both ends that are neither escaped nor quoted."""
    start, end = 0, len(signs)
    while start < end and signs[start] == _BLANK:
        start += 1
    while end > start and signs[end - 1] == _BLANK:
        end -= 1
    return signs[start:end]


def _text(signs: List[_Sign], part: List[_Sign]) -> str:
    try:
        return b"".join(one.raw for one in signs).decode()
    except UnicodeDecodeError as why:
        raise _wrong("characters", part) from why


def _wrong(fault: str, part: List[_Sign]) -> BadArtifact:
    written = b"".join(one.raw for one in part[: _SHOWN + 1]).decode("utf-8", "replace").strip(" ")
    return BadArtifact("subject", fault=fault, part=written[:_SHOWN])

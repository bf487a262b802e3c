"""X.500 names, read from their DER whatever bytes stand in them: for people, not for comparison."""

from __future__ import annotations

from typing import Iterator, List, Tuple

from ita_doctor.codecs import der
from ita_doctor.codecs.der import BadDer

COMMON_NAME = "2.5.4.3"
_SHORT = {
    COMMON_NAME: "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.42": "GN",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}
_ENCODINGS = {0x0C: "utf-8", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_STRINGS = (0x0C, 0x12, 0x13, 0x14, 0x16, 0x19, 0x1A, 0x1B, 0x1C, 0x1E)
"""UTF8, Numeric, Printable, T61, IA5, Graphic, Visible, General, Universal and BMP strings."""
_LOADED = (0x03, 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1C, 0x1E, 0x30)
"""Those, and Bit strings and sequences, that OpenSSL takes for a value; it refuses the others."""
_UNUSED_BITS = tuple(bytes((bits,)) for bits in range(8))
_LONGEST = 1000  # characters of a name that a person still reads

_Part = Tuple[str, str, bool]
"""OID, value, and whether that is text (else it is `#` and hex)."""


def check_name(name_der: bytes) -> None:
    """
    Raises BadDer for a name with which OpenSSL would not load a certificate.

    Bytes that are no UTF-8 are none of its reasons, but in a UTF8String; nor are strings of a wrong alphabet.
    """
    for relative in der.children(name_der, der.whole(name_der)):
        if relative.tag != der.SET:
            raise BadDer
        for part in der.children(name_der, relative):
            oid, value = _read_pair(name_der, part)
            raw = name_der[value.start : value.end]
            if not oid or value.tag not in _LOADED or (value.tag == der.BIT_STRING and raw[:1] not in _UNUSED_BITS):
                raise BadDer
            if value.tag in _ENCODINGS:
                try:
                    raw.decode(_ENCODINGS[value.tag])
                except UnicodeDecodeError as why:
                    raise BadDer from why


def describe_name(name_der: bytes) -> str:
    """
    A name as RFC 4514 writes it, the last part first: `CN=nc117031,O=Example,C=IT`; no byte makes it fail.

    What is no UTF-8 is read as Latin-1, which is what old tools wrote. Control characters are escaped; what is no name at all is shown
    as `#` and hex. A name of more than 1000 characters ends in `…`.
    """
    try:
        sets = list(_read_sets(name_der))
    except BadDer:
        return "#" + name_der[:64].hex()
    text = ",".join("+".join(map(_write_part, parts)) for parts in reversed(sets))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"


def common_names(name_der: bytes) -> Tuple[str, ...]:
    """Every CN of a name, in its order; () where it cannot be read."""
    try:
        return tuple(value for parts in _read_sets(name_der) for oid, value, _ in parts if oid == COMMON_NAME)
    except BadDer:
        return ()


def _read_sets(name: bytes) -> Iterator[List[_Part]]:
    for relative in der.children(name, der.whole(name)):
        if relative.tag != der.SET:
            raise BadDer
        yield [_read_part(name, part) for part in der.children(name, relative)]


def _read_part(name: bytes, part: der.Item) -> _Part:
    oid, value = _read_pair(name, part)
    raw = name[value.start : value.end]
    if value.tag not in _STRINGS:
        return oid, "#" + der.encoded(name, value)[:64].hex(), False
    try:
        return oid, raw.decode(_ENCODINGS.get(value.tag, "utf-8")), True
    except UnicodeDecodeError:
        return oid, raw.decode("latin-1"), True


def _read_pair(name: bytes, part: der.Item) -> Tuple[str, der.Item]:
    """OID and value of an AttributeTypeAndValue."""
    pair = der.children(name, part)
    if part.tag != der.SEQUENCE or len(pair) != 2:
        raise BadDer
    return der.oid(name, pair[0]), pair[1]


def _write_part(part: _Part) -> str:
    oid, value, is_text = part
    return f"{_SHORT.get(oid, oid)}={_escape(value) if is_text else value}"


def _escape(value: str) -> str:
    """*value* with what RFC 4514 wants escaped, and control characters, behind a backslash."""
    if value.isalnum():
        return value
    last = len(value) - 1
    return "".join(_escape_one(one, is_edge=at in (0, last), is_first=at == 0) for at, one in enumerate(value[:_LONGEST]))


def _escape_one(one: str, *, is_edge: bool, is_first: bool) -> str:
    if one in ',+"\\<>;' or (one == " " and is_edge) or (one == "#" and is_first):
        return "\\" + one
    if one < " " or "\x7f" <= one < "\xa0":
        return "".join(f"\\{byte:02X}" for byte in one.encode())
    return one

"""The four extensions of a certificate that a rule asks of, each read by itself: one that cannot be read is as if absent."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional, Tuple

from ita_doctor.codecs import der
from ita_doctor.codecs.der import BadDer

_BASIC_CONSTRAINTS, _KEY_USAGE, _EXTENDED_USAGE, _NAMES = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17"
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
    "encipher_only", "decipher_only",
)  # fmt: skip
_LOOKED_AT = (
    _BASIC_CONSTRAINTS, _KEY_USAGE, _EXTENDED_USAGE, _NAMES, "2.5.29.14", "2.5.29.35", "2.5.29.30", "2.5.29.31", "2.5.29.18",
    "2.16.840.1.113730.1.1", "1.3.6.1.5.5.7.1.14", "1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8",
)  # fmt: skip
_BOOLEAN, _DNS, _IP = 0x01, 0x82, 0x87
_CONSTRUCTED = 0x20


class Extensions(NamedTuple):
    """What they say."""

    is_ca: bool = False
    key_usage: Optional[Tuple[str, ...]] = None
    extended_usage: Optional[Tuple[str, ...]] = None
    names: Tuple[str, ...] = ()
    is_whole: bool = True
    """False where one that OpenSSL looks at is broken or stands twice: then it takes the certificate for nobody's own."""


def read_extensions(data: bytes, wrapper: der.Item) -> Extensions:
    """What stands in the `[3]` of a certificate; of two of one kind the first counts. Raises BadDer where the list itself is broken."""
    values: Dict[str, bytes] = {}
    is_whole = True
    lists = der.children(data, wrapper)
    if len(lists) != 1 or lists[0].tag != der.SEQUENCE:
        raise BadDer
    for one in der.children(data, lists[0]):
        parts = der.children(data, one)
        if one.tag != der.SEQUENCE or not 2 <= len(parts) <= 3 or (len(parts) == 3 and parts[1].tag != _BOOLEAN):
            raise BadDer
        oid = der.oid(data, parts[0])
        is_whole = is_whole and oid not in values
        values.setdefault(oid, der.content(data, parts[-1], der.OCTET_STRING))
    found = Extensions()
    for oid, value in values.items():
        try:
            if oid in _LOOKED_AT:
                _walk(value)
            found = _read_one(found, oid, value)
        except BadDer:
            is_whole = False
    return found._replace(is_whole=is_whole)


def _walk(data: bytes) -> None:
    """Go through all that stands in a value; raises BadDer where a length or a tag does not fit."""
    inside = [der.item(data)]
    if inside[0].end != len(data):
        raise BadDer
    while inside:
        one = inside.pop()
        if one.tag & _CONSTRUCTED:
            inside.extend(der.children(data, one))


def _read_one(found: Extensions, oid: str, value: bytes) -> Extensions:
    if oid == _BASIC_CONSTRAINTS:
        parts = der.children(value, der.whole(value))
        return found._replace(is_ca=bool(parts) and parts[0].tag == _BOOLEAN and any(value[parts[0].start : parts[0].end]))
    if oid == _KEY_USAGE:
        return found._replace(key_usage=_read_usage(value))
    if oid == _EXTENDED_USAGE:
        return found._replace(extended_usage=tuple(der.oid(value, one) for one in der.children(value, der.whole(value))))
    return found._replace(names=_read_names(value)) if oid == _NAMES else found


def _read_usage(value: bytes) -> Tuple[str, ...]:
    raw = der.content(value, der.whole(value, der.BIT_STRING), der.BIT_STRING)[1:3]
    bits = int.from_bytes(raw.ljust(2, b"\0"), "big")
    return tuple(name for at, name in enumerate(_USAGES) if bits & 0x8000 >> at)


def _read_names(value: bytes) -> Tuple[str, ...]:
    names = []
    for one in der.children(value, der.whole(value)):
        raw = value[one.start : one.end]
        if one.tag == _DNS:
            names.append(raw.decode("latin-1"))
        elif one.tag == _IP and len(raw) in (4, 16):
            names.append(_write_address(raw))
    return tuple(names)


def _write_address(raw: bytes) -> str:
    if len(raw) == 4:
        return ".".join(map(str, raw))
    import ipaddress

    return str(ipaddress.IPv6Address(raw))

"""A strict reader of DER, one level at a time; what the values mean is for those who call it."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Tuple

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31
"""Tags as they stand in the first byte."""


class BadDer(ValueError):
    """The bytes are no DER here. Never leaves the codecs."""


class Item(NamedTuple):
    """One value, as offsets into the bytes that were given."""

    tag: int
    first: int
    """Where its tag stands."""
    start: int
    """Where its content begins."""
    end: int


def item(data: bytes, at: int = 0, end: int = -1) -> Item:
    """The value that begins at *at* and ends by *end* (-1: the end of *data*). Raises BadDer."""
    limit = len(data) if end < 0 else end
    if at + 2 > limit:
        raise BadDer
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:  # tags of several bytes stand in no key and no certificate
        raise BadDer
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > limit:
            raise BadDer
        length = int.from_bytes(data[start : start + count], "big")
        if length < 0x80 or data[start] == 0:  # not the shortest form
            raise BadDer
        start += count
    if start + length > limit:
        raise BadDer
    return Item(tag, at, start, start + length)


def whole(data: bytes, tag: int = SEQUENCE) -> Item:
    """The one value that *data* is, with nothing after it. Raises BadDer."""
    found = item(data)
    if found.tag != tag or found.end != len(data):
        raise BadDer
    return found


def children(data: bytes, parent: Item, most: int = 10_000) -> List[Item]:
    """The values inside *parent*, which must fill it and be no more than *most*. Raises BadDer."""
    found: List[Item] = []
    at = parent.start
    while at < parent.end:
        child = item(data, at, parent.end)
        found.append(child)
        at = child.end
        if len(found) > most:
            raise BadDer
    return found


def content(data: bytes, value: Item, tag: int) -> bytes:
    """The content of *value*, which must have *tag*. Raises BadDer."""
    if value.tag != tag:
        raise BadDer
    return data[value.start : value.end]


def encoded(data: bytes, value: Item) -> bytes:
    """*value* with its tag and length."""
    return data[value.first : value.end]


def integer(data: bytes, value: Item) -> int:
    """An INTEGER, with its sign. Raises BadDer."""
    raw = content(data, value, INTEGER)
    if not raw:
        raise BadDer
    return int.from_bytes(raw, "big", signed=True)


def oid(data: bytes, value: Item) -> str:
    """An OBJECT IDENTIFIER, dotted. Raises BadDer."""
    raw = content(data, value, OID)
    if not 1 <= len(raw) <= 64 or raw[-1] & 0x80:  # longer ones stand in no standard, and would only cost
        raise BadDer
    numbers: List[int] = []
    number = 0
    for byte in raw:
        if number == 0 and byte == 0x80:
            raise BadDer
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    head = min(numbers[0] // 40, 2)
    return ".".join(map(str, (head, numbers[0] - 40 * head, *numbers[1:])))


def algorithm(data: bytes, value: Item) -> Tuple[str, Optional[Item]]:
    """OID and parameters of an AlgorithmIdentifier. Raises BadDer."""
    parts = children(data, value)
    if value.tag != SEQUENCE or not 1 <= len(parts) <= 2:
        raise BadDer
    return oid(data, parts[0]), parts[1] if len(parts) > 1 else None


def wrap(tag: int, *parts: bytes) -> bytes:
    """One value of *tag* that holds *parts*."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    count = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | count)) + size.to_bytes(count, "big") + body

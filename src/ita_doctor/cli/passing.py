"""How the line that says what is going on fits into a terminal; imported only where there is one."""

from __future__ import annotations

from typing import TextIO, Tuple

from ita_doctor.model.visible import visible

LONGEST = 400
"""Characters of a name that are looked at."""


def passing_line(head: str, tail: str, stream: TextIO) -> Tuple[str, int]:
    """*head* and *tail* as the stream can show them in one line that leaves its last column free, and how many columns they take."""
    from ita_doctor.host.process import columns_of

    room = columns_of(stream) - 1
    encoding = stream.encoding or "ascii"
    first, second = (_encodable(visible(text, limit), encoding) for text, limit in ((head, LONGEST), (tail[-LONGEST:], LONGEST * 8)))
    if _width(first) + _width(second) > room:
        mark = "…" if _encodable("…", encoding) == "…" else "..."
        second = mark + _last(second, room - _width(first) - len(mark)) if second else ""
    line = _first(first + second, room)
    return line, _width(line)


def _encodable(text: str, encoding: str) -> str:
    return text.encode(encoding, "backslashreplace").decode(encoding, "replace")


def _width(text: str) -> int:
    """Columns of a terminal: none for a mark that stands on the letter before it, two for a letter of East Asia."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _first(text: str, room: int) -> str:
    """As much of the beginning as has room."""
    while _width(text) > max(room, 0):
        text = text[:-1]
    return text


def _last(text: str, room: int) -> str:
    """As much of the end as has room."""
    while _width(text) > max(room, 0):
        text = text[1:]
    return text

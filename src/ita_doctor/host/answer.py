"""The head of an HTTP answer: its first line and its date; pure, and lenient with every byte."""

from __future__ import annotations

from typing import List, NamedTuple, Optional

from ita_doctor.model.visible import visible

HEAD = 1 << 14
"""No head of an answer is read further than this many bytes."""

FIRST = 256
"""Bytes from which it can be told what somebody speaks."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TLS_RECORDS = b"\x14\x15\x16\x17"


class Answer(NamedTuple):
    """What a master answered inside TLS."""

    line: str
    """The first line, bounded, made visible."""
    is_http: bool
    date: Optional[float]
    """Of its Date header, seconds since 1970; None where there is none that is a date."""


def is_whole(data: bytes) -> bool:
    """Whether the head of an answer is all there, or longer than it may be."""
    return len(data) >= HEAD or b"\r\n\r\n" in data or b"\n\n" in data


def read_answer(data: bytes) -> Answer:
    """The first line of *data* and its date; never raises."""
    head = data[:HEAD].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    lines = head.split(b"\n")
    is_http = lines[0].startswith(b"HTTP/")
    return Answer(shown(lines[0]), is_http, _date_among(lines[1:]) if is_http else None)


def shown(data: bytes) -> str:
    """The first line of *data* for people to see."""
    return visible(data[:HEAD].lstrip().split(b"\n", 1)[0].strip().decode("utf-8", "surrogateescape"))


def language(first: bytes) -> str:
    """What the *first* bytes that somebody sent belong to: `tls` `http` `other`, or '' for none."""
    if not first:
        return ""
    if first[0] in _TLS_RECORDS and first[1:2] in (b"", b"\x03"):
        return "tls"
    start = first[:256].lstrip().lower()
    return "http" if start.startswith((b"http/", b"<html", b"<!doctype html")) else "other"


def _date_among(lines: List[bytes]) -> Optional[float]:
    """The first Date header, where it can be read."""
    for line in lines:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"date":
            return read_date(value.decode("latin-1"))
    return None


def read_date(text: str) -> Optional[float]:
    """`Sun, 06 Nov 1994 08:49:37 GMT` as seconds since 1970; None for anything else, and never the words of a locale."""
    from datetime import datetime, timezone

    words = text[:64].replace(",", " ").split()
    try:
        _, day, month, year, clock, zone = words
        hour, minute, second = map(int, clock.split(":"))
        moment = datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day), hour, minute, second, tzinfo=timezone.utc)
        return moment.timestamp() if zone.upper() in ("GMT", "UTC") else None
    except (ValueError, OverflowError):
        return None

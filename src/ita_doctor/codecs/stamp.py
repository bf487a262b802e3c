"""Time stamps as logs write them; in some the order of day and month stays open, in most the zone."""

from __future__ import annotations

import re
from typing import Dict, List, Match, NamedTuple, Optional

ORDERS = ("mdy", "dmy", "ymd")
"""What three short numbers may mean; a line alone does not say which."""

_HEAD = 200  # characters: a stamp further behind is not that of the line
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GAP = r"[T _,|-]{1,3}"
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})[:.](?P<second>\d{2})(?:[.,:]\d{1,9})?(?: ?(?P<half>[AaPp][Mm])\b)?"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})(?![A-Za-z0-9]))?"
)
_FORMS = (
    r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _GAP + _CLOCK,  # ISO 8601, and 2026-11-24-12.00.00.000000 of IBM i
    r"(?<![\d.])(?P<first>\d{1,2})[-/.](?P<middle>\d{1,2})[-/.](?P<last>\d{4}|\d{2})" + _GAP + _CLOCK,
    r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T _|-](?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})(?!\d)",
    r"\b(?P<name>[A-Z][a-z]{2})[a-z]* {1,2}(?P<day>\d{1,2}),? (?P<year>\d{4}),? " + _CLOCK,
    r"\b(?P<day>\d{1,2})[- ](?P<name>[A-Z][a-z]{2})[- ](?P<year>\d{4})" + _GAP + _CLOCK,
    r"\b(?P<name>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) " + _CLOCK + r"(?: [A-Z]{3,5})? (?P<year>\d{4})",  # that of date(1) and ctime
)


class Stamp(NamedTuple):
    """A date and a time of day."""

    civil: float
    """Seconds since 1970 as if it were UTC."""
    offset: Optional[int]
    """Seconds east of UTC; None where the line does not say it."""


def read_stamp(line: str, order: str) -> Optional[Stamp]:
    """The first stamp in the head of *line*, a date like 03/04/2026 read in *order*; None where there is none of 1971 to 2105."""
    head = line[:_HEAD]
    if not any(sign.isdigit() for sign in head):
        return None
    found: List[Match[str]] = [match for match in (re.search(form, head) for form in _FORMS) if match]
    for match in sorted(found, key=lambda one: one.start()):
        stamp = _read(match.groupdict(), order)
        if stamp is not None:
            return stamp
    return None


def _read(parts: Dict[str, Optional[str]], order: str) -> Optional[Stamp]:
    date = _date(parts, order)
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if date is None or hour > 23 or minute > 59 or second > 60:
        return None
    return Stamp(float(date * 86400 + hour * 3600 + minute * 60 + second), _offset(parts.get("zone")))


def _date(parts: Dict[str, Optional[str]], order: str) -> Optional[int]:
    """Days since 1970."""
    if parts.get("first"):
        by_letter = dict(zip(order, (parts["first"], parts["middle"], parts["last"])))
        year, month, day = (int(by_letter[letter] or 0) for letter in "ymd")
        year += 2000 if year < 100 else 0
    else:
        name = (parts.get("name") or "").lower()
        month = int(parts.get("month") or 0) if not name else _MONTHS.index(name) + 1 if name in _MONTHS else 0
        year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    if not (1971 <= year <= 2105 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    found, (next_year, next_month) = _days(year, month, day), (year + month // 12, month % 12 + 1)
    return found if found < _days(next_year, next_month, 1) else None


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01, by a year that begins in March, so that the leap day is its last."""
    year -= month <= 2
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + of_year - 719468


def _offset(zone: Optional[str]) -> Optional[int]:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)

"""codecs.stamp: time stamps of logs."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from ita_doctor.codecs.stamp import Stamp, read_stamp

NOON = dt.datetime(2026, 11, 24, 12, 0, 0)


def civil(moment: dt.datetime) -> float:
    """Seconds since 1970, as if *moment* were UTC."""
    return (moment - dt.datetime(1970, 1, 1)).total_seconds()


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        ("2026-11-24 12:00:00 AWSITA245E", None),
        ("2026-11-24T12:00:00.123+01:00|AWSITA245E", 3600),
        ("2026-11-24T12:00:00Z x", 0),
        ("[2026/11/24 12:00:00:868 UTC] x", 0),
        ("2026-11-24 12:00:00,123 -0530 x", -19800),
        ("2026-11-24-12.00.00.000000 x", None),
        ("20261124 120000 x", None),
        ("20261124T12:00:00 x", None),
        ("[11/24/26 12:00:00:868 CET] 000000a2 E x", None),
        ("11/24/2026 12:00:00 PM x", None),
        ("Nov 24, 2026 12:00:00 PM x", None),
        ("November 24, 2026, 12:00:00 x", None),
        ("24-Nov-2026 12:00:00 x", None),
        ("Tue Nov 24 12:00:00 2026 x", None),
        ("Tue Nov 24 12:00:00 CET 2026 x", None),
        ("<entry time='2026-11-24 12:00:00'>", None),
        ("pid 12345 at 99/99/99 99:99:99, 2026-11-24 12:00:00", None),
    ],
)
def test_forms(line: str, offset: int) -> None:
    """Each form is read to the same time, with its zone where it has one."""
    assert Stamp(civil(NOON), offset) == read_stamp(line, "mdy")


def test_the_order_is_the_callers() -> None:
    """03/04 is March or April, as the caller says."""
    found = [read_stamp("03/04/05 01:02:03 x", order) for order in ("mdy", "dmy", "ymd")]

    dates = [dt.datetime(2005, 3, 4, 1, 2, 3), dt.datetime(2005, 4, 3, 1, 2, 3), dt.datetime(2003, 4, 5, 1, 2, 3)]
    assert [Stamp(civil(date), None) for date in dates] == found


@pytest.mark.parametrize(
    "line",
    [
        "", "no digit", "12:00:00", "2026-13-24 12:00:00", "2026-02-29 12:00:00", "2026-11-24 24:00:00", "1969-11-24 12:00:00", "9999-11-24 12:00:00",
        "2026-11-24", "Foo 24, 2026 12:00:00", "x" * 200 + "2026-11-24 12:00:00", "\N{ARABIC-INDIC DIGIT TWO}" * 4 + "-11-24 12:00",
    ],
)  # fmt: skip
def test_what_is_no_stamp(line: str) -> None:
    """Anything else is none, and nothing is raised."""
    assert None is read_stamp(line, "mdy")


def test_every_day_is_counted() -> None:
    """The days are those of the library, leap years and all."""
    day, last = dt.datetime(1971, 1, 1), dt.datetime(2105, 12, 31)
    wrong = []
    while day <= last:
        found = read_stamp(f"{day.year}-{day.month}-{day.day} 00:00:00", "mdy")
        if found != Stamp(civil(day), None):
            wrong.append(day)
        day += dt.timedelta(days=17)

    assert [] == wrong
    assert Stamp(civil(dt.datetime(2028, 2, 29)), None) == read_stamp("2028-02-29 00:00:00", "mdy")


@pytest.mark.parametrize("junk", ["1", "1/", "1-1-", "2026-11-24 ", "Nov 24, ", "9:", " ", "-_T"])
def test_hostile_lines_take_no_time(junk: str) -> None:
    """Whatever is repeated over a mebibyte, only the head is looked at."""
    start = time.perf_counter()
    read_stamp(junk * (1 << 20), "dmy")

    assert time.perf_counter() - start < 0.5

"""PosixHost.moment: a time on the wall, by the zone of the process."""

from __future__ import annotations

import time
from typing import Iterator

import pytest

from ita_doctor.host.posix import PosixHost

SUMMER = 1782907200.0
"""2026-07-01 12:00:00."""
TWICE = 1792895400.0
"""2026-10-25 02:30:00: in Rome the wall shows it twice."""
NEVER = 1774751400.0
"""2026-03-29 02:30:00: in Rome the wall never shows it."""


@pytest.fixture(params=["UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "XXX-5:45"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This process in another zone, for the time of a test."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_it_is_the_way_back(zone: str) -> None:
    """What the wall shows at a moment leads to that moment again, in summer and in winter."""
    for moment in (SUMMER, SUMMER + 184 * 86400.0):
        shown = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
        civil = moment + time.localtime(moment).tm_gmtoff

        assert shown == time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(civil))
        assert moment == PosixHost().moment(civil)


def test_the_hour_that_comes_twice_is_the_first() -> None:
    """So that an old error is not taken for a new one; an hour that never is, is one beside it."""
    host, old = PosixHost(), time.tzname
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        found = host.moment(TWICE), host.moment(NEVER)
    time.tzset()

    assert old == time.tzname
    assert TWICE - 7200 == found[0]
    assert found[1] in (NEVER - 7200, NEVER - 3600)


@pytest.mark.parametrize("civil", [365.0 * 86400, 4291747199.0])
def test_the_ends_of_time(civil: float) -> None:
    """1971 and 2105 are told without an exception, in any zone."""
    assert abs(PosixHost().moment(civil) - civil) <= 15 * 3600

"""Certificates that have expired, are not valid yet, or will expire soon (ITA-CERT-004 to 006)."""

from __future__ import annotations

import datetime as dt
from typing import List

from laboratory.casebook import case
from laboratory.lab import Site

DUE = "day"


def days_from_now(days: int) -> List[object]:
    """The options that judge as of another day."""
    return ["--at", (dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")]


@case("CERT-004", says=r"expired|20\d\d")
def expired_yesterday(site: Site) -> None:
    site.certify(site.issue(start=-366, days=365))


@case("CERT-004")
def expired_long_ago(site: Site) -> None:
    site.certify(site.issue(start=-9000, days=365))


@case("CERT-004", options=lambda _: days_from_now(400))
def expired_by_then(site: Site) -> None:
    pass


@case("CERT-005", says="clock|certificate|valid")
def valid_from_tomorrow(site: Site) -> None:
    site.certify(site.issue(start=2))


@case("CERT-005", options=lambda _: days_from_now(-30))
def not_valid_before_it_was_made(site: Site) -> None:
    pass


@case("CERT-006", says=DUE, severity={"ITA-CERT-006": "warning"})
def twenty_days_left(site: Site) -> None:
    site.certify(site.issue(start=-345.5))


@case("CERT-006", says=DUE, severity={"ITA-CERT-006": "error"})
def three_days_left(site: Site) -> None:
    site.certify(site.issue(start=-361.5))


@case("CERT-006", severity={"ITA-CERT-006": "warning"})
def short_certificate_in_its_last_third(site: Site) -> None:
    site.certify(site.issue(start=-11, days=15))


@case("CERT-006", severity={"ITA-CERT-006": "error"})
def short_certificate_in_its_last_tenth(site: Site) -> None:
    site.certify(site.issue(start=-14, days=15))


@case("CERT-006", severity={"ITA-CERT-006": "warning"}, options=lambda _: ["--due", "60d,10d"])
def due_by_the_command_line(site: Site) -> None:
    site.certify(site.issue(start=-315.5))


@case("CERT-006", severity={"ITA-CERT-006": "warning"}, options=lambda _: days_from_now(350))
def due_by_then(site: Site) -> None:
    pass

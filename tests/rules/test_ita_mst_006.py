"""ITA-MST-006: TWSca.crt lasts."""

from __future__ import annotations

import pytest

from builders import House, book, healthy_bytes, judge, key, self_signed
from ita_doctor.cli.options import with_due
from ita_doctor.engine import judge as judge_setup
from ita_doctor.model.finding import Status

CRT = "/ssl/TWSca.crt"


def ca(days: float) -> bytes:
    """A CA that ends in so many days."""
    return self_signed("TWSca", key("ca"), start=days - 3650, days=3650)


def test_without_a_ca_it_is_skipped(healthy: House) -> None:
    """Nothing is at hand."""
    assert Status.SKIPPED == judge(healthy)["ITA-MST-006"].status


def test_long_passes(healthy: House) -> None:
    """Years are left; no key is needed for this."""
    judged = judge(healthy.write(CRT, healthy_bytes().ca).ask(ca_cert=CRT))

    assert Status.PASS == judged["ITA-MST-006"].status
    assert frozenset() == judged.failed


@pytest.mark.parametrize(("days", "severity"), [(29.5, "warning"), (7.5, "warning"), (6.5, "error"), (0.5, "error")])
def test_due_fails(healthy: House, days: float, severity: str) -> None:
    """Fewer than 30 days warn, fewer than 7 are an error."""
    judged = judge(healthy.write(CRT, ca(days)).ask(ca_cert=CRT))

    assert {"ITA-MST-006"} == judged.failed
    assert (severity, severity) == (judged["ITA-MST-006"].variant, judged["ITA-MST-006"].severity.value)
    assert (CRT, int(days)) == (judged["ITA-MST-006"].where, judged["ITA-MST-006"].facts["days_left"])


def test_of_a_ca_that_did_not_sign_it_waits(healthy: House) -> None:
    """Whether the right CA is given comes first."""
    judged = judge(healthy.write(CRT, self_signed("TWSca", key("other"), start=-3640, days=3650)).ask(ca_cert=CRT))

    assert {"ITA-CERT-012"} == judged.failed
    assert "ITA-CERT-012" == judged["ITA-MST-006"].blocked_by


def test_due_by_option(healthy: House) -> None:
    """--due holds for it as well."""
    rules = with_due(book().rules, "90d,60d")
    found = judge_setup(healthy.write(CRT, ca(70)).ask(ca_cert=CRT).setup(), rules, book().reasons).findings

    assert ["warning"] == [one.variant for one in found if one.rule == "ITA-MST-006" and one.status is Status.FAIL]

"""A run against the history: new, still there, gone, due; and what could not be judged is none of them."""

from __future__ import annotations

from typing import Any, Tuple

from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.report import PastRun, Standing
from ita_doctor.model.rule import Severity
from ita_doctor.trend import compare

PLACE = "/opt/hcl/TWS/ITA/cpa/ita/ita.ini"
NOW = "2026-11-25T04:00:00Z"
LONG_AGO = "2026-11-01T04:00:00Z"


def finding(rule: str, status: Status = Status.FAIL, *, severity: Severity = Severity.ERROR, where: str = "/a", variant: str = "x") -> Finding:
    """One finding; its fingerprint is its rule, variant and place."""
    mark = f"{rule}/{variant}{where}"
    return Finding(rule, rule.split("-")[1], severity, status, variant, where, None, "title", f"{where}: wrong", {}, None, None, None, mark)


def installation(*findings: Finding, is_judged: bool = True) -> Installation:
    """An installation with these findings."""
    failed = [one for one in findings if one.status is Status.FAIL]
    worst = max((one.severity for one in failed), key=lambda one: one.weight, default=None)
    counts = {status.value: sum(one.status is status for one in findings) for status in Status}
    return Installation(PLACE, "tws", worst, counts, tuple(one.rule for one in failed), findings, {}, is_judged)


def standing(one: Finding, *, since: str = LONG_AGO, said: str = LONG_AGO) -> Standing:
    """It as the history keeps it."""
    return Standing(one.fingerprint, one.rule, one.where, one.message, since, said)


def against(found: Installation, *before: Standing, runs: Tuple[PastRun, ...] = (), **more: Any) -> Any:
    """The trend."""
    return compare(found, NOW, before, runs, more.get("last_good"), said_before=more.get("said_before", "2026-11-18T04:00:00Z"))


def test_a_first_fault_is_new() -> None:
    """It is new since this run, speaks, and is stored."""
    trend = against(installation(finding("ITA-KEY-002")))

    assert {"ITA-KEY-002/x/a"} == trend.past.new
    assert {"ITA-KEY-002/x/a": NOW} == trend.past.since
    assert [NOW] == [one.since for one in trend.opened]
    assert (True, "error", False) == (trend.speaks, trend.worst, trend.is_good)


def test_what_stands_is_not_new() -> None:
    """It is still there since its own date, and silent until the reminder."""
    one = finding("ITA-KEY-002")

    trend = against(installation(one), standing(one, said="2026-11-24T04:00:00Z"))

    assert (frozenset(), {one.fingerprint: LONG_AGO}) == (trend.past.new, trend.past.since)
    assert ((), (), ()) == (trend.opened, trend.ended, trend.due)
    assert not trend.speaks


def test_what_stands_is_said_again() -> None:
    """After the time of the reminder it is due."""
    one = finding("ITA-KEY-002")

    trend = against(installation(one), standing(one, said="2026-11-18T03:59:59Z"))

    assert ((one.fingerprint,), True) == (trend.due, trend.speaks)


def test_what_passes_is_gone() -> None:
    """With what was said of it and since when; a quiet report has nothing to say."""
    one = finding("ITA-KEY-002")

    trend = against(installation(finding("ITA-KEY-002", Status.PASS)), standing(one))

    assert (one.fingerprint,) == trend.ended
    assert [("ITA-KEY-002", LONG_AGO)] == [(gone.rule, gone.since) for gone in trend.past.gone]
    assert (False, True, NOW) == (trend.speaks, trend.is_good, trend.past.last_good)


def test_what_could_not_be_judged_has_not_gone() -> None:
    """A fault that is skipped or waits this time stands as before, and is not new when it is seen again."""
    one = finding("ITA-TLS-003", where="nc060201:31116")
    for status in (Status.SKIPPED, Status.BLOCKED):
        silent = finding("ITA-TLS-003", status)._replace(where=None)

        trend = against(installation(silent), standing(one))

        assert ((), frozenset()) == (trend.ended, trend.past.new)


def test_another_place_of_the_rule_that_waits_holds_nothing_up() -> None:
    """Only the place that could not be judged stands; the one that passed has gone."""
    old = finding("ITA-FILE-005", where="/a")

    trend = against(installation(finding("ITA-FILE-005", Status.PASS), finding("ITA-FILE-005", Status.BLOCKED, where="/b")), standing(old))

    assert (old.fingerprint,) == trend.ended


def test_a_graver_variant_is_new() -> None:
    """A certificate that was a warning and is an error now is said again; days left alone are no change."""
    warned = finding("ITA-CERT-006", severity=Severity.WARNING, variant="warning")

    trend = against(installation(finding("ITA-CERT-006", variant="error")), standing(warned, said=NOW))

    assert ({"ITA-CERT-006/error/a"}, (warned.fingerprint,)) == (trend.past.new, trend.ended)


def test_a_note_is_no_fault() -> None:
    """It is neither new nor does it make a run a bad one."""
    trend = against(installation(finding("ITA-AGT-003", severity=Severity.NOTE)))

    assert (frozenset(), True, "note") == (trend.past.new, trend.is_good, trend.worst)


def test_our_own_failure_speaks() -> None:
    """A rule that broke is said; the run counts as unknown."""
    trend = against(installation(finding("ITA-KEY-002", Status.BROKEN)))

    assert (True, "unknown", False) == (trend.speaks, trend.worst, trend.is_good)


def test_nothing_to_judge_is_not_good() -> None:
    """An agent of another kind is no healthy one."""
    trend = against(installation(is_judged=False), last_good=LONG_AGO)

    assert ("unknown", LONG_AGO) == (trend.worst, trend.past.last_good)


def test_the_strip_ends_with_this_run() -> None:
    """Earlier runs stand before it."""
    trend = against(installation(), runs=(PastRun(LONG_AGO, "error"),))

    assert (PastRun(LONG_AGO, "error"), PastRun(NOW, "healthy")) == trend.past.runs

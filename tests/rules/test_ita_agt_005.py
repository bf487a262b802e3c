"""ITA-AGT-005: The agent runs as its user."""

from __future__ import annotations

from builders import AGENT, HOME, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """Both programs run as the agent's user."""
    judged = judge(healthy.runs().runs(f"{HOME}/bin/JobManager"))

    assert Status.PASS == judged["ITA-AGT-005"].status
    assert frozenset() == judged.failed


def test_other_fails(healthy: House) -> None:
    """It was started by root."""
    judged = judge(healthy.runs(user="root").live())
    found = judged["ITA-AGT-005"]

    assert {"ITA-AGT-005"} == judged.failed
    assert ("other", AGENT) == (found.variant, found.where)
    assert f"{AGENT}: process 4242 runs as root, wanted twsuser" == found.message


def test_one_of_two_fails(healthy: House) -> None:
    """Each process is looked at."""
    judged = judge(healthy.runs().runs(f"{HOME}/bin/JobManager", user="other"))

    assert {Status.PASS, Status.FAIL} == {one.status for one in judged.all("ITA-AGT-005")}
    assert f"{HOME}/bin/JobManager" == judged["ITA-AGT-005"].where


def test_the_user_that_is_named_counts(healthy: House) -> None:
    """--user says who it is."""
    assert Status.FAIL == judge(healthy.runs().ask(user="root"))["ITA-AGT-005"].status


def test_a_user_whose_name_was_cut_is_skipped(healthy: House) -> None:
    """What the system does not tell is not held against anybody."""
    judged = judge(healthy.runs(user="averyve+"))

    assert Status.SKIPPED == judged["ITA-AGT-005"].status
    assert frozenset() == judged.failed

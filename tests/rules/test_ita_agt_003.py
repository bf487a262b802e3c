"""ITA-AGT-003: The agent runs."""

from __future__ import annotations

from builders import AGENT, HOME, House, judge
from ita_doctor.model.finding import Status
from ita_doctor.model.rule import Severity


def test_healthy_passes(healthy: House) -> None:
    """A process of the agent is there."""
    judged = judge(healthy.runs().live())

    assert Status.PASS == judged["ITA-AGT-003"].status
    assert frozenset() == judged.failed


def test_jobmanager_alone_passes(healthy: House) -> None:
    """bin/JobManager is the agent's as well."""
    assert Status.PASS == judge(healthy.runs(f"{HOME}/bin/JobManager"))["ITA-AGT-003"].status


def test_stopped_fails(healthy: House) -> None:
    """A note; what asks about the running agent waits for it, and nothing counts."""
    judged = judge(healthy.write(AGENT, b"").live())

    assert {"ITA-AGT-003"} == judged.failed
    assert ("stopped", Severity.NOTE) == (judged["ITA-AGT-003"].variant, judged["ITA-AGT-003"].severity)
    assert AGENT in judged["ITA-AGT-003"].message
    assert () == judged.installation.root_causes
    for rule in ("ITA-AGT-004", "ITA-AGT-005", "ITA-AGT-006"):
        assert (Status.BLOCKED, "ITA-AGT-003") == (judged[rule].status, judged[rule].blocked_by)


def test_another_program_of_the_installation_is_not_the_agent(healthy: House) -> None:
    """A job that runs on is none of its own programs."""
    judged = judge(healthy.runs(f"{HOME}/bin/taskLauncher").write(AGENT, b""))

    assert {"ITA-AGT-003"} == judged.failed


def test_another_installation_s_agent_is_not_this_one(healthy: House) -> None:
    """A folder whose name begins the same is another one."""
    judged = judge(healthy.runs(f"{HOME}2/ITA/cpa/ita/agent").write(AGENT, b""))

    assert {"ITA-AGT-003"} == judged.failed


def skipped(house: House, word: str) -> None:
    """AGT-003 to AGT-006 are skipped, for a reason with *word* in it."""
    judged = judge(house)
    for rule in ("ITA-AGT-003", "ITA-AGT-004", "ITA-AGT-005", "ITA-AGT-006"):
        assert Status.SKIPPED == judged[rule].status, rule
        assert word in judged[rule].message, rule


def test_no_program_is_skipped(healthy: House) -> None:
    """A copy of the files on another machine has no agent to run."""
    skipped(healthy.live(), "no agent program")


def test_a_copied_tree_is_skipped(healthy: House) -> None:
    """What runs on this machine says nothing of a tree that came from another."""
    skipped(healthy.runs().ask(root="/copy"), "a copy of the files")


def test_a_system_that_does_not_tell_is_skipped(healthy: House) -> None:
    """Without psutil, and with a ps that says something else."""
    house = healthy.runs()
    house.running = OSError(2, "there is no ps that tells what runs")

    skipped(house.live(), "does not say what runs")

"""ITA-AGT-004: The agent has been started since its files changed."""

from __future__ import annotations

import pytest

from builders import HOME, JOB, NOW, PATHS, House, judge
from ita_doctor.model.finding import Status

START = NOW - 3600
BACKUPS = JOB + 'BackupResourceAdvisorUrls = "https://nc060202:31116/JobManagerRESTWeb/JobScheduler/resource"\n'


def changed(house: House, **when: float) -> House:
    """Each artifact changed so many seconds after the agent's start."""
    for artifact, seconds in when.items():
        house.change(artifact, changed=START + seconds)
    return house


def test_healthy_passes(healthy: House) -> None:
    """All files are older than the agent."""
    judged = judge(changed(healthy, prv=-1, pub=-100, ini=-3).runs())

    assert Status.PASS == judged["ITA-AGT-004"].status
    assert frozenset() == judged.failed


def test_started_right_after_the_change_passes(healthy: House) -> None:
    """The system knows a start to a second or so: two seconds are no proof."""
    assert Status.PASS == judge(changed(healthy, prv=2).runs())["ITA-AGT-004"].status


@pytest.mark.parametrize("artifact", ["ini", "job", "prv", "pub", "cert", "bundle", "stash", "seed"])
def test_newer_fails(healthy: House, artifact: str) -> None:
    """One file is newer than the agent."""
    judged = judge(changed(healthy, **{artifact: 3}).runs().live())
    found = judged["ITA-AGT-004"]

    assert {"ITA-AGT-004"} == judged.failed
    assert "newer" == found.variant
    assert PATHS[artifact] == found.where
    assert {"changed": "2026-11-24T11:00:03Z", "started": "2026-11-24T11:00:00Z", "program": "agent", "pid": 4242} == found.facts


def test_several_files_are_one_finding(healthy: House) -> None:
    """The newest file is named, the restart is one."""
    judged = judge(changed(healthy, prv=5, pub=9, stash=7).runs())

    assert [PATHS["pub"]] == [one.where for one in judged.all("ITA-AGT-004")]


def test_one_process_that_was_left_running_fails(healthy: House) -> None:
    """The agent was started again, and an old JobManager still has the old files."""
    judged = judge(changed(healthy, prv=50).runs(started=START + 60).runs(f"{HOME}/bin/JobManager", started=START))

    assert {"ITA-AGT-004"} == judged.failed
    assert "JobManager" == judged["ITA-AGT-004"].facts["program"]


def test_what_the_agent_itself_writes_says_nothing(healthy: House) -> None:
    """It keeps BackupResourceAdvisorUrls in JobManager.ini up to date."""
    judged = judge(changed(healthy.write("job", BACKUPS.encode()), job=60).runs())

    assert frozenset() == judged.failed


@pytest.mark.parametrize("at", [NOW - 900 * 86400, NOW + 100 * 86400])
def test_another_day_of_judgement_changes_nothing(healthy: House, at: float) -> None:
    """--at is about certificates: the agent and its files are compared as they are."""
    late = judge(changed(House(), prv=60).runs().ask(at=at))["ITA-AGT-004"].status
    well = judge(changed(healthy, prv=-60).runs().ask(at=at))["ITA-AGT-004"].status

    assert (Status.FAIL, Status.PASS) == (late, well)


def test_the_command_restarts(healthy: House) -> None:
    """What can be pasted really stops and starts the agent."""
    remedy = judge(changed(healthy, prv=60).runs())["ITA-AGT-004"].remedy

    assert remedy is not None
    assert ("agent.restart", "tool") == (remedy.name, remedy.by)
    assert (f"ita-doctor fix {PATHS['ini']} --suffix nc117031 --restart --apply",) == remedy.commands


def test_an_agent_of_the_other_kind_is_skipped(healthy: House) -> None:
    """The files of the procedure say nothing of an agent with GSKit key databases."""
    for artifact in ("prv", "pub", "cert", "bundle"):
        healthy.remove(artifact)
    judged = judge(changed(healthy.write(f"{PATHS['dir']}/nc117031.kdb", b"x"), ini=60).runs())

    assert Status.SKIPPED == judged["ITA-AGT-004"].status
    assert () == judged.installation.root_causes

"""Steps 17 and 18: when they are asked for, when only said, and when done; worked out in memory."""

from __future__ import annotations

from typing import Any, List, Tuple

import pytest

from builders import AGENT, NOW, House, certificate, der, seed
from ita_doctor.cli.library import table
from ita_doctor.repair.steps import foreseen, is_anothers, restart_rules, steps_of
from ita_doctor.repair.wording import Words
from repair.planning import Planned, plan

ASKED = ("ITA-AGT-004",)


def steps(planned: Planned, *, is_restart: bool = False) -> List[Tuple[str, Tuple[str, ...], bool]]:
    """State, rules and weight of 17 and 18."""
    course = planned.course
    words = Words(table("remedies.toml"), course.last_setup)
    extra = words.restart(restart_rules(course)) if is_restart else []
    return [(one.state.value, one.rules, one.counts) for one in steps_of(course, words, extra) if one.number in (17, 18)]


def spoilt(house: House) -> House:
    """A seed that `fix` makes anew."""
    return house.write("seed", seed(100))


def late(house: House) -> House:
    """A file that is newer than the running agent."""
    return house.change("pub", changed=NOW - 60).runs()


@pytest.mark.parametrize("spoil", [late, lambda house: spoilt(house).runs()], ids=["before", "by the plan"])
def test_a_running_agent_older_than_its_files_has_to_be_restarted(healthy: House, spoil: Any) -> None:
    """Whether they changed before, or will by this plan."""
    planned = plan(spoil(healthy))

    assert [("needs-you", ASKED, True)] * 2 == steps(planned)
    assert [("will-do", ASKED, True)] * 2 == steps(planned, is_restart=True)
    assert ASKED == foreseen(planned.course)
    assert () == foreseen(planned.course, restart_rules(planned.course))


def test_a_port_that_presents_another_certificate_asks_for_it(healthy: House) -> None:
    """Nothing is newer, and yet a restart is wanted."""
    planned = plan(healthy.runs(presents=der(certificate(start=-400))).live())

    assert [("needs-you", ("ITA-AGT-006",), True)] * 2 == steps(planned)


def test_a_fault_that_no_restart_heals_asks_for_a_person(healthy: House) -> None:
    """A port that does not answer is said once, where a person has to look."""
    planned = plan(healthy.runs(presents=OSError(93, "does not speak TLS")).live())

    assert ("needs-you", ("ITA-AGT-006",), True) in steps(planned)
    assert ("ITA-AGT-006",) == foreseen(planned.course)
    assert () == restart_rules(planned.course)


@pytest.mark.parametrize("spoil", [lambda house: house, lambda house: house.write(AGENT, b"")], ids=["no program", "stopped"])
def test_where_no_agent_runs_it_is_said_and_does_not_count(healthy: House, spoil: Any) -> None:
    """Files change, and nobody has the old ones."""
    planned = plan(spoil(spoilt(healthy)))

    assert [("needs-you", (), False)] * 2 == steps(planned)
    assert () == foreseen(planned.course)


def test_nothing_to_do(healthy: House) -> None:
    """An agent younger than its files is done with; where none is seen nothing is needed."""
    assert [("done", (), True)] * 2 == steps(plan(House().runs()))
    assert [("not-needed", (), False)] * 2 == steps(plan(healthy))


def test_a_restart_that_was_only_wanted(healthy: House) -> None:
    """--restart is done though no rule asks for it."""
    assert [("will-do", (), True)] * 2 == steps(plan(healthy.runs()), is_restart=True)


def test_another_user_s_agent(healthy: House) -> None:
    """It is known, so that it is left alone."""
    assert is_anothers(plan(healthy.runs(user="root")).course)
    assert not is_anothers(plan(House().runs()).course)


def test_the_running_agent_is_asked_once(healthy: House) -> None:
    """A port that takes its time, or a `ps` that hangs, is not waited for in every round."""
    house = spoilt(healthy).runs(presents=TimeoutError(110, "nothing came in time")).live()
    overlay = plan(house).overlay
    overlay.base.ports = overlay.base.running = None  # type: ignore[attr-defined]

    with pytest.raises(TimeoutError):
        overlay.served(31114, 1.0)
    assert 1 == len(overlay.processes("/opt/hcl/TWS"))

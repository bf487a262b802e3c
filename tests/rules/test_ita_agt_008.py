"""ITA-AGT-008: The master can call the agent back."""

from __future__ import annotations

from typing import Tuple

import pytest

from builders import JOB, PATHS, House, book, judge
from builders import Judged as Verdict
from ita_doctor.collect import collect
from ita_doctor.engine import judge as judge_setup
from ita_doctor.model.artifact import Lost, Reason
from ita_doctor.model.finding import Status
from ita_doctor.model.rule import Severity

GATEWAY = b"[ResourceAdvisorAgent]\nFullyQualifiedHostname = elsewhere\nResourceAdvisorUrl = https://localhost:31114/ita/JobManagerGW/x\n"


def leads(house: House, *addresses: str, own: Tuple[str, ...] = ("127.0.0.1", "192.0.2.7"), is_deaf: bool = False) -> Verdict:
    """The verdict where the agent's name leads to *addresses*."""
    host = house.live().host()
    host.resolved, host.own, host.is_deaf = {"nc117031": addresses}, own, is_deaf
    return Verdict(judge_setup(collect(host, PATHS["ini"], house.asked, book().settings, {}), book().rules, book().reasons))


def test_healthy_passes(healthy: House) -> None:
    """A name that leads here."""
    judged = judge(healthy.live())

    assert Status.PASS == judged["ITA-AGT-008"].status
    assert frozenset() == judged.failed


@pytest.mark.parametrize("addresses", [("127.0.1.1",), ("2001:db8::7",), ("198.51.100.1", "192.0.2.7")])
def test_one_address_of_this_machine_is_enough(healthy: House, addresses: Tuple[str, ...]) -> None:
    """Whichever it is."""
    assert Status.PASS == leads(healthy, *addresses, own=("192.0.2.7", "2001:db8::7", "127.0.1.1"))["ITA-AGT-008"].status


def test_no_name_passes(healthy: House) -> None:
    """The agent goes by the machine's own; nobody is asked."""
    judged = leads(healthy.write("job", JOB.replace("nc117031", "").encode()), is_deaf=True)

    assert Status.PASS == judged["ITA-AGT-008"].status


def test_unresolved_fails(healthy: House) -> None:
    """A name without an address is a note, and counts for nothing."""
    judged = leads(healthy)

    assert {"ITA-AGT-008"} == judged.failed
    assert ("unresolved", Severity.NOTE, PATHS["job"]) == tuple(getattr(judged["ITA-AGT-008"], one) for one in ("variant", "severity", "where"))
    assert () == judged.installation.root_causes


def test_late_fails(healthy: House) -> None:
    """A resolver that does not answer."""
    judged = leads(healthy, is_deaf=True)

    assert {"ITA-AGT-008"} == judged.failed
    assert ("late", "10") == (judged["ITA-AGT-008"].variant, judged["ITA-AGT-008"].facts["seconds"])


def test_elsewhere_fails(healthy: House) -> None:
    """A name that leads to other machines: no more than five are named."""
    judged = leads(healthy, *(f"198.51.100.{number}" for number in range(9)))

    assert {"ITA-AGT-008"} == judged.failed
    assert [f"198.51.100.{number}" for number in range(5)] == judged["ITA-AGT-008"].facts["addresses"]


def test_a_resolver_that_is_down_is_said_once(healthy: House) -> None:
    """The master's name does not resolve either: that owns it."""
    house = healthy.dead("unresolved", address="", detail="no answer")
    host = house.host()
    host.resolved = {}
    judged = Verdict(judge_setup(collect(host, PATHS["ini"], house.asked, book().settings, {}), book().rules, book().reasons))

    assert "ITA-NET-001" == judged["ITA-AGT-008"].blocked_by


def test_offline_asks_nobody(healthy: House) -> None:
    """Skipped, with that reason."""
    assert Lost(Reason.OFFLINE, "callback") == healthy.setup().callback


def test_behind_a_gateway_it_is_skipped(healthy: House) -> None:
    """The master calls the gateway."""
    house = healthy.write("job", GATEWAY).write("gateway", JOB.encode()).live()

    assert (Status.SKIPPED, Lost(Reason.BEHIND_GATEWAY, "callback")) == (judge(house)["ITA-AGT-008"].status, house.setup().callback)


def test_without_jobmanager_ini_it_waits(healthy: House) -> None:
    """ITA-AGT-001 owns that."""
    assert "ITA-AGT-001" == judge(healthy.remove("job").live())["ITA-AGT-008"].blocked_by


def test_a_copy_is_not_asked(healthy: House) -> None:
    """This machine's addresses are not those of the machine from which it comes."""
    assert Lost(Reason.ROOTED, "callback") == healthy.live().ask(root="/").setup().callback

"""ITA-AGT-006: The running agent presents the certificate on disk."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from builders import NOW, House, certificate, der, judge, key
from ita_doctor.model.finding import Status
from ita_doctor.model.rule import Severity

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "nobody listens")
WHERE = "127.0.0.1:31114"


def other(**more: Any) -> bytes:
    """An older certificate of the agent."""
    return der(certificate(start=-400, **more))


def test_healthy_passes(healthy: House) -> None:
    """What it presents is what stands in its files."""
    judged = judge(healthy.runs().live())

    assert Status.PASS == judged["ITA-AGT-006"].status
    assert frozenset() == judged.failed


def test_other_fails(healthy: House) -> None:
    """It presents another one, though it is younger than its files."""
    judged = judge(healthy.runs(presents=other()).live())
    found = judged["ITA-AGT-006"]

    assert {"ITA-AGT-006"} == judged.failed
    assert ("other", WHERE) == (found.variant, found.where)
    assert found.remedy is not None
    assert "agent.restart" == found.remedy.name


def test_an_agent_older_than_its_files_is_one_fault(healthy: House) -> None:
    """That it presents the former certificate is why it has to be restarted."""
    judged = judge(healthy.change("pub", changed=NOW - 60).runs(presents=other()).live())

    assert {"ITA-AGT-004"} == judged.failed
    assert "ITA-AGT-004" == judged["ITA-AGT-006"].blocked_by


def test_files_that_do_not_agree_are_the_fault(healthy: House) -> None:
    """Which certificate is on disk cannot be said where pub and cert differ."""
    judged = judge(healthy.write("cert", certificate(private=key("new"))).runs(presents=other()).live())

    assert {"ITA-CERT-002"} == judged.failed
    assert "ITA-CERT-002" == judged["ITA-AGT-006"].blocked_by


SAID = [
    (REFUSED, "closed"),
    (TimeoutError(errno.ETIMEDOUT, "nothing came in time"), "silent"),
    (OSError(errno.EPROTONOSUPPORT, "does not speak TLS"), "no-tls"),
    (OSError(errno.EPROTO, "presents no certificate"), "no-certificate"),
    (b"no certificate", "unreadable"),
]


@pytest.mark.parametrize(("presents", "variant"), SAID, ids=[one for _, one in SAID])
def test_a_port_that_does_not_serve_fails(healthy: House, presents: Any, variant: str) -> None:
    """The agent runs, and the master cannot call it."""
    judged = judge(healthy.runs(presents=presents).live())

    assert {"ITA-AGT-006"} == judged.failed
    assert (variant, WHERE) == (judged["ITA-AGT-006"].variant, judged["ITA-AGT-006"].where)


def test_starting_fails(healthy: House) -> None:
    """An agent that was started a minute ago may open its port yet: a note."""
    judged = judge(healthy.runs(started=NOW - 60, presents=REFUSED).live())
    found = judged["ITA-AGT-006"]

    assert ("starting", Severity.NOTE, {"port": 31114, "seconds": 60}) == (found.variant, found.severity, found.facts)
    assert () == judged.installation.root_causes


def test_offline_is_skipped(healthy: House) -> None:
    """--offline opens no socket, not even to this machine."""
    judged = judge(healthy.runs(presents=AssertionError("a socket was opened")))

    assert Status.SKIPPED == judged["ITA-AGT-006"].status


@pytest.mark.parametrize("port", ["0", "x", "70000", "³"])
def test_no_port_is_skipped(healthy: House, port: str) -> None:
    """Whether the port is on is the business of ITA-INI-010."""
    judged = judge(healthy.setting("ssl_port", port).runs().live())

    assert Status.SKIPPED == judged["ITA-AGT-006"].status
    assert {"ITA-INI-010"} == judged.failed


def test_without_a_certificate_nothing_is_asked(healthy: House) -> None:
    """There is nothing to compare with."""
    judged = judge(healthy.write("pub", b"x").write("cert", b"x").runs(presents=AssertionError("asked")).live())

    assert Status.BLOCKED == judged["ITA-AGT-006"].status

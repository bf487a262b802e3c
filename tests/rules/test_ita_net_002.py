"""ITA-NET-002: The master's port answers."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-NET-002"].status


def test_refused_fails(healthy: House) -> None:
    """Refused."""
    judged = judge(healthy.dead("refused"))

    assert {"ITA-NET-002"} == judged.failed
    assert "refused" == judged["ITA-NET-002"].variant


def test_unreachable_fails(healthy: House) -> None:
    """Unreachable."""
    judged = judge(healthy.dead("unreachable"))

    assert {"ITA-NET-002"} == judged.failed
    assert "unreachable" == judged["ITA-NET-002"].variant


def test_timeout_fails(healthy: House) -> None:
    """No answer in time."""
    judged = judge(healthy.dead("timeout"))

    assert {"ITA-NET-002"} == judged.failed
    assert "timeout" == judged["ITA-NET-002"].variant


def test_proxy_refused_fails(healthy: House) -> None:
    """The proxy refuses."""
    judged = judge(healthy.dead("proxy-refused"))

    assert {"ITA-NET-002"} == judged.failed
    assert "proxy-refused" == judged["ITA-NET-002"].variant

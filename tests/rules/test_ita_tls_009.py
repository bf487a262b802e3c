"""ITA-TLS-009: The master asks for the agent's certificate."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-009"].status


def test_no_fails(healthy: House) -> None:
    """It did not ask: a note."""
    judged = judge(healthy.live(asked=False, sent=False))

    assert {"ITA-TLS-009"} == judged.failed
    assert "no" == judged["ITA-TLS-009"].variant
    assert "note" == judged["ITA-TLS-009"].severity.value

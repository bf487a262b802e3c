"""ITA-CA-004: No certificate that is needed in the bundle has expired."""

from __future__ import annotations

from builders import MASTER, House, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-004"].status


def test_former_passes(healthy: House) -> None:
    """An expired former one beside the valid one is healthy."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().master + self_signed(MASTER[0], key("master"), start=-800)))

    assert Status.PASS == judged["ITA-CA-004"].status
    assert frozenset() == judged.failed


def test_expired_fails(healthy: House) -> None:
    """The master's has expired."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + self_signed(MASTER[0], key("master"), start=-400)))

    assert {"ITA-CA-004"} == judged.failed
    assert "expired" == judged["ITA-CA-004"].variant


def test_early_fails(healthy: House) -> None:
    """The master's is not yet valid."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + self_signed(MASTER[0], key("master"), start=3)))

    assert {"ITA-CA-004"} == judged.failed
    assert "early" == judged["ITA-CA-004"].variant

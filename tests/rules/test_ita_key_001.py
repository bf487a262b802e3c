"""ITA-KEY-001: ita_prv holds one private key."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-001"].status


def test_none_fails(healthy: House) -> None:
    """No key in it."""
    judged = judge(healthy.write("prv", b"nothing here\n"))

    assert {"ITA-KEY-001"} == judged.failed
    assert "none" == judged["ITA-KEY-001"].variant


def test_two_fails(healthy: House) -> None:
    """Two keys."""
    judged = judge(healthy.write("prv", healthy_bytes().prv * 2))

    assert {"ITA-KEY-001"} == judged.failed
    assert "two" == judged["ITA-KEY-001"].variant


def test_certificate_fails(healthy: House) -> None:
    """A certificate instead."""
    judged = judge(healthy.write("prv", healthy_bytes().own))

    assert {"ITA-KEY-001"} == judged.failed
    assert "certificate" == judged["ITA-KEY-001"].variant


def test_broken_fails(healthy: House) -> None:
    """A broken PEM, with its line."""
    judged = judge(healthy.write("prv", healthy_bytes().prv[:900]))

    assert {"ITA-KEY-001"} == judged.failed
    assert "broken" == judged["ITA-KEY-001"].variant

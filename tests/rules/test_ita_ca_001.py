"""ITA-CA-001: Every block of the bundle can be read."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-001"].status


def test_one_line_fails(healthy: House) -> None:
    """END and BEGIN on one line, with the line."""
    judged = judge(healthy.write("bundle", healthy_bytes().own.rstrip() + healthy_bytes().master))

    assert {"ITA-CA-001"} == judged.failed
    assert "one-line" == judged["ITA-CA-001"].variant


def test_broken_fails(healthy: House) -> None:
    """A block that was cut."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().master[:500]))

    assert {"ITA-CA-001"} == judged.failed
    assert "broken" == judged["ITA-CA-001"].variant


def test_none_fails(healthy: House) -> None:
    """Text only."""
    judged = judge(healthy.write("bundle", b"nothing\n"))

    assert {"ITA-CA-001"} == judged.failed
    assert "none" == judged["ITA-CA-001"].variant

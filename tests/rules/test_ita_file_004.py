"""ITA-FILE-004: No artifact is empty or oversized."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-004"].status


def test_empty_fails(healthy: House) -> None:
    """No byte."""
    judged = judge(healthy.write("cert", b""))

    assert {"ITA-FILE-004"} == judged.failed
    assert "empty" == judged["ITA-FILE-004"].variant


def test_blank_fails(healthy: House) -> None:
    """Blanks only."""
    judged = judge(healthy.write("pub", b" \r\n" * 9))

    assert {"ITA-FILE-004"} == judged.failed
    assert "blank" == judged["ITA-FILE-004"].variant


def test_oversized_fails(healthy: House) -> None:
    """More than one MiB is not read."""
    judged = judge(healthy.write("bundle", b"x" * ((1 << 20) + 1)))

    assert {"ITA-FILE-004"} == judged.failed
    assert "oversized" == judged["ITA-FILE-004"].variant

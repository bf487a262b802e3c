"""ITA-INI-003: No setting is given twice."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-003"].status


def test_different_fails(healthy: House) -> None:
    """The same setting twice with different values."""
    judged = judge(healthy.ini_lines(lambda text: text + "ssl_port = 31115\n"))

    assert {"ITA-INI-003"} == judged.failed
    assert "different" == judged["ITA-INI-003"].variant
    assert "error" == judged["ITA-INI-003"].severity.value


def test_same_fails(healthy: House) -> None:
    """The same setting twice with one value is a warning."""
    judged = judge(healthy.ini_lines(lambda text: text + "ssl_port = 31114\n"))

    assert {"ITA-INI-003"} == judged.failed
    assert "same" == judged["ITA-INI-003"].variant
    assert "warning" == judged["ITA-INI-003"].severity.value


def test_section_fails(healthy: House) -> None:
    """A section twice is a warning."""
    judged = judge(healthy.ini_lines(lambda text: text + "[ITA]\nother = 1\n"))

    assert {"ITA-INI-003"} == judged.failed
    assert "section" == judged["ITA-INI-003"].variant
    assert "warning" == judged["ITA-INI-003"].severity.value

"""ITA-INI-004: The section [ITA SSL] is there."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-004"].status


def test_near_fails(healthy: House) -> None:
    """A near miss of the section is named."""
    judged = judge(healthy.ini_lines(lambda text: text.replace("[ITA SSL]", "[ITA_SSL]")))

    assert {"ITA-INI-004"} == judged.failed
    assert "near" == judged["ITA-INI-004"].variant


def test_case_fails(healthy: House) -> None:
    """Another case is a near miss."""
    judged = judge(healthy.ini_lines(lambda text: text.replace("[ITA SSL]", "[ita ssl]")))

    assert {"ITA-INI-004"} == judged.failed
    assert "near" == judged["ITA-INI-004"].variant


def test_elsewhere_fails(healthy: House) -> None:
    """Its settings stand under another section."""
    judged = judge(healthy.ini_lines(lambda text: text.replace("[ITA SSL]\n", "")))

    assert {"ITA-INI-004"} == judged.failed
    assert "elsewhere" == judged["ITA-INI-004"].variant


def test_absent_fails(healthy: House) -> None:
    """Nothing of it is there."""
    judged = judge(healthy.ini(b"[ITA]\nname = ita\n"))

    assert {"ITA-INI-004"} == judged.failed
    assert "absent" == judged["ITA-INI-004"].variant

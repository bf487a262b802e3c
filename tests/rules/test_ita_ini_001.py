"""ITA-INI-001: ita.ini is there and can be read."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-001"].status


def test_absent_fails(healthy: House) -> None:
    """No ita.ini at all."""
    judged = judge(healthy.remove("ini"))

    assert {"ITA-INI-001"} == judged.failed
    assert "absent" == judged["ITA-INI-001"].variant


def test_folder_fails(healthy: House) -> None:
    """A folder in its place."""
    judged = judge(healthy.change("ini", kind=Kind.FOLDER))

    assert {"ITA-INI-001"} == judged.failed
    assert "folder" == judged["ITA-INI-001"].variant


def test_denied_fails(healthy: House) -> None:
    """Not readable by us."""
    judged = judge(healthy.change("ini", readable=False))

    assert {"ITA-INI-001"} == judged.failed
    assert "denied" == judged["ITA-INI-001"].variant

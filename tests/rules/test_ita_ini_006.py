"""ITA-INI-006: Every SSL setting has a value."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-006"].status


def test_default_passes(healthy: House) -> None:
    """An absent setting whose default is there is healthy."""
    judged = judge(healthy.setting("key_repository_dir", None))

    assert Status.PASS == judged["ITA-INI-006"].status
    assert frozenset() == judged.failed


def test_absent_fails(healthy: House) -> None:
    """An absent setting whose default is not there."""
    judged = judge(healthy.setting("password_file", None))

    assert {"ITA-INI-006"} == judged.failed
    assert "absent" == judged["ITA-INI-006"].variant


def test_empty_fails(healthy: House) -> None:
    """An empty setting."""
    judged = judge(healthy.setting("random_file", ""))

    assert {"ITA-INI-006"} == judged.failed
    assert "empty" == judged["ITA-INI-006"].variant

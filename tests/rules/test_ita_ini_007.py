"""ITA-INI-007: Paths are fully qualified."""

from __future__ import annotations

from builders import PATHS, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-007"].status


def test_relative_fails(healthy: House) -> None:
    """A relative path."""
    judged = judge(healthy.setting("password_file", "cert/nc117031.sth"))

    assert {"ITA-INI-007"} == judged.failed
    assert "relative" == judged["ITA-INI-007"].variant


def test_home_fails(healthy: House) -> None:
    """A path from the home folder."""
    judged = judge(healthy.setting("random_file", "~/nc117031.rnd"))

    assert {"ITA-INI-007"} == judged.failed
    assert "home" == judged["ITA-INI-007"].variant


def test_drive_fails(healthy: House) -> None:
    """A drive letter."""
    judged = judge(healthy.setting("key_repository_dir", "C:\\certs"))

    assert {"ITA-INI-007"} == judged.failed
    assert "drive" == judged["ITA-INI-007"].variant


def test_backslash_fails(healthy: House) -> None:
    """Backslashes."""
    judged = judge(healthy.setting("password_file", PATHS["stash"].replace("/", "\\")))

    assert {"ITA-INI-007"} == judged.failed
    assert "backslash" == judged["ITA-INI-007"].variant

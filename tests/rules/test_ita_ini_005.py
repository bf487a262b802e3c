"""ITA-INI-005: Every SSL setting has a known name and stands in its section."""

from __future__ import annotations

from builders import PATHS, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-005"].status


def test_newer_release_passes(healthy: House) -> None:
    """A setting of a newer release and one that resembles none of ours are healthy."""
    judged = judge(healthy.ini_lines(lambda text: text + "jwt_file = /x\nsomething_else = 1\n"))

    assert Status.PASS == judged["ITA-INI-005"].status
    assert frozenset() == judged.failed


def test_misspelt_fails(healthy: House) -> None:
    """A slip of a known name says which was meant."""
    judged = judge(healthy.setting("password_file", PATHS["stash"], "pasword_file"))

    assert {"ITA-INI-005"} == judged.failed
    assert "misspelt" == judged["ITA-INI-005"].variant


def test_misplaced_fails(healthy: House) -> None:
    """A known name in another section."""
    judged = judge(
        healthy.setting("random_file", None).ini_lines(lambda text: text.replace("name = ita", "name = ita\nrandom_file = " + PATHS["seed"]))
    )

    assert {"ITA-INI-005"} == judged.failed
    assert "misplaced" == judged["ITA-INI-005"].variant

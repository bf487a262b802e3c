"""ITA-INI-002: ita.ini is well formed."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-002"].status


def test_latin_1_comment_passes(healthy: House) -> None:
    """Latin-1 in a comment is healthy."""
    judged = judge(healthy.ini_lines(lambda text: text).ini(b"# gr\xfc\xdfe\n" + healthy.ini_text))

    assert Status.PASS == judged["ITA-INI-002"].status
    assert frozenset() == judged.failed


def test_no_equals_fails(healthy: House) -> None:
    """A line without an equals sign is named by its number."""
    judged = judge(healthy.ini_lines(lambda text: text + "what is this\n"))

    assert {"ITA-INI-002"} == judged.failed
    assert "no-equals" == judged["ITA-INI-002"].variant


def test_open_bracket_fails(healthy: House) -> None:
    """A section header without its bracket."""
    judged = judge(healthy.ini_lines(lambda text: text + "[other\n"))

    assert {"ITA-INI-002"} == judged.failed
    assert "open-bracket" == judged["ITA-INI-002"].variant


def test_no_name_fails(healthy: House) -> None:
    """A value without a name."""
    judged = judge(healthy.ini_lines(lambda text: text + "= value\n"))

    assert {"ITA-INI-002"} == judged.failed
    assert "no-name" == judged["ITA-INI-002"].variant


def test_lone_cr_fails(healthy: House) -> None:
    """Lines that end in CR alone."""
    judged = judge(healthy.ini_lines(lambda text: text.replace("\n", "\r")))

    assert {"ITA-INI-002"} == judged.failed
    assert "lone-cr" == judged["ITA-INI-002"].variant


def test_control_fails(healthy: House) -> None:
    """A NUL byte in a comment."""
    judged = judge(healthy.ini_lines(lambda text: text + "# a\0b\n"))

    assert {"ITA-INI-002"} == judged.failed
    assert "control" == judged["ITA-INI-002"].variant

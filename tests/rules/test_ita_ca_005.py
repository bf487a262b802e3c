"""ITA-CA-005: The master's certificate in the bundle lasts."""

from __future__ import annotations

from builders import MASTER, House, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-005"].status


def test_warning_fails(healthy: House) -> None:
    """Fewer than 30 days."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + self_signed(MASTER[0], key("master"), start=-345)))

    assert {"ITA-CA-005"} == judged.failed
    assert "warning" == judged["ITA-CA-005"].variant
    assert "warning" == judged["ITA-CA-005"].severity.value


def test_error_fails(healthy: House) -> None:
    """Fewer than 7 days is an error."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + self_signed(MASTER[0], key("master"), start=-360)))

    assert {"ITA-CA-005"} == judged.failed
    assert "error" == judged["ITA-CA-005"].variant
    assert "error" == judged["ITA-CA-005"].severity.value

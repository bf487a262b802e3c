"""ITA-CA-006: Each certificate stands in the bundle once."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-006"].status


def test_double_fails(healthy: House) -> None:
    """One certificate twice is a note."""
    judged = judge(healthy.write("bundle", healthy_bytes().own * 2 + healthy_bytes().master))

    assert {"ITA-CA-006"} == judged.failed
    assert "double" == judged["ITA-CA-006"].variant
    assert "note" == judged["ITA-CA-006"].severity.value

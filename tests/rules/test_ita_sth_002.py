"""ITA-STH-002: The stash holds a password."""

from __future__ import annotations

import base64

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-STH-002"].status


def test_blank_fails(healthy: House) -> None:
    """A line end only."""
    judged = judge(healthy.write("stash", base64.encodebytes(b"\n")))

    assert {"ITA-STH-002"} == judged.failed
    assert "blank" == judged["ITA-STH-002"].variant


def test_nothing_fails(healthy: House) -> None:
    """Padding of nothing."""
    judged = judge(healthy.write("stash", b"====\n"))

    assert {"ITA-STH-002"} == judged.failed
    assert "nothing" == judged["ITA-STH-002"].variant

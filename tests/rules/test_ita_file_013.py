"""ITA-FILE-013: No artifact is a symlink out of the folder."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-013"].status


def test_outside_fails(healthy: House) -> None:
    """A symlink out of the folder is a note, and is judged through."""
    judged = judge(healthy.write("/etc/certs/pub.pem", healthy_bytes().own).change("pub", link="/etc/certs/pub.pem"))

    assert {"ITA-FILE-013"} == judged.failed
    assert "outside" == judged["ITA-FILE-013"].variant
    assert "note" == judged["ITA-FILE-013"].severity.value

"""ITA-INI-008: The settings name one suffix."""

from __future__ import annotations

from builders import CERTS, House, judge, seed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-008"].status


def test_differ_fails(healthy: House) -> None:
    """Stash and seed of another name than the suffix."""
    judged = judge(healthy.write(f"{CERTS}/other.rnd", seed()).setting("random_file", f"{CERTS}/other.rnd"))

    assert {"ITA-INI-008"} == judged.failed
    assert "differ" == judged["ITA-INI-008"].variant


def test_asked_fails(healthy: House) -> None:
    """Another suffix than --suffix."""
    judged = judge(healthy.ask(suffix="tws"))

    assert {"ITA-INI-008"} == judged.failed
    assert "asked" == judged["ITA-INI-008"].variant

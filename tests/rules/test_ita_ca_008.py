"""ITA-CA-008: The master's certificate can be verified by itself."""

from __future__ import annotations

from builders import MASTER, House, certificate, healthy_bytes, judge, key
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-008"].status


def test_partial_fails(healthy: House) -> None:
    """Issued by a CA that is not there: a note."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + certificate(MASTER[0], key("master"), issuer="root", signer=key("new"))))

    assert {"ITA-CA-008"} == judged.failed
    assert "partial" == judged["ITA-CA-008"].variant
    assert "note" == judged["ITA-CA-008"].severity.value

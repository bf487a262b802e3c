"""ITA-FILE-009: Text files are in an encoding the agent reads."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-009"].status


def test_ebcdic_fails(healthy: House) -> None:
    """EBCDIC, with the CCSID; the certificates are judged all the same."""
    judged = judge(healthy.write("bundle", (healthy_bytes().own + healthy_bytes().master).decode().encode("cp037")))

    assert {"ITA-FILE-009"} == judged.failed
    assert "ebcdic" == judged["ITA-FILE-009"].variant


def test_utf_16_fails(healthy: House) -> None:
    """UTF-16."""
    judged = judge(healthy.write("pub", healthy_bytes().own.decode().encode("utf-16")))

    assert {"ITA-FILE-009"} == judged.failed
    assert "utf-16" == judged["ITA-FILE-009"].variant


def test_bom_fails(healthy: House) -> None:
    """A byte order mark."""
    judged = judge(healthy.write("cert", b"\xef\xbb\xbf" + healthy_bytes().own))

    assert {"ITA-FILE-009"} == judged.failed
    assert "bom" == judged["ITA-FILE-009"].variant

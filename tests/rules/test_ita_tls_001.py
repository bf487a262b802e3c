"""ITA-TLS-001: The port speaks TLS."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-001"].status


def test_http_fails(healthy: House) -> None:
    """Plain HTTP."""
    judged = judge(
        healthy.live(speaks="http", banner="HTTP/1.1 400", is_done=False, protocol="", cipher="", chain=(), asked=False, sent=False, ended="refused")
    )

    assert {"ITA-TLS-001"} == judged.failed
    assert "http" == judged["ITA-TLS-001"].variant


def test_other_fails(healthy: House) -> None:
    """Something else."""
    judged = judge(
        healthy.live(speaks="other", banner="SSH-2.0", is_done=False, protocol="", cipher="", chain=(), asked=False, sent=False, ended="refused")
    )

    assert {"ITA-TLS-001"} == judged.failed
    assert "other" == judged["ITA-TLS-001"].variant


def test_silent_fails(healthy: House) -> None:
    """Nothing at all."""
    judged = judge(healthy.live(speaks="silent", is_done=False, protocol="", cipher="", chain=(), asked=False, sent=False, ended="timeout"))

    assert {"ITA-TLS-001"} == judged.failed
    assert "silent" == judged["ITA-TLS-001"].variant


def test_closed_fails(healthy: House) -> None:
    """Closed at once."""
    judged = judge(healthy.live(speaks="closed", is_done=False, protocol="", cipher="", chain=(), asked=False, sent=False, ended="eof"))

    assert {"ITA-TLS-001"} == judged.failed
    assert "closed" == judged["ITA-TLS-001"].variant


def test_broke_off_fails(healthy: House) -> None:
    """Ended before it asked for a certificate."""
    judged = judge(healthy.live(is_done=False, asked=False, sent=False, ended="reset", stage="handshake", is_http=False, answer=""))

    assert {"ITA-TLS-001"} == judged.failed
    assert "broke-off" == judged["ITA-TLS-001"].variant


def test_no_answer_fails(healthy: House) -> None:
    """A handshake, and no answer in time."""
    judged = judge(healthy.live(ended="timeout", stage="read", is_http=False, answer=""))

    assert {"ITA-TLS-001"} == judged.failed
    assert "no-answer" == judged["ITA-TLS-001"].variant

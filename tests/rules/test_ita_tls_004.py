"""ITA-TLS-004: Master and agent agree on protocol and cipher."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-004"].status


def test_protocol_fails(healthy: House) -> None:
    """No common protocol: what it takes is said."""
    judged = judge(
        healthy.live(
            is_done=False,
            protocol="",
            cipher="",
            chain=(),
            asked=False,
            sent=False,
            ended="alert",
            alert="protocol_version",
            takes=("TLSv1.3",),
            is_http=False,
            answer="",
        )
    )

    assert {"ITA-TLS-004"} == judged.failed
    assert "protocol" == judged["ITA-TLS-004"].variant


def test_cipher_fails(healthy: House) -> None:
    """No common cipher."""
    judged = judge(
        healthy.live(
            is_done=False,
            protocol="",
            cipher="",
            chain=(),
            asked=False,
            sent=False,
            ended="alert",
            alert="handshake_failure",
            is_http=False,
            answer="",
        )
    )

    assert {"ITA-TLS-004"} == judged.failed
    assert "cipher" == judged["ITA-TLS-004"].variant

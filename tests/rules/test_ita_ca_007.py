"""ITA-CA-007: The bundle holds nothing else."""

from __future__ import annotations

from builders import CERTS, House, healthy_bytes, judge, key, request, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-007"].status


def test_unknown_master_passes(healthy: House) -> None:
    """Where the master's is not known, no side is asked."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().master + self_signed("who", key("new"))))

    assert Status.PASS == judged["ITA-CA-007"].status
    assert frozenset() == judged.failed


def test_ca_too_passes(healthy: House) -> None:
    """The CA's certificate in the bundle as well is healthy."""
    judged = judge(
        healthy.write(f"{CERTS}/server.pem", healthy_bytes().master).write(
            "bundle", healthy_bytes().own + healthy_bytes().master + healthy_bytes().ca
        )
    )

    assert Status.PASS == judged["ITA-CA-007"].status
    assert frozenset() == judged.failed


def test_text_fails(healthy: House) -> None:
    """Text between the blocks."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + b"Alias name: server\n" + healthy_bytes().master))

    assert {"ITA-CA-007"} == judged.failed
    assert "text" == judged["ITA-CA-007"].variant


def test_block_fails(healthy: House) -> None:
    """A request."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().master + request()))

    assert {"ITA-CA-007"} == judged.failed
    assert "block" == judged["ITA-CA-007"].variant


def test_stranger_fails(healthy: House) -> None:
    """A certificate of neither side, where the master's is known."""
    judged = judge(
        healthy.write(f"{CERTS}/server.pem", healthy_bytes().master).write(
            "bundle", healthy_bytes().own + healthy_bytes().master + self_signed("who", key("new"))
        )
    )

    assert {"ITA-CA-007"} == judged.failed
    assert "stranger" == judged["ITA-CA-007"].variant

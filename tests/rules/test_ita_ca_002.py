"""ITA-CA-002: The bundle holds the agent's certificate."""

from __future__ import annotations

from builders import House, certificate, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-002"].status


def test_older_fails(healthy: House) -> None:
    """An older certificate of the agent stands there."""
    judged = judge(healthy.write("bundle", certificate(start=-300) + healthy_bytes().master))

    assert {"ITA-CA-002"} == judged.failed
    assert "older" == judged["ITA-CA-002"].variant


def test_absent_fails(healthy: House) -> None:
    """The agent's is not there."""
    judged = judge(healthy.write("bundle", healthy_bytes().master))

    assert {"ITA-CA-002"} == judged.failed
    assert "absent" == judged["ITA-CA-002"].variant


def test_pub_alone_is_not_ours(healthy: House) -> None:
    """Where pub alone is another certificate of the key, that is ITA-CERT-002."""
    judged = judge(healthy.write("pub", certificate(start=-200)))

    assert {"ITA-CERT-002"} == judged.failed

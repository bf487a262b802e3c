"""ITA-RND-002: The random file is random."""

from __future__ import annotations

from builders import House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-RND-002"].status


def test_constant_fails(healthy: House) -> None:
    """Zeros."""
    judged = judge(healthy.write("seed", bytes(8192)))

    assert {"ITA-RND-002"} == judged.failed
    assert "constant" == judged["ITA-RND-002"].variant


def test_text_fails(healthy: House) -> None:
    """Text, short as it is."""
    judged = judge(healthy.write("seed", b"put something random here please\n" * 3))

    assert {"ITA-RND-002"} == judged.failed
    assert "text" == judged["ITA-RND-002"].variant


def test_pem_fails(healthy: House) -> None:
    """A PEM."""
    judged = judge(healthy.write("seed", healthy_bytes().own))

    assert {"ITA-RND-002"} == judged.failed
    assert "pem" == judged["ITA-RND-002"].variant


def test_biased_fails(healthy: House) -> None:
    """Counted up."""
    judged = judge(healthy.write("seed", bytes(range(256)) * 32))

    assert {"ITA-RND-002"} == judged.failed
    assert "biased" == judged["ITA-RND-002"].variant

"""ITA-KEY-004: The private key is RSA of 2048 bits or more."""

from __future__ import annotations

from builders import House, certificate, ed25519_key, judge, key, locked
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-004"].status


def test_small_fails(healthy: House) -> None:
    """1024 bits."""
    judged = judge(healthy.write("prv", locked(key("small", 1024))).with_certificate(certificate(private=key("small", 1024))))

    assert {"ITA-KEY-004"} == judged.failed
    assert "small" == judged["ITA-KEY-004"].variant
    assert "error" == judged["ITA-KEY-004"].severity.value


def test_ec_fails(healthy: House) -> None:
    """An elliptic key is a warning."""
    judged = judge(healthy.write("prv", locked(key("agent-ec"))).with_certificate(certificate(private=key("agent-ec"))))

    assert {"ITA-KEY-004"} == judged.failed
    assert "ec" == judged["ITA-KEY-004"].variant
    assert "warning" == judged["ITA-KEY-004"].severity.value


def test_other_fails(healthy: House) -> None:
    """Ed25519."""
    judged = judge(healthy.write("prv", locked(ed25519_key())).with_certificate(certificate(private=ed25519_key())))

    assert {"ITA-KEY-004"} == judged.failed
    assert "other" == judged["ITA-KEY-004"].variant
    assert "error" == judged["ITA-KEY-004"].severity.value

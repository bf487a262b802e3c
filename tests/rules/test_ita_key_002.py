"""ITA-KEY-002: The private key opens with the stashed password."""

from __future__ import annotations

import base64

from builders import PASSWORD, House, judge, key, locked
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-002"].status


def test_wrong_fails(healthy: House) -> None:
    """Another password."""
    judged = judge(healthy.write("stash", base64.encodebytes(b"another-Pass-1")))

    assert {"ITA-KEY-002"} == judged.failed
    assert "wrong" == judged["ITA-KEY-002"].variant


def test_plain_fails(healthy: House) -> None:
    """The plain password happens to be good Base64."""
    judged = judge(healthy.write("stash", b"Abcd1234efgh").write("prv", locked(key("agent"), b"Abcd1234efgh")))

    assert {"ITA-KEY-002"} == judged.failed
    assert "plain" == judged["ITA-KEY-002"].variant


def test_hex_fails(healthy: House) -> None:
    """Hex of the password happens to be good Base64."""
    judged = judge(healthy.write("stash", (PASSWORD[:12]).hex().encode()).write("prv", locked(key("agent"), PASSWORD[:12])))

    assert {"ITA-KEY-002"} == judged.failed
    assert "hex" == judged["ITA-KEY-002"].variant

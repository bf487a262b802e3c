"""ITA-KEY-007: This machine's libraries can read the key's encryption."""

from __future__ import annotations

import cryptography
import pytest

from builders import House, fixture, judge
from ita_doctor.model.finding import Status

NEW = int(cryptography.__version__.split(".")[0]) >= 42


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-007"].status


@pytest.mark.skipif(not NEW, reason="this cryptography still reads IDEA")
def test_unknown_fails(healthy: House) -> None:
    """A cipher that this machine's library does not know: what needs the key waits, nothing else fails."""
    judged = judge(healthy.write("prv", fixture("idea.pem")))

    assert {"ITA-KEY-007"} == judged.failed
    assert "unknown" == judged["ITA-KEY-007"].variant
    assert {"ITA-KEY-007"} == {judged[rule].blocked_by for rule in ("ITA-KEY-002", "ITA-KEY-004", "ITA-CERT-003")}


@pytest.mark.skipif(NEW, reason="this cryptography no longer reads IDEA")
def test_an_old_library_can_tell(healthy: House) -> None:
    """Where the library knows the cipher, a stash that does not open the key is ITA-KEY-002."""
    assert {"ITA-KEY-002"} == judge(healthy.write("prv", fixture("idea.pem"))).failed

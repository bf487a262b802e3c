"""ITA-TLS-002: The master presents a certificate that the bundle trusts."""

from __future__ import annotations

from builders import MASTER, House, certificate, der, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-002"].status


def test_issuer_passes(healthy: House) -> None:
    """Its issuer in the bundle is enough."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().ca).live(chain=(der(certificate(MASTER[0], key("new"))),)))

    assert Status.PASS == judged["ITA-TLS-002"].status
    assert frozenset() == judged.failed


def test_older_fails(healthy: House) -> None:
    """The bundle holds an older one of the same subject."""
    judged = judge(healthy.live(chain=(der(self_signed(MASTER[0], key("new"))),)))

    assert {"ITA-TLS-002"} == judged.failed
    assert "older" == judged["ITA-TLS-002"].variant


def test_stranger_fails(healthy: House) -> None:
    """Nothing of the bundle issued it."""
    judged = judge(healthy.live(chain=(der(self_signed("who", key("new"))),)))

    assert {"ITA-TLS-002", "ITA-TLS-008"} == judged.failed
    assert "stranger" == judged["ITA-TLS-002"].variant

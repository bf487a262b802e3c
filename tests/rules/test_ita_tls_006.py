"""ITA-TLS-006: The master's certificate is valid today."""

from __future__ import annotations

from builders import MASTER, House, certificate, der, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-006"].status


def test_expired_fails(healthy: House) -> None:
    """Expired, and issued by what the bundle holds."""
    judged = judge(
        healthy.write("bundle", healthy_bytes().own + healthy_bytes().ca).live(chain=(der(certificate(MASTER[0], key("new"), start=-400)),))
    )

    assert {"ITA-TLS-006"} == judged.failed
    assert "expired" == judged["ITA-TLS-006"].variant


def test_early_fails(healthy: House) -> None:
    """Not yet valid."""
    judged = judge(healthy.write("bundle", healthy_bytes().own + healthy_bytes().ca).live(chain=(der(certificate(MASTER[0], key("new"), start=3)),)))

    assert {"ITA-TLS-006"} == judged.failed
    assert "early" == judged["ITA-TLS-006"].variant


def test_one_in_the_bundle_is_not_ours(healthy: House) -> None:
    """One that stands in the bundle itself is ITA-CA-004's."""
    old = self_signed(MASTER[0], key("master"), start=-400)

    judged = judge(healthy.write("bundle", healthy_bytes().own + old).live(chain=(der(old),)))

    assert {"ITA-CA-004"} == judged.failed

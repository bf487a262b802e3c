"""ITA-CERT-013: The certificate is signed by somebody else."""

from __future__ import annotations

from builders import SUFFIX, House, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CERT-013"].status


def test_self_signed_fails(healthy: House) -> None:
    """Self-signed is a note."""
    judged = judge(healthy.with_certificate(self_signed(SUFFIX, key("agent"))))

    assert {"ITA-CERT-013"} == judged.failed
    assert "self-signed" == judged["ITA-CERT-013"].variant
    assert "note" == judged["ITA-CERT-013"].severity.value

"""ITA-TLS-003: The master accepts the agent's certificate."""

from __future__ import annotations

from builders import House, judge, subject
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy.live())["ITA-TLS-003"].status


def test_not_http_passes(healthy: House) -> None:
    """An answer that is not HTTP is fine."""
    judged = judge(healthy.live(is_http=False, answer="hello", date=None))

    assert Status.PASS == judged["ITA-TLS-003"].status
    assert frozenset() == judged.failed


def test_refused_fails(healthy: House) -> None:
    """Asked, sent, and the end."""
    judged = judge(healthy.live(ended="eof", stage="read", is_http=False, answer=""))

    assert {"ITA-TLS-003"} == judged.failed
    assert "refused" == judged["ITA-TLS-003"].variant


def test_alert_fails(healthy: House) -> None:
    """An alert about the certificate, by name."""
    judged = judge(healthy.live(ended="alert", alert="certificate_unknown", stage="read", is_http=False, answer=""))

    assert {"ITA-TLS-003"} == judged.failed
    assert "alert" == judged["ITA-TLS-003"].variant


def test_other_fails(healthy: House) -> None:
    """The master knows a certificate of our name: the end says so."""
    judged = judge(healthy.live(ended="reset", stage="read", is_http=False, answer="", asked_names=(subject(),)))

    assert {"ITA-TLS-003"} == judged.failed
    assert "refused-other" == judged["ITA-TLS-003"].variant

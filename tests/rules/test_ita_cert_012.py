"""ITA-CERT-012: The certificate is signed by the CA given."""

from __future__ import annotations

from builders import House, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_without_a_ca_it_is_skipped(healthy: House) -> None:
    """Without --ca-cert it is skipped."""
    assert Status.SKIPPED == judge(healthy)["ITA-CERT-012"].status


def test_given_passes(healthy: House) -> None:
    """The CA that signed it."""
    judged = judge(healthy.write("/ca.pem", healthy_bytes().ca).ask(ca_cert="/ca.pem"))

    assert Status.PASS == judged["ITA-CERT-012"].status
    assert frozenset() == judged.failed


def test_renewed_passes(healthy: House) -> None:
    """A renewed CA of the same name and key."""
    judged = judge(healthy.write("/ca.pem", self_signed("TWSca", key("ca"), days=99)).ask(ca_cert="/ca.pem"))

    assert Status.PASS == judged["ITA-CERT-012"].status
    assert frozenset() == judged.failed


def test_other_issuer_fails(healthy: House) -> None:
    """Another issuer."""
    judged = judge(healthy.write("/ca.pem", self_signed("other", key("other"))).ask(ca_cert="/ca.pem"))

    assert {"ITA-CERT-012"} == judged.failed
    assert "other-issuer" == judged["ITA-CERT-012"].variant


def test_signature_fails(healthy: House) -> None:
    """The same name, another key."""
    judged = judge(healthy.write("/ca.pem", self_signed("TWSca", key("other"))).ask(ca_cert="/ca.pem"))

    assert {"ITA-CERT-012"} == judged.failed
    assert "signature" == judged["ITA-CERT-012"].variant

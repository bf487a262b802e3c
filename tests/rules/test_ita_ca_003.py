"""ITA-CA-003: The bundle holds a certificate of the master."""

from __future__ import annotations

from builders import CERTS, MASTER, House, certificate, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-CA-003"].status


def test_issuer_passes(healthy: House) -> None:
    """The issuer of the master's certificate is enough."""
    judged = judge(
        healthy.write("bundle", healthy_bytes().own + healthy_bytes().ca)
        .write("/s.pem", certificate(MASTER[0], key("master")))
        .ask(server_cert="/s.pem")
    )

    assert Status.PASS == judged["ITA-CA-003"].status
    assert frozenset() == judged.failed


def test_only_own_fails(healthy: House) -> None:
    """Only the agent's own."""
    judged = judge(healthy.write("bundle", healthy_bytes().own))

    assert {"ITA-CA-003"} == judged.failed
    assert "only-own" == judged["ITA-CA-003"].variant


def test_older_fails(healthy: House) -> None:
    """Another one of the subject of server.pem."""
    judged = judge(healthy.write(f"{CERTS}/server.pem", self_signed(MASTER[0], key("new"))))

    assert {"ITA-CA-003"} == judged.failed
    assert "older" == judged["ITA-CA-003"].variant


def test_not_this_fails(healthy: House) -> None:
    """Not that of --server-cert."""
    judged = judge(healthy.write("/s.pem", self_signed("elsewhere", key("new"))).ask(server_cert="/s.pem"))

    assert {"ITA-CA-003"} == judged.failed
    assert "not-this" == judged["ITA-CA-003"].variant

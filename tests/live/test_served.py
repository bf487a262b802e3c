"""What the agent's own port presents: any TLS there is, in a bounded time, and nothing that a hostile port says gets further."""

from __future__ import annotations

import os
import socket
import ssl
import time

import pytest

from ita_doctor.host.served import served
from live import hostile, hostile_tls
from live.certs import pair
from live.masters import OpenSSLMaster, PythonMaster


def look(port, **more):
    """What *port* presents, and never later than is promised."""
    start = time.monotonic()
    try:
        return served(port, **{"timeout": 0.5, **more})
    finally:
        assert time.monotonic() - start < more.get("timeout", 0.5) + 1


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1", "-tls1_2", "-tls1_3"])
def test_every_version_of_tls(version):
    """From TLS 1.0 on, whatever this machine's OpenSSL would allow by itself."""
    with OpenSSLMaster(version, "-cipher", "ALL:@SECLEVEL=0", pair=pair("agent")) as agent:
        assert pair("agent").der == look(agent.port, timeout=5)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_port_that_insists_on_a_certificate(version):
    """It presents its own, though ours does not please it, or we have none."""
    more = ("-Verify", "1", "-verify_return_error", "-CAfile", "{trust}")
    with OpenSSLMaster(version, *more, pair=pair("agent"), trust=pair("master").pem) as agent:
        assert pair("agent").der == look(agent.port, timeout=5)
        assert pair("agent").der == look(agent.port, timeout=5, identity=pair("agent").identity())


def test_our_own_certificate_is_presented():
    """An agent that trusts its own certificate and asks for one sees it, and has nothing to complain of."""
    seen = []
    with PythonMaster(
        pair=pair("agent"), trust=pair("agent").pem, ask=ssl.CERT_REQUIRED, answer=lambda secured: seen.append(secured.getpeercert(True))
    ) as agent:
        look(agent.port, timeout=5, identity=pair("agent").identity())

    assert [pair("agent").der] == seen


def test_a_port_of_ipv6_alone():
    """::1 is asked where nobody listens on 127.0.0.1."""
    try:
        with PythonMaster(pair=pair("agent"), bind="::1") as agent:
            assert pair("agent").der == look(agent.port, timeout=5)
    except OSError:
        pytest.skip("needs IPv6")


def test_nobody_listens():
    """It is that very error."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            look(one.getsockname()[1])


TIMES = (hostile.Silent, hostile.NeverAccepts, hostile.QueueIsFull, hostile.OneByteASecond)
PLAIN = (hostile.PlainHttp, hostile.PlainHtml, hostile.PlainHttpThatHangsUp, hostile.SshBanner, hostile.ClosesAtOnce, hostile.ResetsAtOnce,
         hostile.EndlessGarbage, hostile.ClosesAfterClientHello, hostile.ResetsAfterClientHello)  # fmt: skip
TLS = (hostile.AlertFlood, hostile.FatalAlert, hostile.BigCertificateMessage, hostile.HelloRequests, hostile.EmptyRecords)
KINDS = (
    [(one, TimeoutError, "time") for one in TIMES]
    + [(one, OSError, "does not speak TLS") for one in PLAIN]
    + [(one, OSError, "no certificate") for one in TLS]
)


@pytest.mark.parametrize(("master", "error", "words"), KINDS, ids=[one.__name__ for one, _, _ in KINDS])
def test_every_hostile_port_is_told_apart(master, error, words):
    """Silent, endless or plain: an error of its kind, in time."""
    with master() as one, pytest.raises(error, match=words):
        look(one.port)


@pytest.mark.parametrize(
    "master",
    [hostile.ManyCertificates, hostile_tls.SilentInsideTls, hostile_tls.EndlessHeaders, hostile_tls.JunkAfterHandshake, hostile_tls.EndlessTickets],
)
def test_nothing_is_asked_inside(master):
    """The first certificate is enough: what comes after it is not waited for."""
    with master() as one:
        assert pair("master").der == look(one.port, timeout=3)


def test_a_port_of_this_machine_has_less_time(monkeypatch):
    """A long --timeout is for masters: one machine's own port has less."""
    monkeypatch.setattr("ita_doctor.host.served._LONGEST", 0.3)
    with hostile.Silent() as one, pytest.raises(TimeoutError):
        look(one.port, timeout=3600)


def test_nothing_is_left_behind():
    """No open connection, whatever came of it."""
    with OpenSSLMaster(pair=pair("agent")) as agent, hostile.PlainHttp() as plain:
        look(agent.port, timeout=5)
        before = len(os.listdir("/proc/self/fd"))
        look(agent.port, timeout=5)
        with pytest.raises(OSError, match="TLS"):
            look(plain.port)

        assert before >= len(os.listdir("/proc/self/fd")) - 1  # the plain one may hold its end for a moment

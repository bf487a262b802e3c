"""The road to the master: names, addresses, backups, proxies."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest

from ita_doctor.host.net import Names, reach, versions_of
from ita_doctor.model.network import VERSIONS, Target
from live import hostile, hostile_proxies
from live.certs import pair
from live.masters import PythonMaster

MASTER = pair("master")


def shut_port(bind="127.0.0.1"):
    """A port of this machine at which nobody listens."""
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.bind((bind, 0))
        return probe.getsockname()[1]


def outcomes(network):
    """Where it went, and what came of it."""
    return [(attempt.host, attempt.address, attempt.outcome) for attempt in network.attempts]


def test_the_first_that_answers_is_judged():
    """Backups are tried in their order, and none after the first that answers."""
    with PythonMaster(pair=MASTER) as master:
        ports = (shut_port(), master.port, master.port)
        network = reach([Target("127.0.0.1", port, "test") for port in ports], None, timeout=1.0)

    assert [("127.0.0.1", "127.0.0.1", "refused"), ("127.0.0.1", "127.0.0.1", "open")] == outcomes(network)
    assert ("tls", master.port, 1) == (network.peer.speaks, network.peer.port, len(master.requests))


def test_a_backup_does_not_hide_a_master_without_tls():
    """A port that answers is judged, though a backup would speak TLS."""
    with hostile.PlainHttp() as first, PythonMaster(pair=MASTER) as backup:
        network = reach([Target("127.0.0.1", one.port, "test") for one in (first, backup)], None, timeout=1.0)

    assert ("http", first.port) == (network.peer.speaks, network.peer.port)


def test_nobody_answers():
    """Where no port answers there is no peer, and OpenSSL is never loaded."""
    code = (
        "import sys; from ita_doctor.host.net import reach; from ita_doctor.model.network import Target; "
        f"found = reach([Target('127.0.0.1', {shut_port()}, 'test')], None, timeout=1.0); "
        "print(found.peer, found.attempts[0].outcome, 'OpenSSL' in sys.modules, 'cryptography' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "None refused False False\n" == said


@pytest.mark.parametrize("name", ["nosuch.invalid", "a" * 70 + ".example", "", "nul\0.example", "..", "ünïcödé.invalid"])
def test_names_that_do_not_resolve(name):
    """Whatever stands for a name, one that leads nowhere is unresolved, and nothing is raised."""
    network = reach([Target(name, 31116, "test")], None, timeout=1.0)

    assert [(name, "", "unresolved")] == outcomes(network)


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_ports_that_are_none(port):
    """A port that cannot be is unresolved."""
    assert [("127.0.0.1", "", "unresolved")] == outcomes(reach([Target("127.0.0.1", port, "test")], None, timeout=1.0))


def test_a_resolver_that_hangs_is_left():
    """A resolver that does not come back is waited for no longer than was said, and keeps nobody from ending."""
    names = Names(lambda *_, **__: time.sleep(2) or [])
    start = time.monotonic()
    names.ask("master.example", 31116)

    with pytest.raises(Exception, match="unresolved"):
        names.answer("master.example", 31116, until=start + 0.2)
    assert time.monotonic() - start < 1


def test_every_address_of_a_name_is_tried():
    """A name whose first address is shut is reached at its next."""
    found = {address[4][0] for address in socket.getaddrinfo("localhost", 1, type=socket.SOCK_STREAM)}
    if found != {"::1", "127.0.0.1"}:
        pytest.skip("localhost has one address here")
    with PythonMaster(pair=MASTER) as master:
        network = reach([Target("localhost", master.port, "test")], None, timeout=1.0)

    assert ("localhost", "127.0.0.1", "open") == outcomes(network)[-1]
    assert "127.0.0.1" == network.peer.address


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_ipv6(host):
    """An IPv6 address, in brackets or not, is reached, and named in brackets in the request."""
    try:
        with PythonMaster(pair=MASTER, bind="::1") as master:
            network = reach([Target(host, master.port, "test")], None, timeout=1.0)
    except OSError:
        pytest.skip("no IPv6 here")

    assert "HTTP/1.1 200 OK" == network.peer.answer
    assert b"\r\nHost: [::1]\r\n" in master.requests[0]


def test_through_a_proxy():
    """Through a proxy the master's name is the proxy's business, and the handshake is the master's."""
    with PythonMaster(pair=MASTER) as master, hostile_proxies.Proxy() as proxy:
        network = reach([Target("master.example", master.port, "test", f"127.0.0.1:{proxy.port}")], None, timeout=1.0)

    assert [("master.example", "127.0.0.1", "open")] == outcomes(network)
    assert "HTTP/1.1 200 OK" == network.peer.answer
    assert ["master.example"] == master.server_names
    place = f"master.example:{master.port}".encode()
    assert [b"CONNECT " + place + b" HTTP/1.1\r\nHost: " + place + b"\r\n\r\n"] == proxy.received


def test_a_diagnosis_goes_through_the_proxy():
    """Further connections go the same way as the first."""
    with hostile.ClosesAfterClientHello() as master, hostile_proxies.Proxy() as proxy:
        network = reach([Target("127.0.0.1", master.port, "test", f"127.0.0.1:{proxy.port}")], None, timeout=1.0)

    assert "closed" == network.peer.speaks
    assert len(proxy.received) == len(master.received) > 4


@pytest.mark.parametrize("proxy", ["nosuch.invalid:8080", "127.0.0.1", "127.0.0.1:x", ":", "127.0.0.1:99999"])
def test_proxies_that_are_none(proxy):
    """A proxy that does not resolve, or has no port, is unresolved and named."""
    (attempt,) = reach([Target("127.0.0.1", 31116, "test", proxy)], None, timeout=1.0).attempts

    assert ("unresolved", proxy) == (attempt.outcome, attempt.via)


def test_a_proxy_that_is_shut():
    """A proxy whose port is shut is refused, and named."""
    proxy = f"127.0.0.1:{shut_port()}"

    (attempt,) = reach([Target("master.example", 31116, "test", proxy)], None, timeout=1.0).attempts

    assert ("refused", "127.0.0.1", proxy) == (attempt.outcome, attempt.address, attempt.via)


def test_what_was_tried_before_is_not_tried_again():
    """A place that did not answer before is told with the outcome of then, and left alone."""
    with PythonMaster(pair=MASTER) as master:
        place = f"127.0.0.1:{master.port}"
        network = reach([Target("127.0.0.1", master.port, "test")], None, timeout=1.0, tried={place: "timeout"})

    assert [("127.0.0.1", "", "timeout")] == outcomes(network)
    assert [] == master.requests


def test_many_addresses_share_the_time():
    """Ports that never answer leave time for the one behind them, and the whole ends in time."""
    with hostile.QueueIsFull() as one, hostile.QueueIsFull() as two, PythonMaster(pair=MASTER) as master:
        start = time.monotonic()
        network = reach([Target("127.0.0.1", server.port, "test") for server in (one, two, master)], None, timeout=1.0)

    assert ["timeout", "timeout", "open"] == [attempt.outcome for attempt in network.attempts]
    assert "HTTP/1.1 200 OK" == network.peer.answer
    assert time.monotonic() - start < 3.5


def test_a_deadline_cuts_all_steps():
    """With a deadline the whole ends by it, whatever the time-out."""
    with hostile.Silent() as master:
        start = time.monotonic()
        peer = reach([Target("127.0.0.1", master.port, "test")], None, timeout=10.0, deadline=start + 0.5).peer

    assert ("silent", "timeout") == (peer.speaks, peer.ended)
    assert time.monotonic() - start < 1.5


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", VERSIONS),
        ("SSLv23", VERSIONS),
        ("TLSv1.2", ("TLSv1.2",)),
        ('"TLSv1.2,TLSv1.3"', ("TLSv1.2", "TLSv1.3")),
        ("tlsv12", ("TLSv1.2",)),
        ("TLS_1_1 TLS1.0", ("TLSv1", "TLSv1.1")),
        ("TLSV1", ("TLSv1",)),
    ],
)
def test_versions_of_a_setting(setting, expected):
    """Every spelling of a version is understood, and a word that is none narrows nothing."""
    assert expected == versions_of(setting)

"""What live tests share: an agent with its identity, and one way to go to a master."""

from __future__ import annotations

import time

import pytest

from ita_doctor.host.net import reach
from ita_doctor.model.network import Peer, Target
from live.certs import pair

_VOLATILE = ("host", "port", "address", "date_read", "seconds", "ciphers", "versions", "chain", "asked_names")


def facts(peer):
    """All of a peer that says something and is the same on every run; nothing of it for a field that is as by default."""
    plain = Peer("", 0, "", "")
    return {name: value for name, value in peer._asdict().items() if name not in _VOLATILE and value != getattr(plain, name)}


@pytest.fixture
def agent():
    """The agent's key and certificate."""
    return pair("agent")


@pytest.fixture
def go(agent):
    """Go to a port of this machine as the agent and return the peer; never longer than is promised."""

    def visit(port, *, host="127.0.0.1", timeout=5.0, **options):
        identity = options.pop("identity") if "identity" in options else agent.identity()
        start = time.monotonic()
        network = reach([Target(host, port, "test")], identity, timeout=timeout, **options)
        assert time.monotonic() - start < 3.5 * timeout
        return network.peer

    return visit

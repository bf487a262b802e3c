"""host.addresses: what a name resolves to, and which of that is this machine."""

from __future__ import annotations

import socket
import time

import pytest

from ita_doctor.host.addresses import addresses
from ita_doctor.host.net import Names


def test_loopback_is_this_machine() -> None:
    """By name and by number."""
    assert all(is_own for _, is_own in addresses("localhost", 5.0))
    assert (("127.0.0.1", True),) == addresses("127.0.0.1", 5.0)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 in this Python")
def test_ipv6_is_known() -> None:
    """In brackets too; a documentation address is nobody's."""
    assert (("2001:db8::1", False),) == addresses("[2001:db8::1]", 5.0)


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.7", "0.0.0.0", "::"])
def test_another_address_is_not(address: str) -> None:
    """Documentation addresses, and those that stand for all."""
    assert ((address, False),) == addresses(address, 5.0)


@pytest.mark.parametrize(
    "name", ["", "[]", ".", "..", "a" * 300, ".".join(["abc"] * 75), "nul\0.example", "ünïcödé.invalid", "nosuch.invalid", "a b", "<name>", "\udcff"]
)
def test_what_is_no_name_leads_nowhere(name: str) -> None:
    """And nothing is raised."""
    assert () == addresses(name, 5.0)


def test_a_resolver_that_hangs_is_left() -> None:
    """After the time-out, whatever it does."""
    names = Names(lambda *_, **__: time.sleep(2) or [])
    names.ask("agent.example", 443)
    start = time.monotonic()

    with pytest.raises(TimeoutError):
        names.known("agent.example", 443, until=start + 0.2)
    assert time.monotonic() - start < 1

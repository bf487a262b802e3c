"""What a name resolves to, and which of that is this machine itself."""

from __future__ import annotations

import errno
import socket
import time
from typing import Tuple

from ita_doctor.host.net import Address, Names

_PORT = 443
"""A resolver is asked for a port too; nothing is sent to it."""

_FOREIGN = (errno.EADDRNOTAVAIL, errno.EINVAL, errno.EAFNOSUPPORT)

_NOBODY = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


def addresses(name: str, timeout: float) -> Tuple[Tuple[str, bool], ...]:
    """
    The addresses of *name*, each with whether it is this machine's; () where there is none.

    TimeoutError where the resolver, which knows no time-out of its own, has not answered in *timeout* seconds.
    """
    host, names = name.strip("[]"), Names()
    names.ask(host, _PORT)
    found = names.known(host, _PORT, until=time.monotonic() + timeout)
    return tuple({str(address[1][0]): _is_own(address) for address in found}.items())


def _is_own(address: Address) -> bool:
    """
    Whether a socket may be bound to it: only one of the machine's own addresses can be. Nothing is sent.

    Where the system forbids the socket for another reason, the benefit of the doubt: nobody is told of a fault that was not seen.
    """
    family, place = address
    if place[0] in _NOBODY:
        return False
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((place[0], 0, *place[2:]))
    except OSError as why:
        return why.errno not in _FOREIGN
    return True

"""The certificate that a TLS port of this machine presents: one bounded handshake in which nothing is verified and nothing asked for."""

from __future__ import annotations

import errno
import socket
import time
from contextlib import closing
from typing import Optional

from ita_doctor.host.wire import Wire
from ita_doctor.model.network import Identity

LOOPBACK = ("127.0.0.1", "::1")

_LONGEST = 5.0
"""Seconds that a handshake on one machine may take, however long --timeout lets a master be."""


def served(port: int, timeout: float, identity: Optional[Identity] = None) -> bytes:
    """
    The certificate (DER) that *port* of this machine presents, as whoever asks for it in TLS 1.0 to 1.3 gets it.

    *identity* is presented where it asks for one, so that an agent that trusts its own certificate has nothing to complain of. All of it ends
    within *timeout* seconds, five at most. ConnectionRefusedError where nobody listens, TimeoutError where nothing comes in time; OSError with
    EPROTONOSUPPORT where what answers is not TLS, with EPROTO where it is and presents no certificate.
    """
    until = time.monotonic() + min(timeout, _LONGEST)
    with closing(_dial(port, until)) as wire:
        from ita_doctor.host.answer import language
        from ita_doctor.host.offer import Offer
        from ita_doctor.host.tls import Talk

        talk = Talk(wire, Offer("", identity=identity))
        presented = talk.shake(until)
        if presented:
            return presented[0]
        if talk.ended == "timeout":
            raise TimeoutError(errno.ETIMEDOUT, "nothing came in time")
        if language(talk.first) == "tls":
            raise OSError(errno.EPROTO, "presents no certificate")
        raise OSError(errno.EPROTONOSUPPORT, "does not speak TLS")


def _dial(port: int, until: float) -> Wire:
    """A connection to the first loopback address that takes one."""
    is_late = False
    for host in LOOPBACK:
        try:
            connected = socket.create_connection((host, port), max(until - time.monotonic(), 0.001))
        except (socket.timeout, TimeoutError):
            is_late = True
        except ConnectionResetError:
            raise OSError(errno.EPROTONOSUPPORT, "does not speak TLS") from None
        except (OSError, OverflowError):  # no IPv6 here, nobody listens
            continue
        else:
            return Wire(connected)
    if is_late:
        raise TimeoutError(errno.ETIMEDOUT, "takes no connection in time")
    raise ConnectionRefusedError(errno.ECONNREFUSED, "nobody listens")

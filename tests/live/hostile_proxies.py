"""An HTTP proxy that does well, and those that do not."""

from __future__ import annotations

import contextlib
import socket
import threading

from live.hostile import OneByteASecond
from live.listener import Hostile


class Proxy(Hostile):
    """An HTTP proxy that does as it should: CONNECT leads to the port that is named, on this machine."""

    reply = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\n\r\n"

    def treat(self, connection):
        said = self.hear(connection)
        port = int(said.split()[1].rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=2) as onward:
            connection.sendall(self.reply)
            back = threading.Thread(target=_carry, args=(onward, connection), daemon=True)
            back.start()
            _carry(connection, onward)
            back.join(5)


def _carry(source, sink):
    """Bytes from one connection to another, until the end."""
    with contextlib.suppress(OSError):
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class RefusingProxy(Hostile):
    """A proxy that refuses."""

    reply = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"

    def treat(self, connection):
        self.hear(connection)
        connection.sendall(self.reply)


class GarbageProxy(RefusingProxy):
    """A proxy that is none."""

    reply = b"220 mail.example.com\x1b ESMTP\r\n\r\n"


class SilentProxy(Hostile):
    """A proxy that says nothing."""

    def treat(self, connection):
        self.hear(connection)
        self.wait()


class ClosingProxy(Hostile):
    """A proxy that hangs up."""

    def treat(self, connection):
        self.hear(connection)


class EndlessProxyReply(Hostile):
    """A proxy that agrees and never comes to the end of its head."""

    def treat(self, connection):
        self.hear(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        self.pour(connection, b"X-More: " + b"x" * 1000 + b"\r\n")


class SlowProxyReply(OneByteASecond):
    """A proxy that drips its answer."""

    def __init__(self):
        super().__init__(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200)

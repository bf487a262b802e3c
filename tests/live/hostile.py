"""Masters that do not mean well before any handshake is done; each a context manager with `.port`, ended by the block whatever they were doing."""

from __future__ import annotations

import contextlib
import os
import socket

from live.certs import pair
from live.listener import Hostile, reset


class Silent(Hostile):
    """Takes the connection and says nothing."""

    def treat(self, connection):
        self.wait()


class NeverAccepts:
    """Listens and never takes a connection from the queue: the system answers, the program does not."""

    def __enter__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(32)
        self.port = self._listener.getsockname()[1]
        return self

    def __exit__(self, *_):
        self._listener.close()


class QueueIsFull(NeverAccepts):
    """The queue is full: a connection is not even established."""

    def __enter__(self):
        super().__enter__()
        self._listener.listen(0)
        self._fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", self.port))
            self._fillers.append(filler)
        return self

    def __exit__(self, *_):
        for filler in self._fillers:
            filler.close()
        super().__exit__()


class OneByteASecond(Hostile):
    """Drips the answer to a client hello (or whatever *words* are) byte by byte."""

    def __init__(self, words=b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(200), pause=0.3):
        self._words = words
        self._pause = pause

    def treat(self, connection):
        self.hear(connection)
        for byte in self._words:
            connection.sendall(bytes((byte,)))
            if self.wait(self._pause):
                return


class EndlessGarbage(Hostile):
    """Random bytes without end."""

    def treat(self, connection):
        self.pour(connection, b"\x80" + os.urandom(1 << 14))


class AlertFlood(Hostile):
    """Warnings of TLS without end, before any handshake."""

    def treat(self, connection):
        self.hear(connection)
        self.pour(connection, b"\x15\x03\x03\x00\x02\x01\x70" * 500)


class FatalAlert(Hostile):
    """Answers the client hello with one fatal alert."""

    def __init__(self, kind=40):
        self._kind = kind

    def treat(self, connection):
        self.hear(connection)
        connection.sendall(b"\x15\x03\x01\x00\x02\x02" + bytes((self._kind,)))


class PlainHttp(Hostile):
    """HTTP without TLS: any bytes get a 400."""

    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"

    def treat(self, connection):
        self.hear(connection)
        connection.sendall(self.answer)


class PlainHtml(PlainHttp):
    """HTTP of the first kind: a page and no head."""

    answer = b"<html><body>no\x1b[31m</body></html>"


class PlainHttpForGetOnly(Hostile):
    """HTTP without TLS that waits for the end of a request and says nothing to anything else."""

    def treat(self, connection):
        said = self.hear(connection)
        if said.startswith(b"GET "):
            connection.sendall(PlainHttp.answer)
        else:
            self.wait()


class PlainHttpThatHangsUp(Hostile):
    """HTTP without TLS that closes on what is no request."""

    def treat(self, connection):
        if self.hear(connection).startswith(b"GET "):
            connection.sendall(PlainHttp.answer)


class ClosesAtOnce(Hostile):
    """Takes the connection and closes it."""

    def treat(self, connection):
        connection.shutdown(socket.SHUT_RDWR)


class ResetsAtOnce(Hostile):
    """Takes the connection and resets it."""

    def treat(self, connection):
        reset(connection)


class ClosesAfterClientHello(Hostile):
    """Reads the client hello and closes."""

    def treat(self, connection):
        self.hear(connection)


class ResetsAfterClientHello(Hostile):
    """Reads the client hello and resets."""

    def treat(self, connection):
        self.hear(connection)
        reset(connection)


class SshBanner(Hostile):
    """Speaks first, and another protocol."""

    def treat(self, connection):
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\x1b]0;pwned\x07\r\n")
        self.wait()


class BigCertificateMessage(Hostile):
    """A server hello for TLS 1.2, then one handshake message of 16 MiB that never ends."""

    def treat(self, connection):
        self.hear(connection)
        hello = b"\x03\x03" + os.urandom(32) + b"\x00" + b"\xc0\x2f" + b"\x00" + b"\x00\x05\xff\x01\x00\x01\x00"
        connection.sendall(_record(_message(2, hello)))
        connection.sendall(_record(b"\x0b\xff\xff\xff\xff\xff\xfc" + bytes(1000)))
        self.pour(connection, _record(bytes(16000)))


class ManyCertificates(Hostile):
    """A server hello for TLS 1.2 and a chain of *number* certificates, then silence."""

    def __init__(self, number=120):
        self._number = number

    def treat(self, connection):
        self.hear(connection)
        hello = b"\x03\x03" + os.urandom(32) + b"\x00" + b"\xc0\x2f" + b"\x00" + b"\x00\x05\xff\x01\x00\x01\x00"
        one = pair("master").der
        chain = (len(one).to_bytes(3, "big") + one) * self._number
        body = _message(2, hello) + _message(11, len(chain).to_bytes(3, "big") + chain)
        for start in range(0, len(body), 16000):
            connection.sendall(_record(body[start : start + 16000]))
        self.wait()


class HelloRequests(Hostile):
    """Asks for a new handshake without end before the first one is begun."""

    def treat(self, connection):
        self.hear(connection)
        self.pour(connection, _record(_message(0, b"")) * 500)


class EmptyRecords(Hostile):
    """Handshake records with nothing in them, without end."""

    def treat(self, connection):
        self.hear(connection)
        self.pour(connection, b"\x16\x03\x03\x00\x00" * 500)


def _record(body):
    return b"\x16\x03\x03" + len(body).to_bytes(2, "big") + body


def _message(kind, body):
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body

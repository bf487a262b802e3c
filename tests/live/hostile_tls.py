"""Masters that shake hands well and are hostile after that."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import time

from live.certs import pair
from live.listener import LIFE, Hostile, reset
from live.masters import OpenSSLMaster, PythonMaster, load_pair


class InsideTls(PythonMaster):
    """Base of masters that shake hands well and are hostile inside."""

    def __init__(self, **options):
        super().__init__(pair=pair("master"), answer=self.treat, **options)
        self._over = threading.Event()

    def __exit__(self, *_):
        self._over.set()
        super().__exit__()

    def treat(self, secured):
        """What it does once it is asked."""
        raise NotImplementedError

    def pour(self, secured, piece, pause=0.0):
        """Send *piece* for ever."""
        end = time.monotonic() + LIFE
        while time.monotonic() < end and not self._over.wait(pause):
            secured.sendall(piece)


class SilentInsideTls(InsideTls):
    """Shakes hands, reads the request, says nothing."""

    def treat(self, secured):
        self._over.wait(LIFE)


class EndlessHeaders(InsideTls):
    """An answer whose head never ends."""

    def treat(self, secured):
        secured.sendall(b"HTTP/1.1 200 OK\r\n")
        self.pour(secured, b"X-More: " + b"x" * 1000 + b"\r\n")


class SlowHeaders(InsideTls):
    """An answer that begins and then drips."""

    def treat(self, secured):
        secured.sendall(b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
        self.pour(secured, b"x", 0.2)


class GarbageInsideTls(InsideTls):
    """Random bytes in TLS without end."""

    def treat(self, secured):
        self.pour(secured, b"\x1b\x00" + os.urandom(4096))


class OtherInsideTls(InsideTls):
    """Another protocol in TLS."""

    def treat(self, secured):
        secured.sendall(b"+OK POP3\x1b ready\r\n")


class HangsUpInsideTls(InsideTls):
    """Reads the request and closes TLS as one should, without an answer."""

    def treat(self, secured):
        with contextlib.suppress(OSError):
            secured.unwrap().close()


class CutsInsideTls(InsideTls):
    """Reads the request and closes the connection."""

    def treat(self, secured):
        secured.shutdown(socket.SHUT_RDWR)


class ResetsInsideTls(InsideTls):
    """Reads the request and resets the connection."""

    def treat(self, secured):
        reset(secured)


class _OverBios(Hostile):
    """Shakes hands over memory, so that a subclass can write what no library would."""

    version = ssl.TLSVersion.TLSv1_3

    def treat(self, connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = self.version
        load_pair(context, pair("master"))
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        inner = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                inner.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(outgoing.read())
                incoming.write(connection.recv(65536))
        connection.sendall(outgoing.read())
        self.torture(connection, inner, outgoing)

    def torture(self, connection, inner, outgoing):
        """What it does after the handshake."""
        raise NotImplementedError


class JunkAfterHandshake(_OverBios):
    """Records after the handshake that no key opens, without end."""

    def torture(self, connection, inner, outgoing):
        self.pour(connection, b"\x17\x03\x03\x00\x20" + os.urandom(32))


class OneByteRecords(_OverBios):
    """Data without a line end in records of one byte each, as fast as it can."""

    version = ssl.TLSVersion.TLSv1_2

    def torture(self, connection, inner, outgoing):
        end = time.monotonic() + LIFE
        while time.monotonic() < end and not self.wait(0):
            for _ in range(100):
                inner.write(b"x")
            connection.sendall(outgoing.read())


class EndlessTickets(OpenSSLMaster):
    """A million session tickets after a handshake of TLS 1.3."""

    def __init__(self):
        super().__init__("-num_tickets", "1000000", pair=pair("master"))


class _Typing(OpenSSLMaster):
    """`openssl s_server` with somebody at its keyboard who repeats one command."""

    def __init__(self, command, *options):
        super().__init__(*options, pair=pair("master"), page=False)
        self._line = command

    def __enter__(self):
        super().__enter__()
        self._over = threading.Event()
        self._typist = threading.Thread(target=self._type, daemon=True)
        self._typist.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._lines.put(b"CIPHER is not to be")
        self._typist.join(5)
        super().__exit__()

    def _type(self):
        while b"CIPHER is" not in self._lines.get(timeout=LIFE):
            pass  # a key pressed before the handshake is done would end it
        end = time.monotonic() + LIFE
        while time.monotonic() < end and not self._over.wait(0.001):
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(self._line)
                self._process.stdin.flush()


class EndlessKeyUpdates(_Typing):
    """Key updates of TLS 1.3, each asking for one of ours, and never an answer."""

    def __init__(self):
        super().__init__(b"K\n")


class EndlessRenegotiation(_Typing):
    """Asks for a new handshake of TLS 1.2 again and again, from the second on also for a certificate, and never answers."""

    def __init__(self):
        super().__init__(b"R\n", "-tls1_2", "-no_resumption_on_reneg")

"""A master on loopback that needs a client certificate and answers one line of HTTP."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import Any

PARTIAL_CHAIN = 0x80000  # X509_V_FLAG_PARTIAL_CHAIN: a leaf in the trust store is enough, as for a Java master

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class Master:
    """A context manager: serves until it is left; `port` is where."""

    def __init__(self, certificate: str, key: str, trusted: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._context.load_verify_locations(trusted)
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.verify_flags |= PARTIAL_CHAIN
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Master:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # the socket was closed: the demo is over
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(5)
            with self._context.wrap_socket(connection, server_side=True) as tls:
                tls.recv(4096)
                tls.sendall(ANSWER)
        except OSError:  # a client that we do not trust, or that went away: that is what the demo shows
            connection.close()

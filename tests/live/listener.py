"""The raw listener under all hostile masters."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

LIFE = 30.0
"""Seconds after which a hostile master gives up, should nobody end it."""


class Hostile:
    """A raw listener that gives each connection to `treat`, in threads."""

    bind = "127.0.0.1"

    def __enter__(self):
        self._over = threading.Event()
        self._listener = socket.socket(socket.AF_INET6 if ":" in self.bind else socket.AF_INET)
        self._listener.bind((self.bind, 0))
        self._listener.listen(32)
        self.port = self._listener.getsockname()[1]
        self.received = []
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in list(self._threads):
            thread.join(5)

    def treat(self, connection):
        """What it does to one connection."""
        raise NotImplementedError

    def hear(self, connection):
        """What the other side says first; kept in `received`."""
        said = connection.recv(65536)
        self.received.append(said)
        return said

    def wait(self, seconds=LIFE):
        """Be still; True where the block has ended meanwhile."""
        return self._over.wait(seconds)

    def pour(self, connection, piece):
        """Send *piece* for ever."""
        end = time.monotonic() + LIFE
        while not self._over.is_set() and time.monotonic() < end:
            connection.sendall(piece)

    def _serve(self):
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._treat, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _treat(self, connection):
        with connection:
            connection.settimeout(2)
            with contextlib.suppress(OSError):
                self.treat(connection)


def reset(connection):
    """End a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()

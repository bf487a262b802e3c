"""One TCP connection of which every read and write is bounded in time and bytes; knows nothing of what is said on it."""

from __future__ import annotations

import socket
import time
from typing import NoReturn

PIECE = 1 << 14
"""Bytes taken from the socket at once, so that the clock is looked at often."""

LIMIT = 1 << 20
"""Bytes that one connection may send us: a hundred times what a master says."""


class Gone(Exception):
    """A connection came to its end; *how*: `eof` `reset` `timeout` `endless`, and of TLS also `alert` `refused`."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Wire:
    """A connected socket that ends when it must. Whoever makes it closes it; closing twice is no error."""

    def __init__(self, connected: socket.socket, *, pending: bytes = b"", broken: str = "") -> None:
        self._socket = connected
        self._pending = pending
        self._left = LIMIT
        self._broken = broken

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def send(self, data: bytes, until: float) -> None:
        """
        Send all of *data* by *until* (time.monotonic), else Gone.

        A peer that has gone away is no error here: what it said before that still waits to be received.
        """
        view = memoryview(data)
        while view and not self._broken:
            self._patience(until)
            try:
                view = view[self._socket.send(view) :]
            except ConnectionResetError:
                self._broken = "reset"
            except socket.timeout:
                raise Gone("timeout") from None
            except OSError:
                self._broken = "eof"

    def receive(self, until: float) -> bytes:
        """What comes next, never empty; Gone where nothing does by *until* or it has been too much already."""
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        self._patience(until)
        try:
            data = self._socket.recv(PIECE)
        except ConnectionResetError:
            self._end("reset")
        except socket.timeout:
            self._end("timeout")
        except OSError:
            self._end("reset")
        if not data:
            self._end("eof")
        self._left -= len(data)
        if self._left < 0:
            self._end("endless")
        return data

    def _end(self, how: str) -> NoReturn:
        """Once a write met a reset the system reports no second one: then the end of what was read is that reset."""
        raise Gone(self._broken or how) from None

    def _patience(self, until: float) -> None:
        """Let the next call wait until *until* and no longer."""
        left = until - time.monotonic()
        if left <= 0:
            raise Gone("timeout")
        self._socket.settimeout(left)

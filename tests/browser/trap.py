"""What a browser asks the network for behind the page's back: it is caught here, and goes nowhere."""

from __future__ import annotations

import socket
import threading
from typing import List

ITS_OWN = "update.googleapis.com:"
"""Where Chromium asks for its own updates, whatever it is told; were a page to ask there, the browser's own log of requests would say so."""


class Trap:
    """The one proxy that the browser knows: whoever asks for an address, on whatever road, comes here and gets nothing."""

    def __init__(self) -> None:
        self.caught: List[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No more."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"STOP\r\n")
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            asker, _ = self._socket.accept()
            with asker:
                asker.settimeout(2)
                try:
                    line = asker.recv(4096).split(b"\r\n")[0].decode("latin-1")
                except OSError:
                    line = "?"
            if line == "STOP":
                return
            if line and ITS_OWN not in line:
                self.caught.append(line)

"""The temporary folder of the demo."""

from __future__ import annotations

import contextlib
import signal
import tempfile
from typing import Any, Iterator


@contextlib.contextmanager
def temporary_folder() -> Iterator[str]:
    """A folder of our own that is taken away again, also when the demo is told to stop."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with tempfile.TemporaryDirectory(prefix="ita-doctor-demo-") as root:
            yield root
    finally:
        signal.signal(signal.SIGTERM, before)

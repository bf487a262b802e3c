"""This process itself: its environment, its standard output."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Iterator


def is_set(name: str) -> bool:
    """Whether a variable of the environment is there and not empty."""
    return bool(os.environ.get(name))


def leave_pipe(descriptor: int) -> None:
    """Lead *descriptor* to nowhere after its reader has gone, so that the interpreter's last flush hurts nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Being told to stop, or losing the terminal, is a KeyboardInterrupt here, so that what was begun is put back."""
    import signal

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    names = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(one, stop) for one in names]
    try:
        yield
    finally:
        for one, handler in zip(names, before):
            signal.signal(one, handler)

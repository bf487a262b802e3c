"""This process itself: its environment, its standard output."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, Iterator, List, TextIO


def is_set(name: str) -> bool:
    """Whether a variable of the environment is there and not empty."""
    return bool(os.environ.get(name))


def program() -> List[str]:
    """The words that start this program again from anywhere: its own whole path, or the interpreter with the module or archive."""
    first = os.path.abspath(sys.argv[0])
    if os.path.basename(first) == "__main__.py":
        return [sys.executable, "-m", "ita_doctor"]
    is_program = os.path.isfile(first) and os.access(first, os.X_OK) and not first.endswith(".py")
    return [first] if is_program else [sys.executable, first] if first.endswith(".pyz") else [sys.executable, "-m", "ita_doctor"]


def columns_of(stream: TextIO) -> int:
    """How many columns the terminal behind a stream has; 80 where it does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


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

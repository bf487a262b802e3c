"""This process itself: its environment, its standard output."""

from __future__ import annotations

import os


def is_set(name: str) -> bool:
    """Whether a variable of the environment is there and not empty."""
    return bool(os.environ.get(name))


def leave_pipe(descriptor: int) -> None:
    """Lead *descriptor* to nowhere after its reader has gone, so that the interpreter's last flush hurts nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)

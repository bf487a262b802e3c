"""Fixtures that every test may use."""

from __future__ import annotations

import signal

import pytest

from builders import House

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job ignores it, and hands that down to all we start
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def healthy() -> House:
    """A healthy installation in memory, to be spoiled."""
    return House()

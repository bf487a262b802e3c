"""Fixtures that every test may use."""

from __future__ import annotations

import pytest

from builders import House


@pytest.fixture
def healthy() -> House:
    """A healthy installation in memory, to be spoiled."""
    return House()

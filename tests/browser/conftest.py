"""One Chromium for all tests of the page."""

from __future__ import annotations

from typing import Iterator

import pytest

from browser.judge import Judge, missing


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """Real Chromium, without a network."""
    lacks = missing()
    if lacks:
        pytest.skip(f"not on this machine: {lacks}")
    made = Judge()
    yield made
    made.close()

"""What tests with real tools share: the laboratory, made once a session, and a copy of it for each test."""

from __future__ import annotations

import shutil

import pytest

from laboratory.lab import build, copy_of

MISSING = [tool for tool in ("openssl", "keytool") if shutil.which(tool) is None]


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory):
    """The healthy laboratory; not to be changed."""
    if MISSING:
        pytest.skip(f"needs {' and '.join(MISSING)}")
    return build(tmp_path_factory.mktemp("laboratory") / "healthy")


@pytest.fixture
def site(laboratory, tmp_path):
    """A healthy laboratory of the test's own."""
    return copy_of(laboratory, tmp_path / "site")

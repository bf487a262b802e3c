"""When a file became what it is: by its own times and those of the link that leads to it."""

import os
import shutil
import time

import pytest

from ita_doctor.host.posix import PosixHost


@pytest.fixture
def path(tmp_path):
    """A file whose content was written long ago, and that was put there just now."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    os.utime(file, (1_600_000_000, 1_600_000_000))
    return file


def changed(path):
    return PosixHost().stand(str(path)).changed


def test_a_copy_that_keeps_its_time_is_new(path):
    """What counts is when it was put there."""
    assert os.lstat(path).st_ctime == changed(path)
    assert time.time() - changed(path) < 60


def test_a_time_that_is_still_to_come_tells_nothing(path):
    """It was set by hand: no restart could ever be younger."""
    os.utime(path, (4_000_000_000, 4_000_000_000))

    assert os.lstat(path).st_ctime == changed(path)


def test_a_link_that_was_turned_is_a_change(path, tmp_path):
    """What it leads to may be old; what is read by that name is new."""
    link = tmp_path / "link"
    until = time.monotonic() + 10
    while os.lstat(path).st_ctime >= time.time() - 0.02 and time.monotonic() < until:
        time.sleep(0.005)
    link.symlink_to(path)

    assert os.lstat(link).st_ctime == changed(link) > os.lstat(path).st_ctime


def test_what_is_not_there_never_changed(tmp_path):
    """0, and no error."""
    shutil.rmtree(tmp_path)

    assert 0.0 == changed(tmp_path / "x")

"""ITA-INI-011: key_db_name is a suffix, not a file name."""

from __future__ import annotations

from builders import CERTS, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-011"].status


def test_path_fails(healthy: House) -> None:
    """A path."""
    judged = judge(healthy.setting("key_db_name", f"{CERTS}/nc117031"))

    assert {"ITA-INI-011"} == judged.failed
    assert "path" == judged["ITA-INI-011"].variant


def test_file_name_fails(healthy: House) -> None:
    """A file name."""
    judged = judge(healthy.setting("key_db_name", "ita_prvnc117031.pem"))

    assert {"ITA-INI-011"} == judged.failed
    assert "file-name" == judged["ITA-INI-011"].variant


def test_blank_fails(healthy: House) -> None:
    """Two words."""
    judged = judge(healthy.setting("key_db_name", "nc 117031"))

    assert {"ITA-INI-011"} == judged.failed
    assert "blank" == judged["ITA-INI-011"].variant

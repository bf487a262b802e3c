"""ITA-INI-009: Values of known settings are clean."""

from __future__ import annotations

from builders import PATHS, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-009"].status


def test_crlf_passes(healthy: House) -> None:
    """CRLF through the whole file is its line end."""
    judged = judge(healthy.ini_lines(lambda text: text.replace("\n", "\r\n")))

    assert Status.PASS == judged["ITA-INI-009"].status
    assert frozenset() == judged.failed


def test_quotes_fails(healthy: House) -> None:
    """Quotes around a value; the value is judged without them."""
    judged = judge(healthy.setting("password_file", '"' + PATHS["stash"] + '"'))

    assert {"ITA-INI-009"} == judged.failed
    assert "quotes" == judged["ITA-INI-009"].variant


def test_trailing_blank_fails(healthy: House) -> None:
    """A blank behind a value."""
    judged = judge(healthy.setting("key_db_name", "nc117031 "))

    assert {"ITA-INI-009"} == judged.failed
    assert "trailing-blank" == judged["ITA-INI-009"].variant


def test_carriage_return_fails(healthy: House) -> None:
    """A CR on one line only."""
    judged = judge(healthy.setting("cert_label", "nc117031\r"))

    assert {"ITA-INI-009"} == judged.failed
    assert "carriage-return" == judged["ITA-INI-009"].variant


def test_control_fails(healthy: House) -> None:
    """A control character."""
    judged = judge(healthy.setting("key_db_name", "nc11\x017031"))

    assert {"ITA-INI-009"} == judged.failed
    assert "control" == judged["ITA-INI-009"].variant


def test_typographic_fails(healthy: House) -> None:
    """A typographic dash."""
    judged = judge(healthy.setting("random_file", PATHS["seed"].replace("/cert/", "/cert\u2013/")))

    assert {"ITA-FILE-001", "ITA-INI-009"} == judged.failed
    assert "typographic" == judged["ITA-INI-009"].variant


def test_placeholder_fails(healthy: House) -> None:
    """A placeholder that was left over."""
    judged = judge(healthy.setting("password_file", "${TWS_HOME}/cert/nc117031.sth"))

    assert {"ITA-INI-009"} == judged.failed
    assert "placeholder" == judged["ITA-INI-009"].variant

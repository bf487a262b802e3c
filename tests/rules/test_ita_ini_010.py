"""ITA-INI-010: The agent's SSL port is on."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-INI-010"].status


def test_absent_fails(healthy: House) -> None:
    """No port."""
    judged = judge(healthy.setting("ssl_port", None))

    assert {"ITA-INI-010"} == judged.failed
    assert "absent" == judged["ITA-INI-010"].variant


def test_off_fails(healthy: House) -> None:
    """Port 0 while the master is reached by https."""
    judged = judge(healthy.setting("ssl_port", "0"))

    assert {"ITA-INI-010"} == judged.failed
    assert "off" == judged["ITA-INI-010"].variant


def test_no_number_fails(healthy: House) -> None:
    """No number."""
    judged = judge(healthy.setting("ssl_port", "https"))

    assert {"ITA-INI-010"} == judged.failed
    assert "no-number" == judged["ITA-INI-010"].variant


def test_no_port_fails(healthy: House) -> None:
    """Beyond 65535."""
    judged = judge(healthy.setting("ssl_port", "311140"))

    assert {"ITA-INI-010"} == judged.failed
    assert "no-port" == judged["ITA-INI-010"].variant


def test_as_tcp_fails(healthy: House) -> None:
    """The same as tcp_port."""
    judged = judge(healthy.setting("tcp_port", "31114"))

    assert {"ITA-INI-010"} == judged.failed
    assert "as-tcp" == judged["ITA-INI-010"].variant

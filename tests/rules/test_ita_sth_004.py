"""ITA-STH-004: The stashed password is in the agent's encoding."""

from __future__ import annotations

import base64

from builders import PASSWORD, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-STH-004"].status


def test_ebcdic_fails(healthy: House) -> None:
    """The password was stashed in EBCDIC."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD.decode().encode("cp037"))))

    assert {"ITA-STH-004"} == judged.failed
    assert "ebcdic" == judged["ITA-STH-004"].variant


def test_utf_16_fails(healthy: House) -> None:
    """The password was stashed in UTF-16."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD.decode().encode("utf-16-le"))))

    assert {"ITA-STH-004"} == judged.failed
    assert "utf-16" == judged["ITA-STH-004"].variant


def test_double_fails(healthy: House) -> None:
    """Base64 of Base64."""
    judged = judge(healthy.write("stash", base64.encodebytes(base64.b64encode(PASSWORD))))

    assert {"ITA-STH-004"} == judged.failed
    assert "double" == judged["ITA-STH-004"].variant

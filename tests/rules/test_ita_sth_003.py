"""ITA-STH-003: The stashed password ends with its last character."""

from __future__ import annotations

import base64

from builders import PASSWORD, House, judge, key, locked
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-STH-003"].status


def test_blank_of_its_own_passes(healthy: House) -> None:
    """A blank at the end is healthy where the key was locked with it."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD + b" ")).write("prv", locked(key("agent"), PASSWORD + b" ")))

    assert Status.PASS == judged["ITA-STH-003"].status
    assert frozenset() == judged.failed


def test_stripped_fails(healthy: House) -> None:
    """A line end was stashed with the password."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD + b"\n")))

    assert {"ITA-STH-003"} == judged.failed
    assert "stripped" == judged["ITA-STH-003"].variant


def test_crlf_fails(healthy: House) -> None:
    """CR and LF were stashed with it."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD + b"\r\n")))

    assert {"ITA-STH-003"} == judged.failed
    assert "stripped" == judged["ITA-STH-003"].variant

"""ITA-STH-005: The password is not one from a manual."""

from __future__ import annotations

import base64

from builders import House, judge, key, locked
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-STH-005"].status


def test_word_fails(healthy: House) -> None:
    """A password from a manual; which one is not said."""
    judged = judge(healthy.write("stash", base64.encodebytes(b"changeit")).write("prv", locked(key("agent"), b"changeit")))

    assert {"ITA-STH-005"} == judged.failed
    assert "weak" == judged["ITA-STH-005"].variant


def test_short_fails(healthy: House) -> None:
    """A short one."""
    judged = judge(healthy.write("stash", base64.encodebytes(b"Xq7-ab")).write("prv", locked(key("agent"), b"Xq7-ab")))

    assert {"ITA-STH-005"} == judged.failed
    assert "weak" == judged["ITA-STH-005"].variant


def test_suffix_fails(healthy: House) -> None:
    """The suffix itself."""
    judged = judge(healthy.write("stash", base64.encodebytes(b"nc117031")).write("prv", locked(key("agent"), b"nc117031")))

    assert {"ITA-STH-005"} == judged.failed
    assert "weak" == judged["ITA-STH-005"].variant

"""ITA-STH-001: The stash file is Base64 text."""

from __future__ import annotations

import base64

from builders import PASSWORD, House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-STH-001"].status


def test_crlf_passes(healthy: House) -> None:
    """CRLF, no last line end, and columns of any width are healthy."""
    judged = judge(healthy.write("stash", base64.b64encode(PASSWORD)[:8] + b"\r\n" + base64.b64encode(PASSWORD)[8:]))

    assert Status.PASS == judged["ITA-STH-001"].status
    assert frozenset() == judged.failed


def test_ebcdic_fails(healthy: House) -> None:
    """EBCDIC, with its CCSID."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD).decode().encode("cp037")))

    assert {"ITA-STH-001"} == judged.failed
    assert "ebcdic" == judged["ITA-STH-001"].variant


def test_gskit_fails(healthy: House) -> None:
    """A stash of GSKit."""
    judged = judge(healthy.write("stash", bytes(byte ^ 0xF5 for byte in PASSWORD + bytes(129 - len(PASSWORD)))))

    assert {"ITA-STH-001"} == judged.failed
    assert "gskit" == judged["ITA-STH-001"].variant


def test_pem_fails(healthy: House) -> None:
    """A PEM."""
    judged = judge(healthy.write("stash", healthy_bytes().own))

    assert {"ITA-STH-001"} == judged.failed
    assert "pem" == judged["ITA-STH-001"].variant


def test_utf_16_fails(healthy: House) -> None:
    """UTF-16."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD).decode().encode("utf-16")))

    assert {"ITA-STH-001"} == judged.failed
    assert "utf-16" == judged["ITA-STH-001"].variant


def test_truncated_fails(healthy: House) -> None:
    """A padding that was cut."""
    judged = judge(healthy.write("stash", base64.b64encode(PASSWORD)[:-1]))

    assert {"ITA-STH-001"} == judged.failed
    assert "truncated" == judged["ITA-STH-001"].variant


def test_plain_fails(healthy: House) -> None:
    """The plain password."""
    judged = judge(healthy.write("stash", PASSWORD + b"\n"))

    assert {"ITA-STH-001"} == judged.failed
    assert "plain" == judged["ITA-STH-001"].variant


def test_binary_fails(healthy: House) -> None:
    """Binary."""
    judged = judge(healthy.write("stash", bytes(range(128, 200))))

    assert {"ITA-STH-001"} == judged.failed
    assert "binary" == judged["ITA-STH-001"].variant


def test_bom_fails(healthy: House) -> None:
    """A byte order mark."""
    judged = judge(healthy.write("stash", b"\xef\xbb\xbf" + base64.encodebytes(PASSWORD)))

    assert {"ITA-STH-001"} == judged.failed
    assert "bom" == judged["ITA-STH-001"].variant


def test_other_fails(healthy: House) -> None:
    """A stray character."""
    judged = judge(healthy.write("stash", base64.encodebytes(PASSWORD).replace(b"=", b"=?") + b"abc"))

    assert {"ITA-STH-001"} == judged.failed
    assert "other" == judged["ITA-STH-001"].variant

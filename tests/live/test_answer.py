"""The head of an answer, and whose first bytes those are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.host.answer import Answer, language, read_answer, read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777.0),
        (" sun, 6 nov 1994 08:49:37 utc\r", 784111777.0),
        ("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800.0),
        ("Thu, 29 Feb 2023 00:00:00 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 CET", None),
        ("Sun, 06 Nov 99999 08:49:37 GMT", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(text, expected):
    """A date of HTTP is read, and nothing else is one."""
    assert expected == read_date(text)


def test_the_head_ends_at_the_empty_line():
    """A Date in the body is none of the answer's."""
    said = b"HTTP/1.1 200 OK\r\nX: 1\r\n\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    assert Answer("HTTP/1.1 200 OK", True, None) == read_answer(said)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (b"", ""),
        (b"\x16", "tls"),
        (b"\x15\x03\x01", "tls"),
        (b"\x16\x02", "other"),
        (b"HTTP/1.0 200", "http"),
        (b"\r\n<HTML>", "http"),
        (b"SSH-2.0", "other"),
        (b"\x80", "other"),
    ],
)
def test_languages(first, expected):
    """The first bytes tell what somebody speaks."""
    assert expected == language(first)


@given(st.binary(max_size=2000))
def test_every_answer_is_read(data):
    """Whatever comes, its first line is harmless and short."""
    answer = read_answer(data)

    assert answer.line == "" or answer.line.isprintable()
    assert len(answer.line) <= 200

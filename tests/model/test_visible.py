"""The one function that makes foreign text harmless to look at."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.model.visible import visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Grüße, Ελλάδα, 日本", "Grüße, Ελλάδα, 日本"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("line\r\nnext\tx", r"line\x0d\x0anext\x09x"),
        ("\x00\x7f\x85\x9f", r"\x00\x7f\x85\x9f"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u200bb\ufeffc\u2028d", r"a\u200bb\ufeffc\u2028d"),
        ("no\u00a0break", r"no\xa0break"),
        ("\udcff\udc80 \ud800", r"\xff\x80 \ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("a\u3164\ufe0f", r"a\u3164\ufe0f"),
        (r"C:\x1b", r"C:\x1b"),
    ],
)
def test_hidden_characters_are_written_out(text, expected):
    """What does not show itself is written as its escape, and printable text of any script stays."""
    assert expected == visible(text)


def test_long_text_is_cut():
    """A text over the limit ends in an ellipsis and is exactly as long as the limit."""
    assert "a" * 199 + "…" == visible("a" * 201)
    assert "a" * 200 == visible("a" * 200)


def test_an_escape_is_never_cut():
    """Where an escape does not fit any more, it is left out whole."""
    assert r"aaa\x1b…" == visible("aaa\x1b\x1b", 10)


def test_time_depends_on_the_limit():
    """A megabyte of control characters costs no more than the limit."""
    start = time.perf_counter()

    visible("\x1b" * (1 << 20))

    assert time.perf_counter() - start < 0.1


@given(st.text(alphabet=st.characters(), max_size=300), st.integers(min_value=1, max_value=250))
def test_every_text_becomes_printable(text, limit):
    """Whatever comes in, what goes out is printable, no longer than the limit, and does not change when shown again."""
    shown = visible(text, limit)

    assert shown.isprintable()
    assert len(shown) <= limit
    assert shown == visible(shown, limit)

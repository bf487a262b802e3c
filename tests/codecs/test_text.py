"""Bytes to text, and how it was known."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.codecs import text
from ita_doctor.model.artifact import Text

INI = "# ita.ini of the agent\n[ITA SSL]\nssl_port = 31114\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (INI.encode(), "ascii"),
        (b"\xef\xbb\xbf" + INI.encode(), "utf-8-bom"),
        (b"\xff\xfe" + INI.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + INI.encode("utf-16-be"), "utf-16-be"),
        (INI.encode("utf-16-le"), "utf-16-le"),
        (INI.encode("utf-16-be"), "utf-16-be"),
        (INI.encode("cp037"), "ebcdic"),
        (INI.encode("cp500"), "ebcdic"),
    ],
)
def test_text_is_the_same_in_every_encoding(content, encoding):
    """The encoding is named, and the text is what it was before."""
    found = text.read_text(content)

    assert (INI, encoding) == (found.value, found.encoding)


@pytest.mark.parametrize(
    ("value", "written", "encoding"),
    [
        ("# Größe: 5 €\n", "utf-8", "utf-8"),
        ("# Größe: 5\n", "latin-1", "latin-1"),
        ("# Größe \u2013 5 €\n", "cp1252", "cp1252"),
    ],
)
def test_beyond_ascii(value, written, encoding):
    """UTF-8 is told from the one-byte encodings, and of these 1252 where only that has the character."""
    assert Text(value, encoding) == text.read_text(value.encode(written))


@pytest.mark.parametrize("new_line", [b"\x15", b"\x25"])
def test_ebcdic_new_lines_split(new_line):
    """Both new lines of EBCDIC end a line."""
    found = text.read_text(INI.encode("cp037").replace("\n".encode("cp037"), new_line))

    assert INI.split("\n") == found.value.split("\n")


def test_ebcdic_names_its_ccsids():
    """EBCDIC comes with the CCSIDs that fit, others with none."""
    assert 37 == text.read_text(INI.encode("cp037")).ccsids[0]
    assert () == text.read_text(INI.encode()).ccsids


def test_utf16_that_was_cut_is_still_utf16():
    """An odd byte at the end does not hide the encoding."""
    assert "utf-16-le" == text.read_text(INI.encode("utf-16-le")[:-1]).encoding


@pytest.mark.parametrize("content", [b"\0" * 100, b"\0\1" * 100, b"\1\0\2\0" * 50, b"ab\0", b"a = b\0\n"])
def test_zeros_are_not_utf16(content):
    """Zero bytes alone make no UTF-16."""
    assert "ascii" == text.read_text(content).encoding


def test_random_bytes_are_neither_ebcdic_nor_utf16():
    """Random bytes come back as Latin-1 or 1252."""
    source = random.Random(1)
    found = {text.read_text(source.randbytes(source.randint(30, 8192))).encoding for _ in range(1000)}

    assert {"latin-1", "cp1252"} >= found


@given(st.binary(max_size=400))
def test_any_bytes_are_read(content):
    """Whatever the bytes are, there is a text that can be encoded again."""
    text.read_text(content).value.encode("utf-8")


@pytest.mark.parametrize("unit", [b"\n", b"\xc1", b"\xff", b"a\0", b"\0", b"\x80\xc1", "é".encode(), b"\xe2\x80", b"a\r"])
def test_a_mebibyte_is_read_in_time(unit):
    """A mebibyte of anything takes less than a second."""
    began = time.process_time()
    text.read_text(unit * ((1 << 20) // len(unit)))

    assert time.process_time() - began < 1

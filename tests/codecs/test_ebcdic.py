"""EBCDIC: the tables against another converter, and what is and is not EBCDIC text."""

import random
import shutil
import subprocess
import time

import pytest

from ita_doctor.codecs import ebcdic

INI = "# ita.ini of the agent\n[ITA SSL]\nssl_port = 31114\npassword_file = /opt/hcl/TWS/ITA/cpa/ita/cert/nc117031.sth\n"
KNOWN_TO_DIFFER = {273: {0xBC}, 1141: {0xBC}, 285: {0xA1}, 871: {0x4A, 0xC0}}  # macron or overline, and the two thorns


def encode(text, ccsid):
    """What a job of that CCSID would write; its new line is 0x15."""
    table = {ebcdic.decode(bytes((byte,)), ccsid): byte for byte in range(256)}
    return bytes(table["\x85" if character == "\n" else character] for character in text)


@pytest.mark.parametrize("ccsid", ebcdic.CCSIDS)
def test_table_is_that_of_iconv(ccsid):
    """Every table is the one that iconv has, but for the places where converters differ."""
    if not shutil.which("iconv"):
        pytest.skip("iconv is not here")
    known = subprocess.run(["iconv", "-l"], capture_output=True, check=True).stdout.decode()
    if f"IBM{ccsid:03d}/" not in known:
        pytest.skip(f"iconv does not know IBM{ccsid:03d}")
    every = bytes(range(256))
    there = subprocess.run(["iconv", "-f", f"IBM{ccsid:03d}", "-t", "UTF-8"], input=every, capture_output=True, check=True).stdout.decode()
    ours = ebcdic.decode(every, ccsid)

    assert KNOWN_TO_DIFFER.get(ccsid, set()) == {byte for byte in every if ours[byte] != there[byte]}


@pytest.mark.parametrize("ccsid", ebcdic.CCSIDS)
def test_every_page_has_every_character_once(ccsid):
    """A page maps 256 bytes to 256 characters: nothing is lost on the way."""
    assert 256 == len(set(ebcdic.decode(bytes(range(256)), ccsid)))


def test_unknown_ccsid_is_a_key_error():
    """A CCSID that is no page of ours is refused."""
    with pytest.raises(KeyError):
        ebcdic.decode(b"\xc1", 1208)


@pytest.mark.parametrize("ccsid", ebcdic.CCSIDS)
def test_ini_is_recognised_in_every_page(ccsid):
    """An ita.ini in any of the pages is EBCDIC, and its own page is among those that fit."""
    assert ccsid in ebcdic.recognise(encode(INI, ccsid))


@pytest.mark.parametrize("ccsid", [37, 500, 273, 280, 297, 1047])
def test_brackets_tell_the_page(ccsid):
    """The first page named reads the brackets of a section as brackets."""
    first = ebcdic.recognise(encode(INI, ccsid))[0]

    assert "[ITA SSL]" in ebcdic.decode(encode(INI, ccsid), first)


def test_shipped_page_comes_first():
    """Text that is the same in every page is taken for CCSID 37."""
    assert ebcdic.CCSIDS == ebcdic.recognise("WGszLXZhbGUtOTQ=\n".encode("cp037"))
    assert 37 == ebcdic.recognise(INI.encode("cp037"))[0]


def test_euro_tells_1140_from_37():
    """A euro sign where 37 has a currency sign makes 1140 likelier."""
    ccsids = ebcdic.recognise(encode(INI + "# costs: 3 €\n", 1140))

    assert 1140 == ccsids[0]


def test_german_text_is_of_a_german_page():
    """Umlauts within words are likelier than braces within words."""
    ccsids = ebcdic.recognise(encode(INI + "# für März geändert, schöne Grüße, möglichst übermorgen prüfen\n", 273))

    assert 273 == ccsids[0]


@pytest.mark.parametrize("line_end", [b"\x15", b"\x25", b"\x0d\x25", b"\x0d\x15"])
def test_pem_is_recognised_with_every_line_end(line_end):
    """A PEM that was converted is EBCDIC, whatever new line the conversion wrote."""
    lines = ["-----BEGIN CERTIFICATE-----", "MIIDazCCAlOgAwIBAgIUJ+/x", "-----END CERTIFICATE-----", ""]

    assert ebcdic.recognise(line_end.join(line.encode("cp037") for line in lines))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 4096,
        b"@" * 200,
        b"-----BEGIN CERTIFICATE-----\nMIIDazCCAlOgAwIBAgIUJ\n-----END CERTIFICATE-----\n",
        INI.encode(),
        "ÄÖÜÉÈÀÇÑÄÖÜÉÈÀÇÑÄÖÜÉÈÀÇÑ".encode("latin-1"),
        "# für März geändert\nname=Größe\n".encode("latin-1"),
        "Über März \u2013 geändert".encode("cp1252"),
        bytes(range(0xC0, 0x100)) * 2 + b", " + bytes(range(0xC0, 0x100)),
        "привет мир это текст".encode(),
        "日本語のテキストです".encode(),
        bytes(range(256)) * 8,
    ],
)
def test_what_is_not_ebcdic(content):
    """Neither other text nor bytes without sense are EBCDIC text."""
    assert () == ebcdic.recognise(content)


def test_random_bytes_are_never_ebcdic():
    """Of ten thousand random blobs of 10 to 8192 bytes none is taken for text."""
    source = random.Random(20261124)

    assert [] == [size for size in (source.randint(10, 8192) for _ in range(10_000)) if ebcdic.recognise(source.randbytes(size))]


@pytest.mark.parametrize("content", [b"\xc1" * (1 << 20), b"\xba" * (1 << 20), b"\xc1\xba" * (1 << 19), b"\xc1" * 7 + b"\x4a" + b"\xc1" * 999_999])
def test_hostile_size_is_bounded(content):
    """A mebibyte of anything is judged in well under a second."""
    began = time.process_time()
    ebcdic.recognise(content)

    assert time.process_time() - began < 1

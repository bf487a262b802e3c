"""The reader of DER: strict, level by level, and bounded."""

import time

import pytest

from ita_doctor.codecs import der
from ita_doctor.codecs.der import BadDer


def read_all(data):
    return [(child.tag, data[child.start : child.end]) for child in der.children(data, der.whole(data))]


def test_what_wrap_writes_is_read():
    """Lengths of every size are written and read."""
    for size in (0, 1, 127, 128, 255, 256, 65535, 65536):
        data = der.wrap(der.SEQUENCE, der.wrap(der.OCTET_STRING, b"x" * size), der.wrap(der.INTEGER, b"\1"))

        assert [(der.OCTET_STRING, b"x" * size), (der.INTEGER, b"\1")] == read_all(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x01", b"\x30\x80\0\0", b"\x30\x81\x01\0", b"\x30\x82\0\x80" + bytes(128), b"\x30\x85\0\0\0\0\1\0", b"\x30\xff",
     b"\x3f\x81\x01\0", b"\x30\x00\0", b"\x31\0", b"\x30\x03\x02\x02\1", b"\x30\x01\x02", b"\x30\x84\xff\xff\xff\xff"],
)  # fmt: skip
def test_what_is_no_der(data):
    """Indefinite, long and overlong lengths, tags of several bytes, other tags and bytes left over are refused."""
    with pytest.raises(BadDer):
        read_all(data)


@pytest.mark.parametrize(
    ("raw", "text"),
    [("2a864886f70d010101", "1.2.840.113549.1.1.1"), ("550403", "2.5.4.3"), ("00", "0.0"), ("883703", "2.999.3"), ("2b0e03020f", "1.3.14.3.2.15")],
)
def test_oid(raw, text):
    """Object identifiers are dotted as everybody writes them."""
    data = der.wrap(der.OID, bytes.fromhex(raw))

    assert text == der.oid(data, der.item(data))


@pytest.mark.parametrize("raw", [b"", b"\x80\1", b"\x2a\x80\1", b"\x2a\x86", b"\1" * 65])
def test_bad_oid(raw):
    """Empty, padded, cut and endless object identifiers are refused."""
    data = der.wrap(der.OID, raw)

    with pytest.raises(BadDer):
        der.oid(data, der.item(data))


def test_integer():
    """An integer has its sign; an empty one and another tag are refused."""
    data = der.wrap(der.INTEGER, b"\xff\0")

    assert -256 == der.integer(data, der.item(data))
    for bad in (b"\2\0", b"\4\1\1"):
        with pytest.raises(BadDer):
            der.integer(bad, der.item(bad))


def test_too_many_children():
    """A level of more values than any key has is refused, quickly."""
    data = der.wrap(der.SEQUENCE, b"\5\0" * 500_000)
    begin = time.process_time()

    with pytest.raises(BadDer):
        der.children(data, der.whole(data))
    assert time.process_time() - begin < 1

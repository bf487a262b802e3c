"""The stash: strict Base64 opens it, anything else is named, and no wrong way of making it goes unnoticed."""

import base64
import hashlib
import time

import pytest

from ita_doctor.codecs import ebcdic
from ita_doctor.codecs.stash import guesses, read_stash
from ita_doctor.model.artifact import BadArtifact

PASSWORD = b"Gr8-walnut-57"
GOOD = base64.b64encode(PASSWORD) + b"\n"
LONG = b"a rather long password, which takes more than one line of Base64 to stash"


def in_ebcdic(text, ccsid=37, end=0x25):
    """*text* as a job of that CCSID writes it."""
    table = {ebcdic.decode(bytes((byte,)), ccsid): byte for byte in range(256)}
    return bytes(end if one == "\n" else table[one] for one in text.decode("ascii"))


def wrapped(text, width, end=b"\n"):
    return b"".join(text[at : at + width] + end for at in range(0, len(text), width))


def forms(content):
    return [(form, one.reveal()) for form, one in read_stash(content).forms]


def guessed(content):
    return [(form, one.reveal()) for form, one in guesses(content)]


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (GOOD, PASSWORD),
        (GOOD[:-1], PASSWORD),
        (GOOD[:-1] + b"\r\n", PASSWORD),
        (GOOD[:-1] + b"  \n\n", PASSWORD),
        (wrapped(base64.b64encode(LONG), 64), LONG),
        (wrapped(base64.b64encode(LONG), 76, b"\r\n"), LONG),
        (wrapped(base64.b64encode(LONG), 64, b" \r\n"), LONG),
        (base64.b64encode(LONG), LONG),
        (base64.b64encode(PASSWORD + b" "), PASSWORD + b" "),
        (base64.b64encode("gr\xfcn".encode("latin-1") * 3), "gr\xfcn".encode("latin-1") * 3),
    ],
)
def test_base64_opens(content, password):
    """Line ends, line lengths and blanks behind them are no fault; the password is what was stashed, byte for byte."""
    assert password == read_stash(content).password.reveal()


BAD = {
    "empty": (b"", "nothing", 0),
    "blanks": (b" \r\n \n", "nothing", 0),
    "a line end": (b"Cg==\n", "blank", 0),
    "CR and LF": (b"DQo=\n", "blank", 0),
    "blanks stashed": (base64.b64encode(b"   \n"), "blank", 0),
    "EBCDIC line end": (base64.b64encode(b"\x25"), "blank", 0),
    "EBCDIC Base64": (in_ebcdic(GOOD), "ebcdic", 0),
    "EBCDIC Base64, NL": (in_ebcdic(GOOD, end=0x15), "ebcdic", 0),
    "EBCDIC password": (in_ebcdic(PASSWORD), "ebcdic", 0),
    "short EBCDIC password": (in_ebcdic(b"maestro"), "ebcdic", 0),
    "GSKit": (bytes(byte ^ 0xF5 for byte in b"secret\0" + bytes(range(122))), "gskit", 0),
    "new GSKit": (bytes(range(200, 232)) + hashlib.sha256(b"\1" + bytes(range(200, 232))).digest() + bytes(range(129)), "gskit", 0),
    "PEM": (b"-----BEGIN PRIVATE KEY-----\nMIIC\n-----END PRIVATE KEY-----\n", "pem", 0),
    "hex": (PASSWORD.hex().encode() + b"\n", "hex", 26),
    "hex with colons": (b":".join(b"%02X" % byte for byte in PASSWORD), "hex", 2),
    "UTF-16 with mark": (GOOD.decode().encode("utf-16"), "utf-16", 0),
    "UTF-16": (GOOD.decode().encode("utf-16-le"), "utf-16", 1),
    "UTF-16 BE": (GOOD.decode().encode("utf-16-be"), "utf-16", 0),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "bom", 0),
    "no padding": (GOOD.rstrip(b"\n="), "truncated", 18),
    "half the padding": (GOOD[:-2], "truncated", 19),
    "cut": (GOOD[:14], "truncated", 14),
    "plain": (PASSWORD + b"\n", "plain", 3),
    "plain of the alphabet": (b"maestro00\n", "plain", 9),
    "plain with blanks": (b"open the door please\n", "plain", 4),
    "plain in UTF-8": ("gr\xfcne Wiese".encode(), "plain", 2),
    "one letter damaged": (GOOD[:9] + b"!" + GOOD[10:], "other", 9),
    "Base64 and more": (GOOD + b"# of the agent\n", "other", 21),
    "Base64 behind padding": (GOOD + GOOD, "other", 21),
    "lines of text": (b"the password is\nnot here\n", "other", 3),
    "binary": (bytes(range(128, 256)), "binary", 0),
    "control characters": (b"\x01\x02\x03", "binary", 0),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_base64_is_named(name):
    """Each of the usual mistakes has its own name, and the place where it shows."""
    content, kind, offset = BAD[name]

    with pytest.raises(BadArtifact) as caught:
        read_stash(content)

    assert (kind, offset) == (caught.value.kind, caught.value.offset)


def test_ccsid_is_told():
    """Of a stash in EBCDIC the likeliest CCSID is said."""
    with pytest.raises(BadArtifact) as caught:
        read_stash(in_ebcdic(GOOD))

    assert {"ccsids": ebcdic.CCSIDS} == caught.value.facts


@pytest.mark.parametrize(
    ("stashed", "form", "password"),
    [
        (PASSWORD + b"\n", "stripped", PASSWORD),
        (PASSWORD + b"\r\n", "stripped", PASSWORD),
        (PASSWORD + b" \n", "stripped", PASSWORD + b" "),
        (PASSWORD + b" \n", "stripped", PASSWORD),
        (PASSWORD + b"\0", "stripped", PASSWORD),
        (in_ebcdic(PASSWORD), "ebcdic", PASSWORD),
        (in_ebcdic(PASSWORD + b"\n"), "ebcdic", PASSWORD),
        (in_ebcdic(PASSWORD + b"\n", end=0x15), "ebcdic", PASSWORD),
        (in_ebcdic(b"a[1]!|b", 273), "ebcdic", b"a[1]!|b"),
        (in_ebcdic(b"a[1]!|b", 500), "ebcdic", b"a[1]!|b"),
        (in_ebcdic(b"a[1]^b", 1047), "ebcdic", b"a[1]^b"),
        (PASSWORD.decode().encode("utf-16"), "utf-16", PASSWORD),
        (PASSWORD.decode().encode("utf-16-le"), "utf-16", PASSWORD),
        ((PASSWORD + b"\r\n").decode().encode("utf-16-le"), "utf-16", PASSWORD),
        (GOOD, "double", PASSWORD),
        (base64.b64encode(PASSWORD + b"\n") + b"\n", "double", PASSWORD),
        (PASSWORD.hex().encode(), "hex", PASSWORD),
    ],
)
def test_other_readings(stashed, form, password):
    """A password that was stashed in a wrong form is among the readings under the name of that form."""
    assert (form, password) in forms(base64.b64encode(stashed))


def test_raw_readings():
    """The file itself may be the password, or hex of it, and be Base64 by chance."""
    assert ("plain", b"password") in forms(b"password\n")
    assert ("hex", b"walnut57") in forms(b"walnut57".hex().encode())


def test_readings_differ():
    """No reading is the password itself, empty, or there twice."""
    found = [value for _, value in forms(base64.b64encode(PASSWORD + b" \r\n"))]

    assert [PASSWORD + b" ", PASSWORD, base64.b64encode(PASSWORD + b" \r\n")] == found


@pytest.mark.parametrize(
    ("content", "form", "password"),
    [
        (in_ebcdic(GOOD), "ebcdic", PASSWORD),
        (in_ebcdic(base64.b64encode(in_ebcdic(PASSWORD + b"\n"))), "ebcdic", PASSWORD),
        (in_ebcdic(PASSWORD + b"\n"), "ebcdic", PASSWORD),
        (GOOD.decode().encode("utf-16"), "utf-16", PASSWORD),
        (PASSWORD.decode().encode("utf-16-le"), "utf-16", PASSWORD),
        (b"\xef\xbb\xbf" + GOOD, "bom", PASSWORD),
        (b"\xef\xbb\xbf" + PASSWORD + b"\n", "bom", PASSWORD),
        (PASSWORD.hex().encode() + b"\n", "hex", PASSWORD),
        (PASSWORD + b"\n", "plain", PASSWORD),
        (b"  two words ", "plain", b"two words"),
        (GOOD.rstrip(b"\n="), "truncated", PASSWORD),
        (bytes(byte ^ 0xF5 for byte in PASSWORD + b"\0" + bytes(115)), "gskit", PASSWORD),
    ],
)
def test_guesses(content, form, password):
    """The password that somebody meant is among the guesses, under the kind of the stash."""
    with pytest.raises(BadArtifact) as caught:
        read_stash(content)

    assert caught.value.kind == form
    assert (form, password) in guessed(content)


MEG = 1 << 20


@pytest.mark.parametrize("content", [b"A" * MEG, b"\n" * MEG, b"A\n" * (MEG // 2), b"a " * (MEG // 2), b"-" * MEG, b"ab" * (MEG // 2), b"\xc1" * MEG,
                                     bytes(range(256)) * 4096, b"A\0" * (MEG // 2), b"=" * MEG, b"\xef\xbb\xbf" * (MEG // 3), b"\x81\x40" * (MEG // 2)])  # fmt: skip
def test_hostile_megabyte_is_quick(content):
    """A megabyte of anything is named, or opened, and guessed at within a second or so."""
    begin = time.process_time()
    try:
        read_stash(content)
    except BadArtifact:
        guesses(content)

    assert time.process_time() - begin < 2


def offset_of(content):
    """Where a stash goes wrong; -1 where it does not."""
    try:
        read_stash(content)
    except BadArtifact as why:
        return why.offset
    return -1


def test_any_bytes():
    """No bytes make anything but a stash or a BadArtifact with an offset of them."""
    every = [hashlib.sha512(b"%d" % number).digest()[: number % 65] for number in range(3000)]

    assert all(-1 <= offset_of(content) <= len(content) for content in every)
    assert all(isinstance(guesses(content), tuple) for content in every)

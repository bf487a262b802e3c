"""The seed: what is random passes, what a person or a program wrote does not."""

import hashlib
import os
import struct
import time

import pytest

from ita_doctor.codecs.seed import read_seed
from ita_doctor.model.artifact import Seed


def stream(size, number=0):
    """Bytes as good as random, the same in every run."""
    return b"".join(hashlib.sha256(b"%d,%d" % (number, at)).digest() for at in range(size // 32 + 1))[:size]


PATTERNS = {
    "zeros": (bytes(8192), "constant"),
    "five equal bytes": (b"\xff" * 5, "constant"),
    "short text": (b"not random", "text"),
    "words": (b"this is text and no seed\n" * 300, "text"),
    "Base64": (b"c29tZSByYW5kb20gYnl0ZXM=\r\n" * 2, "text"),
    "hex": (stream(4096).hex().encode(), "text"),
    "PEM": (b"-----BEGIN CERTIFICATE-----\nMIIC\n", "pem"),
    "counter": (bytes(range(256)) * 32, "biased"),
    "counter once": (bytes(range(256)), "biased"),
    "wide counter": (struct.pack(">2048I", *range(2048)), "biased"),
    "16 bytes over and over": (stream(16) * 512, "biased"),
    "256 bytes over and over": (stream(256) * 32, "biased"),
    "4096 bytes twice": (stream(4096) * 2, "biased"),
    "7 bytes thrice": (stream(7) * 3, "biased"),
    "seven bits": (bytes(byte & 0x7F for byte in stream(8192)), "biased"),
    "text with a few high bytes": (b"gr\xfc\xdfe an alle, die das lesen\n" * 200, "biased"),
    "EBCDIC text": (("this is text and no seed " * 300).encode("cp037"), "biased"),
    "UTF-16 text": (("this is text " * 300).encode("utf-16-le"), "biased"),
    "half of it zeros": (stream(4096) + bytes(4096), "biased"),
    "one byte in fifty a zero": (b"".join(b"\0" + stream(49, at) for at in range(200)), "biased"),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern_is_seen(name):
    """What is not random is called what it is."""
    content, pattern = PATTERNS[name]

    assert Seed(len(content), pattern) == read_seed(content)


@pytest.mark.parametrize("size", [0, 1, 16, 22, 63, 64, 100, 255, 256, 1023, 1024, 4096, 8192, 65536])
def test_random_bytes_pass(size):
    """Random bytes are random (a few that happen to be letters are called text: they are too short in any case)."""
    found = {read_seed(stream(size, number)) for number in range(60)}

    assert {Seed(size, "")} == found


def test_real_randomness_passes():
    """What the system calls random is so."""
    assert {""} == {read_seed(os.urandom(8192)).pattern for _ in range(300)}


def test_quick():
    """A seed of 8192 bytes takes less than a millisecond, a megabyte of anything less than a second."""
    content, big = stream(8192), [stream(1 << 20), b"a" * (1 << 20), b"a" * (1 << 20) + b"b"]
    begin = time.process_time()
    for _ in range(100):
        read_seed(content)
    small = (time.process_time() - begin) / 100
    begin = time.process_time()
    for one in big:
        read_seed(one)

    assert small < 0.003  # three times what it takes on a busy machine
    assert time.process_time() - begin < 2

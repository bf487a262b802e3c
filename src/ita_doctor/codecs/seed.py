"""The random file: whether its bytes can have come from a source of randomness."""

from __future__ import annotations

from collections import Counter
from typing import Tuple

from ita_doctor.model.artifact import Seed

_BLANKS = b" \t\r\n"
_LOWER, _UPPER, _DIGITS = b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_TEXTS: Tuple[Tuple[int, bytes], ...] = (
    (10, _LOWER + _BLANKS),
    (16, _LOWER + _UPPER + _DIGITS + _BLANKS),
    (22, bytes(range(0x20, 0x7F)) + b"\t\r\n\f"),
)
"""Alphabets, and from how many bytes on random ones keep to them less than once in 10^9: (size of it / 256) ** bytes."""
_SHORTEST_TEXT = 4  # a seed of fewer than _FEW bytes is refused as too short in any case: then only the wording hangs on this
_SHORTEST_CONSTANT = 5  # 256 ** -4 is less than 10^-9
_SHORTEST_PERIODIC = 16
_LONGEST_PERIOD = 64  # longer ones show in the counts
_SHORTEST_COUNTED = 64
_FEW = 1024  # below that chi-square's own tail is heavier than its approximation
_LIMIT, _LIMIT_OF_FEW = 6.0, 8.0
"""Standard deviations: a normal variable is beyond 6.0 once in 10^9, on either side."""
_FREEDOM = 255


def read_seed(content: bytes) -> Seed:
    """
    Size and pattern of a random file: '' where it looks random, else `constant`, `text`, `pem` or `biased`.

    `biased` are bytes with a distribution that random ones have less than once in 10^9, too even ones (counters) and repeated short
    patterns included. Of fewer than 64 bytes only the other patterns can be told. Half a millisecond for 8192 bytes; never raises.
    """
    return Seed(len(content), _pattern(content))


def _pattern(content: bytes) -> str:
    size = len(content)
    if size >= _SHORTEST_CONSTANT and content.count(content[:1]) == size:
        return "constant"
    if b"-----BEGIN " in content:
        return "pem"
    for least, alphabet in _TEXTS:
        if size >= (least if size >= _FEW else _SHORTEST_TEXT) and not content.translate(None, alphabet):
            return "text"
    return "biased" if _is_periodic(content) or _is_uneven(content) else ""


def _is_periodic(content: bytes) -> bool:
    """Whether it is one short pattern over and over."""
    size = len(content)
    if size < _SHORTEST_PERIODIC:
        return False
    return any(content[:8] == content[at : at + 8] and content[:-at] == content[at:] for at in range(1, min(size // 2, _LONGEST_PERIOD) + 1))


def _is_uneven(content: bytes) -> bool:
    """
    Whether chi-square of the byte counts is where it is less than once in 10^9, too high or too low.

    Wilson and Hilferty: the cube root of chi-square over its k degrees of freedom is nearly normal, with mean 1 - 2/(9k) and variance
    2/(9k).
    """
    size = len(content)
    if size < _SHORTEST_COUNTED:
        return False
    square = sum(count * count for count in Counter(content).values()) * 256 / size - size
    variance = 2 / (9 * _FREEDOM)
    away = ((square / _FREEDOM) ** (1 / 3) - (1 - variance)) / variance**0.5
    return bool(abs(away) > (_LIMIT if size >= _FEW else _LIMIT_OF_FEW))

"""
The EBCDIC code pages of Latin-1 countries: tables, and telling them from anything else by content alone.

New lines stay as the tables have them: 0x15 is U+0085, 0x25 is LF. `codecs/text.py` makes one of the two.
"""

from __future__ import annotations

import codecs
from typing import Dict, List, Tuple

CCSIDS: Tuple[int, ...] = (
    37, 500, 273, 280, 297, 284, 285, 1140, 1148, 1141, 1144, 1147, 1145, 1146, 871, 1149, 1142, 1143, 1047,
)  # fmt: skip
"""The CCSIDs that can be read, the commonest first (37 is what an IBM i is shipped with)."""

_PYTHON = {37: "cp037", 273: "cp273", 500: "cp500", 1140: "cp1140"}

# What another page has where 37 has something else: positions, and what stands there. Compared with two independent converters; where
# those differ (273 0xBC and 285 0xA1: macron or overline; the two thorns of 871) these are the macron and what 1149 has as well.
_DIFFERENCES: Dict[int, Tuple[str, str]] = {
    280: ("44484a4f5154585a5f6a797b7c90a1b0b1b5babbc0cdd0dde0", "{\\\xb0!]}~\xe9^\xf2\xf9\xa3\xa7[\xec\xa2#@\xac|\xe0\xa6\xe8`\xe7"),
    284: ("494a5a696a7ba1b0babbbd", "\xa6[]#\xf1\xd1\xa8\xa2^!~"),
    285: ("4a5ba1b0b1babc", "$\xa3\xaf\xa2[^~"),
    297: ("44484a4f51545a5f6a797b7c90a0a1b0b1b5babbbdc0d0dde0", "@\\\xb0!{}\xa7^\xf9\xb5\xa3\xe0[`\xa8\xa2#]\xac|~\xe9\xe8\xa6\xe7"),
    871: ("4a4f5a5f797c8c8e9c9ea1acaeb0babbbec0ccd0e0ec", "\xde!\xc6\xd6\xf0\xd0`{}]\xf6@[\xa2\xac|\\\xfe~\xe6\xb4^"),
    1047: ("5fadb0babbbd", "^[\xac\xdd\xa8]"),
    1142: ("474a4f5a5b5f676a707b7c809c9e9fa1b0babbc0d0dc", "}#!\u20ac\xc5^$\xf8\xa6\xc6\xd8@{[]\xfc\xa2\xac|\xe6\xe5~"),
    1143: (
        "43474a4f515a5b5f63676a71797b7c9fa1b0b5babbc0ccd0dce0ec",
        "{}\xa7!`\u20ac\xc5^#$\xf6\\\xe9\xc4\xd6]\xfc\xa2[\xac|\xe4\xa6\xe5~\xc9@",
    ),
}
# These are another page with a euro sign at 0x9F.
_EURO = {1141: 273, 1144: 280, 1145: 284, 1146: 285, 1147: 297, 1148: 500, 1149: 871}
_EURO_AT = 0x9F

_LETTERS = bytes((*range(0x81, 0x8A), *range(0x91, 0x9A), *range(0xA2, 0xAA), *range(0xC1, 0xCA), *range(0xD1, 0xDA), *range(0xE2, 0xEA)))
_ALNUM = _LETTERS + bytes(range(0xF0, 0xFA))
_BLANKS = b"\x05\x0d\x15\x25\x40"
_PUNCTUATION = b"\x4b\x4c\x4d\x4e\x50\x5c\x5d\x5e\x60\x61\x6b\x6c\x6d\x6e\x6f\x7a\x7d\x7e\x7f"
"""Punctuation that is the same in every page."""
_CONTROLS = bytes(sorted(set(range(0x40)) - set(_BLANKS))) + b"\xff"
_VARIANTS = bytes(sorted(set(range(256)) - set(_ALNUM + _BLANKS + _PUNCTUATION + _CONTROLS)))

_SAMPLE = 1 << 16  # bytes that are looked at to tell one page from another
_PLACES = 500  # and doubtful bytes among them: enough to tell, and bounded
_SHORTEST = 8  # letters and digits; below that chance makes words
_SHORT = 24  # bytes; a text so short has to be free of doubtful ones
_SLACK = 3  # costs: pages this much worse than the best still fit


def decode(content: bytes, ccsid: int) -> str:
    """*content* as text by the page *ccsid*, one character a byte; KeyError for a CCSID that is not in CCSIDS."""
    return codecs.charmap_decode(content, "strict", _table(ccsid))[0]


def recognise(content: bytes) -> Tuple[int, ...]:
    """The CCSIDs in which *content* is text, likeliest first; () where it is not EBCDIC text. Linear in its size."""
    size = len(content)
    letters = size - len(content.translate(None, _ALNUM))
    inked = len(content.translate(None, _BLANKS))
    controls = size - len(content.translate(None, _CONTROLS))
    variants = size - len(content.translate(None, _VARIANTS))
    # Random bytes are a quarter control characters and two fifths variants; ASCII has no letter above 0x80.
    if letters < _SHORTEST or letters * 20 < inked * 9 or controls > size // 50:
        return ()
    if variants > (inked // 7 if size >= _SHORT else 0) or _is_utf8(content):
        return ()
    return _fitting(content[:_SAMPLE])


def _table(ccsid: int) -> str:
    if ccsid in _PYTHON:
        return bytes(range(256)).decode(_PYTHON[ccsid])
    if ccsid in _EURO:
        plain = _table(_EURO[ccsid])
        return plain[:_EURO_AT] + "\u20ac" + plain[_EURO_AT + 1 :]
    table = list(bytes(range(256)).decode("cp037"))
    positions, characters = _DIFFERENCES[ccsid]
    for position, character in zip(bytes.fromhex(positions), characters):
        table[position] = character
    return "".join(table)


def _is_utf8(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    # EBCDIC that happens to be UTF-8 is full of C1 control characters.
    return not any("\x80" <= character < "\xa0" for character in text)


def _fitting(sample: bytes) -> Tuple[int, ...]:
    """Those of CCSIDS that give the most likely text."""
    doubtful = frozenset(_VARIANTS)
    places = [at for at, byte in enumerate(sample) if byte in doubtful][:_PLACES]
    if not places:
        return CCSIDS
    costs = {ccsid: _cost(sample, places, _table(ccsid)) for ccsid in CCSIDS}
    best = min(costs.values())
    return tuple(sorted((ccsid for ccsid in CCSIDS if costs[ccsid] <= best + _SLACK), key=lambda ccsid: costs[ccsid]))


def _cost(sample: bytes, places: List[int], table: str) -> int:
    """How unlikely the characters at *places* are in *table*, given their neighbours."""
    cost = 0
    for at in places:
        before = table[sample[at - 1]] if at else "\n"
        after = table[sample[at + 1]] if at + 1 < len(sample) else "\n"
        cost += _unlikely(table[sample[at]], before, after)
    return cost


def _unlikely(character: str, before: str, after: str) -> int:
    """From -4 for a bracket that opens or closes a line to 5 for a sign that hardly any text holds."""
    if (character == "[" and before in "\n\x85") or (character == "]" and after in "\r\n\x85"):
        return -4
    if character.isascii():
        if character == "#" and before in "\n\x85":
            return -2
        return 3 if before.isalpha() and after.isalpha() else 0
    if character.isalpha():
        return 1 if before.isalpha() or after.isalpha() else 2
    return 3 if character in "\xa3\xa7\xb0\u20ac" else 5

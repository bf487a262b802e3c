"""The BEGIN and END lines of PEM: those that OpenSSL sees, and those that a person meant."""

from __future__ import annotations

from typing import List, NamedTuple, Optional

BEGIN, END, TAIL = "-----BEGIN ", "-----END ", "-----"
"""How an armour line begins and ends."""

MEANT = ("CERTIFICATE", "KEY", "REQUEST", "CRL", "PARAMETERS", "PKCS7", "CMS")
"""How the labels end that a line with a slip in its dashes, blanks or letters is taken to mean."""

_LONGEST = 64  # characters of a label; longer ones are no label
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\xad"), "-")


class Mark(NamedTuple):
    """A BEGIN or END somewhere in a line."""

    word: str
    label: str
    start: int
    end: int


def exact(line: str) -> Optional[Mark]:
    """The armour that OpenSSL sees in *line*, if it does."""
    for word in (BEGIN, END):
        if line.startswith(word) and line.endswith(TAIL) and len(word) + len(TAIL) <= len(line) <= len(word) + len(TAIL) + _LONGEST:
            label = line[len(word) : -len(TAIL)]
            return None if TAIL in label else Mark(word, label, 0, len(line))
    return None


def tidy(label: str) -> str:
    """*label* as it was meant: upper case, single blanks, no dashes around it."""
    return " ".join(label.upper().replace("_", " ").strip("-=*~ \t").split())


def marks(line: str) -> List[Mark]:
    """Every place in *line* that is clearly meant as armour; a commented line is meant to be none."""
    if line[0] in "#;":
        return []
    text = line.translate(_DASHES)
    text = (text if text.isascii() else text.encode("ascii", "replace").decode("ascii")).upper()
    found: List[Mark] = []
    begin, end = text.find("BEGIN"), text.find("END")
    while begin >= 0 or end >= 0:
        if begin >= 0 and (end < 0 or begin < end):
            mark = _mark(text, begin, 5, BEGIN)
            begin = text.find("BEGIN", begin + 5)
        else:
            mark = _mark(text, end, 3, END)
            end = text.find("END", end + 3)
        if mark is not None:
            found.append(mark)
    return found


def _mark(text: str, at: int, size: int, word: str) -> Optional[Mark]:
    """The BEGIN or END of *size* letters at *at*, if dashes or a line of its own say that it is armour."""
    before = text[max(0, at - 8) : at].rstrip(" \t")
    after = text[at + size : at + size + _LONGEST + 16]
    cut = after.find("-")
    label = tidy(after if cut < 0 else after[:cut])
    if not label or not label.replace(" ", "").replace(".", "").isalnum():
        return None
    is_left = before.endswith("--")
    is_right = cut >= 0 and after[cut : cut + 2] == "--"
    is_alone = not before.strip("- \t") and at <= 8 and cut < 0 and at + size + len(after) == len(text)
    is_full = before.endswith(TAIL) and cut >= 0 and after[cut : cut + 5] == TAIL
    if is_full or (label.endswith(MEANT) and (is_left or is_right or is_alone)):
        return Mark(word, label, at, at + size + (len(after) if cut < 0 else cut))
    return None

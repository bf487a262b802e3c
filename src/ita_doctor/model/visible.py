"""Text of unknown origin as people may be shown it: nothing in it moves a cursor, turns the writing round or hides."""

from __future__ import annotations

_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Printable by Unicode's own table, and yet nothing is seen."""

_SELECTORS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
"""Variation selectors: combining marks without a shape of their own, in which text can be smuggled."""


def visible(text: str, limit: int = 200) -> str:
    r"""
    *text* with all that does not show itself written out, at most *limit* characters long; a longer one ends in `…`.

    Control characters, line ends, bidirectional controls, zero-width and unassigned characters and blanks other than the plain one become
    `\x1b`, `\u202e` or `\U000e0001`; a byte of a path that could not be decoded (a lone surrogate) becomes that byte. Printable Unicode
    stays. No escape is ever cut in two, and time depends on *limit*, not on the length of *text*.
    """
    head = text[: limit + 1]
    if len(head) <= limit and head.isascii() and head.isprintable():
        return head
    shown = [_shown(character) for character in head]
    if sum(map(len, shown)) <= limit:
        return "".join(shown)
    room = limit - 1
    kept = []
    for piece in shown:
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return ("".join(kept) + "…")[: max(limit, 0)]


def _shown(character: str) -> str:
    """One character, or its escape."""
    if character.isprintable() and not _is_hidden(character):
        return character
    if "\udc80" <= character <= "\udcff":  # how Python keeps a byte that is not in the encoding (PEP 383)
        return f"\\x{ord(character) - 0xDC00:02x}"
    if character <= "\xff":
        return f"\\x{ord(character):02x}"
    return f"\\u{ord(character):04x}" if character <= "\uffff" else f"\\U{ord(character):08x}"


def _is_hidden(character: str) -> bool:
    """Whether it prints as nothing though it counts as printable."""
    return character in _HIDDEN or any(first <= character <= last for first, last in _SELECTORS)

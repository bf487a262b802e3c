"""Bytes to text, and how it was known."""

from __future__ import annotations

from ita_doctor.model.artifact import Text

_SAMPLE = 1 << 14  # bytes that are looked at for UTF-16 without its mark: even, so that pairs stay pairs
_UNDEFINED_IN_1252 = b"\x81\x8d\x8f\x90\x9d"
_C1 = bytes(range(0x80, 0xA0))
_PRINTABLE = b"\t\r\n" + bytes(range(0x20, 0x7F))


def read_text(content: bytes) -> Text:
    """
    *content* as text with the encoding that it proves to have; never raises.

    A byte order mark is not part of the value. EBCDIC new lines (0x15 as well as 0x25) are LF in the value, so that one character stays one
    byte. What no better name fits is cp1252 where it uses the places that only that page has, else latin-1: so any bytes come back as text.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return Text(content[3:].decode("utf-8", "replace"), "utf-8-bom")
    if content.startswith(b"\xff\xfe"):
        return Text(content[2:].decode("utf-16-le", "replace"), "utf-16-le")
    if content.startswith(b"\xfe\xff"):
        return Text(content[2:].decode("utf-16-be", "replace"), "utf-16-be")
    if b"\0" in content:
        pairs = _utf16_without_mark(content)
        if pairs:
            return Text(content.decode(pairs, "replace"), pairs)
    if content.isascii():
        return Text(content.decode("ascii"), "ascii")
    return _beyond_ascii(content)


def _beyond_ascii(content: bytes) -> Text:
    from ita_doctor.codecs import ebcdic

    ccsids = ebcdic.recognise(content)
    if ccsids:
        return Text(ebcdic.decode(content, ccsids[0]).replace("\x85", "\n"), "ebcdic", ccsids)
    try:
        return Text(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    is_1252 = len(content) != len(content.translate(None, _C1)) and len(content) == len(content.translate(None, _UNDEFINED_IN_1252))
    encoding = "cp1252" if is_1252 else "latin-1"
    return Text(content.decode(encoding), encoding)


def _utf16_without_mark(content: bytes) -> str:
    """The byte order where *content* is ASCII text in UTF-16, else ''."""
    sample = content[:_SAMPLE]
    pairs = max(len(sample) // 2, 2)
    for encoding, zeros, signs in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        printable = len(signs) - len(signs.translate(None, _PRINTABLE))
        # A few characters beyond ASCII in a comment are no reason against it; a NUL among the signs is.
        if zeros.count(0) * 10 >= pairs * 9 and printable * 10 >= len(signs) * 9 and signs and 0 not in signs:
            return encoding
    return ""

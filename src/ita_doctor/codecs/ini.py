"""
INI files as a scan of lines with their spans, and values as they were meant.

Which rule owns a control character (ITA-INI-002 and ITA-INI-009 never both):

- A line whose *value* alone holds one, and which is a setting otherwise, keeps the kind `setting` and bears the fault `control`. Where the
  setting is one of ours, ITA-INI-009 has it (`clean_value` says `control`), so that the setting still counts and nothing is "absent".
- Every other line with a fault is ITA-INI-002's: kind `bad` (a control character in a name, a section, or outside of any), a comment with
  the fault `control`, and a setting with the fault `control` whose name is none of ours.

So ITA-INI-002 = lines with a fault, less the known settings; ITA-INI-009 = the known settings. Characters beyond ASCII, those of Latin-1 at
0x80 to 0x9F included, are no control characters.
"""

from __future__ import annotations

from typing import List, Tuple

from ita_doctor.model.artifact import Ini, IniLine

MOST_LINES = 1 << 16
"""No ita.ini has so many; what follows is one bad line."""

MOST_KEPT = 200
"""Characters of a bad line that are kept, to see what it was meant to be."""

_BLANKS = " \t"
_EDGES = " \t\r"
_CONTROLS = "".join(map(chr, (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)))
_NO_CONTROLS = dict.fromkeys(map(ord, _CONTROLS + "\r\n"))
_TYPOGRAPHIC = {
    **dict.fromkeys(range(0x2010, 0x2016), "-"),  # hyphens and dashes
    0x2212: "-",  # minus sign
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),  # no-break and other wide blanks
    **dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF), ""),  # not to be seen
    **dict.fromkeys((0x2018, 0x2019, 0x201A, 0x201B), "'"),
    **dict.fromkeys((0xAB, 0xBB, 0x201C, 0x201D, 0x201E, 0x201F), '"'),
}
_QUOTES = "\"'"
_PLACEHOLDER = r"<[^<>/]+>|\$\{[^{}]*\}|\{\{[^{}]*\}\}|%[A-Za-z_]\w*%|@[A-Za-z_][\w.-]*@|(?:^|/)\$[A-Za-z_]\w*"


def read_ini(text: str) -> Ini:
    """
    *text* as lines, each a section, a setting, a comment, blank or bad; never raises, linear in its size.

    A line ends at LF; where there is none at all, at CR (`newline` is then a lone CR, which no agent reads: ITA-INI-002 may say so). A CR
    before every LF belongs to the line end; before some only it stays in `raw`. `#` and `;` make a comment only at a line's start.
    """
    newline, split_at = _newline(text)
    lines: List[IniLine] = []
    section = ""
    start = 0
    number = 1
    size = len(text)
    while start < size:
        found = text.find(split_at, start) if number < MOST_LINES else -1
        end = size if found < 0 else found
        line = _read_line(text, start, end, number, section)
        if line.kind == "section":
            section = line.section
        lines.append(line)
        start = end + len(split_at)
        number += 1
    return Ini(tuple(lines), newline)


def clean_value(raw: str) -> Tuple[str, Tuple[str, ...]]:
    """
    The value that *raw* (all that follows the `=`) was meant to be, and what was wrong with it, in this order.

    Of the closed list `control` `carriage-return` `trailing-blank` `typographic` `quotes` `placeholder`. With `placeholder` the value
    cannot be used. An empty value after any blanks is healthy.
    """
    value = raw.strip(_BLANKS)
    if value.isascii() and value.isalnum() and not raw.endswith((" ", "\t")):
        return value, ()
    wrong: List[str] = []
    value = _without_controls(raw, wrong)
    value = _without_typography(value, wrong)
    value = _without_quotes(value, wrong)
    if any(sign in value for sign in "<$%{@") and _is_placeholder(value):
        wrong.append("placeholder")
    return value, tuple(dict.fromkeys(wrong))


def _newline(text: str) -> Tuple[str, str]:
    """The line end of most lines, and what the text is split at: a CR belongs to it only where it stands before every LF."""
    feeds = text.count("\n")
    if not feeds:
        return ("\r", "\r") if "\r" in text.rstrip("\r") else ("\n", "\n")
    pairs = text.count("\r\n")
    return ("\r\n" if pairs * 2 > feeds else "\n"), ("\r\n" if pairs == feeds else "\n")


def _read_line(text: str, start: int, end: int, number: int, section: str) -> IniLine:
    line = text[start:end]
    if number == 1 and line.startswith("\ufeff"):
        line = line[1:]
    content = line.strip(_EDGES)
    if not content:
        return IniLine(number, "blank", section, "", "", "", start, end)
    if content[0] in "#;":
        return IniLine(number, "comment", section, "", "", "", start, end, 0, 0, "control" if _has_control(content) else "")
    if content[0] == "[":
        name, fault = _section_name(content)
        kept = line[:MOST_KEPT] if fault else ""
        return IniLine(number, "bad" if fault else "section", section if fault else name, "", "", kept, start, end, 0, 0, fault)
    if number >= MOST_LINES and "\n" in content:
        return IniLine(number, "bad", section, "", "", "", start, end, 0, 0, "no-equals")
    return _read_setting(line, start, end, number, section)


def _read_setting(line: str, start: int, end: int, number: int, section: str) -> IniLine:
    name, equals, raw = line.partition("=")
    name = name.strip(_BLANKS)
    fault = "control" if _has_control(name) else "no-equals" if not equals else "" if name else "no-name"
    if fault:
        return IniLine(number, "bad", section, "", "", line[:MOST_KEPT], start, end, 0, 0, fault)
    value = raw.strip(_EDGES)
    value_start = end - len(raw.lstrip(_BLANKS)) if value else end - len(raw.lstrip(_BLANKS + "\r"))
    fault = "control" if _has_control(value) else ""
    return IniLine(number, "setting", section, name, value, raw, start, end, value_start, value_start + len(value), fault)


def _section_name(content: str) -> Tuple[str, str]:
    """The name between the brackets and '', or '' and a fault."""
    name, bracket, rest = content[1:].partition("]")
    rest = rest.strip(_BLANKS)
    if _has_control(content):
        return "", "control"
    if not bracket or (rest and rest[0] not in "#;"):
        return "", "open-bracket"
    name = name.strip(_BLANKS)
    return name, "" if name else "no-name"


def _has_control(content: str) -> bool:
    """Whether a control character, or a CR that is no part of a line end, stands within."""
    return not content.isprintable() and len(content) != len(content.translate(_NO_CONTROLS))


def _without_controls(raw: str, wrong: List[str]) -> str:
    value = raw.strip(_EDGES)
    if _has_control(value):
        wrong.append("control")
        value = value.translate(_NO_CONTROLS)
    blanks_after = raw[len(raw.rstrip(_EDGES)) :]
    if "\r" in blanks_after:
        wrong.append("carriage-return")
    if value and blanks_after.strip("\r"):
        wrong.append("trailing-blank")
    return value.strip(_BLANKS)


def _without_typography(value: str, wrong: List[str]) -> str:
    if value.isascii():
        return value
    plain = value.translate(_TYPOGRAPHIC)
    if plain != value:
        wrong.append("typographic")
    return plain.strip(_BLANKS)


def _without_quotes(value: str, wrong: List[str]) -> str:
    """Quotes around it, or one that was left over at either end, are no part of a value."""
    if value and (value[0] in _QUOTES or value[-1] in _QUOTES):
        if "typographic" not in wrong:
            wrong.append("quotes")
        return value.strip(_QUOTES).strip(_BLANKS)
    return value


def _is_placeholder(value: str) -> bool:
    import re

    return re.search(_PLACEHOLDER, value) is not None

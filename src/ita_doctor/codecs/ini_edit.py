"""
Changes to the text of an ita.ini on the spans of its own scan: text in, text out, every line that is not meant byte for byte the same.

Each function raises ValueError, and nothing else, for what it cannot do: a line number, section, name or value that does not fit (each says
which), and any text with so many lines that the scan does not tell them apart. Line numbers are those of `read_ini` on the same text.
"""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.codecs.ini import MOST_LINES, read_ini
from ita_doctor.model.artifact import IniLine

_BLANKS = " \t"
_EDGES = " \t\r"
_NO_CONTROLS = dict.fromkeys((*range(9), *range(0x0A, 0x20), 0x7F))
"""What the scan calls control characters, line ends included."""
_MARK = "\ufeff"
_KEPT = ("ascii", "utf-8", "latin-1", "cp1252")
_TO_UTF8 = ("utf-8-bom", "utf-16-le", "utf-16-be", "ebcdic")


class _Sheet(NamedTuple):
    """A text as its lines, to be put together again."""

    lines: Tuple[IniLine, ...]
    contents: List[str]
    """Each line without its line end; a CR that stands before some line ends only is content."""
    mark: str
    newline: str
    """What stands between two lines: the same everywhere."""
    is_ended: bool
    """The last line has its line end."""


def set_value(text: str, section: str, name: str, value: str) -> str:
    """
    *text* with *value* for the first setting *name* of *section*; where there is none, with a new line after the section's last setting.

    All that follows the `=` but its leading blanks is replaced, stains and a stray CR included. A new line is indented and spaced like the
    setting above it. ValueError where the section is not there, or a name or value could not be read back (line ends, control characters,
    blanks around it).
    """
    _must_be_value(value)
    sheet = _open(text)
    for index, line in enumerate(sheet.lines):
        if line.kind == "setting" and line.section == section and line.name == name:
            head, equals, raw = sheet.contents[index].partition("=")
            sheet.contents[index] = head + equals + _blanks_after(head, raw) + value
            return _close(sheet)
    _must_be_name(name)
    above = _last_of(sheet, section)
    sheet.contents.insert(above + 1, _in_style(sheet, above, name, value))
    return _close(sheet)


def rename(text: str, number: int, name: str, *, value: Optional[str] = None) -> str:
    """
    *text* with *name* for the name on line *number*, a setting; its blanks and its value stay.

    With *value* it is `replace_line`: so for a line that lost its `=`.
    """
    if value is not None:
        return replace_line(text, number, name, value)
    _must_be_name(name)
    sheet = _open(text)
    line = _line(sheet, number, "setting")
    content = sheet.contents[number - 1]
    start = len(content) - len(content.lstrip(_BLANKS))
    sheet.contents[number - 1] = content[:start] + name + content[start + len(line.name) :]
    return _close(sheet)


def replace_line(text: str, number: int, name: str, value: str) -> str:
    """*text* with `name = value` for the whole of line *number*, a setting or a bad line; a stray CR at its end goes."""
    _must_be_name(name)
    _must_be_value(value)
    sheet = _open(text)
    _line(sheet, number, "setting", "bad")
    sheet.contents[number - 1] = f"{name} = {value}"
    return _close(sheet)


def move(text: str, number: int, section: str) -> str:
    """*text* with line *number*, a setting, after the last setting of *section*, or after its header where it has none."""
    sheet = _open(text)
    _line(sheet, number, "setting")
    above = _last_of(sheet, section)
    if above != number - 1:
        content = sheet.contents.pop(number - 1)
        sheet.contents.insert(above + (above < number), content)
    # An empty line is one only by its line end.
    return _close(sheet._replace(is_ended=sheet.is_ended or not sheet.contents[-1]))


def set_header(text: str, number: int, section: str) -> str:
    """
    *text* with `[section]` for line *number*, a section or a bad line; a comment behind it stays, without control characters.

    Behind it is what begins with `#` or `;` after the closing brackets, or after a blank where there is no bracket.
    """
    _must_be_section(section)
    sheet = _open(text)
    _line(sheet, number, "section", "bad")
    content = sheet.contents[number - 1]
    carriage = "\r" if content.endswith("\r") else ""
    sheet.contents[number - 1] = f"[{section}]" + _comment_behind(content) + carriage
    return _close(sheet)


def insert_header(text: str, number: int, section: str) -> str:
    """*text* with a line `[section]` before line *number*."""
    _must_be_section(section)
    sheet = _open(text)
    _line(sheet, number)
    sheet.contents.insert(number - 1, f"[{section}]")
    return _close(sheet)


def append_section(text: str, section: str, settings: Sequence[Tuple[str, str]]) -> str:
    """*text* with a new section at its end, one line for each (name, value); a blank line before it where something stands above."""
    _must_be_section(section)
    sheet = _open(text)
    if any(line.kind == "section" and line.section == section for line in sheet.lines):
        raise ValueError(f"section [{section}]: it is there already")
    if sheet.lines and sheet.lines[-1].kind != "blank":
        sheet.contents.append("")
    sheet.contents.append(f"[{section}]")
    for name, value in settings:
        _must_be_name(name)
        _must_be_value(value)
        sheet.contents.append(f"{name} = {value}")
    return _close(sheet)


def remove(text: str, number: int) -> str:
    """*text* without line *number* and its line end; the line above keeps its own."""
    sheet = _open(text)
    _line(sheet, number)
    del sheet.contents[number - 1]
    return _close(sheet._replace(is_ended=sheet.is_ended or number == len(sheet.lines)))


def join_section(text: str, number: int) -> str:
    """The lines below the header on line *number*, the second of its name, go to the end of the first section of that name; the header goes."""
    lines = read_ini(text).lines
    starts = [line.start for line in lines] + [len(text)]
    header = lines[number - 1]
    heads = [at for at, line in enumerate(lines) if line.kind == "section"] + [len(lines)]
    first = next((at for at in heads[:-1] if lines[at].section == header.section), len(lines))
    if header.kind != "section" or first >= number - 1:
        raise ValueError("no second header of a section")
    end, behind = heads[heads.index(first) + 1], heads[heads.index(number - 1) + 1]
    block = text[starts[number] : starts[behind]]
    if block and behind == len(lines) and not block.endswith(("\n", "\r")):
        block += read_ini(text).newline
    return text[: starts[end]] + block + text[starts[end] : starts[number - 1]] + text[starts[behind] :]


def clean(text: str) -> str:
    """
    *text* without control characters in the lines that the scan faults for them.

    A text whose lines end in a lone CR gets LF. Where most lines end in LF, a CR before the line end of a setting goes. A line may become a
    setting, a section or blank by it; one that is still bad stays.
    """
    return _without_carriages(_without_controls(text))


def encode(text: str, encoding: str) -> bytes:
    """
    *text* as bytes of the *encoding* that `read_text` gave; a text that was not changed becomes the bytes it was read from.

    That holds for `ascii` `utf-8` `latin-1` `cp1252`; `utf-8-bom` `utf-16-le` `utf-16-be` `ebcdic` become UTF-8 without a mark. ValueError
    for any other encoding, for a character that the encoding has not, and for U+FFFD in the latter four: bytes were lost there.
    """
    if encoding in _TO_UTF8:
        if "\ufffd" in text:
            raise ValueError(f"{encoding}: some bytes of it are no text, and would be lost")
        text, encoding = text.lstrip(_MARK), "utf-8"
    if encoding not in _KEPT:
        raise ValueError(f"{encoding}: no encoding that text is written in")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise ValueError(f"{encoding}: it has no U+{ord(text[error.start]):04X}") from error


def _open(text: str) -> _Sheet:
    ini = read_ini(text)
    if len(ini.lines) >= MOST_LINES:
        raise ValueError(f"{len(ini.lines)} lines or more: too many to be changed")
    contents = [text[line.start : line.end] for line in ini.lines]
    mark = _MARK if text.startswith(_MARK) else ""
    if mark:
        contents[0] = contents[0][1:]
    # A CR belongs to the line end only where it stands before every LF: else a new line with CR LF would be a stain itself.
    newline = "\n" if ini.newline == "\r\n" and text.count("\r\n") != text.count("\n") else ini.newline
    return _Sheet(ini.lines, contents, mark, newline, is_ended=not ini.lines or ini.lines[-1].end < len(text))


def _close(sheet: _Sheet) -> str:
    text = sheet.mark + sheet.newline.join(sheet.contents)
    # Where the one LF went with its line, a CR within the last one would be taken for a line end.
    is_torn = sheet.newline != "\r" and "\n" not in text and "\r" in text.rstrip("\r")
    return text + sheet.newline if sheet.contents and (sheet.is_ended or is_torn) else text


def _line(sheet: _Sheet, number: int, *kinds: str) -> IniLine:
    """Line *number*; ValueError where there is none, or it is none of *kinds*."""
    if not 1 <= number <= len(sheet.lines):
        raise ValueError(f"line {number}: the text has {len(sheet.lines)}")
    line = sheet.lines[number - 1]
    if kinds and line.kind not in kinds:
        raise ValueError(f"line {number}: {line.kind}, wanted {' or '.join(kinds)}")
    return line


def _last_of(sheet: _Sheet, section: str) -> int:
    """The place of the section's last setting, else of its first header."""
    header = -1
    for index in range(len(sheet.lines) - 1, -1, -1):
        line = sheet.lines[index]
        if line.section == section and line.kind == "setting":
            return index
        if line.section == section and line.kind == "section":
            header = index
    if header < 0:
        raise ValueError(f"section [{section}]: it is not there")
    return header


def _in_style(sheet: _Sheet, above: int, name: str, value: str) -> str:
    if sheet.lines[above].kind != "setting":
        return f"{name} = {value}"
    head, _, raw = sheet.contents[above].partition("=")
    indent = head[: len(head) - len(head.lstrip(_BLANKS))]
    before = head[len(head.rstrip(_BLANKS)) :]
    return f"{indent}{name}{before}={_blanks_after(head, raw)}{value}"


def _blanks_after(head: str, raw: str) -> str:
    """The blanks before a value; where an editor took them away from an empty one, one as there is before the `=`."""
    blanks = raw[: len(raw) - len(raw.lstrip(_BLANKS))]
    return blanks or (" " if head.endswith(" ") and not raw.strip(_EDGES) else "")


def _comment_behind(content: str) -> str:
    """The comment behind a header, with the blanks before it."""
    content = content.translate(_NO_CONTROLS)
    _, bracket, rest = content.partition("]")
    if bracket:
        rest = rest.lstrip("]")
        return rest if rest.lstrip(_BLANKS).startswith(("#", ";")) else ""
    found = [at for at in (content.find(blank + sign) for blank in _BLANKS for sign in "#;") if at >= 0]
    return content[min(found) :] if found else ""


def _without_controls(text: str) -> str:
    sheet = _open(text)
    for index, line in enumerate(sheet.lines):
        if line.fault == "control":
            content = sheet.contents[index]
            # Of a bad line the scan faults a stray CR as well; that of a comment is its line end.
            carriage = "\r" if content.endswith("\r") and line.kind != "bad" else ""
            sheet.contents[index] = content.translate(_NO_CONTROLS) + carriage
    return _close(sheet._replace(newline="\n") if sheet.newline == "\r" else sheet)


def _without_carriages(text: str) -> str:
    if read_ini(text).newline != "\n":
        return text
    sheet = _open(text)
    for index, line in enumerate(sheet.lines):
        content = sheet.contents[index]
        if line.kind == "setting":
            body = content.rstrip(_EDGES)
            sheet.contents[index] = body + content[len(body) :].replace("\r", "")
    return _close(sheet)


def _must_be_value(value: str) -> None:
    if value != value.translate(_NO_CONTROLS) or value != value.strip(_BLANKS):
        raise ValueError("value: a line end, a control character or a blank at its edge")


def _must_be_name(name: str) -> None:
    if not name or name != name.translate(_NO_CONTROLS).strip(_BLANKS) or "=" in name or name[0] in "#;[" + _MARK:
        raise ValueError("name: it could not be read back")


def _must_be_section(section: str) -> None:
    if not section or section != section.translate(_NO_CONTROLS).strip(_BLANKS) or "]" in section:
        raise ValueError("section: it could not be read back")

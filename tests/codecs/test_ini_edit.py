"""Changes to an ita.ini that touch what is meant, and no other byte."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.codecs import ini_edit
from ita_doctor.codecs.ini import clean_value, read_ini
from ita_doctor.codecs.text import read_text

TEXT = "# of the agent\r\n[ITA]\r\ntcp_port=0\r\n\r\n[ITA SSL] ; ours\r\npassword_file=/a b.sth\r\nssl_port  =  1\r\n# the end"

SECTIONS = ("ITA", "ITA SSL", "Env")
NAMES = ("a", "b", "password_file")
HEADERS = ("[ITA]", "[ITA SSL]", " [Env] # c", "[ITA SSL] ; c")
SETTINGS = ("a=1", "a = 2", "  b\t=\t3", 'password_file = "/x y" ', "b =", "b=  ", "a = x\x07y", "a = \x85\xe9\u2013", "a=b\rc")
ODD = ("", "  ", "# c", "; a = 1", "#\0", "torn line", "= 1", "[ITA", "[[ITA]]", "[]", "a\0b = 1", "\x1a", "[IT\x01A] # d")
VALUES = st.text("ab/ #;=\"'[]é\u2013", max_size=8).map(str.strip)


@st.composite
def texts(draw):
    """An ini text with odd lines, and any of the line ends, mixed too, with or without the last one and a mark."""
    lines = draw(st.lists(st.sampled_from(HEADERS + SETTINGS + ODD), max_size=12))
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"], ["\n", "\n", "\n", "\n", "\r\n"], ["\r"]]))
    text = draw(st.sampled_from(["", "", "\ufeff"])) + "".join(line + draw(st.sampled_from(ends)) for line in lines)
    return text if draw(st.booleans()) else text.rstrip("\r\n")


def contents(text):
    """Each line as it is written, but for a CR at its end and a mark at the text's beginning."""
    text = text[1:] if text[:1] == "\ufeff" else text
    return [text[line.start : line.end].rstrip("\r") for line in read_ini(text).lines]


def values(text, section, name):
    """Every value of a setting, in order."""
    return [line.value for line in read_ini(text).lines if (line.kind, line.section, line.name) == ("setting", section, name)]


def numbers(text, *kinds):
    """The lines of these kinds."""
    return [line.number for line in read_ini(text).lines if line.kind in kinds]


def has(text, section):
    """Whether something can be put into the section."""
    return any(line.section == section and line.kind in ("section", "setting") for line in read_ini(text).lines)


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("password_file", "/c.sth", "/a b.sth", "/c.sth"),
        ("ssl_port", "31114", "ssl_port  =  1", "ssl_port  =  31114"),
        ("cert_label", "x", "ssl_port  =  1\r\n", "ssl_port  =  1\r\ncert_label  =  x\r\n"),
    ],
)
def test_a_setting_gets_its_value_and_nothing_else_changes(name, value, old, new):
    """The value stands in place of the old one, or on a line of its own below the last setting."""
    assert TEXT.replace(old, new) == ini_edit.set_value(TEXT, "ITA SSL", name, value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[x]\na = old \t\r\nb=1\n", "[x]\na = v\nb=1\n"),
        ('[x]\na="old"', "[x]\na=v"),
        ("[x]\na = \x07old\x00\n", "[x]\na = v\n"),
        ("[x]\na = \u201cold\u201d\n", "[x]\na = v\n"),
        ("[x]\na =\n", "[x]\na = v\n"),
        ("[x]\na=\n", "[x]\na=v\n"),
        ("[x]\na = 1\na = 2\n", "[x]\na = v\na = 2\n"),
        ("[y]\na = 1\n[x]\n\n# c\n", "[y]\na = 1\n[x]\na = v\n\n# c\n"),
        ("[x]", "[x]\na = v"),
        ("[x]\n b=1", "[x]\n b=1\n a=v"),
        ("[x]\nb =\n", "[x]\nb =\na = v\n"),
        ("[x]\r\nb=1\nc=2\r\n", "[x]\r\nb=1\nc=2\r\na=v\n"),
        ("[x]\rb=1\r", "[x]\rb=1\ra=v\r"),
        ("b=1\n[x]\nb=1\n[y]\n[x]\nc = 1\n[y]\n", "b=1\n[x]\nb=1\n[y]\n[x]\nc = 1\na = v\n[y]\n"),
        ("[x]\n[y]\n[x]\n", "[x]\na = v\n[y]\n[x]\n"),
        ("\ufeff[x]\n", "\ufeff[x]\na = v\n"),
    ],
)
def test_stains_go_and_the_style_stays(before, after):
    """What follows the blanks behind the `=` is replaced; a new line is written like the one above it."""
    assert after == ini_edit.set_value(before, "x", "a", "v")


@pytest.mark.parametrize("value", ["a\nb", "a\r", "\0", " a", "a\t", "\x7f"])
def test_a_value_that_could_not_be_read_back_is_refused(value):
    """A line end, a control character or a blank at the edge raises, whichever function is asked."""
    for change in (
        lambda: ini_edit.set_value(TEXT, "ITA SSL", "password_file", value),
        lambda: ini_edit.rename(TEXT, 6, "a", value=value),
        lambda: ini_edit.replace_line(TEXT, 6, "a", value),
        lambda: ini_edit.append_section(TEXT, "New", [("a", value)]),
    ):
        with pytest.raises(ValueError, match="value"):
            change()


@pytest.mark.parametrize("name", ["", "#a", ";a", "[a", "a=b", " a", "a\n", "\ufeffa"])
def test_a_name_that_could_not_be_read_back_is_refused(name):
    """A name that would be a comment, a section or another name raises."""
    for change in (lambda: ini_edit.set_value(TEXT, "ITA SSL", name, "v"), lambda: ini_edit.rename(TEXT, 6, name)):
        with pytest.raises(ValueError, match="name"):
            change()


@pytest.mark.parametrize(
    "change",
    [
        lambda: ini_edit.set_value(TEXT, "ita ssl", "a", "v"),
        lambda: ini_edit.move(TEXT, 3, "Env"),
        lambda: ini_edit.move(TEXT, 2, "ITA"),
        lambda: ini_edit.rename(TEXT, 1, "a"),
        lambda: ini_edit.rename(TEXT, 0, "a"),
        lambda: ini_edit.rename("[x]\ntorn\n", 2, "a"),
        lambda: ini_edit.replace_line(TEXT, 1, "a", "v"),
        lambda: ini_edit.set_header(TEXT, 1, "x"),
        lambda: ini_edit.set_header(TEXT, 2, "x]y"),
        lambda: ini_edit.insert_header(TEXT, 9, "x"),
        lambda: ini_edit.insert_header(TEXT, 1, ""),
        lambda: ini_edit.append_section(TEXT, "ITA", []),
        lambda: ini_edit.remove(TEXT, 9),
        lambda: ini_edit.clean("a\n" * (1 << 16)),
    ],
)
def test_what_cannot_be_done_is_refused(change):
    """A section or line that is not there, a line of another kind, and a text beyond the scan raise ValueError."""
    with pytest.raises(ValueError, match=r"section|line"):
        change()


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (lambda text: ini_edit.rename(text, 2, "new"), "[x]\n\told\t= 1 \r\nb=2\n", "[x]\n\tnew\t= 1 \r\nb=2\n"),
        (lambda text: ini_edit.rename(text, 1, "new"), "\ufeffold=1", "\ufeffnew=1"),
        (lambda text: ini_edit.rename(text, 2, "a", value="v"), "[x]\r\na v\r\n", "[x]\r\na = v\r\n"),
        (lambda text: ini_edit.replace_line(text, 2, "a", "v"), "[x]\n  a v\r\nb=1\n", "[x]\na = v\nb=1\n"),
        (lambda text: ini_edit.move(text, 2, "y"), "[x]\na=1\n[y]\n# c\nb=2\n\n", "[x]\n[y]\n# c\nb=2\na=1\n\n"),
        (lambda text: ini_edit.move(text, 4, "x"), "[x]\r\n\r\n[y]\r\na=1", "[x]\r\na=1\r\n\r\n[y]"),
        (lambda text: ini_edit.move(text, 3, "x"), "[x]\n\na=1\n", "[x]\n\na=1\n"),
        (lambda text: ini_edit.move(text, 3, "x"), "[x]\n\na=1", "[x]\n\na=1"),
        (lambda text: ini_edit.move(text, 4, "x"), "[x]\n[y]\n\na=1", "[x]\na=1\n[y]\n\n"),
        (lambda text: ini_edit.move(text, 2, "x"), "[x]\na=1\nb=1\n", "[x]\nb=1\na=1\n"),
        (lambda text: ini_edit.set_header(text, 1, "x"), "[X] ; ours\r\na=1\n", "[x] ; ours\r\na=1\n"),
        (lambda text: ini_edit.set_header(text, 1, "x"), "\ufeff [[X]]  # a\0b\n", "\ufeff[x]  # ab\n"),
        (lambda text: ini_edit.set_header(text, 1, "x"), "[X\n", "[x]\n"),
        (lambda text: ini_edit.set_header(text, 1, "x"), "X # ours\n", "[x] # ours\n"),
        (lambda text: ini_edit.set_header(text, 1, "x"), "[X] more", "[x]"),
        (lambda text: ini_edit.insert_header(text, 1, "x"), "\ufeffa=1", "\ufeff[x]\na=1"),
        (lambda text: ini_edit.insert_header(text, 2, "x"), "# c\r\na=1\r\n", "# c\r\n[x]\r\na=1\r\n"),
        (lambda text: ini_edit.append_section(text, "x", [("a", "1"), ("b", "")]), "", "[x]\na = 1\nb = \n"),
        (lambda text: ini_edit.append_section(text, "x", [("a", "1")]), "[y]\r\n# c", "[y]\r\n# c\r\n\r\n[x]\r\na = 1"),
        (lambda text: ini_edit.append_section(text, "x", []), "[y]\n\n", "[y]\n\n[x]\n"),
        (lambda text: ini_edit.remove(text, 2), "[x]\r\na=1\r\n", "[x]\r\n"),
        (lambda text: ini_edit.remove(text, 2), "[x]\na=1", "[x]\n"),
        (lambda text: ini_edit.remove(text, 1), "a=1", ""),
        (lambda text: ini_edit.remove(text, 1), "a=1\nb=x\ry", "b=x\ry\n"),
        (ini_edit.clean, "#\0 c\r\n[x]\na=1\r\nb=2 \r\nc\0=3\n\n\n\x1a", "# c\r\n[x]\na=1\nb=2 \nc=3\n\n\n"),
        (ini_edit.clean, "[x]\ntorn\r\n\n", "[x]\ntorn\n\n"),
        (ini_edit.clean, "\ufeff[x]\ra=1\r\rb=2", "\ufeff[x]\na=1\n\nb=2"),
        (ini_edit.clean, "[x]\r\na=1\r\nb=2\n", "[x]\r\na=1\r\nb=2\n"),
        (ini_edit.clean, "# gr\x85\xe9\r\n[x]\r\na = 1 \r\n", "# gr\x85\xe9\r\n[x]\r\na = 1 \r\n"),
    ],
)
def test_one_change(change, before, after):
    """Each change is what it says, to the byte."""
    assert after == change(before)


@given(texts(), st.sampled_from(SECTIONS), st.sampled_from(NAMES), VALUES)
def test_a_value_that_was_set_is_read(text, section, name, value):
    """The scan finds the value, and every other line is as it was."""
    if not has(text, section):
        return
    old, was = contents(text), values(text, section, name)
    after = ini_edit.set_value(text, section, name, value)
    new = contents(after)

    assert [value, *was[1:]] == values(after, section, name)
    assert text.endswith("\n") == after.endswith("\n") or "\n" not in text
    if was:
        assert (len(old), True) == (len(new), 1 >= sum(one != other for one, other in zip(old, new)))
    else:
        assert any(old == new[:at] + new[at + 1 :] for at in range(len(new)))


@given(texts(), st.data())
def test_a_name_or_line_that_was_set_is_read(text, data):
    """A renamed setting has the name and its old value; a replaced line is the setting; every other line is as it was."""
    for number in numbers(text, "setting", "bad")[:3]:
        value = data.draw(st.none() | VALUES)
        line = read_ini(text).lines[number - 1]
        if line.kind == "bad" and value is None:
            continue
        after = ini_edit.rename(text, number, "new", value=value)
        changed = read_ini(after).lines[number - 1]

        assert ("setting", line.section, "new", line.value if value is None else value) == (
            changed.kind,
            changed.section,
            changed.name,
            changed.value,
        )
        assert contents(text)[: number - 1] == contents(after)[: number - 1]
        assert contents(text)[number:] == contents(after)[number:]


@given(texts(), st.sampled_from(SECTIONS))
def test_a_line_that_was_moved_stands_at_the_end_of_the_section(text, section):
    """It is the last setting of the section, and the other lines follow each other as they did."""
    for number in numbers(text, "setting") if has(text, section) else []:
        after = ini_edit.move(text, number, section)
        old, new = contents(text), contents(after)
        moved = old.pop(number - 1)
        last = [line.number for line in read_ini(after).lines if line.kind == "setting" and line.section == section][-1]

        assert moved == new.pop(last - 1)
        assert old == new


@given(texts())
def test_headers_and_new_sections_are_read(text):
    """A header stands where it was put, a section at the end, and every other line is as it was."""
    old = contents(text)
    for number in numbers(text, "section", "bad")[:3]:
        after = ini_edit.set_header(text, number, "New")
        assert ("section", "New", "") == read_ini(after).lines[number - 1][1:4]
        assert (old[: number - 1], old[number:]) == (contents(after)[: number - 1], contents(after)[number:])
    for number in range(1, min(len(old), 3) + 1):
        assert [*old[: number - 1], "[New]", *old[number - 1 :]] == contents(ini_edit.insert_header(text, number, "New"))
        # Where lines ended in a lone CR, empty ones at the end are none when no other is left: so all empty ones at the end are left out.
        expected = "\n".join(old[: number - 1] + old[number:])
        assert expected.rstrip("\n") == "\n".join(contents(ini_edit.remove(text, number))).rstrip("\n")

    after = ini_edit.append_section(text, "New", [("a", "1"), ("b", "")])
    assert old == contents(after)[: len(old)]
    assert (["1"], [""]) == (values(after, "New", "a"), values(after, "New", "b"))


@given(texts())
def test_a_clean_text_has_no_control_characters(text):
    """Nothing is left to clean, the line ends are ones that an agent reads, and a line without a fault is as it was."""
    after = ini_edit.clean(text)
    lines, new = read_ini(text).lines, contents(after)

    assert ini_edit.clean(after) == after
    assert "control" not in [line.fault for line in read_ini(after).lines]
    assert "\r" != read_ini(after).newline
    assert [one for one, line in zip(contents(text), lines) if line.fault != "control"] == [
        one for one, line in zip(new, lines) if line.fault != "control"
    ]
    if "\n" == read_ini(after).newline:
        assert not any("carriage-return" in clean_value(line.raw)[1] for line in read_ini(after).lines if line.kind == "setting")


PARTS = st.sampled_from([b"[ITA SSL]\n", b"a = 1\r\n", b"\x80\x96", b"\x81\x8d\x8f\x90\x9d", b"\xe9", b"\xc3\xa9", b"\0"])


@given(st.binary(max_size=60) | st.lists(PARTS).map(b"".join))
def test_text_that_was_not_changed_is_the_bytes_it_was(content):
    """Read and written again, any bytes in one of four encodings are themselves."""
    text = read_text(content)
    if text.encoding in ("ascii", "utf-8", "latin-1", "cp1252"):
        assert content == ini_edit.encode(*text[:2])


@pytest.mark.parametrize(
    "content",
    [b"a\x81\x96", b"a\x96", b"a\xe9", "a\u2013".encode(), bytes(range(1, 256)), b"\r\n\0", b"a = \x80\x9f\xad", b"\xef\xbb", b"\xff"],
)
def test_places_that_cp1252_has_not_are_no_loss(content):
    """A byte that the page does not define makes it latin-1, so that it is kept."""
    assert content == ini_edit.encode(*read_text(content)[:2])


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf[x]\r\na = 1\r\n",
        "\ufeff[x]\r\na = 1\r\n".encode("utf-16-le"),
        "\ufeff[x]\r\na = 1\r\n".encode("utf-16-be"),
        "[x]\r\na = 1\r\n".encode("utf-16-le"),
        b"\xef\xbb\xbf\xef\xbb\xbf[x]\r\na = 1\r\n",
    ],
)
def test_an_encoding_that_no_agent_reads_becomes_plain(content):
    """A mark and UTF-16 are written as UTF-8 without a mark."""
    assert b"[x]\r\na = 1\r\n" == ini_edit.encode(*read_text(content)[:2])


def test_ebcdic_becomes_plain():
    """A file from the native side is written as UTF-8, its new lines as LF."""
    text = read_text("# Pr\u00fcfung\n[ITA SSL]\npassword_file = /opt/hcl/x.sth\n".encode("cp273"))

    assert "ebcdic" == text.encoding
    assert "# Pr\u00fcfung\n[ITA SSL]\npassword_file = /opt/hcl/x.sth\n".encode() == ini_edit.encode(text.value, text.encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        ("é", "ascii", r"ascii: it has no U\+00E9"),
        ("\u2013", "latin-1", "latin-1: it has no"),
        ("\x81", "cp1252", "cp1252: it has no"),
        ("\ud800", "utf-8", "utf-8: it has no"),
        ("a\ufffd", "utf-16-le", "would be lost"),
        ("a", "utf-7", "no encoding"),
    ],
)
def test_what_an_encoding_has_not_is_refused(text, encoding, message):
    """Nothing is replaced by something that looks like it."""
    with pytest.raises(ValueError, match=message):
        ini_edit.encode(text, encoding)


@pytest.mark.parametrize(
    "unit", ["[", "=", "]", "\n", "\r", "\0", "a" * 20 + "\n", "[x]" + " " * 20 + "\r\n", " ;", "# \0" + "x" * 20 + "\r\n", "]#"]
)
def test_a_mebibyte_is_changed_in_time(unit):
    """A mebibyte of any junk is changed, or refused, in two seconds for all functions together."""
    text = "[x]\na = 1\n" + unit * ((1 << 20) // len(unit))
    began = time.process_time()
    for change in (
        lambda: ini_edit.set_value(text, "x", "b", "1"),
        lambda: ini_edit.move(text, 2, "x"),
        lambda: ini_edit.set_header(text, 3, "y"),
        lambda: ini_edit.clean(text),
    ):
        try:
            change()
        except ValueError:
            continue

    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("[A]\nx=1\n[B]\ny=2\n[A]\nz=3\n", 5, "[A]\nx=1\nz=3\n[B]\ny=2\n"),
        ("[A]\r\nx=1\r\n[B]\r\n[A]\r\nz=3", 4, "[A]\r\nx=1\r\nz=3\r\n[B]\r\n"),
        ("[A]\nx=1\n[A]\n# none\n[B]\ny=2", 3, "[A]\nx=1\n# none\n[B]\ny=2"),
        ("[A]\nx=1\n[A]\n", 3, "[A]\nx=1\n"),
    ],
)
def test_a_section_in_two_parts_becomes_one(before: str, number: int, after: str) -> None:
    """The second part goes behind the first, its header goes, and all other lines stay as they are."""
    assert after == ini_edit.join_section(before, number)

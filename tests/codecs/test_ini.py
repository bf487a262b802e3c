"""INI files as lines with spans, and values as they were meant."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.codecs import ini


def kinds(text):
    """Kind, section, name, value and fault of each line."""
    return [(line.kind, line.section, line.name, line.value, line.fault) for line in ini.read_ini(text).lines]


def test_kinds_of_line():
    """Sections, settings, comments and blank lines are told apart; both spellings of a setting are taken."""
    text = "# of the agent\n\n[ITA SSL]\nssl_port = 31114\ntcp_port=0\n ; off\n"

    assert [
        ("comment", "", "", "", ""),
        ("blank", "", "", "", ""),
        ("section", "ITA SSL", "", "", ""),
        ("setting", "ITA SSL", "ssl_port", "31114", ""),
        ("setting", "ITA SSL", "tcp_port", "0", ""),
        ("comment", "ITA SSL", "", "", ""),
    ] == kinds(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nothing here", ("bad", "", "", "", "no-equals")),
        ("= value", ("bad", "", "", "", "no-name")),
        ("[ITA SSL", ("bad", "", "", "", "open-bracket")),
        ("[ITA SSL] more", ("bad", "", "", "", "open-bracket")),
        ("[[ITA SSL]]", ("bad", "", "", "", "open-bracket")),
        ("[]", ("bad", "", "", "", "no-name")),
        ("a\0b = 1", ("bad", "", "", "", "control")),
        ("\x1a", ("bad", "", "", "", "control")),
        ("[IT\x01A]", ("bad", "", "", "", "control")),
        ("# a\x00b", ("comment", "", "", "", "control")),
        ("# gr\xfc\xdfe\x96\x85", ("comment", "", "", "", "")),
        ("[ITA SSL] # ours", ("section", "ITA SSL", "", "", "")),
        ("  [ ITA SSL ]  ", ("section", "ITA SSL", "", "", "")),
        ("a = b # c", ("setting", "", "a", "b # c", "")),
        ("a = /opt/a#b;c", ("setting", "", "a", "/opt/a#b;c", "")),
        ("a = b = c", ("setting", "", "a", "b = c", "")),
        ("a =", ("setting", "", "a", "", "")),
        ("a = x\x07y", ("setting", "", "a", "x\x07y", "control")),
        ("\ufeff[ITA]", ("section", "ITA", "", "", "")),
        ("\ta\t=\tb\t", ("setting", "", "a", "b", "")),
    ],
)
def test_one_line(line, expected):
    """Every odd line has its kind and its fault."""
    assert [expected] == kinds(line + "\n")


def test_carriage_return_throughout_is_the_line_end():
    """CR LF on every line is no part of any value, the last line's missing end included."""
    read = ini.read_ini("[x]\r\na = 1\r\nb = 2")

    assert ("\r\n", " 1", " 2") == (read.newline, read.lines[1].raw, read.lines[2].raw)


def test_stray_carriage_return_stays_in_raw():
    """CR on some lines only is kept where it stands, and the value is without it."""
    read = ini.read_ini("[x]\na = 1\r\nb = 2\n")

    assert ("\n", " 1\r", "1", " 2") == (read.newline, read.lines[1].raw, read.lines[1].value, read.lines[2].raw)


def test_lone_carriage_returns_end_lines_where_nothing_else_does():
    """A file of an old Macintosh is still read, and its line end said."""
    read = ini.read_ini("[x]\ra = 1\rb = 2\r")

    assert ("\r", ["section", "setting", "setting"]) == (read.newline, [line.kind for line in read.lines])


@pytest.mark.parametrize("text", ["[x]\r\na =  1 2 \r\nb=\r\n", "[x]\na = 1\r\nb =  \n", "\ufeffa=b\n c = d", "a=1\x0b\x0c\u2028x\n"])
def test_spans_lead_back_to_the_text(text):
    """Spans are offsets into the text: of the line, and of the value in it."""
    for line in ini.read_ini(text).lines:
        assert text[line.value_start : line.value_end] == line.value
        assert text[line.start : line.end].endswith(line.raw)


@given(st.text(alphabet='[]=#;ab \t\r\n\0\x85\ufeff"', max_size=80))
def test_any_text_is_read_and_covered(text):
    """No text raises, and every character stands in a line or in a line end."""
    lines = ini.read_ini(text).lines

    assert text.translate(dict.fromkeys(map(ord, "\r\n"))) == "".join(text[line.start : line.end] for line in lines).translate(
        dict.fromkeys(map(ord, "\r\n"))
    )


@pytest.mark.parametrize(
    ("raw", "value", "wrong"),
    [
        (" /opt/hcl/x.sth", "/opt/hcl/x.sth", ()),
        ("tws", "tws", ()),
        ("", "", ()),
        (" ", "", ()),
        ("  \t", "", ()),
        (' "/opt/x"', "/opt/x", ("quotes",)),
        (" '/opt/x'", "/opt/x", ("quotes",)),
        (' "/opt/x', "/opt/x", ("quotes",)),
        (' " /opt/x "', "/opt/x", ("quotes",)),
        (' ""', "", ("quotes",)),
        (" /opt/o'brien/x", "/opt/o'brien/x", ()),
        (" tws ", "tws", ("trailing-blank",)),
        (" tws\t", "tws", ("trailing-blank",)),
        (" tws\r", "tws", ("carriage-return",)),
        (" \r", "", ("carriage-return",)),
        (" tws \r", "tws", ("carriage-return", "trailing-blank")),
        (" /opt/\x07x", "/opt/x", ("control",)),
        (" /opt/x\x00", "/opt/x", ("control",)),
        (" /opt/a\rb", "/opt/ab", ("control",)),
        (" /opt/nc\u2013117031", "/opt/nc-117031", ("typographic",)),
        (" \u201c/opt/x\u201d", "/opt/x", ("typographic",)),
        ("\u00a0/opt/x", "/opt/x", ("typographic",)),
        (" /opt/\u200bx", "/opt/x", ("typographic",)),
        (" \ufefftws", "tws", ("typographic",)),
        (" /opt/h\u00e9/x", "/opt/h\u00e9/x", ()),
        (" /opt/<suffix>.sth", "/opt/<suffix>.sth", ("placeholder",)),
        (" ${TWS_HOME}/x", "${TWS_HOME}/x", ("placeholder",)),
        (" $TWS_HOME/x", "$TWS_HOME/x", ("placeholder",)),
        (" %TWS_HOME%/x", "%TWS_HOME%/x", ("placeholder",)),
        (" {{ tws_home }}/x", "{{ tws_home }}/x", ("placeholder",)),
        (" @TWS_HOME@/x", "@TWS_HOME@/x", ("placeholder",)),
        (' "<suffix>"', "<suffix>", ("quotes", "placeholder")),
        (" /opt/a$b", "/opt/a$b", ()),
        (" /opt/100%/50%", "/opt/100%/50%", ()),
        (" a@b", "a@b", ()),
    ],
)
def test_values_as_they_were_meant(raw, value, wrong):
    """A value comes back clean, with the words for what was wrong."""
    assert (value, wrong) == ini.clean_value(raw)


@given(st.text(max_size=60))
def test_a_clean_value_is_clean(raw):
    """What is usable stays as it is when it is cleaned again."""
    value, _ = ini.clean_value(raw.replace("\n", ""))

    assert value == ini.clean_value(value)[0]


@pytest.mark.parametrize(
    "unit",
    ["[", "=", "]", "\n", "\r", "\r\n", "a\n", "a=\n", "=\n", "[\n", "#\n", "[a]\n", "a = b # c\r\n", "\0", "\u2013", '"', "[x]\n\r", " "],
)
def test_a_mebibyte_is_read_in_time(unit):
    """A mebibyte of any junk is read in under a second."""
    text = unit * ((1 << 20) // len(unit))
    began = time.process_time()
    ini.read_ini(text)

    assert time.process_time() - began < 1


@pytest.mark.parametrize("unit", ["<", "${", "{{", "@a", "%a", "$a", '"', "\u2013", "\0", " ", "<a", "a/$", "{{}", "\r"])
def test_a_mebibyte_is_cleaned_in_time(unit):
    """A value of a mebibyte is cleaned in under a second."""
    began = time.process_time()
    ini.clean_value(unit * ((1 << 20) // len(unit)))

    assert time.process_time() - began < 1

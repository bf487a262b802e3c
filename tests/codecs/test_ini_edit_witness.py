"""configobj says of a change whether it is the one that was meant."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ita_doctor.codecs import ini_edit
from ita_doctor.codecs.ini import read_ini
from ita_doctor.codecs.ini_witness import compare

TEXT = "; of the agent\r\n[ITA]\r\ntcp_port=0\r\n[ITA SSL] ; ours\r\na=1\r\na=2\r\nb = $x, %(y)s ; z\r\n[ITA]\r\ntcp_port=9\r\nc=\r\n"
SSL_A = ("ITA SSL", "a")


@pytest.mark.parametrize(
    ("after", "intended"),
    [
        (TEXT, {}),
        (TEXT.replace("a=1", "a=3"), {SSL_A: "3"}),
        (TEXT.replace("a=1\r\n", ""), {SSL_A: "2"}),
        (TEXT.replace("a=2\r\n", ""), {}),
        (TEXT.replace("a=1\r\na=2\r\n", ""), {SSL_A: None}),
        (TEXT.replace("a=1\r\na=2", "d=1"), {SSL_A: None, ("ITA SSL", "d"): "1"}),
        (TEXT.replace("a=1\r\na=2\r\n", "") + "a = 1", {SSL_A: None, ("ITA", "a"): "1"}),
        ("x=/p\r\n" + TEXT, {("", "x"): "/p"}),
    ],
)
def test_the_change_that_was_meant(after, intended):
    """A value set, a setting removed, renamed or moved is seen as just that; doubles and `;` are no hindrance."""
    assert "" == compare(TEXT, after, intended)


@pytest.mark.parametrize(
    ("after", "intended"),
    [
        (TEXT, {SSL_A: "3"}),
        (TEXT, {SSL_A: None}),
        (TEXT.replace("a=1", "a=3"), {}),
        (TEXT.replace("a=1", "a=3").replace("port=0", "port=1"), {SSL_A: "3"}),
        (TEXT.replace("a=1", "a=3").replace("[ITA]", "[ita]"), {SSL_A: "3"}),
        (TEXT.replace("a=1", "a=3") + "torn\r\n", {SSL_A: "3"}),
        (TEXT.replace("a=1", "a=3#"), {SSL_A: "3"}),
        (TEXT.replace("a=1", "A=3"), {SSL_A: "3"}),
        ("", {}),
    ],
)
def test_another_change_than_was_meant(after, intended):
    """A change too many, one that is not there, and a result that cannot be read are all said to differ."""
    assert "differs" == compare(TEXT, after, intended)


@pytest.mark.parametrize(
    "before",
    [
        "[x]\ntorn\na=1\n",
        "[x]\na=1 # configobj cuts here\n",
        "[x]\na=/opt/N#1\n",
        '[x]\na="1\n',
        '[x]\na="""1\n"""=\n',
        "[[x]\na=1\n",
        '[x]\n"a"=1\n',
        "[x]\na=1\n[x\0]\n",
        "[x]\na=1\n\x85# =\n",
        "x=1\n[x]\na=1\n",
        "[x]\na=1\n" + "#\n" * 5000,
        "[x]\na=1\n#" + "x" * (1 << 18),
    ],
)
def test_an_original_that_it_does_not_read_as_we_do(before):
    """Where it refuses the original, reads it otherwise or is not asked, it says nothing of the change."""
    assert "unread" == compare(before, before.replace("a=1", "a=2"), {("x", "a"): "2"})


@pytest.mark.parametrize("value", ["/opt/N#1.sth", '"x', "'''x", "a\nb=1"])
def test_a_value_that_it_cannot_read(value):
    """A value that it cuts or refuses is no reason against the plan: it is not a witness of that."""
    assert "unread" == compare("[x]\na=1\n", f"[x]\na={value}\n", {("x", "a"): value})


def test_a_large_text_is_not_asked_for():
    """Whether it is the one before or the one after, the answer is that nobody looked."""
    large = "#" + "x" * (1 << 18)

    assert ("unread", "unread") == (compare(large, "", {}), compare("", large, {}))


def test_configobj_is_an_extra(monkeypatch):
    """Where it is not installed, the change is made without it."""
    monkeypatch.setitem(sys.modules, "configobj", None)

    assert "unread" == compare(TEXT, TEXT, {})


@pytest.mark.parametrize(
    ("before", "after"),
    [("[x]\na = 1 \r\nb=2\n", "[x]\na = 2\nb=2\n"), ("[x]\ra=1\r", "[x]\na=2\n"), ("\ufeff[x]\na = \xa01\x07\n", "\ufeff[x]\na = 2\n")],
)
def test_stains_are_no_hindrance(before, after):
    """Blanks, a CR, a control character and a mark are read by both alike."""
    assert "" == compare(before, after, {("x", "a"): "2"})


READ = ("[x]", "[y] ; c", "[x]", "a=1", "a = 2", "b = /opt/x.sth", " c\t= \xe9 ; d", "b =", "# e = 1", "; f", "")
UNREAD = ("d = 'q", "torn", "e = 1 # f", "[z")


@given(st.lists(st.sampled_from(READ) | st.sampled_from(READ + UNREAD), max_size=12), st.sampled_from("xy"), st.sampled_from("abcn"))
def test_our_own_changes_are_never_refused(lines, section, name):
    """What set_value does is what was meant, wherever the text can be read; and a value beside it is not."""
    before = "\n".join(lines)
    assume(any(line.section == section for line in read_ini(before).lines if line.kind == "section"))
    after = ini_edit.set_value(before, section, name, "/new")
    meant = {(section, name): "/new"}

    said = compare(before, after, meant)

    assert said in ("", "unread")
    assert (said or "differs") == compare(before, after, {(section, name): "/other"})
    assert (said or "differs") == compare(before, ini_edit.set_value(after, section, "other", "1"), meant)


@given(st.text(alphabet="[]=#;ab \t\r\n\0\x85\x1c\ufeff\"'", max_size=60))
def test_any_text_is_answered(text):
    """No text raises, and one that was not changed never differs."""
    assert compare(text, text, {}) in ("", "unread")


RUN = " " * 49  # a longer one is not asked for
HOSTILE = ["[", "=", "]", "a=\n", "a=b" + " " * 1990 + "c\n", "[" + "a " * 990 + "]\n", "a =" + " \xa0" * 990 + "y\n"]
HOSTILE += [
    "a='" + "' " * 990 + "\n",
    "\xa0[" * 900 + "=\n",
    "a=" + "\"'" * 990 + "\n",
    "a" + "[" * 1980 + "=\n",
    "[a" + "[" * 980 + "]#" + "]" * 980 + "\n",
]
HOSTILE += [RUN + "a" + f"b{RUN}" * 38 + "=\n", "[a" + f"{RUN}b" * 39 + "]\n", "a=b" + f"{RUN}c" * 39 + "\n"]
HOSTILE += [
    "a='b" + f"{RUN}'c" * 38 + "\n",
    "a=b" + f"{RUN}c" * 7 + "\n",
    "a=" + f"'{RUN}" * 38 + "\n",
    "[a]" + f"{RUN}b" * 38 + "=\n",
    "[ " * 900 + "a" + "= " * 50 + "\n",
]


@pytest.mark.parametrize("unit", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("size", [1 << 18, 1 << 20])
def test_hostile_text_is_answered_in_time(unit, size):
    """A second is enough for a text that is asked for, and for one that is too large."""
    units = size // len(unit)
    # Each setting and section has a name of its own, so that none is left out as a double.
    text = "".join(unit.replace("a", f"a{at}", 1) for at in range(units)) if units < 3000 else unit * units
    began = time.process_time()
    compare(text, text, {})

    assert time.process_time() - began < 1.5

"""An independent reader (configobj) sees the same settings as our own scan, wherever it can read the file at all."""

from __future__ import annotations

from configobj import ConfigObj
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.codecs.ini import clean_value, read_ini

NAMES = st.sampled_from(["password_file", "random_file", "cert_label", "key_db_name", "key_repository_dir", "ssl_port", "other"])
VALUES = st.text("abcXYZ019/._-: ", max_size=30).map(str.strip)
EQUALS = st.sampled_from(["=", " = ", " =", "= "])
BETWEEN = st.sampled_from(["", "\n", "# a comment = 1\n", "   \n"])


@st.composite
def files(draw):
    """(text, what it says): sections with settings, each once, comments and blank lines between."""
    text, meant = draw(BETWEEN), {}
    for section in draw(st.lists(st.sampled_from(["ITA", "ITA SSL", "Env"]), unique=True, max_size=3)):
        text += f"[{section}]\n"
        meant[section] = {}
        for name in draw(st.lists(NAMES, unique=True, max_size=5)):
            value = draw(VALUES)
            text += draw(BETWEEN) + name + draw(EQUALS) + value + "\n"
            meant[section][name] = value
    return text, meant


@given(files())
def test_both_readers_agree(made):
    """Sections, names and values are the same for both, and are what was written."""
    text, meant = made

    ini = read_ini(text)
    ours = {section: {} for section in ini.sections()}
    for line in ini.lines:
        if line.kind == "setting":
            ours[line.section][line.name] = clean_value(line.raw)[0]

    assert meant == ours
    assert meant == ConfigObj(text.splitlines(), list_values=False, interpolation=False).dict()

"""Names that look like a slip of one another."""

import random
import time

import pytest

from ita_doctor.codecs import near

SETTINGS = ["password_file", "random_file", "cert_label", "key_db_name", "key_repository_dir", "ssl_port", "tcp_port", "verify_cn_string"]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("pasword_file", "password_file"),
        ("key_dbname", "key_db_name"),
        ("Key_DB_Name", "key_db_name"),
        ("password-file", "password_file"),
        ("password file", "password_file"),
        ("passwrod_file", "password_file"),
        ("pasword_fil", "password_file"),
        ("paswsord_file", "password_file"),
        ("ssl_prot", "ssl_port"),
        ("sslport", "ssl_port"),
        ("ITA_SSL", "ITA SSL"),
        ("ITASSL", "ITA SSL"),
        ("ita ssl", "ITA SSL"),
        ("ITA SSL2", "ITA SSL"),
        ("ITA  SSL", "ITA SSL"),
        ("ITA-KEY-02", "ITA-KEY-002"),
        ("chek", "check"),
    ],
)
def test_slips(name, known):
    """Other case, other separators and a slip or two are a slip."""
    assert near.resembles(name, known)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("password_file", "password_file"),
        ("tcp_port", "ssl_port"),
        ("ssl_version", "ssl_port"),
        ("ssl_ciphers", "ssl_version"),
        ("jwt_file", "random_file"),
        ("java_truststore_file", "java_truststore_password_file"),
        ("ITA", "ITA SSL"),
        ("name", "key_db_name"),
        ("undo", "fix"),
        ("", "a"),
        ("x", "y"),
        ("", ""),
    ],
)
def test_other_names(name, known):
    """Another name is no slip, and no name is a slip of itself."""
    assert not near.resembles(name, known)


def test_no_known_setting_resembles_another():
    """The names of ours are far enough from each other."""
    assert [] == [(one, other) for one in SETTINGS for other in SETTINGS if near.resembles(one, other)]


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("pasword_file", SETTINGS, ("password_file",)),
        ("check", ["report", "chek", "fix", "CHECK"], ("CHECK", "chek")),
        ("nc117031.sth", ["nc117031.rnd", "NC117031.STH", "nc117031.sth.txt", "nc117032.sth", "server.pem"],
         ("NC117031.STH", "nc117032.sth", "nc117031.sth.txt")),
        ("nc117031.sth", ["tws.sth", "nc117031.pwd", "tws.rnd", "nc117031.stash"], ("nc117031.stash", "tws.sth")),
        ("ita_prvx.pem", ["ita_pubx.pem", "ita_certx.pem", "ita_ca_certx.pem", "ita_prvx.pem.pem", "ita_prvtws.pem", "server.pem"],
         ("ita_prvx.pem.pem", "ita_prvtws.pem")),
        ("ita_certx.pem", ["ita_ca_certx.pem", "ITA_CERTX.PEM"], ("ITA_CERTX.PEM",)),
        ("ita.ini", ["ita.ini.txt", "ITA.INI", "ita.ini", "agent"], ("ITA.INI", "ita.ini.txt")),
    ],
)  # fmt: skip
def test_nearest(name, candidates, expected):
    """Only what looks like a slip is named, the likeliest first."""
    assert expected == near.nearest(name, candidates)


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("pasword_file", SETTINGS, ("password_file",)),
        ("jwt_file", SETTINGS, ()),
        ("ab_port", ["aa_port", "ac_port"], ()),
        ("aa-port", ["aa_port", "ac_port"], ("aa_port",)),
    ],
)
def test_closest(name, candidates, expected):
    """Only where one is likelier than all others is it named."""
    assert expected == near.closest(name, candidates)


def test_ten_thousand_long_names_take_no_time():
    """Ten thousand names of 255 characters are looked through in a fifth of a second."""
    source = random.Random(7)
    names = ["".join(source.choices("ab_", k=255)) for _ in range(10_000)]
    for wanted in ("key_db_name", names[0][:-1] + "c", "ita_prvnc117031.pem"):
        began = time.process_time()
        near.nearest(wanted, names)
        assert time.process_time() - began < 0.2


def test_ten_thousand_similar_names_take_little():
    """Names as long as the one looked for, and nearly like it, are no slower than that."""
    names = [f"ita_prvnc11{number:05}.pem" for number in range(10_000)]
    began = time.process_time()
    near.nearest("ita_prvnc1170317.pem", names)

    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("name", "known"),
    [("password", "password_file"), ("key_db", "key_db_name"), ("key_repository_directory", "key_repository_dir"),
     ("repository_dir", "key_repository_dir"), ("certificate_label", "cert_label")],
)  # fmt: skip
def test_forms_of_a_name(name, known):
    """A shorter or longer form of a setting's name is known for what it means."""
    assert near.is_form_of(name, known)


@pytest.mark.parametrize(
    ("name", "known"),
    [("name", "key_db_name"), ("port", "ssl_port"), ("tcp_port", "ssl_port"), ("label", "cert_label"), ("log_file", "password_file")],
)
def test_other_names_are_no_forms(name, known):
    """One common word makes no form of a name."""
    assert not near.is_form_of(name, known)

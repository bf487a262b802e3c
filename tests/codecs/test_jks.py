"""Key stores of Java: what is read, and what every byte that is wrong comes to."""

import hashlib
import shutil
import struct
import subprocess
import time

import pytest

from ita_doctor.codecs import jks
from ita_doctor.codecs.jks import Entry, Store, find, read_store
from ita_doctor.model.artifact import BadArtifact
from ita_doctor.model.secret import Secret
from store_samples import PASSWORD, block, sealed, store, trusted, utf

needs_java = pytest.mark.skipif(shutil.which("keytool") is None, reason="needs keytool")


def kind_of(content, password=PASSWORD, **more):
    """`ok`, or why the store is not read."""
    try:
        read_store(content, None if password is None else Secret(password.encode()), **more)
    except BadArtifact as why:
        return why.kind
    return "ok"


def test_what_stands_in_it_is_read():
    """Aliases, kinds, chains and times come out as they stand."""
    content = store(trusted("tws", b"one"), sealed("server", b"key", b"leaf", b"ca"))
    expected = Store("jks", (
        Entry("tws", False, (b"one",), 1_700_000_000.0),
        Entry("server", True, (b"leaf", b"ca"), 0.0, hashlib.sha256(b"key").hexdigest()),
    ))  # fmt: skip

    assert expected == read_store(content, Secret(PASSWORD.encode()))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (store(), "ok"),
        (store(trusted("a", b"x", 1), version=1), "ok"),
        (store(magic=b"\xce\xce\xce\xce"), "ok"),
        (store() + b"junk that Java does not look at", "ok"),
        (store(password="other"), "wrong-password"),
        (store(version=3), "not-store"),
        (store(struct.pack(">I", 9) + utf("a") + bytes(8)), "not-store"),
        (store(struct.pack(">I", 3) + utf("a") + bytes(8)), "not-store"),
        (store(struct.pack(">I", 3) + utf("a") + bytes(8), magic=b"\xce\xce\xce\xce"), "needs-java"),
        (store(count=1 << 31), "truncated"),
        (store(sealed("a", b"x"), count=1)[:-30] + b"\xff" * 30, "truncated"),
        (store(struct.pack(">I", 2) + b"\x00\x01\xff" + bytes(8)), "not-store"),
        (b"", "truncated"),
        (b"\xfe\xed", "truncated"),
        (b"\xca\xfe\xba\xbe", "not-store"),
        (b"-----BEGIN CERTIFICATE-----\n", "not-store"),
        (b"0", "truncated"),
        (b"0\x80\x02\x01\x03", "needs-java"),
        (b"0\x82\x10\x00\x02\x01\x03", "truncated"),
        (b"0\x03\x02\x01\x00", "not-store"),
        (b"0\x03\x02\x01\x03", "needs-java"),
    ],
)
def test_kinds(content, kind):
    """Every way in which a store is none has its word."""
    assert kind == kind_of(content)


def test_the_digest_is_left_out_without_a_password():
    """Without a password a store of any password is read."""
    assert "ok" == kind_of(store(trusted("a", b"x"), password="other"), None)


@pytest.mark.parametrize("typed", ["grüße1".encode(), "grüße1".encode("latin-1")])
def test_a_password_beyond_ascii(typed):
    """Its bytes are tried as UTF-8 and as Latin-1, and keytool is to be given what it takes for those letters."""
    content = store(password="grüße1")

    assert "grüße1".encode("latin-1") == jks.typed(content, Secret(typed)).reveal()


@pytest.mark.parametrize("password", ["пароль", "two\nlines"])
def test_a_password_that_keytool_cannot_read(password):
    """It opens the store, but keytool could not be told it."""
    content = store(password=password)

    with pytest.raises(BadArtifact, match="not-typable"):
        jks.typed(content, Secret(password.encode()))


def test_aliases_compare_as_java_does():
    """In lower case, and the last of two that are the same."""
    found = read_store(store(trusted("NC117031", b"one"), trusted("nc117031", b"two")), None)

    assert (b"two",) == find(found, "Nc117031").chain
    assert find(found, "nc11703") is None


def test_java_s_own_utf_8():
    """NUL in two bytes and letters in two surrogates are read."""
    raw = b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80"
    entry = struct.pack(">I", 2) + struct.pack(">H", len(raw)) + raw + bytes(8) + utf("X.509") + block(b"x")

    assert "a\0\U0001f600" == read_store(store(entry), None).entries[0].alias


def test_too_big_is_not_read():
    """More than the limit is refused unread."""
    assert "oversized" == kind_of(store(), limit=20)


def test_every_cut_is_seen():
    """A store that ends too early is never read as a whole one, wherever it ends."""
    content = store(*(trusted(f"alias{number}", b"x" * 700) for number in range(20)))

    assert {"truncated"} == {kind_of(content[:size]) for size in range(len(content))}


def test_quick():
    """350 certificates take some milliseconds; a megabyte of lies less than a second."""
    content = store(*(trusted(f"alias{number}", b"x" * 900) for number in range(350)))
    junk = [
        store(count=1 << 31) + bytes(1 << 20),
        store(count=1 << 31)[:12] + struct.pack(">I", 1) * (1 << 18),
        store(*[trusted("", b"")] * 43000),
        store(sealed("a", b"", *[b""] * 90000)),
        b"0\x84\x00\x10\x00\x00" + b"\x02\x01\x03" + b"0\x00" * (1 << 19),
        b"0" * (1 << 20),
        b"0\x83\x0f\xff\xfb\x02\x01\x03" + b"\x30\x80" * (1 << 19),
    ]
    begin = time.process_time()
    read_store(content, Secret(PASSWORD.encode()))
    well = time.process_time() - begin
    begin = time.process_time()
    for one in junk:
        kind_of(one)

    assert well < 0.03
    assert time.process_time() - begin < len(junk)


def keytool(folder, *argv):
    words = ["keytool", "-J-Duser.language=en", *argv, "-storepass", PASSWORD]
    return subprocess.run(words, cwd=folder, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Stores that keytool made: a key and a trusted certificate in each."""
    folder = tmp_path_factory.mktemp("stores")
    for number, form in enumerate(["JKS", "JCEKS", "PKCS12"]):
        name = f"{form}.ks"
        keytool(
            folder,
            "-genkeypair",
            "-alias",
            "Server",
            "-dname",
            "CN=server",
            "-keyalg",
            "EC",
            "-storetype",
            form,
            "-keystore",
            name,
            "-keypass",
            PASSWORD,
        )
        if not number:
            keytool(folder, "-exportcert", "-alias", "server", "-file", "cert.der", "-keystore", name)
        keytool(folder, "-importcert", "-noprompt", "-trustcacerts", "-alias", "Agent", "-file", "cert.der", "-storetype", form, "-keystore", name)
    return folder


@pytest.mark.real
@needs_java
@pytest.mark.parametrize("form", ["JKS", "JCEKS", "PKCS12"])
def test_what_keytool_made(made, form):
    """A store of keytool's own is read as keytool lists it."""
    content = (made / f"{form}.ks").read_bytes()
    found = read_store(content, Secret(PASSWORD.encode()))

    assert form.lower() == found.kind
    assert {("agent", False), ("server", True)} == {(entry.alias.lower(), entry.is_key) for entry in found.entries}
    assert (made / "cert.der").read_bytes() == find(found, "AGENT").chain[0]
    assert keytool(made, "-exportcert", "-alias", "server", "-keystore", f"{form}.ks") == find(found, "server").chain[0]
    assert abs(find(found, "server").time - time.time()) < 600
    assert "wrong-password" == kind_of(content, "another")


@pytest.mark.real
@needs_java
def test_a_jceks_with_a_secret_key_needs_java(made):
    """A sealed secret has no length that could be passed over."""
    name = "secret.ks"
    keytool(made, "-genseckey", "-alias", "s", "-keyalg", "AES", "-keysize", "128", "-storetype", "JCEKS", "-keystore", name, "-keypass", PASSWORD)

    assert "needs-java" == kind_of((made / name).read_bytes())


@pytest.mark.real
@needs_java
@pytest.mark.parametrize("form", ["JKS", "PKCS12"])
def test_every_cut_of_a_real_store_is_seen(made, form):
    """Cut at every 97th byte, it is truncated."""
    content = (made / f"{form}.ks").read_bytes()

    assert {"truncated"} == {kind_of(content[:size]) for size in range(0, len(content), 97)}


@pytest.mark.real
@needs_java
def test_a_changed_byte_of_a_pkcs12_is_no_surprise(made):
    """Whichever byte is another, the answer is a word of the list."""
    content = (made / "PKCS12.ks").read_bytes()
    found = {kind_of(content[:at] + bytes((content[at] ^ 0x41,)) + content[at + 1 :]) for at in range(0, len(content), 37)}

    assert found <= {"ok", "not-store", "truncated", "wrong-password", "needs-java"}


@pytest.mark.real
@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"), "ok"),
        (("-keypbe", "AES-256-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"), "ok"),
        (("-nomac",), "ok"),
        (("-certpbe", "NONE", "-nomac"), "ok"),
        (("-iter", "5000000"), "needs-java"),
        (("-legacy",), "needs-java"),
    ],
)
def test_what_openssl_made(made, tmp_path, options, kind):
    """Its PKCS#12 is read where its locks are known and its rounds can be waited for; its extra certificates are no entries to Java."""
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=m", "-keyout", "k.pem", "-out", "c.pem"]
    subprocess.run(openssl, cwd=tmp_path, check=True, capture_output=True)
    export = ["openssl", "pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-name", "server", "-out", "s.p12", "-passout", f"pass:{PASSWORD}"]
    subprocess.run([*export, *options], cwd=tmp_path, check=True, capture_output=True)
    content = (tmp_path / "s.p12").read_bytes()

    assert kind == kind_of(content)
    if kind == "ok":
        assert ["server"] == [entry.alias for entry in read_store(content, Secret(PASSWORD.encode())).entries]

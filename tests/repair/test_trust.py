"""Step 12 and step 19: out of the master's key store, into its trust store, by the real keytool."""

import contextlib
import datetime
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ita_doctor.codecs.jks import find, read_store
from ita_doctor.host import scratch
from ita_doctor.host.posix import PosixHost
from ita_doctor.model.artifact import BadArtifact
from ita_doctor.model.plan import BadPlan
from ita_doctor.model.secret import Secret
from ita_doctor.repair import trust
from ita_doctor.repair.trust import Java, TrustPlan, decide, export_server, plan_trust, store_path
from store_samples import store, trusted

KEYTOOL = shutil.which("keytool")
PASSWORD = Secret(b"default")
JAVA = Java(KEYTOOL, os.geteuid(), os.getegid())
ABSENT = JAVA._replace(program=None)
FORMS = ["JKS", "JCEKS", "PKCS12"]
KEY = ec.generate_private_key(ec.SECP256R1())

pytestmark = [pytest.mark.real, pytest.mark.skipif(KEYTOOL is None, reason="needs keytool")]


def certificate(name="agent", number=1, kind=None):
    """DER of a certificate of *name*; another for another *number*."""
    subject = name if isinstance(name, x509.Name) else x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name, *([kind] if kind else []))])
    start = datetime.datetime(2026, 1, 1)
    made = x509.CertificateBuilder(subject, subject, KEY.public_key(), number, start, start + datetime.timedelta(days=900))
    return made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


AGENT, OLD = certificate(), certificate(number=7)


def tool(folder, *words, password="default"):
    argv = [KEYTOOL, "-J-Duser.language=en", *words, "-storepass", password]
    return subprocess.run(argv, cwd=folder, capture_output=True, check=True).stdout


@pytest.fixture(scope="session")
def stores(tmp_path_factory):
    """By form: bytes of a store with a key (`server`) and an older certificate of the agent (`Old`); and one of a secret key."""
    folder = tmp_path_factory.mktemp("trust")
    (folder / "old.der").write_bytes(OLD)
    made = {}
    for form in FORMS:
        ending = ("-storetype", form, "-keystore", form)
        tool(folder, "-genkeypair", "-alias", "server", "-dname", "CN=server", "-keyalg", "EC", "-keypass", "default", *ending)
        tool(folder, "-importcert", "-noprompt", "-trustcacerts", "-alias", "Old", "-file", "old.der", *ending)
        made[form] = (folder / form).read_bytes()
    tool(
        folder,
        "-genseckey",
        "-alias",
        "secret",
        "-keyalg",
        "AES",
        "-keysize",
        "128",
        "-storetype",
        "JCEKS",
        "-keystore",
        "JCEKS",
        "-keypass",
        "default",
    )
    return {**made, "secret": (folder / "JCEKS").read_bytes()}


@pytest.fixture(autouse=True)
def work(monkeypatch):
    """Where temporary folders are made; none outlives a test, whatever came of it."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(scratch, "_FOR_ALL", (str(folder),))
    yield folder
    left = list(folder.iterdir())
    shutil.rmtree(folder)
    assert [] == left


def entries(content, password=PASSWORD):
    return {one.alias.lower(): (one.is_key, one.chain, one.seal) for one in read_store(content, password).entries}


def bad(**more):
    """Why a plan is refused."""
    with pytest.raises(BadPlan) as caught:
        plan_trust(**{"content": None, "password": PASSWORD, "alias": "tws", "certificate": AGENT, "java": JAVA, **more})
    return str(caught.value)


@pytest.mark.parametrize("form", FORMS)
def test_the_agent_is_put_beside_what_is_there(stores, form, tmp_path):
    """The new store is of the old type, opens with the old password and holds one entry more; Java reads it."""
    old = stores[form]
    plan = plan_trust(old, PASSWORD, "tws", AGENT, java=JAVA)
    new = plan.new_content.reveal()
    (tmp_path / "store").write_bytes(new)

    assert ("import", form.lower()) == (plan.state, plan.kind)
    assert {**entries(old), "tws": (False, (AGENT,), "")} == entries(new)
    assert AGENT == tool(tmp_path, "-exportcert", "-alias", "tws", "-keystore", "store", "-storetype", form)
    assert "done" == decide(new, PASSWORD, "TWS", AGENT).state


@pytest.mark.parametrize("form", FORMS)
def test_an_older_one_of_the_same_subject_is_replaced(stores, form):
    """Under its alias stands the new one, and nothing else has changed."""
    old = stores[form]
    plan = plan_trust(old, PASSWORD, "old", AGENT, java=JAVA)

    assert ("replace", "CN=agent", OLD) == (plan.state, plan.subject, plan.standing)
    assert {**entries(old), "old": (False, (AGENT,), "")} == entries(plan.new_content.reveal())


def test_another_string_type_is_the_same_subject(stores):
    """openssl and keytool write one name in different types."""
    from cryptography.x509.name import _ASN1Type

    printable = certificate(kind=_ASN1Type.PrintableString)

    assert "replace" == decide(stores["JKS"], PASSWORD, "old", printable).state


def test_long_names_are_compared_as_bytes():
    """Where a person would see only the beginnings, the same beginning is not the same subject."""
    old, new = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a" * 60)] * 20 + [x509.NameAttribute(x509.NameOID.COMMON_NAME, "b")][:n])
        for n in (0, 1)
    )

    assert ["replace", "other-subject"] == [
        decide(store(trusted("tws", certificate(old, 7))), PASSWORD, "tws", certificate(n, 8)).state for n in (old, new)
    ]


@pytest.mark.parametrize(("alias", "is_key"), [("old", False), ("server", True)])
def test_another_subject_needs_a_person(stores, alias, is_key):
    """Neither it nor a key is touched, not even a key with the very subject."""
    other = certificate("server")
    plan = plan_trust(stores["JKS"], PASSWORD, alias, other, java=ABSENT)

    assert ("other-subject", is_key, None) == (plan.state, plan.is_key, plan.new_content)
    assert plan == decide(stores["JKS"], PASSWORD, alias, other)


def test_a_new_store_is_a_jks(tmp_path):
    """Where none was, one with the agent alone is made."""
    assert TrustPlan("import", "jks") == decide(None, PASSWORD, "tws", AGENT)

    plan = plan_trust(None, PASSWORD, "tws", AGENT, java=JAVA)
    found = read_store(plan.new_content.reveal(), PASSWORD)

    assert "jks" == found.kind
    assert ["tws"] == [one.alias for one in found.entries]


def test_a_store_without_entries(stores):
    """An empty one is as good."""
    alone = plan_trust(None, PASSWORD, "old", OLD, java=JAVA).new_content.reveal()

    assert {"old": (False, (AGENT,), "")} == entries(plan_trust(alone, PASSWORD, "old", AGENT, java=JAVA).new_content.reveal())


def test_many_entries(tmp_path):
    """300 certificates all stand there afterwards."""
    old = store(*(trusted(f"ca{number}", certificate(f"ca{number}", number + 1)) for number in range(300)))
    new = plan_trust(old, PASSWORD, "tws", AGENT, java=JAVA).new_content.reveal()

    assert {**entries(old), "tws": (False, (AGENT,), "")} == entries(new)


@pytest.mark.parametrize("form", FORMS)
def test_the_wrong_password(stores, form):
    """It is said before keytool is looked for."""
    assert TrustPlan("wrong-password") == plan_trust(stores[form], Secret(b"another"), "tws", AGENT, java=ABSENT)


@pytest.mark.parametrize(("content", "why"), [(b"", "truncated"), (b"\xfe\xed\xfe\xed\0", "truncated"), (b"text", "not-store"), (AGENT, "not-store")])
def test_what_is_no_store(content, why):
    """It is said, and nothing is made of it."""
    assert TrustPlan("not-store", why=why) == plan_trust(content, PASSWORD, "tws", AGENT, java=ABSENT)


@pytest.mark.parametrize("form", FORMS)
def test_every_cut_is_seen(stores, form):
    """Cut at every 97th byte it is no store."""
    old = stores[form]
    found = {plan_trust(old[:size], PASSWORD, "tws", AGENT, java=ABSENT).state for size in range(0, len(old), 97)}

    assert {"not-store"} == found


def test_only_java_reads_it(stores):
    """A JCEKS with a secret key is read and written by keytool, and the key stays."""
    old = stores["secret"]
    with pytest.raises(BadArtifact, match="needs-java"):
        decide(old, PASSWORD, "tws", AGENT)
    plan = plan_trust(old, PASSWORD, "tws", AGENT, java=JAVA)
    again = plan_trust(plan.new_content.reveal(), PASSWORD, "tws", AGENT, java=JAVA)

    assert ("import", "jceks") == (plan.state, plan.kind)
    assert "done" == again.state
    assert "wrong-password" == plan_trust(old, Secret(b"another"), "tws", AGENT, java=JAVA).state
    assert "not-store" == plan_trust(old[:-30], PASSWORD, "tws", AGENT, java=JAVA).state


def test_keytool_absent():
    """It is said where it is needed, and only there."""
    assert "keytool is needed for this key store and was not found: set JAVA_HOME, or put it on PATH" == bad(java=ABSENT)


def test_keytool_hangs():
    """It is ended, and the store is as it was."""
    assert f"{KEYTOOL} did not end within 0 s and was ended; the store is as it was" == bad(java=JAVA._replace(timeout=0.01))


@pytest.fixture
def pretend():
    """Make a Java of a shell script, run as a user who may run it."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)

    def make(text):
        program = folder / "keytool"
        program.write_text("#!/bin/sh\n" + text)
        program.chmod(0o755)
        return JAVA._replace(program=str(program), uid=os.geteuid() or 12345, gid=os.getegid() or 12346)

    yield make
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("exit 0", "keytool left the store as it was"),
        ("echo keytool error: java.lang.Exception: no; exit 1", "keytool left the store as it was; it said: keytool error: java.lang.Exception: no"),
        ("rm store", "keytool made no store"),
        ("echo junk > store", "keytool's new store does not hold what it should"),
        ("ln -sf /etc/passwd store", "could not be run on a copy of the store: "),
        ("head -c 20000000 /dev/zero > store", "is too big"),
    ],
)
def test_keytool_is_not_believed(stores, pretend, text, sentence):
    """Its status proves nothing: what it left is read again."""
    assert sentence in bad(content=stores["JKS"], java=pretend(text))


def test_a_store_that_lost_an_entry_is_not_used(stores, pretend, tmp_path_factory):
    """Nor one with an entry of somebody else's."""
    alone = plan_trust(None, PASSWORD, "tws", AGENT, java=JAVA).new_content.reveal()
    more = plan_trust(plan_trust(stores["JKS"], PASSWORD, "tws", AGENT, java=JAVA).new_content.reveal(), PASSWORD, "x", AGENT, java=JAVA)
    for number, content in enumerate((alone, more.new_content.reveal())):
        java = pretend(f"cp `dirname $0`/{number} store")
        path = Path(java.program).parent / str(number)
        path.write_bytes(content)
        path.chmod(0o644)

        assert "does not hold what it should" in bad(content=stores["JKS"], java=java)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could run it as root")
def test_somebody_else_s_keytool_is_not_run_as_root(pretend):
    """It is said whose it is."""
    assert "is not started as root" in bad(java=pretend("exit 0")._replace(uid=0, gid=0))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
@pytest.mark.parametrize("form", FORMS)
def test_as_the_owner_of_the_store(stores, form):
    """The work is done by the folder's owner; with nothing of root's."""
    plan = plan_trust(stores[form], PASSWORD, "tws", AGENT, java=JAVA._replace(uid=12345, gid=12346))

    assert AGENT == find(read_store(plan.new_content.reveal(), PASSWORD), "tws").chain[0]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [(b"five5", "no store password of fewer than 6"), ("пароль".encode(), "beyond Latin-1"), (b"two\nlines", "a line end")],
)
def test_passwords_that_keytool_does_not_take(password, sentence):
    """It is said instead of tried."""
    assert sentence in bad(password=Secret(password))


def test_a_password_beyond_ascii():
    """An umlaut is that letter to Java, in whichever bytes it was given, and stays so when the store is written again."""
    first = plan_trust(None, Secret("grüße1".encode()), "tws", AGENT, java=JAVA).new_content.reveal()
    second = plan_trust(first, Secret("grüße1".encode("latin-1")), "other", AGENT, java=JAVA).new_content.reveal()

    assert {"tws", "other"} == set(entries(second, Secret("grüße1".encode())))


@pytest.mark.parametrize("alias", ["", "-storepass", "two\nlines", "a\u202eb"])
def test_aliases_that_are_none(alias):
    """A word that is an option, or that does not show itself, is refused."""
    assert "cannot be an alias in a key store" in bad(alias=alias)


def test_another_language_around(stores, monkeypatch):
    """Nothing depends on the language of whoever runs this."""
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Duser.language=de")

    assert "import" == plan_trust(stores["secret"], PASSWORD, "tws", AGENT, java=JAVA).state


@pytest.mark.parametrize("form", [*FORMS, "secret"])
def test_the_master_s_certificate(stores, form, tmp_path):
    """Of a key's chain the first is exported; the alias in any case."""
    (tmp_path / "store").write_bytes(stores[form])
    expected = tool(tmp_path, "-exportcert", "-alias", "server", "-keystore", "store")

    assert expected == export_server(stores[form], PASSWORD, alias="SERVER", java=JAVA)


def test_what_cannot_be_exported(stores):
    """No such alias, another password, no Java where it takes one."""
    cases = [
        (stores["JKS"], PASSWORD, "tws"),
        (stores["JKS"], Secret(b"another"), "server"),
        (stores["secret"], PASSWORD, "server"),
        (b"x", None, "server"),
    ]
    kinds = []
    for content, password, alias in cases:
        with pytest.raises(BadArtifact) as caught:
            export_server(content, password, alias=alias)
        kinds.append(caught.value.kind)

    assert ["no-alias", "wrong-password", "needs-java", "not-store"] == kinds


def test_the_path_of_a_store(tmp_path):
    """A folder means the file that the product has in it."""
    expected = [f"{tmp_path}/{trust.TRUST_STORE}", f"{tmp_path}/my.jks"]

    assert expected == [store_path(PosixHost(), given, trust.TRUST_STORE) for given in (str(tmp_path), f"{tmp_path}/my.jks")]


def test_an_interrupted_run_leaves_nothing(pretend, work):
    """Control-C in the middle of keytool's work takes the copy away and ends keytool."""
    java = pretend("echo $$ > `dirname $0`/pid; exec sleep 60")
    Path(java.program).parent.chmod(0o777)
    code = (
        "from ita_doctor.host import scratch\nfrom ita_doctor.repair.trust import Java, plan_trust\nfrom ita_doctor.model.secret import Secret\n"
        f"scratch._FOR_ALL = ({str(work)!r},)\n"
        f"plan_trust(None, Secret(b'default'), 'tws', b'x', java=Java(*{tuple(java)!r}))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(work), "PYTHONPATH": ":".join(sys.path)}
    )
    pid, end = Path(java.program).parent / "pid", time.monotonic() + 20
    while not (pid.exists() and pid.read_text().strip()) and time.monotonic() < end:
        time.sleep(0.02)
    during = list(work.iterdir())
    child.send_signal(signal.SIGINT)
    child.wait(20)
    time.sleep(0.2)
    left = []
    with contextlib.suppress(OSError):
        left = [Path(f"/proc/{pid.read_text().strip()}/status").read_text()]

    assert 1 == len(during)
    assert [] == [text for text in left if "zombie" not in text]

"""What a file is: files made by the real openssl, keytool and ssh-keygen, whole and spoilt."""

import base64
import hashlib
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.codecs.identify import identify, unread

try:
    import tomllib
except ImportError:
    import tomli as tomllib

RULES = Path(__file__).parents[2] / "rules"
WORDS = tomllib.loads((RULES / "inspect.toml").read_text(encoding="utf-8"))
SETTINGS = tomllib.loads((RULES / "settings.toml").read_text(encoding="utf-8"))
PASSWORD = "Xk3-vale-94"
INI = f"[ITA SSL]\nssl_port = 31114\n{SETTINGS['setting'][0]['name']} = /opt/x.sth\n"
JOB = f"[{SETTINGS['job']['section']}]\n{SETTINGS['job']['setting'][0]['name']} = https://m:31116/J\n"
LOCALOPTS = "thiscpu =MASTER\nmerge stdlists =yes\nnm port =31111\nbm look =15\n"

# file: (command, name of the file that it makes)
OPENSSL = {
    "key.pem": "genrsa -out key.pem 2048",
    "locked.pem": "pkcs8 -topk8 -in key.pem -v2 des3 -passout pass:Xk3-vale-94 -out locked.pem",
    "traditional.pem": "rsa -in key.pem -traditional -out traditional.pem",
    "traditional-locked.pem": "rsa -in key.pem -traditional -des3 -passout pass:Xk3-vale-94 -out traditional-locked.pem",
    "ec.pem": "ecparam -name prime256v1 -genkey -out ec.pem",
    "ec-p8.pem": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec-p8.pem",
    "ed25519.pem": "genpkey -algorithm ed25519 -out ed25519.pem",
    "key.der": "pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der",
    "locked.der": "pkcs8 -topk8 -in key.pem -outform DER -passout pass:Xk3-vale-94 -out locked.der",
    "traditional.der": "rsa -in key.pem -traditional -outform DER -out traditional.der",
    "sec1.der": "ec -in ec.pem -outform DER -out sec1.der",
    "public.pem": "pkey -in key.pem -pubout -out public.pem",
    "public.der": "pkey -in key.pem -pubout -outform DER -out public.der",
    "rsapublic.pem": "rsa -in key.pem -RSAPublicKey_out -out rsapublic.pem",
    "rsapublic.der": "rsa -in key.pem -RSAPublicKey_out -outform DER -out rsapublic.der",
    "request.pem": "req -new -key key.pem -subj /CN=nc117031 -out request.pem",
    "request.der": "req -in request.pem -outform DER -out request.der",
    "certificate.pem": "x509 -req -in request.pem -signkey key.pem -days 30 -out certificate.pem",
    "certificate.der": "x509 -in certificate.pem -outform DER -out certificate.der",
    "v3.pem": "req -x509 -key key.pem -subj /CN=master -days 30 -out v3.pem",
    "v3.der": "x509 -in v3.pem -outform DER -out v3.der",
    "trusted.pem": "x509 -in v3.pem -trustout -addtrust serverAuth -out trusted.pem",
    "with-text.pem": "x509 -in v3.pem -text -out with-text.pem",
    "pkcs7.pem": "crl2pkcs7 -nocrl -certfile v3.pem -out pkcs7.pem",
    "pkcs7.der": "crl2pkcs7 -nocrl -certfile v3.pem -outform DER -out pkcs7.der",
    "store.p12": "pkcs12 -export -inkey key.pem -in certificate.pem -passout pass:Xk3-vale-94 -out store.p12",
    "dh.pem": "dhparam -dsaparam -out dh.pem 1024",
    "random.rnd": "rand -out random.rnd 8192",
    "stash.sth": "base64 -in password.pwd -out stash.sth",
}
CA = "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=9\n"


def run(folder, *argv):
    """Run a real tool in *folder*."""
    done = subprocess.run(argv, cwd=folder, capture_output=True, check=False)
    assert 0 == done.returncode, done.stderr.decode()


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A folder with one file of each kind, made by openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here")
    folder = tmp_path_factory.mktemp("made")
    (folder / "password.pwd").write_text(PASSWORD)
    for command in OPENSSL.values():
        run(folder, "openssl", *command.split())
    (folder / "index.txt").touch()
    (folder / "crlnumber").write_text("01\n")
    (folder / "ca.cnf").write_text(CA)
    crl = "ca -config ca.cnf -gencrl -keyfile key.pem -cert v3.pem -out crl.pem"
    run(folder, "openssl", *crl.split())
    run(folder, "openssl", *["crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der"])
    return folder


def of(content, name="file"):
    """The identity of bytes."""
    return identify(content, name, WORDS, SETTINGS)


@pytest.mark.parametrize(
    ("name", "kind", "form", "encoding", "encrypted", "holds"),
    [
        ("key.pem", "private-key", "pkcs8", "ascii", False, ("private-key",)),
        ("locked.pem", "private-key", "pkcs8", "ascii", True, ("private-key",)),
        ("traditional.pem", "private-key", "traditional", "ascii", False, ("private-key",)),
        ("traditional-locked.pem", "private-key", "traditional", "ascii", True, ("private-key",)),
        ("ec.pem", "private-key", "sec1", "ascii", False, ("parameters", "private-key")),
        ("ec-p8.pem", "private-key", "pkcs8", "ascii", False, ("private-key",)),
        ("ed25519.pem", "private-key", "pkcs8", "ascii", False, ("private-key",)),
        ("key.der", "private-key", "pkcs8", "binary", False, ("private-key",)),
        ("locked.der", "private-key", "pkcs8", "binary", True, ("private-key",)),
        ("traditional.der", "private-key", "traditional", "binary", False, ("private-key",)),
        ("sec1.der", "private-key", "sec1", "binary", False, ("private-key",)),
        ("public.pem", "public-key", "pem", "ascii", None, ("public-key",)),
        ("public.der", "public-key", "der", "binary", None, ("public-key",)),
        ("rsapublic.pem", "public-key", "pem", "ascii", None, ("public-key",)),
        ("rsapublic.der", "public-key", "der", "binary", None, ("public-key",)),
        ("request.pem", "certificate-request", "pem", "ascii", None, ("certificate-request",)),
        ("request.der", "certificate-request", "der", "binary", None, ("certificate-request",)),
        ("certificate.pem", "certificate", "pem", "ascii", None, ("certificate",)),
        ("certificate.der", "certificate", "der", "binary", None, ("certificate",)),
        ("v3.pem", "certificate", "pem", "ascii", None, ("certificate",)),
        ("v3.der", "certificate", "der", "binary", None, ("certificate",)),
        ("trusted.pem", "certificate", "pem", "ascii", None, ("certificate",)),
        ("with-text.pem", "certificate", "pem", "ascii", None, ("certificate",)),
        ("crl.pem", "crl", "pem", "ascii", None, ("crl",)),
        ("crl.der", "crl", "der", "binary", None, ("crl",)),
        ("pkcs7.pem", "pkcs7", "pem", "ascii", None, ("pkcs7",)),
        ("pkcs7.der", "pkcs7", "der", "binary", None, ("pkcs7",)),
        ("store.p12", "pkcs12", "der", "binary", True, ("pkcs12",)),
        ("dh.pem", "text", "pem", "ascii", None, ("parameters",)),
        ("random.rnd", "seed", None, "binary", None, ()),
        ("stash.sth", "stash", None, "ascii", None, ()),
        ("password.pwd", "text", None, "ascii", None, ()),
    ],
)
def test_files_of_openssl(made, name, kind, form, encoding, encrypted, holds):
    """Each file that openssl writes is what it is, and nothing in it is said to be broken."""
    found = of((made / name).read_bytes(), name)

    assert (kind, form, encoding, (), encrypted, holds) == found[:6]
    assert "broken" not in found.text


@pytest.mark.parametrize(
    ("options", "kind", "form", "encrypted"),
    [
        ("-t rsa -b 2048", "private-key", "openssh", False),
        ("-t ed25519", "private-key", "openssh", False),
        ("-t rsa -b 2048 -m PEM", "private-key", "traditional", False),
    ],
)
def test_files_of_ssh_keygen(tmp_path, options, kind, form, encrypted):
    """A key of OpenSSH is known, and its public half too."""
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not here")
    run(tmp_path, "ssh-keygen", "-q", "-N", "", "-f", "id", *options.split())
    key, public = of((tmp_path / "id").read_bytes(), "id"), of((tmp_path / "id.pub").read_bytes(), "id.pub")

    assert (kind, form, encrypted) == (key.kind, key.form, key.encrypted)
    assert ("public-key", None) == (public.kind, public.form)


def test_locked_openssh_key_has_commands(tmp_path):
    """An RSA key of OpenSSH is of use once converted; another is not."""
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not here")
    run(tmp_path, "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", PASSWORD, "-f", "id")
    run(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", PASSWORD, "-f", "ed")
    rsa, other = (of((tmp_path / name).read_bytes(), name) for name in ("id", "ed"))

    assert (True, True) == (rsa.encrypted, other.encrypted)
    assert rsa.commands
    assert () == other.commands


def test_ssh_certificate_is_text(tmp_path):
    """A certificate of OpenSSH's own kind is text."""
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not here")
    run(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "ca")
    run(tmp_path, "ssh-keygen", "-q", "-s", "ca", "-I", "x", "-n", "x", "ca.pub")

    assert "text" == of((tmp_path / "ca-cert.pub").read_bytes(), "ca-cert.pub").kind


@pytest.mark.parametrize(("store", "kind"), [("JKS", "jks"), ("JCEKS", "jceks"), ("PKCS12", "pkcs12")])
def test_stores_of_keytool(tmp_path, store, kind):
    """A store of Java is known whatever its name, counts as encrypted, and has commands."""
    if not shutil.which("keytool"):
        pytest.skip("keytool is not here")
    made = "-genkeypair -alias server -keyalg RSA -keysize 2048 -keystore TWSServerKeyFile.jks -storepass default -keypass default -dname CN=m"
    run(tmp_path, "keytool", *made.split(), "-storetype", store)
    found = of((tmp_path / "TWSServerKeyFile.jks").read_bytes(), "TWSServerKeyFile.jks")

    assert (kind, "binary", True) == (found.kind, found.encoding, found.encrypted)
    assert found.commands


def gskit(password, size):
    """A stash of GSKit's, in the old layout or the new."""
    packed = bytes(byte ^ 0xF5 for byte in password + b"\0" + random.Random(3).randbytes(128 - len(password)))
    salt = random.Random(4).randbytes(32)
    return packed if size == 129 else salt + hashlib.sha256(b"\1" + salt).digest() + random.Random(5).randbytes(129)


@pytest.mark.parametrize(
    ("content", "name", "kind", "encoding"),
    [
        (b"", "x", "empty", "ascii"),
        (b" \r\n\t\n", "x", "empty", "ascii"),
        (b"\xef\xbb\xbf\r\n", "x", "empty", "utf-8-bom"),
        (" \n".encode("utf-16"), "x", "empty", "utf-16-le"),
        (gskit(b"geheim", 129), "x.sth", "gskit-stash", "binary"),
        (gskit(b"geheim", 193), "x.sth", "gskit-stash", "binary"),
        (b"\x37\x48\x06\x02\0\0\0\0X509KEY\0" + bytes(500), "x.kdb", "gskit-kdb", "binary"),
        (b"\x37\x48\x04\x02\0\0\0\0X509KEY\0" + bytes(500), "x.kdb", "gskit-kdb", "binary"),
        (b"\xfe\xed\xfe\xed\0\0\0\2\0\0", "x.jks", "jks", "binary"),
        (INI.encode(), "x", "ita-ini", "ascii"),
        (INI.encode("cp037"), "x", "ita-ini", "ebcdic"),
        (INI.encode("utf-16"), "x", "ita-ini", "utf-16-le"),
        (b"\xef\xbb\xbf" + INI.encode(), "x", "ita-ini", "utf-8-bom"),
        (INI.replace("ITA SSL", "ITA_SSL").encode(), "x", "ita-ini", "ascii"),
        (b"[ITA]\nname = ita\n", "ita.ini", "ita-ini", "ascii"),
        (INI.encode() + b"\0\n", "x", "ita-ini", "ascii"),
        (b"junk\n" + INI.encode(), "x", "ita-ini", "ascii"),
        (b"[ITA]\nname = ita\n", "x.ini", "text", "ascii"),
        (JOB.encode(), "x", "jobmanager-ini", "ascii"),
        (JOB.encode(), "JobManagerGW.ini", "jobmanager-ini", "ascii"),
        (LOCALOPTS.encode(), "x", "localopts", "ascii"),
        (b"thiscpu =A\n", "localopts", "localopts", "ascii"),
        (base64.b64encode(PASSWORD.encode()), "x", "stash", "ascii"),
        (base64.encodebytes(b"Stra\xc3\x9fe-12"), "x", "stash", "ascii"),
        (base64.encodebytes(b"x" * 100).replace(b"\n", b"\r\n"), "x", "stash", "ascii"),
        (base64.b64encode(PASSWORD.encode("cp037")), "x.sth", "stash", "ascii"),
        (base64.b64encode(PASSWORD.encode("utf-16-le")), "x.sth", "stash", "ascii"),
        (base64.b64encode(b"\n"), "x.sth", "stash", "ascii"),
        (base64.b64encode(b"\r\n"), "x.sth", "stash", "ascii"),
        (base64.b64encode(PASSWORD.encode()).rstrip(b"="), "x.sth", "stash", "ascii"),
        (base64.encodebytes(PASSWORD.encode()).decode().encode("cp037"), "x.sth", "stash", "ebcdic"),
        (base64.encodebytes(PASSWORD.encode()).decode().encode("utf-16"), "x.sth", "stash", "utf-16-le"),
        (b"maestro00\n", "x.pwd", "text", "ascii"),
        (b"maestro0\n", "x.sth", "text", "ascii"),
        (PASSWORD.encode() + b"\n", "x.sth", "text", "ascii"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n", "x", "text", "ascii"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2E=\n---- END SSH2 PUBLIC KEY ----\n", "x", "public-key", "ascii"),
        (b"<html><body>404</body></html>", "x.pem", "text", "ascii"),
        ("# für März\n".encode("latin-1"), "x", "text", "latin-1"),
        ("# f\u00fcr M\u00e4rz \u2013 1\n".encode("cp1252"), "x", "text", "latin-1"),
        ("# für März\n".encode(), "x", "text", "utf-8"),
        (b"PK\x03\x04" + random.Random(1).randbytes(5000), "x.rnd", "unknown", "binary"),
        (b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(5000), "x.rnd", "unknown", "binary"),
        (b"\x7fELF" + random.Random(1).randbytes(5000), "x.rnd", "unknown", "binary"),
        (random.Random(1).randbytes(8192), "x", "seed", "binary"),
        (random.Random(2).randbytes(1024), "x", "seed", "binary"),
        (bytes(8192), "x.rnd", "unknown", "binary"),
    ],
)
def test_bytes(content, name, kind, encoding):
    """Each content has one kind and one encoding."""
    found = of(content, name)

    assert (kind, encoding) == (found.kind, found.encoding)


def test_ccsids_are_named():
    """What is EBCDIC says in which CCSIDs it can be read."""
    assert 37 == of(INI.encode("cp037")).ccsids[0]


@pytest.mark.parametrize(
    ("names", "kind", "holds", "encrypted"),
    [
        (["v3.pem", "certificate.pem"], "certificates", ("certificate", "certificate"), None),
        (["key.pem", "v3.pem"], "mixed", ("private-key", "certificate"), False),
        (["v3.pem", "locked.pem"], "mixed", ("certificate", "private-key"), True),
        (["key.pem", "locked.pem"], "mixed", ("private-key", "private-key"), False),
        (["request.pem", "certificate.pem"], "mixed", ("certificate-request", "certificate"), None),
        (["dh.pem", "v3.pem"], "certificate", ("parameters", "certificate"), None),
    ],
)
def test_several_blocks(made, names, kind, holds, encrypted):
    """Blocks are listed in their order; parameters make no file mixed, two keys do."""
    found = of(b"".join((made / name).read_bytes() for name in names))

    assert (kind, "pem", holds, encrypted) == (found.kind, found.form if kind != "private-key" else "pem", found.holds, found.encrypted)


def test_certificates_in_der(made):
    """DER certificates that follow one another are several."""
    found = of((made / "v3.der").read_bytes() + (made / "certificate.der").read_bytes())

    assert ("certificates", "der", ("certificate", "certificate")) == (found.kind, found.form, found.holds)


def without_end(content):
    return content[: content.index(b"-----END")]


@pytest.mark.parametrize(
    ("name", "spoil", "kind", "says"),
    [
        ("v3.pem", without_end, "certificate", "END line"),
        ("v3.pem", lambda c: c[:300], "certificate", "line 1"),
        ("v3.pem", lambda c: c.rstrip() + c, "certificates", "one line"),
        ("v3.pem", lambda c: c.replace(b"M", b"*", 1), "certificate", "Base64"),
        ("v3.pem", lambda c: c.replace(b"\n", b"\n\n", 3), "certificate", ""),
        ("v3.pem", lambda c: b"\n".join(c.split(b"\n")[1:]), "certificate", "BEGIN"),
        ("locked.pem", without_end, "private-key", "END line"),
        ("key.pem", lambda c: c[:200], "private-key", "line 1"),
        ("request.pem", without_end, "certificate-request", "END line"),
        ("v3.der", lambda c: c[:300], "certificate", "cut at byte 300"),
        ("certificate.der", lambda c: c[:300], "certificate", "cut"),
        ("request.der", lambda c: c[:200], "certificate-request", "cut"),
        ("key.der", lambda c: c[:300], "private-key", "cut"),
        ("locked.der", lambda c: c[:300], "private-key", "cut"),
        ("traditional.der", lambda c: c[:300], "private-key", "cut"),
        ("store.p12", lambda c: c[:300], "pkcs12", "cut"),
        ("pkcs7.der", lambda c: c[:300], "pkcs7", "cut"),
        ("v3.der", lambda c: c + b"more", "certificate", "behind its end"),
        ("v3.pem", lambda c: b"".join(c.split(b"\n")[1:-2]), "certificate", "without its BEGIN"),
        ("v3.pem", lambda c: b"\0\1\2" * 50 + c, "certificate", ""),
    ],
)
def test_broken_files_keep_their_kind(made, name, spoil, kind, says):
    """What is cut or spoilt is still named, and the sentence says where it is broken."""
    found = of(spoil((made / name).read_bytes()), name)

    assert kind == found.kind
    assert says in found.text


@pytest.mark.parametrize(
    "encode", [lambda t: t.encode("cp037"), lambda t: t.encode("utf-16-le"), lambda t: t.encode("utf-16"), lambda t: t.encode("utf-8-sig")]
)
@pytest.mark.parametrize("name", ["v3.pem", "locked.pem", "stash.sth"])
def test_commands_bring_the_text_back(made, tmp_path, name, encode):
    """The command for an encoding that nobody reads gives the text back, byte for byte."""
    if not shutil.which("iconv"):
        pytest.skip("iconv is not here")
    before = (made / name).read_bytes()
    path = tmp_path / f"a 'b'{name}"
    path.write_bytes(encode(before.decode()))
    for command in of(path.read_bytes(), str(path)).commands:
        run(tmp_path, "sh", "-c", command)

    assert [before] == [one.read_bytes() for one in tmp_path.iterdir() if one != path]


@pytest.mark.parametrize("name", ["v3.der", "certificate.der", "request.der", "pkcs7.der", "pkcs7.pem"])
def test_commands_make_pem(made, tmp_path, name):
    """The command for DER and PKCS#7 makes PEM of it."""
    path = tmp_path / f"-a b.{name}"
    path.write_bytes((made / name).read_bytes())
    for command in of(path.read_bytes(), path.name).commands:
        run(tmp_path, "sh", "-c", command)

    assert [True] == [b"-----BEGIN CERTIFICATE" in one.read_bytes() for one in tmp_path.iterdir() if one != path]


@pytest.mark.parametrize("encoding", ["cp037", "utf-16-le", "utf-16-be"])
def test_commands_put_a_password_right(tmp_path, encoding):
    """A stash of a password in another encoding becomes one that the agent reads."""
    if not (shutil.which("iconv") and shutil.which("openssl")):
        pytest.skip("iconv and openssl are not both here")
    (tmp_path / "x.sth").write_bytes(base64.encodebytes(PASSWORD.encode(encoding)))
    found = of((tmp_path / "x.sth").read_bytes(), "x.sth")
    for command in found.commands:
        run(tmp_path, "sh", "-c", command)

    assert ("stash", base64.encodebytes(PASSWORD.encode())) == (found.kind, (tmp_path / "x.new.sth").read_bytes())


def test_old_cipher_of_a_store_is_said(made):
    """A PKCS#12 store with RC2 has the commands that OpenSSL 3 needs."""
    old = "pkcs12 -export -legacy -inkey key.pem -in certificate.pem -passout pass:Xk3-vale-94 -out old.p12"
    done = subprocess.run(["openssl", *old.split()], cwd=made, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this openssl writes no RC2")
    found = of((made / "old.p12").read_bytes(), "old.p12")

    assert ["-legacy" in command for command in found.commands] == [True, True, True]


def test_newer_names_are_known(made):
    """What agents of newer releases get by download is said to be of that kind."""
    assert "10.x" in of((made / "v3.pem").read_bytes(), "tls.crt").good_for


def test_certificate_without_armour_gets_it(made, tmp_path):
    """The command for Base64 without BEGIN and END makes a certificate of it."""
    body = b"\n".join((made / "v3.pem").read_bytes().split(b"\n")[1:-2])
    (tmp_path / "x").write_bytes(body)
    for command in of(body, "x").commands:
        run(tmp_path, "sh", "-c", command)

    assert (made / "v3.pem").read_bytes() == (tmp_path / "x.pem").read_bytes()


@pytest.mark.parametrize("name", ["key.der", "locked.der", "traditional.der", "store.p12"])
def test_what_can_be_converted_has_commands(made, name):
    """What the procedure could use once converted says how."""
    assert of((made / name).read_bytes(), name).commands


def test_no_commands_for_a_path_that_cannot_be_pasted(made):
    """A path with a control character is in no command."""
    assert () == of((made / "v3.der").read_bytes(), "a\nb.der").commands


def test_subject_is_made_visible(made, tmp_path):
    """The subject is said, and its control characters are not sent to the terminal."""
    run(tmp_path, "openssl", "req", "-x509", "-key", str(made / "key.pem"), "-subj", "/CN=a\x1b[31mb", "-utf8", "-out", "x.pem")
    found = of((tmp_path / "x.pem").read_bytes())

    assert "\x1b" not in found.text
    assert "[31mb" in found.text


def test_no_secret_is_told(made):
    """Neither a password nor a byte of a key stands in what is said."""
    for name in ("password.pwd", "stash.sth", "key.pem", "key.der", "locked.pem", "random.rnd"):
        content = (made / name).read_bytes()
        said = " ".join(map(str, of(content, name)))
        assert PASSWORD not in said
        assert base64.b64encode(PASSWORD.encode()).decode() not in said
        runs = [content[at : at + 8].decode("latin-1") for at in range(len(content) - 7) if b"-----" not in content[at - 30 : at + 30]]
        assert not [run for run in runs if run in said]


@pytest.mark.parametrize("kind", ["folder", "special", "unreadable", "missing"])
def test_what_was_not_read(kind):
    """What was not read has a kind, words and nothing else."""
    found = unread(kind, WORDS)

    assert (kind, None, None, (), None, (), ()) == (*found[:6], found.commands)


def test_every_kind_has_words():
    """Every kind says something, and each is a sentence without a place to fill left over."""
    assert [] == [kind for kind, table in WORDS["kind"].items() if not (table["text"].strip() and table["good_for"].strip())]


@given(st.binary(max_size=300), st.sampled_from(["x", "x.sth", "ita.ini", "x.pem", "localopts"]))
def test_any_bytes_are_something(content, name):
    """Whatever the bytes, there is an answer."""
    assert of(content, name).text.endswith(".")


@given(st.sampled_from(["v3.pem", "key.der", "locked.pem", "store.p12", "crl.der", "request.der"]), st.data())
def test_any_spoilt_file_is_something(made, name, data):
    """Whatever is done to a file of ours, there is an answer."""
    content = bytearray((made / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content), 200) - 1))] = data.draw(st.integers(0, 255))

    assert of(bytes(content[: data.draw(st.integers(1, len(content)))]), name).text.endswith(".")


@pytest.mark.parametrize(
    "unit",
    [
        b"\x30\x80", b"\x30\x03\x02\x01", b"-", b"-----BEGIN A-----\n", b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", b"A",
        b"A\n", b"=", b"[", b"a=b\n", b"\0", b"\xff", b"\xc1", b"\x80", b" ", b"-----BEGIN ", b"M\0", b"ssh-rsa ", b"--- BEGIN ", b"\x30\x82\xff\xff",
    ],
)  # fmt: skip
def test_a_mebibyte_is_identified_in_time(unit):
    """A mebibyte of any junk is named in about a second."""
    content = unit * ((1 << 20) // len(unit))
    began = time.process_time()
    of(content)

    assert time.process_time() - began < 1.5

"""What fix makes: keys, locks, stashes, names, requests and certificates; and the files from which it takes them."""

import base64
import functools
import re
import time

import pytest
from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from builders import fixture
from codec_samples import PASSWORD, make_certificate, make_key, name_of, openssl, plain_pem, spki_of, split_der
from ita_doctor.codecs import der, pem, private
from ita_doctor.codecs.cert import is_issued_by, read_certificate
from ita_doctor.codecs.given import read_ca_key, read_certificate_given
from ita_doctor.codecs.issue import hold_ca, make_request, new_serial, pem_of, sign
from ita_doctor.codecs.key import open_key, read_key
from ita_doctor.codecs.names import describe_name
from ita_doctor.codecs.private import lock_key, new_key, new_password, stash_of, to_clear
from ita_doctor.codecs.stash import read_stash
from ita_doctor.codecs.subject import subject_of
from ita_doctor.model.artifact import BadArtifact, KeyLock
from ita_doctor.model.secret import Secret
from laboratory.tools import run

NOW = 1795521600.0  # 2026-11-24 12:00:00
HOUR, DAY = 3600, 86400
RIGHT = Secret(PASSWORD)
HOSTS = ("nc117031.example.com", "192.0.2.7")
T61 = bytes.fromhex("310e300c060355040a1405") + b"M\xfcl\x01\xff"
ODD = der.wrap(der.SEQUENCE, T61, der.wrap(der.SET, der.wrap(der.SEQUENCE, bytes.fromhex("0603550403"), der.wrap(0x1E, "Ü".encode("utf-16-be")))))
"""A name that no builder of the library writes: Latin-1 and more in a T61String, and a BMPString."""


# -- what the tests are made of ----------------------------------------------------------------------------------------

KINDS = {
    "rsa": make_key,
    "ec": lambda: ec.generate_private_key(ec.SECP256R1(), default_backend()),
    "ec521": lambda: ec.generate_private_key(ec.SECP521R1(), default_backend()),
    "dsa": lambda: dsa.generate_private_key(2048, default_backend()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "x25519": x25519.X25519PrivateKey.generate,
}


@functools.cache
def key_of(kind):
    return KINDS[kind]()


def clear(key, form="PKCS8"):
    return Secret(key.private_bytes(Encoding.DER, getattr(PrivateFormat, form), NoEncryption()))


def der_of(text):
    return pem.scan(text.decode()).blocks[0].data.reveal()


CA = x509.BasicConstraints(ca=True, path_length=None)


@functools.cache
def ca_of(kind="rsa", *, extensions=(CA,), with_identifier=True):
    """A CA of that kind: its key, and its certificate as DER."""
    key = key_of(kind) if kind != "rsa" else make_key(number=1)
    more = (x509.SubjectKeyIdentifier(b"its own identifier"),) if with_identifier else ()
    if kind in ("ed25519", "ed448"):
        return key, self_issued(key, kind)
    return key, der_of(make_certificate(key=key, name=name_of(O="Example", CN="TWSca"), extensions=(*extensions, *more)))


def self_issued(key, common_name):
    """A certificate of version 1 that *key* made for itself, written by hand."""
    name, algorithm = subject_of("/CN=" + common_name), {"ed25519": "300506032b6570", "ed448": "300506032b6571"}[common_name]
    validity = der.wrap(der.SEQUENCE, der.wrap(0x17, b"260101000000Z"), der.wrap(0x17, b"360101000000Z"))
    body = der.wrap(der.SEQUENCE, b"\2\1\7", bytes.fromhex(algorithm), name, validity, name, spki_of(key))
    return der.wrap(der.SEQUENCE, body, bytes.fromhex(algorithm), der.wrap(der.BIT_STRING, b"\0", key.sign(body)))


def signed(kind="rsa", *, subject=None, hosts=HOSTS, spki=None, now=NOW, days=365, serial=4711, ca=None):
    """A certificate (DER) that a CA of that kind signed."""
    key, authority = ca_of(kind) if ca is None else ca
    subject = subject if subject is not None else subject_of("/C=IT/O=Example/CN=nc117031")
    spki = spki if spki is not None else spki_of(make_key())
    return der_of(sign(spki, subject, hosts, ca=authority, ca_key=clear(key), days=days, now=now, serial=serial))


def fields_of(certificate):
    """The fields of what is signed, each with its tag."""
    return split_der(split_der(certificate)[0])


def refused(call, *args, **more):
    """Kind and fault of the BadArtifact that a call raises."""
    with pytest.raises(BadArtifact) as caught:
        call(*args, **more)
    return (caught.value.kind, caught.value.facts["fault"]) if "fault" in caught.value.facts else caught.value.kind


def file_of(text):
    return read_key(pem.scan(text.decode("ascii")))


# -- keys, passwords, stashes ------------------------------------------------------------------------------------------


def test_a_new_key_is_rsa_in_pkcs8():
    """A new key is an RSA key of the wanted length with the usual exponent."""
    made = load_der_private_key(new_key(1024).reveal(), None, default_backend())

    assert (1024, 65537) == (made.key_size, made.public_key().public_numbers().e)
    assert isinstance(made, rsa.RSAPrivateKey)


def test_new_passwords_are_long_and_legible():
    """Each is another, of 24 letters and digits without the ones that look like others."""
    made = {new_password().reveal() for _ in range(200)}

    assert 200 == len(made)
    assert all(re.fullmatch(rb"[A-HJ-NP-Za-km-np-z2-9]{24}", one) for one in made)


def test_new_serials_are_positive_and_fit_in_20_bytes():
    """159 bits, so that no sign bit makes them longer, and none of them the same."""
    made = {new_serial() for _ in range(200)}

    assert 200 == len(made)
    assert all(0 < one < 1 << 159 for one in made)
    assert max(made) >> 150


@pytest.mark.parametrize("size", [1, 24, 47, 48, 49, 96, 200])
def test_a_stash_is_what_openssl_writes(size):
    """Lines of 64, each with LF; and the stash's own reader finds the password again."""
    password = bytes(range(33, 83)) * 4
    made = stash_of(Secret(password[:size]))

    assert openssl("base64", given=password[:size]) == made.reveal()
    assert password[:size] == read_stash(made.reveal()).password.reveal()


@pytest.mark.parametrize("kind", KINDS)
def test_a_locked_key_opens_with_its_password_alone(kind):
    """Of every kind of key: PBES2 with PBKDF2, HMAC-SHA256 and AES-256-CBC, opened by its password and by no other."""
    made = lock_key(clear(key_of(kind)), RIGHT)
    file = file_of(made.reveal())

    assert made.reveal().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert KeyLock("PBES2", "AES-256-CBC", "PBKDF2", file.lock.rounds, "HMAC-SHA256") == file.lock
    assert spki_of(key_of(kind)) == open_key(file, RIGHT).spki
    assert "wrong-password" == refused(to_clear, file, Secret(b"another"))


@pytest.mark.parametrize("kind", ["rsa", "ec", "dsa"])
def test_traditional_der_is_locked_as_well(kind):
    """What goes into the lock may be the older form of the key."""
    made = lock_key(clear(key_of(kind), "TraditionalOpenSSL"), RIGHT)

    assert spki_of(key_of(kind)) == open_key(file_of(made.reveal()), RIGHT).spki


@pytest.mark.parametrize(
    ("content", "password", "kind"),
    [
        (b"", PASSWORD, ("broken", "der")),
        (b"\x30\x03\x02\x01\0", PASSWORD, ("broken", "der")),
        (None, b"", "password"),
        (None, b"x" * 1024, "password"),
    ],
)
def test_what_cannot_be_locked(content, password, kind):
    """No key, and passwords that OpenSSL would not take."""
    content = clear(make_key()) if content is None else Secret(content)

    assert kind == refused(lock_key, content, Secret(password))


def test_a_lock_that_the_agent_does_not_know_is_found_out():
    """What the library has locked is read again: scrypt, or nothing at all, would not pass."""
    texts = [fixture("scrypt.pem"), plain_pem(make_key())]

    assert ["unknown-cipher"] * 2 == [refused(private._hold_lock, Secret(text), RIGHT) for text in texts]


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("password", [None, RIGHT])
def test_a_key_file_comes_out_in_clear(kind, form, password):
    """Both forms, locked or not, become the same PKCS#8."""
    lock = BestAvailableEncryption(PASSWORD) if password else NoEncryption()
    file = file_of(key_of(kind).private_bytes(Encoding.PEM, getattr(PrivateFormat, form), lock))

    assert clear(key_of(kind)).reveal() == to_clear(file, password).reveal()


def unsound(d=-2, n=0):
    """The sample's numbers with one that does not fit, as traditional DER."""
    numbers = make_key().private_numbers()
    public = numbers.public_numbers
    values = (0, public.n + n, public.e, numbers.d + d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    return der.wrap(der.SEQUENCE, *(der.wrap(der.INTEGER, one.to_bytes(one.bit_length() // 8 + 1, "big")) for one in values))


@pytest.mark.parametrize("change", [{"d": -2}, {"d": 0, "n": 2}])
def test_an_unsound_key_is_not_passed_on(change):
    """Whether or not the library of this machine would have loaded it."""
    text = pem.write_block("RSA PRIVATE KEY", unsound(**change))

    assert ("broken", "der") == refused(to_clear, file_of(text), None)
    assert ("broken", "der") == refused(read_ca_key, text, None)


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/C=IT/O=Example/CN=host", "CN=host,O=Example,C=IT"),
        ("CN=host,O=Example,C=IT", "CN=host,O=Example,C=IT"),
        (" cn = host , o = Example Inc. , c = IT ", "CN=host,O=Example Inc.,C=IT"),
        (r"CN=a\,b\2B\C3\BC\"\\,O=\ x\ ", r"CN=a\,b\+ü\"\\,O=\ x\ "),
        ('CN=host,O="Example, Inc."', r"CN=host,O=Example\, Inc."),
        (r"/O=Salt+Pepper/CN=a\/b\+c/", r"CN=a/b\+c,O=Salt\+Pepper"),
        ("/CN=a=b", "CN=a=b"),
        ("/O=M\u00fcller/OU=a, b/CN=x", r"CN=x,OU=a\, b,O=Müller"),
        ("CN=h,ST=Rome,L=Rome,DC=example,DC=com", "CN=h,ST=Rome,L=Rome,DC=example,DC=com"),
        ("emailAddress=a@b.example,serialNumber=12,CN=x", "emailAddress=a@b.example,serialNumber=12,CN=x"),
    ],
)
def test_both_ways_of_writing_a_name(text, shown):
    """openssl's way and RFC 4514's, with their escapes, mean what they say; the second is written last first."""
    made = subject_of(text)

    assert shown == describe_name(made)
    assert made == subject_of(shown)


@pytest.mark.parametrize(
    "text",
    [
        "/C=IT/ST=Lazio/L=Rome/O=Example/OU=A/OU=B/CN=host", "/DC=com/DC=example/CN=M\u00fcller/emailAddress=a@b.example/serialNumber=A-12",
        "/O=A+OU=B/CN=x", "/OU=long enough to be sorted+CN=x", r"/CN=\41b", "/CN=x+OU=long enough to be sorted", r"/O=a\/b\+c\\d/CN=x", "/C=it/CN=x/",
    ],
)  # fmt: skip
def test_names_are_openssls_byte_for_byte(text):
    """The DER is what `openssl req -utf8 -subj` writes, its types of string with it."""
    made = openssl("req", "-new", "-utf8", "-key", "/dev/stdin", "-subj", text, "-outform", "DER", given=plain_pem(make_key()))

    assert fields_of(made)[1] == subject_of(text)


@pytest.mark.parametrize(
    ("text", "fault", "part"),
    [
        ("", "empty", ""), ("/", "empty", ""), ("/O=/CN=x", "empty", "O="), ("CN=x,,O=y", "empty", ""), ("//CN=x", "empty", ""), ("CN=x,", "empty", ""),
        ("/O=Example", "no-cn", "/O=Example"), ("O=Example,C=IT", "no-cn", "O=Example,C=IT"),
        ("/XX=1/CN=x", "unknown", "XX=1"), ("CN=x,1.2.3=y", "unknown", "1.2.3=y"), ("=x", "unknown", "=x"), ("/CN=x+=y", "", ""),
        ("host", "form", "host"), ("CN=x,Inc.", "form", "Inc."), ("/CN=a/b", "form", "b"), ("CN=x+y", "form", "y"),
        ('CN="x', "form", "CN=x"), ("CN=x\\", "form", "CN=x"), ("/CN=x\\", "form", "CN=x"),
        ("/CN=" + "x" * 65, "long", "CN=" + "x" * 65), ("/L=" + "x" * 129 + "/CN=x", "long", "L=" + "x" * 78), ("/DC=" + "x" * 64 + "/CN=x", "long", "DC=" + "x" * 64),
        ("/C=ITA/CN=x", "country", "C=ITA"), ("/C=1T/CN=x", "country", "C=1T"),
        ("/CN=a\nb", "characters", "CN=a\nb"), ("/CN=a\x85", "characters", "CN=a\x85"), (r"CN=\00", "characters", "CN=\0"), (r"CN=a\FF", "characters", "CN=a\ufffd"),
        ("/CN=\udce4", "characters", "CN=\ufffd\ufffd\ufffd"), ("/DC=\u00e4/CN=x", "characters", "DC=\u00e4"), ("/serialNumber=a_b/CN=x", "characters", "serialNumber=a_b"),
    ],
)  # fmt: skip
def test_names_that_are_none(text, fault, part):
    """Each says what is wrong, and with which part."""
    if not fault:
        assert describe_name(subject_of(text)) == r"CN=x\+=y"
        return
    with pytest.raises(BadArtifact) as caught:
        subject_of(text)

    assert ("subject", fault, part) == (caught.value.kind, caught.value.facts["fault"], caught.value.facts["part"])


def test_the_longest_name_that_is_allowed():
    """64 characters, of two bytes each."""
    assert "CN=" + "ü" * 64 == describe_name(subject_of("/CN=" + "ü" * 64))


MIB = 1 << 20
MOST = 1 << 14  # characters of a name
LONG_NAMES = {
    "plus": "/CN=" + "+" * (MOST - 4), "backslashes": "CN=" + "\\" * (MOST - 3), "commas": "," * MOST, "slashes": "/" * MOST, "plus a": "/CN=" + "+a" * (MOST // 2 - 2),
    "equals": "=" * MOST, "blanks": "/CN=" + " " * (MOST - 4), "parts": "/CN=a" * (MOST // 5 - 1) + "/x", "quotes": "CN=" + '"' * (MOST - 3), "more": "/CN=x" + "/O=a" * (MOST // 4), "joined": "CN=a+" * (MOST // 5),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_long_name_does_not_hang(name):
    """The longest that is looked at, of what may be split, and one that is longer still."""
    start = time.monotonic()

    assert "subject" == refused(subject_of, LONG_NAMES[name])[0]
    assert time.monotonic() - start < 2


# -- requests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["rsa", "ec", "dsa", "ed25519", "ed448"])
def test_a_request_is_read_by_the_library(kind):
    """Signature, key and names are what was asked for."""
    made = x509.load_pem_x509_csr(make_request(clear(key_of(kind)), subject_of("/CN=x"), HOSTS), default_backend())

    assert made.is_signature_valid
    assert spki_of(key_of(kind)) == spki_of_public(made.public_key())
    assert ["nc117031.example.com", "192.0.2.7"] == [str(one.value) for one in names_in(made)]


def spki_of_public(public):
    class Half:
        @staticmethod
        def public_key():
            return public

    return spki_of(Half)


def names_in(made):
    return made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


@pytest.mark.parametrize("subject", [ODD, der.wrap(der.SEQUENCE)])
def test_the_subject_of_a_request_is_not_touched(subject):
    """Byte for byte, whatever stands in it; and openssl finds the signature right."""
    made = make_request(clear(make_key()), subject, ())

    assert subject == fields_of(der_of(made))[1]
    assert b"CERTIFICATE REQUEST" in openssl("req", "-verify", given=made)


def hosts_in(*hosts):
    made = x509.load_pem_x509_csr(make_request(clear(make_key()), subject_of("/CN=x"), hosts), default_backend())
    return [str(one.value) for one in names_in(made)] if list(made.extensions) else []


def test_hosts_become_names_of_their_kind():
    """Addresses of both families, bare or in brackets; names with a dot behind or an underscore; each once, in their order."""
    hosts = ("B.example", "192.0.2.7", "::1", "[2001:DB8::5]", "a_1.example.", "b.EXAMPLE", " nc117031 ", "65.66.67.68", "97.98.99.100")

    assert ["b.example", "192.0.2.7", "::1", "2001:db8::5", "a_1.example", "nc117031", "65.66.67.68", "97.98.99.100"] == hosts_in(*hosts)


def test_what_is_no_host_is_left_out():
    """Neither an address nor a host name; and without any name there is no extension at all."""
    hosts = (
        "",
        ".",
        "a b",
        "*.example",
        "-a",
        "a-",
        "a..b",
        "x" * 64,
        "a." * 130 + "b",
        "1.2.3",
        "10.0.0.256",
        "fe80::1%eth0",
        "ü.example",
        "a\0",
        "http://a",
        "[]",
        "_",
    )

    assert [] == hosts_in(*hosts)


@pytest.mark.parametrize(
    ("key", "subject", "kind"),
    [(b"", ODD, ("broken", "der")), (None, b"", "bad-der"), (None, b"\x30\x02\x05\0", "bad-der"), ("x25519", ODD, "cannot-sign")],
)
def test_what_is_no_request(key, subject, kind):
    """No key, no name, a key that signs nothing."""
    private = clear(key_of(key) if isinstance(key, str) else make_key()) if key != b"" else Secret(b"")

    assert kind == refused(make_request, private, subject, ())


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["rsa", "ec", "ec521", "dsa", "ed25519", "ed448"])
def test_a_certificate_says_what_was_asked_for(kind):
    """Read by the project's own reader, for every kind of CA."""
    made, issuer = read_certificate(signed(kind)), read_certificate(ca_of(kind)[1])

    assert is_issued_by(made, issuer)
    assert (3, 4711, spki_of(make_key())) == (made.version, made.serial, made.spki)
    assert (NOW - HOUR, NOW + 365 * DAY) == (made.not_before, made.not_after)
    assert (("digital_signature", "key_encipherment"), HOSTS) == (made.key_usage, made.names)
    assert (False, True) == (made.is_ca, made.is_whole)


def test_the_digest_is_sha256():
    """Whatever digest the CA's own certificate has."""
    ca = (make_key(number=1), der_of(make_certificate(key=make_key(number=1), digest="SHA512", extensions=(CA,))))

    assert ["sha256", "sha256"] == [read_certificate(one).digest for one in (signed(ca=ca), signed("ec"))]


def test_the_library_reads_every_extension():
    """Which are there, which of them are critical, and what they hold."""
    made = x509.load_der_x509_certificate(signed(), default_backend())
    values = {type(one.value).__name__: one.value for one in made.extensions}

    assert ["BasicConstraints", "KeyUsage"] == [type(one.value).__name__ for one in made.extensions if one.critical]
    assert x509.BasicConstraints(ca=False, path_length=None) == values["BasicConstraints"]
    assert [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH] == list(values["ExtendedKeyUsage"])
    assert x509.SubjectKeyIdentifier.from_public_key(make_key().public_key()) == values["SubjectKeyIdentifier"]
    assert b"its own identifier" == values["AuthorityKeyIdentifier"].key_identifier
    assert (6, True) == (len(values), bytes.fromhex("0603551d0f0101ff0404030205a0") in signed())


def test_a_ca_without_an_identifier_is_given_none():
    """Nor are there names where no host can be one."""
    made = x509.load_der_x509_certificate(signed(ca=ca_of(with_identifier=False), hosts=("*",)), default_backend())

    assert ["BasicConstraints", "KeyUsage", "ExtendedKeyUsage", "SubjectKeyIdentifier"] == [type(one.value).__name__ for one in made.extensions]


def test_the_key_of_a_curve_enciphers_nothing():
    """RFC 8813: keyEncipherment is for RSA alone."""
    assert ("digital_signature",) == read_certificate(signed(spki=spki_of(key_of("ec")))).key_usage


def odd_ca(name):
    """A CA with a name of odd bytes: its key, and a certificate that its key need not have signed."""
    fields = list(fields_of(ca_of()[1]))
    body = der.wrap(der.SEQUENCE, *fields[:3], name, fields[4], name, *fields[6:])
    return ca_of()[0], der.wrap(der.SEQUENCE, body, *split_der(ca_of()[1])[1:])


def test_names_go_in_byte_for_byte():
    """The subject's and the CA's, T61String and BMPString as they are."""
    made = fields_of(signed(subject=ODD, ca=odd_ca(ODD)))

    assert [ODD, ODD] == [made[3], made[5]]


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        (NOW + 0.9, 1, (b"\x17\x0d261124110000Z", b"\x17\x0d261125120000Z")),
        (2524607999.0, 1, (b"\x17\x0d491231225959Z", b"\x18\x0f20500101235959Z")),
        (2524611600.0, 1, (b"\x18\x0f20500101000000Z", b"\x18\x0f20500102010000Z")),
        (1582891200.0, 1, (b"\x17\x0d200228110000Z", b"\x17\x0d200229120000Z")),
        (0.0, 10**9, (b"\x17\x0d691231230000Z", b"\x18\x0f99991231235959Z")),
    ],
)
def test_times_are_written_as_rfc_5280_wants(now, days, expected):
    """UTCTime until 2049, then GeneralizedTime, and nothing after the year 9999."""
    made = fields_of(signed(now=now, days=days))[4]

    assert der.wrap(der.SEQUENCE, *expected) == made


@pytest.mark.parametrize("serial", [1, 127, 128, (1 << 159) - 1])
def test_serials_are_written_positive(serial):
    """With a zero before a first bit that is set, and none else."""
    assert serial == x509.load_der_x509_certificate(signed(serial=serial), default_backend()).serial_number


def pss_ca():
    """A CA whose certificate says that its RSA key is for PSS alone; its own signature is of no matter."""
    key, certificate = ca_of()
    algorithm = bytes.fromhex("300b06092a864886f70d01010a")
    fields = list(fields_of(certificate))
    fields[6] = der.wrap(der.SEQUENCE, algorithm, split_der(fields[6])[1])
    return key, der.wrap(der.SEQUENCE, der.wrap(der.SEQUENCE, *fields), *split_der(certificate)[1:])


def test_a_pss_key_signs_with_pss():
    """What such a CA would sign with PKCS #1 v1.5, OpenSSL would refuse."""
    made = signed(ca=pss_ca())

    assert bytes.fromhex("06092a864886f70d01010a") in split_der(made)[1]
    assert ("sha256", True) == (read_certificate(made).digest, is_issued_by(read_certificate(made), read_certificate(pss_ca()[1])))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"ca": (make_key(), ca_of()[1])}, "cannot-sign"), ({"ca": (key_of("ec"), ca_of()[1])}, "cannot-sign"), ({"ca": (key_of("x25519"), ca_of()[1])}, "cannot-sign"),
        ({"ca": (make_key(), b"\x30\0")}, "bad-der"), ({"subject": b"\5\0"}, "bad-der"), ({"spki": b"\x30\0"}, "bad-der"), ({"spki": b""}, "bad-der"),
    ],
)  # fmt: skip
def test_what_is_not_signed(change, kind):
    """Another's key, one that signs nothing, and parts that are not what they should be."""
    assert kind == refused(signed, **change)


# -- the CA ------------------------------------------------------------------------------------------------------------

BEGIN, END = 1793491200.0, 1825027200.0  # of the sample certificates


def usage(**changes):
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{one: changes.get(one, False) for one in names})


@pytest.mark.parametrize("extensions", [(CA,), (CA, usage(key_cert_sign=True)), (), (usage(key_cert_sign=True),)])
def test_a_ca_that_may_sign(extensions):
    """One that says so, and one that says nothing about it; at the first and the last second too."""
    key, certificate = ca_of(extensions=extensions)

    assert [None, None, None] == [hold_ca(certificate, clear(key), now=now) for now in (BEGIN, NOW, END)]


@pytest.mark.parametrize("kind", ["ed25519", "ed448"])
def test_a_ca_of_version_1(kind):
    """It cannot say what it is, and is accepted."""
    key, certificate = ca_of(kind)

    assert 1 == read_certificate(certificate).version
    assert hold_ca(certificate, clear(key), now=NOW) is None


@pytest.mark.parametrize(
    ("extensions", "key", "now", "kind"),
    [
        ((CA,), make_key(), NOW, "ca-no-match"),
        ((CA,), make_key(number=1), BEGIN - 1, "ca-early"),
        ((CA,), make_key(number=1), END + 1, "ca-expired"),
        ((x509.BasicConstraints(ca=False, path_length=None),), make_key(number=1), NOW, "ca-not-ca"),
        ((CA, usage(digital_signature=True)), make_key(number=1), NOW, "ca-not-ca"),
        ((usage(crl_sign=True),), make_key(number=1), NOW, "ca-not-ca"),
    ],
)
def test_a_ca_that_may_not_sign(extensions, key, now, kind):
    """Another's key, out of its time, or no CA by its own words."""
    assert kind == refused(hold_ca, ca_of(extensions=extensions)[1], clear(key), now=now)


# -- what a person gives -----------------------------------------------------------------------------------------------

LOCK = BestAvailableEncryption(PASSWORD)


def forms_of(text, binary):
    """A file in the forms in which it may come."""
    words = text.decode("ascii")
    return {
        "pem": text, "crlf": text.replace(b"\n", b"\r\n"), "text before": b"Bag Attributes\n" + text, "bom": b"\xef\xbb\xbf" + text,
        "utf-16": words.encode("utf-16"), "ebcdic": words.encode("cp037").replace(b"\x25", b"\x15"), "der": binary, "der, line end": binary + b"\r\n",
    }  # fmt: skip


FORMS = ("pem", "crlf", "text before", "bom", "utf-16", "ebcdic", "der", "der, line end")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lock", [NoEncryption(), LOCK], ids=["clear", "locked"])
def test_the_cas_key_in_every_form(form, lock):
    """Text in any encoding, or DER; locked or not; a password that is not needed does no harm."""
    texts = [make_key(number=1).private_bytes(encoding, PrivateFormat.PKCS8, lock) for encoding in (Encoding.PEM, Encoding.DER)]

    assert clear(make_key(number=1)).reveal() == read_ca_key(forms_of(*texts)[form], RIGHT).reveal()


@pytest.mark.parametrize("kind", ["rsa", "ec", "dsa"])
def test_the_cas_key_in_traditional_der(kind):
    """Its kind is told by its structure."""
    assert clear(key_of(kind)).reveal() == read_ca_key(clear(key_of(kind), "TraditionalOpenSSL").reveal(), None).reveal()


def test_the_cas_key_as_openssl_locks_it():
    """`openssl genrsa -des3` of OpenSSL 1 and 3."""
    texts = [openssl("rsa", *more, "-des3", "-passout", "pass:" + PASSWORD.decode(), given=plain_pem(make_key())) for more in (("-traditional",), ())]

    assert [clear(make_key()).reveal()] * 2 == [read_ca_key(text, RIGHT).reveal() for text in texts]


def forever():
    """A key whose lock wants 2^31 rounds, as DER."""
    locked = make_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, LOCK)
    outer = split_der(locked)
    name, parameters = split_der(outer[0])
    derivation, cipher = split_der(parameters)
    function, values = split_der(derivation)
    salt, _, *rest = split_der(values)
    slow = der.wrap(der.SEQUENCE, function, der.wrap(der.SEQUENCE, salt, b"\2\4\x7f\xff\xff\xff", *rest))
    return der.wrap(der.SEQUENCE, der.wrap(der.SEQUENCE, name, der.wrap(der.SEQUENCE, slow, cipher)), outer[1])


LOCKED = make_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, LOCK)
BAD_KEYS = {
    "nothing": (b"", "none"), "blanks": (b" \n", "none"), "text": (b"0123\n", "none"), "certificate": (make_certificate(), "none"),
    "certificate, DER": (ca_of()[1], "none"), "public key, DER": (spki_of(make_key()), "none"), "empty sequence": (b"\x30\0", "none"),
    "openssh": (pem.write_block("OPENSSH PRIVATE KEY", b"openssh-key-v1\0"), "none"), "binary": (bytes(range(128, 256)), "none"),
    "two": (plain_pem(make_key()) * 2, "broken"), "cut": (plain_pem(make_key())[:600], ("broken", "no-end")),
    "cut, DER": (clear(make_key()).reveal()[:600], "none"), "junk inside": (pem.write_block("PRIVATE KEY", b"\x30\3\2\1\0"), ("broken", "der")),
    "locked": (LOCKED, "password"), "for ever": (forever(), "forever"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_KEYS)
def test_what_is_no_key_of_a_ca(name):
    """Each by its kind, and nothing is derived where that would not end."""
    content, kind = BAD_KEYS[name]

    assert kind == refused(read_ca_key, content, RIGHT if name == "for ever" else None)


@pytest.mark.parametrize("password", [b"another", b"", b"x" * 2000])
def test_the_cas_key_with_a_wrong_password(password):
    """Whatever the password is."""
    assert "wrong-password" == refused(read_ca_key, LOCKED, Secret(password))


def test_the_cas_key_with_an_unknown_lock():
    """Nothing is said of the password where it could not be tried."""
    name = bytes.fromhex("060b2a831a8c9a4b3d01010104")  # no cipher that anybody knows
    known = bytes.fromhex("060960864801650304012a")
    binary = make_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, LOCK)
    outer = split_der(binary)
    scheme, parameters = split_der(outer[0])
    derivation, cipher = split_der(parameters)
    cipher = der.wrap(der.SEQUENCE, name, split_der(cipher)[1])
    changed = der.wrap(der.SEQUENCE, der.wrap(der.SEQUENCE, scheme, der.wrap(der.SEQUENCE, derivation, cipher)), outer[1])

    assert known in binary
    assert "unknown-cipher" == refused(read_ca_key, changed, RIGHT)


@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_in_every_form(form):
    """The first of a file, in text of any encoding, or DER."""
    own = signed()

    assert own == read_certificate_given(forms_of(pem_of(own) + pem_of(ca_of()[1]), own)[form])


def pkcs7(*certificates):
    """A SignedData that holds them and signs nothing."""
    data, signed_data = bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702")
    inside = der.wrap(der.SEQUENCE, b"\2\1\1", der.wrap(der.SET), der.wrap(der.SEQUENCE, data), der.wrap(0xA0, *certificates), der.wrap(der.SET))
    return der.wrap(der.SEQUENCE, signed_data, der.wrap(0xA0, inside))


@pytest.mark.parametrize("label", ["PKCS7", "CERTIFICATE", None])
@pytest.mark.parametrize("turn", [1, -1])
def test_the_leaf_of_a_pkcs7(label, turn):
    """In either order and form, under the label that Windows writes too."""
    own = signed()
    made = pkcs7(*(own, ca_of()[1], own)[::turn])

    assert own == read_certificate_given(pem.write_block(label, made) if label else made)


def test_the_leaf_of_a_pkcs7_with_a_stranger():
    """A root that issued nothing there is not taken for the certificate that was sent."""
    root = der_of(make_certificate(key=make_key(number=1), name=name_of(CN="another root"), extensions=(CA,)))

    assert signed() == read_certificate_given(pkcs7(root, signed()))


@pytest.mark.parametrize("certificates", [1, 2])
def test_a_pkcs7_by_openssl(certificates, tmp_path):
    """What `openssl crl2pkcs7` writes."""
    own = tmp_path / "own.pem"
    own.write_bytes(pem_of(signed()) + pem_of(ca_of()[1]) * (certificates - 1))

    assert signed() == read_certificate_given(openssl("crl2pkcs7", "-nocrl", "-certfile", str(own)))


def test_a_trusted_certificate():
    """OpenSSL's own form, with trust settings behind it."""
    made = openssl("x509", "-trustout", "-addtrust", "serverAuth", given=pem_of(signed()))

    assert b"TRUSTED" in made
    assert signed() == read_certificate_given(made)


BAD_CERTIFICATES = {
    "nothing": (b"", "none"), "text": (b"hello", "none"), "set": (b"\x31\0", "none"), "DER and more": (ca_of()[1] + b"x", "none"), "key": (plain_pem(make_key()), "none"), "request": (pem.write_block("CERTIFICATE REQUEST", b"x"), "none"),
    "empty PKCS#7": (pkcs7(), "none"), "two leaves": (pkcs7(signed(), signed(subject=ODD)), ("broken", "several")),
    "key, DER": (clear(make_key()).reveal(), ("broken", "bad-der")), "cut": (make_certificate()[:300], ("broken", "no-end")),
    "junk": (pem.write_block("CERTIFICATE", b"x"), ("broken", "bad-der")), "junk in PKCS#7": (pkcs7(b"\x30\0"), ("broken", "bad-der")),
    "tail": (pem.write_block("CERTIFICATE", ca_of()[1] + b"\0"), ("broken", "bad-der")), "trusted junk": (pem.write_block("TRUSTED CERTIFICATE", b"x"), ("broken", "bad-der")),
    "one line": (make_certificate().replace(b"\n", b""), ("broken", "bad-armour")), "many": (pkcs7(signed(), *[ca_of()[1]] * 100), ("broken", "bad-der")),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_CERTIFICATES)
def test_what_is_no_certificate(name):
    """Each by its kind."""
    content, kind = BAD_CERTIFICATES[name]

    assert kind == refused(read_certificate_given, content)


JUNK = {
    "nul": b"\0" * MIB, "sequences": b"\x30\0" * (MIB // 2), "deep": b"\x30\x80" * (MIB // 2), "lines": b"\n" * MIB, "dashes": b"-" * MIB, "0": b"0" * MIB,
    "begins": b"-----BEGIN CERTIFICATE-----\n" * (MIB // 28), "blocks": pem.write_block("CERTIFICATE", b"x") * (MIB // 58),
    "pkcs7": pkcs7(*[b"\x30\0"] * (MIB // 2)), "one value": der.wrap(der.SEQUENCE, b"\0" * MIB), "integers": der.wrap(der.SEQUENCE, b"\2\0" * (MIB // 2)),
    "a long number": der.wrap(der.SEQUENCE, der.wrap(der.INTEGER, b"\x7f" * MIB)), "base64": base64.b64encode(b"x" * (MIB * 3 // 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", JUNK)
@pytest.mark.parametrize("read", [read_certificate_given, lambda content: read_ca_key(content, RIGHT)], ids=["certificate", "key"])
def test_a_mebibyte_of_junk_is_refused_soon(name, read):
    """No time but that of its size; 1 s and not more when the machine has nothing else to do."""
    start = time.monotonic()
    kind = refused(read, JUNK[name])

    assert (kind[0] if isinstance(kind, tuple) else kind) in ("none", "broken")
    assert time.monotonic() - start < 5


# -- what the real tools say -------------------------------------------------------------------------------------------


@pytest.fixture
def verify(tmp_path):
    """`openssl verify` of a certificate against a CA."""

    def call(certificate, ca, *more):
        (tmp_path / "own.pem").write_bytes(pem_of(certificate))
        (tmp_path / "ca.pem").write_bytes(pem_of(ca))
        return run("openssl", "verify", "-attime", int(NOW), *more, "-CAfile", tmp_path / "ca.pem", tmp_path / "own.pem")

    return call


@pytest.mark.real
@pytest.mark.parametrize("kind", ["rsa", "ec", "ec521", "dsa", "ed25519", "ed448"])
def test_openssl_verifies_it(kind, verify):
    """For either purpose, with CAs of every kind; and the name of its host."""
    for purpose, name in (("sslserver", HOSTS[0]), ("sslclient", HOSTS[0])):
        assert b": OK" in verify(signed(kind), ca_of(kind)[1], "-purpose", purpose, "-verify_hostname", name, "-verify_ip", HOSTS[1])


def strict_ca():
    """A CA that keeps to RFC 5280: basicConstraints critical, a key usage, an identifier of its own."""
    key, certificate = ca_of()
    extensions = ("300f0603551d130101ff040530030101ff", "300e0603551d0f0101ff040403020106", "300e0603551d0e0407040530313233ff")
    fields = list(fields_of(certificate))
    fields[-1] = der.wrap(0xA3, der.wrap(der.SEQUENCE, *map(bytes.fromhex, extensions)))
    body = der.wrap(der.SEQUENCE, *fields)
    return key, der.wrap(der.SEQUENCE, body, fields[2], der.wrap(der.BIT_STRING, b"\0", key.sign(body, padding.PKCS1v15(), hashes.SHA256())))


@pytest.mark.real
def test_openssl_verifies_it_by_its_strictest_rules(verify):
    """RFC 5280 to the letter, with a CA that keeps to it too."""
    assert b": OK" in verify(signed(ca=strict_ca()), strict_ca()[1], "-x509_strict", "-purpose", "sslserver")


@pytest.mark.real
def test_openssl_shows_it(tmp_path):
    """`openssl x509 -text` has every line."""
    (tmp_path / "own.pem").write_bytes(pem_of(signed(subject=ODD)))
    text = run("openssl", "x509", "-noout", "-text", "-in", tmp_path / "own.pem").decode()

    for line in ("Version: 3", "Serial Number: 4711", "Not Before: Nov 24 11:00:00 2026", "DNS:nc117031.example.com, IP Address:192.0.2.7", "CA:FALSE",
                 "Digital Signature, Key Encipherment", "TLS Web Server Authentication, TLS Web Client Authentication"):  # fmt: skip
        assert line in text


@pytest.mark.real
@pytest.mark.parametrize("ca", [ca_of, lambda: odd_ca(ODD)], ids=["usual", "odd"])
def test_keytool_shows_it(tmp_path, ca):
    """Java reads it, odd names too."""
    own = tmp_path / "own.pem"
    own.write_bytes(pem_of(signed(subject=ODD if ca is not ca_of else None, ca=ca())))
    text = run("keytool", "-J-Duser.language=en", "-printcert", "-file", own).decode(errors="replace")

    assert "Serial number: 1267" in text
    assert "DNSName: nc117031.example.com" in text


@pytest.mark.real
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_openssl_opens_the_lock(kind, tmp_path):
    """A locked key, by the password alone."""
    (tmp_path / "key.pem").write_bytes(lock_key(clear(key_of(kind)), RIGHT).reveal())
    made = run("openssl", "pkey", "-in", tmp_path / "key.pem", "-passin", "stdin", stdin=PASSWORD)

    assert clear(key_of(kind)).reveal() == clear(load_pem_private_key(made, None, default_backend())).reveal()


@pytest.mark.real
def test_openssl_signs_the_request(tmp_path, verify):
    """Step 8 of the procedure, for a request of ours."""
    key, ca = ca_of()
    (tmp_path / "ca.key").write_bytes(plain_pem(key))
    (tmp_path / "ca.crt").write_bytes(pem_of(ca))
    (tmp_path / "own.csr").write_bytes(make_request(clear(make_key()), ODD, HOSTS))
    made = run("openssl", "x509", "-req", "-CA", tmp_path / "ca.crt", "-CAkey", tmp_path / "ca.key", "-set_serial", 5, "-in", tmp_path / "own.csr")

    assert ODD == read_certificate(der_of(made)).subject_der

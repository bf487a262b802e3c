"""Certificates: everything odd that OpenSSL reads is read, nothing that it refuses is, and who signed whom."""

import datetime as dt
import random
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding
from cryptography.x509.oid import ExtendedKeyUsageOID

from codec_samples import locked_pem, make_certificate, make_key, name_of, openssl, plain_pem, spki_of, split_der
from ita_doctor.codecs import der, pem
from ita_doctor.codecs.cert import describe_name, is_issued_by, read_certificate, read_certificates
from ita_doctor.codecs.pem import scan
from ita_doctor.model.artifact import BadArtifact, PemFault

SHA256_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
VERSION, SERIAL, ALGORITHM, ISSUER, VALIDITY, SUBJECT, SPKI, EXTENSIONS = range(8)
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
UTF8, PRINTABLE, T61, BMP = 0x0C, 0x13, 0x14, 0x1E


def is_self_signed(certificate):
    """Whether it issued itself."""
    return is_issued_by(certificate, certificate)


def der_of(text):
    return scan(text.decode()).blocks[0].data.reveal()


def read(text):
    return read_certificate(der_of(text))


def refused(call, *args):
    """The BadArtifact that *call* raises."""
    with pytest.raises(BadArtifact) as caught:
        call(*args)
    return caught.value


def rebuilt(changes, *, leave_out=(), algorithm=SHA256_RSA):
    """The certificate with fields changed by hand, signed again."""
    fields = list(split_der(split_der(der_of(make_certificate(extensions=EVERY)))[0]))
    for at, value in changes.items():
        fields[at] = value
    body = der.wrap(der.SEQUENCE, *(field for at, field in enumerate(fields) if at not in leave_out))
    signature = make_key().sign(body, padding.PKCS1v15(), hashes.SHA256())
    return der.wrap(der.SEQUENCE, body, algorithm, der.wrap(der.BIT_STRING, b"\0", signature))


def name(*values, oid=b"\x55\x04\x03"):
    """A name by tags and bytes, as old tools wrote them."""
    parts = [der.wrap(der.SEQUENCE, der.wrap(der.OID, oid), der.wrap(tag, raw)) for tag, raw in values]
    return der.wrap(der.SEQUENCE, *(der.wrap(der.SET, part) for part in parts))


def validity(begin, end, tag=UTC_TIME):
    return der.wrap(der.SEQUENCE, der.wrap(tag, begin), der.wrap(tag, end))


def extension(oid, value):
    return der.wrap(der.SEQUENCE, der.wrap(der.OID, oid), der.wrap(der.OCTET_STRING, value))


def extensions(*each):
    return der.wrap(0xA3, der.wrap(der.SEQUENCE, *each))


def openssl_loads(content, folder, *, own=True):
    """Whether OpenSSL takes *content* for a trusted certificate and for the agent's own (that the key does not fit is no matter)."""
    (folder / "c.pem").write_bytes(pem.write_block("CERTIFICATE", content))
    (folder / "k.pem").write_bytes(plain_pem(make_key()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        context.load_verify_locations(folder / "c.pem")
        if own:
            context.load_cert_chain(folder / "c.pem", folder / "k.pem")
    except ssl.SSLError as why:
        return str(why.reason).endswith("_MISMATCH")
    return True


EVERY = (
    x509.BasicConstraints(ca=False, path_length=None),
    x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=True, data_encipherment=False, key_agreement=False,
        key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    ),
    x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
    x509.SubjectAlternativeName([x509.DNSName("nc117031.example"), x509.RFC822Name("a@example"), x509.DNSName("nc117031")]),
)  # fmt: skip


def test_all_fields():
    """Every field is what the library says it is."""
    text = make_certificate(extensions=EVERY)
    library = x509.load_pem_x509_certificate(text, default_backend())
    found = read(text)

    assert ("CN=nc117031,O=Example,C=IT",) * 2 == (found.subject, found.issuer)
    assert library.subject.public_bytes(default_backend()) == found.subject_der == found.issuer_der
    assert (4711, 3, "sha256") == (found.serial, found.version, found.digest)
    assert (dt.datetime(2026, 11, 1), dt.datetime(2027, 11, 1)) == tuple(map(utc, (found.not_before, found.not_after)))
    assert (spki_of(make_key()), "RSA", 2048) == (found.spki, found.algorithm, found.bits)
    assert library.fingerprint(hashes.SHA256()).hex() == found.sha256
    assert (("nc117031",), ("nc117031.example", "nc117031")) == (found.common_names, found.names)
    assert (False, ("digital_signature", "key_encipherment")) == (found.is_ca, found.key_usage)
    assert ("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2") == found.extended_usage
    assert (der_of(text), 0) == (found.der, found.line)


def utc(seconds):
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)


def test_what_is_absent():
    """A certificate without extensions says nothing of its use."""
    found = read(make_certificate())

    assert ((), False, None, None) == (found.names, found.is_ca, found.key_usage, found.extended_usage)


def test_what_step_8_makes(tmp_path):
    """The procedure's certificate has version 1."""
    (tmp_path / "k.pem").write_bytes(plain_pem(make_key()))
    request = openssl("req", "-new", "-key", str(tmp_path / "k.pem"), "-subj", "/C=IT/O=Example/CN=nc117031")
    text = openssl("x509", "-req", "-days", "365", "-signkey", str(tmp_path / "k.pem"), given=request)

    assert ("CN=nc117031,O=Example,C=IT", 2048) == (read(text).subject, read(text).bits)
    assert read(text).version in (1, 3)
    assert 1 == read_certificate(rebuilt({}, leave_out=(VERSION, EXTENSIONS))).version


ODD = {
    "serial 0": (lambda: rebuilt({SERIAL: b"\2\1\0"}), "serial", 0),
    "negative serial": (lambda: rebuilt({SERIAL: b"\2\1\xfb"}), "serial", -5),
    "long serial": (lambda: rebuilt({SERIAL: der.wrap(2, b"\1" * 40)}), "serial", int.from_bytes(b"\1" * 40, "big")),
    "version 1 written out": (lambda: rebuilt({VERSION: bytes.fromhex("a003020100")}, leave_out=(EXTENSIONS,)), "version", 1),
    "extensions in version 1": (lambda: rebuilt({}, leave_out=(VERSION,)), "version", 1),
    "T61String": (lambda: rebuilt({SUBJECT: name((T61, b"M\xfcller"))}), "subject", "CN=M\xfcller"),
    "UTF-8 in a T61String": (lambda: rebuilt({SUBJECT: name((T61, "Müller".encode()))}), "subject", "CN=M\xfcller"),
    "Latin-1 in a PrintableString": (lambda: rebuilt({SUBJECT: name((PRINTABLE, b"M\xfcller"))}), "subject", "CN=M\xfcller"),
    "underscore in a PrintableString": (lambda: rebuilt({ISSUER: name((PRINTABLE, b"a_b*c@d"))}), "issuer", "CN=a_b*c@d"),
    "BMPString": (lambda: rebuilt({SUBJECT: name((BMP, "M\xfcller".encode("utf-16-be")))}), "subject", "CN=M\xfcller"),
    "country of three letters": (lambda: rebuilt({SUBJECT: name((PRINTABLE, b"ITA"), oid=b"\x55\x04\x06")}), "subject", "C=ITA"),
    "empty name": (lambda: rebuilt({SUBJECT: b"0\0"}), "subject", ""),
    "empty value": (lambda: rebuilt({SUBJECT: name((UTF8, b""))}), "subject", "CN="),
    "year 9999": (lambda: rebuilt({VALIDITY: validity(b"20260101000000Z", b"99991231235959Z", GENERALIZED_TIME)}), "not_after", 253402300799.0),
    "year 1950": (lambda: rebuilt({VALIDITY: validity(b"500101000000Z", b"491231235959Z")}), "not_before", -631152000.0),
    "year 2049": (lambda: rebuilt({VALIDITY: validity(b"500101000000Z", b"491231235959Z")}), "not_after", 2524607999.0),
    "leap day": (lambda: rebuilt({VALIDITY: validity(b"240229120000Z", b"240301000000Z")}), "not_before", 1709208000.0),
    "year 1": (lambda: rebuilt({VALIDITY: validity(b"00010101000000Z", b"20260101000000Z", GENERALIZED_TIME)}), "not_before", -62135596800.0),
    "short time as GeneralizedTime": (lambda: rebuilt({VALIDITY: validity(b"20200101000000Z", b"20260101000000Z", GENERALIZED_TIME)}), "not_after", 1767225600.0),
    "broken extension": (lambda: rebuilt({EXTENSIONS: extensions(extension(b"\x55\x1d\x0f", b"\4\0"))}), "key_usage", None),
    "extension twice": (lambda: rebuilt({EXTENSIONS: extensions(*[extension(b"\x55\x1d\x0f", b"\3\2\5\xa0")] * 2)}), "key_usage", ("digital_signature", "key_encipherment")),
    "one broken, one good": (lambda: rebuilt({EXTENSIONS: extensions(extension(b"\x55\x1d\x11", b"junk"), extension(b"\x55\x1d\x13", b"0\3\1\1\xff"))}), "is_ca", True),
    "odd alternative names": (lambda: rebuilt({EXTENSIONS: extensions(extension(b"\x55\x1d\x11", ODD_NAMES))}), "names", ("\xe9.b", "10.0.0.1")),
    "IPv6": (lambda: rebuilt({EXTENSIONS: extensions(extension(b"\x55\x1d\x11", b"0\x12\x87\x10" + bytes(15) + b"\1"))}), "names", ("::1",)),
    "unknown key": (lambda: rebuilt({SPKI: bytes.fromhex("300a300406022a030302000a")[:12]}), "algorithm", "1.2.3"),
    "RSA without NULL": (lambda: rebuilt({SPKI: without_null(spki_of(make_key()))}), "spki", spki_of(make_key())),
    "unknown digest": (lambda: rebuilt({ALGORITHM: bytes.fromhex("300406022a03")}, algorithm=bytes.fromhex("300406022a03")), "digest", ""),
}  # fmt: skip


ODD_NAMES = der.wrap(
    der.SEQUENCE, der.wrap(0x82, b"\xe9.b"), der.wrap(0x87, b"\x0a\0\0\1"), der.wrap(0x87, b"12345"), der.wrap(0x88, b"\x2a"), der.wrap(0x86, b"\xff")
)


def without_null(spki):
    return der.wrap(der.SEQUENCE, bytes.fromhex("300b06092a864886f70d010101"), split_der(spki)[1])


NOT_AS_OWN = ("broken extension", "extension twice", "one broken, one good", "odd alternative names", "unknown key")
"""OpenSSL takes these as trusted, not as one's own (measured with 3.0; 1.0 looks at extensions only when it verifies)."""


@pytest.mark.parametrize("what", ODD)
def test_odd_certificates_are_read(what, tmp_path):
    """What OpenSSL loads is read, and the field in question is what it should be."""
    make, field, value = ODD[what]
    content = make()

    assert value == getattr(read_certificate(content), field)
    assert openssl_loads(content, tmp_path, own=what not in NOT_AS_OWN)


BAD = {
    "empty": lambda: b"",
    "text": lambda: b"hello",
    "cut": lambda: der_of(make_certificate())[:-1],
    "a byte behind": lambda: der_of(make_certificate()) + b"\0",
    "two": lambda: der_of(make_certificate()) * 2,
    "a request": lambda: split_der(der_of(make_certificate()))[0],
    "no UTF-8 in a UTF8String": lambda: rebuilt({SUBJECT: name((UTF8, b"M\xfcller"))}),
    "half a BMPString": lambda: rebuilt({SUBJECT: name((BMP, b"abc"))}),
    "no string": lambda: rebuilt({SUBJECT: name((0x05, b""))}),
    "no name": lambda: rebuilt({SUBJECT: b"\x30\x03\x02\x01\x05"}),
    "version 9": lambda: rebuilt({VERSION: bytes.fromhex("a003020108")}),
    "no key": lambda: rebuilt({SPKI: b"0\0"}),
    "RSA key of junk": lambda: rebuilt({SPKI: bytes.fromhex("3013300d06092a864886f70d010101050003020041")}),
    "extensions of junk": lambda: rebuilt({EXTENSIONS: b"\xa3\x03\x02\x01\x05"}),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_certificates_are_refused(what, tmp_path):
    """What OpenSSL refuses is bad DER."""
    content = BAD[what]()

    assert "bad-der" == refused(read_certificate, content).kind
    assert what in ("version 9", "extensions of junk") or not openssl_loads(content, tmp_path)


@pytest.mark.parametrize(
    "when", [b"261301000000Z", b"2611010000Z", b"26110100000Z", b"261101250000Z", b"261101000000+0100", b"junk", b"", b"26110\xff000000Z"]
)
def test_dates_that_are_none(when):
    """OpenSSL loads a certificate whose date is none, and then calls it neither valid nor expired; it is refused here."""
    assert "bad-der" == refused(read_certificate, rebuilt({VALIDITY: validity(when, b"271101000000Z")})).kind


def test_random_damage(tmp_path):
    """Of some hundreds of damaged certificates none is read that OpenSSL would not take as trusted."""
    chance = random.Random(20261124)
    good = der_of(make_certificate(extensions=EVERY))
    wrong = []
    for _ in range(600):
        data = bytearray(good)
        at = chance.randrange(len(data) if chance.random() < 0.3 else 300)
        if chance.random() < 0.8:
            data[at] ^= 1 << chance.randrange(8)
        elif chance.random() < 0.5:
            del data[at]
        else:
            data.insert(at, chance.randrange(256))
        try:
            read_certificate(bytes(data))
        except BadArtifact:
            continue
        if not openssl_loads(bytes(data), tmp_path, own=False):
            wrong.append((at, bytes(data[at - 4 : at + 4]).hex()))

    assert [] == wrong


def test_bundle():
    """The certificates of a file in their order with their lines, other blocks and text beside them."""
    one, other = make_certificate(), make_certificate(key=make_key(number=1), name=name_of(CN="nc060201"))
    text = b"server.pem\n" + one + other.replace(b"\n", b"\r\n") + locked_pem(make_key())
    held = read_certificates(scan(text.decode()))

    assert ["CN=nc117031,O=Example,C=IT", "CN=nc060201"] == [each.subject for each in held.certificates]
    assert [2, 2 + one.count(b"\n")] == [each.line for each in held.certificates]
    assert (("ENCRYPTED PRIVATE KEY", 2 + (one + other).count(b"\n")),) == held.others
    assert ((1, False),) == held.outside


def test_labels_of_certificates():
    """X509 and TRUSTED certificates are certificates; the trust settings are cut off."""
    content = der_of(make_certificate())
    aux = bytes.fromhex("300c300a06082b06010505070301")

    for text in (
        pem.write_block("X509 CERTIFICATE", content),
        pem.write_block("TRUSTED CERTIFICATE", content),
        pem.write_block("TRUSTED CERTIFICATE", content + aux),
    ):
        assert content == read_certificates(scan(text.decode())).certificates[0].der


def block(label):
    return lambda: pem.write_block(label, b"0\3\2\1\0")


INSTEAD = {
    "text": (lambda: b"hello\n", "none", None),
    "request": (block("CERTIFICATE REQUEST"), "request", 1),
    "new request": (block("NEW CERTIFICATE REQUEST"), "request", 1),
    "key": (lambda: plain_pem(make_key()), "private-key", 1),
    "broken key": (lambda: plain_pem(make_key())[:200], "private-key", 1),
    "public key": (block("PUBLIC KEY"), "public-key", 1),
    "PKCS7": (block("PKCS7"), "pkcs7", 1),
    "CRL": (block("X509 CRL"), "crl", 1),
    "something": (block("FOO"), "other", 1),
    "parameters and key": (lambda: block("EC PARAMETERS")() + plain_pem(make_key()), "private-key", 4),
    "cut": (lambda: make_certificate()[:500], "broken", 1),
    "one line": (lambda: make_certificate()[:-1] + make_certificate(), "broken", make_certificate().count(b"\n")),
    "one line with a key": (lambda: plain_pem(make_key())[:-1] + make_certificate(), "broken", 28),
    "broken beside": (lambda: make_certificate() + make_certificate()[1:], "broken", 1 + make_certificate().count(b"\n")),
    "bad DER": (block("CERTIFICATE"), "bad-der", 1),
    "second with bad DER": (lambda: make_certificate() + block("CERTIFICATE")(), "bad-der", 1 + make_certificate().count(b"\n")),
    "trust settings of junk": (lambda: pem.write_block("TRUSTED CERTIFICATE", der_of(make_certificate()) + b"xx"), "bad-der", 1),
}


@pytest.mark.parametrize("what", INSTEAD)
def test_what_stands_there_instead(what):
    """What a file holds in place of certificates, or where it is broken, is named with its line."""
    make, kind, line = INSTEAD[what]
    why = refused(read_certificates, scan(make().decode()))

    assert (kind, line) == (why.kind, why.line)


def test_fault_is_named():
    """A broken file says what is broken in it."""
    assert {"fault": "no-end"} == refused(read_certificates, scan(make_certificate().decode()[:500])).facts


def test_broken_key_beside_certificates():
    """A private key that does not belong there does not break the file, even where it is broken itself."""
    found = scan((make_certificate() + plain_pem(make_key())[:200]).decode())

    assert (PemFault("no-end", 1 + make_certificate().count(b"\n"), "PRIVATE KEY"),) == found.faults
    assert 1 == len(read_certificates(found).certificates)


def authority(key, **more):
    return make_certificate(key=key, name=name_of(CN="the CA"), **more)


def leaf(key, **more):
    return make_certificate(issuer=name_of(CN="the CA"), signer=key, **more)


@pytest.mark.parametrize("digest", ["SHA224", "SHA256", "SHA384", "SHA512"])
def test_issued_by_rsa(digest):
    """A certificate is its issuer's where the signature is."""
    key, other = make_key(number=1), make_key(number=2)
    signed = read(leaf(key, digest=digest))

    assert is_issued_by(signed, read(authority(key)))
    assert not is_issued_by(signed, read(authority(other)))
    assert (False, True) == (is_self_signed(signed), is_self_signed(read(authority(key))))


def test_issuer_of_another_name():
    """The right key under another name did not issue it."""
    assert not is_issued_by(read(leaf(make_key(number=1))), read(make_certificate(key=make_key(number=1))))


def test_issued_by_a_curve():
    """ECDSA and Ed25519 signatures verify, those of another key do not."""
    for make in (lambda: ec.generate_private_key(ec.SECP256R1(), default_backend()), ed25519.Ed25519PrivateKey.generate):
        key, other = make(), make()
        if hasattr(key, "curve"):
            assert is_issued_by(read(leaf(key)), read(authority(key)))
            assert not is_issued_by(read(leaf(key)), read(authority(other)))
            assert ("EC", 256) == (read(authority(key)).algorithm, read(authority(key)).bits)


def test_issued_by_dsa():
    """DSA signatures verify."""
    key = dsa.generate_private_key(1024, default_backend())

    assert is_self_signed(read(authority(key)))


@pytest.mark.parametrize("kind", [("ED25519",), ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"), ("RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048")])
@pytest.mark.parametrize("sigopt", [(), ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sha384")])
def test_signed_by_openssl(kind, sigopt, tmp_path):
    """What the real openssl signs with Ed25519 and RSA-PSS verifies."""
    if kind[0] == "ED25519" and sigopt:
        pytest.skip("Ed25519 has no padding")
    (tmp_path / "k.pem").write_bytes(openssl("genpkey", "-algorithm", *kind))
    text = openssl("req", "-x509", "-new", "-key", str(tmp_path / "k.pem"), "-subj", "/CN=x", *sigopt)
    found = read(text)
    spoilt = found._replace(der=found.der[:-1] + bytes((found.der[-1] ^ 1,)))

    assert (kind[0].capitalize() if kind[0] == "ED25519" else kind[0]) == found.algorithm
    assert "sha384" == found.digest if sigopt else found.digest in ("sha256", "sha512")
    assert is_self_signed(found)
    assert not is_self_signed(spoilt)


@pytest.mark.parametrize("kind", [("RSA", "-pkeyopt", "rsa_keygen_bits:2048"), ("EC", "-pkeyopt", "ec_paramgen_curve:P-256")])
def test_sha1_verifies(kind, tmp_path):
    """A signature with SHA-1 is weak, and yet a signature; new libraries make none any more."""
    (tmp_path / "k.pem").write_bytes(openssl("genpkey", "-algorithm", *kind))
    found = read(openssl("req", "-x509", "-new", "-sha1", "-key", str(tmp_path / "k.pem"), "-subj", "/CN=x"))

    assert "sha1" == found.digest
    assert is_self_signed(found)


def test_signature_that_is_no_signature():
    """Unknown algorithms, keys and contents are not verified, and nothing is raised."""
    good = read(make_certificate())
    unknown = read_certificate(rebuilt({ALGORITHM: bytes.fromhex("300406022a03")}, algorithm=bytes.fromhex("300406022a03")))
    differing = read_certificate(rebuilt({}, algorithm=bytes.fromhex("300d06092a864886f70d01010c0500")))

    assert is_self_signed(read_certificate(rebuilt({})))
    assert not is_issued_by(unknown, good)
    assert not is_issued_by(differing, good)
    assert not is_issued_by(good, good._replace(spki=b"junk"))
    assert not is_issued_by(good._replace(der=b"junk"), good)


def test_md5():
    """MD5 is named; whether it verifies is the library's affair, and nothing is raised."""
    body = split_der(rebuilt({ALGORITHM: bytes.fromhex("300d06092a864886f70d0101040500")}))[0]
    signature = openssl_md5(body)
    text = der.wrap(der.SEQUENCE, body, bytes.fromhex("300d06092a864886f70d0101040500"), der.wrap(der.BIT_STRING, b"\0", signature))

    assert "md5" == read_certificate(text).digest
    assert is_self_signed(read_certificate(text))


def openssl_md5(body):
    """The MD5 signature of *body* by arithmetic: libraries no longer make one."""
    import hashlib

    numbers = make_key().private_numbers()
    info = bytes.fromhex("3020300c06082a864886f70d020505000410") + hashlib.md5(body).digest()
    block = b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")


@pytest.mark.parametrize(
    ("name_der", "text"),
    [
        (name((UTF8, b"a, b+c=d")), "CN=a\\, b\\+c=d"),
        (name((UTF8, b" a ")), "CN=\\ a\\ "),
        (name((UTF8, b'#a"b\\<c>;')), 'CN=\\#a\\"b\\\\\\<c\\>\\;'),
        (name((UTF8, b"a\0b\x1b[2J\n")), "CN=a\\00b\\1B[2J\\0A"),
        (name((UTF8, b"x"), oid=b"\x2a\x03\x04"), "1.2.3.4=x"),
        (name((der.BIT_STRING, b"\0\1"), oid=b"\x55\x04\x2d"), "2.5.4.45=#03020001"),
        (name((UTF8, b"x" * 2000)), "CN=" + "x" * 996 + "\u2026"),
        (der.wrap(der.SEQUENCE, der.wrap(der.SET, *(split_der(name((UTF8, b"x")))[0][2:] for _ in (1, 2)))), "CN=x+CN=x"),
        (b"junk", "#6a756e6b"),
        (b"", "#"),
    ],
)
def test_names_for_people(name_der, text):
    """Names are written as RFC 4514 does, whatever they hold."""
    assert text == describe_name(name_der)


def test_dates_as_the_library_sees_them():
    """Days are counted as everybody counts them."""
    chance = random.Random(1)
    for _ in range(60):
        begin = dt.datetime(1951, 1, 1) + dt.timedelta(seconds=chance.randrange(3_000_000_000))
        found = read_certificate(rebuilt({VALIDITY: validity(begin.strftime("%Y%m%d%H%M%SZ").encode(), b"20491231235959Z", GENERALIZED_TIME)}))

        assert begin == utc(found.not_before)


def test_quick():
    """A certificate is read in well below a millisecond, 1,000 of a bundle in less than some seconds."""
    text = make_certificate(extensions=EVERY).decode()
    read_certificates(scan(text))
    begin = time.process_time()
    read_certificates(scan(text * 1000))

    assert time.process_time() - begin < 3


@pytest.mark.parametrize("content", [b"0" * (1 << 20), b"\x30\x80" * (1 << 19), b"\x30\x83\x0f\xff\xfb" + b"\x05\0" * (1 << 19), b"\x30\x84\x7f\xff\xff\xff" * 170_000,
                                     b"\x30\x83\x0f\xff\xfb\x06\x83\x0f\xff\xf6" + b"\x81" * 0xFFFF6, name(*[(UTF8, b"x")] * 60_000)])  # fmt: skip
def test_hostile_megabyte_is_quick(content):
    """A megabyte of anything is refused at once."""
    begin = time.process_time()

    assert "bad-der" == refused(read_certificate, content).kind
    assert describe_name(content)
    assert time.process_time() - begin < 2


def test_warnings_of_the_library_stay_inside(recwarn):
    """No warning reaches the user."""
    read_certificate(rebuilt({SERIAL: b"\2\1\0"}))
    read_certificate(rebuilt({SERIAL: b"\2\1\xfb"}))

    assert [] == list(recwarn)

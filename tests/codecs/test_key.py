"""The private key: its lock read without opening it, opened with the right password alone, and never mistaken for something else."""

import functools
import hashlib
import time

import pytest
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from codec_samples import PASSWORD, locked_pem, make_certificate, make_key, openssl, plain_pem, spki_of, split_der
from ita_doctor.codecs import der, pem
from ita_doctor.codecs.key import is_sound, open_key, read_key
from ita_doctor.codecs.pem import scan
from ita_doctor.model.artifact import BadArtifact, Key, KeyLock
from ita_doctor.model.secret import Secret

RIGHT, WRONG = Secret(PASSWORD), Secret(b"another one")
PASS = ("-passout", "pass:" + PASSWORD.decode())
LEGACY = ("-provider", "legacy", "-provider", "default")


def plain():
    return plain_pem(make_key())


def file_of(text):
    return read_key(scan(text.decode("ascii")))


def refused(call, *args):
    """The BadArtifact that *call* raises."""
    with pytest.raises(BadArtifact) as caught:
        call(*args)
    return caught.value


def opened(text, password=RIGHT):
    return open_key(file_of(text), password)


def outcome(file, password):
    try:
        return open_key(file, password)
    except BadArtifact as why:
        return why.kind


@functools.cache
def made_by_openssl(*args):
    return openssl(*args, *PASS, given=plain())


MADE = {
    "genrsa -des3": (("pkcs8", "-topk8", "-v2", "des3"), "pkcs8", KeyLock("PBES2", "DES-EDE3-CBC", "PBKDF2", 2048, "HMAC-SHA256")),
    "aes128": (("pkcs8", "-topk8", "-v2", "aes-128-cbc"), "pkcs8", KeyLock("PBES2", "AES-128-CBC", "PBKDF2", 2048, "HMAC-SHA256")),
    "aes256, rounds": (("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "777"), "pkcs8", KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 777, "HMAC-SHA256")),
    "SHA1": (("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"), "pkcs8", KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 2048, "HMAC-SHA1")),
    "SHA512": (("pkcs8", "-topk8", "-v2prf", "hmacWithSHA512"), "pkcs8", KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 2048, "HMAC-SHA512")),
    "MD5": (("pkcs8", "-topk8", "-v2prf", "hmacWithMD5"), "pkcs8", KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 2048, "HMAC-MD5")),
    "scrypt": (("pkcs8", "-topk8", "-scrypt"), "pkcs8", KeyLock("PBES2", "AES-256-CBC", "scrypt", 16384, "", 16 << 20)),
    "PBES1 3DES": (("pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"), "pkcs8", KeyLock("PBES1", "DES-EDE3-CBC", "PBKDF1", 2048)),
    "traditional des3": (("rsa", "-traditional", "-des3"), "traditional", KeyLock("DEK-Info", "DES-EDE3-CBC", "MD5", 1)),
    "traditional aes192": (("rsa", "-traditional", "-aes192"), "traditional", KeyLock("DEK-Info", "AES-192-CBC", "MD5", 1)),
    "traditional aes256": (("rsa", "-traditional", "-aes256"), "traditional", KeyLock("DEK-Info", "AES-256-CBC", "MD5", 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_locks_that_every_library_opens(name):
    """Form and lock are read without opening; the right password opens, another never does."""
    args, form, lock = MADE[name]
    file = file_of(made_by_openssl(*args))

    assert (form, lock) == (file.form, file.lock)
    assert Key("RSA", 2048, spki_of(make_key()), "exact") == open_key(file, RIGHT)
    assert "wrong-password" == refused(open_key, file, WRONG).kind
    assert is_sound(file, RIGHT)


OLD = {
    "DES": (("rsa", *LEGACY, "-traditional", "-des"), KeyLock("DEK-Info", "DES-CBC", "MD5", 1)),
    "Camellia": (("rsa", "-traditional", "-camellia256"), KeyLock("DEK-Info", "CAMELLIA-256-CBC", "MD5", 1)),
    "ARIA": (("rsa", "-traditional", "-aria128"), KeyLock("DEK-Info", "ARIA-128-CBC", "MD5", 1)),
    "SEED": (("rsa", *LEGACY, "-traditional", "-seed"), KeyLock("DEK-Info", "SEED-CBC", "MD5", 1)),
    "PBES1 DES": (("pkcs8", *LEGACY, "-topk8", "-v1", "PBE-SHA1-DES"), KeyLock("PBES1", "DES-CBC", "PBKDF1", 2048)),
    "PBES1 RC2": (("pkcs8", *LEGACY, "-topk8", "-v1", "PBE-SHA1-RC2-64"), KeyLock("PBES1", "RC2-64-CBC", "PBKDF1", 2048)),
    "PBES1 RC2-40": (("pkcs8", *LEGACY, "-topk8", "-v1", "PBE-SHA1-RC2-40"), KeyLock("PBES1", "RC2-40-CBC", "PBKDF1", 2048)),
    "PBES1 RC4": (("pkcs8", *LEGACY, "-topk8", "-v1", "PBE-SHA1-RC4-128"), KeyLock("PBES1", "RC4", "PBKDF1", 2048)),
    "PBES2 RC2-40": (("pkcs8", *LEGACY, "-topk8", "-v2", "rc2-40-cbc"), KeyLock("PBES2", "RC2-40-CBC", "PBKDF2", 2048, "HMAC-SHA256")),
    "PBES2 Camellia": (("pkcs8", "-topk8", "-v2", "camellia-128-cbc"), KeyLock("PBES2", "CAMELLIA-128-CBC", "PBKDF2", 2048, "HMAC-SHA256")),
    "PBES2 CFB": (("pkcs8", "-topk8", "-v2", "aes-256-cfb"), KeyLock("PBES2", "AES-256-CFB", "PBKDF2", 2048, "HMAC-SHA256")),
}


@pytest.mark.parametrize("name", OLD)
def test_locks_that_some_libraries_open(name):
    """A lock that this machine does not know is `unknown-cipher` whatever the password; one that it knows tells right from wrong."""
    args, lock = OLD[name]
    file = file_of(made_by_openssl(*args))
    right, wrong = outcome(file, RIGHT), outcome(file, WRONG)

    assert lock == file.lock
    assert (right, wrong) in ((Key("RSA", 2048, spki_of(make_key()), "exact"), "wrong-password"), ("unknown-cipher", "unknown-cipher"))


def test_genrsa():
    """What step 4 of the procedure makes opens."""
    for args in (("genrsa", "-des3", *PASS, "2048"), ("genrsa", "-traditional", "-des3", *PASS, "2048")):
        assert (2048, "exact") == (opened(openssl(*args)).bits, opened(openssl(*args)).via)


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_wrong_passwords_never_look_like_anything_else(form):
    """Not one of many wrong passwords, of which some give a chance padding, is called a broken key."""
    key = ec.generate_private_key(ec.SECP256R1(), default_backend())
    file = file_of(locked_pem(key, form=form))
    kinds = {refused(open_key, file, Secret(b"wrong %d" % number)).kind for number in range(700 if form != "PKCS8" else 300)}

    assert {"wrong-password"} == kinds


@pytest.mark.parametrize("password", [None, b"", b"x" * 1023, b"x" * 1024, b"x" * 5000, b"\0", b"\xff" * 20])
def test_odd_passwords(password):
    """No password, an empty one and a very long one are wrong and no more."""
    secret = None if password is None else Secret(password)

    assert "wrong-password" == refused(open_key, file_of(locked_pem(make_key())), secret).kind


@pytest.mark.parametrize(("form", "name"), [("PKCS8", "pkcs8"), ("TraditionalOpenSSL", "traditional")])
def test_key_in_clear(form, name):
    """A key in clear has no lock and opens whatever password is given."""
    file = file_of(plain_pem(make_key(), form))

    assert (name, None) == (file.form, file.lock)
    assert Key("RSA", 2048, spki_of(make_key()), "none") == open_key(file, None) == open_key(file, WRONG)
    assert is_sound(file, None)


def test_elliptic_curve():
    """A key of a curve opens in every form, parameters before it or not."""
    key = ec.generate_private_key(ec.SECP384R1(), default_backend())
    parameters = pem.write_block("EC PARAMETERS", bytes.fromhex("06052b81040022"))

    assert Key("EC", 384, spki_of(key), "exact") == opened(locked_pem(key)) == opened(locked_pem(key, form="TraditionalOpenSSL"))
    assert Key("EC", 384, spki_of(key), "none") == opened(parameters + plain_pem(key, "TraditionalOpenSSL"))
    assert "sec1" == file_of(plain_pem(key, "TraditionalOpenSSL")).form
    assert is_sound(file_of(locked_pem(key)), RIGHT)


def test_other_kinds():
    """Ed25519 and DSA keys open as what they are."""
    edwards, old = ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(1024, default_backend())

    assert Key("Ed25519", 256, spki_of(edwards), "exact") == opened(locked_pem(edwards))
    assert Key("DSA", 1024, spki_of(old), "none") == opened(plain_pem(old))
    assert is_sound(file_of(plain_pem(edwards)), None)
    assert is_sound(file_of(plain_pem(old)), None)


def test_rsa_pss():
    """A key that is for PSS alone is compared as the RSA key that it is."""
    text = openssl("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048")
    der_of_public = openssl("pkey", "-pubout", "-outform", "DER", given=text)
    key = opened(text)

    assert ("RSA", 2048) == (key.algorithm, key.bits)
    assert split_der(split_der(der_of_public)[0])[0] != split_der(split_der(key.spki)[0])[0]
    assert split_der(der_of_public)[1] == split_der(key.spki)[1]


def request():
    return openssl("req", "-new", "-key", "/dev/stdin", "-subj", "/CN=x", given=plain())


def public():
    return make_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def openssh():
    return make_key().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


NONE = {
    "text": (lambda: b"hello\n", "none", None),
    "certificate": (lambda: b"hello\n" + make_certificate(), "certificate", 2),
    "request": (request, "request", 1),
    "public key": (public, "public", 1),
    "OpenSSH": (openssh, "openssh", 1),
    "PGP": (lambda: b"-----BEGIN PGP PRIVATE KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n", "none", None),
    "two": (lambda: plain() + plain_pem(make_key(number=1)), "two", 29),
    "cut": (lambda: plain()[:900], "broken", 1),
    "one line": (lambda: plain()[:-1] + make_certificate(), "broken", 28),
    "bad Base64": (lambda: plain().replace(b"\nMII", b"\n!II", 1), "broken", 2),
    "no BEGIN": (lambda: plain().split(b"\n", 1)[1], "broken", 27),
    "cut DER": (lambda: pem.write_block("PRIVATE KEY", load(plain())[:500]), "broken", 1),
    "random bytes": (lambda: pem.write_block("ENCRYPTED PRIVATE KEY", bytes(range(256))), "broken", 1),
    "PKCS#1 under the label of PKCS#8": (lambda: plain_pem(make_key(), "TraditionalOpenSSL").replace(b" RSA ", b" "), "broken", 1),
    "enormous": (lambda: pem.write_block("RSA PRIVATE KEY", sequence(whole_number(0), *[whole_number(3 << 100_000)] * 8)), "broken", 1),
    "no DEK-Info": (lambda: pem.write_block("RSA PRIVATE KEY", b"abc", (("Proc-Type", "4,ENCRYPTED"),)), "broken", 1),
    "cut certificate": (lambda: make_certificate()[:500], "certificate", 1),
    "cut certificate beside a key": (lambda: plain() + make_certificate()[:500], "broken", 29),
    "only an END": (lambda: b"-----END FOO-----\n", "broken", 1),
}


def load(text):
    return scan(text.decode()).blocks[0].data.reveal()


@pytest.mark.parametrize("name", NONE)
def test_what_is_not_one_private_key(name):
    """What stands there instead, or is broken, is named with its line."""
    make, kind, line = NONE[name]
    why = refused(file_of, make())

    assert (kind, line) == (why.kind, why.line)


def test_what_openssl_passes_over():
    """Text, attributes and certificates around the key, bytes behind its DER and a PKCS#8 key under the label of RSA do no harm."""
    text = b"Bag Attributes\n    friendlyName: x\n" + locked_pem(make_key()) + make_certificate()
    clear = load(plain())

    assert (3, "exact") == (file_of(text).line, opened(text).via)
    assert 2048 == opened(pem.write_block("PRIVATE KEY", clear + b"\0\0")).bits
    assert 2048 == opened(pem.write_block("RSA PRIVATE KEY", clear)).bits
    assert None is file_of(pem.write_block("ENCRYPTED PRIVATE KEY", clear)).lock
    assert 2048 == opened(pem.write_block("ENCRYPTED PRIVATE KEY", clear)).bits


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for number in (first * 40 + second, *rest):
        part = [number & 0x7F]
        while number := number >> 7:
            part.append(number & 0x7F | 0x80)
        out += bytes(reversed(part))
    return der.wrap(der.OID, bytes(out))


def whole_number(value):
    return der.wrap(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def sequence(*parts):
    return der.wrap(der.SEQUENCE, *parts)


def pbes2(kdf, cipher="2.16.840.1.101.3.4.1.42", iv=bytes(16), data=bytes(48)):
    """A PBES2 lock as nobody would make it."""
    scheme = sequence(kdf, sequence(oid(cipher), der.wrap(der.OCTET_STRING, iv)))
    algorithm = sequence(oid("1.2.840.113549.1.5.13"), scheme)
    return pem.write_block("ENCRYPTED PRIVATE KEY", sequence(algorithm, der.wrap(der.OCTET_STRING, data)))


def pbkdf2(rounds, *more):
    return sequence(oid("1.2.840.113549.1.5.12"), sequence(der.wrap(der.OCTET_STRING, bytes(8)), whole_number(rounds), *more))


def scrypt(number, size, parallel):
    costs = (whole_number(one) for one in (number, size, parallel))
    return sequence(oid("1.3.6.1.4.1.11591.4.11"), sequence(der.wrap(der.OCTET_STRING, bytes(8)), *costs))


@pytest.mark.parametrize(
    ("kdf", "facts"),
    [
        (lambda: pbkdf2(2**31), {"rounds": 2**31, "memory": 0}),
        (lambda: pbkdf2(10**7 + 1), {"rounds": 10**7 + 1, "memory": 0}),
        (lambda: pbkdf2(2**100), {"rounds": 2**100, "memory": 0}),
        (lambda: scrypt(1 << 17, 8, 1), {"rounds": 1 << 17, "memory": 128 << 20}),
        (lambda: scrypt(1 << 16, 8, 1 << 20), {"rounds": 1 << 16, "memory": 64 << 20}),
        (lambda: scrypt(2, 2**40, 1), {"rounds": 2, "memory": 2**48}),
    ],
)
def test_derivation_that_would_take_for_ever(kdf, facts):
    """Rounds above 10^7 and scrypt above 64 MiB, or too often, are never tried."""
    begin = time.process_time()
    why = refused(file_of, pbes2(kdf()))

    assert ("forever", facts) == (why.kind, why.facts)
    assert time.process_time() - begin < 1


def test_pbes1_rounds_are_counted():
    """The older scheme can take for ever as well."""
    algorithm = sequence(oid("1.2.840.113549.1.12.1.3"), sequence(der.wrap(der.OCTET_STRING, bytes(8)), whole_number(2**31)))

    assert "forever" == refused(file_of, pem.write_block("ENCRYPTED PRIVATE KEY", sequence(algorithm, der.wrap(4, bytes(48))))).kind


@pytest.mark.parametrize("kdf", [lambda: pbkdf2(0), lambda: scrypt(3, 8, 1), lambda: scrypt(0, 8, 1), lambda: sequence(oid("1.2.840.113549.1.5.12"))])
def test_derivation_without_sense(kdf):
    """No rounds, or costs that scrypt is not defined for, are a broken key."""
    assert "broken" == refused(file_of, pbes2(kdf())).kind


def test_unknown_names():
    """OIDs that nobody knows are shown as they are, and such a lock cannot be opened here."""
    file = file_of(pbes2(pbkdf2(1, sequence(oid("1.2.3.4"))), cipher="1.2.3.5"))

    assert KeyLock("PBES2", "1.2.3.5", "PBKDF2", 1, "1.2.3.4") == file.lock
    assert "unknown-cipher" == refused(open_key, file, RIGHT).kind


def test_default_prf():
    """Where the PRF is left out it is HMAC-SHA1; GCM is named, and no library opens it here."""
    file = file_of(pbes2(pbkdf2(1), cipher="2.16.840.1.101.3.4.1.46"))

    assert ("HMAC-SHA1", "AES-256-GCM") == (file.lock.prf, file.lock.cipher)


def locked_by_hand(data):
    """*data*, whatever it is, locked as OpenSSL locks a traditional key."""
    iv = bytes(range(16))
    key = hashlib.md5(PASSWORD + iv[:8]).digest()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv), default_backend()).encryptor()
    pad = 16 - len(data) % 16
    text = encryptor.update(data + bytes((pad,)) * pad) + encryptor.finalize()
    return pem.write_block("RSA PRIVATE KEY", text, (("Proc-Type", "4,ENCRYPTED"), ("DEK-Info", "AES-128-CBC," + iv.hex().upper())))


def test_damage_inside_the_lock():
    """What opens and is no key inside is broken, not a wrong password; what opens to no DER is as if not opened."""
    clear = load(plain_pem(make_key(), "TraditionalOpenSSL"))

    assert 2048 == opened(locked_by_hand(clear)).bits
    assert "broken" == refused(opened, locked_by_hand(sequence(whole_number(0), whole_number(5)))).kind
    assert "broken" == refused(opened, locked_by_hand(sequence(b"\x02\x7f"))).kind
    assert "wrong-password" == refused(opened, locked_by_hand(b"no DER at all")).kind


def spoilt(which):
    """The key with one of its nine numbers changed by two."""
    parts = list(split_der(load(plain_pem(make_key(), "TraditionalOpenSSL"))))
    value = der.integer(parts[which], der.item(parts[which]))
    parts[which] = whole_number(value + 2)
    return pem.write_block("RSA PRIVATE KEY", sequence(*parts))


@pytest.mark.parametrize("which", range(1, 9))
def test_unsound_key(which):
    """A key whose numbers do not fit opens with either library, locked or not, and is not sound."""
    text = spoilt(which)
    locked = openssl("rsa", "-traditional", "-aes128", *PASS, given=text) if which > 3 else None
    file = file_of(text)

    assert "RSA" == open_key(file, None).algorithm
    assert not is_sound(file, None)
    assert locked is None or (not is_sound(file_of(locked), RIGHT) and 2048 == opened(locked).bits)


def test_small_key():
    """A key that libraries find too small is opened to be judged by its size."""
    text = openssl("genrsa", "-traditional", "512")

    assert ("RSA", 512) == (opened(text).algorithm, opened(text).bits)
    assert is_sound(file_of(text), None)


def test_quick():
    """A healthy key opens in well below a millisecond where the library can leave the arithmetic out."""
    file = file_of(made_by_openssl("rsa", "-traditional", "-des3"))
    begin = time.process_time()
    for _ in range(20):
        open_key(file, RIGHT)

    assert (time.process_time() - begin) / 20 < 0.1  # 3.4.8 always does it


def fate(text, password):
    """What becomes of a key file: `key`, or the kind of the BadArtifact."""
    try:
        open_key(file_of(text), password)
    except BadArtifact as why:
        return why.kind
    return "key"


def test_any_damage():
    """No byte changed in a key makes anything but a key or a BadArtifact of it."""
    fates = set()
    for text, password in ((plain(), None), (locked_pem(make_key()), RIGHT), (locked_pem(make_key(), form="TraditionalOpenSSL"), RIGHT)):
        block = scan(text.decode()).blocks[0]
        for at in range(0, 400, 7 if password is None else 13):
            data = bytearray(block.data.reveal())
            data[at] ^= 0x15
            fates.add(fate(pem.write_block(block.label, bytes(data), block.headers), password))

    assert {"key", "broken", "wrong-password", "unknown-cipher"} >= fates


def test_pem_is_the_block_alone():
    """The key file's PEM is what any library loads."""
    file = file_of(b"text\r\n" + locked_pem(make_key()).replace(b"\n", b"  \r\n") + make_certificate())

    assert spki_of(make_key()) == spki_of(load_pem_private_key(file.pem.reveal(), PASSWORD, default_backend()))


def test_a_locked_key_whose_version_is_no_number_is_broken():
    """A bit of the initial vector turned the version inside into another type: OpenSSL reads no key there, and neither do we."""
    data = bytearray(scan(locked_pem(make_key()).decode()).blocks[0].data.reveal())
    iv = data.index(bytes.fromhex("60864801650304012a0410")) + 11
    data[iv + 4] ^= 4  # 02, INTEGER, becomes 06

    why = refused(open_key, file_of(pem.write_block("ENCRYPTED PRIVATE KEY", bytes(data))), RIGHT)

    assert "broken" == why.kind

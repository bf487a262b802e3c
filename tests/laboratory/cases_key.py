"""What goes wrong with ita_prv (ITA-KEY-001, 004 to 007)."""

from __future__ import annotations

import base64
import re

from cryptography.hazmat.primitives import serialization

from laboratory.asn1 import HMAC_SHA256, PBKDF2, SCRYPT, as_pem, der, locked_by, number, oid
from laboratory.casebook import CannotHere, case
from laboratory.lab import Site
from laboratory.tools import base64_of, pem_of, run, spare_key

NOT_TRIED = "derivation|rounds|iterations|scrypt|memory"


@case("KEY-001", says="rounds|iterations|derivation")
def key_derivation_of_an_hour(site: Site) -> None:
    prf = der(0x30, oid(HMAC_SHA256), der(5))
    site.write(site.prv, locked_by(der(0x30, oid(PBKDF2), der(0x30, der(4, b"saltsalt"), number(2**31 - 1), prf))))


@case("KEY-001", says=NOT_TRIED)
def key_derivation_just_too_long(site: Site) -> None:
    prf = der(0x30, oid(HMAC_SHA256), der(5))
    site.write(site.prv, locked_by(der(0x30, oid(PBKDF2), der(0x30, der(4, b"saltsalt"), number(10**7 + 1), prf))))


@case("KEY-001", says="scrypt|memory|derivation")
def key_derivation_of_a_gigabyte(site: Site) -> None:
    site.write(site.prv, locked_by(der(0x30, oid(SCRYPT), der(0x30, der(4, b"saltsalt"), number(2**20), number(8), number(1)))))


@case("KEY-001", says="certificate", opens=False)
def key_file_holds_the_certificate(site: Site) -> None:
    """cp nc117031.crt ita_prvnc117031.pem"""
    site.write(site.prv, site.pub.read_bytes())


@case("KEY-001", says="request", opens=False)
def key_file_holds_the_request(site: Site) -> None:
    site.write(site.prv, (site.ssl / "nc117031.csr").read_bytes())


@case("KEY-001", says="public", opens=False)
def key_file_holds_the_public_key(site: Site) -> None:
    """openssl rsa -pubout"""
    site.write(site.prv, run("openssl", "rsa", "-pubout", stdin=pem_of(site.key(), None)))


@case("KEY-001", says="OpenSSH")
def key_of_openssh(site: Site) -> None:
    form = serialization.PrivateFormat.OpenSSH
    site.write(site.prv, spare_key().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


@case("KEY-001", says="more than one|two|2")
def two_keys(site: Site) -> None:
    """cat instead of cp."""
    site.write(site.prv, pem_of(spare_key(), site.password) + site.prv.read_bytes())


@case("KEY-001", says="more than one|two|2")
def the_key_twice(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes() * 2)


@case("KEY-001", opens=False)
def key_file_holds_words(site: Site) -> None:
    site.write(site.prv, b"unable to load Private Key\n")


@case("KEY-001", opens=False)
def key_cut_short(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes()[:900])


@case("KEY-001", opens=False)
def key_without_its_end(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes().split(b"-----END")[0])


@case("KEY-001", opens=False)
def key_without_its_begin(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes().split(b"\n", 1)[1])


@case("KEY-001", opens=False)
def key_with_a_dash_lost(site: Site) -> None:
    """The selection began one character too late."""
    site.write(site.prv, site.prv.read_bytes()[1:])


@case("KEY-001", opens=False)
def key_with_a_line_lost(site: Site) -> None:
    lines = site.prv.read_bytes().splitlines(keepends=True)
    site.write(site.prv, b"".join(lines[:9] + lines[10:]))


@case("KEY-001", opens=False)
def key_with_a_stray_character(site: Site) -> None:
    lines = site.prv.read_bytes().splitlines(keepends=True)
    site.write(site.prv, b"".join([*lines[:5], b"*" + lines[5][1:], *lines[6:]]))


@case("KEY-001", opens=False)
def key_indented_in_a_mail(site: Site) -> None:
    site.write(site.prv, b"".join(b"> " + line for line in site.prv.read_bytes().splitlines(keepends=True)))


@case("KEY-001", opens=False)
def key_in_one_line(site: Site) -> None:
    site.edit(site.prv, b"\n", b" ")


@case("KEY-001", opens=False)
def key_in_der(site: Site) -> None:
    block = b"".join(site.prv.read_bytes().splitlines()[1:-1])
    site.write(site.prv, base64.b64decode(block))


@case("KEY-001", opens=False)
def key_file_is_a_pkcs12(site: Site) -> None:
    both = pem_of(site.key(), None) + site.pub.read_bytes()
    site.write(site.prv, run("openssl", "pkcs12", "-export", "-passout", f"pass:{site.password.decode()}", stdin=both))


@case("KEY-001", opens=False)
def key_file_is_the_key_store(site: Site) -> None:
    site.write(site.prv, site.keys.read_bytes())


@case("KEY-001", opens=False)
def key_translated_twice(site: Site) -> None:
    """FTP in ASCII mode took ASCII for EBCDIC."""
    site.write(site.prv, site.prv.read_bytes().decode("cp037").encode("latin-1"))


@case("KEY-001", opens=False)
def key_with_typographic_dashes(site: Site) -> None:
    site.edit(site.prv, b"-----", "\N{EN DASH}\N{EN DASH}-".encode())


@case("KEY-004", severity={"ITA-KEY-004": "warning"}, says="EC", opens=True)
def key_on_a_curve(site: Site) -> None:
    other_kind(site, "ec")


@case("KEY-004", says="1024", opens=None)
def key_of_1024_bits(site: Site) -> None:
    other_kind(site, "rsa1024")


@case("KEY-004", says="DSA")
def key_of_dsa(site: Site) -> None:
    other_kind(site, "dsa")


@case("KEY-004", says="Ed25519")
def key_of_edwards(site: Site) -> None:
    other_kind(site, "ed25519")


def other_kind(site: Site, kind: str) -> None:
    """A key of this kind, all in step with it."""
    key = spare_key(kind)
    site.certify(site.issue(key))
    site.write(site.prv, pem_of(key, site.password))


@case("KEY-005", options=lambda _: ["--thorough"])
def key_with_a_wrong_exponent(site: Site) -> None:
    numbers = site.key().private_numbers()
    unsound(site, numbers.p, numbers.q, numbers.d + 2)


@case("KEY-005", options=lambda _: ["--thorough"])
def key_with_a_wrong_prime(site: Site) -> None:
    numbers = site.key().private_numbers()
    unsound(site, numbers.p + 2, numbers.q, numbers.d)


def unsound(site: Site, p: int, q: int, d: int) -> None:
    """Write the key with these numbers, locked as before."""
    right = site.key().private_numbers()
    public = right.public_numbers
    parts = (0, public.n, public.e, d, p, q, right.dmp1, right.dmq1, right.iqmp)
    plain = as_pem("RSA PRIVATE KEY", der(0x30, *(number(part) for part in parts)))
    site.write(site.prv, run("openssl", "pkcs8", "-topk8", "-passout", f"pass:{site.password.decode()}", stdin=plain))


@case("KEY-006", says="scrypt", opens=True)
def key_locked_by_scrypt(site: Site) -> None:
    site.relock("-scrypt")


@case("KEY-006", says="RC2")
def key_locked_by_rc2(site: Site) -> None:
    relock_or_leave(site, "-v1", "PBE-SHA1-RC2-40")


@case("KEY-006", says="512")
def key_derived_by_a_newer_digest(site: Site) -> None:
    """OpenSSL 1.0 knows no HMAC of SHA-512/256; new libraries here do not either, and say no more than that."""
    relock_or_leave(site, "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512-256")


@case("KEY-007", unless_readable=True, says=r"DES.*openssl|openssl.*DES")
def traditional_key_of_single_des(site: Site) -> None:
    traditional(site, "des")


@case("KEY-007", unless_readable=True, may="KEY-006", says=r"ARIA.*openssl|openssl.*ARIA")
def traditional_key_of_aria(site: Site) -> None:
    traditional(site, "aria256")


@case("KEY-007", unless_readable=True, says=r"CAMELLIA.*openssl|openssl.*CAMELLIA")
def traditional_key_of_camellia(site: Site) -> None:
    traditional(site, "camellia256")


@case("KEY-007", unless_readable=True, says=r"SEED.*openssl|openssl.*SEED")
def traditional_key_of_seed(site: Site) -> None:
    traditional(site, "seed")


@case("KEY-007", unless_readable=True, says="CAMELLIA")
def key_of_camellia(site: Site) -> None:
    relock_or_leave(site, "-v2", "camellia-256-cbc")


@case("KEY-007", unless_readable=True, says="DES")
def key_of_single_des(site: Site) -> None:
    relock_or_leave(site, "-v2", "des-cbc")


@case("KEY-007", unless_readable=True, says="DES")
def key_of_md5_and_des(site: Site) -> None:
    relock_or_leave(site, "-v1", "PBE-MD5-DES")


@case("KEY-007", unless_readable=True)
def camellia_and_another_password(site: Site) -> None:
    """It cannot be told here that the password is a wrong one, and must not be said."""
    traditional(site, "camellia256")
    if not readable(site):
        site.write(site.stash, base64_of(b"Wholly-other-1"))


def relock_or_leave(site: Site, *how: str) -> None:
    """Lock the key so, where the openssl here can."""
    try:
        site.relock(*how)
    except RuntimeError as why:
        raise CannotHere(f"openssl cannot lock a key by {how[-1]}") from why


def traditional(site: Site, cipher: str) -> None:
    """Lock the key as OpenSSL 1.x did."""
    legacy = ("-provider", "default", "-provider", "legacy") if run("openssl", "version")[8:9] == b"3" else ()
    form = ("-traditional",) if legacy else ()
    words = ("openssl", "rsa", f"-{cipher}", *form, *legacy, "-passout", f"pass:{site.password.decode()}")
    try:
        site.write(site.prv, run(*words, stdin=pem_of(site.key(), None)))
    except RuntimeError as why:
        raise CannotHere(f"openssl does not know {cipher}") from why


def readable(site: Site) -> bool:
    """Whether the cryptography library here opens the key."""
    try:
        serialization.load_pem_private_key(site.prv.read_bytes(), site.password)
    except Exception as why:  # noqa: BLE001  # each version has a class of its own for an unknown cipher
        return not re.search("cipher|algorithm|unsupported", str(why) or "unsupported", re.IGNORECASE)
    return True

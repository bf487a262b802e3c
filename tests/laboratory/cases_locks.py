"""Keys and passwords that only look wrong: nothing may be said of them."""

from __future__ import annotations

from cryptography.hazmat.primitives import serialization

from laboratory.casebook import case
from laboratory.cases_key import relock_or_leave
from laboratory.lab import Site
from laboratory.tools import pem_of, run, spare_key


@case()
def traditional_key_of_aes(site: Site) -> None:
    site.write(site.prv, pem_of(site.key(), site.password, traditional=True))


@case()
def traditional_key_of_triple_des(site: Site) -> None:
    """openssl genrsa -des3 of OpenSSL 1.x."""
    form = ("-traditional",) if run("openssl", "version")[8:9] == b"3" else ()
    word = f"pass:{site.password.decode()}"
    site.write(site.prv, run("openssl", "rsa", "-des3", *form, "-passout", word, stdin=pem_of(site.key(), None)))


@case()
def key_locked_by_aes_128(site: Site) -> None:
    site.relock("-v2", "aes-128-cbc")


@case()
def key_derived_by_sha_1(site: Site) -> None:
    site.relock("-v2", "des3", "-v2prf", "hmacWithSHA1")


@case()
def key_derived_by_sha_512(site: Site) -> None:
    site.relock("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512")


@case()
def key_derived_in_many_rounds(site: Site) -> None:
    site.relock("-v2", "aes-256-cbc", "-iter", 600000)


@case()
def key_locked_by_pbes1_and_triple_des(site: Site) -> None:
    """What pkcs12 and OpenSSL 0.9 wrote."""
    relock_or_leave(site, "-v1", "PBE-SHA1-3DES")


@case()
def key_of_4096_bits(site: Site) -> None:
    key = spare_key("rsa4096")
    site.certify(site.issue(key))
    site.write(site.prv, pem_of(key, site.password))


@case()
def key_of_3072_bits(site: Site) -> None:
    key = spare_key("rsa3072")
    site.certify(site.issue(key))
    site.write(site.prv, pem_of(key, site.password))


@case()
def key_with_attributes_of_pkcs12(site: Site) -> None:
    """openssl pkcs12 -in … -out … writes them before the block."""
    attributes = b"Bag Attributes\n    friendlyName: nc117031\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n"
    site.write(site.prv, attributes + site.prv.read_bytes())


@case()
def key_with_its_certificate_behind_it(site: Site) -> None:
    """openssl pkcs12 without -nocerts; there is one key in it, and OpenSSL finds it."""
    site.write(site.prv, site.prv.read_bytes() + site.pub.read_bytes())


@case()
def key_with_a_text_behind_it(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes() + b"\nkey of nc117031, made in November\n")


@case(options=lambda _: ["--thorough"])
def sound_key_looked_at_thoroughly(site: Site) -> None:
    pass


@case(options=lambda _: ["--thorough"])
def sound_traditional_key_looked_at_thoroughly(site: Site) -> None:
    traditional_key_of_aes(site)


@case()
def key_renewed_with_all_that_goes_with_it(site: Site) -> None:
    key = spare_key("rsa2048", 7)
    site.certify(site.issue(key))
    site.write(site.prv, key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(site.password)))  # fmt: skip


@case()
def password_ends_with_a_blank_and_the_key_too(site: Site) -> None:
    site.use_password(b"Qv7-lark-Hill ")


@case()
def password_ends_with_a_line_end_and_the_key_too(site: Site) -> None:
    """Some tool locked the key with all of the file."""
    site.use_password(b"Qv7-lark-Hill\n")


@case()
def password_long(site: Site) -> None:
    site.use_password(b"0123456789-abcdefghijklmnopqrstuvwxyz-" * 6)


@case()
def password_of_eight_letters(site: Site) -> None:
    site.use_password(b"Zq7-xW9k")


@case()
def password_in_latin_1(site: Site) -> None:
    site.use_password("Gr\xfcn-und-Blau".encode("latin-1"))


@case()
def password_in_utf_8(site: Site) -> None:
    site.use_password("Grün-und-青い".encode())


@case()
def password_looks_like_base64(site: Site) -> None:
    site.use_password(b"Xk3valeNinety4Ab")


@case()
def password_looks_like_hex(site: Site) -> None:
    site.use_password(b"0123456789abcdef")

"""What goes wrong with the stash (ITA-STH)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os

from laboratory.casebook import case
from laboratory.lab import Site
from laboratory.tools import base64_of, pem_of

CCSID = "EBCDIC|CCSID"


@case("STH-001", says=CCSID, opens=False)
def stash_by_ftp_in_ascii_mode(site: Site) -> None:
    """To an IBM i, which made EBCDIC with its own line end of it."""
    site.write(site.stash, site.stash.read_bytes().decode().replace("\n", "\x85").encode("cp037"))


@case("STH-001", says=CCSID)
def stash_in_german_ebcdic(site: Site) -> None:
    site.write(site.stash, site.stash.read_bytes().decode().encode("cp273"))


@case("STH-001", says="GSKit|CMS")
def stash_of_gskit(site: Site) -> None:
    plain = site.password + b"\0" + os.urandom(128 - len(site.password))
    site.write(site.stash, bytes(byte ^ 0xF5 for byte in plain))


@case("STH-001", says="GSKit|CMS")
def stash_of_newer_gskit(site: Site) -> None:
    salt = os.urandom(32)
    site.write(site.stash, salt + hashlib.sha256(b"\x01" + salt).digest() + os.urandom(129))


@case("STH-001", says="plain|clear|password itself|the password")
def stash_is_the_password_file(site: Site) -> None:
    """cp nc117031.pwd nc117031.sth"""
    site.write(site.stash, site.password)


@case("STH-001", says="PEM")
def stash_is_the_key(site: Site) -> None:
    site.write(site.stash, site.prv.read_bytes())


@case("STH-001", says="PEM")
def stash_is_the_certificate(site: Site) -> None:
    site.write(site.stash, site.pub.read_bytes())


@case("STH-001", says="hex")
def stash_in_hex(site: Site) -> None:
    """xxd -p in the place of openssl base64; the number of digits is no Base64."""
    site.write(site.stash, site.password.hex().encode() + b"\n")


@case("STH-001", says="UTF-16")
def stash_by_powershell(site: Site) -> None:
    site.write(site.stash, b"\xff\xfe" + site.stash.read_bytes().decode().replace("\n", "\r\n").encode("utf-16-le"))


@case("STH-001", says="UTF-16")
def stash_in_utf_16_without_a_mark(site: Site) -> None:
    site.write(site.stash, site.stash.read_bytes().decode().encode("utf-16-be"))


@case("STH-001", says="padding|cut|truncated|=")
def stash_without_its_padding(site: Site) -> None:
    """A double click selects no equals sign."""
    site.write(site.stash, site.stash.read_bytes().replace(b"=", b""))


@case("STH-001")
def stash_cut_short(site: Site) -> None:
    site.write(site.stash, site.stash.read_bytes()[:7])


@case("STH-001")
def stash_as_quoted_printable(site: Site) -> None:
    site.edit(site.stash, b"=", b"=3D")


@case("STH-001")
def stash_with_a_byte_order_mark(site: Site) -> None:
    site.write(site.stash, b"\xef\xbb\xbf" + site.stash.read_bytes())


@case("STH-001")
def stash_with_its_prompt(site: Site) -> None:
    """Copied from the terminal with the command above it."""
    site.write(site.stash, b"$ openssl base64 -in nc117031.pwd\n" + site.stash.read_bytes())


@case("STH-001")
def stash_with_echo_option(site: Site) -> None:
    site.write(site.stash, b"-n " + site.stash.read_bytes())


@case("STH-001")
def stash_uuencoded(site: Site) -> None:
    site.write(site.stash, b"begin 644 nc117031.pwd\n" + binascii.b2a_uu(site.password) + b"`\nend\n")


@case("STH-001")
def stash_padded_with_nul_after_a_crash(site: Site) -> None:
    """OpenSSL's decoder refuses a NUL, behind the last line as well."""
    site.write(site.stash, site.stash.read_bytes() + bytes(64))


@case("STH-001")
def stash_is_the_seed(site: Site) -> None:
    site.write(site.stash, site.seed.read_bytes())


@case("STH-002")
def stash_of_a_line_end(site: Site) -> None:
    """echo | openssl base64"""
    site.write(site.stash, base64_of(b"\n"))


@case("STH-002")
def stash_of_crlf(site: Site) -> None:
    site.write(site.stash, base64_of(b"\r\n"))


@case("STH-002")
def stash_of_blanks(site: Site) -> None:
    site.write(site.stash, base64_of(b"   "))


@case("STH-003", opens=False)
def stash_by_echo(site: Site) -> None:
    site.write(site.stash, base64_of(site.password + b"\n"))


@case("STH-003", opens=False)
def stash_by_a_windows_editor(site: Site) -> None:
    site.write(site.stash, base64_of(site.password + b"\r\n"))


@case("STH-003", opens=False)
def stash_with_a_blank(site: Site) -> None:
    """echo PASSWORD > file in a Windows shell writes the blank as well."""
    site.write(site.stash, base64_of(site.password + b" "))


@case("STH-003", opens=False)
def stash_with_a_carriage_return(site: Site) -> None:
    site.write(site.stash, base64_of(site.password + b"\r"))


@case("STH-003", opens=False)
def traditional_key_and_stash_by_echo(site: Site) -> None:
    site.write(site.prv, pem_of(site.key(), site.password, traditional=True))
    stash_by_echo(site)


@case("STH-004", says=CCSID, opens=False)
def password_in_ebcdic(site: Site) -> None:
    """The password was typed on the IBM i and encoded there."""
    site.write(site.stash, base64_of(site.password.decode().encode("cp037")))


@case("STH-004", says=CCSID, opens=False)
def password_in_ebcdic_with_line_end(site: Site) -> None:
    site.write(site.stash, base64_of(site.password.decode().encode("cp037") + b"\x25"))


@case("STH-004", says="UTF-16", opens=False)
def password_in_utf_16(site: Site) -> None:
    site.write(site.stash, base64_of(site.password.decode().encode("utf-16-le")))


@case("STH-004", says="UTF-16", opens=False)
def password_in_utf_16_with_mark_and_line_end(site: Site) -> None:
    site.write(site.stash, base64_of((site.password.decode() + "\r\n").encode("utf-16")))


@case("STH-004", says="twice|double", opens=False)
def password_encoded_twice(site: Site) -> None:
    site.write(site.stash, base64_of(base64_of(site.password)))


@case("STH-004", says="twice|double", opens=False)
def password_encoded_twice_in_one_line(site: Site) -> None:
    site.write(site.stash, base64_of(base64.b64encode(site.password)))


@case("STH-005", opens=True)
def password_of_the_manual(site: Site) -> None:
    site.use_password(b"maestro00")


@case("STH-005", opens=True)
def password_of_the_shipped_store(site: Site) -> None:
    site.use_password(b"default")


@case("STH-005", opens=True)
def password_of_java(site: Site) -> None:
    site.use_password(b"changeit")


@case("STH-005", opens=True)
def password_is_the_word(site: Site) -> None:
    site.use_password(b"password")


@case("STH-005", opens=True)
def password_is_the_suffix(site: Site) -> None:
    site.use_password(b"nc117031")


@case("STH-005", opens=True)
def password_of_seven_letters(site: Site) -> None:
    site.use_password(b"Zq7-xW9")

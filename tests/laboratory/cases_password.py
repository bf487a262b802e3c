"""Stashes that do not open the key, and keys that need none (ITA-KEY-002, 003)."""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from laboratory.casebook import case
from laboratory.lab import Site
from laboratory.tools import base64_of, pem_of, run, spare_key


@case("KEY-002", opens=False)
def stash_of_another_password(site: Site) -> None:
    site.write(site.stash, base64_of(b"Wholly-other-1"))


@case("KEY-002", opens=False)
def stash_in_another_case(site: Site) -> None:
    site.write(site.stash, base64_of(site.password.swapcase()))


@case("KEY-002", opens=False)
def password_cut_after_eight(site: Site) -> None:
    site.write(site.stash, base64_of(site.password[:8]))


@case("KEY-002", opens=False)
def password_with_its_quotes(site: Site) -> None:
    site.write(site.stash, base64_of(b'"' + site.password + b'"'))


@case("KEY-002", opens=False)
def umlaut_in_two_encodings(site: Site) -> None:
    """The key was locked on a machine in Latin-1, the stash was made on one in UTF-8."""
    site.use_password("Gr\xfcn-und-Blau".encode("latin-1"))
    site.write(site.stash, base64_of("Gr\xfcn-und-Blau".encode()))


@case("KEY-002", opens=False)
def key_locked_anew_and_stash_old(site: Site) -> None:
    site.relock("-v2", "aes-256-cbc", password=b"Newer-Pass-26")


@case("KEY-002", opens=False)
def traditional_key_and_other_password(site: Site) -> None:
    site.write(site.prv, pem_of(site.key(), site.password, traditional=True))
    stash_of_another_password(site)


@case("KEY-002", opens=False)
def key_of_a_neighbour_with_its_own_password(site: Site) -> None:
    site.write(site.prv, pem_of(spare_key(), b"Neighbours-Pass"))


@case("KEY-002", opens=False)
def stash_encrypted(site: Site) -> None:
    """openssl enc -aes-256-cbc -a, to be on the safe side."""
    site.write(site.stash, run("openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-a", "-pass", "pass:x", stdin=site.password))


@case("KEY-002", says="hex", opens=False)
def stash_in_hex_that_is_good_base64(site: Site) -> None:
    site.use_password(b"Qv7-lark-Hil")
    site.write(site.stash, site.password.hex().encode())


@case("KEY-002", says="plain|clear|raw|itself", opens=False)
def plain_password_that_is_good_base64(site: Site) -> None:
    site.use_password(b"Xk3valeNinety4Ab")
    site.write(site.stash, site.password + b"\n")


@case("KEY-002", opens=False)
def wrong_password_with_a_chance_padding(site: Site) -> None:
    """One wrong password in 250 leaves a padding that looks right, and libraries then speak of a broken key."""
    pem = site.prv.read_bytes()
    for number in range(20000):
        word = f"Chance-Padding-{number}".encode()
        try:
            load_pem_private_key(pem, word)
        except ValueError as why:
            if not re.search("password|decrypt", str(why), re.IGNORECASE):
                site.write(site.stash, base64_of(word))
                return
    raise AssertionError("no such password")


@case("KEY-003", opens=True)
def key_in_clear(site: Site) -> None:
    """openssl rsa -in key -out key"""
    site.write(site.prv, pem_of(site.key(), None))


@case("KEY-003", opens=True)
def traditional_key_in_clear(site: Site) -> None:
    site.write(site.prv, pem_of(site.key(), None, traditional=True))

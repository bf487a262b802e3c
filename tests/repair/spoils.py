"""Ways to spoil a healthy installation that `fix` heals, each with what it is given and which remedies it takes."""

from __future__ import annotations

import base64
import functools
from typing import Any, Callable, Dict, FrozenSet, NamedTuple, Tuple

from cryptography.hazmat.primitives import serialization

from builders import CERTS, PASSWORD, PATHS, SUFFIX, House, certificate, der, healthy_bytes, key, locked


class Spoil(NamedTuple):
    """One fault."""

    name: str
    do: Callable[[House], Any]
    words: FrozenSet[str]
    """The remedies that heal it, by their entry in rules/remedies.toml."""
    given: Tuple[str, ...] = ()
    """Answers that it takes: `password` `ca` `server` `suffix` `renew`."""


SPOILS: Dict[str, Spoil] = {}


def spoil(words: str, *given: str) -> Callable[[Callable[[House], Any]], Callable[[House], Any]]:
    """Register a function as a fault that is healed by *words*."""

    def register(function: Callable[[House], Any]) -> Callable[[House], Any]:
        name = function.__name__
        SPOILS[name] = Spoil(name, function, frozenset(words.split()), given)
        return function

    return register


@functools.cache
def ca_key() -> bytes:
    """The CA's private key as Answers hold it."""
    made: bytes = key("ca").private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made


def answers(*names: str) -> Dict[str, Any]:
    """Fields of Answers."""
    made = healthy_bytes()
    known: Dict[str, Dict[str, Any]] = {
        "password": {"password": PASSWORD},
        "ca": {"ca_cert": der(made.ca), "ca_key": ca_key(), "ca_cert_path": "TWSca.crt", "ca_key_path": "TWSca.key"},
        "server": {"server": der(made.master)},
        "suffix": {"suffix": SUFFIX},
        "renew": {"is_renewal": True},
    }
    return {field: value for name in names for field, value in known[name].items()}


# -- ita.ini


@spoil("ini.rename")
def setting_misspelt(house: House) -> None:
    house.setting("password_file", PATHS["stash"], "pasword_file")


@spoil("ini.set")
def other_suffix_set(house: House) -> None:
    house.setting("key_db_name", "nc117032")


@spoil("ini.set")
def relative_path(house: House) -> None:
    house.setting("random_file", "cert/nc117031.rnd")


@spoil("ini.set")
def home_path(house: House) -> None:
    house.setting("password_file", "~/nc117031.sth")


@spoil("ini.set")
def drive_path(house: House) -> None:
    house.setting("key_repository_dir", "C:\\TWS\\ITA\\cpa\\ita\\cert")


@spoil("ini.set")
def empty_value(house: House) -> None:
    house.setting("key_repository_dir", "")


@spoil("ini.set")
def quoted_value(house: House) -> None:
    house.setting("password_file", f'"{PATHS["stash"]}"')


@spoil("ini.set")
def trailing_blank(house: House) -> None:
    house.setting("cert_label", f"{SUFFIX}  ")


@spoil("ini.set")
def placeholder(house: House) -> None:
    house.setting("random_file", "<suffix>.rnd")


@spoil("ini.set")
def suffix_is_a_file(house: House) -> None:
    house.setting("key_db_name", f"ita_prv{SUFFIX}.pem")


@spoil("ini.set")
def ports_swapped(house: House) -> None:
    house.setting("ssl_port", "0").setting("tcp_port", "31114")


@spoil("ini.header")
def header_misspelt(house: House) -> None:
    house.ini_lines(lambda text: text.replace("[ITA SSL]", "[ITA_SSL]"))


@spoil("ini.header")
def header_torn(house: House) -> None:
    house.ini_lines(lambda text: text.replace("[ITA SSL]", "[ITA SSL"))


@spoil("ini.header")
def header_gone(house: House) -> None:
    house.ini_lines(lambda text: text.replace("[ITA SSL]\n", ""))


@spoil("ini.section")
def section_gone(house: House) -> None:
    house.ini(b"# the agent\r\n[ITA]\r\nname = ita")


@spoil("ini.unique")
def set_twice(house: House) -> None:
    house.ini_lines(lambda text: text + "random_file = /nowhere/else.rnd\n")


@spoil("ini.join")
def section_in_two_parts(house: House) -> None:
    house.ini_lines(lambda text: text.replace("cert_label", "[OTHER]\nx = 1\n[ITA SSL]\ncert_label"))


@spoil("ini.set")
def line_torn(house: House) -> None:
    house.ini_lines(lambda text: text.replace("password_file =", "password_file "))


@spoil("ini.clean")
def control_in_comment(house: House) -> None:
    house.ini_lines(lambda text: text.replace("# ita.ini", "# ita\x00.ini"))


@spoil("text.recode")
def ini_in_ebcdic(house: House) -> None:
    house.ini(house._ini().decode().encode("cp037"))


# -- files


@spoil("file.protect")
def key_for_all(house: House) -> None:
    house.change("prv", mode=0o644)


@spoil("file.protect")
def stash_of_another(house: House) -> None:
    house.change("stash", owner="other")


@spoil("file.protect")
def bundle_writable(house: House) -> None:
    house.change("bundle", mode=0o666)


@spoil("file.protect")
def owner_cannot_read(house: House) -> None:
    house.change("pub", mode=0o044)


@spoil("folder.protect")
def folder_writable(house: House) -> None:
    house.change(CERTS, mode=0o777)


@spoil("text.recode")
def certificate_with_mark(house: House) -> None:
    house.write("cert", b"\xef\xbb\xbf" + healthy_bytes().own)


@spoil("text.recode")
def bundle_in_ebcdic(house: House) -> None:
    house.write("bundle", (healthy_bytes().own + healthy_bytes().master).decode().encode("cp500"))


@spoil("text.recode")
def key_in_utf16(house: House) -> None:
    house.write("prv", healthy_bytes().prv.decode().encode("utf-16"))


@spoil("stray.move")
def password_in_clear(house: House) -> None:
    house.write(f"{CERTS}/{SUFFIX}.pwd", PASSWORD + b"\n", mode=0o600)


# -- stash and key


@spoil("stash.rewrite", "password")
def stash_gone(house: House) -> None:
    house.remove("stash")


@spoil("stash.rewrite")
def stash_in_ebcdic(house: House) -> None:
    house.write("stash", base64.encodebytes(PASSWORD).decode().encode("cp037"))


@spoil("stash.rewrite")
def stash_plain(house: House) -> None:
    house.write("stash", PASSWORD + b"\n")


@spoil("stash.rewrite")
def stash_with_line_end(house: House) -> None:
    house.write("stash", base64.encodebytes(PASSWORD + b"\n"))


@spoil("stash.rewrite")
def stash_twice_coded(house: House) -> None:
    house.write("stash", base64.encodebytes(base64.encodebytes(PASSWORD)))


@spoil("stash.rewrite", "password")
def stash_of_blanks(house: House) -> None:
    house.write("stash", base64.encodebytes(b"\n"))


@spoil("stash.rewrite", "password")
def stash_of_another_key(house: House) -> None:
    house.write("stash", base64.encodebytes(b"another-Pass-1"))


@spoil("key.lock")
def key_in_clear(house: House) -> None:
    house.write("prv", locked(key("agent"), None))


@spoil("key.restore stray.move")
def key_under_its_first_name(house: House) -> None:
    house.remove("prv").write(f"{CERTS}/{SUFFIX}.key", healthy_bytes().prv, mode=0o600)


@spoil("key.restore")
def two_keys(house: House) -> None:
    house.write("prv", locked(key("former")) + healthy_bytes().prv)


# -- certificates


@spoil("certificate.sign", "ca")
def expired(house: House) -> None:
    house.with_certificate(certificate(start=-400))


@spoil("certificate.copy")
def older_copy(house: House) -> None:
    house.write("cert", certificate(start=-200))


@spoil("certificate.copy")
def pub_of_another_key(house: House) -> None:
    house.write("pub", certificate(private=key("former")))


@spoil("certificate.copy")
def pub_gone(house: House) -> None:
    house.remove("pub")


@spoil("certificate.copy")
def cert_truncated(house: House) -> None:
    house.write("cert", healthy_bytes().own[:-60])


@spoil("certificate.only")
def pub_with_the_masters(house: House) -> None:
    house.write("pub", healthy_bytes().own + healthy_bytes().master)


@spoil("bundle.rebuild")
def blocks_on_one_line(house: House) -> None:
    house.write("bundle", healthy_bytes().own.rstrip() + healthy_bytes().master)


@spoil("bundle.rebuild", "server")
def bundle_without_master(house: House) -> None:
    house.write("bundle", healthy_bytes().own)


@spoil("bundle.rebuild", "server")
def bundle_gone(house: House) -> None:
    house.remove("bundle")


@spoil("bundle.rebuild")
def bundle_without_agent(house: House) -> None:
    house.write("bundle", healthy_bytes().master)


@spoil("bundle.rebuild")
def key_in_bundle(house: House) -> None:
    house.write("bundle", healthy_bytes().own + healthy_bytes().master + healthy_bytes().prv)


@spoil("bundle.rebuild")
def text_in_bundle(house: House) -> None:
    house.write("bundle", b"Alias name: server\n" + healthy_bytes().own + healthy_bytes().master)


@spoil("seed.make")
def seed_of_zeros(house: House) -> None:
    house.write("seed", bytes(8192))


@spoil("seed.make")
def seed_gone(house: House) -> None:
    house.remove("seed")


# -- all of it


@spoil("seed.make key.new certificate.sign", "ca", "server")
def nothing_there(house: House) -> None:
    for artifact in ("stash", "seed", "prv", "pub", "cert", "bundle"):
        house.remove(artifact)


@spoil("folder.make seed.make key.new certificate.sign", "ca", "server")
def no_folder(house: House) -> None:
    house.remove(CERTS)

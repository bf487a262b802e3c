"""What a plan prints, typed by a person into `sh` with the real tools, gives what `fix --apply` gives."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ita_doctor.cli.library import table
from ita_doctor.codecs.pem import scan
from laboratory.lab import Site, copy_of
from laboratory.tools import STORE_PASSWORD, base64_of, keytool, pem_of, spare_key
from real.judging import inside, leaks

pytestmark = pytest.mark.real

ODD = "it's $(touch pwned) $HOME; a  b"
"""A folder whose name does harm to every shell that gets it without quotes."""

BY_HAND = frozenset({"certificate.choose"})
"""Entries of which no plan has a command to type."""

Spoil = Callable[[Site], Any]


class Way(NamedTuple):
    """One fault, and what is given to heal it."""

    do: Spoil
    words: FrozenSet[str]
    """Entries of rules/remedies.toml of which the plan shows commands."""
    given: Tuple[str, ...] = ()


WAYS: Dict[str, Way] = {}


def way(words: str, *given: str) -> Callable[[Spoil], Spoil]:
    """Register a fault that *words* heal."""

    def register(do: Spoil) -> Spoil:
        WAYS[do.__name__] = Way(do, frozenset(words.split()), given)
        return do

    return register


CA = ("--ca-cert", "{site.ca_crt}", "--ca-key", "{site.ca_key}")
SERVER = ("--server-cert", "{site.server_pem}")
PASSWORD = ("--password-file", "{site.top}/the.password")


# -- ita.ini


@way("ini.set")
def a_setting_leads_to_another_suffix(site: Site) -> None:
    site.set("key_db_name", "nc117032")


@way("ini.set")
def a_setting_is_empty(site: Site) -> None:
    site.set("key_repository_dir", "")


@way("ini.set")
def a_setting_is_absent(site: Site) -> None:
    site.set("password_file", None)


@way("ini.rename")
def a_setting_is_misspelt(site: Site) -> None:
    site.edit(site.ini, b"password_file", b"pasword_file")


@way("ini.move")
def a_setting_stands_in_another_section(site: Site) -> None:
    line = f"random_file = {site.seed}\n".encode()
    site.edit(site.ini, line, b"")
    site.edit(site.ini, b"[ITA]\n", b"[ITA]\n" + line)


@way("ini.header")
def the_header_is_misspelt(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]", b"[ITA_SSL]")


@way("ini.header")
def the_header_is_gone(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]\n", b"")


@way("ini.section ini.set")
def the_section_is_gone(site: Site) -> None:
    site.write(site.ini, b"# the agent\n[ITA]\nname = ita\n")


@way("ini.unique")
def a_setting_is_given_twice(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + b"random_file = /nowhere/else.rnd\n")


@way("ini.clean")
def a_comment_holds_a_control_character(site: Site) -> None:
    site.edit(site.ini, b"# Settings", b"# Set\x01tings")


@way("ini.set")
def a_value_is_quoted(site: Site) -> None:
    site.edit(site.ini, f"= {site.stash}\n".encode(), f'= "{site.stash}"\n'.encode())


@way("text.recode")
def the_settings_are_in_ebcdic(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes().decode().encode("cp037"))


# -- files and folders


@way("text.recode")
def the_key_is_in_ebcdic(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes().decode().replace("\n", "\x85").encode("cp037"))


@way("text.recode")
def a_certificate_has_a_mark(site: Site) -> None:
    site.write(site.pub, b"\xef\xbb\xbf" + site.pub.read_bytes())


@way("text.recode")
def the_bundle_is_in_utf16(site: Site) -> None:
    site.write(site.bundle, site.bundle.read_bytes().decode().encode("utf-16"))


@way("file.protect")
def secrets_are_for_all(site: Site) -> None:
    site.prv.chmod(0o644)
    site.stash.chmod(0o640)


@way("file.protect")
def anybody_can_write(site: Site) -> None:
    site.bundle.chmod(0o666)


@way("folder.protect")
def anybody_can_replace(site: Site) -> None:
    site.folder.chmod(0o777)


@way("stray.move")
def the_password_lies_about(site: Site) -> None:
    site.write(site.folder / f"{site.suffix}.pwd", site.password, 0o600)


# -- stash, key and seed


@way("stash.rewrite", *PASSWORD)
def the_stash_is_gone(site: Site) -> None:
    site.stash.unlink()


@way("stash.rewrite")
def the_stash_is_in_ebcdic(site: Site) -> None:
    site.write(site.stash, base64_of(site.password).decode().encode("cp037"))


@way("stash.rewrite")
def the_stash_has_a_line_end(site: Site) -> None:
    site.write(site.stash, base64_of(site.password + b"\n"))


@way("stash.rewrite", *PASSWORD)
def the_password_is_an_odd_one(site: Site) -> None:
    site.use_password('  it\'s $HOME `id` "Größe" \\n '.encode())
    site.stash.unlink()


@way("key.lock")
def the_key_is_in_clear(site: Site) -> None:
    site.write(site.prv, pem_of(site.key(), None))


@way("key.lock")
def the_key_is_locked_too_well(site: Site) -> None:
    site.relock("-scrypt")


@way("key.restore stray.move")
def the_key_lies_under_its_first_name(site: Site) -> None:
    site.prv.rename(site.folder / f"{site.suffix}.key")


@way("seed.make")
def the_seed_is_gone(site: Site) -> None:
    site.seed.unlink()


@way("seed.make")
def the_seed_is_no_seed(site: Site) -> None:
    site.write(site.seed, bytes(8192))


# -- certificates


@way("certificate.copy")
def the_copy_is_older(site: Site) -> None:
    site.write(site.cert, site.issue(start=-200))


@way("certificate.copy")
def the_certificate_is_gone(site: Site) -> None:
    site.pub.unlink()


@way("certificate.only")
def the_certificate_is_not_alone(site: Site) -> None:
    site.write(site.pub, site.pub.read_bytes() + site.ca_crt.read_bytes())


@way("certificate.sign certificate.copy bundle.rebuild", *CA)
def the_certificate_has_expired(site: Site) -> None:
    site.certify(site.issue(start=-400))


@way("bundle.rebuild")
def two_blocks_stand_on_one_line(site: Site) -> None:
    site.write(site.bundle, site.pub.read_bytes().rstrip() + site.server_pem.read_bytes())


@way("bundle.rebuild")
def the_bundle_holds_a_former_certificate(site: Site) -> None:
    site.write(site.bundle, site.issue(start=-300) + site.server_pem.read_bytes())


@way("bundle.rebuild")
def the_bundle_holds_text(site: Site) -> None:
    site.write(site.bundle, b"Alias name: server\n" + site.bundle.read_bytes())


@way("bundle.rebuild server.take", *SERVER)
def the_bundle_is_gone(site: Site) -> None:
    site.bundle.unlink()


@way("bundle.rebuild server.take", "--server-keystore", "{site.etc}")
def the_bundle_lacks_the_master(site: Site) -> None:
    site.write(site.bundle, site.pub.read_bytes())


# -- much of it


@way("key.new stash.rewrite certificate.sign certificate.copy bundle.rebuild seed.make server.take", *CA, *SERVER)
def nothing_is_there(site: Site) -> None:
    for path in site.six:
        path.unlink()


@way("folder.make key.new stash.rewrite certificate.sign certificate.copy bundle.rebuild seed.make server.take", *CA, *SERVER, *PASSWORD)
def not_even_the_folder_is_there(site: Site) -> None:
    shutil.rmtree(site.folder)


@way("key.new stash.rewrite certificate.sign certificate.copy bundle.rebuild", "--renew", *CA)
def all_is_to_be_new(site: Site) -> None:
    pass


@way("suffix.copy ini.set", "--suffix", "my-tws.2")
def another_suffix_is_wanted(site: Site) -> None:
    pass


@way("trust.import", "--trust-keystore", "{site.trusted}")
def the_master_trusts_an_older_one(site: Site) -> None:
    """The alias is taken out first."""
    older = site.top / "older.pem"
    older.write_bytes(site.issue(spare_key("rsa2048", 7), start=-300))
    site.trusted.unlink()
    site.trust(older)


@way("ini.rename stash.rewrite key.lock bundle.rebuild seed.make file.protect")
def one_fault_hides_another(site: Site) -> None:
    site.edit(site.ini, b"password_file", b"pasword_file")
    site.write(site.stash, base64_of(site.password).decode().encode("cp037"))
    site.write(site.prv, pem_of(site.key(), None), 0o644)
    site.write(site.bundle, site.pub.read_bytes().rstrip() + site.server_pem.read_bytes())
    site.seed.unlink()
    site.cert.chmod(0o666)


# -- typing


class Desk:
    """A site below a folder with an odd name, and a work folder beside it."""

    def __init__(self, laboratory: Site, top: Path) -> None:
        self.top, self.work = top, top / "work"
        self.site = copy_of(laboratory, top / ODD / "site")
        self.work.mkdir()

    def options(self, given: Tuple[str, ...]) -> List[str]:
        """What is given to `fix`, the suffix that a case names last."""
        password = self.site.top / "the.password"
        password.write_bytes(self.site.password)
        password.chmod(0o600)
        said = [one.format(site=self.site) for one in given]
        return ["--suffix", self.site.suffix, "--offline", "--state", str(self.top / "state"), *said]

    def lay_down(self, suffix: str) -> None:
        """What rules/remedies.toml says is in the work folder."""
        for name, content in ((f"{suffix}.pwd", self.site.password), ("store.pwd", STORE_PASSWORD.encode())):
            (self.work / name).write_bytes(content)
            (self.work / name).chmod(0o600)

    def type(self, command: str) -> None:
        """One line, in the work folder."""
        done = subprocess.run(["sh", "-c", command], cwd=self.work, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
        assert 0 == done.returncode, (command, done.stderr.decode(errors="replace"))

    def keep(self, name: str) -> None:
        """Lay a copy of the site aside, owners, modes and times with it."""
        shutil.rmtree(self.top / name, ignore_errors=True)
        subprocess.run(["cp", "-a", self.site.top, self.top / name], check=True, timeout=60)

    def take(self, name: str, aside: str) -> None:
        """Lay the site aside, and put the one called *name* in its place."""
        self.site.top.rename(self.top / aside)
        (self.top / name).rename(self.site.top)


@pytest.fixture
def desk(laboratory, tmp_path):
    """A place to type at."""
    if shutil.which("iconv") is None:
        pytest.skip("needs iconv")
    return Desk(laboratory, tmp_path)


def starts_of(words: str) -> List[str]:
    """How the commands of an entry begin, one for each kind of it, by which they are known in a plan."""
    entry = table("remedies.toml")[words]
    kinds = [entry["commands"], *(one["commands"] for one in entry.get("from", {}).values())]
    return [commands[0].split("{", 1)[0] for commands in kinds]


class Outcome(NamedTuple):
    """What came of it, in a form in which the same is equal."""

    roots: List[str]
    ini: bytes
    texts: Dict[str, Any]
    """By artifact: the certificates of a file in their order."""
    password: Optional[bytes]
    fits: bool
    """The key opens with the stash, and is the certificate's."""
    modes: Dict[str, Tuple[int, int]]
    strays: List[str]


def certificates(path: Path) -> List[bytes]:
    """DER of the certificates of a file."""
    return [block.data.reveal() for block in scan(path.read_text()).blocks if block.label == "CERTIFICATE"]


def load(path: Path, password: bytes) -> Any:
    """The private key."""
    return serialization.load_pem_private_key(path.read_bytes(), password)


def public(key: Any) -> bytes:
    """DER of its public half."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def outcome(site: Site, suffix: str, *, is_new: bool) -> Outcome:
    """How the site stands now; of a new certificate what can be the same twice: subject, names, usages."""
    told = json.loads(inside("check", site.ini, "--offline", "--format", "json").out)
    (installation,) = told["installations"]
    old, site.suffix = site.suffix, suffix
    try:
        password = base64.b64decode(site.stash.read_bytes())
        key = load(site.prv, password)
        held = {name: certificates(getattr(site, name)) for name in ("pub", "cert", "bundle")}
        fits = public(key.public_key()) == public(x509.load_der_x509_certificate(held["pub"][0]).public_key())
        same = held["pub"] == held["cert"] and held["bundle"][:1] == held["pub"]
        texts: Dict[str, Any] = {name: [shape(one) if is_new else one for one in ders] for name, ders in held.items()}
        modes = {path.name: (path.stat().st_mode & 0o777, path.stat().st_uid) for path in [*site.six[:5], site.ini, site.job]}
        modes["cert"] = (site.folder.stat().st_mode & 0o777, site.folder.stat().st_uid)
        strays = sorted(path.name for path in site.folder.iterdir() if not re.search(r"\.\d{14}$", path.name))
    finally:
        site.suffix = old
    return Outcome(installation["root_causes"], site.ini.read_bytes(), texts, password if not is_new else None, fits and same, modes, strays)


def shape(der: bytes) -> Dict[str, Any]:
    """Of a certificate what two of the same request have in common."""
    one = x509.load_der_x509_certificate(der)
    extensions = {each.oid.dotted_string: each.critical for each in one.extensions}
    days = (one.not_valid_after - one.not_valid_before).total_seconds() // 86400
    names = [each.value.get_values_for_type(x509.DNSName) for each in one.extensions if isinstance(each.value, x509.SubjectAlternativeName)]
    return {
        "subject": one.subject.rfc4514_string(),
        "issuer": one.issuer,
        "names": names,
        "extensions": extensions,
        "version": one.version,
        "days": days,
    }


def plan_of(desk: Desk, options: List[str]) -> Any:
    """The dry run, as a program reads it."""
    told = inside("fix", desk.site.ini, *options, "--format", "json")
    assert told.status == 1, told.err + told.out
    assert not leaks(desk.site, told)
    return json.loads(told.out)


@pytest.mark.filterwarnings("ignore:Properties that return a naïve datetime")
@pytest.mark.parametrize("name", WAYS)
def test_what_is_printed_does_what_is_done(desk: Desk, name: str) -> None:
    """Typed in their order, the commands of a plan heal the site, and leave what `fix --apply` leaves."""
    one, site = WAYS[name], desk.site
    one.do(site)
    options = desk.options(one.given)
    plan = plan_of(desk, options)
    suffix, is_new = plan["suffix"], bool({"key.new", "certificate.sign"} & one.words)
    desk.lay_down(suffix)
    desk.keep("before")
    commands = [command for step in plan["steps"] if step["state"] == "will-do" for command in step["commands"]]

    for command in commands:
        desk.type(command)
    typed = outcome(site, suffix, is_new=is_new)
    trusted = held_under(site, suffix)
    desk.take("before", "typed")
    done = inside("fix", site.ini, *options, "--apply", "--yes")

    assert done.status in (0, 2), done.out + done.err
    assert [] == typed.roots
    assert outcome(site, suffix, is_new=is_new) == typed
    assert held_under(site, suffix) == trusted
    assert [] == list(desk.top.rglob("pwned"))
    assert [] == [command for command in commands if site.password in os.fsencode(command) or base64.b64encode(site.password) in os.fsencode(command)]
    missing = [words for words in one.words if not any(command.startswith(start) for start in starts_of(words) for command in commands)]
    assert [] == missing


def held_under(site: Site, alias: str) -> Optional[bytes]:
    """What the master's trust store holds for the agent."""
    try:
        return keytool("-exportcert", "-rfc", "-alias", alias, "-keystore", site.trusted)
    except RuntimeError:
        return None


def test_a_request_is_made_by_hand(desk: Desk) -> None:
    """The printed request is for the same name and the same key as the one that `fix` leaves."""
    site = desk.site
    site.certify(site.issue(start=-400))
    options = desk.options(())
    plan = plan_of(desk, options)
    desk.lay_down(site.suffix)
    for step in plan["steps"]:
        for command in step["commands"] if step["state"] == "will-do" else ():
            desk.type(command)

    done = inside("fix", site.ini, *options, "--apply", "--yes")
    (left,) = (desk.top / "state").rglob("*.csr")
    typed, made = (x509.load_pem_x509_csr(path.read_bytes()) for path in (desk.work / f"{site.suffix}.csr", left))

    assert done.status == 2, done.err
    assert typed.subject.rfc4514_string() == made.subject.rfc4514_string()
    assert public(typed.public_key()) == public(made.public_key())


def test_every_remedy_is_typed_once() -> None:
    """No entry that has commands is left out here; those of a running agent, a request and IBM i have tests of their own."""
    entries = {name for name, words in table("remedies.toml").items() if "." in name and words["commands"]}

    assert {"agent.restart", "file.retag", "request.make"} == entries - {words for one in WAYS.values() for words in one.words} - BY_HAND


def test_no_path_is_without_quotes(desk: Desk) -> None:
    """Wherever the odd folder stands in a command, a shell reads it as one word."""
    WAYS["one_fault_hides_another"].do(desk.site)
    plan = plan_of(desk, desk.options(()))

    for step in plan["steps"]:
        for command in step["commands"]:
            rest = re.sub(re.escape(shlex.quote(str(desk.site.top))[:-1]) + r"[^']*'", "", command)
            assert "touch pwned" not in rest, command

"""The words of every remedy are whole, and the lines that a person would type do what the sentence says, with the real tools."""

from __future__ import annotations

import base64
import os
import pwd
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from string import Formatter
from typing import Any, Dict, Iterator, List, Mapping, Tuple

import pytest

from builders import certificate, healthy_bytes, key, locked
from ita_doctor.cli.library import table
from ita_doctor.model.finding import Observation, Status
from ita_doctor.words import COMMON, commands_of, sentence

WORDS: Mapping[str, Any] = table("remedies.toml")
"""As plain values."""

REMEDIES: Dict[str, Any] = {name: words for name, words in WORDS.items() if "." in name}
PASSWORD = "a b'c$d-Qv7"
NAMES = {"agent.restart", "bundle.rebuild", "certificate.choose", "certificate.copy", "certificate.only", "certificate.sign", "file.protect", "file.retag", "folder.make", "folder.protect",
       "ini.clean", "ini.header", "ini.move", "ini.rename", "ini.section", "ini.set", "ini.unique", "ini.join", "key.lock", "key.new", "key.restore",
       "request.make", "seed.make", "server.take", "stash.rewrite", "stray.move", "suffix.copy", "text.recode", "trust.import"}  # fmt: skip


def strings(value: Any, where: str = "") -> Iterator[Tuple[str, str]]:
    """Every string below *value*, with where it stands."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from strings(one, f"{where}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from strings(one, f"{where}[{number}]")


def fields(text: str) -> List[str]:
    """The placeholders of a template."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def is_command(where: str) -> bool:
    """Whether it is a line for the shell."""
    return ".commands[" in where


def test_every_remedy_has_its_words() -> None:
    """No remedy is missing, and none is there that nobody asks for."""
    assert set(REMEDIES) == NAMES


@pytest.mark.parametrize("name", sorted(REMEDIES))
def test_a_remedy_has_what_it_needs_and_nothing_else(name: str) -> None:
    """Step, text and commands are there and of their type; what else may stand there is a closed list."""
    words = REMEDIES[name]

    assert {"step", "text", "commands"} <= set(words) <= {"step", "text", "commands", "at", "from", "needs"}
    assert [] == [step for step in words["step"] if step not in range(1, 20)]
    assert words["step"]
    assert set(words.get("needs", {})) <= set(WORDS["needs"])


@pytest.mark.parametrize("name", sorted(WORDS))
def test_what_is_said_is_whole(name: str) -> None:
    """Every placeholder is declared, nothing is left to be written, and no sentence ends in a blank or a full stop."""
    known = {*COMMON, *WORDS["placeholders"]}
    for where, text in strings(WORDS[name], name):
        assert [] == [field for field in fields(text) if field not in known], where
        assert text == text.strip(), where
        assert text, where
        assert "TEMPLATE" not in text, where
        if not is_command(where):
            assert "  " not in text, where
            assert not text.endswith("."), where
            assert not text[0].isupper() or text.startswith("SSL"), where
            assert len(text) <= 260, where


def test_every_placeholder_is_used() -> None:
    """None is declared that nothing asks for."""
    used = {field for name in (*REMEDIES, "needs", "steps") for _, text in strings(WORDS[name]) for field in fields(text)}

    assert [] == [name for name in WORDS["placeholders"] if name not in used]


@pytest.mark.parametrize("name", sorted(REMEDIES))
def test_values_in_commands_are_not_quoted_twice(name: str) -> None:
    """A placeholder in a command is quoted when it is filled; quotes of the file's own would let a value out of them."""
    for where, text in strings(REMEDIES[name], name):
        if is_command(where):
            outside = re.sub(r"'[^']*'", "''", text)

            assert fields(text) == fields(outside), where
            assert not re.search(r"\"[^\"$]*\{\w+\}[^\"]*\"", outside), where


@pytest.mark.parametrize("name", [name for name in sorted(REMEDIES) if "at" in REMEDIES[name]])
def test_the_words_of_single_steps_come_to_the_whole(name: str) -> None:
    """Where each step has words of its own, their commands one after the other are those of the remedy."""
    words = REMEDIES[name]

    assert [str(step) for step in words["step"]] == list(words["at"])
    assert words["commands"] == [command for one in words["at"].values() for command in one["commands"]]


def test_every_step_of_the_procedure_has_a_name() -> None:
    """1 to 19, and nothing else; what is said of done and needless ones is said of one of these."""
    steps = dict(WORDS["steps"])
    said = {name: steps.pop(name) for name in ("done", "not_needed", "later")}

    assert [str(number) for number in range(1, 20)] == list(steps)
    assert [] == [(name, number) for name, words in said.items() for number in words if number not in steps]
    assert [] == [where for where, text in strings(said) if fields(text)]


# -- the commands, typed ------------------------------------------------------------------------------------------------


class Desk:
    """A work folder and an installation on disk, and the person who types."""

    def __init__(self, top: Path) -> None:
        self.work, self.folder = top / "work", top / "opt/hcl/T W'S/cert"
        self.work.mkdir()
        self.folder.mkdir(parents=True)
        names = {
            "stash": "a.sth",
            "seed": "a.rnd",
            "prv": "ita_prva.pem",
            "pub": "ita_puba.pem",
            "cert": "ita_certa.pem",
            "bundle": "ita_ca_certa.pem",
        }
        self.paths = {name: self.folder / file for name, file in names.items()}
        self.paths["ini"] = self.folder.parent / "ita.ini"
        user = pwd.getpwuid(os.getuid()).pw_name
        self.values = {**{name: str(path) for name, path in self.paths.items()}, "suffix": "a", "user": user, "place": str(self.paths["ini"])}
        self.values.update(
            dir=str(self.folder), installation=str(self.folder.parent), programs=str(self.folder.parent), job=str(top / "job"), me=user
        )
        (self.work / "a.pwd").write_text(PASSWORD + "\n")

    def type(self, remedy: str, at: str = "", line: int = 0, **facts: object) -> None:
        """Run the commands of a remedy, one after the other."""
        words = REMEDIES[remedy]["from"][at] if at else REMEDIES[remedy]
        where = str(facts.pop("where", "")) or None
        seen = Observation(Status.FAIL, "x", where=where, line=line or None, facts=facts)
        lines = commands_of(words["commands"], seen, self.values)
        assert len(words["commands"]) == len(lines)
        assert "{" not in sentence(REMEDIES[remedy]["text"], seen, self.values)
        for command in lines:
            done = subprocess.run(["sh", "-c", command], cwd=self.work, capture_output=True, timeout=60, check=False)
            assert 0 == done.returncode, (command, done.stderr.decode())

    def says(self, command: str) -> str:
        """What a command answers."""
        return subprocess.run(["sh", "-c", command], cwd=self.work, capture_output=True, text=True, timeout=60, check=True).stdout

    def key(self, path: Path) -> str:
        """The public half of a key that opens with the password."""
        return self.says(f"openssl pkey -in {shlex.quote(str(path))} -passin file:a.pwd -pubout")

    def ini(self, text: str) -> Path:
        """Write ita.ini."""
        self.paths["ini"].write_text(text)
        return self.paths["ini"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder in which to type."""
    for tool in ("openssl", "iconv"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}")
    return Desk(tmp_path)


def with_ca(desk: Desk) -> Dict[str, object]:
    """A CA on disk."""
    crt, private = desk.work / "TWSca.crt", desk.work / "TWSca.key"
    crt.write_bytes(healthy_bytes().ca)
    private.write_bytes(locked(key("ca"), None))
    return {"ca_cert": str(crt), "ca_key": str(private), "days": 365}


@pytest.mark.real
def test_from_nothing_by_hand(desk: Desk) -> None:
    """Typed in the order of the steps, the commands make six files that fit together."""
    paths = desk.paths
    (desk.work / "server.pem").write_bytes(healthy_bytes().master)
    desk.type("seed.make")
    desk.type("key.new")
    desk.type("stash.rewrite")
    desk.type("request.make", subject="/C=IT/O=Ex ample/CN=a", request="/x/a.csr")
    desk.type("request.make", "key", subject="/C=IT/O=Ex ample/CN=a", request="/x/a.csr")
    desk.type("certificate.sign", subject="/C=IT/O=Ex ample/CN=a", names="subjectAltName=DNS:a.example", **with_ca(desk))
    desk.type("certificate.copy", source="a.crt", where=paths["pub"])
    desk.type("certificate.copy", source=paths["pub"], where=paths["cert"])
    desk.type("bundle.rebuild")

    assert 8192 == len(paths["seed"].read_bytes())
    assert PASSWORD.encode() == base64.b64decode(paths["stash"].read_bytes())
    assert desk.key(paths["prv"]) == desk.says(f"openssl x509 -in {shlex.quote(str(paths['cert']))} -noout -pubkey")
    assert 2 == paths["bundle"].read_bytes().count(b"\n-----END CERTIFICATE-----\n")
    assert [0o600, 0o600, 0o644] == [paths[name].stat().st_mode & 0o777 for name in ("prv", "stash", "pub")]


@pytest.mark.real
def test_a_key_is_locked_and_restored_by_hand(desk: Desk) -> None:
    """A key in clear is encrypted with the password of the file, and a copy of a key is put in its place."""
    desk.paths["prv"].write_bytes(locked(key("agent"), None))
    before = desk.key(desk.paths["prv"])
    desk.type("key.lock")
    after = desk.key(desk.paths["prv"])
    desk.paths["prv"].rename(desk.work / "old copy.key")
    desk.type("key.restore", source="old copy.key")

    assert before == after == desk.key(desk.paths["prv"])
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in desk.paths["prv"].read_bytes()
    assert 0o600 == desk.paths["prv"].stat().st_mode & 0o777


@pytest.mark.real
def test_a_bundle_is_made_of_what_it_held(desk: Desk) -> None:
    """Without server.pem the master's certificate is taken out of the bundle, END and BEGIN on one line or not."""
    made = healthy_bytes()
    desk.paths["pub"].write_bytes(made.own)
    desk.paths["bundle"].write_bytes(certificate(start=-400).rstrip(b"\n") + made.master)
    desk.type("bundle.rebuild")

    assert desk.paths["bundle"].read_bytes().split() == (made.own + made.master).split()


@pytest.mark.real
def test_other_certificates_are_taken_away_by_hand(desk: Desk) -> None:
    """The agent's certificate stays, the key and the others go."""
    made = healthy_bytes()
    desk.paths["prv"].write_bytes(locked(key("agent"), PASSWORD.encode()))
    desk.paths["pub"].write_bytes(locked(key("agent"), None) + made.own + made.ca)
    desk.type("certificate.only", where=desk.paths["pub"])

    assert made.own.split() == desk.paths["pub"].read_bytes().split()


@pytest.mark.real
@pytest.mark.parametrize(("encoding", "codec"), [("IBM037", "cp037"), ("UTF-16LE", "utf-16"), ("UTF-16BE", "utf-16-be"), ("UTF-8", "utf-8-sig")])
def test_a_text_is_recoded_by_hand(desk: Desk, encoding: str, codec: str) -> None:
    """What was EBCDIC, UTF-16 or behind a byte order mark is ASCII, and says the same."""
    text = healthy_bytes().own.decode()
    desk.paths["pub"].write_bytes((text.replace("\n", "\x85") if codec == "cp037" else text).encode(codec))
    desk.type("text.recode", where=desk.paths["pub"], encoding=encoding)

    assert text == desk.paths["pub"].read_text()


@pytest.mark.real
def test_files_and_folders_are_put_right_by_hand(desk: Desk) -> None:
    """Folders are made, modes set, copies made and strays moved."""
    stray = desk.folder / "a.pwd"
    stray.write_bytes(b"x")
    desk.type("folder.make", where=desk.folder / "new one")
    desk.type("folder.protect", where=desk.folder, mode="0755")
    desk.type("file.protect", where=stray, mode="0600")
    desk.type("suffix.copy", source=stray, where=desk.folder / "b.pwd")
    desk.type("stray.move", where=stray)

    assert ["b.pwd", "new one"] == sorted(path.name for path in desk.folder.iterdir())
    assert [0o755, 0o600] == [path.stat().st_mode & 0o777 for path in (desk.folder, desk.folder / "b.pwd")]
    assert b"x" == (desk.work / "kept/a.pwd").read_bytes()


SET = "[ITA]\nname = ita\n[ITA SSL]\n# port\n port =1\nother = 2\n"

LINES = {
    "set": ("ini.set", SET, {"name": "port", "value": r"/a b/&\n'$x"}, "[ITA]\nname = ita\n[ITA SSL]\n# port\n port =/a b/&\\n'$x\nother = 2\n"),
    "rename": ("ini.rename", "[ITA SSL]\npass_word = a = b\nx = 1\n", {"found": "pass_word", "name": "password"}, "[ITA SSL]\npassword = a = b\nx = 1\n"),
    "move": ("ini.move", "[ITA]\nport = 1\n[ITA SSL]\nx = 1\n", {"name": "port", "section": "ITA SSL"}, "[ITA]\n[ITA SSL]\nx = 1\nport = 1\n"),
    "near": ("ini.header", "[ITA]\na = 1\n[ITA_SSL]\nx = 1\n", {"section": "ITA SSL", "line": 3}, "[ITA]\na = 1\n[ITA SSL]\nx = 1\n"),
    "elsewhere": ("ini.header", "[ITA]\na = 1\nx = 1\n", {"section": "ITA SSL", "line": 3}, "[ITA]\na = 1\n[ITA SSL]\nx = 1\n"),
    "section": ("ini.section", "[ITA]\na = 1", {"section": "ITA SSL"}, "[ITA]\na = 1\n[ITA SSL]\n"),
    "unique": ("ini.unique", "[A]\nx = 0\n[B]\nx = 1\ny = 2\n x=3\n", {"name": "x"}, "[A]\nx = 0\n[B]\nx = 1\ny = 2\n"),
    "clean": ("ini.clean", "[A]\r\n# \"it's\" \nx = \"a b\" \ny = 'c'\r\nz = \n", {}, "[A]\n# \"it's\"\nx = a b\ny = c\nz =\n"),
}  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(LINES))
def test_settings_are_put_right_by_hand(desk: Desk, name: str) -> None:
    """Each line of ita.ini is changed as the sentence says, and no other; the old file is kept."""
    remedy, before, facts, after = LINES[name]
    path = desk.ini(before)
    desk.type(remedy, where=path, **facts)
    kept = [one for one in path.parent.iterdir() if one.name.startswith("ita.ini.")]

    assert after == path.read_text()
    assert [before.encode()] == [one.read_bytes() for one in kept]


@pytest.mark.real
def test_the_masters_stores_are_used_by_hand(desk: Desk) -> None:
    """server.pem comes out of the key store, and the agent's certificate goes into the trust store, also over an older one."""
    if shutil.which("keytool") is None:
        pytest.skip("needs keytool")
    desk.paths["pub"].write_bytes(certificate(start=-400))
    store = desk.work / "trust store.jks"
    made = f"keytool -genkeypair -keyalg RSA -alias server -dname CN=m -keystore {shlex.quote(str(store))} -storepass:file p -storetype JKS"
    desk.says(f"echo changed-it > p && cp p store.pwd && {made} -keypass:file p")
    desk.type("server.take", "keystore", source=store)
    desk.type("trust.import", keystore=store, alias="a b")
    desk.paths["pub"].write_bytes(healthy_bytes().own)
    desk.type("trust.import", keystore=store, alias="a b")
    held = desk.says(f"keytool -exportcert -rfc -alias 'a b' -keystore {shlex.quote(str(store))} -storepass:file p")

    assert healthy_bytes().own.split() == held.encode().split()
    assert "BEGIN CERTIFICATE" in (desk.work / "server.pem").read_text()


@pytest.mark.real
def test_the_masters_certificate_is_taken_from_a_file_by_hand(desk: Desk) -> None:
    """Text around it is left behind."""
    (desk.work / "given.pem").write_bytes(b"subject=x\n" + healthy_bytes().master)
    desk.type("server.take", source="given.pem")

    assert healthy_bytes().master.split() == (desk.work / "server.pem").read_bytes().split()


@pytest.mark.real
def test_the_agent_is_restarted_by_hand(desk: Desk) -> None:
    """Stop comes before start."""
    for name in ("ShutDownLwa", "StartUpLwa"):
        program = desk.folder.parent / name
        program.write_text('#!/bin/sh\necho "${0##*/}" >> log\n')
        program.chmod(0o755)
    desk.type("agent.restart")

    assert ["ShutDownLwa", "StartUpLwa"] == (desk.work / "log").read_text().split()

"""Whatever stands in the place of an artifact: a finding with a path, exit 2, no traceback, no hang, no more than the first MiB read."""

from __future__ import annotations

import base64
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Tuple

import pytest

from ita_doctor.sandbox.installation import Sandbox, build, name_master, read, write

ARTIFACTS = ("ini", "job", "stash", "seed", "prv", "pub", "cert", "bundle")


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A healthy installation on disk."""
    made = build(str(tmp_path / "s"))
    name_master(made, 31116)
    return made


def paths(sandbox: Sandbox) -> Dict[str, str]:
    """By artifact, where it stands."""
    ita = os.path.join(sandbox.agent, "ITA", "cpa")
    names = {
        "prv": "ita_prv{}.pem",
        "pub": "ita_pub{}.pem",
        "cert": "ita_cert{}.pem",
        "bundle": "ita_ca_cert{}.pem",
        "stash": "{}.sth",
        "seed": "{}.rnd",
    }
    found = {artifact: os.path.join(sandbox.folder, name.format("nc117031")) for artifact, name in names.items()}
    return {**found, "ini": os.path.join(ita, "ita", "ita.ini"), "job": os.path.join(ita, "config", "JobManager.ini")}


HARMLESS = {("seed", "random"), ("seed", "cut"), ("seed", "escape"), ("seed", "inner-junk"), ("job", "escape"), ("job", "inner-junk")}
"""Junk that still leaves what the file is for."""


def check(sandbox: Sandbox, *options: str) -> Tuple[int, Any, float]:
    """(status, the installation's report, seconds) of one whole process with little memory."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "ita_doctor", "check", sandbox.agent, "--offline", "--format", "json", *options],
        capture_output=True, timeout=60, preexec_fn=limit, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    (installation,) = json.loads(done.stdout)["installations"]
    assert 0 == installation["counts"]["broken"], [one["message"] for one in installation["findings"] if one["status"] == "broken"]
    return done.returncode, installation, time.monotonic() - started


def socket_at(path: str) -> None:
    """A UNIX socket; its name is too long for bind, so it is made in the folder."""
    here = os.getcwd()
    os.chdir(os.path.dirname(path))
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.path.basename(path))
    finally:
        os.chdir(here)


def loop_at(path: str) -> None:
    """A symlink that leads to itself."""
    os.symlink(os.path.basename(path), path)


IN_PLACE: Dict[str, Callable[[str], object]] = {
    "fifo": os.mkfifo,
    "folder": os.mkdir,
    "socket": socket_at,
    "loop": loop_at,
    "dangling": lambda path: os.symlink("/does/not/exist", path),
    "device": lambda path: os.symlink("/dev/zero", path),
    "terminal": lambda path: os.symlink("/dev/tty", path),
    "empty": lambda path: write(path, b""),
    "blanks": lambda path: write(path, b" \r\n" * 50),
    "huge": lambda path: os.truncate(path, 100 << 20) if os.path.exists(path) else _sparse(path),
}


def _sparse(path: str) -> None:
    write(path, b"x")
    os.truncate(path, 100 << 20)


@pytest.mark.parametrize("kind", sorted(IN_PLACE))
@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_what_is_no_file_is_a_finding(sandbox: Sandbox, artifact: str, kind: str) -> None:
    """A FIFO, a device, a folder, a loop … in the place of any file: exit 2, its path is named, one root cause, at once."""
    path = paths(sandbox)[artifact]
    os.unlink(path)
    IN_PLACE[kind](path)

    status, installation, seconds = check(sandbox, "--skip", "ITA-FILE-008")

    causes = {one["rule"]: one["where"] for one in installation["findings"] if one["status"] == "fail" and one["severity"] != "note"}
    file_rules = {rule for rule in causes if rule.startswith(("ITA-FILE", "ITA-INI-001", "ITA-AGT-001"))}
    assert 2 == status
    assert path in causes.values()
    assert file_rules - {"ITA-FILE-005"} == set(causes) - {"ITA-FILE-005"}
    assert 1 == len(file_rules - {"ITA-FILE-005", "ITA-FILE-006"}), causes
    assert seconds < 10


def pbkdf2_bomb() -> bytes:
    """An encrypted key whose password would be derived in 2^31 rounds."""

    def tlv(tag: int, content: bytes) -> bytes:
        length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
        return bytes([tag]) + length + content

    pbkdf2 = tlv(0x30, bytes.fromhex("06092a864886f70d01050c") + tlv(0x30, tlv(4, b"saltsalt") + tlv(2, (1 << 31).to_bytes(5, "big"))))
    aes = tlv(0x30, bytes.fromhex("060960864801650304012a") + tlv(4, bytes(16)))
    scheme = tlv(0x30, bytes.fromhex("06092a864886f70d01050d") + tlv(0x30, pbkdf2 + aes))
    body = base64.encodebytes(tlv(0x30, scheme + tlv(4, bytes(1232))))
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + body + b"-----END ENCRYPTED PRIVATE KEY-----\n"


def many_blocks(sandbox: Sandbox) -> bytes:
    """10,000 blocks below one MiB: the certificate once, then tiny ones that hold none."""
    tiny = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    return read(sandbox.pub) + tiny * 10000


JUNK: Dict[str, Callable[[Sandbox, bytes], bytes]] = {
    "nul": lambda _, old: bytes(100_000),
    "random": lambda _, old: bytes((number * 7919 + number // 251) % 256 for number in range(60_000)),
    "one-line": lambda _, old: b"A" * 1_000_000,
    "brackets": lambda _, old: b"[" * 1_000_000,
    "equals": lambda _, old: b"a=b\n" * 250_000,
    "dashes": lambda _, old: b"-----BEGIN " * 90_000,
    "begins": lambda _, old: b"-----BEGIN CERTIFICATE-----\n" * 35_000,
    "many-blocks": lambda sandbox, _: many_blocks(sandbox)[: 1 << 20],
    "cut": lambda _, old: old[: len(old) // 2],
    "inner-junk": lambda _, old: old[:300] + b"\x00\xff\x1b[31m" + old[310:],
    "escape": lambda _, old: b"\x1b]0;owned\x07\x1b[2J" + old,
}


@pytest.mark.parametrize("kind", sorted(JUNK))
@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_junk_is_judged_in_bounded_time(sandbox: Sandbox, artifact: str, kind: str) -> None:
    """Whatever bytes stand in a file: an answer in bounded time, nothing broken, and no escape character in it."""
    path = paths(sandbox)[artifact]
    write(path, JUNK[kind](sandbox, read(path)), 0o600 if artifact in ("prv", "stash") else 0o644)

    status, installation, seconds = check(sandbox, "--skip", "ITA-FILE-008")

    assert seconds < 10
    assert status == 2 or (artifact, kind) in HARMLESS or installation["root_causes"]
    said = json.dumps([one["message"] for one in installation["findings"]], ensure_ascii=False)
    assert "\x1b" not in said
    assert "\\u001b" not in json.dumps([one["message"] for one in installation["findings"]])


def test_a_key_of_2_to_the_31_rounds_is_not_tried(sandbox: Sandbox) -> None:
    """ITA-KEY-001, at once."""
    write(paths(sandbox)["prv"], pbkdf2_bomb(), 0o600)

    status, installation, seconds = check(sandbox, "--skip", "ITA-FILE-008")

    assert 2 == status
    assert ["ITA-KEY-001"] == installation["root_causes"]
    assert seconds < 5


@pytest.mark.parametrize(
    "url", ["", "nonsense", "https://", "https://[::1", "https://h:99999/", "ftp://h/", "https://\x1b[31m/", "https://h o s t/", "//", "https:///x"]
)
def test_a_url_that_is_nonsense_is_a_finding(sandbox: Sandbox, url: str) -> None:
    """JobManager.ini's URL: ITA-AGT-001 or 002, exit 2, JobManager.ini named."""
    write(paths(sandbox)["job"], f"[ResourceAdvisorAgent]\nResourceAdvisorUrl = {url}\n".encode())

    status, installation, _ = check(sandbox, "--skip", "ITA-FILE-008")

    assert 2 == status
    assert {"ITA-AGT-001", "ITA-AGT-002"} & set(installation["root_causes"])
    assert {"ITA-AGT-001", "ITA-AGT-002", "ITA-INI-002"} >= set(installation["root_causes"])


def test_offline_opens_no_socket(sandbox: Sandbox, tmp_path: Path) -> None:
    """Under strace, `check --offline` makes no socket but local ones (the C library's name cache), asks no resolver, and opens nothing for writing."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    log = tmp_path / "strace"
    command = [sys.executable, "-B", "-m", "ita_doctor", "check", sandbox.agent, "--offline"]

    done = subprocess.run(
        ["strace", "-f", "-o", str(log), "-e", "trace=%network,%file,write,ftruncate,fchmod,fchown", *command], capture_output=True, check=False
    )

    if b"ptrace" in done.stderr:
        pytest.skip("this machine forbids ptrace")
    calls = log.read_text(errors="replace").splitlines()
    sockets = [call for call in calls if "socket(" in call or "connect(" in call]
    assert [] == [call for call in sockets if "AF_UNIX" not in call]
    assert [] == [call for call in calls if "/etc/resolv.conf" in call]
    changing = ("O_WRONLY", "O_RDWR", "O_CREAT", "unlink", "rename", "mkdir", "chmod", "chown", "truncate", "link(", "utime")
    assert [] == [
        call
        for call in calls
        if any(word in call for word in changing) and "/dev/null" not in call and "readlink(" not in call and "readlinkat(" not in call
    ]

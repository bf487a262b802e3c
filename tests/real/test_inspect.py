"""`inspect` on every kind of file that people confuse, made by the real tools; and every command that it prints, run by them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import socket
import stat
import time
from pathlib import Path

import pytest

from real.judging import inside
from real.shelf import PASSWORD, environment, lay_ground, shell
from real.shelf_rows import CONVERTED, PLAIN

TOOLS = ("openssl", "keytool", "ssh-keygen", "iconv")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Every file of the table, made once: its folder, and by name why one could not be made here."""
    ground = lay_ground(tmp_path_factory.mktemp("ground"))
    shelf = tmp_path_factory.mktemp("shelf")
    missing = {}
    for row in (*PLAIN, *CONVERTED):
        try:
            shell(row.how, ground, shelf / row.name)
        except AssertionError as why:
            missing[row.name] = str(why)
    return shelf, missing


@pytest.fixture(scope="module")
def told(shelf):
    """What the program says of all of them, in one run."""
    folder, missing = shelf
    names = [row.name for row in (*PLAIN, *CONVERTED) if row.name not in missing]
    run = inside("inspect", "--format", "json", *(folder / name for name in names))
    assert run.status == 0, run.err
    return dict(zip(names, json.loads(run.out)["files"]))


@pytest.mark.parametrize("row", [*PLAIN, *CONVERTED], ids=lambda row: row.name)
def test_it_is_named(row, shelf, told):
    """Kind, form, encoding, whether it is encrypted and what it holds are those of the contract; its sentence says what matters."""
    if row.name in shelf[1]:
        pytest.skip(f"these tools cannot make it: {shelf[1][row.name][:200]}")
    found = told[row.name]

    assert row.answer == (found["kind"], found["form"], found["encoding"], found["encrypted"], tuple(found["holds"]))
    assert [] == [word for word in row.says if word.lower() not in found["text"].lower()], found["text"]


def test_the_shelf_is_full(shelf):
    """At least 80 kinds of file stand there, whatever these tools cannot make."""
    assert len(PLAIN) - len(shelf[1]) >= 80


def run_line(line, folder):
    """Run a printed line on a terminal of its own, and type what it asks for: the file's password, that of Java's stores, or none."""
    for password in (PASSWORD, "default", ""):
        status, said = on_terminal(line, folder, password)
        if status == 0:
            return
    raise AssertionError(f"{line}: {said.decode(errors='replace')}")


def on_terminal(line, folder, password):
    """Status and words of a shell's line; each question is answered with a pass phrase (a new key gets one that is long enough)."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        os.execve("/bin/sh", ["sh", "-c", line], environment(folder / "x"))
    said, answered, end = b"", 0, time.monotonic() + 60
    while time.monotonic() < end and select.select([terminal], [], [], 60)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the terminal has gone with its last process
            break
        if not part:
            break
        said += part
        asked = re.split(rb"[\r\n]+", said[answered:])[-1].lower()
        if asked.rstrip().endswith(b":") and b"pass" in asked:
            is_new = (
                b"pem pass" in asked
                or b"new pass" in asked
                or b"same pass" in asked
                or (b"enter pass phrase" in asked and b"-des3" in line.encode() and b"for" not in asked)
            )
            os.write(terminal, (PASSWORD if is_new else password).encode() + b"\n")
            answered = len(said)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


FITS = (
    "private-key",
    "certificate",
    "certificates",
    "certificate-request",
    "stash",
    "ita-ini",
    "jobmanager-ini",
    "localopts",
    "pkcs7",
    "crl",
    "text",
    "jks",
)
"""What may come of a conversion: a file that the procedure, or the next command, takes."""


OURS = ("private-key", "certificate", "certificates", "stash", "ita-ini", "jobmanager-ini")


def is_convertible(found):
    """Whether the procedure could use it once converted, so that a command is owed; what is broken is not, nor a key that is no RSA key."""
    if "broken" in found["text"] or "message" in found["text"]:
        return False
    if found["kind"] == "pkcs12":
        return True
    is_other = any(f"({name}" in found["text"] for name in ("EC", "DSA", "DH", "Ed25519", "Ed448", "X25519"))
    return (
        found["kind"] in OURS
        and not is_other
        and (found["form"] in ("der", "openssh") or found["encoding"] not in ("ascii", "utf-8", "latin-1", "binary"))
    )


@pytest.mark.parametrize("row", [*PLAIN, *CONVERTED], ids=lambda row: row.name)
def test_its_commands_work(row, shelf, told, tmp_path):
    """Each printed line runs as it is with the real tools; what it makes is of use, in ASCII, and no secret in it is open to others."""
    if row.name in shelf[1]:
        pytest.skip("these tools cannot make it")
    if not told[row.name]["commands"]:
        assert not is_convertible(told[row.name])
        return
    folder = tmp_path / "it's here"
    folder.mkdir()
    path = folder / row.name
    shutil.copy(shelf[0] / row.name, path)
    before = path.read_bytes()
    (given,) = json.loads(inside("inspect", "--format", "json", path).out)["files"]

    for command in given["commands"]:
        run_line(command, tmp_path)

    made = sorted(one for one in folder.iterdir() if one != path)
    rows = json.loads(inside("inspect", "--format", "json", *made).out)["files"] if made else []
    assert before == path.read_bytes()
    assert made or given["kind"] in ("jks", "jceks")
    useful = [(one, found) for one, found in zip(made, rows) if not (given["kind"] == "pkcs12" and found["kind"] == "empty")]
    assert useful or not made  # a store without a key, or with nothing else, leaves an empty file beside what was in it
    for one, found in useful:
        assert found["kind"] in FITS, (one.name, found["text"])
        assert found["encoding"] in ("ascii", "utf-8"), (one.name, found["text"])
        if found["kind"] in ("private-key", "stash", "mixed"):
            assert not stat.S_IMODE(one.stat().st_mode) & 0o077, one.name


def test_what_is_no_file(tmp_path):
    """A folder and special files are named without being opened; what is missing or closed is status 2."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        (tmp_path / "dangling").symlink_to("nowhere")
        (tmp_path / "loop").symlink_to("loop")
        names = ["folder", "fifo", "socket", "dangling", "loop", "gone"]

        run = inside("inspect", "--format", "json", *(tmp_path / name for name in names), "/dev/null")

    kinds = [found["kind"] for found in json.loads(run.out)["files"]]
    assert ["folder", "special", "special", "missing", "unreadable", "missing", "special"] == kinds
    assert run.status == 2


@pytest.mark.parametrize("size", [1 << 30])
def test_a_gigabyte_costs_nothing(tmp_path, size):
    """It is not read to its end."""
    path = tmp_path / "huge"
    path.touch()
    os.truncate(path, size)

    run = inside("inspect", path)

    assert run.seconds < 2
    assert run.status in (0, 2)


def test_ten_thousand_files(tmp_path, shelf):
    """Each has its row, in bearable time."""
    source = shelf[0] / "nc117031.crt"
    for number in range(10_000):
        os.link(source, tmp_path / str(number)) if source.stat().st_dev == tmp_path.stat().st_dev else shutil.copy(source, tmp_path / str(number))

    run = inside("inspect", "--format", "json", *sorted(tmp_path.iterdir()))

    assert {"certificate"} == {found["kind"] for found in json.loads(run.out)["files"]}
    assert run.seconds < 60


def test_no_secret_is_said(shelf):
    """Neither the password nor a line of a key stands in what is said of all of them."""
    folder, missing = shelf
    names = [row.name for row in PLAIN if row.name not in missing]

    run = inside("inspect", *(folder / name for name in names))

    assert PASSWORD.encode() not in run.out + run.err
    body = b"".join((Path(folder) / "key.pem").read_bytes().splitlines()[1:-1])
    assert not any(body[at : at + 24] in run.out for at in range(0, len(body) - 24, 8))

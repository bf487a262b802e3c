"""The agent's logs on disk: real files, of any size and kind, and nothing of them in the report but what is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest

from ita_doctor.sandbox.installation import Sandbox, build, name_master

pytestmark = pytest.mark.real

SECRET = "Gr8-walnut-57"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A healthy installation on disk, with the folder of its logs."""
    made = build(str(tmp_path / "s"))
    name_master(made, 31116)
    os.makedirs(folder(made))
    return made


def folder(sandbox: Sandbox) -> str:
    """Where the agent writes."""
    return os.path.join(sandbox.agent, "stdlist", "JM")


def log(sandbox: Sandbox, name: str = "JobManager_message.log") -> Path:
    """One of its logs."""
    return Path(folder(sandbox), name)


def line(text: str, *, ago: float = -2.0) -> str:
    """A line as the agent writes it, *ago* seconds before now: to the second, and the files of the installation are younger than that."""
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(time.time() - ago))}|{text} {SECRET}\n"


def check(sandbox: Sandbox, *options: str) -> Tuple[Dict[str, Any], float]:
    """The finding of the rule, and the seconds that a whole process took."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "ita_doctor", "check", sandbox.agent, "--offline", "--only", "ITA-AGT-007", "--format", "json", *options],
        capture_output=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert SECRET.encode() not in done.stdout + done.stderr
    (installation,) = json.loads(done.stdout)["installations"]
    assert 0 == installation["counts"]["broken"]
    (found,) = [one for one in installation["findings"] if one["rule"] == "ITA-AGT-007"]
    return found, time.monotonic() - started


def test_a_log_is_as_old_as_what_was_written(sandbox: Sandbox) -> None:
    """A chmod or a new name makes no line of it newer, and no older log the newest."""
    old = log(sandbox, "JobManager_message.log.1")
    old.write_text("AWKTSA050E no stamp stands here\n")
    os.utime(old, (time.time() - 90000,) * 2)
    old.chmod(0o640)
    alone = check(sandbox)[0]["status"]
    log(sandbox).write_text(line("AWSITA245E no answer: CURL error 60"))
    old.chmod(0o644)

    assert ("pass", "fail") == (alone, check(sandbox)[0]["status"])


def test_the_first_line_behind_nuls_is_whole(sandbox: Sandbox) -> None:
    """The log was emptied while its writer went on where it was."""
    log(sandbox).write_bytes(b"\0" * 400000 + line("AWSITA245E no answer: CURL error 60").encode())

    assert "fail" == check(sandbox)[0]["status"]


def test_a_fresh_error_is_found(sandbox: Sandbox) -> None:
    """Written after the files, it is a warning; once the master has the agent's data it is over."""
    log(sandbox).write_text(line("AWSITA245E no answer: CURL error 60"))
    found, _ = check(sandbox)
    with log(sandbox).open("a") as more:
        more.write(line("AWSITA083I Resource information was sent"))

    assert ("fail", "warning", "CURL error 60", str(log(sandbox))) == (found["status"], found["severity"], found["facts"]["id"], found["where"])
    assert "pass" == check(sandbox)[0]["status"]


def test_an_error_of_yesterday_is_not(sandbox: Sandbox) -> None:
    """The files were changed since."""
    log(sandbox).write_text(line("CURL error 60", ago=86400))

    assert "pass" == check(sandbox)[0]["status"]


def test_a_log_of_ten_gigabytes_costs_nothing(sandbox: Sandbox) -> None:
    """It is read from its end; a small one takes as long."""
    log(sandbox).write_text(line("CURL error 35"))
    _, small = check(sandbox)
    with log(sandbox).open("r+b") as big:
        big.seek(10 << 30)
        big.write(b"\n" + line("CURL error 77").encode())
    found, seconds = check(sandbox)

    assert "CURL error 77" == found["facts"]["id"]
    assert seconds < small + 1


def test_a_line_of_a_mebibyte_hides_nothing(sandbox: Sandbox) -> None:
    """What follows it is read."""
    log(sandbox).write_text("x" * (1 << 20) + "\n" + line("CURL error 35"))

    assert "CURL error 35" == check(sandbox)[0]["facts"]["id"]


@pytest.mark.parametrize("newline", [0x15, 0x25])
def test_a_log_in_ebcdic_is_read(sandbox: Sandbox, newline: int) -> None:
    """As an agent on IBM i may write it."""
    text = (line("AWSITA031I a job was started") * 3 + line("AWSITA245E CURL error 35")).rstrip("\n")
    log(sandbox).write_bytes(b"".join(each.encode("cp037") + bytes([newline]) for each in text.split("\n")))

    assert "CURL error 35" == check(sandbox)[0]["facts"]["id"]


@pytest.mark.parametrize("kind", ["fifo", "folder", "outside", "dangling", "loop", "empty", "none"])
def test_what_is_no_log_is_skipped(sandbox: Sandbox, tmp_path: Path, kind: str) -> None:
    """With the reason, at once, and never a failure."""
    path, other = log(sandbox), tmp_path / "other.log"
    other.write_text(line("CURL error 35"))
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    elif kind != "none":
        path.symlink_to({"outside": other, "dangling": tmp_path / "nothing", "loop": path}[kind])
    found, seconds = check(sandbox)

    assert "skipped" == found["status"]
    assert "no log here that we may read" in found["message"]
    assert seconds < 10


def test_logs_on_another_file_system_are_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """The folder may be a link: sites put logs elsewhere."""
    os.rmdir(folder(sandbox))
    (tmp_path / "logs").mkdir()
    os.symlink(tmp_path / "logs", folder(sandbox))
    log(sandbox).write_text(line("CURL error 35"))

    assert "CURL error 35" == check(sandbox)[0]["facts"]["id"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_log_that_is_closed_to_us_is_skipped(sandbox: Sandbox) -> None:
    """Mode 000."""
    log(sandbox).write_text(line("CURL error 35"))
    log(sandbox).chmod(0)

    assert "skipped" == check(sandbox)[0]["status"]


def test_a_healthy_log_costs_little(sandbox: Sandbox) -> None:
    """Four full logs of other things against none: a few hundredths of a second, with room for a busy machine."""
    bare = min(check(sandbox)[1] for _ in range(3))
    for name in ("JobManager_message.log", "JobManagerGW_message.log", "JobManager_trace.log", "ITA_trace.log"):
        log(sandbox, name).write_text(line("AWSITA031I a job was started") * 20000)
    full = min(check(sandbox)[1] for _ in range(3))

    assert full < bare + 0.3

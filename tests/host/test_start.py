"""Programs that are started: as whom, with what, and never somebody else's as root."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ita_doctor.host import start as module
from ita_doctor.host.start import Done, NotOurs, only_root_writes, start

ME = {"uid": os.geteuid(), "gid": os.getegid()}
OTHER = {"uid": 12345, "gid": 12346}
PYTHON = "/usr/bin/python3"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="for a user who is not root")


@pytest.fixture
def open_folder():
    """A folder that every user can enter: pytest's own ones are closed."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def sh(script, *, timeout=20.0, who=ME, **more):
    return start(["/bin/sh", "-c", script], timeout=timeout, **who, **more)


def alive(pid):
    """Whether a process is there and no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def test_what_it_says_and_how_it_ends():
    """Status and both outputs come back; a signal is a negative status."""
    assert Done(3, b"out", b"err") == sh("printf out; printf err >&2; exit 3")
    assert -signal.SIGTERM == sh("kill $$").status


def test_what_it_is_given():
    """Standard input, folder and environment are what was given, and nothing else."""
    done = sh("cat; pwd; env | grep -v ^_= | sort", stdin=b"in\n", cwd="/usr", environment={"LANG": "de", "JAVA_HOME": "/x"})
    names = ["HOME", "JAVA_HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "PWD", "USER"]
    lines = done.out.decode().splitlines()

    assert ["in", "/usr"] == lines[:2]
    assert names == [line.split("=")[0] for line in lines[2:] if not line.startswith(("OLDPWD", "SHLVL"))]
    assert "LANG=de" in lines


def test_no_handle_is_inherited(tmp_path):
    """A file that is open here is not open there."""
    with open(tmp_path / "secret", "wb") as secret:
        os.set_inheritable(secret.fileno(), True)
        done = sh("ls -l /proc/self/fd")

    assert b"secret" not in done.out


def test_much_goes_in_and_comes_out():
    """Megabytes pass both ways at once; of what comes back, one is kept."""
    done = sh("cat; cat /dev/zero | head -c 3000000 >&2", stdin=b"x" * 3_000_000)

    assert (b"x" * module.MOST_OUTPUT, bytes(module.MOST_OUTPUT)) == (done.out, done.err)


def test_input_that_nobody_reads():
    """A program that does not read what it is given ends as it would."""
    assert 0 == sh("exit 0", stdin=b"x" * 3_000_000).status


def test_too_long_is_killed_with_all_its_kin(tmp_path):
    """After the time-out the program and what it started are gone."""
    begin = time.monotonic()
    with pytest.raises(TimeoutError) as caught:
        sh(f"sleep 60 & echo $! > {tmp_path}/pid; wait", timeout=0.5)
    pid = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 5
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)

    assert "/bin/sh" == caught.value.filename
    assert not alive(pid)
    assert time.monotonic() - begin < 5


def test_output_without_end_is_killed():
    """A program that only writes is ended in time."""
    with pytest.raises(TimeoutError):
        sh("cat /dev/zero", timeout=0.5)


def test_what_it_leaves_running_does_not_hold_us(tmp_path):
    """A daemon that keeps the pipe open neither delays the answer nor is killed."""
    begin = time.monotonic()
    done = sh(f"echo up; sleep 30 & echo $! > {tmp_path}/pid")
    took = time.monotonic() - begin
    pid = int((tmp_path / "pid").read_text())
    is_alive = alive(pid)
    os.kill(pid, signal.SIGKILL)

    assert (0, b"up\n") == done[:2]
    assert took < 5
    assert is_alive


def test_unheard_output_goes_nowhere():
    """Without is_heard, what it leaves running may write on."""
    done = sh("readlink /proc/$$/fd/1 > /dev/stderr; echo lost", is_heard=False)

    assert Done(0, b"", b"") == done


@pytest.mark.parametrize("argv", [["/no/such/program"], ["/etc/passwd"], ["/bin/sh\0"], ["/bin/sh", "\0"]])
def test_what_cannot_be_started(argv):
    """It is an OSError, not another one."""
    with pytest.raises(OSError):
        start(argv, timeout=5, **ME)


def test_a_relative_path_is_refused():
    """No search by PATH."""
    with pytest.raises(NotOurs, match="absolute"):
        start(["sh"], timeout=5, **ME)


@as_user
def test_only_root_becomes_another():
    """A user starts as themselves alone."""
    with pytest.raises(NotOurs, match="only root"):
        sh("true", who={"uid": 0, "gid": 0})


@as_root
def test_wholly_another_user():
    """Real, effective and saved numbers and all groups are that user's."""
    done = sh("grep -E '^(Uid|Gid|Groups)' /proc/self/status; cat /etc/shadow 2>&1 >/dev/null", who=OTHER)
    fields = [line.split() for line in done.out.decode().splitlines()]

    assert ["Uid:"] + ["12345"] * 4 == fields[0]
    assert ["Gid:"] + ["12346"] * 4 == fields[1]
    assert ["Groups:"] == fields[2]
    assert 0 != done.status


@as_root
@pytest.mark.parametrize("spoil", ["owner", "folder", "mode", "link", "folder of the link", "relative link"])
def test_somebody_else_s_program_is_not_run_as_root(tmp_path_factory, spoil):
    """Neither its own, nor one in a folder of another, nor behind a link of another's."""
    folder = Path("/root") / f".ita-doctor-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        (folder / "in").mkdir(mode=0o755)
        program = folder / "in" / "program"
        program.write_text("#!/bin/sh\necho ran\n")
        program.chmod(0o755)
        started = program
        if spoil == "mode":
            program.chmod(0o775)
        elif spoil in ("owner", "folder"):
            os.chown(program if spoil == "owner" else folder / "in", 12345, 0)
        else:
            (folder / "links").mkdir(mode=0o755)
            started = folder / "links" / "link"
            started.symlink_to("../in/./program" if spoil == "relative link" else program)
            os.chown(program if spoil == "relative link" else folder / "links", 12345, 0)
            if spoil == "link":
                os.lchown(started, 12345, 0)
        with pytest.raises(NotOurs) as caught:
            start([str(started)], timeout=5, uid=0, gid=0)
        done = start(["/bin/echo", "well"], timeout=5, uid=0, gid=0)
    finally:
        subprocess.run(["rm", "-r", folder], check=True)

    assert str(started) == caught.value.path
    assert b"well\n" == done.out


@as_root
def test_root_s_own_behind_links_is_run():
    """Links of root's in folders of root's are as good as the file."""
    assert {"/usr/bin/sh": "", "/bin/../bin/sh": ""} == {path: only_root_writes(path) for path in ("/usr/bin/sh", "/bin/../bin/sh")}
    assert "loop" in only_root_writes("/proc/self/exe/../x") or only_root_writes("/proc/self/exe/../x")


@as_root
def test_a_loop_of_links_ends(tmp_path):
    """It is refused."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert only_root_writes(str(tmp_path / "a"))


@as_root
def test_another_s_program_runs_as_that_user(open_folder):
    """What root would not run, the other user may."""
    program = open_folder / "mine"
    program.write_text("#!/bin/sh\nid -u\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXOTH | stat.S_IXGRP)
    os.chown(program, 12345, 12346)

    assert b"12345\n" == start([str(program)], timeout=5, **OTHER).out


def test_an_interrupt_ends_it_too(tmp_path):
    """Control-C here leaves nothing running there."""
    script = (
        "import os, sys\nfrom ita_doctor.host.start import start\n"
        f"start(['/bin/sh', '-c', 'echo $$ > {tmp_path}/pid; sleep 60'], uid=os.geteuid(), gid=os.getegid(), timeout=60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": ":".join(sys.path)})
    pid_file, end = tmp_path / "pid", time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text().strip()) and time.monotonic() < end:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    child.wait(20)
    pid, end = int(pid_file.read_text()), time.monotonic() + 5
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)

    assert not alive(pid)

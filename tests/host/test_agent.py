"""The agent is stopped and started, as its own user, and looked at until it is up."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ita_doctor.host import agent
from ita_doctor.host.agent import has_programs, restart
from ita_doctor.host.processes import processes

IS_ROOT = os.geteuid() == 0
WHO = {"uid": 12345, "gid": 12346} if IS_ROOT else {"uid": os.geteuid(), "gid": os.getegid()}
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
SERVER = """
import os, socket, sys
here = os.path.dirname(os.path.abspath(__file__))
with open(here + '/server.pid', 'w') as file:
    file.write(str(os.getpid()))
with open(here + '/who', 'w') as file:
    file.write(f'{os.getresuid()} {os.getresgid()} {os.getgroups()}')
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', int(sys.argv[1])))
server.listen()
while True:
    server.accept()[0].close()
"""


@pytest.fixture
def port():
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def home(port):
    """An installation whose agent really listens; what it left running is ended."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    (folder / "server.py").write_text(SERVER)
    (folder / "bin").mkdir()
    shutil.copy("/bin/sleep", folder / "bin" / "taskLauncher")
    script(folder, "StartUpLwa", f"echo start >> log; echo noise; setsid {PYTHON} server.py {port} &")
    script(folder, "ShutDownLwa", "echo stop >> log; [ -f server.pid ] && kill `cat server.pid`; rm -f server.pid")
    (folder / "log").touch()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, WHO["uid"], WHO["gid"])
    folder.chmod(0o755)
    yield folder
    for pid in [int(path.read_text()) for path in folder.glob("*.pid") if path.read_text()] + [one.pid for one in processes(str(folder))]:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    for _ in range(50):  # what was just killed may still be writing its last
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(0.02)


def script(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\ncd {folder}\n{text}\n")
    path.chmod(0o755)


def again(home, port, **more):
    """(what came of it, what was said), with short waits."""
    said = []
    spans = {"wait": 10.0, "answer": 10.0, "sleep": lambda _: time.sleep(0.02), **more}
    return restart(str(home), **WHO, port=port, say=said.append, **spans), said


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def test_stopped_and_started(home, port):
    """First the one, then the other, and the port answers."""
    came, said = again(home, port)

    assert "" == came
    assert ["stop", "start"] == (home / "log").read_text().split()
    assert [f"stopping the agent: {home}/ShutDownLwa", f"starting the agent: {home}/StartUpLwa"] == said
    assert listens(port)


def test_a_running_agent_is_another_afterwards(home, port):
    """The old one is gone before the new one comes."""
    again(home, port)
    old = (home / "server.pid").read_text()
    came, _ = again(home, port)

    assert "" == came
    assert old != (home / "server.pid").read_text()


def test_as_the_agent_s_user_alone(home, port):
    """All numbers of the process are that user's."""
    again(home, port)
    uid, gid = WHO["uid"], WHO["gid"]
    groups = [] if IS_ROOT else os.getgroups()

    assert f"{(uid,) * 3} {(gid,) * 3} {groups}" == (home / "who").read_text()


def test_jobs_that_run_on_are_waited_for(home, port):
    """The start comes after the last process of the installation."""
    script(home, "ShutDownLwa", "bin/taskLauncher 1.5 & echo $! > job.pid; date +%s.%N > stopped")
    script(home, "StartUpLwa", f"date +%s.%N > started; setsid {PYTHON} server.py {port} &")
    came, said = again(home, port)

    assert "" == came
    assert float((home / "started").read_text()) - float((home / "stopped").read_text()) > 1.2
    assert 2 == len(said)


def test_jobs_that_run_too_long_are_named(home, port):
    """After the wait the agent is started in spite of them, and they are said."""
    script(home, "ShutDownLwa", "bin/taskLauncher 30 & echo $! > job.pid")
    came, said = again(home, port, wait=0.3)
    pid = (home / "job.pid").read_text().strip()

    assert "" == came
    assert f"0 s after the stop: still running: taskLauncher ({pid})" == said[1]


def test_an_agent_that_does_not_stop(home, port):
    """It is said, though the port answers: it is the old one."""
    again(home, port)
    script(home, "ShutDownLwa", "exit 7")
    came, said = again(home, port, wait=0.3)

    assert f"something still answers on port {port} (ShutDownLwa ended with 7)" in came
    assert "still answers" in said[1]


@pytest.mark.parametrize(("text", "ending"), [("true", ""), ("exit 9", " (StartUpLwa ended with 9)")])
def test_an_agent_that_does_not_come_up(home, port, text, ending):
    """The sentence names the port and how the start ended."""
    script(home, "StartUpLwa", text)
    came, _ = again(home, port, answer=0.3)

    assert f"the agent did not come up: 0 s after StartUpLwa nothing answers on port {port}{ending}" == came


def test_without_a_port_a_new_process_tells(home):
    """An old one is none."""
    script(home, "ShutDownLwa", "bin/taskLauncher 30 & echo $! > job.pid")
    came, _ = again(home, None, wait=0.2, answer=0.3)
    script(home, "StartUpLwa", "bin/taskLauncher 30 & echo $! > new.pid")
    well, _ = again(home, None, wait=0.2)

    assert "the agent did not come up: 0 s after StartUpLwa no new process of the installation is there" == came
    assert "" == well


def test_a_start_that_hangs(home, port, monkeypatch):
    """It is ended, and said."""
    monkeypatch.setattr(agent, "_PROGRAM", 0.3)
    script(home, "StartUpLwa", "sleep 60")
    came, _ = again(home, port, answer=0.1)

    assert came.endswith("(StartUpLwa did not end within 0 s and was ended)")


def test_what_cannot_be_started(home, port):
    """A file that is no program is said."""
    (home / "StartUpLwa").chmod(0o644)
    came, _ = again(home, port, answer=0.1)

    assert came.endswith("(StartUpLwa cannot be started: Permission denied)")


@pytest.mark.skipif(IS_ROOT, reason="root becomes any user")
def test_another_user_s_agent_is_root_s_business(home, port):
    """Only root restarts the agent of another."""
    said = []
    came = restart(str(home), uid=12345, gid=1, port=port, say=said.append, answer=0.1)

    assert "only root can start a program as user 12345" in came


@pytest.mark.skipif(not IS_ROOT, reason="only root could run it as root")
def test_root_s_agent_in_another_s_folder_is_not_run(home, port):
    """A program that another can write to is not run as root."""
    came = restart(str(home), uid=0, gid=0, port=port, say=lambda _: None, answer=0.1, wait=0.1)

    assert "is not started as root" in came
    assert "" == (home / "log").read_text()


@pytest.mark.parametrize("spoil", ["missing", "folder", "link out", "link within", "FIFO"])
def test_programs_are_files_of_the_installation(home, port, spoil):
    """A link out of it, or anything but a file, is not run."""
    path = home / "StartUpLwa"
    path.rename(home / "kept")
    if spoil == "folder":
        path.mkdir()
    elif spoil == "FIFO":
        os.mkfifo(path)
    elif spoil != "missing":
        path.symlink_to("/bin/true" if spoil == "link out" else "kept")
    came, said = again(home, port)

    if spoil == "link within":
        assert (True, "") == (has_programs(str(home)), came)
    else:
        assert (False, []) == (has_programs(str(home)), said)
        assert f"{home} has no StartUpLwa of its own" in came

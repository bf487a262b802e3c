"""An agent that really runs and listens with TLS, its files changed before and after it was started, and stopped and started by `fix`."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from laboratory.lab import AGENT_UID, copy_of

pytestmark = pytest.mark.real

IS_ROOT = os.geteuid() == 0
LATER = 3.2
"""Seconds after its start from which a change counts for certain: two of slack, one that `ps` rounds away."""
SERVER = """
import base64, glob, os, socket, ssl, sys, time
mode, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
[stash], [prv], [pub] = (glob.glob(folder + '/' + name) for name in ('*.sth', 'ita_prv*', 'ita_pub*'))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(pub, prv, base64.b64decode(open(stash).read()))
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', port))
if mode != 'deaf':
    server.listen()
open('up', 'w').write(str(os.getpid()))
while True:
    if mode == 'deaf':
        time.sleep(600)
    connected = server.accept()[0]
    connected.settimeout(5)
    try:
        if mode == 'plain':
            connected.sendall(b'+OK ready' + bytes([13, 10]))
        else:
            context.wrap_socket(connected, server_side=True).close()
    except OSError:
        pass
    connected.close()
"""
HIDDEN = "import sys; sys.modules['psutil'] = None; sys.argv = ['ita-doctor', *sys.argv[1:]]; from ita_doctor.cli.app import run; run()"


class Running:
    """The laboratory's agent with programs of its own."""

    def __init__(self, site):
        self.site, self.home = site, site.agent
        self.program = self.home / "ITA/cpa/ita/agent"
        self.way, self.children = "psutil", []
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        shutil.copy(os.path.realpath("/usr/bin/python3"), self.program)
        (self.home / "server.py").write_text(SERVER)
        site.set("ssl_port", self.port)
        site.tidy()
        self.program.chmod(0o755)
        self.script("StartUpLwa", self.start_line())
        self.script("ShutDownLwa", "[ -f up ] && kill `cat up`; rm -f up")

    def start_line(self, mode="tls"):
        return f"setsid ITA/cpa/ita/agent -S server.py {mode} {self.port} {self.site.folder} < /dev/null > said 2>&1 &"

    def script(self, name, text):
        self.put(self.home / name, f"#!/bin/sh\ncd {self.home}\n{text}\n")

    def put(self, path, text):
        """A program that is the agent's user's."""
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        self.site.own(path)

    def start(self, mode="tls", uid=AGENT_UID):
        """Run it by hand; it is up when this returns."""
        (self.home / "up").unlink(missing_ok=True)
        child = self.run(self.program, "-S", "server.py", mode, self.port, self.site.folder, uid=uid)
        self.wait(child)
        return child

    def run(self, *words, uid=AGENT_UID):
        """A process of that user, where we are root."""
        who = {"user": uid, "group": uid, "extra_groups": []} if IS_ROOT else {}
        with open(self.site.top / "said", "ab") as said:
            child = subprocess.Popen([str(word) for word in words], cwd=self.home, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **who)
        self.children.append(child)
        return child

    def wait(self, child):
        """Until it says that it is up."""
        until = time.monotonic() + 30
        while not (self.home / "up").exists() or not (self.home / "up").read_text():
            assert child.poll() is None, (self.site.top / "said").read_text()
            assert time.monotonic() < until
            time.sleep(0.02)

    def end(self):
        """All that runs there."""
        for child in self.children:
            child.kill()
            child.wait()
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{self.pid}/exe") == str(self.program):
                os.kill(self.pid, signal.SIGKILL)

    @property
    def pid(self):
        return int((self.home / "up").read_text())

    def go(self, *argv):
        """Run the program; (exit status, its document)."""
        command = [sys.executable, *(["-m", "ita_doctor"] if self.way == "psutil" else ["-c", HIDDEN]), *map(str, argv), "--format", "json"]
        environment = {**os.environ, "ITA_DOCTOR_STATE": str(self.site.top / "state"), "HOME": str(self.site.top)}
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, env=environment, check=False)
        assert b"Traceback" not in done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout or b"{}")

    def check(self, *more):
        """By rule, status and variant of the family AGT."""
        _, report = self.go("check", "--only", "AGT-003,AGT-004,AGT-005,AGT-006", *more, self.site.ini)
        found = report["installations"][0]["findings"]
        judged = {one["rule"][-3:]: one["variant"] if one["status"] == "fail" else one["status"] for one in found if one["rule"] in RULES}
        return {rule: what for rule, what in judged.items() if what != "pass"}

    def fix(self, *more):
        """(exit status, steps 17 and 18 as (state, rules), the plan)."""
        status, plan = self.go("fix", "--offline", *more, self.site.ini)
        return status, [(one["state"], one["rules"]) for one in plan["steps"] if one["step"] in (17, 18)], plan


RULES = [f"ITA-AGT-00{number}" for number in (3, 4, 5, 6)]


@pytest.fixture
def agent(laboratory):
    """A laboratory that every user may enter; whatever runs there is ended."""
    if not os.path.exists("/usr/bin/python3"):
        pytest.skip("needs /usr/bin/python3, which is copied into the installation")
    top = Path(tempfile.mkdtemp(dir="/tmp"))
    top.chmod(0o755)
    one = Running(copy_of(laboratory, top / "site"))
    yield one
    one.end()
    shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(params=["psutil", "ps"])
def both(agent, request):
    """With psutil, and without."""
    if request.param == "psutil":
        pytest.importorskip("psutil", reason="psutil is not there: by ps alone")
    agent.way = request.param
    return agent


def by_hand(site, options):
    """cp with *options*: a copy, made long ago, of the certificate, laid over it."""
    old = site.top / "old.pem"
    old.write_bytes(site.pub.read_bytes())
    os.utime(old, (1_600_000_000, 1_600_000_000))
    time.sleep(LATER)
    subprocess.run(["cp", *options, old, site.pub], check=True)
    site.own(site.pub)


def test_before_and_after(both):
    """Started after its files were laid there all is well; changed after that (`cp -p` too) it has to be started again, and then all is well."""
    child = both.start()
    started = both.check()
    by_hand(both.site, ["-p"])
    changed = both.check()
    child.kill()
    child.wait()
    stopped = both.check()
    both.start()
    again = both.check()

    assert {} == started
    assert {"004": "newer"} == changed
    assert {"003": "stopped", "004": "blocked", "005": "blocked", "006": "blocked"} == stopped
    assert {} == again


def test_a_plain_copy_is_seen_as_well(both):
    """Its time of content is new."""
    both.start()
    by_hand(both.site, [])

    assert {"004": "newer"} == both.check()


def test_another_certificate_on_disk(both):
    """The agent presents the former one; that it is older than its files is the one fault."""
    both.start()
    time.sleep(LATER)
    both.site.certify(both.site.issue())

    assert {"004": "newer", "006": "blocked"} == both.check()
    assert {"004": "newer", "006": "skipped"} == both.check("--offline")


def test_another_agent_on_the_port(agent):
    """Nothing is newer, and yet another certificate is presented: that is a fault of its own."""
    other = Running(copy_of(agent.site, agent.site.top.parent / "other"))
    other.site.certify(other.site.issue())
    other.port = agent.port
    other.start()
    agent.run(agent.program, "-S", "-c", "import time; time.sleep(600)")
    found = agent.check()
    other.end()

    assert {"006": "other"} == found


@pytest.mark.parametrize(("mode", "variant"), [("deaf", "starting"), ("plain", "no-tls")])
def test_a_port_that_does_not_serve(agent, mode, variant):
    """The agent runs, and nobody can call it."""
    agent.start(mode)

    assert {"006": variant} == agent.check()


@pytest.mark.skipif(not IS_ROOT, reason="only root can start a process as another")
def test_another_user(both):
    """Root started it by hand."""
    both.start(uid=0)

    assert {"005": "other"} == both.check()


def test_a_script_that_is_run_by_an_interpreter(both):
    """Its program is the script."""
    both.put(both.program, "#!/usr/bin/python3 -S\n" + SERVER)
    both.wait(both.run(both.program, "tls", both.port, both.site.folder))

    assert {} == both.check()


# -- fix ---------------------------------------------------------------------------------------------------------------


def test_fix_without_restart_says_that_it_is_needed(both):
    """The change makes the running agent older than its files: 1 in a dry run, 2 after it was done, and nothing is undone."""
    both.start()
    time.sleep(LATER)
    both.site.seed.write_bytes(b"x" * 100)
    both.site.own(both.site.seed)
    dry = both.fix()
    done = both.fix("--apply", "--yes")
    again = both.fix("--apply", "--yes")

    assert (1, [("needs-you", ["ITA-AGT-004"])] * 2) == dry[:2]
    assert (2, [("needs-you", ["ITA-AGT-004"])] * 2) == done[:2]
    assert (["ITA-AGT-004"], False) == (done[2]["root_causes_after"], done[2]["undone"])
    assert 8192 == both.site.seed.stat().st_size
    assert (2, [("needs-you", ["ITA-AGT-004"])] * 2) == again[:2]


def test_fix_restarts(both):
    """With --restart the agent is another afterwards, and nothing fails any more."""
    both.start()
    time.sleep(LATER)
    both.site.seed.write_bytes(b"x" * 100)
    both.site.own(both.site.seed)
    old = both.pid
    dry = both.fix("--restart")
    assert old == both.pid
    done = both.fix("--restart", "--apply", "--yes")
    new = both.pid
    again = both.fix()

    assert (1, [("will-do", ["ITA-AGT-004"])] * 2) == dry[:2]
    assert (0, [("will-do", ["ITA-AGT-004"])] * 2) == done[:2]
    assert ([], False) == (done[2]["root_causes_after"], done[2]["undone"])
    assert old != new
    assert (0, [("done", [])] * 2) == again[:2]
    assert {} == both.check()


def test_fix_restarts_though_no_file_changes(agent):
    """The restart alone is what is wrong."""
    agent.start()
    by_hand(agent.site, ["-p"])
    dry, done = agent.fix(), agent.fix("--restart", "--apply", "--yes")

    assert (1, [("needs-you", ["ITA-AGT-004"])] * 2, []) == (*dry[:2], dry[2]["changes"])
    assert (0, [("will-do", ["ITA-AGT-004"])] * 2, []) == (*done[:2], done[2]["changes"])


def test_fix_where_no_agent_runs(agent):
    """What has to be done later is said, and does not count."""
    agent.site.seed.write_bytes(b"x" * 100)
    agent.site.own(agent.site.seed)
    done = agent.fix("--apply", "--yes")

    assert (0, [("needs-you", [])] * 2) == done[:2]


@pytest.mark.skipif(not IS_ROOT, reason="only root can start a process as another")
def test_fix_does_not_stop_another_user_s_agent(agent):
    """It could not: the agent's user has no power over it, and a second one would find the port taken."""
    agent.start(uid=0)
    old = agent.pid
    status, steps, _ = agent.fix("--restart", "--apply", "--yes")

    assert 2 == status
    assert "will-do" not in [state for state, _ in steps]
    assert old == agent.pid

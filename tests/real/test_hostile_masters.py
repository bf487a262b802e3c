"""Every hostile master and proxy of tests/live through the whole program: it ends in time, with one cause, and nothing of theirs reaches the terminal."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ita_doctor.sandbox.installation import build, name_master, read, write
from live import hostile, hostile_proxies, hostile_tls
from live.certs import pair

UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
"""Control and bidirectional characters, but for the line end."""

ANSWERS = {"EndlessHeaders", "GarbageInsideTls", "OneByteRecords", "OtherInsideTls"}
"""They shake hands and say something: no rule asks for more."""

CAUSES = {
    **dict.fromkeys(ANSWERS),
    "FatalAlert": "ITA-TLS-004",
    "QueueIsFull": "ITA-NET-002",
    "SlowHeaders": "ITA-NET-003",
    **dict.fromkeys(("ClosingProxy", "EndlessProxyReply", "GarbageProxy", "RefusingProxy", "SilentProxy", "SlowProxyReply", "Proxy"), "ITA-NET-002"),
}
"""The one root cause; where nothing is said here it is ITA-TLS-001."""

STATUS = {None: 0, "ITA-NET-003": 1}


def hostile_ones(module):
    """The masters that a module defines, by name."""
    found = inspect.getmembers(module, inspect.isclass)
    return [
        pytest.param(one, id=name) for name, one in found if one.__module__ == module.__name__ and not name.startswith("_") and name != "InsideTls"
    ]


MASTERS = [*hostile_ones(hostile), *hostile_ones(hostile_tls)]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A healthy installation whose bundle trusts the hostile masters' certificate, so that nothing but what they do is wrong."""
    made = build(str(tmp_path_factory.mktemp("hostile")))
    name_master(made, 31116)
    write(made.bundle, read(made.pub) + pair("master").pem)
    return made


def check(installation, *options):
    """(status, text, report, seconds): the program as a process, once as text and once as JSON, both at a time."""
    command = [sys.executable, "-m", "ita_doctor", "check", installation.agent, "--timeout", "1", "--skip", "FILE", *options]
    started = time.monotonic()
    runs = [
        subprocess.Popen([*command, *how], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for how in (("-v",), ("--format", "json"))
    ]
    (text, wrong), (data, also_wrong) = (run.communicate(timeout=30) for run in runs)
    seconds = time.monotonic() - started
    assert (b"", b"") == (wrong, also_wrong)
    assert runs[0].returncode == runs[1].returncode
    (report,) = json.loads(data)["installations"]
    return runs[0].returncode, text.decode(), report, seconds


def assert_well(name, told):
    """One root cause, in time, and nothing that moves a cursor."""
    status, text, report, seconds = told
    cause = CAUSES.get(name, "ITA-TLS-001")
    assert ([cause] if cause else []) == report["root_causes"]
    assert STATUS.get(cause, 2) == status
    assert 0 == report["counts"]["broken"]
    assert not UNSHOWN.search(text)
    assert not UNSHOWN.search("".join(finding["message"] for finding in report["findings"]))
    assert seconds < 5


@pytest.fixture(scope="module")
def visits(installation):
    """What was said of each master, as it comes: three at a time, since most of it is waiting."""

    def visit(master):
        with master() as one:
            return check(installation, "--master", f"127.0.0.1:{one.port}")

    with ThreadPoolExecutor(3) as pool:
        yield {param.id: pool.submit(visit, *param.values) for param in MASTERS}


@pytest.mark.parametrize("master", [param.id for param in MASTERS])
def test_a_hostile_master_is_one_cause(visits, master):
    """A hostile master is one fault of the network or of TLS, said within three time-outs, whatever it sends."""
    told = visits[master].result()

    assert_well(master, told)


@pytest.mark.parametrize("proxy", hostile_ones(hostile_proxies))
def test_a_hostile_proxy_is_one_cause(installation, proxy):
    """A proxy that does not lead on is ITA-NET-002, whatever it sends."""
    job = os.path.join(installation.agent, "ITA", "cpa", "config", "JobManager.ini")
    with proxy() as one:
        name_master(installation, 9)
        write(job, read(job) + f"https_proxy = http://127.0.0.1:{one.port}\n".encode())
        try:
            told = check(installation)
        finally:
            name_master(installation, 31116)

    assert_well(proxy.__name__, told)

"""What runs of an installation: by psutil, by ps, and where neither tells."""

import contextlib
import os
import pwd
import random
import shutil
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ita_doctor.host import processes as module
from ita_doctor.host.processes import Line, processes, read_etime, read_ps
from ita_doctor.host.start import only_root_writes

IS_ROOT = os.geteuid() == 0
OTHER = 12345
"""A user whom no system knows."""
LINUX = """\
      1     0    06:21:40 /sbin/init splash
   1207  1001  3-02:11:09 /opt/hcl/TWS/ITA/cpa/ita/agent
   1215  1001    01:02:03 /opt/hcl/TWS/bin/JobManager -x "a b"
   1302     0       00:00 [agent] <defunct>
"""
AIX = """\
       1     0 98-17:24:11 /etc/init
 6619486   205    03:10:44 /opt/hcl/TWS/ITA/cpa/ita/agent
12583254   205       12:01 /opt/hcl/TWS/bin/JobManager
 9175268     0           - <defunct>
"""
"""In the form of IBM's manual."""
NAMES = """\
  1207 twsuser     3-02:11:09 /opt/hcl/TWS/ITA/cpa/ita/agent
  1208 averyve+         00:07 /opt/hcl/TWS/bin/JobManager
"""


def programs(text):
    """(pid, who, seconds, words) of what lies in the installation."""
    return [tuple(one) for one in read_ps(text) if one.words.startswith("/opt/hcl/TWS/")]


AGENT, JOBS = "/opt/hcl/TWS/ITA/cpa/ita/agent", "/opt/hcl/TWS/bin/JobManager"


def test_a_ps_of_linux_is_read():
    """Days, hours and minutes; words with blanks; the rest is there too."""
    assert [(1207, "1001", 267069, AGENT), (1215, "1001", 3723, f'{JOBS} -x "a b"')] == programs(LINUX)
    assert 4 == len(read_ps(LINUX))


def test_a_ps_of_aix_is_read():
    """The same form in other columns; of a zombie no time is known."""
    assert [(6619486, "205", 11444, AGENT), (12583254, "205", 721, JOBS)] == programs(AIX)
    assert Line(9175268, "0", -1, "<defunct>") == read_ps(AIX)[-1]


def test_names_are_kept_as_they_are_printed():
    """Whose they are is another question."""
    assert ["twsuser", "averyve+"] == [one.who for one in read_ps(NAMES)]


@pytest.mark.parametrize(
    "text", ["", "\n \n", "PID USER ELAPSED COMMAND\n", "ps: illegal option -- A\n", "\0\x1b[0m\n", "12 root\n", "x 0 00:01 /a\n", "²³ 0 00:01 /a"]
)
def test_what_is_no_list_of_processes_says_nothing(text):
    """Headers, errors and junk are passed over."""
    assert () == read_ps(text)


TIMES = {"00:00": 0, "1:02": 62, "59:59": 3599, "01:00:00": 3600, "1-00:00:00": 86400, "365-23:59:59": 31622399}
NO_TIMES = ["", "-", "--", "5", "1-2:3", "-1:02", "1-", "a:b", "1:2:3:4", "1--2:3:4", "1:-2", "²:01", "9" * 5000 + ":00", "1 :2"]


@pytest.mark.parametrize("text", [*TIMES, *NO_TIMES], ids=lambda text: text[:12] or "empty")
def test_an_elapsed_time(text):
    """`[[dd-]hh:]mm:ss`, and nothing else."""
    assert TIMES.get(text, -1) == read_etime(text)


def test_junk_never_breaks_the_parser():
    """Any text comes to lines or to none, quickly."""
    chance = random.Random(11)
    junk = ["".join(chance.choices(string.printable + "\0\x85²", k=2000)) for _ in range(200)]
    began = time.monotonic()
    for text in (*junk, "1 " * 500_000, "1 2 3:4 " + "x" * 1_000_000, "-:" * 500_000, "9" * 1_000_000):
        assert all(one.pid >= 0 and one.seconds >= -1 for one in read_ps(text))

    assert time.monotonic() - began < 5


def test_a_user_by_number_name_and_beginning():
    """A name that was cut is somebody's where only one begins so."""
    name = pwd.getpwuid(os.geteuid())
    long = [
        one
        for one in pwd.getpwall()
        if len(one.pw_name) > 8 and not any(two.pw_name.startswith(one.pw_name[:7]) for two in pwd.getpwall() if two != one)
    ]

    assert [12, name.pw_uid, -1, -1] == [module._uid_of(who) for who in ("12", name.pw_name, "no_such_user", "no_such+")]
    assert [one.pw_uid for one in long] == [module._uid_of(f"{one.pw_name[:7]}+") for one in long]


# -- real processes ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["psutil", "ps"])
def way(request, monkeypatch):
    """By psutil, and as if it were not installed."""
    if request.param == "ps":
        monkeypatch.setitem(sys.modules, "psutil", None)
    else:
        pytest.importorskip("psutil", reason="psutil is not there: by ps alone")
    return request.param


@pytest.fixture
def home():
    """An installation that every user may run; what runs there is ended."""
    folder = Path(tempfile.mkdtemp(dir="/tmp")) / "T W'S"
    (folder / "ITA/cpa/ita").mkdir(parents=True)
    (folder / "bin").mkdir()
    for name in ("ITA/cpa/ita/agent", "bin/JobManager"):
        shutil.copy("/bin/sleep", folder / name)
    folder.parent.chmod(0o755)
    yield folder
    shutil.rmtree(folder.parent)


def _is_becoming(process):
    """Between fork and exec it is still this program, and for a moment within exec it has the new one and no words yet."""
    try:
        return os.readlink(process / "exe") == os.path.realpath(sys.executable) or not (process / "cmdline").read_bytes()
    except FileNotFoundError:  # it has ended
        return False


@contextlib.contextmanager
def run(*words, **more):
    """A process, ended afterwards."""
    child = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, **more)
    try:
        until = time.monotonic() + 10
        while _is_becoming(Path(f"/proc/{child.pid}")):
            assert time.monotonic() < until
            time.sleep(0.01)
        yield child.pid
    finally:
        child.kill()
        child.wait()


def test_a_process_of_the_installation(way, home):
    """Number, program, user and start; nothing else that runs is told."""
    me = pwd.getpwuid(os.geteuid())
    began = time.time()
    with run(home / "ITA/cpa/ita/agent", 60) as pid:
        [found] = processes(str(home))

    assert (pid, f"{home}/ITA/cpa/ita/agent", me.pw_uid, me.pw_name) == tuple(found)[:4]
    assert abs(began - found.started) < 1.9


def test_the_oldest_comes_first(way, home):
    """Of several."""
    with run(home / "bin/JobManager", 60) as old, run(home / "ITA/cpa/ita/agent", 60) as new:
        found = processes(str(home))

    assert {old, new} == {one.pid for one in found}
    assert sorted(one.started for one in found) == [one.started for one in found]


def test_nothing_runs(way, home):
    """Then there is nothing, and that is said without an error."""
    assert () == processes(str(home))


def test_a_zombie_runs_no_more(way, home):
    """What has ended and waits for its parent does not count."""
    child = subprocess.Popen([home / "ITA/cpa/ita/agent", "0"])
    until = time.monotonic() + 10
    while Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until
        time.sleep(0.01)
    found = processes(str(home))
    child.wait()

    assert () == found


@pytest.mark.parametrize("started", ["link", "relative", "bare", "real"])
def test_however_it_was_started(way, home, tmp_path, started):
    """The program is named as the installation is, be that or the program's folder a link, or a relative path."""
    link = tmp_path / "link"
    link.symlink_to(home)
    program = {"link": link / "bin/JobManager", "relative": "bin/JobManager", "bare": "JobManager", "real": home / "bin/JobManager"}[started]
    environment = {"PATH": f"{home}/bin"}
    with run(program, 60, cwd=home, env=environment) as pid:
        by_link, by_name = processes(str(link)), processes(str(home))

    assert [(pid, f"{link}/bin/JobManager")] == [one[:2] for one in by_link]
    assert [(pid, f"{home}/bin/JobManager")] == [one[:2] for one in by_name]


def test_a_program_that_was_replaced_while_it_runs(way, home):
    """A new release was laid over it: the old one runs on."""
    with run(home / "bin/JobManager", 60) as pid:
        (home / "bin/JobManager").unlink()
        shutil.copy("/bin/sleep", home / "bin/JobManager")
        found = processes(str(home))

    assert [(pid, f"{home}/bin/JobManager")] == [one[:2] for one in found]


def test_a_script_is_the_program_of_its_interpreter(way, home):
    """It runs the script, whatever the interpreter is."""
    script = home / "ITA/cpa/ita/agent"
    script.write_text("#!/bin/sh\nread x < pipe\n")
    os.mkfifo(home / "pipe")
    with run(script, cwd=home) as pid:
        found = processes(str(home))

    assert [(pid, str(script))] == [one[:2] for one in found]


@pytest.mark.parametrize("text", ["read x < pipe", ": '{}'; read x < pipe", "read x < pipe; '{}' 60"])
def test_who_only_speaks_of_a_program_is_not_it(way, home, text):
    """It stands among the words of a shell, or of what that will run."""
    program = home / "ITA/cpa/ita/agent"
    os.mkfifo(home / "pipe")
    with run("/bin/sh", "-c", text.format(str(program).replace("'", "'\\''")), program, cwd=home):
        assert () == processes(str(home))


def test_a_folder_whose_name_begins_the_same_is_another(way, home):
    """/opt/hcl/TWS2 is not /opt/hcl/TWS."""
    with run(home / "bin/JobManager", 60):
        assert () == processes(str(home)[:-1])


@pytest.mark.skipif(not IS_ROOT, reason="only root can start a process as another")
def test_another_user_s_process(way, home):
    """His number; no name where the system knows none."""
    with run(home / "bin/JobManager", 60, user=OTHER, group=OTHER, extra_groups=[]):
        [found] = processes(str(home))

    assert (OTHER, None) == (found.uid, found.owner)


# -- a ps that does not tell -------------------------------------------------------------------------------------------


@pytest.fixture
def fake(monkeypatch):
    """Put a ps of the test's own in the place of the system's, where psutil is absent."""
    folder = Path(tempfile.mkdtemp(dir=Path.home() if IS_ROOT else None))
    if IS_ROOT and only_root_writes(str(folder)):
        pytest.skip(f"others than root can write to {folder}, so that nothing is started from there")
    monkeypatch.setitem(sys.modules, "psutil", None)
    monkeypatch.setattr(module, "_SECONDS", 1.0)

    def put(text):
        program = folder / "ps"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        monkeypatch.setattr(module, "PS", (str(program),))

    yield put
    shutil.rmtree(folder)


SILENCES = {
    "nothing": "exit 0",
    "an error": "echo 'ps: illegal option -- A' >&2; exit 1",
    "another": "echo 'PID TTY TIME CMD'; echo '1 ? 00:00:01 init'",
    "without us": "echo '1 0 00:01 /sbin/init'",
    "junk": "head -c 100000 /dev/urandom",
    "without end": "exec yes '1 0 00:01 /sbin/init'",
    "silent": "exec sleep 60",
}


@pytest.mark.parametrize("text", SILENCES.values(), ids=SILENCES)
def test_a_ps_that_does_not_tell(fake, home, text):
    """It is an error with a reason, in time: never an empty list."""
    fake(text)
    began = time.monotonic()
    with pytest.raises(OSError, match=r"ps|in time"):
        processes(str(home))

    assert time.monotonic() - began < 8


def test_no_ps_at_all(fake, home, monkeypatch):
    """It is the same error."""
    monkeypatch.setattr(module, "PS", (f"{home}/ps",))
    with pytest.raises(OSError, match="no ps"):
        processes(str(home))


def test_a_ps_without_uid_is_asked_for_names(fake, home):
    """As POSIX has it."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    fake(f"""case "$*" in *uid=*) exit 1; esac; echo "$PPID {me} 00:09 python"; echo "77 {me} 01:00 {home}/bin/JobManager 60" """)
    [found] = processes(str(home))

    assert (77, f"{home}/bin/JobManager", os.geteuid(), me) == tuple(found)[:4]
    assert 60 <= time.time() - found.started < 65


def test_a_process_of_ours_without_a_start_is_an_error(fake, home):
    """Without it nothing can be compared."""
    fake(f'echo "$PPID 0 00:09 python"; echo "77 0 - {home}/bin/JobManager 60"')
    with pytest.raises(OSError, match="since when"):
        processes(str(home))

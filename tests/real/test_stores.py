"""The master's stores as they come: whatever stands there, whoever plays keytool, in whatever language; no secret leaves the program."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ita_doctor.host import java
from ita_doctor.host.overlay import Overlay
from ita_doctor.host.posix import PosixHost
from ita_doctor.host.start import only_root_writes
from ita_doctor.host.tree import Tree
from ita_doctor.model.secret import Secret
from laboratory.cases_agent import all_of_the_master_is_well_by_java_alone as by_java_alone
from laboratory.cases_agent import stores
from laboratory.tools import keytool
from real.judging import inside, picture, program
from real.strace import why_not

pytestmark = pytest.mark.real

OWN = b"Zq8-linden-Tor"
MST = ("ITA-MST-001", "ITA-MST-002", "ITA-MST-003", "ITA-MST-004")


def findings(run):
    """Of the MST rules: {(rule, status, variant)}; nothing is broken."""
    (installation,) = json.loads(run.out)["installations"]
    assert not [one for one in installation["findings"] if one["status"] == "broken"]
    return {(one["rule"], one["status"], one["variant"] or "") for one in installation["findings"] if one["family"] == "MST"}


def check(site, *options, run=inside):
    """One check of the site with both stores, or with *options*."""
    argv = ["check", site.ini, "--offline", "--format", "json", *(options or stores(site))]
    return run(*argv) if run is inside else run(site, *argv)


def failing(run):
    """(rule, variant) of the MST rules that fail, the note of the shipped password aside."""
    return {(rule, variant) for rule, status, variant in findings(run) if status == "fail" and rule != "ITA-MST-004"}


def skipped(run):
    """The MST rules of which nothing but a skip is said."""
    said = findings(run)
    return {rule for rule, _, _ in said if {status for other, status, _ in said if other == rule} == {"skipped"}}


@pytest.fixture
def wrapped(monkeypatch):
    """Make JAVA_HOME a Java of a shell script that may be run as ourselves; `$LOG` in it is a file of the test's."""
    base = os.path.expanduser("~") if os.geteuid() == 0 else tempfile.gettempdir()
    if os.geteuid() == 0 and only_root_writes(base):
        pytest.skip(f"others than root can write to {base}")
    folder = Path(tempfile.mkdtemp(dir=base))
    (folder / "bin").mkdir()

    def make(text):
        log, path = folder / "log", folder / "bin" / "keytool"
        path.write_text(f"#!/bin/sh\nLOG={log}\n{text}\n")
        path.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(folder))
        return log

    yield make
    shutil.rmtree(folder)


REAL = f'echo run >> "$LOG"\nexec {shutil.which("keytool")} "$@"'


def test_one_run_of_keytool_for_each_store(site, wrapped):
    """However many rules ask; where Java is not needed it is not started at all."""
    log = wrapped(REAL)
    check(site)
    unneeded = log.exists()
    by_java_alone(site)
    log.unlink(missing_ok=True)
    run = check(site)

    assert not unneeded
    assert set() == failing(run)
    assert ["run", "run"] == log.read_text().split()


def test_fix_asks_keytool_once_too(site, wrapped):
    """It reads the installation several times, the stores' listings once."""
    by_java_alone(site)
    log = wrapped(REAL)
    site.stash.unlink()
    password = site.top / "key.pwd"
    password.write_bytes(site.password)
    run = inside("fix", site.ini, "--offline", "--state", site.top / "state", "--password-file", password, "--server-keystore", site.keys)

    assert 1 == run.status, run.err.decode()
    assert ["run"] == log.read_text().split()


def test_the_listing_is_kept_by_its_bytes(tmp_path):
    """Other bytes, another kind or another password are asked anew; what failed fails again without being asked."""
    asked = []

    class Host(PosixHost):
        def list_store(self, content, kind, typed):
            asked.append((content, kind, typed.reveal()))
            if content == b"hangs":
                raise TimeoutError(110, "did not end in time")
            return content

    overlay = Overlay(Host(), Tree(str(tmp_path), os.geteuid(), os.getegid()))
    wanted = [(b"a", "jceks", b"p"), (b"b", "jceks", b"p"), (b"a", "pkcs12", b"p"), (b"a", "jceks", b"q"), (b"hangs", "jceks", b"p")]
    for content, kind, password in wanted * 2:
        try:
            assert content == overlay.list_store(content, kind, Secret(password))
        except TimeoutError:
            assert content == b"hangs"

    assert wanted == asked


def test_no_keytool(site, monkeypatch):
    """It is nobody's fault: skipped, saying what to set."""
    by_java_alone(site)
    monkeypatch.setattr(java, "_USUAL", ())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    run = check(site)

    assert 0 == run.status
    assert set(MST) <= skipped(run)
    assert b"JAVA_HOME" in run.out


@pytest.mark.parametrize(
    "text",
    [
        "exit 0",
        "echo usage: gkt -list; exit 1",
        'echo "Il keystore contiene 2 voci"; echo "Nome alias: server"',
        'echo "Your keystore contains 1 entry"; exit 0',
        "head -c 3000000 /dev/urandom; exit 0",
        "echo keytool error: java.security.KeyStoreException: JCEKS not found; exit 1",
        "kill -9 $$",
        "exec 0<&- 1>&- 2>&-; exit 3",
    ],
)
def test_a_keytool_of_another_vendor(site, wrapped, text):
    """What it says is not Java's: nothing is known of the store, and no fault is made of that."""
    by_java_alone(site)
    wrapped(text)
    run = check(site)

    assert 0 == run.status
    assert set(MST) <= skipped(run)


def test_a_keytool_that_hangs(site, wrapped, monkeypatch):
    """It is ended at its deadline."""
    by_java_alone(site)
    wrapped("exec sleep 600")
    monkeypatch.setattr(java, "list_store", functools.partial(java.list_store, timeout=0.3))
    run = check(site)

    assert 0 == run.status
    assert set(MST) <= skipped(run)
    assert run.seconds < 10


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is asked whose program it is")
def test_somebody_elses_keytool_is_not_run_as_root(site, monkeypatch):
    """As root nothing is started that others can change."""
    by_java_alone(site)
    folder = site.top / "java" / "bin"
    folder.mkdir(parents=True)
    (folder / "keytool").write_text(f"#!/bin/sh\ntouch {site.top}/ran\n")
    (folder / "keytool").chmod(0o755)
    os.chown(folder / "keytool", 1, 1)
    monkeypatch.setenv("JAVA_HOME", str(folder.parent))
    run = check(site)

    assert set(MST) <= skipped(run)
    assert not (site.top / "ran").exists()


@pytest.mark.parametrize("language", ["it_IT.UTF-8", "de_DE", "ja_JP.UTF-8", "tr_TR.UTF-8"])
def test_another_language(site, monkeypatch, language):
    """The real keytool is spoken to in English, whatever is set around."""
    by_java_alone(site)
    for name in ("LANG", "LC_ALL", "LANGUAGE", "LC_MESSAGES"):
        monkeypatch.setenv(name, language)
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Duser.language=it")

    assert set() == failing(check(site)) | {(rule, "") for rule in skipped(check(site)) if rule != "ITA-MST-002"}


def test_by_java_alone_a_fault_is_a_fault(site):
    """The wrong password, a cut and an alias that is not there are told as for any store."""
    by_java_alone(site)
    whole = site.keys.read_bytes()
    keytool("-changealias", "-alias", "server", "-destalias", "was", "-storetype", "JCEKS", "-keystore", site.keys)
    found = [failing(check(site))]
    site.keys.write_bytes(whole[:-30])
    found.append(failing(check(site)))
    site.keys.write_bytes(whole)
    (site.top / "pwd").write_bytes(b"another1\n")
    found.append(failing(check(site, "--server-keystore", site.keys, "--store-password-file", site.top / "pwd")))

    assert [{("ITA-MST-001", "no-alias")}, {("ITA-MST-001", "truncated")}, {("ITA-MST-001", "password")}] == found


@pytest.mark.parametrize("store", ["keys", "trusted"])
@pytest.mark.parametrize("form", ["JKS", "PKCS12"])
def test_cut_at_any_length(site, store, form, monkeypatch):
    """A finding of MST-001, at every length, and nothing else."""
    monkeypatch.setattr(java, "_USUAL", ())
    monkeypatch.setenv("PATH", "/nowhere")
    path = getattr(site, store)
    if form == "PKCS12":
        monkeypatch.undo()
        other = path.with_name("other")
        keytool(
            "-importkeystore",
            "-srckeystore",
            path,
            "-srcstorepass",
            "default",
            "-destkeystore",
            other,
            "-deststoretype",
            form,
            "-deststorepass",
            "default",
        )
        other.replace(path)
    whole = path.read_bytes()
    found = set()
    for size in [*range(12), *range(12, len(whole), max(len(whole) // 25, 1)), len(whole) - 1]:
        path.write_bytes(whole[:size])
        found |= {rule for rule, _ in failing(check(site))}

    assert {"ITA-MST-001"} == found


@pytest.mark.parametrize("option", ["--server-keystore", "--trust-keystore"])
@pytest.mark.parametrize("kind", ["missing", "fifo", "device", "dangling", "loop", "empty-folder", "folder-in-it"])
def test_what_is_no_file_is_a_usage_error(site, option, kind):
    """An option that names nothing readable is refused with its name and path, at once, and nothing is opened that could wait."""
    path = site.top / "named"
    {
        "missing": lambda: None,
        "fifo": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/zero"),
        "dangling": lambda: path.symlink_to("/does/not/exist"),
        "loop": lambda: path.symlink_to(path),
        "empty-folder": path.mkdir,
        "folder-in-it": lambda: (path / site.keys.name).mkdir(parents=True) or (path / site.trusted.name).mkdir(),
    }[kind]()
    run = check(site, option, path)

    assert (3, b"") == (run.status, run.out)
    assert option.encode() in run.err
    assert str(path).encode() in run.err
    assert run.seconds < 5


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\r\n"])
def test_an_empty_password_is_a_usage_error(site, content):
    """keytool takes an empty line for `do not verify`."""
    (site.top / "pwd").write_bytes(content)
    run = check(site, *stores(site), "--store-password-file", site.top / "pwd")

    assert 3 == run.status
    assert b"--store-password-file" in run.err


def test_no_password_file_is_a_usage_error(site):
    """It is named."""
    run = check(site, *stores(site), "--store-password-file", site.top / "nope")

    assert 3 == run.status
    assert b"nope" in run.err


def test_a_password_by_a_pipe(site):
    """A shell's process substitution is read once, by check and by fix."""
    keytool("-storepasswd", "-new", OWN.decode(), "-keystore", site.trusted)
    site.certify(site.issue())
    for command in ("check --format json", "fix"):
        line = f'"{sys.executable}" -m ita_doctor {command} "{site.ini}" --offline --state "{site.top}/state" --trust-keystore "{site.trusted}" '
        done = subprocess.run(
            ["bash", "-c", line + '--store-password-file <(printf "%s\\n" "$WORD")'], env={**os.environ, "WORD": OWN.decode()}, capture_output=True, check=False
        )  # fmt: skip

        assert (1 if command == "fix" else 2) == done.returncode, done.stderr.decode()
        assert b"ITA-MST-003" in done.stdout
        assert OWN not in done.stdout + done.stderr


def test_a_gigabyte(site):
    """A sparse file of that size is neither read nor a store."""
    os.truncate(site.keys, 1 << 30)
    run = check(site)

    assert {("ITA-MST-001", "oversized")} == failing(run)
    assert run.seconds < 3


def test_links_are_followed(site):
    """A store may be a link, and its folder as well."""
    kept = site.top / "kept"
    site.etc.rename(kept)
    site.etc.symlink_to(kept)
    (kept / site.keys.name).rename(site.top / "keys")
    (kept / site.keys.name).symlink_to(site.top / "keys")

    assert set() == failing(check(site))


@pytest.mark.skipif(os.geteuid() != 0, reason="root takes its own rights away")
def test_found_and_closed_to_us(site):
    """A store that was only found, and that we may not read, is no fault."""
    from laboratory.cases_agent import beside_its_master

    beside_its_master(site)
    for path in (site.keys, site.trusted):
        path.chmod(0)
        os.chown(path, 12345, 12345)
    run = program(site, "check", site.ini, "--offline", "--format", "json", powerless=True)

    assert set(MST) <= skipped(run)


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_no_password_in_an_argument_or_the_environment(site):
    """Of no process that is started; and what is left on the disk is as it was."""
    by_java_alone(site)
    for path in (site.keys, site.trusted):
        keytool("-storepasswd", "-new", OWN.decode(), "-storetype", "JCEKS", "-keystore", path)
    (site.top / "pwd").write_bytes(OWN + b"\n")
    log, room = site.top.parent / "strace.log", site.top.parent / "room"
    room.mkdir()
    before = picture(site)
    command = [sys.executable, "-m", "ita_doctor", "check", site.ini, "--offline", *stores(site), "--store-password-file", site.top / "pwd", "-v"]
    tracing = ["strace", "-f", "-v", "-s", "100000", "-o", log, "-e", "trace=execve,sendto,connect"]
    done = subprocess.run(
        [str(word) for word in (*tracing, *command)], env={**os.environ, "TMPDIR": str(room)}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )  # fmt: skip
    told = log.read_bytes()

    assert 0 == done.returncode, done.stdout.decode()
    assert 2 == told.count(b'keytool", ["')
    assert OWN not in told + done.stdout + done.stderr
    assert [] == list(room.iterdir())
    assert before == picture(site)


def test_a_key_is_never_opened(site):
    """What is locked in a store stays locked: with another password of its own the store is judged all the same."""
    keytool("-keypasswd", "-alias", "server", "-keypass", "default", "-new", "another-of-its-own", "-keystore", site.keys)

    assert set() == failing(check(site))


# fix


def fix(site, *options):
    return inside("fix", site.ini, "--offline", "--state", site.top / "state", *options)


def test_fix_does_step_19(site):
    """The line of the finding heals it; then nothing is to be done, and undo brings the store back."""
    site.certify(site.issue())
    before, options = site.trusted.read_bytes(), ["--trust-keystore", site.etc]
    plan, done = fix(site, *options), fix(site, *options, "--apply", "--yes")
    after, again = failing(check(site)), fix(site, *options)
    inside("undo", site.ini, "--state", site.top / "state")

    assert (1, 2, 0) == (plan.status, done.status, again.status)
    assert 1 == plan.out.count(b"\n  19  put the agent's certificate")
    assert b"wrong then:   nothing" in plan.out
    assert set() == after
    assert before == site.trusted.read_bytes()


def test_fix_without_the_store_says_which(site):
    """A store that was found is not written unless an option names it."""
    from laboratory.cases_agent import beside_its_master

    site.certify(site.issue())
    beside_its_master(site)
    before = site.trusted.read_bytes()
    plan, done = fix(site), fix(site, "--apply", "--yes")

    assert (1, 2) == (plan.status, done.status)
    assert f"--trust-keystore {site.trusted}" in " ".join(plan.out.decode().split())
    assert before == site.trusted.read_bytes()


def test_fix_leaves_another_subject_to_a_person(site):
    """It is said once, at step 19."""
    site.trusted.unlink()
    site.trust(site.server_pem)
    run = fix(site, "--trust-keystore", site.trusted)

    assert 1 == run.status
    assert 1 == run.out.count(b"\n  19  ")
    assert b"another subject" in run.out


def test_fix_of_a_store_that_only_java_reads(site):
    """Done is done, an older one is replaced, and a wrong password is refused in a dry run too."""
    by_java_alone(site)
    done = fix(site, "--trust-keystore", site.trusted)
    site.certify(site.issue())
    plan = fix(site, "--trust-keystore", site.trusted)
    (site.top / "pwd").write_bytes(b"another1")
    refused = fix(site, "--trust-keystore", site.trusted, "--store-password-file", site.top / "pwd")

    assert (0, 1, 3) == (done.status, plan.status, refused.status)
    assert b"--store-password-file" in refused.err


def test_a_renewal_with_the_trust_store(site):
    """The new certificate is put into the store in the same go."""
    password = site.top / "key.pwd"
    password.write_bytes(site.password)
    options = ["--trust-keystore", site.trusted, "--server-keystore", site.keys, "--ca-cert", site.ca_crt, "--ca-key", site.ca_key]
    run = fix(site, *options, "--renew", "--password-file", password, "--apply", "--yes")

    assert 0 == run.status, run.out.decode()
    assert set() == failing(check(site))

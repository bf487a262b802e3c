"""What `fix` refuses: a sentence that says what, where and what to do; the exit status of the contract; nothing changed, and no secret."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from cryptography import x509

from laboratory.tools import pem_of, spare_key
from real.judging import leaks, picture, program

pytestmark = pytest.mark.real

IS_ROOT = os.geteuid() == 0
WRONG = b"Not-The-Right-One-5"


def put(site, name, content, mode=0o600):
    """An input of the operator's, beside the installation."""
    path = site.top / name
    path.write_bytes(content)
    path.chmod(mode)
    return path


def wrong(site):
    """A file with a password that opens nothing."""
    return put(site, "wrong.pwd", WRONG + b"\n")


def authority(site, *, start=-10, days=100, is_ca=True):
    """Options for a CA of the test's own."""
    key = spare_key(number=7)
    limits = [x509.BasicConstraints(ca=is_ca, path_length=None)]
    pem = site.issue(key, cn="TestCA", start=start, days=days, self_signed=True, extensions=limits)
    return ["--ca-cert", put(site, "ca.crt", pem), "--ca-key", put(site, "ca.key", pem_of(key, None))]


def locked_authority(site, *options):
    """A CA whose key is locked."""
    return ["--ca-cert", site.ca_crt, "--ca-key", put(site, "ca.key", pem_of(spare_key(number=7), b"Lock-Of-The-CA")), *options]


def without_stash(site):
    site.stash.unlink()


def renewed(site):
    """The master's store knows an older certificate."""
    site.certify(site.issue())


def nothing(site):
    return None


CASES = {
    # name: (what is done before, options, words of the sentence)
    "wrong-password": (without_stash, lambda s: ["--password-file", wrong(s)], "password|does not open|step 4"),
    "empty-password": (nothing, lambda s: ["--password-file", put(s, "empty", b"")], "--password-file|empty"),
    "line-end-password": (nothing, lambda s: ["--password-file", put(s, "empty", b"\r\n")], "--password-file|empty"),
    "long-password": (nothing, lambda s: ["--password-file", put(s, "long", b"x" * 1024)], "--password-file|1023"),
    "huge-password": (nothing, lambda s: ["--password-file", put(s, "long", b"x" * 70000)], "long|65536"),
    "no-password-file": (nothing, lambda s: ["--password-file", s.top / "nope"], "nope|[Nn]o such file"),
    "folder-for-password": (nothing, lambda s: ["--password-file", s.top], "not a regular file"),
    "no-descriptor": (nothing, lambda s: ["--password-fd", "77"], "77"),
    "two-passwords": (nothing, lambda s: ["--password-fd", "0", "--password-file", wrong(s)], "--password-fd|--password-file"),
    "ca-key-of-another": (nothing, lambda s: ["--ca-cert", s.ca_crt, "--ca-key", authority(s)[3]], "--ca-key|is not the key of|belong together"),
    "ca-expired": (nothing, lambda s: authority(s, start=-30, days=10), "ca.crt|expired"),
    "ca-not-yet": (nothing, lambda s: authority(s, start=30), "ca.crt|not valid yet|clock"),
    "ca-is-none": (nothing, lambda s: authority(s, is_ca=False), "ca.crt|no CA's certificate"),
    "ca-key-alone": (nothing, lambda s: ["--ca-key", s.ca_key], "--ca-key|--ca-cert"),
    "ca-key-locked": (nothing, locked_authority, "ca.key|encrypted|--ca-password-file"),
    "ca-password-wrong": (nothing, lambda s: locked_authority(s, "--ca-password-file", wrong(s)), "ca.key|does not open"),
    "ca-password-alone": (nothing, lambda s: ["--ca-password-file", wrong(s)], "--ca-password-file|--ca-key"),
    "ca-key-is-a-certificate": (nothing, lambda s: ["--ca-cert", s.ca_crt, "--ca-key", s.ca_crt], "--ca-key|TWSca.crt"),
    "ca-cert-is-a-key": (nothing, lambda s: ["--ca-cert", s.ca_key, "--ca-key", s.ca_key], "--ca-cert|inspect"),
    "no-ca-cert": (nothing, lambda s: ["--ca-cert", s.top / "nope", "--ca-key", s.ca_key], "--ca-cert|nope"),
    "no-ca-key": (nothing, lambda s: ["--ca-cert", s.ca_crt, "--ca-key", s.top / "nope"], "nope"),
    "trust-store-locked": (
        renewed,
        lambda s: ["--trust-keystore", s.trusted, "--store-password-file", wrong(s)],
        "--trust-keystore|--store-password-file",
    ),
    "trust-store-is-none": (renewed, lambda s: ["--trust-keystore", s.ca_crt], "--trust-keystore|TWSca.crt|no Java key store"),
    "no-trust-folder": (renewed, lambda s: ["--trust-keystore", s.top / "nope" / "x.jks"], "--trust-keystore|nope"),
    "key-store-locked": (nothing, lambda s: ["--server-keystore", s.keys, "--store-password-file", wrong(s)], "--server-keystore|does not open"),
    "key-store-without-alias": (nothing, lambda s: ["--server-keystore", s.trusted], "--server-keystore|alias server"),
    "no-key-store": (nothing, lambda s: ["--server-keystore", s.top / "nope.jks"], "nope.jks"),
    "certificate-of-another": (
        nothing,
        lambda s: ["--certificate", put(s, "x.crt", s.issue(spare_key(number=8)))],
        "--certificate|does not fit the key",
    ),
    "certificate-expired": (nothing, lambda s: ["--certificate", put(s, "x.crt", s.issue(start=-30, days=10))], "--certificate|not valid today"),
    "certificate-not-yet": (nothing, lambda s: ["--certificate", put(s, "x.crt", s.issue(start=30, days=10))], "--certificate|not valid today"),
    "certificate-is-a-key": (nothing, lambda s: ["--certificate", s.ca_key], "--certificate|no certificate|inspect"),
    "server-cert-is-a-key": (nothing, lambda s: ["--server-cert", s.ca_key], "--server-cert|no certificate|inspect"),
    "no-days": (nothing, lambda s: ["--days", "0"], "--days|36500"),
    "too-many-days": (nothing, lambda s: ["--days", "36501"], "--days|36500"),
    "days-of-words": (nothing, lambda s: ["--days", "many"], "--days|many"),
    "bad-subject": (nothing, lambda s: ["--subject", "nc117031"], "--subject|/C=IT/O=Example/CN=host"),
    "long-country": (nothing, lambda s: ["--subject", "/C=ITALY/CN=x"], "--subject|C=ITALY"),
    "empty-subject": (nothing, lambda s: ["--subject", ""], "--subject|/C=IT/O=Example/CN=host"),
    "bad-digest": (nothing, lambda s: ["--server-from-handshake", "abc"], "--server-from-handshake|SHA-256"),
    "digest-offline": (nothing, lambda s: ["--server-from-handshake", "0" * 64], "--server-from-handshake|--offline"),
    "unknown-user": (nothing, lambda s: ["--user", "nobody-of-that-name"], "--user|nobody-of-that-name"),
    "bad-suffix": (nothing, lambda s: ["--suffix", "a/b"], "--suffix|letters"),
    "unknown-option": (nothing, lambda s: ["--aply"], "--aply|--apply"),
    "into-and-place": (nothing, lambda s: ["--into", s.top / "new", "--suffix", "x"], "--into|PLACE"),
}


def fix(site, *options, place=None):
    """One run in a process of its own."""
    where = [] if place == "" else [place or site.ini]
    return program(site, "fix", *where, "--offline", *options)


def told(run):
    """What a person reads on standard error, as one line."""
    return " ".join(run.err.decode(errors="replace").split())


def is_sentence(run):
    """One line that begins with who speaks."""
    lines = run.err.decode(errors="replace").splitlines()
    return len(lines) == 1 and lines[0].startswith("ita-doctor: ") and len(lines[0]) > 30


def check_refused(site, runs, before, words):
    """Status 3, one sentence with all the words, nothing changed, no secret."""
    for run in runs:
        assert 3 == run.status, (run.out[-800:], told(run))
        assert is_sentence(run), told(run)
        assert [] == [word for word in words.split("|") if not re.search(word, told(run))], told(run)
        assert b"" == run.out
        assert WRONG not in run.err
        assert b"Lock-Of-The-CA" not in run.err
    assert not leaks(site, *runs)
    assert before == picture(site)


@pytest.mark.parametrize("name", sorted(CASES))
def test_an_input_that_does_not_fit(site, name):
    """Refused in a dry run and with --apply alike, before anything is touched: not even a state folder is made."""
    prepare, options, words = CASES[name]
    prepare(site)
    given = options(site)
    before = picture(site)

    runs = [fix(site, *given), fix(site, *given, "--apply", "--yes")]

    check_refused(site, runs, before, words)


def test_a_password_that_opens_nothing_is_said_also_where_none_is_needed(site):
    """A password that was given and does not open the key is refused, though the installation is healthy."""
    given = ["--password-file", wrong(site)]
    before = picture(site)

    run = fix(site, *given)

    check_refused(site, [run], before, "password|does not open")


@pytest.mark.parametrize("kind", ["fits-nothing", "locked-otherwise"])
def test_a_key_under_the_name_of_another_suffix(site, kind):
    """A key that fits nothing, or that no password opens, is not taken: the plan says what is needed, and the files stay as they are."""
    key = spare_key(number=9) if kind == "fits-nothing" else site.key()
    site.prv.unlink()
    site.write(site.folder / "ita_prvother.pem", pem_of(key, site.password if kind == "fits-nothing" else WRONG), 0o600)
    before = {path: path.read_bytes() for path in site.folder.iterdir()}

    dry, done = fix(site), fix(site, "--apply", "--yes")

    assert (1, 2) == (dry.status, done.status), told(done)
    assert b"NEEDS YOU" in done.out
    assert b"--ca-cert" in done.out or b"--password-file" in done.out
    assert before == {path: path.read_bytes() for path in site.folder.iterdir()}
    assert not leaks(site, dry, done)


def test_another_suffix_copies_all_the_good_files_or_none(site):
    """--suffix with another name copies all six files and sets ita.ini; the installation is healthy afterwards."""
    run = fix(site, "--suffix", "other", "--apply", "--yes")
    site.suffix = "other"

    assert [] == [path.name for path in site.six if not path.exists()], run.out.decode()[-1500:]
    assert 0 == run.status


@pytest.mark.parametrize("with_suffix", [False, True])
def test_into_refuses_what_it_cannot_use(site, with_suffix):
    """--into without a suffix, into a file, or two folders deep: said, and nothing is made."""
    targets = {"new": "--suffix"} if not with_suffix else {"a/b/new": "no such folder", "opt/HCL/TWA/TWS/ssl/server.pem": "no folder"}
    before = picture(site)
    for target, words in targets.items():
        more = ["--suffix", "x"] if with_suffix else []
        runs = [fix(site, "--into", site.top / target, *more, *last, place="") for last in ([], ["--apply", "--yes"])]

        check_refused(site, runs, before, f"--into|{words}")


@pytest.mark.parametrize("place", ["nowhere", "nowhere/ita.ini"])
def test_a_place_that_is_not_there(site, place):
    """A PLACE without anything is refused, named."""
    before = picture(site)

    runs = [fix(site, *last, place=site.top / place) for last in ([], ["--apply", "--yes"])]

    check_refused(site, runs, before, "nowhere|ita.ini")


def test_a_place_without_an_ini(site):
    """A folder of an installation whose ita.ini is gone: the plan makes no files for it without being told where."""
    site.ini.unlink()
    before = picture(site)

    run = fix(site, place=site.agent)

    assert run.status in (1, 3)
    assert str(site.ini).encode() in b"".join((run.out + run.err).split()) or b"ita.ini" in run.out + run.err
    assert before == picture(site)


def test_two_places(site):
    """`fix` works on one installation: with two it is refused, and both are named."""
    before = picture(site)
    other = site.top / "opt" / "HCL"

    run = program(site, "fix", site.agent, other, "--offline")

    check_refused(site, [run], before, f"one installation|{re.escape(str(site.ini))}|{re.escape(str(other))}")


def test_two_places_with_options_between(site):
    """A second PLACE behind an option is a PLACE too."""
    before = picture(site)
    other = site.top / "opt" / "HCL"

    run = program(site, "fix", site.agent, "--offline", other)

    check_refused(site, [run], before, f"one installation|{re.escape(str(other))}")


def test_several_installations_and_no_place(site, tmp_path):
    """Without PLACE where several are in the usual folders: refused, each is named, and $ITA_DOCTOR_PLACE chooses."""
    if not IS_ROOT or shutil.which("unshare") is None:
        pytest.skip("needs root and unshare")
    hidden = tmp_path / "opt"
    for name in ("one", "two"):
        shutil.copytree(site.agent, hidden / "hcl" / name)
    script = f'mount --bind "{hidden}" /opt && exec "$@"'
    command = ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-m", "ita_doctor", "fix", "--offline", "--state", site.top / "state"]
    tried = subprocess.run(["unshare", "-m", "sh", "-c", f'mount --bind "{hidden}" /opt'], capture_output=True, check=False)
    if tried.returncode or sys.executable.startswith("/opt/"):
        pytest.skip("this machine lets nobody mount")
    environment = {key: value for key, value in os.environ.items() if key != "ITA_DOCTOR_PLACE"}

    run = subprocess.run(list(map(str, command)), capture_output=True, stdin=subprocess.DEVNULL, env=environment, check=False, text=True)

    assert 3 == run.returncode, run.stdout[-500:] + run.stderr
    assert "/opt/hcl/one/ITA/cpa/ita/ita.ini" in run.stderr
    assert "/opt/hcl/two/ITA/cpa/ita/ita.ini" in run.stderr
    assert not (site.top / "state").exists()


@pytest.mark.skipif(not IS_ROOT, reason="needs root to give files away")
def test_three_different_owners(site):
    """Installation folder, ita.ini and certificate folder of three users: --user is asked for, and with it the plan is made."""
    os.chown(site.agent, 0, 0)
    os.chown(site.folder, 2, 2)
    before = picture(site)

    runs = [fix(site), fix(site, "--apply", "--yes")]

    check_refused(site, runs, before, "three different users|--user")


@pytest.mark.parametrize("kind", ["mode", "file", "link", "below-a-file"])
def test_a_state_folder_that_is_no_good(site, kind):
    """Said before anything is touched, in a dry run too: which, why, and what to do."""
    state = site.top / "kept"
    state.mkdir(mode=0o700)
    if kind == "mode":
        state.chmod(0o755)
    elif kind == "link":
        state.rename(site.top / "real")
        state.symlink_to(site.top / "real")
    elif kind in ("file", "below-a-file"):
        state.rmdir()
        state.write_bytes(b"")
    site.stash.chmod(0o644)
    given = state / "x" if kind == "below-a-file" else state
    before = picture(site)

    runs = [fix(site, "--state", given), fix(site, "--state", given, "--apply", "--yes")]

    if kind == "below-a-file":
        assert (1, 3) == (runs[0].status, runs[1].status)
        assert before == picture(site)
        runs = runs[1:]
    check_refused(site, runs, before, f"{re.escape(str(state))}|{'chmod 700' if kind == 'mode' else 'folder'}")


def test_no_keytool(site):
    """--trust-keystore where no Java is: said, with what to set, in a dry run too."""
    if not IS_ROOT or shutil.which("unshare") is None:
        pytest.skip("needs root and unshare to hide the usual folders")
    empty = site.top / "empty"
    empty.mkdir()
    renewed(site)
    folders = [one for one in ("/usr/lib/jvm", "/opt", "/usr/java") if os.path.isdir(one) and not sys.executable.startswith(one)]
    hide = " && ".join(f'mount --bind "{empty}" {one}' for one in folders) or "true"
    if subprocess.run(["unshare", "-m", "sh", "-c", hide], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    before = picture(site)
    for last in ([], ["--apply", "--yes"]):
        inner = [
            sys.executable,
            "-m",
            "ita_doctor",
            "fix",
            site.ini,
            "--offline",
            "--state",
            site.top / "state",
            "--trust-keystore",
            site.trusted,
            *last,
        ]
        command = ["unshare", "-m", "sh", "-c", f'{hide} && unset JAVA_HOME && PATH= && exec "$@"', "sh", *inner]

        run = subprocess.run(list(map(str, command)), capture_output=True, stdin=subprocess.DEVNULL, check=False, text=True)

        assert 3 == run.returncode, run.stdout[-500:] + run.stderr
        assert "keytool" in run.stderr
        assert "JAVA_HOME" in run.stderr
        assert before == picture(site)


# Two at once


WAIT = """#!/bin/sh
echo here > "{here}"
n=0
while test ! -e "{go}" -a $n -lt 300; do sleep 0.1; n=$((n + 1)); done
"""


def test_two_at_once(site):
    """One works; the other leaves with 3, says the number of the one that works, and changes nothing."""
    here, go = site.agent / "here", site.top / "go"
    for name, content in (("ShutDownLwa", WAIT.format(here=here, go=go)), ("StartUpLwa", "#!/bin/sh\n")):
        site.write(site.agent / name, content.encode(), 0o755)
    if IS_ROOT and not reaches(site):
        for path in (site.top, *site.top.parents):
            if path.stat().st_uid == 0 and path.stat().st_mode & 0o001 == 0:
                path.chmod(path.stat().st_mode | 0o001)
    site.stash.chmod(0o644)
    state = site.top / "state"
    command = [sys.executable, "-m", "ita_doctor", "fix", site.ini, "--offline", "--state", state, "--apply", "--yes", "--restart"]
    first = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 30
        while not here.exists() and first.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert here.exists(), first.communicate()
        seen = {path: path.read_bytes() for path in site.six}

        same = fix(site, "--state", state, "--apply", "--yes", "--renew", "--ca-cert", site.ca_crt, "--ca-key", site.ca_key)
        other = fix(site, "--state", site.top / "other", "--apply", "--yes", "--renew", "--ca-cert", site.ca_crt, "--ca-key", site.ca_key)
        undone = program(site, "undo", site.ini, "--state", state)

        assert [3, 3, 3] == [run.status for run in (same, other, undone)], (told(same), told(other), told(undone))
        assert [True] * 3 == [f"process {first.pid}" in told(run) for run in (same, other, undone)], (told(same), told(other), told(undone))
        assert seen == {path: path.read_bytes() for path in site.six}
        assert not list((site.top / "other").rglob("journal"))
    finally:
        first.send_signal(signal.SIGTERM)
        go.write_bytes(b"")
        first.communicate(timeout=60)
    assert 0o644 == site.stash.stat().st_mode & 0o777
    assert 130 == first.returncode


def reaches(site):
    """Whether everybody may pass the folders above the laboratory."""
    return all(path.stat().st_mode & 0o001 for path in (site.top, *site.top.parents))

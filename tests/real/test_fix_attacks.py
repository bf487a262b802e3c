"""The agent's user means harm while root repairs: nothing outside of the installation is read into it, written, given away or removed."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ita_doctor.host.tree import Tree
from ita_doctor.model.plan import Facts
from laboratory.lab import AGENT_UID, PASSWORD, copy_of
from laboratory.tools import pem_of
from real.judging import inside, picture

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.geteuid() != 0, reason="needs root, and another user to be attacked by")]

OTHER_UID = 2
WORD = b"Zq4-nobody-else-knows"
MARK = b"KEPT-FOR-ROOT-7731"
ARTIFACTS = ("prv", "pub", "cert", "bundle", "stash", "seed", "ini", "job", "server", "stray")
EAGER = {
    "plain": lambda site: [],
    "given": lambda site: [*password_of(site), *ca_of(site)],
    "renew": lambda site: [*ca_of(site), "--renew"],
    "request": lambda site: ["--renew"],
}


def password_of(site):
    """The right password, in a file of root's."""
    path = site.top / "the.password"
    path.write_bytes(site.password)
    path.chmod(0o600)
    return ["--password-file", path]


def ca_of(site):
    """A CA to sign with, and the master's certificate."""
    return ["--ca-cert", site.ca_crt, "--ca-key", site.ca_key, "--server-cert", site.server_pem]


def fix(site, *options, place=None, state=None):
    """One whole run with --apply."""
    run = inside("fix", place or site.ini, "--offline", "--state", state or site.top / "state", "--apply", "--yes", *options)
    assert b"Traceback" not in run.err
    assert (0, 0) == (os.geteuid(), os.getegid())
    return run


def said(run):
    """Everything that was printed, on one line."""
    return b" ".join((run.out + run.err).split()).decode(errors="replace")


@pytest.fixture
def site(laboratory):
    """A laboratory to which its agent's user finds the way."""
    top = Path(tempfile.mkdtemp(prefix="ita-attack-"))
    top.chmod(0o755)
    yield copy_of(laboratory, top / "site")
    shutil.rmtree(top)


class Closed:
    """A folder of root's outside of the installation, and all that lies in it."""

    def __init__(self, path, mode=0o700):
        self.path = path
        path.mkdir()
        path.chmod(mode)
        self.words = {MARK, WORD, base64.b64encode(WORD)}
        self.before = {}

    def put(self, name, content, mode=0o600):
        """A file in it."""
        path = self.path / name
        path.write_bytes(content)
        path.chmod(mode)
        return path

    def keep(self):
        """From now on nothing may change in it."""
        self.before = self.seen()

    def seen(self):
        """All that a change could show, the number of names aside."""
        found = {}
        for path in sorted((self.path, *self.path.rglob("*"))):
            status = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
            found[path.name] = (status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, content)
        return found

    def is_as_it_was(self):
        """Whether all is as it was kept."""
        return bool(self.before) and self.before == self.seen()

    def inodes(self):
        """The files themselves, by whatever name."""
        return {path.stat().st_ino for path in self.path.rglob("*")}

    def got_out(self, site, *runs):
        """Where its words are now: files of the installation that are not its own under another name, and what was printed."""
        found = [str(path) for path in installed(site) if path.stat().st_ino not in self.inodes() and self.is_in(path.read_bytes())]
        return found + ["printed" for run in runs if self.is_in(run.out + run.err)]

    def is_in(self, content):
        """Whether one of its words stands in *content*."""
        return any(word in content for word in self.words)


@pytest.fixture
def closed(site):
    """What must not be reached."""
    return Closed(site.top / "closed")


def installed(site):
    """The regular files of the installation."""
    return [path for path in site.agent.rglob("*") if stat.S_ISREG(path.lstat().st_mode)]


def of_root(site):
    """Files below the installation that belong to root."""
    return {path for path in installed(site) if path.stat().st_uid == 0}


def spoil(site):
    """Give `fix` something to do."""
    site.bundle.write_bytes(site.bundle.read_bytes().replace(b"-----END CERTIFICATE-----\n-----BEGIN", b"-----END CERTIFICATE----------BEGIN"))
    site.own(site.bundle)


# Settings that lead elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("eager", sorted(EAGER))
@pytest.mark.parametrize("mode", [0o700, 0o755])
@pytest.mark.parametrize("is_pinned", [False, True], ids=["", "ini-stays"])
@pytest.mark.parametrize("owner", [AGENT_UID, 0])
@pytest.mark.parametrize("setting", ["password_file", "random_file", "key_repository_dir", "all"])
def test_settings_that_point_outside(site, setting, owner, is_pinned, mode, eager):
    """Whatever ita.ini names, a folder of root's stays as it is, new names in it included, and none of its files is copied."""
    closed = Closed(site.top / "closed", mode)
    closed.put("preload.sth", base64.b64encode(WORD) + b"\n")
    closed.put("preload.rnd", MARK * 64)
    names = {"password_file": "preload.sth", "random_file": "preload.rnd", "key_repository_dir": ""}
    for name, target in names.items():
        if setting in (name, "all"):
            site.set(name, closed.path / target if target else closed.path)
    os.chown(site.agent, owner, owner)
    if is_pinned:
        os.link(site.ini, site.top / "second name")
    closed.keep()

    run = fix(site, *EAGER[eager](site))

    assert closed.is_as_it_was(), said(run)[-1500:]
    assert [] == closed.got_out(site, run)


@pytest.mark.parametrize("setting", ["password_file", "random_file"])
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("is_pinned", [False, True], ids=["", "ini-stays"])
def test_settings_that_point_into_a_folder_of_roots_inside(site, setting, is_there, is_pinned):
    """A folder of root's in the installation gets no file, and loses none, under a name that only ita.ini gives."""
    os.chown(site.agent, 0, 0)
    inner = Closed(site.agent / "bin", 0o755)
    if is_there:
        inner.put("helper", base64.b64encode(WORD), 0o755)
    site.set(setting, inner.path / "helper")
    if is_pinned:
        os.link(site.ini, site.top / "second name")
    inner.keep()

    run = fix(site, *password_of(site), *ca_of(site))

    assert inner.is_as_it_was(), said(run)[-1500:]
    assert [] == inner.got_out(site, run)


@pytest.mark.parametrize("names", ["dir", "dir-by-link"])
def test_the_agents_user_is_not_taken_for_root(site, closed, names):
    """A folder of root's that ita.ini names makes nobody root: whose agent it is has to be said."""
    os.chown(site.agent, 0, 0)
    folder = closed.path
    if names == "dir-by-link":
        folder = site.folder.parent / "elsewhere"
        folder.symlink_to(closed.path)
    site.set("key_repository_dir", folder)
    site.set("random_file", closed.path / "new.rnd")
    closed.keep()

    run = fix(site, *password_of(site), *ca_of(site))

    assert closed.is_as_it_was(), said(run)[-1500:]
    assert 3 == run.status
    assert "--user" in said(run)


def test_the_passwords_of_the_machine(site):
    """With password_file=/etc/shadow a dry run leaves it alone and shows not a byte of it."""
    shadow = Path("/etc/shadow")
    if not shadow.exists():
        pytest.skip("no /etc/shadow")
    before = (shadow.stat(), shadow.read_bytes())
    site.set("password_file", shadow)

    run = inside("fix", site.ini, "--offline", "--state", site.top / "state", *password_of(site), *ca_of(site))

    assert (before[0].st_mode, before[0].st_mtime_ns, before[0].st_ctime_ns, before[0].st_ino) == tuple(
        getattr(shadow.stat(), name) for name in ("st_mode", "st_mtime_ns", "st_ctime_ns", "st_ino")
    )
    assert before[1] == shadow.read_bytes()
    assert [] == [line for line in before[1].splitlines() if len(line) > 12 and line in run.out + run.err]
    assert run.status in (1, 3)


# Links


def valuable(artifact, site):
    """What root would not give away, in the form in which the artifact is taken."""
    if artifact in ("prv", "stray"):
        return pem_of(rsa.generate_private_key(65537, 2048), None if artifact == "stray" else PASSWORD)
    if artifact in ("pub", "cert", "server"):
        return site.issue(cn=WORD.decode())
    if artifact == "bundle":
        return site.pub.read_bytes() + site.issue(cn=WORD.decode(), self_signed=True, key=rsa.generate_private_key(65537, 2048))
    if artifact == "stash":
        return base64.b64encode(WORD) + b"\n"
    if artifact == "ini":
        return site.ini.read_bytes() + b"note = " + MARK + b"\n"
    if artifact == "job":
        return site.job.read_bytes().replace(b"= localhost\n", b"= " + WORD + b"\n", 1)
    return MARK * 500


def where(artifact, site):
    """The place of an artifact."""
    return {"server": site.folder / "server.pem", "stray": site.folder / "old.key"}.get(artifact) or getattr(site, artifact)


@pytest.mark.slow
@pytest.mark.parametrize("eager", sorted(EAGER))
@pytest.mark.parametrize("kind", ["symlink", "hardlink"])
@pytest.mark.parametrize("is_junk", [False, True], ids=["valuable", "junk"])
@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_a_link_in_the_place_of_a_file(site, closed, artifact, is_junk, kind, eager):
    """What a symlink or a hard link leads to stays as it is, and nothing of it comes into the installation or is shown."""
    path = where(artifact, site)
    content = MARK + b"\n" + b"a line that only root reads\n" if is_junk else valuable(artifact, site)
    if b"-----BEGIN" in content:
        blocks = re.findall(rb"-----BEGIN [A-Z ]+-----\n(.*?)-----END", content, re.DOTALL)
        closed.words |= {block.splitlines()[3] for block in blocks if block not in site.pub.read_bytes()}
    target = closed.put("wanted", content)
    path.unlink(missing_ok=True)
    if kind == "symlink":
        path.symlink_to(target)
    else:
        os.link(target, path)
    if artifact == "server":
        site.bundle.unlink()
    if artifact == "job":
        for one in (site.prv, site.pub, site.cert):
            one.unlink()
    options = [one for one in EAGER[eager](site) if artifact != "server" or one not in ("--server-cert", site.server_pem)]
    closed.keep()

    run = fix(site, *options)

    assert closed.is_as_it_was()
    assert [] == closed.got_out(site, run), said(run)[-1500:]
    assert not [one for one in installed(site) if one.stat().st_ino in closed.inodes() and one != path], "it was moved"


@pytest.mark.parametrize("artifact", ["prv", "stash", "ini"])
@pytest.mark.parametrize("kind", ["symlink", "hardlink"])
def test_a_link_is_named_and_refused(site, closed, artifact, kind):
    """The plan says which file is a link and that it is left."""
    path = where(artifact, site)
    target = closed.put("wanted", path.read_bytes().replace(b"ssl_port = 31114", b"ssl_port = 0"))
    path.unlink()
    (path.symlink_to if kind == "symlink" else lambda one: os.link(one, path))(target)
    closed.keep()

    run = fix(site)

    assert closed.is_as_it_was()
    assert run.status in (2, 3)
    assert re.search(r"link|several names", said(run)), said(run)[-1500:]
    assert str(path) in said(run)


@pytest.mark.parametrize("eager", sorted(EAGER))
@pytest.mark.parametrize("which", ["cert", "ita", "cpa", "target"])
def test_a_link_in_the_place_of_a_folder(site, closed, which, eager):
    """Behind a symlinked folder nothing is written, whatever lies there."""
    spoil(site)
    folder = {"cert": site.folder, "ita": site.folder.parent, "cpa": site.folder.parent.parent, "target": site.folder}[which]
    if which == "target":
        folder = site.folder.parent / "new"
        site.set("key_repository_dir", folder / "below")
        folder.symlink_to(closed.path)
    else:
        shutil.copytree(folder, closed.path / "copy")
        for path in (closed.path, *closed.path.rglob("*")):
            os.chown(path, 0, 0)
        shutil.rmtree(folder)
        folder.symlink_to(closed.path / "copy")
    closed.words = set()
    closed.keep()

    run = fix(site, *EAGER[eager](site))

    assert closed.is_as_it_was(), said(run)[-1500:]
    assert run.status in (2, 3) or which == "target"


def test_a_link_under_the_temporary_name(site, closed):
    """A file or a link that stands under the temporary name already is not written to: the change is not made."""
    target = closed.put("wanted", MARK)
    closed.keep()
    temporary = ".ita-doctor-0123456789abcdef"
    for make in (lambda: (site.folder / temporary).symlink_to(target), lambda: os.link(target, site.folder / temporary)):
        make()
        before = site.stash.read_bytes()

        with Tree(str(site.agent), AGENT_UID, AGENT_UID).hold(str(site.folder)) as held, pytest.raises(FileExistsError):
            held.put(site.stash.name, temporary, b"new", Facts(0o600, AGENT_UID, AGENT_UID))

        assert closed.is_as_it_was()
        assert before == site.stash.read_bytes()
        (site.folder / temporary).unlink()


def test_the_temporary_name_cannot_be_guessed(site):
    """No two runs use the same temporary name."""
    names = []
    for _ in range(2):
        spoil(site)
        assert 0 == fix(site).status
        (journal,) = (site.top / "state").glob(f"*/run-{len(names) + 1:06d}/journal")
        names += [json.loads(line)["entry"]["temporary"] for line in journal.read_text().splitlines() if "entry" in json.loads(line)]

    assert len(names) == len(set(names)) == 2
    assert all(re.fullmatch(r"\.ita-doctor-[0-9a-f]{16}", name) for name in names)


# Changed between plan and apply


class Waiting:
    """`fix --apply` in a process of its own, which has read the installation and waits for the password."""

    def __init__(self, site, *options):
        self.fifo = site.top / "fifo"
        os.mkfifo(self.fifo, 0o600)
        self._writer = os.open(self.fifo, os.O_RDWR)
        command = [sys.executable, "-m", "ita_doctor", "fix", site.ini, "--offline", "--state", site.top / "state", "--apply", "--yes"]
        command += ["--password-file", self.fifo, *options]
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )  # fmt: skip
        self._until_it_waits()

    def _until_it_waits(self):
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):  # a descriptor that was closed meanwhile, a process that has ended
                if any(os.readlink(one) == str(self.fifo) for one in Path(f"/proc/{self.process.pid}/fd").iterdir()):
                    return
            time.sleep(0.02)
        raise AssertionError(self.process.communicate())

    def go_on(self, password):
        """Let it plan and apply; (status, what it printed)."""
        os.write(self._writer, password)
        os.close(self._writer)
        out, err = self.process.communicate(timeout=60)
        assert "Traceback" not in err
        return self.process.returncode, out, err


def swapped(folder, copy):
    """A symlink in the place of a folder, which lies beside it now."""
    folder.rename(folder.parent / "was")
    folder.symlink_to(copy)


@pytest.mark.parametrize("which", ["cert", "ita", "installation", "above"])
def test_a_folder_swapped_between_plan_and_apply(site, closed, which):
    """A folder that becomes a symlink after it was read is not followed: exit 3, and nothing anywhere is changed."""
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs /proc")
    spoil(site)
    folder = {"cert": site.folder, "ita": site.folder.parent, "installation": site.agent, "above": site.agent.parent}[which]
    shutil.copytree(folder, closed.path / "copy")
    closed.words = set()
    closed.keep()
    waiting = Waiting(site)
    swapped(folder, closed.path / "copy")
    before = picture(site)

    status, out, err = waiting.go_on(site.password)

    assert 3 == status, out + err
    assert "link" in err or "another folder" in err, err
    assert closed.is_as_it_was()
    assert unstated(before, site) == unstated(picture(site), site)


def unstated(seen, site):
    """A picture without the state folder, times of folders aside."""
    return {path: facts[:3] + facts[5:] for path, facts in seen.items() if not path.startswith(f"{site.top}/state")}


EXCHANGES = {
    "other-bytes": lambda path, closed: path.write_bytes(b"something else\n"),
    "longer": lambda path, closed: path.write_bytes(path.read_bytes() * 2),
    "mode": lambda path, closed: path.chmod(0o666),
    "owner": lambda path, closed: os.chown(path, OTHER_UID, OTHER_UID),
    "gone": lambda path, closed: path.unlink(),
    "symlink": lambda path, closed: (path.unlink(), path.symlink_to(closed.path / "wanted")),
    "hardlink": lambda path, closed: (path.unlink(), os.link(closed.path / "wanted", path)),
    "fifo": lambda path, closed: (path.unlink(), os.mkfifo(path)),
    "folder": lambda path, closed: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("artifact", ["bundle", "stash"])
@pytest.mark.parametrize("how", sorted(EXCHANGES))
def test_a_file_exchanged_between_plan_and_apply(site, closed, how, artifact):
    """What is no longer what was planned for is left: exit 3, both digests for a public file, size and time for a secret, nothing changed."""
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs /proc")
    closed.put("wanted", MARK * 3)
    closed.keep()
    path = getattr(site, artifact)
    if artifact == "bundle":
        spoil(site)
    else:
        path.write_bytes(path.read_bytes() + b"\xff\n")
        site.own(path)
    waiting = Waiting(site)
    EXCHANGES[how](path, closed)
    before = unstated(picture(site), site)

    status, out, err = waiting.go_on(site.password)

    assert 3 == status, out + err
    assert str(path) in err
    assert closed.is_as_it_was()
    assert before == unstated(picture(site), site)
    assert not closed.is_in((out + err).encode())
    if how == "other-bytes":
        assert (2 if artifact == "bundle" else 0) == len(re.findall(r"\b[0-9a-f]{64}\b", err))
        assert artifact == "bundle" or re.search(r"\d+ bytes of \d{4}-\d\d-\d\dT", err), err


# Files of others


@pytest.mark.parametrize("eager", sorted(EAGER))
@pytest.mark.parametrize("name", ["prv", "beside", "old-name"])
@pytest.mark.parametrize("is_locked", [False, True], ids=["clear", "locked"])
@pytest.mark.parametrize("is_pub_theirs", [False, True], ids=["", "with-its-certificate"])
def test_the_key_of_another_service(site, name, is_locked, is_pub_theirs, eager):
    """A root-owned key that was put into the folder by mistake is not given to the agent's user, in clear or locked with another password."""
    key = rsa.generate_private_key(65537, 2048)
    content = pem_of(key, b"a-password-of-roots" if is_locked else None)
    path = {"prv": site.prv, "beside": site.folder / "www.key", "old-name": site.folder / f"ita_prv{site.suffix}.pem.bak"}[name]
    if path != site.prv:
        site.prv.unlink()
    path.write_bytes(content)
    path.chmod(0o600)
    os.chown(path, 0, 0)
    if is_pub_theirs:
        site.certify(site.issue(key))
    word = re.search(rb"-----\n(.*?)\n-----END", content, re.DOTALL)[1].splitlines()[5]

    run = fix(site, *EAGER[eager](site))

    holders = {one: one.stat() for one in installed(site) if word in one.read_bytes()}
    assert all(0 == status.st_uid and 0o600 == stat.S_IMODE(status.st_mode) for status in holders.values()), (holders, said(run))
    assert word not in run.out + run.err
    for one in installed(site):
        if one.stat().st_uid == AGENT_UID and b"PRIVATE KEY" in one.read_bytes():
            assert x509.load_pem_x509_certificate(site.pub.read_bytes()).public_key().public_numbers() != key.public_key().public_numbers()


@pytest.mark.parametrize("is_key_there", [False, True])
@pytest.mark.parametrize("eager", sorted(EAGER))
def test_the_stash_of_another_service(site, is_key_there, eager):
    """A root-owned password that opens no key of the agent's user is not made that user's."""
    site.stash.unlink()
    site.stash.write_bytes(base64.b64encode(WORD) + b"\n")
    site.stash.chmod(0o600)
    if not is_key_there:
        site.prv.unlink()

    run = fix(site, *EAGER[eager](site))

    assert [] == [one for one in installed(site) if base64.b64encode(WORD) in one.read_bytes() and one.stat().st_uid != 0], said(run)[-1500:]
    assert WORD not in run.out + run.err


@pytest.mark.parametrize("is_into", [False, True], ids=["request-kept", "request-placed"])
def test_the_stash_of_another_service_does_not_come_by_a_request(site, is_into):
    """Nor is it the password of the key that waits for its certificate."""
    site.stash.unlink()
    site.stash.write_bytes(base64.b64encode(WORD) + b"\n")
    site.stash.chmod(0o600)
    site.prv.unlink()
    fix(site)
    (request,) = (site.top / "state").glob("*/request-*.csr")
    kept = (request.with_suffix(".sth")).read_bytes()
    if is_into:
        signed = x509.load_pem_x509_csr(request.read_bytes())

        class Key:
            def public_key(self):
                return signed.public_key()

        (site.top / "signed.crt").write_bytes(site.issue(Key()))
        fix(site, "--certificate", site.top / "signed.crt", "--server-cert", site.server_pem)
        kept = site.stash.read_bytes() if site.stash.stat().st_uid else b""

    assert base64.b64encode(WORD) not in kept


def test_a_secret_of_another_users_stays_where_it_lies(site):
    """A password file of root's in the folder is not moved away, and not tried on the key."""
    stray = site.folder / f"{site.suffix}.pwd"
    stray.write_bytes(PASSWORD)
    stray.chmod(0o600)
    site.stash.unlink()

    run = fix(site)

    assert (0, PASSWORD) == (stray.stat().st_uid, stray.read_bytes())
    assert not site.stash.exists(), said(run)[-1500:]


def test_a_root_only_certificate_in_a_hard_linked_bundle_is_not_shown(site, closed):
    """The diff of a file with several names is not printed, in neither format."""
    target = closed.put("wanted", MARK + b"\n" + site.server_pem.read_bytes())
    site.bundle.unlink()
    os.link(target, site.bundle)
    closed.keep()
    for form in ("text", "json"):
        run = inside("fix", site.ini, "--offline", "--state", site.top / "state", *ca_of(site), "--format", form)

        assert MARK not in run.out + run.err


# The state folder


def forged(site, at):
    """A state folder that is not ours alone, with a genuine journal in it."""
    state = site.top / "state"
    spoil(site)
    assert 0 == fix(site).status
    journal = next(state.glob("*/run-*/journal"))
    if at == "symlink":
        state.rename(site.top / "real")
        state.symlink_to(site.top / "real")
    elif at in ("group", "world"):
        state.chmod(0o770 if at == "group" else 0o702)
    elif at == "owner":
        os.chown(state, AGENT_UID, AGENT_UID)
    elif at == "file":
        shutil.rmtree(state)
        state.write_bytes(b"")
    else:
        part = {"place": journal.parent.parent, "run": journal.parent, "journal": journal, "backup": next(journal.parent.glob("*before*"))}[at[0]]
        if at[1] == "owner":
            os.chown(part, AGENT_UID, AGENT_UID)
        elif at[1] == "mode":
            part.chmod(0o777)
        elif at[1] == "hardlink":
            os.link(part, site.top / "second")
        else:
            part.rename(site.top / "moved")
            part.symlink_to(site.top / "moved")
    return state


PARTS = [(part, how) for part in ("place", "run") for how in ("owner", "mode", "symlink")]
PARTS += [("journal", how) for how in ("owner", "hardlink", "symlink")]


@pytest.mark.parametrize("command", ["fix", "undo"])
@pytest.mark.parametrize("at", ["symlink", "group", "world", "owner", "file", *PARTS], ids=str)
def test_a_state_folder_that_is_not_ours(site, at, command):
    """Neither fix nor undo uses a state folder, or a part of it, that another could have written: exit 3, named, nothing changed."""
    state = forged(site, at)
    spoil(site)
    before = picture(site)

    run = fix(site) if command == "fix" else inside("undo", site.ini, "--state", state)

    assert 3 == run.status, said(run)[-1500:]
    assert str(state) in said(run)
    assert before == picture(site)


@pytest.mark.parametrize("how", ["owner", "hardlink", "symlink"])
def test_a_backup_that_is_not_ours(site, how):
    """A backup that another could have written is not put back: exit 2, named, the file stays as it is."""
    state = forged(site, ("backup", how))
    before = site.bundle.read_bytes()

    run = inside("undo", site.ini, "--state", state)

    assert 2 == run.status
    assert str(site.bundle) in said(run)
    assert before == site.bundle.read_bytes()


def test_a_backup_with_other_bytes(site):
    """A backup that is not what was kept is not put back."""
    spoil(site)
    assert 0 == fix(site).status
    next((site.top / "state").glob("*/run-*/*before*")).write_bytes(MARK)

    run = inside("undo", site.ini, "--state", site.top / "state")

    assert 2 == run.status
    assert MARK not in site.bundle.read_bytes()
    assert "damaged" in said(run)


@pytest.mark.parametrize("which", ["cert", "ita", "installation"])
@pytest.mark.parametrize("kind", ["symlink", "folder"])
def test_a_journal_that_leads_elsewhere_by_now(site, closed, which, kind):
    """Where a folder became a link, or is another one, undo leaves it alone and says so."""
    spoil(site)
    assert 0 == fix(site).status
    folder = {"cert": site.folder, "ita": site.folder.parent, "installation": site.agent}[which]
    shutil.copytree(folder, closed.path / "copy")
    closed.words = set()
    folder.rename(folder.parent / "was")
    if kind == "symlink":
        folder.symlink_to(closed.path / "copy")
    else:
        shutil.copytree(closed.path / "copy", folder)
        os.chown(folder, AGENT_UID, AGENT_UID)
    closed.keep()
    before = unstated(picture(site), site)

    run = inside("undo", site.ini, "--state", site.top / "state")

    assert 2 == run.status, said(run)[-1500:]
    assert str(site.bundle) in said(run)
    assert closed.is_as_it_was()
    assert before == unstated(picture(site), site)


# Programs of the attacker


PROGRAM = """#!/bin/sh
{{ echo "$0"; cat /proc/self/status; env; ls -l /proc/self/fd; cat {secret} && echo READ; echo x > {secret} && echo WRITTEN; }} >> {log} 2>&1
{more}
"""


def free_port():
    """One on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def python_for_all():
    """An interpreter that every user may run."""
    for program in ("/usr/bin/python3", "/usr/local/bin/python3", os.path.realpath(sys.executable)):
        tried = subprocess.run(["setpriv", f"--reuid={AGENT_UID}", "--clear-groups", program, "-S", "-c", ""], capture_output=True, check=False)
        if tried.returncode == 0:
            return program
    return None


def test_the_agents_programs_run_wholly_as_its_user(site, closed):
    """ShutDownLwa and StartUpLwa of the attacker: real, effective and saved user and group, no other groups, no secret, no handle of ours."""
    python = python_for_all() if shutil.which("setpriv") else None
    if python is None or not os.path.exists("/proc/self/status"):
        pytest.skip("needs /proc, setpriv and an interpreter for all users")
    secret, port, log = closed.put("wanted", MARK), free_port(), site.agent / "log"
    listen = f'import socket, time; s = socket.create_server(("127.0.0.1", {port})); time.sleep(6)'
    more = {"ShutDownLwa": "", "StartUpLwa": f"( {python} -S -c '{listen}' > /dev/null 2>&1 < /dev/null & )"}
    for name, line in more.items():
        (site.agent / name).write_text(PROGRAM.format(secret=secret, log=log, more=line))
        (site.agent / name).chmod(0o755)
        site.own(site.agent / name)
    site.set("ssl_port", port)
    spoil(site)
    closed.keep()

    run = fix(site, "--restart", *password_of(site))

    told = log.read_text()
    assert closed.is_as_it_was()
    assert {f"{kind}:\t" + "\t".join([str(AGENT_UID)] * 4) for kind in ("Uid", "Gid")} == set(re.findall(r"^[UG]id:.*$", told, re.MULTILINE))
    assert {"Groups:\t"} == {line.rstrip(" ") for line in re.findall(r"^Groups:.*$", told, re.MULTILINE)}
    assert not re.search(r"^(READ|WRITTEN)$", told, re.MULTILINE)
    assert not [word for word in (PASSWORD.decode(), base64.b64encode(PASSWORD).decode()) if word in told]
    assert not re.search(rf"-> ({re.escape(str(site.top))}/(state|the)|socket|{re.escape(str(site.folder))})", told), told
    named = set(re.findall(r"^([A-Z_]+)=", told, re.MULTILINE)) - {"OLDPWD", "SHLVL", "_"}  # what the shell adds
    assert {"PATH", "HOME", "LOGNAME", "USER", "LANG", "LC_ALL", "PWD"} >= named
    assert b"was not restarted" not in run.out + run.err, said(run)[-1500:]
    assert site.agent.joinpath("log").stat().st_uid == AGENT_UID


def test_a_program_that_leads_out_of_the_installation_is_not_started(site, closed):
    """A StartUpLwa that is a link to somewhere else is not run."""
    ran = site.top / "ran"
    target = closed.put("evil", f"#!/bin/sh\ntouch {ran}\n".encode(), 0o755)
    for name in ("ShutDownLwa", "StartUpLwa"):
        (site.agent / name).symlink_to(target)
    spoil(site)
    closed.keep()

    run = fix(site, "--restart")

    assert not ran.exists()
    assert closed.is_as_it_was()
    assert "was not restarted" in said(run), said(run)[-1500:]


def fake_keytool(site, uid=AGENT_UID):
    """A keytool of somebody else's that tells as whom it ran."""
    folder = site.top / "java" / "bin"
    folder.mkdir(parents=True)
    ran = site.top / "ran"
    ran.mkdir()
    ran.chmod(0o777)
    program = folder / "keytool"
    program.write_text(f"#!/bin/sh\nid -u >> {ran}/ids; id -G >> {ran}/groups; exit 0\n")
    program.chmod(0o755)
    for path in (folder.parent, folder, program):
        os.chown(path, uid, uid)
    return folder.parent, ran


@pytest.mark.parametrize("variable", ["JAVA_HOME", "PATH"])
def test_a_keytool_of_the_attackers_is_not_run_as_root(site, variable, monkeypatch):
    """--trust-keystore: exit 3, the program is named, it never ran, and the store is as it was."""
    home, ran = fake_keytool(site)
    os.environ.pop("JAVA_HOME", None)
    monkeypatch.setenv(variable, str(home) if variable == "JAVA_HOME" else f"{home}/bin:{os.environ['PATH']}")
    site.certify(site.issue())
    before = unstated(picture(site), site)

    run = fix(site, "--trust-keystore", site.trusted)

    assert [] == list(ran.iterdir())
    assert 3 == run.status, said(run)[-1500:]
    assert f"{home}/bin/keytool" in said(run)
    assert "not started as root" in said(run)
    assert before == unstated(picture(site), site)


def test_a_keytool_of_the_attackers_runs_as_the_stores_owner_only(site, monkeypatch):
    """Where the store's folder belongs to another user, keytool is wholly that user, and what it does not do is not believed."""
    home, ran = fake_keytool(site)
    monkeypatch.setenv("JAVA_HOME", str(home))
    for path in (site.etc, site.trusted):
        os.chown(path, OTHER_UID, OTHER_UID)
    site.certify(site.issue())
    before = site.trusted.read_bytes()

    run = fix(site, "--trust-keystore", site.trusted)

    if (ran / "ids").exists():
        assert {str(OTHER_UID)} == set((ran / "ids").read_text().split())
        assert 1 == len(set((ran / "groups").read_text().split()))
    assert 3 == run.status, said(run)[-1500:]
    assert before == site.trusted.read_bytes()


def test_a_keytool_of_the_attackers_does_not_read_a_key_store_as_root(site, monkeypatch):
    """--server-keystore with a store that only keytool can read."""
    home, ran = fake_keytool(site)
    keytool = shutil.which("keytool")
    store = site.top / "server.jceks"
    command = [keytool, "-importcert", "-noprompt", "-alias", "server", "-file", site.server_pem, "-storetype", "JCEKS", "-keystore", store]
    subprocess.run([*command, "-storepass", "default"], check=True, capture_output=True)
    monkeypatch.setenv("JAVA_HOME", str(home))
    spoil(site)

    run = fix(site, "--server-keystore", store)

    assert [] == list(ran.iterdir())
    assert run.status in (0, 2, 3)  # 2: what stands there under the alias is no key (ITA-MST-001)


# A folder outside


@pytest.mark.parametrize("reach", [True, False])
def test_a_certificate_folder_outside(site, closed, reach):
    """It is worked in as the agent's user only: what that user cannot reach, root does not reach for him."""
    above = site.top / "outside"
    above.mkdir()
    above.chmod(0o755)
    folder = above / "cert"
    shutil.copytree(site.folder, folder)
    for path in (folder, *folder.iterdir()):
        os.chown(path, AGENT_UID, AGENT_UID)
    for name, target in (
        ("password_file", f"{folder}/{site.suffix}.sth"),
        ("random_file", f"{folder}/{site.suffix}.rnd"),
        ("key_repository_dir", folder),
    ):
        site.set(name, target)
    bundle = folder / site.bundle.name
    bundle.write_bytes(bundle.read_bytes().replace(b"-----END CERTIFICATE-----\n-----BEGIN", b"-----END CERTIFICATE----------BEGIN"))
    target = closed.put("wanted", MARK)
    os.link(target, folder / "notes.txt")
    above.chmod(0o755 if reach else 0o700)
    before = {path.name: (path.stat().st_ino, path.read_bytes()) for path in folder.iterdir()}
    closed.keep()

    run = fix(site)

    assert closed.is_as_it_was()
    after = {path.name: (path.stat().st_ino, path.read_bytes()) for path in folder.iterdir()}
    if reach:
        assert 0 == run.status, said(run)[-1500:]
        assert {bundle.name} == {name for name in after if after[name] != before.get(name)}
        assert AGENT_UID == bundle.stat().st_uid
    else:
        assert before == after
        assert run.status in (2, 3), said(run)[-1500:]


def test_a_certificate_folder_of_a_third_user(site):
    """A folder that belongs to neither root nor the agent's user is not worked in."""
    spoil(site)
    os.chown(site.folder, OTHER_UID, OTHER_UID)
    before = unstated(picture(site), site)

    run = fix(site)

    assert run.status in (2, 3)
    assert before == unstated(picture(site), site)
    assert str(site.folder) in said(run)


# Whatever else stands there


@pytest.mark.parametrize("artifact", ["prv", "pub", "cert", "bundle", "stash", "seed", "job", "stray", "server"])
@pytest.mark.parametrize("kind", ["fifo", "socket", "folder", "device"])
def test_what_is_no_file_is_neither_opened_nor_replaced(site, artifact, kind):
    """A FIFO, socket, folder or device in the place of a file stays; there is no wait."""
    path = where(artifact, site)
    path.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        try:
            os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("no devices can be made here")
    else:
        here = os.getcwd()
        os.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
        os.chdir(here)
    before = path.lstat()
    started = time.monotonic()

    run = fix(site, *password_of(site), *ca_of(site))

    assert time.monotonic() - started < 20
    assert (before.st_ino, before.st_mode, before.st_uid) == (path.lstat().st_ino, path.lstat().st_mode, path.lstat().st_uid), said(run)[-1500:]


def test_no_bits_beyond_permission_are_kept(site):
    """A setuid file of root's in the place of the seed is never given away with that bit."""
    site.seed.unlink()
    site.seed.write_bytes(b"x" * 8192)
    site.seed.chmod(0o4755)

    fix(site)

    status = site.seed.stat()
    assert not (status.st_uid == AGENT_UID and status.st_mode & 0o7000)
    assert set() == {path for path in installed(site) if path.stat().st_mode & 0o7000 and path != site.seed}


def test_nothing_of_roots_comes_into_the_installation(site):
    """After a repair of everything no file of the installation is root's, and none is wider than it has to be."""
    for path in site.six:
        path.unlink()

    run = fix(site, *password_of(site), *ca_of(site))

    assert 0 == run.status, said(run)[-1500:]
    assert set() == of_root(site)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in (site.prv, site.stash, site.seed)}


def test_an_ini_of_certificates_is_not_believed(site, closed):
    """PLACE itself a link to a file of root's: it is not edited."""
    target = closed.put("wanted", site.ini.read_bytes().replace(b"ssl_port = 31114", b"ssl_port = 0"))
    site.ini.unlink()
    site.ini.symlink_to(target)
    closed.words = set()
    closed.keep()

    run = fix(site, place=site.agent)

    assert closed.is_as_it_was()
    assert run.status in (2, 3)


def test_into_a_folder_of_the_agents(site):
    """--into a folder that another user could swap is refused, or what is made there is no secret of that user's."""
    before = unstated(picture(site), site)

    run = inside("fix", "--into", site.folder / "new", "--suffix", "tws", "--apply", "--yes", "--state", site.top / "state", *map(str, ca_of(site)))

    assert 3 == run.status, said(run)[-1500:]
    assert before == unstated(picture(site), site)
    assert str(site.folder) in said(run)


def test_into_by_a_link_of_somebody_else(site, closed):
    """--into a link that another user made does not lead into a folder of root's."""
    folder = site.top / "drop"
    folder.mkdir()
    os.chown(folder, AGENT_UID, AGENT_UID)
    (folder / "new").symlink_to(closed.path)
    closed.keep()

    run = inside("fix", "--into", folder / "new", "--suffix", "tws", "--apply", "--yes", "--state", site.top / "state", *map(str, ca_of(site)))

    assert closed.is_as_it_was(), said(run)[-1500:]
    assert 3 == run.status, said(run)[-1500:]


def test_the_certificate_is_not_read_through_a_closed_folder(site, closed):
    """A certificate that the key fits, but that lies behind a link in the folder, is no source."""
    pem = site.issue(cn="other", extensions=())
    target = closed.put("wanted", pem)
    for path in (site.pub, site.cert, site.bundle):
        path.unlink()
    (site.folder / "mine.pem").symlink_to(target)
    closed.keep()

    run = fix(site, "--server-cert", site.server_pem)

    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    got = [one for one in installed(site) if b"BEGIN CERT" in one.read_bytes() and der in map(_der, one.read_bytes().split(b"-----END")[:-1])]
    assert [] == got, said(run)[-1500:]
    assert closed.is_as_it_was()


def _der(part):
    return base64.b64decode(b"".join(part.split(b"-----\n", 1)[-1].split()))


def test_every_name_that_the_ca_signs_is_shown_first(site):
    """Whom the agent's user calls himself comes into the new certificate only where the dry run has shown it."""
    names = x509.SubjectAlternativeName([x509.DNSName("master.example"), x509.DNSName("payroll.example")])
    site.certify(site.issue(cn="somebody-else", self_signed=True, extensions=[names]))
    shown = said(inside("fix", site.ini, "--offline", "--state", site.top / "state", "--renew", *map(str, ca_of(site))))

    run = fix(site, "--renew", *ca_of(site))

    made = x509.load_pem_x509_certificate(site.pub.read_bytes())
    hosts = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    (name,) = made.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert [] == [one for one in (*hosts, name.value) if one not in shown], said(run)[-1500:]

"""The state folder: ours alone, or not used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ita_doctor
from ita_doctor.cli.options import state_folder
from ita_doctor.host.memory import MemoryHost
from ita_doctor.host.refused import Busy, Refused
from ita_doctor.host.vault import Vault

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
PLACE = "/opt/hcl/TWS/ITA/cpa/ita/ita.ini"


@pytest.fixture
def vault(tmp_path):
    made = Vault.open(str(tmp_path / "state"), create=True)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("given", "me", "variables", "folder"),
    [
        ("/given", "root", {"ITA_DOCTOR_STATE": "/set"}, "/given"),
        (None, "root", {"ITA_DOCTOR_STATE": "/set"}, "/set"),
        (None, "root", {"HOME": "/root"}, "/var/lib/ita-doctor"),
        (None, "twsuser", {"HOME": "/home/tws"}, "/home/tws/.local/state/ita-doctor"),
    ],
)
def test_where_it_is(given, me, variables, folder):
    """The option, the environment, root's folder, the user's own: in this order."""
    host = MemoryHost({}, now=0, me=me)
    host.variables = variables

    assert folder == state_folder(given, host)


def test_it_is_made_closed(tmp_path):
    """With its parents; and not where it is only asked for."""
    path = tmp_path / "a" / "b"
    assert Vault.open(str(path), create=False) is None
    assert Vault.open(str(path), create=True) is not None

    assert ["0o40700"] * 2 == [oct(one.stat().st_mode) for one in (path, path.parent)]
    assert Vault.open(str(path), create=False) is not None


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.chmod(0o750), "has mode 0750"),
        (lambda path: (path.rmdir(), path.symlink_to("/tmp")), "is a symlink"),
        (lambda path: (path.rmdir(), path.touch()), "is no folder"),
        (lambda path: (path.rmdir(), path.symlink_to("/no/such")), "is a symlink"),
    ],
)
def test_one_that_is_not_ours_alone(tmp_path, spoil, words, create):
    """It is refused in a sentence."""
    path = tmp_path / "state"
    path.mkdir(mode=0o700)
    spoil(path)

    with pytest.raises(Refused, match=words) as why:
        Vault.open(str(path), create=create)
    assert str(path) == why.value.filename


@as_root
def test_one_of_another_users(tmp_path):
    """Its user could have forged what is in it."""
    (tmp_path / "state").mkdir(mode=0o700)
    os.chown(tmp_path / "state", 1, 1)

    with pytest.raises(Refused, match="belongs to user 1, not to us"):
        Vault.open(str(tmp_path / "state"), create=False)


def test_what_waits(vault):
    """It is kept, replaced whole, read again and dropped, for each place by itself."""
    assert vault.kept(PLACE, "request-tws.csr") is None
    vault.drop(PLACE, "request-tws.csr")
    vault.keep(PLACE, "request-tws.csr", b"1")
    vault.keep(PLACE, "request-tws.csr", b"2")
    path = Path(vault.path(PLACE, "request-tws.csr"))

    assert (b"2", b"2", "0o100600") == (vault.kept(PLACE, "request-tws.csr"), path.read_bytes(), oct(path.stat().st_mode))
    assert vault.kept("/other/ita.ini", "request-tws.csr") is None
    vault.drop(PLACE, "request-tws.csr")
    assert [] == os.listdir(path.parent)


@pytest.mark.parametrize("name", ["", "..", ".x", "a/b", "a\0b", "x" * 300])
def test_names_that_are_none(vault, name):
    """A suffix from ita.ini leads nowhere else."""
    for work in (lambda: vault.keep(PLACE, name, b""), lambda: vault.kept(PLACE, name), lambda: vault.drop(PLACE, name)):
        with pytest.raises(Refused):
            work()


@pytest.mark.parametrize(
    "make",
    [lambda path: path.symlink_to("/etc/passwd"), os.mkfifo, lambda path: path.mkdir(), lambda path: os.link(path.parent / "other", path)],
)
def test_what_is_no_file_of_ours(vault, make):
    """It is refused; nothing hangs."""
    vault.keep(PLACE, "other", b"")
    make(Path(vault.path(PLACE, "x")))

    with pytest.raises(Refused):
        vault.kept(PLACE, "x")


def test_runs_are_in_their_order(vault):
    """Whatever the clock says, and beyond nine."""
    names = [vault.new_run(PLACE) for _ in range(11)]

    assert names == vault.runs(PLACE)
    assert [] == vault.runs("/other/ita.ini")


def test_backups(vault):
    """They are written once and come back; longer ones than are looked for do not."""
    run = vault.new_run(PLACE)
    vault.save(PLACE, run, "0001.before", b"key")

    assert b"key" == vault.load(PLACE, run, "0001.before", 3)
    with pytest.raises(FileExistsError):
        vault.save(PLACE, run, "0001.before", b"other")
    with pytest.raises(Refused, match="longer than 2 bytes"):
        vault.load(PLACE, run, "0001.before", 2)


def test_a_torn_line(vault):
    """What its writer's death cut off is not read, and gone once another is written."""
    run = vault.new_run(PLACE)
    assert vault.read_journal(PLACE, run) is None
    with vault.journal(PLACE, run) as log:
        log.append("one")
    with open(vault.run_path(PLACE, run) + "/journal", "ab") as file:
        file.write(b"tw")
    assert ["one"] == vault.read_journal(PLACE, run)
    with vault.journal(PLACE, run) as log:
        log.append("three")

    assert ["one", "three"] == vault.read_journal(PLACE, run)


def test_a_journal_without_end(vault):
    """It is not read."""
    run = vault.new_run(PLACE)
    with open(vault.run_path(PLACE, run) + "/journal", "wb") as file:
        file.truncate(1 << 33)

    with pytest.raises(Refused, match="longer than"):
        vault.read_journal(PLACE, run)


def test_the_lock(vault):
    """One at a time for each place; who only asks does not disturb."""
    assert not vault.is_locked(PLACE)
    lock = vault.lock(PLACE)
    vault.lock("/other/ita.ini").release()

    assert vault.is_locked(PLACE)
    with pytest.raises(Busy, match=f"process {os.getpid()} "):
        vault.lock(PLACE)
    lock.release()
    assert not vault.is_locked(PLACE)


def test_check_may_ask():
    """Whether a fix died costs check no import of the plan."""
    code = "import sys; import ita_doctor.repair.journal; print(*(m for m in ('dataclasses', 'ita_doctor.model.plan', 'cryptography') if m in sys.modules))"
    source = str(Path(ita_doctor.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {source!r}); {code}"], capture_output=True, text=True, check=True
    )

    assert "\n" == done.stdout

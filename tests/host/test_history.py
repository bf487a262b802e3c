"""The history is never lost: others' files are left alone, ours survives kills, doubles, damage and full disks."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Tuple

import pytest

from ita_doctor.host import history as module
from ita_doctor.host.history import APPLICATION, Entry, History, NoHistory
from ita_doctor.model.report import PastRun, Standing

PLACE = "/opt/hcl/TWS/ITA/cpa/ita/ita.ini"
FIRST, SECOND, THIRD = (f"2026-11-{day}T04:00:00Z" for day in (23, 24, 25))
NEVER = 99999
FAULT = Standing("9c1f", "ITA-STH-001", "/a.sth", "not Base64", FIRST, FIRST)


def opened(path: Path) -> History:
    """The history, without anything that has to be said of it."""
    found, said = History.open(str(path), "stamp")
    assert "" == said
    return found


def store(path: Path, at: str, *, worst: str = "critical", add: Tuple[Standing, ...] = (), end: Tuple[str, ...] = (), said: Tuple[str, ...] = (),
          keep: int = NEVER, place: str = PLACE) -> None:  # fmt: skip
    """One run, and that it spoke of *said*."""
    with opened(path) as history:
        history.store(at, [Entry(place, worst, worst == "healthy", add, end)], keep=keep)
    with opened(path) as history:
        history.spoken(at, {place: said})


def read(path: Path, place: str = PLACE) -> Any:
    """(what stands, runs, last good) of one place."""
    with opened(path) as history:
        return history.standing(place), history.runs(place, 60), history.last_good(place)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the history is to be."""
    return tmp_path / "history.db"


def test_a_fault_stands_until_it_ends(path: Path) -> None:
    """It keeps its first date, over runs, and is gone after the one that ends it."""
    store(path, FIRST, add=(FAULT,))
    store(path, SECOND, said=("9c1f",))

    assert ((FAULT._replace(said=SECOND),), (PastRun(FIRST, "critical"), PastRun(SECOND, "critical")), None) == read(path)

    store(path, THIRD, worst="healthy", end=("9c1f",))

    assert ((), THIRD) == (read(path)[0], read(path)[2])


def test_a_fault_that_comes_back_is_a_new_one(path: Path) -> None:
    """With a new date."""
    store(path, FIRST, add=(FAULT,))
    store(path, SECOND, worst="healthy", end=("9c1f",))
    store(path, THIRD, add=(FAULT._replace(since=THIRD, said=THIRD),))

    assert [THIRD] == [one.since for one in read(path)[0]]


def test_changes_are_stored_and_not_every_run(path: Path) -> None:
    """A fault that stands for a hundred runs is one row."""
    store(path, "2026-01-01T00:00:00Z", add=(FAULT,))
    for number in range(100):
        store(path, f"2026-02-01T00:{number // 60:02d}:{number % 60:02d}Z")

    with contextlib.closing(sqlite3.connect(path)) as raw:
        assert (1,) == raw.execute("SELECT count(*) FROM fault").fetchone()


def test_old_runs_are_forgotten_and_what_stands_is_not(path: Path) -> None:
    """Pruning takes runs and ended faults; a fault that stands keeps its date however old it is, and the last good day stays."""
    store(path, FIRST, worst="healthy")
    store(path, SECOND, add=(FAULT._replace(since=SECOND), FAULT._replace(fingerprint="2")))
    store(path, THIRD, end=("2",), keep=1)
    store(path, "2026-11-27T04:00:00Z", keep=1)
    store(path, "2026-11-28T04:00:00Z", keep=0)

    assert ([SECOND], [PastRun(f"2026-11-{day}T04:00:00Z", "critical") for day in (27, 28)], FIRST) == (
        [one.since for one in read(path)[0]], list(read(path)[1]), read(path)[2],
    )  # fmt: skip
    with contextlib.closing(sqlite3.connect(path)) as raw:
        assert [("9c1f",)] == raw.execute("SELECT fingerprint FROM fault").fetchall()


def test_one_run_with_a_clock_that_is_ahead_forgets_nothing(path: Path) -> None:
    """Pruning counts from the run before; what the wrong clock stored is forgotten by the next right one."""
    store(path, FIRST, worst="healthy", keep=400)
    store(path, SECOND, worst="healthy", keep=400)
    store(path, "2031-11-25T04:00:00Z", worst="healthy", keep=400)
    store(path, THIRD, add=(FAULT,), keep=400)

    assert ([FIRST, SECOND, THIRD], None) == ([run.time for run in read(path)[1]], read(path)[2])


def test_a_path_that_is_no_text_is_kept_as_one(path: Path) -> None:
    """A byte that is not UTF-8 is written out, the same way each time."""
    place, file = "/n\udce4/ita.ini", path.with_name("n\udce4x.db")
    store(file, FIRST, add=(FAULT._replace(where=place, message=f"{place}: x"),), place=place)
    store(file, SECOND, place=place)

    assert 2 == len(read(file, place)[1])
    assert ["/n\\udce4/ita.ini: x"] == [one.message for one in read(file, place)[0]]


def test_values_of_another_type_are_a_sentence(path: Path) -> None:
    """Somebody has written into it."""
    store(path, FIRST, add=(FAULT,))
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE fault SET said = x'00ff'")
        raw.commit()

    with pytest.raises(NoHistory, match="another type"):
        read(path)


def test_the_last_places_are_those_of_the_last_run(path: Path) -> None:
    """For the word that one of them is gone."""
    store(path, FIRST, place="/a")
    store(path, SECOND, place="/b")

    with opened(path) as history:
        assert (SECOND, ("/b",)) == history.last_places()


def test_two_places_do_not_mix(path: Path) -> None:
    """The same fingerprint in two installations is two faults."""
    store(path, FIRST, add=(FAULT,))
    store(path, FIRST, add=(FAULT._replace(since=SECOND),), place="/other")

    assert ([FIRST], [SECOND]) == ([one.since for one in read(path)[0]], [one.since for one in read(path, "/other")[0]])


def test_the_header_names_us(path: Path) -> None:
    """Application id and version stand in the file; the journal is none that a reader could not open."""
    store(path, FIRST)

    with contextlib.closing(sqlite3.connect(path)) as raw:
        assert (APPLICATION,) == raw.execute("PRAGMA application_id").fetchone()
        assert ("delete",) == raw.execute("PRAGMA journal_mode").fetchone()


@pytest.mark.parametrize(
    "content",
    [b"hello\n", b"SQLite format 3\0", os.urandom(4096), b"SQLite format 3\0" + bytes(52) + b"\0\0\0\1" + bytes(4000)],
    ids=["text", "header-only", "noise", "other-application"],
)
def test_a_file_that_never_was_one_is_left_alone(path: Path, content: bytes) -> None:
    """It is refused with a sentence, and has the same bytes afterwards."""
    path.write_bytes(content)

    with pytest.raises(NoHistory, match="is no history"):
        History.open(str(path), "stamp")

    assert content == path.read_bytes()
    assert [path.name] == os.listdir(path.parent)


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    """Also a sound one."""
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE bookmarks (url)")
    raw.commit()
    raw.close()
    before = path.read_bytes()

    with pytest.raises(NoHistory, match="is no history"):
        History.open(str(path), "stamp")

    assert before == path.read_bytes()


@pytest.mark.parametrize("kind", ["folder", "fifo", "link"])
def test_what_is_no_file_is_left_alone(path: Path, kind: str) -> None:
    """A link is not followed: as root it may lead anywhere."""
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        store(path.with_name("real.db"), FIRST)
        path.symlink_to(path.with_name("real.db"))

    with pytest.raises(NoHistory, match="is no history"):
        History.open(str(path), "stamp")


def test_an_empty_file_is_begun(path: Path) -> None:
    """That is what a kill at the first moment leaves."""
    path.touch()

    store(path, FIRST, add=(FAULT,))

    assert (FAULT,) == read(path)[0]


def test_a_newer_history_is_left_alone(path: Path) -> None:
    """It says which version, and changes nothing."""
    store(path, FIRST)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    before = path.read_bytes()

    with pytest.raises(NoHistory, match=r"newer ita-doctor.*version 99"):
        History.open(str(path), "stamp")

    assert before == path.read_bytes()


@pytest.mark.parametrize("where", [100, 4096, 40960])
def test_a_damaged_history_is_set_aside(path: Path, where: int) -> None:
    """It keeps its bytes under another name, which is said; a new one begins."""
    store(path, FIRST, add=tuple([FAULT._replace(fingerprint=str(number)) for number in range(500)]))
    content = bytearray(path.read_bytes())
    content[where : where + 3000] = b"\xa5" * 3000
    path.write_bytes(content)

    history, said = History.open(str(path), "20261125T040000Z")
    with history:
        assert () == history.standing(PLACE)

    aside = path.with_name("history.db.damaged-20261125T040000Z")
    assert str(aside) in said
    assert bytes(content) == aside.read_bytes()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_reader_reads(path: Path) -> None:
    """Who may only read the history reads it, also in a folder that is closed for writing."""
    store(path, FIRST, add=(FAULT,))
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with opened(path) as history:
            assert (False, (FAULT,)) == (history.is_writable, history.standing(PLACE))
    finally:
        path.parent.chmod(0o755)


def test_a_run_that_fails_leaves_no_trace(path: Path) -> None:
    """An exception between two statements takes all of the run back."""
    store(path, FIRST, add=(FAULT,))

    def fails() -> None:
        with opened(path) as history:
            history.store(SECOND, [Entry(PLACE, "critical", False, (), ("9c1f",))], keep=NEVER)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert ((FAULT,), 1) == (read(path)[0], len(read(path)[1]))


def test_two_at_once_wait_for_each_other(path: Path) -> None:
    """Twenty processes store a run of their own at the same moment; all are there."""
    script = (
        "import sys; from ita_doctor.host.history import History, Entry\n"
        "history, said = History.open(sys.argv[1], 'x')\n"
        "with history: history.store(sys.argv[2], [Entry('/p', 'healthy', True, (), ())], keep=400)\n"
    )
    jobs = [
        subprocess.Popen([sys.executable, "-c", script, str(path), f"2026-11-25T04:00:{number:02d}Z"], env={**os.environ, "PYTHONPATH": ":".join(sys.path)})
        for number in range(20)
    ]  # fmt: skip

    assert [0] * 20 == [job.wait(60) for job in jobs]
    assert 20 == len(read(path, "/p")[1])


def test_a_lock_that_is_never_given_back_ends_in_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the wait it says so, and nothing has changed."""
    store(path, FIRST)
    monkeypatch.setattr(module, "WAIT", 0.2)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(NoHistory, match="another report"), opened(path):
            pass
    finally:
        raw.close()


def test_a_kill_leaves_all_or_nothing(path: Path) -> None:
    """A process that stores without end is killed at ten moments; the history is sound, and what is there is whole runs."""
    script = (
        "import sys, itertools; from ita_doctor.host.history import History, Entry; from ita_doctor.model.report import Standing\n"
        "for n in itertools.count(int(sys.argv[2]) * 100000):\n"
        "    history, said = History.open(sys.argv[1], 'x')\n"
        "    faults = tuple(Standing(f'{n}-{m}', 'R', None, 'm' * 500, 't', 't') for m in range(40))\n"
        "    with history: history.store(f'2026-01-01T{n:09d}Z', [Entry('/p', 'error', False, faults, ())], keep=400)\n"
        "    print(n, flush=True)\n"
    )
    for number in range(10):
        job = subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(number)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": ":".join(sys.path)}
        )
        assert job.stdout is not None
        job.stdout.readline()
        time.sleep(0.003 * number)
        job.send_signal(signal.SIGKILL)
        job.wait()
        job.stdout.close()

        faults, runs, _ = read(path, "/p")

        assert len(faults) % 40 == 0
        assert len(faults) == 40 * len(_all_runs(path))
        assert runs


def _all_runs(path: Path) -> Any:
    with opened(path) as history:
        return history.runs("/p", 1 << 30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """It is said, and the history is as it was."""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets root mount nothing")
    try:
        path = small / "history.db"
        store(path, FIRST, add=(FAULT,))
        many = tuple([FAULT._replace(fingerprint=str(number), message="m" * 1000) for number in range(500)])

        with pytest.raises(NoHistory, match="disk is full"):
            store(path, SECOND, add=many)

        assert ((FAULT,), 1) == (read(path)[0], len(read(path)[1]))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_path_that_is_no_sql_uri(tmp_path: Path) -> None:
    """Question marks, percent signs and blanks in a name are just that."""
    path = tmp_path / "a?mode=memory&b%41 c#d.db"

    store(path, FIRST, add=(FAULT,))

    assert (FAULT,) == read(path)[0]
    assert [path.name] == os.listdir(tmp_path)

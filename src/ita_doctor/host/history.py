"""
The history of reports: an SQLite file that outlives kills, two runs at once, and readers who may not write.

It has a rollback journal, not a write-ahead log, which a user who may only read could not open. Every change is one transaction.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from types import TracebackType
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Type

from ita_doctor.model.report import PastRun, Standing

APPLICATION = 0x49544144
"""`ITAD`: what SQLite's header says of a file that is ours."""
VERSION = 1
WAIT = 20.0
"""Seconds for another report to end its transaction."""

_HEADER = b"SQLite format 3\0"
_ID_AT = slice(68, 72)

_TABLES = """
CREATE TABLE place (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, last_good TEXT);
CREATE TABLE run (place INTEGER NOT NULL, time TEXT NOT NULL, worst TEXT NOT NULL, PRIMARY KEY (place, time)) WITHOUT ROWID;
CREATE TABLE fault (
    place INTEGER NOT NULL, fingerprint TEXT NOT NULL, rule TEXT NOT NULL, spot TEXT, message TEXT NOT NULL,
    since TEXT NOT NULL, until TEXT, said TEXT NOT NULL
);
CREATE UNIQUE INDEX standing ON fault (place, fingerprint) WHERE until IS NULL;
CREATE INDEX ended ON fault (until) WHERE until IS NOT NULL;
"""

MIGRATIONS: Sequence[str] = (_TABLES,)
"""By version: what makes it of the one before; 0 is an empty file."""


class NoHistory(Exception):
    """The file cannot be used; the message says what it is and what to do. It is as it was."""


class Entry(NamedTuple):
    """What is stored of one installation after a run."""

    place: str
    worst: str
    is_good: bool
    opened: Tuple[Standing, ...]
    """What was not there before."""
    ended: Tuple[str, ...]
    """Fingerprints of what is not there any more."""


class History:
    """An open history. With `with`: one transaction, which is stored at its end, or not at all."""

    def __init__(self, connection: sqlite3.Connection, path: str, *, is_writable: bool) -> None:
        self.path = path
        self.is_writable = is_writable
        self._connection = connection
        self._places: Dict[str, int] = {}

    @staticmethod
    def open(path: str, stamp: str) -> Tuple[History, str]:
        """
        The history at *path*, made where there is none, and a sentence where the one that was there is damaged and was set aside.

        *stamp* goes into the name of what is set aside: only a file of ours that SQLite finds malformed. Raises NoHistory for anything else
        of that name, for a newer version and where it can neither be read nor made.
        """
        kind = _kind(path)
        if kind == "other":
            raise NoHistory(f"{path}: is no history of ita-doctor; it is left as it is: name another file with --history")
        try:
            return _connected(path), ""
        except sqlite3.DatabaseError as why:
            if kind != "ours" or not _is_damage(why):
                raise NoHistory(_sentence(path, why)) from None
        aside = f"{path}.damaged-{stamp}"
        try:
            if not _is_damaged_still(path) or os.path.lexists(aside):  # another report has seen to it
                return _connected(path), ""
            os.rename(path, aside)
            return _connected(path), f"{path}: the history is damaged; it was set aside as {aside}, and a new one is begun"
        except (OSError, sqlite3.DatabaseError) as why:
            words = why.strerror if isinstance(why, OSError) else why
            raise NoHistory(f"{path}: the history is damaged and cannot be set aside: {words}; move it away by hand") from None

    def __enter__(self) -> History:
        try:
            self._connection.execute("BEGIN IMMEDIATE" if self.is_writable else "BEGIN")
        except sqlite3.DatabaseError as why:
            self._connection.close()
            raise NoHistory(_sentence(self.path, why)) from None
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], why: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        try:
            self._connection.execute("ROLLBACK" if kind is not None or not self.is_writable else "COMMIT")
        except sqlite3.DatabaseError as trouble:
            if kind is None:
                raise NoHistory(_sentence(self.path, trouble)) from None
        finally:
            self._connection.close()
        if isinstance(why, sqlite3.DatabaseError):
            raise NoHistory(_sentence(self.path, why)) from None

    def standing(self, place: str) -> Tuple[Standing, ...]:
        """The faults of *place* that have not ended, the oldest first."""
        rows = self._connection.execute(
            "SELECT fingerprint, rule, spot, message, since, said FROM fault WHERE place = ? AND until IS NULL ORDER BY since, rule, fingerprint",
            (self._id(place),),
        ).fetchall()
        if not all(isinstance(value, str) or (value is None and at == 2) for row in rows for at, value in enumerate(row)):
            raise sqlite3.DatabaseError("a value of another type stands in it")
        return tuple(Standing(*row) for row in rows)

    def last_places(self) -> Tuple[str, Tuple[str, ...]]:
        """When the last run was, and the places that it judged; '' and none before the first."""
        rows = self._connection.execute(
            "SELECT run.time, place.path FROM run JOIN place ON place.id = run.place WHERE run.time = (SELECT max(time) FROM run) ORDER BY place.path"
        ).fetchall()
        return (rows[0][0] if rows else "", tuple(path for _, path in rows))

    def runs(self, place: str, most: int) -> Tuple[PastRun, ...]:
        """The last *most* runs of *place*, oldest first."""
        rows = self._connection.execute("SELECT time, worst FROM run WHERE place = ? ORDER BY time DESC LIMIT ?", (self._id(place), most))
        return tuple(PastRun(*row) for row in rows)[::-1]

    def last_good(self, place: str) -> Optional[str]:
        """When *place* was last found well; None: not that is remembered."""
        row = self._connection.execute("SELECT last_good FROM place WHERE path = ?", (text_of(place),)).fetchone()
        return None if row is None else row[0]

    def store(self, time: str, entries: Iterable[Entry], *, keep: int) -> None:
        """
        Add a run at *time* (ISO 8601, UTC), and forget runs and ended faults that are older than *keep* days.

        Days are counted from the run before, if that is the earlier one: a clock that is ahead for one run makes nobody forget a year. What
        was stored by such a clock, and lies more than a day after *time*, is forgotten.
        """
        run = self._connection.execute
        oldest, ahead = run(
            "SELECT strftime(?1, min(?2, coalesce((SELECT max(time) FROM run WHERE time < ?2), ?2)), ?3), strftime(?1, ?2, '+1 day')",
            ("%Y-%m-%dT%H:%M:%SZ", time, f"-{keep} days"),
        ).fetchone()
        run("DELETE FROM run WHERE time > ?", (ahead,))
        run("UPDATE place SET last_good = NULL WHERE last_good > ?", (ahead,))
        for entry in entries:
            self._store(time, entry)
        run("DELETE FROM run WHERE time < ?", (oldest,))
        run("DELETE FROM fault WHERE until < ?", (oldest,))
        run("DELETE FROM place WHERE id NOT IN (SELECT place FROM run) AND id NOT IN (SELECT place FROM fault)")

    def _store(self, time: str, entry: Entry) -> None:
        run, many = self._connection.execute, self._connection.executemany
        run("INSERT OR IGNORE INTO place (path) VALUES (?)", (text_of(entry.place),))
        self._places.pop(entry.place, None)
        place = self._id(entry.place)
        run("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", (place, time, entry.worst))
        if entry.is_good:
            run("UPDATE place SET last_good = ? WHERE id = ?", (time, place))
        many("UPDATE fault SET until = ? WHERE place = ? AND fingerprint = ? AND until IS NULL", [(time, place, one) for one in entry.ended])
        many(
            "INSERT INTO fault (place, fingerprint, rule, spot, message, since, said) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(place, *(None if value is None else text_of(value) for value in one)) for one in entry.opened],
        )

    def spoken(self, time: str, said: Mapping[str, Iterable[str]]) -> None:
        """Note that at *time* a report spoke of these: fingerprints, by place. To be called once it has come out."""
        for place, marks in said.items():
            self._connection.executemany(
                "UPDATE fault SET said = ? WHERE place = ? AND fingerprint = ? AND until IS NULL", [(time, self._id(place), one) for one in marks]
            )

    def _id(self, place: str) -> int:
        if place not in self._places:
            row = self._connection.execute("SELECT id FROM place WHERE path = ?", (text_of(place),)).fetchone()
            self._places[place] = -1 if row is None else row[0]
        return self._places[place]


def text_of(value: str) -> str:
    """*value* as SQLite can hold it: a byte of a path that is no UTF-8 is written out."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_damaged_still(path: str) -> bool:
    """Whether it is not right now that another report has put a new one in its place."""
    try:
        with _connected(path):
            return False
    except sqlite3.DatabaseError as why:
        return _is_damage(why)
    except NoHistory:
        return False


def _kind(path: str) -> str:
    """`none` (or empty, as a kill leaves it), `ours`, or `other`. Nothing is followed but the way there."""
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            return "other"
        if not found.st_size:
            return "none"
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return "none"
    except (OSError, ValueError) as why:
        raise NoHistory(f"{path}: cannot be opened: {getattr(why, 'strerror', None) or 'no path'}") from None
    try:
        head = os.read(handle, 100)
    finally:
        os.close(handle)
    is_ours = head.startswith(_HEADER) and head[_ID_AT] == APPLICATION.to_bytes(4, "big")
    return "ours" if is_ours else "other"


def _connected(path: str) -> History:
    """The open file, brought to our version. Raises sqlite3.DatabaseError, and NoHistory for a newer one."""
    is_writable = os.access(path, os.W_OK) and os.access(os.path.dirname(path) or ".", os.W_OK) if os.path.exists(path) else True
    mode = "rwc" if is_writable else "ro"
    from urllib.parse import quote

    connection = sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode={mode}", uri=True, timeout=WAIT, isolation_level=None)
    try:
        _prepare(connection, path, is_writable=is_writable)
    except BaseException:
        connection.close()
        raise
    return History(connection, path, is_writable=is_writable)


def _prepare(connection: sqlite3.Connection, path: str, *, is_writable: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise NoHistory(f"{path}: a newer ita-doctor wrote this history (version {version}, this one knows {VERSION}); it is left as it is")
    if version == VERSION:
        problems: List[Tuple[str]] = connection.execute("PRAGMA quick_check(1)").fetchall()
        if problems != [("ok",)]:
            raise sqlite3.DatabaseError("database disk image is malformed")
        return
    if not is_writable:
        raise NoHistory(f"{path}: an older history that we may not write to, so that it cannot be brought up to date: run this once as its owner")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]  # another run may have come first
    for statements in MIGRATIONS[version:]:
        for statement in statements.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _is_damage(why: sqlite3.DatabaseError) -> bool:
    """Whether SQLite says that the file itself is wrong; not: busy, full, not permitted."""
    return not isinstance(why, sqlite3.OperationalError) and any(word in str(why) for word in ("malformed", "not a database"))


def _sentence(path: str, why: sqlite3.DatabaseError) -> str:
    words = str(why)
    if "locked" in words or "busy" in words:
        return f"{path}: another report has held the history for {WAIT:.0f} s; try again later"
    if "readonly" in words or "read-only" in words:
        return f"{path}: we may read the history and not write to it: {words}"
    if "full" in words:
        return f"{path}: the disk is full; the history is as it was"
    return f"{path}: the history cannot be used: {words}"

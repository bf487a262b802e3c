"""
The journal of a run of `fix`: its lines, read strictly and written once; and which run is to be undone next.

    unfinished(vault, place) -> Optional[Run]            a run whose process died; Refused for a journal that is none
    last_applied(vault, place) -> Optional[Run]          the newest that is not undone

Light enough for `check`: nothing of the plan is imported here.
"""

from __future__ import annotations

import json
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.host.refused import Refused
from ita_doctor.host.vault import Vault

SCHEMA = "ita-doctor/journal/1"
TEMPORARY = ".ita-doctor-"
"""As in model/plan.py, which is too heavy to be imported here."""

FILE, FOLDER_MODE, FOLDER_MADE = "file", "folder-mode", "folder-made"
APPLIED, UNDOING, UNDONE, HALF = "applied", "undoing", "undone", "half"
"""The marks; the last one counts. None: the run is at work, or its process died."""

_MOST_NUMBER = 1 << 64
_LEAST = -_MOST_NUMBER


class Header(NamedTuple):
    """Where a run works, and as whom; a second one in a journal is for another folder, such as the master's key store."""

    place: str
    installation: str
    uid: int
    gid: int
    """The agent's user."""
    time: float
    """When it began: seconds since 1970."""
    pid: int
    version: str


class Shape(NamedTuple):
    """A file or folder as it was, or was to be."""

    mode: int
    uid: int
    gid: int
    atime_ns: int
    mtime_ns: int
    """0: whatever the system gave."""
    size: int = 0
    sha256: str = ""
    """Of its content; '' for a folder."""
    ccsid: int = 0
    """IBM i: its tag; 0 where there is none."""


class Entry(NamedTuple):
    """One change, written down before the disk is touched."""

    number: int
    """Its place in the journal, from 1."""
    kind: str
    """`file`; `folder-mode`: of *folder* itself; `folder-made`: *name* in *folder*."""
    header: int
    """Index of the header whose tree it belongs to."""
    folder: str
    dev: int
    """For people: the system may number its disks anew when it starts."""
    inode: int
    uid: int
    """Whose the folder is."""
    name: str
    temporary: str
    before: Optional[Shape]
    backup: str
    """Name of the backup; '' where nothing stood there."""
    after: Optional[Shape]

    @property
    def path(self) -> str:
        """What was changed."""
        return f"{self.folder.rstrip('/')}/{self.name}" if self.name else self.folder


class Journal(NamedTuple):
    """A whole journal."""

    headers: Tuple[Header, ...]
    entries: Tuple[Entry, ...]
    state: str
    """The last mark, or ''."""


class Run(NamedTuple):
    """A run that may be undone."""

    place: str
    name: str
    time: float
    pid: int
    changes: int
    state: str
    """'' (its process died), or a mark."""


def unfinished(vault: Vault, place: str) -> Optional[Run]:
    """The run of *place* that was neither finished nor undone, and is not at work now. Raises Refused for a journal that is none."""
    return None if vault.is_locked(place) else pending(vault, place)


def pending(vault: Vault, place: str) -> Optional[Run]:
    """As unfinished, for the one who holds the lock."""
    run = _newest(vault, place)
    return run if run is not None and run.state in ("", UNDOING) else None


def last_applied(vault: Vault, place: str) -> Optional[Run]:
    """The newest run of *place* that was finished and is not (or only half) undone. Raises Refused for a journal that is none."""
    run = _newest(vault, place)
    return run if run is not None and run.state in (APPLIED, HALF) else None


def _newest(vault: Vault, place: str) -> Optional[Run]:
    """The newest run that changed something and is not undone: all before it are finished, since no run begins before."""
    for name in reversed(vault.runs(place)):
        lines = vault.read_journal(place, name) or [""]
        journal = None if lines[-1] == mark_line(UNDONE) else read(vault, place, name)  # many may be undone, and check is to be quick
        if journal is not None and journal.entries:
            first = journal.headers[0]
            return Run(place, name, first.time, first.pid, len(journal.entries), journal.state)
    return None


def read(vault: Vault, place: str, name: str) -> Optional[Journal]:
    """A journal; None where the run died before its first line was whole. Raises Refused where it is not one of ours for *place*."""
    lines = vault.read_journal(place, name)
    if not lines:
        return None
    path = vault.run_path(place, f"{name}/journal")
    try:
        journal = _parse(lines)
    except (ValueError, TypeError, KeyError, RecursionError) as why:
        raise Refused(path, "is no journal of `fix` that can be understood, so nothing is undone from it; look at the backups beside it") from why
    if journal.headers[0].place != place:
        raise Refused(path, "is the journal of another installation, so nothing is undone from it")
    return journal


def header_line(header: Header) -> str:
    """The line of a header. Raises Refused for one that could not be read again."""
    line = json.dumps({"schema": SCHEMA, **header._asdict()})
    try:
        _header(json.loads(line))
    except (ValueError, TypeError) as why:
        raise Refused(header.installation, "cannot be written down in a journal, so nothing is changed") from why
    return line


def entry_line(entry: Entry) -> str:
    """The line of a change. Raises Refused for one that could not be read again."""
    shapes = {name: shape and shape._asdict() for name, shape in (("before", entry.before), ("after", entry.after))}
    line = json.dumps({"entry": {**entry._asdict(), **shapes}})
    try:
        _entry(json.loads(line)["entry"], entry.number, entry.header + 1)
    except (ValueError, TypeError) as why:
        raise Refused(entry.path, "cannot be written down in a journal, so it is not changed") from why
    return line


def mark_line(mark: str) -> str:
    """The line of a mark."""
    return json.dumps({"mark": mark})


def _parse(lines: Sequence[str]) -> Journal:
    """Raises ValueError, TypeError, KeyError, RecursionError."""
    headers: List[Header] = []
    entries: List[Entry] = []
    state = ""
    for line in lines:
        value = json.loads(line)
        if "schema" in value:
            headers.append(_header(value))
        elif "entry" in value:
            entries.append(_entry(value["entry"], len(entries) + 1, len(headers)))
        elif value["mark"] in (APPLIED, UNDOING, UNDONE, HALF):
            state = value["mark"]
        else:
            raise ValueError("mark")
    if not headers:
        raise ValueError("header")
    return Journal(tuple(headers), tuple(entries), state)


def _header(value: Any) -> Header:
    if value["schema"] != SCHEMA:
        raise ValueError("schema")
    time = value["time"]
    if isinstance(time, bool) or not isinstance(time, (int, float)) or not 0 <= time < 1 << 40:
        raise ValueError("time")
    place, installation = _path(value["place"]), _path(value["installation"])
    return Header(place, installation, _number(value["uid"]), _number(value["gid"], -1), time, _number(value["pid"]), _text(value["version"]))


def _entry(value: Any, number: int, headers: int) -> Entry:
    kind, temporary, backup = _text(value["kind"]), _text(value["temporary"]), _text(value["backup"])
    before, after = _shape(value["before"]), _shape(value["after"])
    is_file = kind == FILE
    name = _name(value["name"]) if kind != FOLDER_MODE else ""
    numbers = [_number(value[field], _LEAST if field in ("dev", "inode") else 0) for field in ("number", "header", "dev", "inode", "uid")]
    count, header, dev, inode, uid = numbers
    entry = Entry(count, kind, header, _path(value["folder"]), dev, inode, uid, name, temporary, before, backup, after)
    holds = (
        kind in (FILE, FOLDER_MODE, FOLDER_MADE),
        entry.number == number,
        entry.header < headers,
        not is_file or (temporary.startswith(TEMPORARY) and _name(temporary) == temporary),
        not backup or _name(backup) == backup,
        not is_file or bool(backup) == (before is not None),
        before is not None or after is not None,
        kind != FOLDER_MODE or (before is not None and after is not None),
        kind != FOLDER_MADE or (before is None and after is not None),
        not is_file or all(len(shape.sha256) == 64 for shape in (before, after) if shape is not None),
    )
    if not all(holds):
        raise ValueError("entry")
    return entry


def _shape(value: Any) -> Optional[Shape]:
    if value is None:
        return None
    numbers = [_number(value[name], _LEAST if name.endswith("_ns") else 0) for name in Shape._fields[:6]]
    mode, uid, gid, accessed, changed, size = numbers
    if mode > 0o7777:
        raise ValueError("mode")
    return Shape(mode, uid, gid, accessed, changed, size, _text(value["sha256"]), _number(value.get("ccsid", 0)))


def _number(value: Any, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < _MOST_NUMBER:
        raise ValueError("number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("text")
    return value


def _path(value: Any) -> str:
    path = _text(value)
    if not path.startswith("/") or ".." in path.split("/"):
        raise ValueError("path")
    return path


def _name(value: Any) -> str:
    name = _text(value)
    if name in ("", ".", "..") or "/" in name:
        raise ValueError("name")
    return name

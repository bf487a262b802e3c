"""The agent's newest logs, from their ends: known messages, and nothing else of what stands in them."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ita_doctor.host.base import Host
from ita_doctor.model.agent import Log, LogMessage
from ita_doctor.model.artifact import FileFact, Kind, Lost, Reason
from ita_doctor.model.setup import Asked

LIMIT = 1 << 18
"""Bytes that are read of a log; with the four there are, no more than a mebibyte, however long they are."""

FILES = ("ini", "job", "gateway", "stash", "seed", "prv", "pub", "cert", "bundle")
"""What the agent reads when it starts: an error from before their last change says nothing of what they are now."""

_WIDEST = 2000  # characters of a line: no id stands further behind
_MOST_NAMES = 64  # of one log that was turned over again and again
_ABOVE = 50  # lines above a message that are searched for its stamp, where it has none itself
_SLACK = 120.0  # seconds that two clocks of one machine, or a writer and its file, may differ
_TURNED = frozenset("0123456789._-")


class _Known(NamedTuple):
    """The messages that are known."""

    entries: Sequence[Mapping[str, Any]]
    words: Tuple[Tuple[str, Tuple[str, ...]], ...]
    """Of each entry: its id, and what must not stand in the line, both as `_plain` makes them."""
    good: Tuple[str, ...]
    roots: Tuple[str, ...]
    """Their first words: a line with none of these holds none of them."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> _Known:
        """From rules/settings.toml."""
        entries = table["message"]
        good = tuple(_plain(one) for one in table["good"])
        words = tuple((_plain(one["id"]), tuple(_plain(other)[:-1] for other in one.get("unless", ()))) for one in entries)
        return cls(entries, words, good, tuple({each.split()[0] for each in (*good, *(one for one, _ in words))}))


class _Reading(NamedTuple):
    """What one log says."""

    path: str
    times: Mapping[int, float]
    """When each known message was written last, by its place among the entries; none that the same log takes back further down."""
    good: float
    """When it last said that all is well; 0.0 for never."""


def read_log(host: Host, asked: Asked, installation: str, facts: Mapping[str, Union[FileFact, Lost]], table: Mapping[str, Any]) -> Union[Log, Lost]:
    """Known messages that are newer than the last change of the agent's files."""
    if asked.root is not None:
        return Lost(Reason.ROOTED, "log")
    logs = _newest(host, installation, table["log"])
    if not logs:
        return Lost(Reason.NO_LOG, "log")
    found = [fact for name, fact in facts.items() if name in FILES and isinstance(fact, FileFact)]
    since = max((fact.stand.changed for fact in found), default=0.0)
    known = _Known.of(table["log"])
    tried = [_read(host, path, written, known, since) for path, written in logs]
    readings = [one for one in tried if one is not None]
    if not readings:
        return Lost(Reason.NO_LOG, "log")
    return Log(readings[0].path, tuple(_fresh(readings, known, since)))


def _newest(host: Host, installation: str, table: Mapping[str, Any]) -> List[Tuple[str, float]]:
    """Path and time of writing of the newest file of each log, the newest first: regular files of the folder itself that we may read."""
    logs: List[Tuple[str, float]] = []
    for folder in (posixpath.join(installation, one) for one in table["folders"]):
        if host.stand(folder).kind is not Kind.FOLDER:
            continue
        names = host.names(folder)
        for log in table["files"]:
            turned = [name for name in names if _is_turned(name, log)][-_MOST_NAMES:]
            stands = [(host.stand(posixpath.join(folder, name)), name) for name in (log, *turned)]
            usable = [(stand.written, name) for stand, name in stands if stand.kind is Kind.FILE and not stand.is_outside and stand.size]
            if usable:
                written, name = max(usable)
                logs.append((posixpath.join(folder, name), written))
    return sorted(logs, key=lambda one: -one[1])[: len(table["files"])]


def _is_turned(name: str, log: str) -> bool:
    """Whether *name* is an older part of *log*, put aside: a number or a date stands before or behind its ending."""
    stem, ending = posixpath.splitext(log)
    rest = name[len(stem) :]
    return name != log and name.startswith(stem) and ending in rest and _TURNED.issuperset(rest.replace(ending, "", 1))


def _read(host: Host, path: str, written: float, known: _Known, since: float) -> Optional[_Reading]:
    try:
        content = host.tail(path, LIMIT)
    except OSError:
        return None
    from ita_doctor.codecs.text import read_text

    kept = content.lstrip(b"\0")  # NULs: the writer went on where it was in a log that was emptied
    text = read_text(kept).value
    low = text.lower()
    if not any(root in low for root in known.roots):
        return _Reading(path, {}, 0.0)
    lines = text.splitlines()
    clock = _Clock(host, lines[1:] if len(kept) >= LIMIT else lines, written)
    times: Dict[int, float] = {}
    for place in range(len(clock.lines) - 1, -1, -1):
        line = clock.lines[place][:_WIDEST]
        low = line.lower()
        if not any(root in low for root in known.roots):
            continue
        words = _plain(low)
        if any(good in words for good in known.good):
            return _Reading(path, times, clock.time(place) or 0.0)
        hit = next((at for at, (one, unless) in enumerate(known.words) if one in words and not any(other in words for other in unless)), None)
        if hit is None or hit in times:
            continue
        time = clock.time(place)
        if time is None:
            continue
        if time <= since:  # and so is all above it
            break
        times[hit] = time
    return _Reading(path, times, 0.0)


def _fresh(readings: Sequence[_Reading], known: _Known, since: float) -> List[LogMessage]:
    """Of each message the newest that no log has taken back, the most telling first."""
    messages: Dict[int, LogMessage] = {}
    for one in readings:
        good = max((other.good for other in readings if other is not one), default=0.0)
        for hit, time in one.times.items():
            if time > max(good, since) and (hit not in messages or messages[hit].time < time):
                entry = known.entries[hit]
                messages[hit] = LogMessage(entry["id"], one.path, time, entry["meaning"], entry["look"])
    return [messages[hit] for hit in sorted(messages)]


class _Clock:
    """When the lines of one log were written."""

    def __init__(self, host: Host, lines: Sequence[str], written: float) -> None:
        self.lines = lines
        self._host = host
        self._latest = min(written, host.now()) + _SLACK
        self._written = written if written <= self._latest else None
        self._order = ""

    def time(self, place: int) -> Optional[float]:
        """
        By its own stamp, or that of the line above to which it belongs; else, and where that lies in the future, by the file's last change.

        None where the file's time lies in the future too: what was written while the clock was wrong must not be new for ever.
        """
        from ita_doctor.codecs.stamp import ORDERS

        if not self._order:
            self._order = max(ORDERS, key=self._last_by)
        for above in range(place, max(place - _ABOVE, -1), -1):
            moment = self._moment(self.lines[above], self._order)
            if moment is not None:
                return moment if moment <= self._latest else self._written
        return self._written

    def _last_by(self, order: str) -> float:
        """The last stamp of the log, read in *order*: the right one comes nearest to the file's own time, and not behind it."""
        for line in reversed(self.lines[-_ABOVE:]):
            moment = self._moment(line, order)
            if moment is not None:
                return moment if moment <= self._latest else 0.0
        return 0.0

    def _moment(self, line: str, order: str) -> Optional[float]:
        from ita_doctor.codecs.stamp import read_stamp

        stamp = read_stamp(line, order)
        if stamp is None:
            return None
        return stamp.civil - stamp.offset if stamp.offset is not None else self._host.moment(stamp.civil)


def _plain(text: str) -> str:
    """The words of *text* and nothing else, a blank before each and behind the last: `CURL Error: 35` and `curl error 35` are one."""
    return f" {' '.join(re.findall('[a-z0-9]+', text.lower()))} "

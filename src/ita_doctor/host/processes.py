"""The processes of an installation, as the system tells of them: by psutil where it is installed, else by `ps`."""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import time
from typing import Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.host.start import Done, start
from ita_doctor.model.agent import Process

PS = ("/bin/ps", "/usr/bin/ps", "/QOpenSys/usr/bin/ps")

_SECONDS = 10.0
"""That `ps` may take."""
_WIDTH = "2000"
"""Characters of a line of `ps`, where it heeds COLUMNS: a thousand processes with long words must not fill what is kept of its output."""
_USERS = ("uid", "user")
"""What `ps` is asked for, the first that it knows: POSIX has no `uid`, but `user` cuts a name of more than 8 letters (`averyve+`)."""
_SHORTEST_CUT = 7
"""Characters that `ps` leaves of a name which it cuts."""
_INTERPRETERS = ("sh", "bash", "dash", "ksh", "ksh93", "bsh", "qsh", "zsh", "perl")
_TEXT = frozenset("cem")
"""Letters of their options after which no file follows: `sh -c`, `perl -e`, `python -m`."""


class Line(NamedTuple):
    """One process as `ps` prints it."""

    pid: int
    who: str
    """A number, or a name that may have been cut."""
    seconds: int
    """Since it was started; -1 where that cannot be read."""
    words: str
    """Its program and what follows, with blanks between."""


class _Found(NamedTuple):
    """One process of the installation, before its user has a name."""

    pid: int
    program: str
    uid: int
    started: float


def processes(installation: str) -> Tuple[Process, ...]:
    """
    The processes whose program lies in *installation*, this one aside, the oldest first; zombies do not count.

    Paths are as *installation* names it, though it be a symlink. OSError, with a reason, where the system does not tell what runs.
    """
    roots = tuple(f"{root.rstrip('/')}/" for root in dict.fromkeys((os.path.abspath(installation), os.path.realpath(installation))))
    try:
        import psutil
    except ImportError:
        found = list(_by_ps(roots))
    else:
        try:
            found = list(_by_psutil(roots))
        except psutil.Error as why:
            raise OSError(errno.EIO, "psutil cannot read the processes") from why
    if not found and _is_hidden():
        raise OSError(errno.EPERM, "the system hides the processes of others")
    named = (Process(one.pid, one.program, one.uid, _name_of(one.uid), one.started) for one in found)
    return tuple(sorted(named, key=lambda one: (one.started, one.pid)))


def read_ps(text: str) -> Tuple[Line, ...]:
    """What `ps -o pid= -o uid= -o etime= -o args=` (or `user=`) printed; lines that are something else are passed over."""
    found: List[Line] = []
    for line in text.splitlines():
        parts = line.split(None, 3)
        if len(parts) == 4 and _is_number(parts[0]):
            found.append(Line(int(parts[0]), parts[1], read_etime(parts[2]), parts[3].rstrip()))
    return tuple(found)


def read_etime(text: str) -> int:
    """Seconds of `[[dd-]hh:]mm:ss`; -1 for anything else."""
    days, dash, clock = text.rpartition("-")
    parts = clock.split(":")
    if not all(map(_is_number, parts)) or (dash and not _is_number(days)) or not 2 <= len(parts) <= 3 or (dash and len(parts) != 3):
        return -1
    hours, minutes, seconds = [0, 0, *map(int, parts)][-3:]
    return ((int(days or "0") * 24 + hours) * 60 + minutes) * 60 + seconds


def _is_number(text: str) -> bool:
    """Whether it is a number of ours: digits, and not so many that no clock could mean them."""
    return text.isascii() and text.isdigit() and len(text) <= 10


def _by_psutil(roots: Tuple[str, ...]) -> Iterator[_Found]:
    """By psutil; of what is not of the installation nothing more is asked than its program."""
    import psutil

    for one in psutil.process_iter(["exe", "cmdline"]):
        words = one.info["cmdline"] or [""]
        program = _first_in(roots, (*_script(words)[:1], one.info["exe"] or "", words[0]))
        if program is None or one.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile
            if one.status() != psutil.STATUS_ZOMBIE:
                yield _Found(one.pid, program, one.uids().effective, one.create_time())


def _by_ps(roots: Tuple[str, ...]) -> Iterator[_Found]:
    """By `ps`, which shows words with blanks between: where a program ends is known by what stands on the disk."""
    lines, now = _ask_ps()
    for line in lines:
        program = _first_in(roots, _programs(line))
        if program is None or line.pid == os.getpid():
            continue
        if line.seconds < 0:
            raise OSError(errno.EIO, "ps does not say since when a process runs")
        yield _Found(line.pid, program, _uid_of(line.who), now - line.seconds)


def _ask_ps() -> Tuple[Tuple[Line, ...], float]:
    """Every process, and when that was said. What does not even show ourselves shows nothing that could be believed."""
    for program in PS:
        for user in _USERS:
            try:
                done = _run([program, "-A", "-o", "pid=", "-o", f"{user}=", "-o", "etime=", "-o", "args="])
            except TimeoutError:
                raise
            except OSError:
                break
            lines, now = read_ps(done.out.decode("utf-8", "surrogateescape")), time.time()
            if any(line.pid == os.getpid() for line in lines):
                return lines, now
    raise OSError(errno.ENOENT, "there is no ps that tells what runs")


def _run(argv: Sequence[str]) -> Done:
    return start(argv, uid=os.geteuid(), gid=os.getegid(), timeout=_SECONDS, environment={"COLUMNS": _WIDTH})


def _programs(line: Line) -> Iterator[str]:
    """What a process may run: as its words say; where they give no whole path, as /proc completes it (Linux by exe, AIX by cwd)."""
    first = line.words.split(" ", 1)[0]
    script = _script(line.words.split(" "))
    if script:
        yield _whole(" ".join(script))
    yield _whole(line.words)
    if not line.words.startswith("/"):
        with contextlib.suppress(OSError):
            if "/" in first:
                yield _whole(os.path.normpath(os.path.join(os.readlink(f"/proc/{line.pid}/cwd"), line.words)))
    with contextlib.suppress(OSError):
        yield os.readlink(f"/proc/{line.pid}/exe").removesuffix(" (deleted)")


def _whole(words: str) -> str:
    """The path at the beginning of *words*, blanks in it included; where no such file is there (any more), the first word."""
    end = words.find(" ")
    while end > 0 and words.startswith("/"):
        if os.path.isfile(words[:end]):
            return words[:end]
        end = words.find(" ", end + 1)
    return words if os.path.isfile(words) else words.split(" ", 1)[0]


def _script(words: Sequence[str]) -> Sequence[str]:
    """From the script on that an interpreter runs, where *words* are those of one, and what it runs does not stand in an option (`-c`)."""
    name = os.path.basename(words[0])
    if name in _INTERPRETERS or name.startswith("python"):
        for number, word in enumerate(words[1:], 1):
            if not word.startswith("-"):
                return words[number:]
            if not _TEXT.isdisjoint(word):
                break
    return ()


def _first_in(roots: Tuple[str, ...], candidates: Iterable[str]) -> Optional[str]:
    """The first of *candidates* that lies below one of *roots*, as the first of these names it."""
    for one in candidates:
        for root in roots:
            if one.startswith(root):
                return roots[0] + one[len(root) :]
    return None


def _is_hidden() -> bool:
    """Whether Linux shows us no process but our own (hidepid): then that none is seen means nothing."""
    return os.path.isdir("/proc/self") and not os.access("/proc/1/stat", os.R_OK)


def _uid_of(who: str) -> int:
    """The number of a user as `ps` names him; of a name that was cut, that of the one who begins so; -1 for nobody or several."""
    if _is_number(who):
        return int(who)
    try:
        return pwd.getpwnam(who).pw_uid
    except KeyError:
        stem = who.rstrip("+*")
        fitting = {one.pw_uid for one in pwd.getpwall() if one.pw_name.startswith(stem)} if len(stem) >= _SHORTEST_CUT else set()
        return fitting.pop() if len(fitting) == 1 else -1


def _name_of(uid: int) -> Optional[str]:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return None

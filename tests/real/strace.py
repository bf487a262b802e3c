"""The program under strace: what it calls, one of its calls that kills it or fails, and what is on the disk before and after."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

KILLS = (
    "openat", "write", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "chmod", "fchmod", "fchmodat", "chown",
    "fchown", "fchownat", "fsync", "fdatasync", "mkdir", "mkdirat", "rmdir", "utimensat", "ftruncate",
)  # fmt: skip
"""Calls that change the disk, or make sure of it."""
CHANGES = (
    *KILLS, "open", "creat", "openat2", "truncate", "symlink", "symlinkat", "mknod", "mknodat", "lchown", "utime", "utimes", "futimesat",
    "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "fallocate", "pwrite64", "writev", "pwritev",
    "copy_file_range", "sendfile", "fchmodat2",
)  # fmt: skip
OPENS = ("open", "openat", "openat2", "creat")
ERRORS: Dict[str, Tuple[str, ...]] = {
    "openat": ("ENOSPC", "EIO", "EPERM"), "write": ("ENOSPC", "EIO"), "rename": ("ENOSPC", "EIO", "EPERM", "EXDEV"),
    "unlink": ("EIO", "EPERM"), "unlinkat": ("EIO", "EPERM"), "fchmod": ("EIO", "EPERM"), "fchown": ("EIO", "EPERM"),
    "fsync": ("EIO", "ENOSPC"), "mkdir": ("ENOSPC", "EIO", "EPERM"), "mkdirat": ("ENOSPC", "EIO", "EPERM"), "utimensat": ("EIO", "EPERM"),
    "renameat": ("ENOSPC", "EIO", "EPERM", "EXDEV"), "renameat2": ("ENOSPC", "EIO", "EPERM", "EXDEV"), "linkat": ("ENOSPC", "EXDEV"),
}  # fmt: skip
"""Of each call, what the system can answer in the place of doing it."""

_LINE = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<words>.*)")
_NAMED = re.compile(r'(?:(?P<handle>-?\d+|AT_FDCWD)<(?P<folder>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')
_HANDLE = re.compile(r"\d+<(?P<path>[^>]*)>")


class Call(NamedTuple):
    """One system call of the program itself."""

    name: str
    number: int
    """Which one of its name, from 1, as strace counts."""
    words: str
    """Arguments and result, as strace writes them; strings are left out."""
    paths: Tuple[str, ...]
    """The absolute paths that it is about."""

    @property
    def is_for_change(self) -> bool:
        """Whether it can change something: an open only where it is for writing."""
        return self.name not in OPENS or any(flag in self.words for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"))

    @property
    def failed(self) -> bool:
        """Whether the system refused it."""
        return " = -1 " in self.words

    @property
    def mode(self) -> Optional[int]:
        """The permission bits that it sets; None where it sets none."""
        if self.name in OPENS and "O_CREAT" not in self.words:
            return None
        found = re.search(r", (0[0-7]*)\)?(?: |$|<)", self.words)
        return int(found.group(1), 8) if found else None

    def touches(self, top: os.PathLike[str]) -> bool:
        """Whether one of its paths is *top*, or below it."""
        return any(path == os.fspath(top) or path.startswith(os.fspath(top) + "/") for path in self.paths)


class Run(NamedTuple):
    """What one process did under strace."""

    out: bytes
    err: bytes
    status: int
    """As the shell has it: 137 where it was killed."""

    @property
    def is_killed(self) -> bool:
        """Whether the injected signal reached it."""
        return self.status == 128 + signal.SIGKILL


@functools.cache
def why_not() -> str:
    """Why nothing can be traced here; '' where it can."""
    if shutil.which("strace") is None:
        return "needs strace"
    done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return f"strace is forbidden here: {done.stderr.decode(errors='replace').strip()[:80]}" if done.returncode else ""


def traced(top: Path, argv: Sequence[object], calls: Iterable[str] = KILLS, follow: bool = True) -> Tuple[Run, List[Call]]:
    """A plain run, and its calls of these names in their order."""
    with tempfile.NamedTemporaryFile(prefix="strace-") as log:
        run = _run(top, argv, ["-y", "-s", "0", "-o", log.name, "-e", "trace=" + ",".join(f"?{name}" for name in calls)], follow)
        return run, _calls(log.read().decode(errors="surrogateescape"))


def killed(top: Path, argv: Sequence[object], call: Call, follow: bool = True) -> Run:
    """A run that dies when it is about to make this call."""
    return _run(top, argv, ["-o", os.devnull, "-e", f"trace={call.name}", "-e", f"inject={call.name}:signal=KILL:when={call.number}"], follow)


def failed(top: Path, argv: Sequence[object], call: Call, error: str, *, forever: str = "", follow: bool = True) -> Run:
    """A run in which this call (and with *forever* `+` every later one of its name) is not made and answers *error*."""
    inject = f"inject={call.name}:error={error}:when={call.number}{forever}"
    return _run(top, argv, ["-o", os.devnull, "-e", f"trace={call.name}", "-e", inject], follow)


def _run(top: Path, argv: Sequence[object], options: Sequence[str], follow: bool) -> Run:
    environment = {**os.environ, "HOME": str(top), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    tracing = ["strace", "-qq", *(("-f",) if follow else ()), *options]
    command = [*tracing, sys.executable, "-m", "ita_doctor", *map(os.fspath, map(str, argv))]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, env=environment, check=False)
    run = Run(done.stdout, done.stderr, done.returncode if done.returncode >= 0 else 128 - done.returncode)
    assert b"Traceback" not in run.err, run.err.decode(errors="replace")
    return run


def _calls(log: str) -> List[Call]:
    """The calls of the process that came first; strace counts those of each process by themselves."""
    found: List[Call] = []
    counted: Dict[str, int] = {}
    first = ""
    for line in log.splitlines():
        match = _LINE.match(line if line[:1].isdigit() else f"0 {line}")
        if match is None:  # a signal, or the second half of a call that was written in two
            continue
        first = first or match["pid"]
        if match["pid"] != first:
            continue
        name, words = match["name"], match["words"]
        counted[name] = counted.get(name, 0) + 1
        found.append(Call(name, counted[name], words, tuple(_paths(words))))
    return found


def _paths(words: str) -> Iterable[str]:
    words, _, _ = words.rpartition(" = ")
    if not (named := list(_NAMED.finditer(words))):
        yield from (match["path"] for match in _HANDLE.finditer(words))
    for match in named:
        yield os.path.normpath(os.path.join(match["folder"] or "/", match["path"]))


# The disk


class Stand(NamedTuple):
    """What one path is."""

    mode: int
    uid: int
    gid: int
    written: int
    """When, in ns since 1970; 0 for a folder."""
    content: Optional[bytes]
    """None: a folder."""

    @property
    def whole(self) -> Tuple[int, int, int, Optional[bytes]]:
        """All but the time."""
        return self.mode, self.uid, self.gid, self.content


Picture = Dict[str, Stand]


def picture(top: Path) -> Picture:
    """Every file and folder below *top*, with what it holds."""
    seen = {}
    for path in sorted(top.rglob("*")):
        found = path.lstat()
        is_folder = stat.S_ISDIR(found.st_mode)
        content = None if is_folder else path.read_bytes()
        mode = stat.S_IMODE(found.st_mode)
        seen[str(path)] = Stand(mode, found.st_uid, found.st_gid, 0 if is_folder else found.st_mtime_ns, content)
    return seen


def restore(top: Path, wanted: Picture) -> None:
    """Make everything below *top* as it was, whatever was done to it; folders that are there stay the same ones."""
    now = picture(top)
    for path in sorted(set(now) - set(wanted), reverse=True):
        with contextlib.suppress(FileNotFoundError):
            (os.rmdir if now[path].content is None else os.unlink)(path)
    for path, stand in sorted(wanted.items()):
        if now.get(path) == stand:
            continue
        if stand.content is None:
            Path(path).mkdir(exist_ok=True)
        else:
            Path(path).write_bytes(stand.content)
        if os.getuid() == 0:
            os.chown(path, stand.uid, stand.gid)
        os.chmod(path, stand.mode)
        if stand.content is not None:
            os.utime(path, ns=(stand.written, stand.written))


def difference(one: Picture, other: Picture) -> List[str]:
    """The names of what is not the same in two pictures; never what is in them."""
    told = []
    for path in sorted({*one, *other}):
        before, after = one.get(path), other.get(path)
        if before == after:
            continue
        if before is None or after is None:
            told.append(f"{path}: {'new' if before is None else 'gone'}")
            continue
        names = [name for name, old, new in zip(Stand._fields, before, after) if old != new]
        told.append(f"{path}: {', '.join(names)}")
    return told

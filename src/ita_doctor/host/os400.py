"""
IBM i: CCSID tags, authorities beyond the mode, and profiles that are upper case.

Each question is one small call of a program of the system, text in, text out; `os400_text.py` reads the answers. Written after IBM's manuals,
and tried with programs that answer as those say: not run on IBM i by us.
"""

from __future__ import annotations

import errno
import os
import posixpath
import shlex
from typing import Callable, Dict, List, Optional, Sequence, Set, Tuple

from ita_doctor.host.os400_text import read_attr, read_attrs, read_dspaut, read_statistics
from ita_doctor.host.posix import PosixHost
from ita_doctor.host.start import start
from ita_doctor.model.artifact import Kind, Stand

QSH = "/QOpenSys/usr/bin/qsh"
"""QShell from PASE: `attr`, `setccsid` and `db2` are utilities of its own."""
SYSTEM = "/QOpenSys/usr/bin/system"
"""Runs a CL command and prints what it shows."""
DEADLINE = 10.0
"""Seconds."""
MOST_AT_ONCE = 64
"""Files of one folder that are asked for together: starting QShell is what costs."""

Run = Callable[[Sequence[str], int, int], str]
"""Starts a program as a user and group, and gives back what it printed; OSError where it cannot be run, fails or hangs."""


def is_os400() -> bool:
    """Whether this is IBM i, where an older Python calls it AIX."""
    return os.uname().sysname == "OS400"


def run_program(argv: Sequence[str], uid: int, gid: int) -> str:
    """What a program of the system prints."""
    done = start(argv, uid=uid, gid=gid, timeout=DEADLINE)
    if done.status:
        raise OSError(errno.EIO, f"ended with {done.status}", argv[0])
    return done.out.decode("utf-8", "replace")


class Patient:
    """Starts programs, and no longer one that hung: its deadline is waited for once, not for every file."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._hung: Set[str] = set()

    def __call__(self, argv: Sequence[str], uid: int, gid: int) -> str:
        """What it prints; OSError where it cannot be run, fails or hangs."""
        if argv[0] in self._hung:
            raise TimeoutError(errno.ETIMEDOUT, "did not end in time before", argv[0])
        try:
            return self._run(argv, uid, gid)
        except TimeoutError:
            self._hung.add(argv[0])
            raise


class Os400Tags:
    """CCSID tags by QShell. Paths are absolute."""

    def __init__(self, run: Run = run_program) -> None:
        self._run = run if isinstance(run, Patient) else Patient(run)

    def read(self, path: str) -> Optional[int]:
        """The tag of one file; by SQL where QShell does not tell."""
        return self._read(path, os.geteuid(), os.getegid())

    def _read(self, path: str, uid: int, gid: int) -> Optional[int]:
        quoted = path.replace("'", "''")
        # A name with a quote in it is quoted; there is nobody's word in it but a path that we look at anyway.
        query = f"SELECT CCSID FROM TABLE(QSYS2.IFS_OBJECT_STATISTICS(START_PATH_NAME => '{quoted}', SUBTREE_DIRECTORIES => 'NO'))"  # noqa: S608
        for command, parse in ((f"attr {shlex.quote(path)} CCSID", read_attr), (f"db2 {shlex.quote(query)}", read_statistics)):
            try:
                found = parse(self._run([QSH, "-c", command], uid, gid))
            except (OSError, ValueError):
                continue
            if found is not None:
                return found
        return None

    def read_all(self, paths: Sequence[str]) -> List[Optional[int]]:
        """The tags of several files, by one start of QShell; each None where that does not tell."""
        command = "; ".join(f"attr {shlex.quote(path)} CCSID || echo '?'" for path in paths)
        try:
            return read_attrs(self._run([QSH, "-c", command], os.geteuid(), os.getegid()), len(paths))
        except (OSError, ValueError):
            return [None] * len(paths)

    def write(self, path: str, ccsid: int, uid: int, gid: int) -> None:
        """Tag a file by setccsid, as the user whose it is."""
        self._run([QSH, "-c", f"setccsid {ccsid} {shlex.quote(path)}"], uid, gid)
        if self._read(path, uid, gid) != ccsid:
            raise OSError(errno.EIO, f"setccsid did not give it the CCSID {ccsid}", path)


class Os400Host(PosixHost):
    """This machine, where it is an IBM i."""

    platform = "os400"

    def __init__(self, run: Run = run_program) -> None:
        super().__init__()
        self._run = Patient(run)
        self.tags = Os400Tags(self._run)
        self._known: Dict[str, Optional[int]] = {}
        self._asked: Set[str] = set()
        """Folders."""
        self._writers: Dict[str, Tuple[str, ...]] = {}

    def stand(self, path: str) -> Stand:
        """What stands at *path*, with its tag and with whom its authorities let write."""
        found = super().stand(path)
        if found.kind is not Kind.FILE:
            return found
        path = self.absolute(path)  # the programs start in a folder of their own
        return found._replace(ccsid=self._tag(path), acl_writers=(*found.acl_writers, *self._who_writes(path, found.owner)))

    def uid_of(self, name: str) -> Optional[int]:
        """The number of a profile: its name counts the same in upper and lower case."""
        found = (super(Os400Host, self).uid_of(one) for one in dict.fromkeys((name, name.lower(), name.upper())))
        return next((uid for uid in found if uid is not None), None)

    def _tag(self, path: str) -> Optional[int]:
        """Asked once for all files of a folder; a file of which that told nothing is asked for alone, once."""
        folder = posixpath.dirname(path)
        if folder not in self._asked:
            self._asked.add(folder)
            paths = list(dict.fromkeys((path, *(posixpath.join(folder, name) for name, _ in self.files(folder)))))[:MOST_AT_ONCE]
            self._known.update((one, tag) for one, tag in zip(paths, self.tags.read_all(paths)) if tag is not None)
        if path not in self._known:
            self._known[path] = self.tags.read(path)
        return self._known[path]

    def _who_writes(self, path: str, owner: Optional[str]) -> Tuple[str, ...]:
        """By DSPAUT; not for a name that it would take for a pattern, and answer for other files."""
        if set("*?") & set(posixpath.basename(path)):
            return ()
        if path not in self._writers:
            quoted = path.replace("'", "''")
            try:
                said = self._run([SYSTEM, f"DSPAUT OBJ('{quoted}')"], os.geteuid(), os.getegid())
            except (OSError, ValueError):
                said = ""
            self._writers[path] = tuple(f"profile {name}" if name != "*PUBLIC" else "everybody (*PUBLIC)" for name in read_dspaut(said, owner))
        return self._writers[path]

"""Stopping and starting the agent (steps 17 and 18), as its own user."""

from __future__ import annotations

import os
import socket
import stat
import time
from typing import Callable, NamedTuple, Optional, Set, Tuple

from ita_doctor.host.processes import processes
from ita_doctor.host.start import NotOurs, start
from ita_doctor.model.agent import Process
from ita_doctor.model.visible import visible

STOP, START = "ShutDownLwa", "StartUpLwa"

_PROGRAM = 120.0
"""Seconds that one of the two may take."""
_POLL = 0.5
_DIAL = 2.0
_ME = ("127.0.0.1", "::1")

Say = Callable[[str], None]


class _Time(NamedTuple):
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Whether *is_so* became true within *seconds*."""
        end = self.clock() + seconds
        while not is_so():
            if self.clock() >= end:
                return False
            self.sleep(_POLL)
        return True


def has_programs(installation: str) -> bool:
    """Whether the agent can be stopped and started from here: both programs stand in *installation*, as files of its own."""
    return all(_program(installation, name) is not None for name in (STOP, START))


def restart(
    installation: str, *, uid: int, gid: int, port: Optional[int], say: Say, wait: float = 60.0, answer: float = 120.0,
    clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
) -> str:  # fmt: skip
    """
    Stop the agent of *installation* and start it again, wholly as user *uid*; '' when it is up again, else a sentence that says why not.

    After the stop it waits, *wait* seconds at most, until nothing answers on *port* and no process of the installation is left: jobs may run
    on. After the start it waits, *answer* seconds at most, until *port* answers; where no port is known, until a new process is there. It is
    started even where it did not stop, so that no agent stays down. *say* is told each step.
    """
    stop, up = _program(installation, STOP), _program(installation, START)
    if stop is None or up is None:
        missing = STOP if stop is None else START
        return f"{visible(installation)} has no {missing} of its own (a file, or a link that stays within), so the agent was not restarted"
    span = _Time(clock, sleep)
    say(f"stopping the agent: {visible(stop)}")
    trouble = _run(stop, installation, uid, gid)
    is_quiet = span.until(lambda: not _answers(port) and not _left(installation), wait)
    stays = not is_quiet and _answers(port)
    if not is_quiet:
        say(_still_there(installation, port, wait))
    old = {one.pid for one in _left(installation)}
    say(f"starting the agent: {visible(up)}")
    failed = _run(up, installation, uid, gid)
    if stays:
        return f"the agent did not stop: {wait:.0f} s after {STOP} something still answers on port {port}{trouble}; it may still use the old files"
    if span.until(lambda: _answers(port) if port is not None else _is_new(installation, old), answer):
        return ""
    found = "no new process of the installation is there" if port is None else f"nothing answers on port {port}"
    return f"the agent did not come up: {answer:.0f} s after {START} {found}{failed or trouble}"


def _program(installation: str, name: str) -> Optional[str]:
    """The path of a program of the installation; None where there is none, or where it leads out of it."""
    path, root = os.path.join(installation, name), os.path.realpath(installation)
    try:
        is_file = stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return None
    return path if is_file and os.path.realpath(path).startswith(root.rstrip("/") + "/") else None


def _run(program: str, folder: str, uid: int, gid: int) -> str:
    """Run one of the two; '' or, to stand behind a sentence, what went wrong."""
    name = os.path.basename(program)
    try:
        done = start([program], uid=uid, gid=gid, timeout=_PROGRAM, cwd=folder, is_heard=False)
    except NotOurs as why:
        return f" ({visible(program)} {visible(why.reason, 400)})"
    except TimeoutError:
        return f" ({name} did not end within {_PROGRAM:.0f} s and was ended)"
    except OSError as why:
        return f" ({name} cannot be started: {why.strerror})"
    return f" ({name} ended with {done.status})" if done.status else ""


def _still_there(installation: str, port: Optional[int], wait: float) -> str:
    found = ", ".join(f"{os.path.basename(one.program)} ({one.pid})" for one in _left(installation)[:5])
    answers = f"port {port} still answers" if _answers(port) else ""
    what = "; ".join(one for one in (answers, f"still running: {visible(found)}" if found else "") if one)
    return f"{wait:.0f} s after the stop: {what or 'all has ended only now'}"


def _left(installation: str) -> Tuple[Process, ...]:
    """The processes of the installation; () also where the system does not tell."""
    try:
        return processes(installation)
    except OSError:
        return ()


def _answers(port: Optional[int]) -> bool:
    """Whether something on this machine takes connections on *port*."""
    if port is None or not 0 < port < 65536:
        return False
    for host in _ME:
        try:
            socket.create_connection((host, port), _DIAL).close()
        except OSError:
            continue
        return True
    return False


def _is_new(installation: str, old: Set[int]) -> bool:
    """Whether a process of the installation is there that was not before."""
    return any(one.pid not in old for one in _left(installation))

"""Starting a program: as whom, with what, for how long, and never somebody else's as root."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import signal
import stat
import subprocess
import time
from typing import IO, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

MOST_OUTPUT = 1 << 20
"""Bytes of each output that are kept; the rest is read and dropped."""
PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/QOpenSys/usr/bin:/QOpenSys/pkgs/bin"

_POLL = 0.02
_GRACE = 0.2
"""Seconds in which what an ended program wrote still comes in; one that it left running may hold the pipe for ever."""
_AFTER_KILL = 5.0
_MOST_LINKS = 40


class NotOurs(OSError):
    """A program that is not started: as root it would be somebody else's word, or we are not the user that was asked for."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(errno.EPERM, reason, path)
        self.path = path
        self.reason = reason


class Done(NamedTuple):
    """A program that has ended."""

    status: int
    """Of exit; negative: the signal that ended it."""
    out: bytes
    err: bytes


def start(
    argv: Sequence[str], *, uid: int, gid: int, stdin: bytes = b"", timeout: float, cwd: str = "/", environment: Mapping[str, str] = {},
    is_heard: bool = True,
) -> Done:  # fmt: skip
    """
    Run the program *argv[0]* (an absolute path) to its end, as user *uid* and group *gid* and no other, in a session of its own.

    As root, it runs as root only where nobody but root can have changed it. It inherits no handle, and of the environment nothing but what
    is given here beside PATH, HOME, LOGNAME and the language C. Without *is_heard* its output goes nowhere: for a program that leaves
    another running, which would otherwise write into a pipe without a reader. Raises NotOurs; TimeoutError after *timeout* seconds, with
    all of its process group killed; OSError where it cannot be started.
    """
    program = argv[0]
    if any("\0" in word for word in argv):
        raise OSError(errno.EINVAL, "cannot be started", program)
    who = _who(program, uid, gid)
    output = subprocess.PIPE if is_heard else subprocess.DEVNULL
    try:
        child = subprocess.Popen(  # noqa: S603 - no shell, and what it is was looked at above
            list(argv), stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=cwd, env=_environment(uid, environment), start_new_session=True,
            **who,
        )  # fmt: skip
    except (ValueError, OverflowError, subprocess.SubprocessError) as why:  # a NUL in a folder's name, a number that is no user's
        raise OSError(errno.EINVAL, "cannot be started", program) from why
    try:
        return _Talk(program, child, stdin, time.monotonic() + timeout).run()
    except BaseException:
        _kill(child)
        raise
    finally:
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def only_root_writes(path: str) -> str:
    """'' where nobody but root can change the file at *path*, nor any folder or link on the way to it; else what is wrong."""
    if not os.path.isabs(path):
        return "is not an absolute path"
    todo, here, links = _parts(path), "/", 0
    why = _fault(here)
    while todo and not why:
        name = todo.pop()
        if name == "..":  # of what links were resolved to: the real folder above
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, name)
        try:
            target: Optional[str] = os.readlink(step)
        except OSError:
            target = None
        if target is None:
            here, why = step, _fault(step)
            continue
        links += 1
        if links > _MOST_LINKS:
            return "is a loop of links"
        here = "/" if os.path.isabs(target) else here
        todo += _parts(target)
    return why


def _parts(path: str) -> List[str]:
    """The names of a path, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _fault(path: str) -> str:
    """What lets another than root write to what stands at *path*. An access list shows in the group's bits."""
    try:
        found = os.lstat(path)
    except OSError as why:
        return f"{path}: {why.strerror}"
    if found.st_uid != 0:
        return f"{path} belongs to user {found.st_uid}, not to root"
    if found.st_mode & 0o022:
        return f"{path} has mode {stat.S_IMODE(found.st_mode):04o}: others than root can write to it"
    return ""


def _who(program: str, uid: int, gid: int) -> Dict[str, Any]:
    """What makes the child wholly the user *uid*. Raises NotOurs."""
    if not os.path.isabs(program):
        raise NotOurs(program, "is not an absolute path")
    if os.geteuid() != 0:
        if uid != os.geteuid():
            raise NotOurs(program, f"only root can start a program as user {uid}")
        return {}
    if uid == 0:
        why = only_root_writes(program)
        if why:
            raise NotOurs(program, f"is not started as root: {why}")
    return {"user": uid, "group": gid, "extra_groups": []}


def _environment(uid: int, more: Mapping[str, str]) -> Dict[str, str]:
    import pwd

    home, name = "/", str(uid)
    with contextlib.suppress(KeyError, OverflowError):
        user = pwd.getpwuid(uid)
        home, name = user.pw_dir, user.pw_name
    return {"PATH": PATH, "LANG": "C", "LC_ALL": "C", "HOME": home, "LOGNAME": name, "USER": name, **more}


class _Talk:
    """What goes in and comes out until the program ends or its time does."""

    def __init__(self, program: str, child: subprocess.Popen[bytes], stdin: bytes, until: float) -> None:
        self._program = program
        self._child = child
        self._stdin = memoryview(stdin)
        self._until = until
        self._heard: Dict[IO[bytes], bytearray] = {}

    def run(self) -> Done:
        """Raises TimeoutError; the child is then still there."""
        child = self._child
        with selectors.DefaultSelector() as selector:
            assert child.stdin is not None
            os.set_blocking(child.stdin.fileno(), False)
            selector.register(child.stdin, selectors.EVENT_WRITE)
            for pipe in (child.stdout, child.stderr):
                if pipe is not None:
                    os.set_blocking(pipe.fileno(), False)
                    self._heard[pipe] = bytearray()
                    selector.register(pipe, selectors.EVENT_READ)
            self._until_ended(selector)
        out, err = self._heard.values() or (b"", b"")
        return Done(child.returncode, bytes(out), bytes(err))

    def _until_ended(self, selector: selectors.BaseSelector) -> None:
        ended: Optional[float] = None
        while ended is None or (selector.get_map() and time.monotonic() < ended + _GRACE):
            if selector.get_map():
                for key, _ in selector.select(_POLL):
                    self._step(selector, key.fileobj)
            else:
                time.sleep(_POLL)
            if ended is None and self._child.poll() is not None:
                ended = time.monotonic()
            if ended is None and time.monotonic() >= self._until:
                raise TimeoutError(errno.ETIMEDOUT, "did not end in time", self._program)

    def _step(self, selector: selectors.BaseSelector, pipe: Any) -> None:
        """Write or read what can be at once; what has ended is let go."""
        try:
            if pipe not in self._heard:
                self._stdin = self._stdin[os.write(pipe.fileno(), self._stdin[:65536]) :] if self._stdin else self._stdin
                is_over = not self._stdin
            else:
                part = os.read(pipe.fileno(), 65536)
                kept = self._heard[pipe]
                kept += part[: MOST_OUTPUT - len(kept)]
                is_over = not part
        except BlockingIOError:
            return
        except OSError:  # nobody reads any more
            is_over = True
        if is_over:
            selector.unregister(pipe)
            _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child with all of its group, unless it has ended by itself."""
    if child.poll() is None:  # until it is waited for, its number cannot be another's
        with contextlib.suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_AFTER_KILL)

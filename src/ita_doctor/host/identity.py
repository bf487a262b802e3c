"""Working as another user for a moment, inside this process."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Iterator

from ita_doctor.host.refused import Refused

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGALRM)


@contextlib.contextmanager
def working_as(uid: int, gid: int) -> Iterator[None]:
    """
    As root: the effective user and group are *uid* and *gid* inside, with no other groups; what was is put back afterwards, always.

    For root itself, and where we are not root, nothing changes. The real user stays root, so that nobody can trace or end us meanwhile; a
    shell started inside would take it back, so that nothing may be started here. Not to be nested. A signal waits until we are ourselves
    again: a handler that raises would leave us half another. Raises Refused where the group is not known, OSError where the system refuses.
    """
    if uid == 0 or os.geteuid() != 0:
        yield
        return
    if uid < 0 or gid < 0:  # -1 means `leave it`, and would leave us root's
        raise Refused("/", f"the system knows no group of the user {uid}, so nothing is done as that user")
    with _undisturbed():
        own, groups = os.getegid(), os.getgroups()
        try:
            os.setgroups([])
            os.setegid(gid)
            os.seteuid(uid)
            yield
        finally:
            os.seteuid(0)
            os.setegid(own)
            os.setgroups(groups)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals that end us wait."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)  # inside: one that came just now is raised from here
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

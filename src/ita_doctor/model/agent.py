"""The agent that runs: its processes, what it serves, what its logs say, and whether the master finds it."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple


class Process(NamedTuple):
    """One process whose program lies in the installation."""

    pid: int
    program: str
    """Its path."""
    uid: int
    """-1 where the system names a user whom it does not know."""
    owner: Optional[str]
    started: float
    """Seconds since 1970."""


class Agent(NamedTuple):
    """The agent as it runs."""

    processes: Tuple[Process, ...]
    """Of the agent's own programs, the oldest first; at least one."""


class LogMessage(NamedTuple):
    """A known message of the agent's logs."""

    id: str
    path: str
    time: float
    """When it was written, seconds since 1970: its own stamp, else the time of the file."""
    meaning: str
    """What it says, in the words of rules/settings.toml; the line itself is not kept, since a password may stand in it."""
    look: str
    """What to look at next, one sentence of the same file."""


class Log(NamedTuple):
    """The newest logs of the agent, from their ends."""

    path: str
    """The newest of them."""
    messages: Tuple[LogMessage, ...]
    """Newer than the last change of the agent's files, and of no error that is over; of each id the newest, the most telling id first."""


class Callback(NamedTuple):
    """How the master calls the agent back."""

    name: str
    """FullyQualifiedHostname; '' where it is not set, so that the agent goes by the machine's own name."""
    addresses: Tuple[str, ...]
    """What it resolves to; () for nothing."""
    own: Tuple[str, ...]
    """Those of them that are this machine's."""
    is_late: bool = False
    """The resolver did not answer in time."""

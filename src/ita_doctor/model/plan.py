"""What `fix` would do: answers that it was given, steps that a remedy asks for, the changes they come to, and the plan as it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Mapping, Optional, Tuple, Union

from ita_doctor.model.secret import Secret

TEMPORARY = ".ita-doctor-"
"""How every temporary name beside an installation's files begins."""


class BadPlan(Exception):
    """A plan that is not carried out: an input does not fit, or a step would make something worse. The message says what, and what to do."""


class Moved(Exception):
    """What stands at a path is no longer what the plan was made for."""


class HalfUndone(Exception):
    """Something could not be put back; each is named, and its backup is kept."""


@dataclass(frozen=True)
class Answers:
    """All that the options and the person at the terminal gave; read and held to be right before anything is planned."""

    suffix: Optional[str] = None
    password: Optional[Secret] = None
    """Without one last line end."""
    password_as_read: Optional[Secret] = None
    """With it; taken only where the key opens with nothing else."""
    subject: Optional[str] = None
    """A distinguished name as openssl's -subj takes it, or as RFC 4514 writes it."""
    days: int = 365
    ca_cert: Optional[bytes] = None
    """DER."""
    ca_key: Optional[Secret] = None
    """DER of the key in clear (PKCS#8)."""
    ca_cert_path: str = ""
    ca_key_path: str = ""
    certificate: Optional[bytes] = None
    """DER of what the CA sent back."""
    certificate_path: str = ""
    server: Optional[bytes] = None
    """DER of the master's certificate (step 12), wherever it was given."""
    server_source: str = ""
    """Where that is: a file, a key store, or HOST:PORT."""
    server_kind: str = ""
    """`keystore`, `handshake`; empty: a certificate file."""
    is_renewal: bool = False
    waiting_key: Optional[Secret] = None
    """PEM, locked: the key of a request that an earlier run left."""
    waiting_stash: Optional[Secret] = None
    waiting_request: Optional[bytes] = None
    """PEM: that request."""
    request_path: str = ""
    """Where a request is kept, for messages."""


@dataclass(frozen=True)
class WriteFile:
    """Put *content* at *path*; None: what stands there stays, and only mode and owner change."""

    artifact: str
    path: str
    content: Optional[Secret]
    sources: Tuple[str, ...] = ()
    """Artifacts whose content went into this: they have to be this installation's own."""


@dataclass(frozen=True)
class MoveAway:
    """Take *path* out of the folder; it goes into the backups."""

    artifact: str
    path: str


@dataclass(frozen=True)
class MakeDirectory:
    """Make the folder *path*."""

    path: str


@dataclass(frozen=True)
class SetFolderMode:
    """Give the folder *path* these permission bits."""

    path: str
    mode: int


@dataclass(frozen=True)
class LeaveRequest:
    """Keep a request in the state folder for a person to have it signed; with it the new key it was made for, where there is one."""

    request: bytes
    """PEM."""
    key: Optional[Secret] = None
    """PEM, locked."""
    stash: Optional[Secret] = None


Step = Union[WriteFile, MoveAway, MakeDirectory, SetFolderMode, LeaveRequest]


@dataclass(frozen=True)
class Needs:
    """Why a remedy cannot be used yet: a person has to give or to decide something; rules/remedies.toml has the words."""

    what: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What the system says of one file or folder, beside its content."""

    mode: int
    """Permission bits."""
    uid: int
    gid: int
    atime_ns: int = 0
    mtime_ns: int = 0
    """0: whatever the system gives."""
    links: int = 1
    ccsid: Optional[int] = None
    """IBM i: its tag; None where there are none, or it was not told."""


@dataclass(frozen=True)
class State:
    """What is, or shall be, at a path: a file with its content, or a folder (content None)."""

    facts: Facts
    owner: str
    """The user's name; `uid N` where the system knows none."""
    content: Optional[Secret] = None


@dataclass(frozen=True)
class Change:
    """One path that is not the same after the plan as before."""

    path: str
    """Absolute, as the settings write it."""
    artifact: str
    before: Optional[State]
    """None: nothing stands there."""
    after: Optional[State]
    """None: it is moved away into the backups."""
    rules: Tuple[str, ...] = ()
    steps: Tuple[int, ...] = ()
    is_secret: bool = False
    """Its digest is never shown, nor a diff."""
    is_folder: bool = False
    diff: Optional[str] = None
    """Unified, for text that is no secret."""

    @property
    def action(self) -> str:
        """`create` `replace` `remove` `owner` `mode` `ccsid`: the word of the plan's document."""
        if self.before is None:
            return "create"
        if self.after is None:
            return "remove"
        if not same_content(self.before, self.after):
            return "replace"
        if self.before.facts.uid != self.after.facts.uid:
            return "owner"
        return "mode" if self.before.facts.mode != self.after.facts.mode or self.before.facts.gid != self.after.facts.gid else "ccsid"


def same_content(one: State, other: State) -> bool:
    """Whether two states hold the same bytes (folders hold none)."""
    if one.content is None or other.content is None:
        return one.content is None and other.content is None
    return one.content.reveal() == other.content.reveal()


def same_state(one: Optional[State], other: Optional[State]) -> bool:
    """Whether two states are the same file: content, mode, user, group and tag; times are not asked."""
    if one is None or other is None:
        return one is other
    ids = [(state.facts.mode, state.facts.uid, state.facts.gid, state.facts.ccsid) for state in (one, other)]
    return same_content(one, other) and ids[0] == ids[1]


class StepState(Enum):
    """What a step of the procedure is in a plan."""

    DONE = "done"
    WILL_DO = "will-do"
    NEEDS_YOU = "needs-you"
    NEEDS_MASTER = "needs-master"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True)
class PlanStep:
    """One line of the plan; a number may stand on several."""

    number: int
    """1 to 19."""
    state: StepState
    rules: Tuple[str, ...]
    text: str
    commands: Tuple[str, ...] = ()
    counts: bool = True
    """Of one that needs somebody: a rule that fails asks for it, so that it decides the exit status."""


@dataclass(frozen=True)
class Plan:
    """All of it, as it is shown; every list complete before anything is touched."""

    place: str
    suffix: Optional[str]
    steps: Tuple[PlanStep, ...]
    changes: Tuple[Change, ...]
    roots_before: Tuple[str, ...]
    roots_after: Optional[Tuple[str, ...]] = None
    """None where nothing was applied."""
    foreseen: Tuple[str, ...] = ()
    """The rules that will still fail, as the copy in memory was judged."""
    request: Optional[LeaveRequest] = None
    is_applied: bool = False
    is_undone: bool = False
    remarks: Tuple[str, ...] = ()
    """Sentences that a person has to read: what was refused and why, what was put back, where backups lie."""

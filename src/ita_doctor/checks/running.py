"""The running agent: whether it runs, since when, as whom, and what its own port presents."""

from __future__ import annotations

import posixpath
from typing import Iterator, List, Tuple

from ita_doctor.checks._registry import Params, at, check, fails, lost, passes, path_of
from ita_doctor.model.agent import Process
from ita_doctor.model.artifact import Certificate, FileFact, Kind, Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup

AGENTS_OWN = ("job", "gateway")
"""Files into which the agent itself writes where it has been told of other masters: then their times say nothing of a person."""

LOOPBACK = "127.0.0.1"


@check("agent.runs", says={"stopped": ("program",)})
def runs(setup: Setup, params: Params) -> Iterator[Observation]:
    """A process of the agent's own programs is there."""
    agent = setup.agent
    if not isinstance(agent, Lost):
        yield passes("agent", agent.processes[0].program)
    elif agent.reason is Reason.ABSENT and agent.about == "agent":
        yield fails("stopped", "agent", setup.programs, program=agent.facts["program"])
    else:
        yield lost(agent, "agent", setup.programs)


@check("agent.restarted", says={"newer": ("changed", "program", "pid", "started")}, artifacts=list, slack=int)
def restarted(setup: Setup, params: Params) -> Iterator[Observation]:
    """Every process of the agent is younger than its files, but for *slack* seconds: clocks and `ps` are no better than that."""
    oldest = got(setup.agent).processes[0]
    if isinstance(setup.suffix, Lost) and setup.suffix.reason is Reason.GSKIT:
        yield lost(setup.suffix, "agent", oldest.program)
        return
    changes = _changes(setup, params["artifacts"])
    if changes and changes[-1][0] > oldest.started + params["slack"]:
        when, path = changes[-1]
        yield fails("newer", "agent", path, changed=_moment(when), program=posixpath.basename(oldest.program), pid=oldest.pid,
                    started=_moment(oldest.started))  # fmt: skip
    else:
        yield passes("agent", oldest.program)


@check("agent.user", says={"other": ("program", "pid", "runs_as")})
def user(setup: Setup, params: Params) -> Iterator[Observation]:
    """Every process of the agent runs as the agent's user."""
    for one in got(setup.agent).processes:
        if -1 in (one.uid, setup.uid):
            yield lost(Lost(Reason.UNTOLD, "agent"), one.program, one.program)
        elif one.uid != setup.uid:
            yield fails("other", one.program, one.program, program=posixpath.basename(one.program), pid=one.pid, runs_as=_user_of(one))
        else:
            yield passes(one.program, one.program)


_CALLED = ("port", "seconds")


@check(
    "agent.presents",
    says={
        "other": ("presented", "wanted", "file"),
        **dict.fromkeys(("closed", "starting", "silent", "no-tls", "no-certificate", "unreadable"), _CALLED),
    },
    patience=int,
)
def presents(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's own SSL port answers, and presents the certificate on disk; one just started has *patience* seconds to open it."""
    served, own = setup.served, got(setup.own)
    if isinstance(served, Lost):
        if served.about != "served" or served.reason is not Reason.UNREACHED:
            yield lost(served, "served")
            return
        facts = {"port": int(str(served.facts["port"])), "seconds": int(str(served.facts["seconds"]))}
        is_young = served.kind == "closed" and facts["seconds"] < params["patience"]
        yield fails("starting" if is_young else served.kind, "served", at(LOOPBACK, facts["port"]), **facts)
        return
    port = setup.settings["ssl_port"]
    where = at(LOOPBACK, 0 if isinstance(port, Lost) else int(port.value))
    if served.sha256 == own.sha256:
        yield passes("served", where)
    else:
        seen, wanted = _described(served), _described(own)
        yield fails("other", "served", where, presented=seen, wanted=wanted, file=path_of(setup, setup.own_artifact))


def _described(certificate: Certificate) -> str:
    """What tells one certificate from another."""
    return f"{certificate.subject}, valid to {_moment(certificate.not_after)[:10]}, SHA-256 {certificate.sha256[:16]}…"


def _changes(setup: Setup, artifacts: List[str]) -> List[Tuple[float, str]]:
    """When each file became what it is, the last one last."""
    does_write = not isinstance(setup.job, Lost) and bool(setup.job.backups)
    found = [setup.files.get(artifact) for artifact in artifacts if not (does_write and artifact in AGENTS_OWN)]
    return sorted((one.stand.changed, one.path) for one in found if isinstance(one, FileFact) and one.stand.kind is Kind.FILE)


def _user_of(process: Process) -> str:
    return process.owner or f"user {process.uid}"


def _moment(seconds: float) -> str:
    """A time as ISO 8601 in UTC."""
    import datetime

    try:
        stamp = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(seconds))  # noqa: DTZ001 - UTC by construction
    except OverflowError:
        return f"{seconds:.0f} s after 1970"
    return stamp.isoformat() + "Z"

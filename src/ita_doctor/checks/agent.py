"""JobManager.ini: where the agent looks for its master."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.checks._registry import Params, check, fails, lost, passes
from ita_doctor.model.artifact import Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check("job.names_master", says={"absent": ("near",), "no-gateway": (), "no-url": ("name",), "not-url": ("name", "value")})
def names_master(setup: Setup, params: Params) -> Iterator[Observation]:
    """JobManager.ini (behind a gateway JobManagerGW.ini) is there and holds the master's URL."""
    job, fact = setup.job, setup.files["job"]
    where = None if isinstance(fact, Lost) else fact.path
    if not isinstance(job, Lost):
        yield passes("job", job.path)
    elif job.about == "job" and job.reason is Reason.MALFORMED:
        yield fails(job.kind, "job", str(job.facts.get("path", where)), job.line, **{**_WORDLESS, **job.facts})
    elif job.about == "job" and job.reason is Reason.ABSENT:
        near = () if isinstance(fact, Lost) else fact.near
        yield fails("absent", "job", where, near=near or "nothing that looks like it")
    else:
        yield lost(job, "job", where)


_WORDLESS = {"name": "", "value": "", "near": ""}


@check("job.https", says={"http": ("url",), "no-port": ("url",)})
def https(setup: Setup, params: Params) -> Iterator[Observation]:
    """The URL is an https one with a port that can be; port 0 says that there is no master."""
    job = got(setup.job)
    if job.scheme != "https":
        yield fails("http", "road", job.path, job.line, url=job.url)
    elif job.port < 0:
        yield fails("no-port", "road", job.path, job.line, url=job.url)
    elif job.port == 0:
        yield lost(Lost(Reason.PORT_ZERO, "road"), "road", job.path)
    else:
        yield passes("road", job.path)

"""The road to the master: JobManager.ini, the gateway, and the handshake."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from ita_doctor.codecs.jobmanager import is_gateway, join_address, split_address
from ita_doctor.codecs.jobmanager import read_job as read_job_ini
from ita_doctor.collect.files import Files
from ita_doctor.collect.keys import Opened, to_present
from ita_doctor.collect.settings import Names
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import BadArtifact, Certificate, Job, Lost, Reason, Setting
from ita_doctor.model.setup import Asked

if TYPE_CHECKING:
    from ita_doctor.model.network import Network, Peer, Target


class Reached(NamedTuple):
    """What came of the handshake."""

    network: Union[Network, Lost]
    peer: Union[Peer, Lost]
    presented: Union[Certificate, Lost]
    chain: Tuple[Certificate, ...] = ()


def read_job(files: Files, names: Names) -> Union[Job, Lost]:
    """JobManager.ini; where it leads to a gateway on this machine, JobManagerGW.ini."""
    job = _read(files, "job", names)
    if isinstance(job, Lost) or not is_gateway(job):
        return job
    fact = files.facts["job"]
    assert not isinstance(fact, Lost)
    path = posixpath.join(posixpath.dirname(fact.path), names.gateway_file)
    files.add("gateway", path)
    behind = _read(files, "gateway", names)
    if isinstance(behind, Lost):
        kind = behind.kind if behind.reason is Reason.MALFORMED else "no-gateway"
        return Lost(Reason.MALFORMED, "job", kind, behind.line, {**behind.facts, "path": path})
    return behind._replace(is_gateway=True, proxy=behind.proxy or job.proxy, full_name=job.full_name)


def read_copied_job(files: Files, names: Names) -> Union[Job, Lost]:
    """As read_job does. That a copy's JobManager.ini names no master is nobody's fault here: the AGT rules speak of it, on the machine itself."""
    job = read_job(files, names)
    if not isinstance(job, Lost) or job.about != "job" or job.reason not in (Reason.ABSENT, Reason.MALFORMED):
        return job
    unknown = Lost(Reason.NO_ROAD, "job")
    if job.reason is Reason.ABSENT:
        files.facts["job"] = unknown
    return unknown


def _read(files: Files, artifact: str, names: Names) -> Union[Job, Lost]:
    text, fact = files.text(artifact), files.facts[artifact]
    if isinstance(text, Lost) or isinstance(fact, Lost):
        return text if isinstance(text, Lost) else Lost(Reason.ABSENT, artifact)
    from ita_doctor.codecs.ini import read_ini

    try:
        return read_job_ini(read_ini(text.value), fact.path, names.job)
    except BadArtifact as why:
        facts = {"name": names.job["url"][0], "value": why.facts.get("url", ""), "path": fact.path}
        return Lost(Reason.MALFORMED, "job", why.kind, why.line, facts)


def read_road(asked: Asked, job: Union[Job, Lost]) -> Union[str, Lost]:
    """host:port of the master."""
    if asked.master is not None:
        return asked.master
    if isinstance(job, Lost):
        return job
    if job.port == 0 and job.scheme == "https":
        return Lost(Reason.PORT_ZERO, "road")
    if job.scheme != "https" or job.port < 0:
        return Lost(Reason.UNUSABLE if asked.root is None else Reason.NO_ROAD, "road")
    return join_address(job.host, job.port)


def reach_master(
    host: Host, asked: Asked, settings: Mapping[str, Union[Setting, Lost]], suffix: Union[str, Lost], road: Union[str, Lost],
    job: Union[Job, Lost], opened: Opened, own: Union[Certificate, Lost], tried: Dict[str, str],
) -> Reached:  # fmt: skip
    """Make the handshake, unless there is a reason not to."""
    why = _why_not(asked, suffix, road)
    if why is not None:
        return Reached(why, why, why)
    assert isinstance(road, str)
    from ita_doctor.model.network import Identity, Journey

    shown = to_present(opened)
    identity = Identity(*shown, own.der) if shown is not None and isinstance(own, Certificate) else None
    protocol, ciphers = (one.value if isinstance(one, Setting) else "" for one in (settings["protocol"], settings["ciphers"]))
    network = host.reach(Journey(tuple(_targets(asked, road, job)), identity, asked.timeout, protocol, ciphers, tried))
    if network.peer is None:
        tried.update((f"{one.host}:{one.port}", one.outcome) for one in network.attempts)
        gone = Lost(Reason.UNREACHED, "network")
        return Reached(network, gone, gone)
    chain = _chain(network.peer)
    if not chain:
        is_agreed = network.peer.is_done or bool(network.peer.protocol)
        return Reached(network, network.peer, Lost(Reason.UNREACHED, "presented" if is_agreed else "peer"))
    return Reached(network, network.peer, chain[0], tuple(chain[1:]))


def _why_not(asked: Asked, suffix: Union[str, Lost], road: Union[str, Lost]) -> Optional[Lost]:
    if asked.is_offline:
        return Lost(Reason.OFFLINE, "network")
    if isinstance(suffix, Lost) and suffix.reason is Reason.GSKIT:
        return suffix
    return road if isinstance(road, Lost) else None


def _targets(asked: Asked, road: str, job: Union[Job, Lost]) -> List[Target]:
    """The master, then those that stand in for it, each with its proxy."""
    from ita_doctor.model.network import Target

    proxy = "" if isinstance(job, Lost) else job.proxy
    host, port = split_address(road)
    if asked.master is not None or isinstance(job, Lost):
        return [Target(host, port, "--master", proxy)]
    targets = [Target(host, port, job.path, proxy)]
    targets += [Target(*split_address(backup), job.path, proxy) for backup in job.backups]
    return [target for target in targets if target.port > 0]


def _chain(peer: Peer) -> List[Certificate]:
    """What was presented, as far as it can be read."""
    from ita_doctor.codecs.cert import read_certificate

    chain: List[Certificate] = []
    for der in peer.chain[:10]:
        try:
            chain.append(read_certificate(der))
        except BadArtifact:
            break
    return chain

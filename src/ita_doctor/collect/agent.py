"""The running agent, and what it serves."""

from __future__ import annotations

import errno
import posixpath
from typing import Any, Mapping, Sequence, Tuple, Union

from ita_doctor.collect.keys import Opened, to_present
from ita_doctor.host.base import Host
from ita_doctor.model.agent import Agent
from ita_doctor.model.artifact import BadArtifact, Certificate, Kind, Lost, Reason, Setting
from ita_doctor.model.setup import Asked


def read_agent(
    host: Host, asked: Asked, installation: str, settings: Mapping[str, Union[Setting, Lost]], table: Mapping[str, Any], opened: Opened,
    own: Union[Certificate, Lost],
) -> Tuple[Union[Agent, Lost], Union[Certificate, Lost]]:  # fmt: skip
    """The agent's processes, and the certificate that its own SSL port presents; asked for only where there is one to compare with."""
    agent = _running(host, asked, installation, table["agent"]["programs"])
    if isinstance(agent, Lost) or isinstance(own, Lost):
        return agent, agent if isinstance(agent, Lost) else own
    if asked.is_offline:
        return agent, Lost(Reason.OFFLINE, "served")
    port = settings["ssl_port"]
    number = int(port.value) if isinstance(port, Setting) and port.value.isascii() and port.value.isdigit() and len(port.value) <= 5 else 0
    if not 0 < number < 65536:
        return agent, Lost(Reason.NO_SSL_PORT, "served")
    shown = to_present(opened)
    facts = {"port": number, "seconds": int(host.now() - agent.processes[-1].started)}
    try:
        from ita_doctor.model.network import Identity

        der = host.served(number, asked.timeout, Identity(*shown, own.der) if shown is not None else None)
        from ita_doctor.codecs.cert import read_certificate

        return agent, read_certificate(der)
    except OSError as why:
        return agent, Lost(Reason.UNREACHED, "served", _kind(why), None, facts)
    except BadArtifact:
        return agent, Lost(Reason.UNREACHED, "served", "unreadable", None, facts)


def _running(host: Host, asked: Asked, installation: str, programs: Sequence[str]) -> Union[Agent, Lost]:
    """The processes of the agent's own programs."""
    if asked.root is not None:
        return Lost(Reason.ROOTED, "agent")
    paths = [posixpath.join(installation, name) for name in programs]
    there = [path for path in paths if host.stand(path).kind is Kind.FILE]
    if not there:
        return Lost(Reason.NO_PROGRAM, "agent")
    root = host.stand(installation).real
    own = {*there, *(host.stand(path).real.replace(f"{root}/", f"{installation.rstrip('/')}/", 1) for path in there)}
    try:
        found = tuple(one for one in host.processes(installation) if one.program in own)
    except OSError:
        return Lost(Reason.UNTOLD, "agent")
    return Agent(found) if found else Lost(Reason.ABSENT, "agent", facts={"program": there[0]})


def _kind(why: OSError) -> str:
    """What became of the call of the agent's own port."""
    if isinstance(why, ConnectionRefusedError):
        return "closed"
    if isinstance(why, TimeoutError):
        return "silent"
    return "no-certificate" if why.errno == errno.EPROTO else "no-tls"

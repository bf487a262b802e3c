"""Whether the name under which the master calls the agent is this machine's."""

from __future__ import annotations

from typing import Union

from ita_doctor.host.base import Host
from ita_doctor.model.agent import Callback
from ita_doctor.model.artifact import Job, Lost, Reason
from ita_doctor.model.setup import Asked


def read_callback(host: Host, asked: Asked, job: Union[Job, Lost]) -> Union[Callback, Lost]:
    """The name in JobManager.ini, and where it leads; this machine's resolver is asked, and nobody where the name is not set."""
    if asked.root is not None:
        return Lost(Reason.ROOTED, "callback")
    if asked.is_offline:
        return Lost(Reason.OFFLINE, "callback")
    if isinstance(job, Lost):
        return job
    if job.is_gateway:
        return Lost(Reason.BEHIND_GATEWAY, "callback")
    if not job.full_name:
        return Callback("", (), ())
    try:
        found = host.addresses(job.full_name, asked.timeout)
    except OSError:
        return Callback(job.full_name, (), (), is_late=True)
    return Callback(job.full_name, tuple(address for address, _ in found), tuple(address for address, is_own in found if is_own))

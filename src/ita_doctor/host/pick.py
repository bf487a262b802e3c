"""Which Host this machine wants; the one mention of sys.platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ita_doctor.host.base import Host


def pick_host() -> Host:
    """The Host of this machine."""
    from ita_doctor.host.posix import PosixHost

    return PosixHost()

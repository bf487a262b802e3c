"""Which Host this machine wants; the one mention of sys.platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ita_doctor.host.base import Host


def pick_host() -> Host:
    """The Host of this machine."""
    if sys.platform.startswith(("os400", "aix")):
        from ita_doctor.host import tags
        from ita_doctor.host.os400 import Os400Host, is_os400

        if sys.platform.startswith("os400") or is_os400():
            host = Os400Host()
            tags.use(host.tags)
            return host
    from ita_doctor.host.posix import PosixHost

    return PosixHost()

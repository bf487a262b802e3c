"""PLACE → the path of an ita.ini."""

from __future__ import annotations

import posixpath
from typing import Any, List, Mapping, Sequence

from ita_doctor.cli.app import Usage
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Kind

BELOW = ("ITA/cpa/ita/ita.ini", "TWS/ITA/cpa/ita/ita.ini", "ita.ini")
"""Where an installation's ita.ini stands below a directory that is named."""


def ini_of(host: Host, place: str) -> str:
    """The ita.ini that *place* means; where there is none, the one that would have to be there."""
    path = host.absolute(place)
    if posixpath.basename(path) == "ita.ini" or host.stand(path).kind not in (Kind.FOLDER, Kind.MISSING):
        return path
    found = [posixpath.join(path, below) for below in BELOW]
    return next((one for one in found if host.stand(one).kind is not Kind.MISSING), found[0])


def find_places(host: Host, table: Mapping[str, Any]) -> List[str]:
    """Without a PLACE: $ITA_DOCTOR_PLACE, else every installation in the usual folders of rules/settings.toml."""
    named = host.environment("ITA_DOCTOR_PLACE")
    if named:
        return [ini_of(host, named)]
    found: List[str] = []
    for pattern in table["places"]["usual"]:
        for folder in _folders(host, pattern):
            path = ini_of(host, folder)
            if host.stand(path).kind is not Kind.MISSING and path not in found:
                found.append(path)
    return found


def _folders(host: Host, pattern: str) -> Sequence[str]:
    above, last = posixpath.split(pattern)
    if last != "*":
        return [pattern]
    return [posixpath.join(above, name) for name in host.names(above)]


def the_place(host: Host, places: Sequence[str], table: Mapping[str, Any], command: str) -> str:
    """The one ita.ini that a command which changes something works on; Usage where that is not clear."""
    found = list(dict.fromkeys(ini_of(host, place) for place in places)) or find_places(host, table)
    if not found:
        raise Usage("no PLACE is given and no installation is in the usual folders: name an ita.ini or the folder of an installation")
    if len(found) > 1:
        raise Usage(f"`{command}` works on one installation: name one of {', '.join(found)}")
    return found[0]

"""Which installations a machine has: what its registries say, what its usual folders hold, and which two names are one installation."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from ita_doctor.codecs.registry import Installed, read_registry, read_variable
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import LIMIT, Kind


def ini_candidates(host: Host, folder: str, table: Mapping[str, Any], *, is_named: bool = True) -> Iterator[str]:
    """Where the ita.ini of *folder* may stand, likeliest first; one that was only found, not *named*, holds none without its folders."""
    split = table["split"]
    below = [one for one in table["places"]["below"] if is_named or "/" in one]
    yield from (posixpath.join(folder, one) for one in below)
    inside = below[0]
    if posixpath.basename(folder) == split["programs"]:
        yield posixpath.join(posixpath.dirname(folder), split["data"], inside)
    for programs in (folder, posixpath.join(folder, split["programs"])):
        data = _said_by(host, posixpath.join(programs, split["script"]), split["variable"])
        if data:
            yield posixpath.join(data, inside)


def installations(host: Host, table: Mapping[str, Any]) -> List[str]:
    """The ita.ini of every installation: those that are registered, then those in the usual folders; one that has two names once."""
    registered = read_registries(host, table)
    found: Dict[object, str] = {}
    apart = set()  # folders of programs whose data lie elsewhere: that no ita.ini is there is as it should be
    for one in registered:
        ini = _ini_in(host, one.data, table, is_registered=True)
        if ini and one.programs and one.programs != one.data:
            apart.add(posixpath.join(one.programs, table["places"]["below"][0]))
        _add(host, found, ini or _ini_in(host, one.programs, table, is_registered=True))
    for pattern in table["places"]["usual"]:
        for folder in expand(host, pattern):
            ini = _ini_in(host, folder, table, is_registered=False)
            if ini not in apart:
                _add(host, found, ini)
    return list(found.values())


def read_registries(host: Host, table: Mapping[str, Any]) -> Tuple[Installed, ...]:
    """What the installers' own files say, as far as they are regular files that we may read."""
    places = table["places"]
    found: List[Installed] = []
    for pattern in places["registry"]:
        for path in expand(host, pattern):
            found += [Installed(host.at(one.programs), host.at(one.data)) for one in read_registry(_text(host, path), places["registry_keys"])]
    return tuple(dict.fromkeys(found))


def expand(host: Host, pattern: str) -> Sequence[str]:
    """The paths that *pattern* can mean: ~ is the home of who runs this, one star a part of one name. What is not there may be among them."""
    if pattern.startswith("~/"):
        home = host.environment("HOME") or ""
        if not home.startswith("/"):
            return ()
        pattern = posixpath.join(home, pattern[2:])
    before, star, after = pattern.partition("*")
    if not star:
        return (host.at(pattern),)
    above, head = before.rsplit("/", 1)
    above = host.at(above or "/").rstrip("/")
    tail, slash, rest = after.partition("/")
    names = [
        name
        for name in host.names(above or "/")
        if name.startswith(head) and name.endswith(tail) and len(name) >= len(head) + len(tail) and (head or not name.startswith("."))
    ]
    return [f"{above}/{name}{slash}{rest}" for name in names]


def _ini_in(host: Host, folder: str, table: Mapping[str, Any], *, is_registered: bool) -> str:
    """
    The ita.ini of *folder*; '' where there is no installation.

    An installation whose ita.ini is gone is known by its JobManager.ini. A folder that we may not enter is one only where it is registered:
    every other user's home is such a folder.
    """
    if not folder:
        return ""
    kind = host.stand(folder).kind
    if kind is Kind.HIDDEN and is_registered:
        return posixpath.join(folder, table["places"]["below"][0])
    if kind is not Kind.FOLDER:
        return ""
    candidates = list(ini_candidates(host, folder, table, is_named=False))
    gone = (Kind.MISSING,) if is_registered else (Kind.MISSING, Kind.HIDDEN)
    there = next((one for one in candidates if host.stand(one).kind not in gone), "")
    return there or next((one for one in candidates if host.stand(_job_of(one, table)).kind not in gone), "")


def _said_by(host: Host, script: str, variable: str) -> str:
    """The data folder that a script of the programs' folder names, where the script is root's or of whoever owns that folder."""
    data = host.at(read_variable(_text(host, script), variable))
    return data if data and host.stand(script).uid in (0, host.stand(data).uid) else ""


def _job_of(ini: str, table: Mapping[str, Any]) -> str:
    job = table["job"]
    return posixpath.join(posixpath.dirname(posixpath.dirname(ini)), job["folder"], job["file"])


def _add(host: Host, found: Dict[object, str], ini: str) -> None:
    """Remember *ini*, unless the same folder was found by another name (a link, or a file system mounted twice)."""
    if ini:
        folder = host.stand(posixpath.dirname(ini))
        found.setdefault(folder.identity or folder.real or ini, ini)


def _text(host: Host, path: str) -> str:
    """The text of a small file; '' where it is none, or is not ours to read."""
    from ita_doctor.codecs.text import read_text

    try:
        content = host.read(path, LIMIT)
    except OSError:
        return ""
    text = read_text(content)
    return content.decode("utf-8", "surrogateescape") if text.encoding in ("latin-1", "cp1252") else text.value

"""What the six files are to be called and where they are to stand: what ita.ini says where that can be, else what lies in the folder."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Set

from ita_doctor.host.base import Host
from ita_doctor.model.artifact import FileFact, Kind, Lost, Setting
from ita_doctor.model.setup import Setup

PEMS = ("prv", "pub", "cert", "bundle")
BESIDE = ("stash", "seed")


class Aim(NamedTuple):
    """The names that all settings and files shall agree on."""

    suffix: str
    folder: str
    paths: Mapping[str, str]
    """By artifact."""
    values: Mapping[str, str]
    """By the role of a setting: what ita.ini has to say."""

    def path(self, artifact: str) -> str:
        """Where an artifact is to stand."""
        return self.paths.get(artifact, "")


def aim_at(setup: Setup, wanted: Optional[str], host: Host, table: Mapping[str, Any]) -> Aim:
    """The aim for *wanted* as the suffix; None: what the settings say, else what the files in the folder say."""
    patterns: Mapping[str, str] = table["files"]
    folder = _folder(setup, host)
    suffix = wanted or _suffix(setup, host, folder, patterns)
    paths: Dict[str, str] = {one: posixpath.join(folder, patterns[one].format(suffix=suffix)) for one in PEMS}
    for role in BESIDE:
        paths[role] = _beside(setup, host, folder, suffix, role)
    paths["dir"] = folder
    paths["ini"] = setup.place
    job = setup.files.get("job")
    paths["job"] = job.path if isinstance(job, FileFact) else ""
    values = {"suffix": suffix, "label": suffix, "dir": folder, "stash": paths["stash"], "seed": paths["seed"]}
    return Aim(suffix, folder, paths, values)


def _default(setup: Setup, role: str) -> str:
    return next((one.default or "" for one in setup.names.values() if one.role == role), "")


def _folder(setup: Setup, host: Host) -> str:
    """The folder of the certificates: as set where it is one, else where the value was meant to lead, else the default."""
    setting = setup.settings["dir"]
    above = posixpath.dirname(setup.place)
    usual = posixpath.join(above, _default(setup, "dir"))
    if isinstance(setting, Setting):
        if host.stand(setting.value).kind is Kind.FOLDER:
            return setting.value
        fact = setup.files.get("dir")
        near = [posixpath.join(posixpath.dirname(setting.value), name) for name in (fact.near if isinstance(fact, FileFact) else ())]
        return next((one for one in (*near, usual) if _has_keys(host, one)), setting.value)
    meant = str(setting.facts.get("value", "")).replace("\\", "/").rstrip("/") if isinstance(setting, Lost) else ""
    found = [posixpath.join(one, meant) for one in (above, setup.installation) if meant and not meant.startswith("/")]
    found += [meant] if meant.startswith("/") else []
    return next((one for one in (*found, usual) if host.stand(one).kind is Kind.FOLDER), usual)


def _has_keys(host: Host, folder: str) -> bool:
    return any(name.startswith("ita_prv") for name in host.names(folder))


def _suffix(setup: Setup, host: Host, folder: str, patterns: Mapping[str, str]) -> str:
    """The suffix by the settings where its files are there; else the one whose files are."""
    names = set(host.names(folder))
    setting = setup.settings["suffix"]
    said = setting.value if isinstance(setting, Setting) else _bare(str(setting.facts.get("value", "")), patterns)
    said_beside = [posixpath.basename(one.value) for one in map(setup.settings.__getitem__, BESIDE) if isinstance(one, Setting)]
    stems = [posixpath.splitext(name)[0] for name in said_beside if name in names]
    for one in (said, *stems):
        if one and _count(one, names, patterns) > 1:
            return one
    prefix, _, ending = patterns["prv"].partition("{suffix}")
    sets = [name[len(prefix) : -len(ending)] for name in names if name.startswith(prefix) and name.endswith(ending)]
    whole = [one for one in sets if _count(one, names, patterns) > 1]
    if len(whole) == 1:
        return whole[0]
    return said or (stems[0] if stems else _default(setup, "suffix"))


def _count(suffix: str, names: Set[str], patterns: Mapping[str, str]) -> int:
    return sum(patterns[one].format(suffix=suffix) in names for one in PEMS)


def _bare(value: str, patterns: Mapping[str, str]) -> str:
    """The suffix in what was meant to be one: a path or the name of one of the files."""
    name = posixpath.basename(value.replace("\\", "/").strip())
    for pattern in patterns.values():
        prefix, _, ending = pattern.partition("{suffix}")
        if name.startswith(prefix) and name.endswith(ending) and len(name) > len(prefix) + len(ending):
            return name[len(prefix) : -len(ending)]
    bare = name[: -len(".pem")] if name.lower().endswith(".pem") else name
    words: List[str] = bare.split()
    return "" if len(words) != 1 or any(sign in bare for sign in "<>${}%@") else bare


def _beside(setup: Setup, host: Host, folder: str, suffix: str, role: str) -> str:
    """Stash or seed: as set where that is there and goes with the suffix, else by the suffix."""
    ending = posixpath.splitext(_default(setup, role))[1]
    by_suffix = posixpath.join(folder, suffix + ending)
    setting = setup.settings[role]
    if isinstance(setting, Setting) and host.stand(setting.value).kind is not Kind.MISSING:
        name = posixpath.basename(setting.value)
        if name == suffix + ending or (name == _default(setup, role) and suffix == _default(setup, "suffix")):
            return setting.value
        if setting.line is None:
            return setting.value
    shipped = posixpath.join(folder, _default(setup, role))
    if suffix == _default(setup, "suffix") and host.stand(by_suffix).kind is Kind.MISSING and host.stand(shipped).kind is not Kind.MISSING:
        return shipped
    return by_suffix

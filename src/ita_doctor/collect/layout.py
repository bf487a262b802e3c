"""How an installation names and places its files (rules/layouts.toml): that of the procedure, unless what is there shows another."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ita_doctor.collect.settings import Names, leads_to
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import CertFile, Kind, Lost, Reason, Setting

Settings = Mapping[str, Union[Setting, Lost]]


class Layout(NamedTuple):
    """One layout other than the procedure's."""

    name: str
    names: Names
    """Of its files, and what counts where a setting is absent."""
    suffix: str
    optional: Tuple[str, ...]
    """Roles whose file need not be there."""
    ca: str
    """The artifact that holds the CA of the agent's certificate."""
    senseless: Mapping[str, str]
    """Rules that make no sense, each with the artifact that makes sense of it, or ''."""
    advice: Mapping[str, Tuple[str, bool]]
    """By rule or family: what to do in the place of the rule's own words, and whether its commands are right all the same."""

    def settle(self, settings: Dict[str, Union[Setting, Lost]]) -> Dict[str, Union[Setting, Lost]]:
        """*settings*, with nothing said of an optional file that is neither there nor named."""
        for role in self.optional:
            setting = settings[role]
            if isinstance(setting, Lost) and setting.reason is Reason.ABSENT and not setting.kind:
                settings[role] = Lost(Reason.LAYOUT, setting.about)
        return settings

    def not_asked(self, known: Mapping[str, object]) -> FrozenSet[str]:
        """The rules that make no sense, where nothing of *known* (by artifact) makes sense of them."""
        return frozenset(rule for rule, unless in self.senseless.items() if not unless or isinstance(known[unless], Lost))

    def ca_paths(self, paths: Mapping[str, Union[str, Lost]]) -> List[str]:
        """Where the CA's certificate stands, where that is known."""
        path = paths[self.ca]
        return [path] if isinstance(path, str) else []

    def with_chain(self, held: Union[CertFile, Lost], pub: Union[CertFile, Lost]) -> Union[CertFile, Lost]:
        """*held*, the file of the CA, with what stands behind the agent's certificate in its own file: what issued it may be there."""
        if isinstance(held, Lost) or isinstance(pub, Lost):
            return held
        return held._replace(certificates=(*held.certificates, *pub.certificates[1:]))


def find_layout(host: Host, settings: Settings, names: Names, table: Mapping[str, Any]) -> Optional[Layout]:
    """
    The layout of an installation; None for that of the procedure.

    A file that is named as one of the procedure's, whole or not, makes it the procedure's: a broken one must not pass for something else.
    """
    folder = settings["dir"]
    if isinstance(folder, Setting):
        for one in table["layout"]:
            if leads_to(one["defaults"], settings) and _is_there(one, host.names(folder.value), settings, names):
                return _layout(one, names)
    return None


def programs_of(host: Host, installation: str, table: Mapping[str, Any]) -> str:
    """The folder of the agent's programs: the installation, or what belongs to it where its data lie apart."""
    split = table["split"]
    above, name = posixpath.split(installation)
    if name == split["programs"] or _holds_programs(host, installation, split):
        return installation
    beside = posixpath.join(above, split["programs"])
    if name == split["data"] and _holds_programs(host, beside, split):
        return beside
    from ita_doctor.collect.installed import read_registries

    for one in read_registries(host, table):
        if one.programs and one.data and _is_same(host, one.data, installation) and _holds_programs(host, one.programs, split):
            return one.programs
    return installation


def _is_there(one: Mapping[str, Any], held: Sequence[str], settings: Settings, names: Names) -> bool:
    there = set(held)
    if not there.issuperset(one["needs"]) or there.isdisjoint(one["one_of"]):
        return False
    heads = tuple(pattern.split("{", 1)[0] for pattern in names.files.values())
    if any(name.casefold().startswith(heads) for name in there):
        return False
    suffix = settings["suffix"]
    return not (isinstance(suffix, Setting) and suffix.value + names.gskit in there)


def _layout(one: Mapping[str, Any], names: Names) -> Layout:
    by_role = {role: known._replace(default=one["defaults"].get(role, known.default)) for role, known in names.by_role.items()}
    by_name = {spelling: by_role.get(known.role, known) for spelling, known in names.by_name.items()}
    return Layout(
        name=one["name"],
        names=names._replace(by_role=by_role, by_name=by_name, files=one["files"]),
        suffix=one["suffix"],
        optional=tuple(one["optional"]),
        ca=one["ca"],
        senseless={no["rule"]: no.get("unless", "") for no in one["not_asked"]},
        advice={rule: (said["text"], said.get("commands", False)) for said in one["do"] for rule in said["rules"]},
    )


def _holds_programs(host: Host, folder: str, split: Mapping[str, Any]) -> bool:
    return any(host.stand(posixpath.join(folder, mark)).kind is Kind.FILE for mark in split["marks"])


def _is_same(host: Host, path: str, other: str) -> bool:
    one, two = host.stand(path), host.stand(other)
    return path == other or (bool(one.identity) and one.identity == two.identity)

"""The settings of ita.ini as the agent would take them, by the names in rules/settings.toml."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ita_doctor.codecs.ini import clean_value
from ita_doctor.codecs.near import closest, is_form_of, resembles
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Ini, IniLine, Kind, Lost, Reason, Setting
from ita_doctor.model.setup import SettingName, Slip, Stain

UNUSABLE = ("placeholder", "control")
"""What makes of a value something that cannot be judged on; of all else the value as it was meant is taken."""


class Names(NamedTuple):
    """rules/settings.toml."""

    section: str
    by_name: Mapping[str, SettingName]
    by_role: Mapping[str, SettingName]
    files: Mapping[str, str]
    gskit: str
    job: Mapping[str, Sequence[str]]
    job_file: str
    gateway_file: str

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Names:
        """From the parsed file."""
        known = [
            SettingName(
                one["name"],
                one["role"],
                one.get("default"),
                tuple(one["aliases"]),
                one.get("step"),
                one["kind"],
                one.get("relative_to", ""),
            )
            for one in table["setting"]
        ]
        by_name = {spelling: one for one in known for spelling in (one.name, *one.aliases)}
        job = table["job"]
        return cls(
            table["section"],
            by_name,
            {one.role: one for one in known if one.role},
            table["files"],
            table["gskit"]["ending"],
            {one["role"]: (one["name"], *one["aliases"]) for one in job["setting"]},
            f"{job['folder']}/{job['file']}",
            job["gateway_file"],
        )

    def paths(self, settings: Mapping[str, Union[Setting, Lost]], folder: Union[str, Lost], suffix: Union[str, Lost]) -> Dict[str, Union[str, Lost]]:
        """By artifact, where it stands, or why that is not known."""
        found: Dict[str, Union[str, Lost]] = {"dir": folder}
        is_gskit = isinstance(suffix, Lost) and suffix.reason is Reason.GSKIT
        for role in ("stash", "seed"):
            setting = settings[role]
            found[role] = suffix if is_gskit and isinstance(suffix, Lost) else setting if isinstance(setting, Lost) else setting.value
        for artifact, pattern in self.files.items():
            if isinstance(suffix, Lost):
                found[artifact] = suffix
            elif isinstance(folder, Lost):
                found[artifact] = folder
            else:
                found[artifact] = posixpath.join(folder, pattern.format(suffix=suffix))
        return found


def find_section(ini: Ini, names: Names) -> Union[str, Lost]:
    """The section with the SSL settings; where it is not there, what comes nearest."""
    sections = ini.sections()
    if names.section in sections:
        return names.section
    facts: Dict[str, object] = {"section": names.section, "near": ""}
    near = [one for one in sections if resembles(one, names.section)]
    if near:
        line = next(line for line in ini.lines if line.kind == "section" and line.section == near[0])
        return Lost(Reason.ABSENT, "section", "near", line.number, {**facts, "near": f"[{near[0]}]"})
    torn = next((line for line in ini.lines if line.kind == "bad" and _is_header(line.raw, names.section)), None)
    if torn is not None:
        return Lost(Reason.ABSENT, "section", "torn", torn.number, facts)
    ours = [line for line in ini.lines if line.kind == "setting" and line.name in names.by_name and names.by_name[line.name].role]
    if ours:
        return Lost(
            Reason.ABSENT,
            "section",
            "elsewhere",
            ours[0].number,
            {**facts, "near": f"[{ours[0].section}]" if ours[0].section else "no header at all"},
        )
    return Lost(Reason.ABSENT, "section", "absent", None, facts)


def _is_header(text: str, section: str) -> bool:
    """Whether a bad line was meant to be the header of *section*."""
    bare = text.strip(" \t\r[](){}<>")
    return bare == section or resembles(bare, section)


def read_settings(
    host: Host, ini: Union[Ini, Lost], encoding: str, section: Union[str, Lost], names: Names, place: str
) -> Dict[str, Union[Setting, Lost]]:
    """By role, each setting of ours."""
    found: Dict[str, Union[Setting, Lost]] = {}
    if isinstance(ini, Lost) or isinstance(section, Lost):
        why = ini if isinstance(ini, Lost) else section
        assert isinstance(why, Lost)
        return dict.fromkeys(names.by_role, why)
    reader = _Reader(host, ini, encoding, section, names, place)
    for role in sorted(names.by_role, key=lambda role: role != "dir"):  # the folder first: defaults stand in it
        found[role] = reader.read(role, found.get("dir"))
    return found


def leads_to(names: Mapping[str, str], settings: Mapping[str, Union[Setting, Lost]]) -> bool:
    """Whether each of the settings that is written in ita.ini leads to the file (or has the value) of that name, by role."""
    for role, name in names.items():
        setting = settings[role]
        if isinstance(setting, Setting) and setting.line is not None and posixpath.basename(setting.value) != name:
            return False
    return True


class _Reader:
    def __init__(self, host: Host, ini: Ini, encoding: str, section: str, names: Names, place: str) -> None:
        self._host = host
        self._lines = _first_of_each(ini, section, names)
        self._names = names
        self._encoding = encoding
        self._place = place
        self._missed = {slip.name for slip in find_slips(ini, section, names)}

    def read(self, role: str, folder: Optional[Union[Setting, Lost]]) -> Union[Setting, Lost]:
        """One setting; absent ones by their default, where that is there."""
        known = self._names.by_role[role]
        line = self._lines.get(known.name)
        if line is None:
            return self._default(known, folder)
        value, wrong = clean_value(line.raw)
        facts = {"value": value}
        if not value and known.kind in ("path", "name"):
            return Lost(Reason.EMPTY, known.name, "empty", line.number)
        for stain in UNUSABLE:
            if stain in wrong:
                return Lost(Reason.UNUSABLE, known.name, stain, line.number, facts)
        kind = _path_fault(value) if known.kind == "path" else _suffix_fault(value) if role == "suffix" else ""
        if kind:
            return Lost(Reason.UNUSABLE, known.name, kind, line.number, facts)
        if known.kind != "path" and role != "suffix":
            return Setting(known.name, value, line.number, line.raw)
        path = self._host.at(_as_written(value, self._encoding))
        return Setting(known.name, path.rstrip("/") or "/" if role == "dir" else path, line.number, line.raw)

    def _default(self, known: SettingName, folder: Optional[Union[Setting, Lost]]) -> Union[Setting, Lost]:
        if known.name in self._missed:
            return Lost(Reason.ABSENT, known.name, "missed")
        if known.default is None:
            return Lost(Reason.ABSENT, known.name)
        value = known.default
        if known.relative_to == "ini":
            value = posixpath.join(posixpath.dirname(self._place), value)
        elif known.relative_to == "dir":
            if not isinstance(folder, Setting):
                return folder or Lost(Reason.ABSENT, known.name)
            value = posixpath.join(folder.value, value)
        if known.kind == "path":
            is_there = self._host.stand(value).kind is not Kind.MISSING
        else:
            paths = [pattern.format(suffix=value) for pattern in self._names.files.values()]
            base = folder.value if isinstance(folder, Setting) else ""
            is_there = any(self._host.stand(posixpath.join(base, path)).kind is not Kind.MISSING for path in paths)
        return Setting(known.name, value, None) if is_there else Lost(Reason.ABSENT, known.name, "", None, {"default": value})


def _first_of_each(ini: Ini, section: str, names: Names) -> Dict[str, IniLine]:
    lines: Dict[str, IniLine] = {}
    for line in ini.lines:
        if line.kind == "setting" and line.section == section and line.name in names.by_name:
            lines.setdefault(names.by_name[line.name].name, line)
    return lines


def _path_fault(value: str) -> str:
    """Why a path is not fully qualified, or ''."""
    if value.startswith("/"):
        return "backslash" if "\\" in value else ""
    if value.startswith("~"):
        return "home"
    if value[1:2] == ":" and value[:1].isascii() and value[:1].isalpha():
        return "drive"
    return "backslash" if "\\" in value else "relative"


def _suffix_fault(value: str) -> str:
    """Why a value is no bare suffix, or ''."""
    if "/" in value or "\\" in value:
        return "path"
    if value.lower().endswith(".pem") or value.lower().startswith(("ita_prv", "ita_pub", "ita_cert", "ita_ca_cert")):
        return "file-name"
    return "blank" if len(value.split()) > 1 else ""


def _as_written(value: str, encoding: str) -> str:
    """A path by the very bytes that stand in the file, as the system's own names are kept in Python (PEP 383)."""
    if value.isascii() or encoding not in ("latin-1", "cp1252"):
        return value
    return value.encode(encoding, "replace").decode("utf-8", "surrogateescape")


def find_slips(ini: Ini, section: str, names: Names) -> Tuple[Slip, ...]:
    """Settings that are a slip of a known one, and known ones that stand in another section and not in their own."""
    slips: List[Slip] = []
    own = _first_of_each(ini, section, names)
    for line in ini.lines:
        if line.kind != "setting":
            continue
        known = names.by_name.get(line.name)
        if known is not None:
            if line.section != section and known.role and known.name not in own:
                slips.append(Slip("misplaced", line.name, known.name, line.section or "no section", line.number))
        elif line.section == section:
            meant = _meant(line.name, own, names)
            if meant:
                slips.append(Slip("misspelt", line.name, meant, section, line.number))
    return (*slips, *_torn(ini, own, names))


def _meant(name: str, own: Mapping[str, IniLine], names: Names) -> str:
    """The setting of which *name* is a slip, or a shorter or longer form where that setting itself is absent; '' for none."""
    near = closest(name, list(names.by_name))
    if near:
        return names.by_name[near[0]].name
    absent = [one.name for one in names.by_role.values() if one.name not in own and is_form_of(name, one.name)]
    return absent[0] if len(absent) == 1 else ""


def _torn(ini: Ini, own: Mapping[str, IniLine], names: Names) -> List[Slip]:
    """Bad lines that begin with the name of a setting which is absent: what is wrong with the line is why."""
    torn: List[Slip] = []
    for line in ini.lines:
        word = line.raw.replace(":", " ").replace("=", " ").split(None, 1)[:1] if line.kind == "bad" else []
        meant = [one.name for one in names.by_role.values() if word and one.name not in own and (word[0] == one.name or resembles(word[0], one.name))]
        torn += [Slip("torn", word[0], name, line.section, line.number) for name in meant]
    return torn


def find_stains(ini: Ini, section: str, names: Names) -> Tuple[Stain, ...]:
    """What the values of known settings hold that was not meant."""
    settings = [line for line in ini.lines if line.kind == "setting"]
    healthy = {"carriage-return"} if all(line.raw.endswith("\r") for line in settings) else set()  # only comments end otherwise
    stains: List[Stain] = []
    for line in settings:
        if line.section == section and line.name in names.by_name:
            wrong = [kind for kind in clean_value(line.raw)[1] if kind not in healthy]
            stains += [Stain(kind, names.by_name[line.name].name, line.number) for kind in wrong]
    return tuple(stains)


def suffix_of(setting: Union[Setting, Lost], host: Host, folder: Union[Setting, Lost], names: Names) -> Union[str, Lost]:
    """The suffix; skipped where key_db_name names a GSKit key database and none of the .pem files is there."""
    if isinstance(setting, Lost):
        return setting
    if isinstance(folder, Setting):
        held = set(host.names(folder.value))
        database = setting.value if setting.value.lower().endswith(names.gskit) else setting.value + names.gskit
        pems = {pattern.format(suffix=setting.value) for pattern in names.files.values()}
        if database in held and not held & pems:
            return Lost(Reason.GSKIT, setting.name)
    return setting.value

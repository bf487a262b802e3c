"""The settings of ita.ini."""

from __future__ import annotations

import posixpath
from typing import Dict, Iterator, List, Tuple

from ita_doctor.checks._registry import Params, check, fails, lost, passes
from ita_doctor.model.artifact import FileFact, IniLine, Kind, Lost, Reason, Setting, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check("ini.readable", says={"absent": ("near",), "folder": (), "denied": ()})
def readable(setup: Setup, params: Params) -> Iterator[Observation]:
    """ita.ini is a file that we may read; a FIFO, device or dangling link is ITA-FILE-002's."""
    fact = setup.files["ini"]
    assert isinstance(fact, FileFact)
    kind = fact.stand.kind
    if kind is Kind.MISSING:
        yield fails("absent", "ini", fact.path, near=fact.near or "nothing that looks like it")
    elif kind is Kind.FOLDER:
        yield fails("folder", "ini", fact.path)
    elif kind is Kind.HIDDEN or (kind is Kind.FILE and isinstance(setup.ini, Lost) and setup.ini.reason is Reason.DENIED):
        yield fails("denied", "ini", fact.path)
    elif kind is not Kind.FILE:
        yield lost(Lost(Reason.SPECIAL, "ini"), "ini", fact.path)
    else:
        yield passes("ini", fact.path)


@check("ini.well_formed", says=dict.fromkeys(("no-equals", "no-name", "open-bracket", "control", "lone-cr"), ("count",)))
def well_formed(setup: Setup, params: Params) -> Iterator[Observation]:
    """Every line is a section, a setting, a comment or blank; the first that is not is named, and each that was meant to be one of ours."""
    bad = [line for line in got(setup.ini).lines if line.fault and not (line.kind == "setting" and line.name in setup.names)]
    torn = {slip.line: slip.name for slip in setup.slips if slip.kind == "torn"}
    if isinstance(setup.section, Lost) and setup.section.kind == "torn" and setup.section.line:
        torn[setup.section.line] = "section"
    others = [line for line in bad if line.number not in torn]
    for line in (*(line for line in bad if line.number in torn), *others[:1]):
        yield fails(line.fault, torn.get(line.number, "ini"), setup.place, line.number, count=len(bad))
    if not bad and got(setup.ini).newline == "\r":
        yield fails("lone-cr", "ini", setup.place, 1, count=len(got(setup.ini).lines))


@check("ini.no_doubles", says={"different": ("name", "first"), "same": ("name", "first"), "section": ("name", "first")})
def no_doubles(setup: Setup, params: Params) -> Iterator[Observation]:
    """No setting stands twice in a section, no section twice."""
    seen: Dict[Tuple[str, str], IniLine] = {}
    sections: Dict[str, IniLine] = {}
    doubled: Dict[str, Observation] = {}
    for line in got(setup.ini).lines:
        if line.kind == "section":
            name = line.section
            first = sections.setdefault(name, line)
            if first is not line:
                doubled.setdefault(name, fails("section", f"[{name}]", setup.place, line.number, name=f"[{name}]", first=first.number))
        elif line.kind == "setting":
            first = seen.setdefault((line.section, line.name), line)
            if first is not line:
                variant = "same" if first.value == line.value else "different"
                doubled[line.section] = passes("ini")  # the setting is named: that its section stands twice is the same fault
                yield fails(variant, f"{line.section}/{line.name}", setup.place, line.number, name=line.name, first=first.number)
    yield from (one for one in doubled.values() if one.variant)


@check("ini.section_there", says={"near": ("section", "near"), "elsewhere": ("section", "near"), "absent": ("section",)})
def section_there(setup: Setup, params: Params) -> Iterator[Observation]:
    """The section with the SSL settings is there."""
    section = setup.section
    if isinstance(section, Lost) and section.kind == "torn":
        yield lost(section, "section", setup.place)
    elif isinstance(section, Lost):
        yield fails(section.kind, "section", setup.place, section.line, **section.facts)


@check("ini.names_known", says={"misspelt": ("found", "name"), "misplaced": ("found", "name", "section")})
def names_known(setup: Setup, params: Params) -> Iterator[Observation]:
    """No setting is a slip of a known one, and no known one stands in another section."""
    for slip in setup.slips:
        if slip.kind == "torn":  # the line itself is bad: ITA-INI-002
            continue
        yield fails(slip.kind, slip.name, setup.place, slip.line, found=slip.found, name=slip.name, section=slip.section)


@check("ini.values_there", says={"absent": ("name", "default"), "empty": ("name",)}, roles=list, may_be_absent=list)
def values_there(setup: Setup, params: Params) -> Iterator[Observation]:
    """Each of the settings has a value, or is absent and its default is there."""
    for role in params["roles"]:
        setting, name = setup.settings[role], _name(setup, role)
        if isinstance(setting, Setting):
            yield passes(setting.name, setup.place)
        elif setting.about != name or setting.kind == "missed":  # its folder is not known, or another line was meant
            yield lost(setting, name, setup.place)
        elif setting.reason is Reason.EMPTY:
            yield fails("empty", setting.about, setup.place, setting.line, name=setting.about)
        elif setting.reason is Reason.ABSENT and role not in params["may_be_absent"]:
            yield fails("absent", setting.about, setup.place, name=setting.about, default=setting.facts.get("default", ""))


@check("ini.paths_absolute", says=dict.fromkeys(("relative", "home", "drive", "backslash"), ("name", "value")), roles=list)
def paths_absolute(setup: Setup, params: Params) -> Iterator[Observation]:
    """Each path is fully qualified."""
    for role in params["roles"]:
        setting, name = setup.settings[role], _name(setup, role)
        if isinstance(setting, Setting):
            yield passes(setting.name, setup.place)
        elif setting.about == name and setting.kind in ("relative", "home", "drive", "backslash"):
            yield fails(setting.kind, setting.about, setup.place, setting.line, name=setting.about, value=setting.facts["value"])
        else:
            yield lost(setting, name, setup.place)


def _name(setup: Setup, role: str) -> str:
    """What the setting of a role is called."""
    return next(one.name for one in setup.names.values() if one.role == role)


@check("ini.one_suffix", says={"differ": ("stems",), "differ-missing": ("stems",), "asked": ("wanted",)}, roles=list)
def one_suffix(setup: Setup, params: Params) -> Iterator[Observation]:
    """Stash, seed and key_db_name are named after one suffix, or are all as shipped; a setting left to its default is not asked."""
    stems: Dict[str, str] = {}
    shipped = True
    for role in params["roles"]:
        setting = setup.settings[role]
        if isinstance(setting, Lost):
            yield lost(setting, setting.about, setup.place)
            return
        if setting.line is not None:
            value = posixpath.basename(setting.value)
            stems[role] = value if role == "suffix" else posixpath.splitext(value)[0]
            shipped = shipped and value == posixpath.basename(setup.names[setting.name].default or "")
    if len(set(stems.values())) > 1 and not shipped:
        variant = "differ-missing" if any(_is_missing(setup, role) for role in _odd(stems)) else "differ"
        yield fails(variant, "ini", setup.place, stems=[f"{_name(setup, role)}: {stem}" for role, stem in stems.items()])
    elif setup.asked.suffix is not None and setup.asked.suffix != setup.suffix:
        yield fails("asked", "ini", setup.place, wanted=setup.asked.suffix)


def _odd(stems: Dict[str, str]) -> List[str]:
    """The roles whose stem is not that of most."""
    values = list(stems.values())
    most = max(values.count(value) for value in values)
    return [role for role, stem in stems.items() if values.count(stem) < most or most == 1]


def _is_missing(setup: Setup, role: str) -> bool:
    """Whether what the setting leads to is not there: then that is the fault, and the other name its sign."""
    facts = [setup.files[artifact] for artifact in (("prv", "pub", "cert", "bundle") if role == "suffix" else (role,))]
    return all(isinstance(fact, FileFact) and fact.stand.kind is Kind.MISSING for fact in facts)


@check(
    "ini.values_clean",
    says=dict.fromkeys(("quotes", "trailing-blank", "carriage-return", "control", "typographic", "placeholder"), ("name",)),
)
def values_clean(setup: Setup, params: Params) -> Iterator[Observation]:
    """No value of a known setting holds what was not meant."""
    for stain in setup.stains:
        yield fails(stain.kind, stain.name, setup.place, stain.line, name=stain.name)


@check("ini.ssl_port", says=dict.fromkeys(("absent", "off", "no-number", "no-port", "as-tcp"), ("name", "value")))
def ssl_port(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent listens with TLS where its master is reached by https."""
    port, tcp = setup.settings["ssl_port"], setup.settings["tcp_port"]
    is_https = isinstance(setup.job, Lost) or setup.job.scheme == "https"
    if isinstance(port, Lost):
        if port.reason is not Reason.ABSENT or port.kind == "missed":
            yield lost(port, port.about, setup.place)
        elif is_https:
            yield fails("absent", port.about, setup.place, port.line, name=port.about, value="")
        return
    value, variant = port.value, ""
    if not (value.isascii() and value.isdigit()):
        variant = "no-number"
    elif len(value) > 6 or int(value) > 65535:
        variant = "no-port"
    elif int(value) == 0:
        variant = "off" if is_https else ""
    elif isinstance(tcp, Setting) and tcp.value.isdigit() and tcp.value.lstrip("0") == value.lstrip("0"):
        variant = "as-tcp"
    if variant:
        yield fails(variant, port.name, setup.place, port.line, name=port.name, value=value)


@check("ini.suffix_plain", says=dict.fromkeys(("path", "file-name", "blank"), ("name", "value")))
def suffix_plain(setup: Setup, params: Params) -> Iterator[Observation]:
    """key_db_name is the bare suffix."""
    setting = setup.settings["suffix"]
    if isinstance(setting, Setting):
        yield passes(setting.name, setup.place)
    elif setting.kind in ("path", "file-name", "blank"):
        yield fails(setting.kind, setting.about, setup.place, setting.line, name=setting.about, value=setting.facts["value"])
    else:
        yield lost(setting, setting.about, setup.place)


@check("ini.label", says={"absent": ("name",), "unlike": ("name", "value")})
def label(setup: Setup, params: Params) -> Iterator[Observation]:
    """The label is there, and like the suffix where stash and seed are."""
    setting = setup.settings["label"]
    if isinstance(setting, Lost):
        if setting.reason is Reason.ABSENT and setting.kind != "missed":
            yield fails("absent", setting.about, setup.place, name=setting.about)
        else:
            yield lost(setting, setting.about, setup.place)
        return
    suffix = got(setup.suffix)
    stems: List[str] = []
    for role in ("stash", "seed"):
        other = setup.settings[role]
        if isinstance(other, Setting):
            stems.append(posixpath.splitext(posixpath.basename(other.value))[0])
    if setting.value != suffix and all(stem == suffix for stem in stems):
        yield fails("unlike", setting.name, setup.place, setting.line, name=setting.name, value=setting.value)

"""ita.ini: settings, names and sections, changed on spans of its own scan and byte for byte the same elsewhere."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ita_doctor.codecs import ini_edit
from ita_doctor.codecs.ini import clean_value, read_ini
from ita_doctor.codecs.text import read_text
from ita_doctor.model.artifact import IniLine, Kind, Lost, Setting
from ita_doctor.model.finding import Finding
from ita_doctor.model.secret import Secret
from ita_doctor.repair.basis import Basis, value_of
from ita_doctor.repair.remedies._registry import Line, Remedy, Treatment, needs, remedy

SSL_PORT = "31114"
"""As shipped; 0 switches a listener off (high: the vendor's manual)."""

Intends = Mapping[Tuple[str, str], Optional[str]]


def _setting(name: str) -> Callable[[Remedy], Remedy]:
    """Register a remedy of ita.ini; what cannot be written there (a line end in a value, a byte that is no text) needs a person."""

    def register(function: Remedy) -> Remedy:
        def careful(finding: Finding, basis: Basis) -> Iterator[Treatment]:
            try:
                yield from function(finding, basis)
            except ValueError:
                yield needs("ini.set", "decide", where=basis.setup.place, name=finding.about)

        return remedy(name)(careful)

    return register


class _Text:
    """The ini's text, and what is changed in it."""

    def __init__(self, basis: Basis) -> None:
        read = read_text(basis.content("ini") or b"")
        self.value, self.encoding = read.value, read.encoding
        self.section = basis.setup.section if isinstance(basis.setup.section, str) else str(basis.table["section"])
        self.ini = read_ini(self.value)

    def line(self, number: Optional[int]) -> IniLine:
        return self.ini.lines[(number or 1) - 1]


def _changed(basis: Basis, before: _Text, after: str, words: str, intends: Intends, **facts: object) -> Treatment:
    encoding = "utf-8" if before.encoding == "ascii" else before.encoding  # a path may need more than ASCII
    content = Secret(ini_edit.encode(after, encoding))
    steps = (basis.write("ini", content, "ini", path=basis.setup.place),)
    return Treatment(words, steps, facts={"where": basis.setup.place, **facts}, intends=intends)


def _set(basis: Basis, values: Sequence[Tuple[str, str]]) -> Iterator[Treatment]:
    """Each of the settings (name, value), one after the other in one text."""
    text = _Text(basis)
    after, intends = text.value, {}
    for name, value in values:
        after = ini_edit.set_value(after, text.section, _spelt(basis, text, name), value)
        intends[text.section, _spelt(basis, text, name)] = value
    lines = tuple(Line("ini.set", {"name": name, "value": value}) for name, value in values)
    yield replace(_changed(basis, text, after, "ini.set", intends), shown=lines)


def _spelt(basis: Basis, text: _Text, name: str) -> str:
    """The name as the file writes it: an alias of it may stand there."""
    known = basis.setup.names
    for line in text.ini.lines:
        if line.kind == "setting" and line.section == text.section and line.name in known and known[line.name].name == name:
            return line.name
    return name


def _name_of(basis: Basis, role: str) -> str:
    return next(one.name for one in basis.setup.names.values() if one.role == role)


def set_to_aim(basis: Basis, roles: Sequence[str]) -> Iterator[Treatment]:
    """The settings of *roles* as the aim has them, those that say so already left alone."""
    aim = basis.aim
    values = [(_name_of(basis, role), aim.values[role]) for role in roles if value_of(basis.setup.settings[role]) != aim.values[role]]
    if values:
        yield from _set(basis, values)


@_setting("ini.set")
def set_setting(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """One setting that is absent, empty, not clean or no full path, as it was meant or as the files say."""
    known = basis.setup.names[finding.about]
    line = _Text(basis).line(finding.line) if finding.line else None
    cleaned, wrong = clean_value(line.raw) if line is not None else ("", ())
    value = cleaned
    if known.kind == "path":
        value = _path(basis, known.role, cleaned)
    elif known.role == "suffix" and not value_of(basis.setup.settings["suffix"]):
        value = basis.aim.suffix
    elif (not cleaned or "placeholder" in wrong) and known.role in basis.aim.values:
        value = basis.aim.values[known.role]
    if "placeholder" in clean_value(value)[1] or (not value and known.kind != "text"):
        yield needs("ini.set", "decide", where=basis.setup.place, name=known.name)
        return
    yield from _set(basis, [(known.name, value)])


def _path(basis: Basis, role: str, cleaned: str) -> str:
    """The full path that was meant: as written where it is one, else where the file is."""
    setting = basis.setup.settings[role]
    if isinstance(setting, Setting) and setting.line is not None:
        return cleaned.rstrip("/") or "/" if role == "dir" else cleaned
    plain = cleaned.replace("\\", "/").lstrip("~") if cleaned else ""
    above, folder = posixpath.dirname(basis.setup.place), basis.aim.folder
    bare = plain[2:] if plain[1:2] == ":" else plain
    if bare and "<" not in bare and "$" not in bare:
        tries = [posixpath.join(one, bare.lstrip("/")) for one in (above, basis.setup.installation, folder)]
        tries += [posixpath.join(folder, posixpath.basename(bare)), *([bare] if bare.startswith("/") else [])]
        kinds = (Kind.FOLDER,) if role == "dir" else (Kind.FILE,)
        for one in tries:
            if basis.host.stand(posixpath.normpath(one)).kind in kinds:
                return posixpath.normpath(one)
    return basis.aim.values.get(role, "")


@_setting("ini.ports")
def set_ports(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The TLS port on, the port without TLS off: the number stays where one is there."""
    tls, plain = _name_of(basis, "ssl_port"), _name_of(basis, "tcp_port")
    said = {role: value_of(basis.setup.settings[role]) for role in ("ssl_port", "tcp_port")}
    number = next((one for one in (said["ssl_port"], said["tcp_port"]) if _is_port(one)), SSL_PORT)
    values = [(tls, number)] if said["ssl_port"] != number else []
    if said["tcp_port"] == number:
        values.append((plain, "0"))
    yield from _set(basis, values)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= 65535


@_setting("ini.rename")
def rename(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """A misspelt setting by its name."""
    text = _Text(basis)
    line = text.line(finding.line)
    after = ini_edit.rename(text.value, line.number, finding.about)
    intends = {(line.section, line.name): None, (line.section, finding.about): line.value}
    yield _changed(basis, text, after, "ini.rename", intends, found=line.name, name=finding.about)


@_setting("ini.move")
def move(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """A setting into the section where the agent looks for it."""
    text = _Text(basis)
    line = text.line(finding.line)
    after = ini_edit.move(text.value, line.number, text.section)
    intends = {(line.section, line.name): None, (text.section, line.name): line.value}
    yield _changed(basis, text, after, "ini.move", intends, name=line.name, section=text.section)


@_setting("ini.header")
def head(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The header of the section: mended, put before its settings, or the whole section written."""
    text, wanted = _Text(basis), str(basis.table["section"])
    if finding.variant == "near":
        after = ini_edit.set_header(text.value, text.line(finding.line).number, wanted)
        yield _changed(basis, text, after, "ini.header", _moved(text, after), section=wanted, line=finding.line)
    elif finding.variant == "elsewhere":
        first = _block(basis, text)
        if first is None:
            yield needs("ini.header", "decide", where=basis.setup.place, section=wanted)
            return
        after = ini_edit.insert_header(text.value, first, wanted)
        yield _changed(basis, text, after, "ini.header", _moved(text, after), section=wanted, line=first)
    else:
        aim = basis.aim
        values = [(_name_of(basis, "ssl_port"), SSL_PORT), (_name_of(basis, "tcp_port"), "0")]
        values += [(_name_of(basis, role), aim.values[role]) for role in ("stash", "seed", "label", "suffix", "dir")]
        after = ini_edit.append_section(text.value, wanted, values)
        lines = (Line("ini.section", {"section": wanted}), *(Line("ini.set", {"name": name, "value": value}) for name, value in values))
        yield replace(_changed(basis, text, after, "ini.section", {(wanted, name): value for name, value in values}), shown=lines)


def _block(basis: Basis, text: _Text) -> Optional[int]:
    """The line before which the header belongs: that of the first of our settings, where all stand in one section and nothing else behind."""
    ours = [line for line in text.ini.lines if line.kind == "setting" and line.name in basis.setup.names and basis.setup.names[line.name].role]
    if not ours or len({line.section for line in ours}) > 1:
        return None
    behind = [line for line in text.ini.lines if line.number > ours[0].number and line.section == ours[0].section and line.kind == "setting"]
    return ours[0].number if all(line.name in basis.setup.names for line in behind) else None


def _moved(text: _Text, after: str) -> Intends:
    """What a changed header does to the settings below it."""
    intends: Dict[Tuple[str, str], Optional[str]] = {}
    old, new = _values(text.ini.lines), _values(read_ini(after).lines)
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            intends[key] = new.get(key)
    return intends


def _values(lines: Sequence[IniLine]) -> Dict[Tuple[str, str], str]:
    found: Dict[Tuple[str, str], str] = {}
    for line in lines:
        if line.kind == "setting":
            found.setdefault((line.section, line.name), line.value)
    return found


@_setting("ini.unique")
def leave_first(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """Of a setting that stands twice the first, which is the one that counts; of one that is none of ours only where both are the same."""
    text = _Text(basis)
    line = text.line(finding.line)
    if finding.variant == "section":
        yield _changed(basis, text, ini_edit.join_section(text.value, line.number), "ini.join", {}, section=line.section)
        return
    if line.kind != "setting" or (finding.variant != "same" and line.name not in basis.setup.names):
        yield needs("ini.unique", "decide", where=basis.setup.place, name=str(finding.facts.get("name", "")))
        return
    yield _changed(basis, text, ini_edit.remove(text.value, line.number), "ini.unique", {}, name=line.name)


@_setting("ini.mend")
def mend(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """A line that the agent cannot read: one of our settings, the header, or one that only holds control characters."""
    text = _Text(basis)
    line = text.line(finding.line)
    if finding.variant == "lone-cr" or (line.fault == "control" and finding.about == "ini"):
        yield _changed(basis, text, ini_edit.clean(text.value), "ini.clean", {})
    elif finding.about == "section":
        after = ini_edit.set_header(text.value, line.number, str(basis.table["section"]))
        yield _changed(basis, text, after, "ini.header", _moved(text, after), section=str(basis.table["section"]), line=line.number)
    elif line.fault == "open-bracket" and line.raw.strip(" \t\r[](){}<>"):
        name = line.raw.strip(" \t\r[](){}<>")
        after = ini_edit.set_header(text.value, line.number, name)
        yield _changed(basis, text, after, "ini.header", _moved(text, after), section=name, line=line.number)
    elif finding.about in basis.setup.names:
        name = basis.setup.names[finding.about].name
        value = _torn_value(line.raw, basis, name)
        after = ini_edit.replace_line(text.value, line.number, name, value)
        yield _changed(basis, text, after, "ini.set", {(line.section, name): value}, name=name, value=value)
    else:
        yield needs("ini.clean", "decide", where=f"{basis.setup.place}, line {line.number}")


def _torn_value(raw: str, basis: Basis, name: str) -> str:
    """What stands behind the name in a line without an `=`, where that can be it; else what the aim says."""
    known = basis.setup.names[name]
    rest = raw.replace(":", " ", 1).replace("=", " ", 1).split(None, 1)[1:]
    value, wrong = clean_value(rest[0]) if rest else ("", ())
    if known.kind == "path":
        is_there = value.startswith("/") and basis.host.stand(value).kind in (Kind.FILE, Kind.FOLDER)
        return value if is_there else basis.aim.values.get(known.role, value)
    return value if value and "placeholder" not in wrong else basis.aim.values.get(known.role, value)


@_setting("suffix.use")
def use_suffix(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """One suffix throughout: good files copied to the names that it gives, and ita.ini set to it."""
    aim = basis.aim
    pairs = [(one, basis.path(one), aim.path(one)) for one in ("prv", "pub", "cert", "bundle", "stash", "seed")]
    pairs = [one for one in pairs if one[1] != one[2]]
    if any(basis.host.stand(target).kind is Kind.MISSING for _, _, target in pairs):  # where a whole set is there, it is the one that is meant
        for artifact, source, target in pairs:
            held, there = basis.content(artifact), basis.content_at(target)
            if artifact in ("prv", "pub", "cert", "bundle") and None not in (held, there) and held != there:
                yield needs("suffix.copy", "decide", source=source, where=target)
                return
    for artifact, source, target in pairs:
        content = basis.content(artifact)
        if content is None or not _is_good(basis, artifact):
            continue
        if basis.host.stand(target).kind is Kind.MISSING or (artifact == "stash" and basis.key() is not None and basis.content_at(target) != content):
            step = basis.write(artifact, Secret(content), artifact, path=target)
            yield Treatment("suffix.copy", (step,), facts={"source": source, "where": target})
    roles: List[str] = ["suffix", "stash", "seed"]
    label, old = basis.setup.settings["label"], basis.setup.suffix
    if isinstance(label, Setting) and label.line is not None and label.value == old:
        roles.append("label")
    yield from set_to_aim(basis, roles)


def _is_good(basis: Basis, artifact: str) -> bool:
    """Whether a file is worth a copy: it could be read as what it is."""
    return not isinstance(getattr(basis.setup, artifact), Lost)

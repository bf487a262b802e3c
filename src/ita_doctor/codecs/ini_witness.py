"""An independent reader (configobj) that is asked whether a change of an ita.ini is the one that was meant."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Set, Tuple

from ita_doctor.codecs.ini import read_ini
from ita_doctor.model.artifact import Ini

_LONGEST = 1 << 18  # characters
_MOST_LINES = 5000
_LONGEST_LINE = 2000
_BLANKS = r"\s{50}"  # its expressions take the square of a run of blanks

_Settings = Dict[Tuple[str, str], str]


def compare(before: str, after: str, intended: Mapping[Tuple[str, str], Optional[str]]) -> str:
    """
    What configobj says of the change from *before* to *after*: nothing, `unread` or `differs`; never raises, and takes a second at most.

    *intended* has the new value by section and name, None for a setting that goes away; all else has to be as it was. Nothing: so it is.
    `unread`: configobj is not there, refuses *before* or an intended value, reads either otherwise than our scan, or was not asked, since a
    text is too large. `differs`: it reads *before*, and sees something else than *intended*, or nothing at all, in *after*. Blanks around a
    value do not count, a setting that stands twice counts once, and a section without settings not at all.
    """
    if _is_large(before) or _is_large(after):
        return "unread"
    was = _read(before)
    if was is None or not _can_be_read(intended):
        return "unread"
    for place, value in intended.items():
        was.pop(place, None)
        if value is not None:
            was[place] = value.strip()
    return "" if _read(after) == was else "differs"


def _is_large(text: str) -> bool:
    return len(text) > _LONGEST or max(text.count("\n"), text.count("\r")) > _MOST_LINES


def _can_be_read(intended: Mapping[Tuple[str, str], Optional[str]]) -> bool:
    """Whether configobj takes the values that are meant for what they are: it cuts one at a `#`, which is a sign in names on IBM i."""
    wanted = {place: value.strip() for place, value in intended.items() if value is not None}
    # What stands before the first header comes first.
    places = sorted(wanted)
    text = "".join((f"[{section}]\n" if section else "") + f"{name} = {wanted[section, name]}\n" for section, name in places)
    return not _is_large(text) and _read(text) == wanted


def _read(text: str) -> Optional[_Settings]:
    """The settings as configobj reads them; None where it does not, or otherwise than our scan."""
    try:
        from configobj import ConfigObj
    except ImportError:  # it is an extra, and one of its versions needs another package without saying so
        return None
    ini = read_ini(text)
    lines = _tolerant(text, ini)
    if lines is None:
        return None
    try:
        read = ConfigObj(lines, list_values=False, interpolation=False).dict()
    except SyntaxError:  # of which its own errors are a kind
        return None
    settings = _flat(read)
    return settings if settings == _scanned(ini) else None


def _tolerant(text: str, ini: Ini) -> Optional[List[str]]:
    """
    The lines in a copy that configobj can take: `;` as `#`, later doubles out, the parts of a section together.

    None where it would read them otherwise, or take long to say so.
    """
    parts: Dict[str, List[str]] = {"": []}
    seen: Set[Tuple[str, str]] = set()
    for line in ini.lines:
        content = text[line.start : line.end]
        if line.number == 1 and content.startswith("\ufeff"):
            content = content[1:]
        if line.kind == "bad" or (line.kind in ("setting", "section") and _is_odd(content, line.name or line.section)):
            return None
        part = parts.setdefault(line.section, [])
        if line.kind == "section" and not part:
            head, bracket, behind = content.partition("]")
            part.append(head + bracket + behind.replace(";", "#", 1))
        elif line.kind == "comment":
            part.append("#" + content)
        elif line.kind == "setting" and (line.section, line.name) not in seen:
            seen.add((line.section, line.name))
            part.append(content)
    return [one for part in parts.values() for one in part]


def _is_odd(content: str, name: str) -> bool:
    """A name or value at which configobj means something else, or goes a long way back and forth."""
    import re

    if len(content) > _LONGEST_LINE or re.search(_BLANKS, content) or name != name.strip() or name[0] in "\"'[":
        return True
    return content.partition("=")[2].lstrip()[:3] in ('"""', "'''")


def _flat(read: Mapping[str, Any]) -> _Settings:
    found: _Settings = {}
    for name, value in read.items():
        if isinstance(value, dict):
            found.update({(name, inner): one for inner, one in value.items()})
        else:
            found["", name] = value
    return found


def _scanned(ini: Ini) -> _Settings:
    """What our scan says, the first of two settings alone."""
    found: _Settings = {}
    for line in ini.lines:
        if line.kind == "setting":
            found.setdefault((line.section, line.name), line.value.strip())
    return found

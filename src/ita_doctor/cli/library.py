"""The rules folder of this program: compiled in a wheel, TOML in a checkout; and a site's own."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ita_doctor.model.rule import BadRule
from ita_doctor.rulebook import Rulebook, Source, from_table, load, parse, read_reasons

OTHERS = ("reasons.toml", "settings.toml", "layouts.toml", "inspect.toml", "remedies.toml")
"""Files of the rules folder that are no rule."""


TABLES = ("inspect.toml", "remedies.toml")
"""Those that `check` does not need."""


def library(more: Sequence[str] = ()) -> Rulebook:
    """The shipped rules with those of the folders *more*; BadRule where one is refused."""
    book = _compiled() or read_folder()
    if not more:
        return book
    from ita_doctor.host.folder import toml_files

    sources: List[Source] = []
    for folder in more:
        try:
            found = toml_files(folder)
        except OSError as why:
            raise BadRule(f"{folder}: {why.strerror or why}") from None
        if not found:
            raise BadRule(f"{folder}: there is no .toml file in it or below it")
        sources.extend(Source(name, content) for name, content in found)
    return book._replace(rules=load(sources, base=book.rules))


def table(name: str) -> Mapping[str, Any]:
    """One of TABLES, by its file name: compiled in a wheel, as the rules are."""
    try:
        from ita_doctor import _tables  # type: ignore[attr-defined,unused-ignore]  # made by tools/compile_rules.py
    except ImportError:
        return read_table(name)
    found: Mapping[str, Any] = _tables.TABLES[name]
    return found


def read_table(name: str) -> Mapping[str, Any]:
    """The same from its file."""
    from ita_doctor.host.folder import shipped_file

    return parse(Source(name, shipped_file(name)))


def _compiled() -> Optional[Rulebook]:
    """The rules as they were compiled when the wheel was built; None in a checkout, where the TOML files are read."""
    try:
        from ita_doctor import _rules  # type: ignore[attr-defined,unused-ignore]  # made by tools/compile_rules.py
    except ImportError:
        return None
    tables: Sequence[Mapping[str, Any]] = _rules.RULES
    return Rulebook(tuple(from_table(table, "the package") for table in tables), _rules.REASONS, _rules.SETTINGS)


def read_folder() -> Rulebook:
    """The rules folder of a checkout (or of the package, where it was not compiled), each file held to be right."""
    from ita_doctor.host.folder import shipped_rules, toml_files

    rules: List[Source] = []
    others: Dict[str, Source] = {}
    for name, content in toml_files(shipped_rules()):
        short = name.rsplit("/", 1)[-1]
        if short in OTHERS:
            others[short] = Source(name, content)
        else:
            rules.append(Source(name, content))
    settings = {**parse(others["settings.toml"]), **parse(others["layouts.toml"])}
    return Rulebook(load(rules), read_reasons(others["reasons.toml"]), settings)

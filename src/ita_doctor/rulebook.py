"""Turn rule files into rules, and refuse every drift between file and check."""

from __future__ import annotations

from string import Formatter
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

from ita_doctor.checks import CHECKS, CheckSpec
from ita_doctor.model.artifact import FAULTS, Reason
from ita_doctor.model.chain import LINKS
from ita_doctor.model.rule import BadRule, Rule, Severity, Variant
from ita_doctor.model.setup import NEEDS
from ita_doctor.words import COMMON

FAMILIES = ("INI", "FILE", "STH", "KEY", "CERT", "CA", "RND", "AGT", "NET", "TLS", "MST")
"""In the order in which a person would look; findings of equal weight come in this order."""

PLATFORMS = ("any", "posix", "os400")

_RULE = {
    "id": str, "title": str, "severity": str, "check": str, "needs": list, "platforms": list, "step": int, "since": str, "why": str,
    "by_hand": str, "references": list, "gates": bool, "link": str, "yields_to": list, "params": dict, "say": dict,
}  # fmt: skip
_OPTIONAL = {"step", "gates", "link", "yields_to", "params", "references"}
_VARIANT = {"message": str, "do": str, "commands": list, "severity": str, "yields_to": list, "remedy": str, "options": str}


class Source(NamedTuple):
    """One file of a folder of rules."""

    name: str
    """Its path, for messages."""
    content: bytes


class Rulebook(NamedTuple):
    """All that the rules folder holds."""

    rules: Tuple[Rule, ...]
    reasons: Mapping[str, str]
    """Why a rule is skipped: a sentence for each Reason that is no fault."""
    settings: Mapping[str, Any]
    """rules/settings.toml, with rules/layouts.toml beside it."""


def load(sources: Sequence[Source], *, base: Sequence[Rule] = ()) -> Tuple[Rule, ...]:
    """
    The rules of *sources*, in the order of the catalogue, after *base*.

    Raises BadRule, naming file and field, for whatever does not fit: a rule that is wrong is refused, never half used.
    """
    rules = list(base)
    taken = {rule.id: rule.source for rule in rules}
    for source in sources:
        rule = read_rule(source)
        if rule.id in taken:
            raise BadRule(f"{source.name}: id: {rule.id} is taken by {taken[rule.id]}")
        taken[rule.id] = source.name
        rules.append(rule)
    rules.sort(key=lambda rule: (FAMILIES.index(rule.family), rule.id))
    for rule in rules:
        _held_yields(rule, taken)
    return tuple(rules)


def unused_checks(rules: Sequence[Rule]) -> Tuple[str, ...]:
    """Checks that no rule uses; the shipped rules must leave none."""
    return tuple(sorted(set(CHECKS) - {rule.check for rule in rules}))


def parse(source: Source) -> Mapping[str, Any]:
    """The TOML of a file, or BadRule."""
    try:
        import tomllib
    except ImportError:  # before Python 3.11
        try:
            import tomli as tomllib  # type: ignore[import-not-found,no-redef,unused-ignore]
        except ImportError:
            raise BadRule(f"{source.name}: a Python before 3.11 reads TOML only with the library tomli: pip install tomli") from None
    try:
        table: Mapping[str, Any] = tomllib.loads(source.content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as why:
        raise BadRule(f"{source.name}: not TOML: {why}") from None
    return table


def read_rule(source: Source) -> Rule:
    """One rule of one file."""
    table = parse(source)
    _held_fields(source.name, "", table, _RULE, {**_RULE}.keys() - _OPTIONAL)
    name = source.name.replace("\\", "/").rsplit("/", 1)[-1]
    if name != f"{table['id']}.toml":
        raise BadRule(f"{source.name}: id: {table['id']} is not the file's name")
    _held_id(source.name, table["id"])
    spec = CHECKS.get(table["check"])
    if spec is None:
        raise BadRule(f"{source.name}: check: there is none called {table['check']}; there are {', '.join(sorted(CHECKS))}")
    _held_list(source.name, "needs", table["needs"], NEEDS)
    _held_list(source.name, "platforms", table["platforms"], PLATFORMS)
    if not 1 <= table.get("step", 1) <= 19:
        raise BadRule(f"{source.name}: step: {table['step']} is not one of 1 to 19")
    _held_list(source.name, "link", [table["link"]] if "link" in table else [], LINKS)
    for field in ("title", "why", "by_hand", "since"):
        if not table[field].strip() or "TEMPLATE" in table[field]:
            raise BadRule(f"{source.name}: {field}: nothing is said")
    _held_params(source.name, spec, table.get("params", {}))
    _held_says(source.name, spec, table["say"])
    return from_table(table, source.name)


def from_table(table: Mapping[str, Any], source: str) -> Rule:
    """The rule of a table that `read_rule` has held to be right (also at build time, for the compiled rules)."""
    say = {
        name: Variant(
            one["message"],
            one["do"],
            tuple(one.get("commands", ())),
            Severity(one["severity"]) if "severity" in one else None,
            tuple(one.get("yields_to", ())),
            one.get("remedy"),
            one.get("options", ""),
        )
        for name, one in table["say"].items()
    }
    return Rule(
        id=table["id"], title=table["title"], severity=Severity(table["severity"]), check=table["check"], needs=tuple(table["needs"]),
        platforms=tuple(table["platforms"]), step=table.get("step"), since=table["since"], why=table["why"].strip(),
        by_hand=table["by_hand"].strip(), references=tuple(table.get("references", ())), gates=table.get("gates", False),
        yields_to=tuple(table.get("yields_to", ())), params=table.get("params", {}), say=say, source=source,
        link=table.get("link"),
    )  # fmt: skip


def read_reasons(source: Source) -> Mapping[str, str]:
    """The sentences for skipped rules, one for each Reason that is no fault; and, as `fault:NAME`, the words for each fault of a PEM."""
    table = dict(parse(source))
    faults = table.pop("fault", {})
    words: Dict[str, str] = {**table, **{f"fault:{name}": text for name, text in (faults.items() if isinstance(faults, dict) else ())}}
    wanted = {reason.value for reason in Reason if not reason.is_fault} | {f"fault:{name}" for name in FAULTS}
    for name in sorted(wanted ^ set(words)):
        raise BadRule(f"{source.name}: {name}: {'no sentence for it' if name in wanted else 'no such reason'}")
    for name, text in words.items():
        if not isinstance(text, str) or not text.strip():
            raise BadRule(f"{source.name}: {name}: nothing is said")
    return words


def _held_fields(source: str, where: str, table: Mapping[str, Any], fields: Mapping[str, type], wanted: Any) -> None:
    for name, value in table.items():
        if name not in fields:
            raise BadRule(f"{source}: {where}{name}: unknown field")
        if type(value) is not fields[name]:
            raise BadRule(f"{source}: {where}{name}: {value!r} is not a {fields[name].__name__}")
    for name in sorted(wanted):
        if name not in table:
            raise BadRule(f"{source}: {where}{name}: missing")
    if "severity" in table and table["severity"] not in {severity.value for severity in Severity}:
        raise BadRule(f"{source}: {where}severity: {table['severity']!r} is none of note, warning, error, critical")


def _held_id(source: str, rule: str) -> None:
    parts = rule.split("-")
    if len(parts) != 3 or parts[0] != "ITA" or parts[1] not in FAMILIES or len(parts[2]) != 3 or not parts[2].isdigit():
        raise BadRule(f"{source}: id: {rule!r} is not ITA-<FAMILY>-<NNN> with one of {', '.join(FAMILIES)}")


def _held_list(source: str, field: str, values: Sequence[Any], known: Sequence[str]) -> None:
    for value in values:
        if value not in known:
            raise BadRule(f"{source}: {field}: {value!r} is none of {', '.join(known)}")


def _held_params(source: str, spec: CheckSpec, params: Mapping[str, Any]) -> None:
    for name in sorted(set(spec.takes) | set(params)):
        if name not in spec.takes:
            raise BadRule(f"{source}: params.{name}: {spec.name} takes no such parameter")
        if name not in params:
            raise BadRule(f"{source}: params.{name}: {spec.name} wants it")
        value, kind = params[name], spec.takes[name]
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise BadRule(f"{source}: params.{name}: {value!r} is not a {kind.__name__}")


def _held_says(source: str, spec: CheckSpec, say: Mapping[str, Any]) -> None:
    for name in sorted(set(spec.says) | set(say)):
        if name not in spec.says:
            raise BadRule(f"{source}: say.{name}: {spec.name} never says that")
        if name not in say:
            raise BadRule(f"{source}: say.{name}: {spec.name} says that, and the file has no words for it")
        variant = say[name]
        if not isinstance(variant, dict):
            raise BadRule(f"{source}: say.{name}: not a table")
        _held_fields(source, f"say.{name}.", variant, _VARIANT, ("message", "do"))
        known = {*COMMON, *spec.says[name]}
        if "options" in variant and "remedy" not in variant:
            raise BadRule(f"{source}: say.{name}.options: there is no remedy that takes them")
        options = [variant["options"]] if "options" in variant else []
        for field, texts in (
            ("message", [variant["message"]]), ("do", [variant["do"]]), ("commands", variant.get("commands", [])), ("options", options),
        ):  # fmt: skip
            for text in texts:
                _held_text(source, f"say.{name}.{field}", text, known)


def _held_text(source: str, field: str, text: Any, known: set[str]) -> None:
    if not isinstance(text, str) or not text.strip() or "TEMPLATE" in text:
        raise BadRule(f"{source}: {field}: nothing is said")
    try:
        names: List[Any] = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as why:
        raise BadRule(f"{source}: {field}: {why}") from None
    for name, spec, conversion in names:
        if name not in known or spec or conversion:
            raise BadRule(f"{source}: {field}: {{{name}}} is none of {', '.join(sorted(known))}")


def _held_yields(rule: Rule, known: Mapping[str, str]) -> None:
    for other in (*rule.yields_to, *(one for variant in rule.say.values() for one in variant.yields_to)):
        if other not in known or other == rule.id:
            raise BadRule(f"{rule.source}: yields_to: there is no other rule {other}")


def as_table(rule: Rule) -> Dict[str, Any]:
    """The rule as plain values, for the compiled module and for `rules --format json`."""
    return {
        "id": rule.id, "title": rule.title, "severity": rule.severity.value, "check": rule.check, "needs": list(rule.needs),
        "platforms": list(rule.platforms), "step": rule.step, "since": rule.since, "why": rule.why, "by_hand": rule.by_hand,
        "references": list(rule.references), "gates": rule.gates, **({"link": rule.link} if rule.link else {}),
        "yields_to": list(rule.yields_to), "params": dict(rule.params),
        "say": {
            name: {
                "message": one.message, "do": one.do, "commands": list(one.commands), "yields_to": list(one.yields_to),
                **({"severity": one.severity.value} if one.severity else {}), **({"remedy": one.remedy} if one.remedy else {}),
                **({"options": one.options} if one.options else {}),
            }
            for name, one in rule.say.items()
        },
    }  # fmt: skip

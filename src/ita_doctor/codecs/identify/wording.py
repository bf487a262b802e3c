"""What was found, in the words of rules/inspect.toml."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

from ita_doctor.codecs.identify.found import Found, Identity

_OURS = ("private-key", "certificate", "certificates", "certificate-request", "pkcs7", "mixed", "stash", "ita-ini", "jobmanager-ini")
"""Kinds whose text the agent, or the next step, has to read."""


def put_into_words(found: Found, encoding: str, ccsids: Tuple[int, ...], path: str, size: int, words: Mapping[str, Any]) -> Identity:
    """The row for programs and people: one sentence, what it is for here, and commands that can be pasted."""
    tables = _tables(found, words)
    facts = _facts(found, words, ccsids, size)
    pieces = [_chosen(tables, "text").format_map(facts)]
    if encoding in words["encoding"] and found.kind != "empty":
        pieces[0] += ", " + words["encoding"][encoding].format_map(facts)
    pieces += [words["fault"][fault].format_map({**facts, "line": line}) for fault, line in found.faults if fault in words["fault"]]
    templates = _chosen(tables, "commands") or []
    if encoding in words["convert"] and found.kind in _OURS:
        templates = words["convert"][encoding]
    elif "broken" in found.variants:
        templates = []
    commands = _commands(templates, path, ccsids, found.facts.get("alias", ""), keep_ending=encoding in words["convert"] or found.kind == "stash")
    good_for = _chosen(tables, "good_for").format_map(facts)
    if path.rpartition("/")[2].lower() in words["newer"]["names"]:
        good_for += words["newer"]["text"]
    return Identity(found.kind, found.form, encoding, ccsids, found.encrypted, found.holds, "; ".join(pieces) + ".", good_for + ".", commands)


def _tables(found: Found, words: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    kind = words["kind"][found.kind]
    return [kind[variant] for variant in found.variants if isinstance(kind.get(variant), dict)] + [kind]


def _chosen(tables: List[Mapping[str, Any]], field: str) -> Any:
    return next((table[field] for table in tables if field in table), None)


def _facts(found: Found, words: Mapping[str, Any], ccsids: Tuple[int, ...], size: int) -> Dict[str, Any]:
    facts = found.facts
    known = [facts.get("algorithm", ""), f"{facts['bits']} bits" if facts.get("bits") else ""]
    of_kind = ", ".join(filter(None, known))
    form = "der" if found.form == "der" else found.form or ""
    return {
        "of_kind": f" ({of_kind})" if of_kind else "",
        "of_whom": f" ({facts['whom']})" if facts.get("whom") else "",
        "form": f" {words['form'][form]}" if form in words["form"] else "",
        "lock": words["lock"].get(facts.get("lock", ""), ""),
        "entries": f" with {facts['entries']} {'entry' if facts['entries'] == '1' else 'entries'}" if facts.get("entries") else "",
        "detail": f": {facts['detail']}" if facts.get("detail") else "",
        "count": facts.get("count", ""),
        "parts": facts.get("parts", ""),
        "ccsid": ccsids[0] if ccsids else "",
        "size": size,
    }


def _commands(templates: List[str], path: str, ccsids: Tuple[int, ...], alias: str, *, keep_ending: bool) -> Tuple[str, ...]:
    """*templates* with the path, a new name beside it and an alias, quoted; () where a path or alias could not be pasted."""
    from ita_doctor.model.visible import visible

    if not templates or any(visible(one, len(one) + 1) != one for one in (path, alias)):
        return ()
    import shlex

    safe = f"./{path}" if path.startswith("-") else path
    folder, slash, name = safe.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    beside = f"{stem}.new.pem" if ending.lower() == "pem" else f"{stem}.pem"
    new = f"{stem}.new{dot}{ending}" if keep_ending else beside
    values = {
        "path": shlex.quote(safe),
        "target": shlex.quote(folder + slash + new),
        "stem": shlex.quote(folder + slash + stem),
        "alias": shlex.quote(alias),
        "page": f"IBM{ccsids[0]:03d}" if ccsids else "",
    }
    return tuple(template.format_map(values) for template in templates)

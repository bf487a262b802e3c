"""
The config files: habits of a site or a person, as options and as findings that were accepted.

A command line says more than a file, and a person's file more than the machine's.
"""

from __future__ import annotations

import argparse
import posixpath
import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.accept import Accept
from ita_doctor.cli.console import Console
from ita_doctor.cli.options import usual_configs
from ita_doctor.cli.usage import Usage, did_you_mean
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Kind, Stand
from ita_doctor.model.rule import BadRule

LIMIT = 1 << 18
"""Bytes of a config file."""

_TAKES = {"rule": True, "reason": True, "until": True, "where": False, "fingerprint": False}
"""Of an `[[accept]]`: whether each field is needed."""
_NOT_HERE = ("config", "help", "apply", "yes", "schedule", "from_json", "password_fd", "into", "certificate", "renew", "restart")
"""Options that make sense for one run only, or that change something: a file does not turn them on unseen."""


class Config(NamedTuple):
    """What the files say."""

    options: Mapping[str, Any]
    """By destination of the parser."""
    accepts: Tuple[Accept, ...]


def read_config(argv: Sequence[str], parser: argparse.ArgumentParser, host: Host, console: Console) -> Config:
    """
    The config that *argv* names, else those of the machine and of the person.

    Usage where a named one cannot be read, and where any of them says what there is not. One in a usual place that others could have written
    is left out, and that is said.
    """
    given = _named(argv)
    if given is not None:
        path = host.absolute(given)
        why = _untrusted(host, path, host.stand(path))
        if why:
            raise Usage(f"--config: {path}: {why}")
        return _read(host, path, parser)
    found = Config({}, ())
    for path in usual_configs(host):
        stand = host.stand(path)
        if stand.kind is Kind.MISSING:
            continue
        why = _untrusted(host, path, stand)
        if why:
            console.err(f"ita-doctor: {path}: {why}; it is not used")
            continue
        more = _read(host, path, parser)
        found = Config({**found.options, **more.options}, (*found.accepts, *more.accepts))
    return found


def _named(argv: Sequence[str]) -> Optional[str]:
    """What --config names, before the command line is parsed: its options are defaults of that."""
    for at, word in enumerate(argv):
        if word == "--":
            return None
        if word == "--config" and at + 1 < len(argv):
            return argv[at + 1]
        if word.startswith("--config="):
            return word.partition("=")[2]
    return None


def _untrusted(host: Host, path: str, stand: Stand) -> str:
    """Why a file must not tell us what to do; '' where it may."""
    if stand.kind is not Kind.FILE:
        return "there is no such file" if stand.kind is Kind.MISSING else f"is no regular file but a {stand.kind.value}"
    if stand.size > LIMIT:
        return f"is longer than {LIMIT} bytes"
    number, name = host.me()
    for what, uid, mode in ((path, stand.uid, stand.mode), *((one.path, one.uid, one.mode) for one in host.folders(stand.real or path)[:1])):
        if uid not in (0, number):
            return f"{'it' if what == path else what} belongs to another user than root or {name}, who could write anything into it"
        if mode & 0o022 and not (what != path and mode & 0o1000):
            return f"{'it' if what == path else what} can be written by others than its owner (mode {mode:04o})"
    return ""


def _read(host: Host, path: str, parser: argparse.ArgumentParser) -> Config:
    from ita_doctor.rulebook import Source, parse

    try:
        table = dict(parse(Source(path, host.read(path, LIMIT))))
    except OSError as why:
        raise Usage(f"--config: {path}: cannot be read: {why.strerror or 'no regular file'}") from None
    except BadRule as why:
        raise Usage(f"--config: {why}") from None
    if _holds_nul(table):
        raise Usage(f"--config: {path}: holds a NUL character, which no option takes")
    accepts = _accepts(path, table.pop("accept", []))
    return Config(_options(path, table, parser), accepts)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_holds_nul, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and "\0" in value


def _options(path: str, table: Mapping[str, Any], parser: argparse.ArgumentParser) -> Dict[str, Any]:
    """Each key as the option of its name; Usage for what is no option or has another type."""
    known = {action.dest: action for action in parser._actions if action.option_strings or action.dest == "places"}
    everywhere = _all_options()
    found: Dict[str, Any] = {}
    for key, value in table.items():
        dest = key.replace("-", "_")
        if dest in _NOT_HERE or dest not in everywhere:
            known_ones = sorted(set(everywhere) - set(_NOT_HERE))
            raise Usage(f"{path}: there is no option {key!r} that a config file can set{did_you_mean(dest, known_ones)}")
        action = known.get(dest)
        is_elsewhere = action is not None and action.choices is not None and value not in action.choices and value in everywhere[dest]
        if action is not None and not is_elsewhere:  # an option, or a value, of another command is for that one
            found[dest] = _value(path, key, value, action)
    return found


def _all_options() -> Dict[str, List[Any]]:
    """The options of every command that reads a config file, each with its choices in any of them."""
    from importlib import import_module

    found: Dict[str, List[Any]] = {}
    for command in ("check", "fix", "report"):
        parser = argparse.ArgumentParser(add_help=False)
        import_module(f"ita_doctor.cli.{command}").add_options(parser)
        for action in parser._actions:
            found.setdefault(action.dest, []).extend(action.choices or ())
    return found


def _value(path: str, key: str, value: Any, action: argparse.Action) -> Any:
    """*value* as the command line would have given it: text, a list of texts, or a switch."""
    is_path = action.metavar in ("FILE", "DIR", "PATH", "PLACE")
    if isinstance(action, argparse._StoreTrueAction):
        if not isinstance(value, bool):
            raise Usage(f"{path}: {key}: wanted true or false")
        return value
    if isinstance(action, argparse._AppendAction) or action.nargs in ("*", "+"):
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise Usage(f"{path}: {key}: wanted a list of texts")
        return [_absolute(path, one) if is_path else one for one in values]
    text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise Usage(f"{path}: {key}: wanted a text")
    if action.choices is not None and text not in action.choices:
        from ita_doctor.cli.misread import no_choice

        raise Usage(f"{path}: {no_choice(key, text, list(action.choices))}")
    return _absolute(path, text) if is_path else text


def _absolute(config: str, path: str) -> str:
    """A path in a config file counts from that file's folder, since the job may run anywhere."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(config), path))


def _accepts(path: str, rows: Any) -> Tuple[Accept, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Usage(f"{path}: accept: wanted [[accept]] tables")
    return tuple([_accept(path, number, row) for number, row in enumerate(rows, 1)])


def _accept(path: str, number: int, row: Mapping[str, Any]) -> Accept:
    where = f"{path}: [[accept]] number {number}"
    for name in row:
        if name not in _TAKES:
            raise Usage(f"{where}: there is no field {name!r}{did_you_mean(name, list(_TAKES))}")
    values = {name: value.isoformat() if name == "until" and hasattr(value, "isoformat") else value for name, value in row.items()}
    for name, is_needed in _TAKES.items():
        if (is_needed and name not in values) or (name in values and (not isinstance(values[name], str) or not values[name].strip())):
            raise Usage(f"{where}: {name}: wanted a text{' (a date such as 2027-03-31)' if name == 'until' else ''}")
    if not _is_date(values["until"]):
        raise Usage(f"{where}: until: {values['until']!r} is not a date such as 2027-03-31")
    return Accept(
        values["rule"].strip().upper(), values["reason"].strip(), values["until"][:10], values.get("where"), values.get("fingerprint"), path
    )  # fmt: skip


def _is_date(text: str) -> bool:
    import datetime

    try:
        datetime.date.fromisoformat(text[:10])
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text))


def hold_rules(accepts: Sequence[Accept], rules: Sequence[str]) -> None:
    """Usage where an acceptance names a rule that there is not."""
    for one in accepts:
        if one.rule not in rules:
            raise Usage(f"{one.source}: [[accept]]: there is no rule {one.rule}{did_you_mean(one.rule, list(rules))}")

"""Read an installation, judge it, and print the cause first. Changes nothing, ever."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Dict, Iterable, Iterator, Optional, Sequence, Tuple

from ita_doctor import __version__
from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import Verdict
from ita_doctor.cli.formats import pieces, send, show
from ita_doctor.cli.library import library
from ita_doctor.cli.options import add_check_options, asked_of, choice_of, hold_stores, state_folder, with_due
from ita_doctor.cli.places import copy_of, find_places, ini_of, places_in
from ita_doctor.cli.usage import Usage
from ita_doctor.collect import collect
from ita_doctor.engine import EVERYTHING, Choice, iso, judge
from ita_doctor.host.base import Host
from ita_doctor.host.pick import pick_host
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Head, Installation
from ita_doctor.model.setup import Asked, Setup
from ita_doctor.rulebook import Rulebook

if TYPE_CHECKING:
    from ita_doctor.accept import Register

EPILOG = """\
examples:
  ita-doctor check /opt/hcl/TWS                # files, and a test handshake
  ita-doctor check --offline /opt/hcl/TWS      # opens no socket
  ita-doctor check --only KEY,ITA-CERT-006     # some rules, all installations
  ita-doctor check --master nc060201:31116 --timeout 30 /opt/hcl/TWS
  ita-doctor check --root /tmp/copy            # a tree from another machine
  ita-doctor check --format json /opt/hcl/TWS  # for programs

exit status: 0 healthy, 1 a warning, 2 an error or critical, 3 nothing could be
judged"""

NETWORK = frozenset(("NET", "TLS", "ITA-AGT-006", "ITA-AGT-008"))
"""Families and rules that open a socket or ask a resolver."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `check` takes."""
    add_check_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Judge every PLACE; one exit status for all."""
    host = pick_host()
    console.color, console.is_quiet = args.color, args.quiet
    verdict = Verdict()
    head, book, judged = judge_all(args, console, host, verdict)
    _write(args, console, book, head, judged, verdict)
    say_remarks(args, console)
    return verdict.status()


def say_remarks(args: argparse.Namespace, console: Console) -> None:
    """What is to be said of accepted findings, once all is judged."""
    for remark in args.register.remarks() if args.register is not None else ():
        console.err(f"ita-doctor: {remark}")


def judge_all(args: argparse.Namespace, console: Console, host: Host, verdict: Verdict) -> Tuple[Head, Rulebook, Iterator[Installation]]:
    """What the options ask for: the head of the report, the rules, and one installation after the other, each added to *verdict*."""
    book = library(args.rules)
    tree = copy_of(args, host, book.settings)
    judged = tree or host
    asked = asked_of(args, judged)
    hold_stores(asked, judged, book.settings)
    book = book._replace(rules=with_due(book.rules, args.due))
    choice = choice_of(args, book.rules)
    register = args.register = register_of(args, asked, host, book)
    if tree is not None:
        places = places_in(tree, args.places, book.settings)
    else:
        places = list(dict.fromkeys(ini_of(host, place, book.settings) for place in args.places)) or find_places(host, book.settings)
    if not places:
        raise Usage("no PLACE is given, and no installation is registered or in the usual folders: name an ita.ini or the folder of an installation")
    _say_unfinished(state_folder(args.state, host), places, host, console)
    return _head(host), book, _judged(judged, places, asked, book, choice, verdict, register, console)


def register_of(args: argparse.Namespace, asked: Asked, host: Host, book: Rulebook) -> Optional[Register]:
    """What the config files accept; None for nothing. Usage where a rule is named that there is not."""
    if not args.accepts:
        return None
    from ita_doctor.accept import Register
    from ita_doctor.cli.config import hold_rules

    hold_rules(args.accepts, [rule.id for rule in book.rules])
    return Register(args.accepts, iso(host.now() if asked.at is None else asked.at)[:10])


def _say_unfinished(folder: str, places: Sequence[str], host: Host, console: Console) -> None:
    """A `fix` that was killed is said before all else; where there is no state folder that we may enter there was none of ours."""
    if host.stand(folder).kind is not Kind.FOLDER or not host.names(folder):
        return
    from ita_doctor.cli.unfinished import say_unfinished
    from ita_doctor.host.vault import Vault

    try:
        vault = Vault.open(folder, create=False)
        for place in places:
            say_unfinished(vault, place, console)
    except OSError as why:  # somebody else's, or damaged: nothing of it is needed here
        console.err(f"ita-doctor: {why.filename}: {why.strerror}; whether a `fix` was not finished cannot be said")


def examine(
    host: Host,
    place: str,
    asked: Asked,
    book: Rulebook,
    *,
    choice: Choice = EVERYTHING,
    tried: Dict[str, str] | None = None,
    register: Optional[Register] = None,
) -> Installation:
    """One installation, read and judged."""
    return look_at(host, place, asked, book, choice=choice, tried=tried, register=register)[1]


def look_at(
    host: Host,
    place: str,
    asked: Asked,
    book: Rulebook,
    *,
    choice: Choice = EVERYTHING,
    tried: Dict[str, str] | None = None,
    register: Optional[Register] = None,
) -> Tuple[Setup, Installation]:
    """One installation as it was read, and what was found of it."""
    started = host.now()
    setup = collect(host, place, asked, book.settings, {} if tried is None else tried)
    found = judge(setup, book.rules, book.reasons, choice)
    if register is not None:
        found = register.apply(found)
    return setup, found._replace(facts={**found.facts, "duration": round(max(host.now() - started, 0), 4)})


def _judged(
    host: Host, places: Sequence[str], asked: Asked, book: Rulebook, choice: Choice, verdict: Verdict, register: Optional[Register],
    console: Console,
) -> Iterator[Installation]:  # fmt: skip
    tried: Dict[str, str] = {}
    if choice.only and not any(choice.wants(rule) and not NETWORK.isdisjoint((rule.family, rule.id)) for rule in book.rules):
        asked = asked._replace(is_offline=True)  # nobody asked for the network
    try:
        for number, place in enumerate(places, 1):
            if len(places) > 1 or not asked.is_offline:  # one without a network is done before anybody has read this
                console.passing(f"judging {number} of {len(places)}: " if len(places) > 1 else "judging and asking the master: ", place)
            found = examine(host, place, asked, book, choice=choice, tried=tried, register=register)
            verdict.add(found)
            yield found
    finally:
        console.passing("")


def _head(host: Host) -> Head:
    return Head(__version__, iso(host.now()), host.name(), host.platform)


def _write(args: argparse.Namespace, console: Console, book: Rulebook, head: Head, judged: Iterable[Installation], verdict: Verdict) -> None:
    if args.format == "json":
        from ita_doctor.render.json import render as render_json

        send(args, console, render_json(head, judged, verdict.status, indent=2 if console.is_terminal else None))
    elif args.format == "text":
        from ita_doctor.render.terminal import render

        whys = {rule.id: rule.why for rule in book.rules}
        show(args, console, render(head, judged, verdict.status, whys=whys, verbosity=1 if args.verbose else -1 if args.quiet else 0))
    else:
        from ita_doctor.model.report import Report

        found = tuple(judged)
        send(args, console, pieces(args.format, (Report(head, found, verdict.status()),), book))

"""Read an installation, judge it, and print the cause first. Changes nothing, ever."""

from __future__ import annotations

import argparse
from typing import Dict, Iterable, Iterator, Sequence, Tuple

from ita_doctor import __version__
from ita_doctor.cli.app import Usage
from ita_doctor.cli.console import Console, Line
from ita_doctor.cli.exit_code import Verdict
from ita_doctor.cli.library import library
from ita_doctor.cli.options import add_check_options, asked_of, choice_of, state_folder, with_due
from ita_doctor.cli.places import find_places, ini_of
from ita_doctor.collect import collect
from ita_doctor.engine import EVERYTHING, Choice, iso, judge
from ita_doctor.host.base import Host
from ita_doctor.host.pick import pick_host
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Head, Installation
from ita_doctor.model.setup import Asked, Setup
from ita_doctor.rulebook import Rulebook

EPILOG = """\
examples:
  ita-doctor check /opt/hcl/TWS                  files, settings, and a test handshake with the master
  ita-doctor check --offline /opt/hcl/TWS        opens no socket
  ita-doctor check --only KEY,CERT /opt/hcl/TWS  the key and the certificate, and what blocks them
  ita-doctor check --format json /opt/hcl/TWS    for programs (docs/report.schema.json)

exit status: 0 healthy, 1 a warning, 2 an error or critical, 3 nothing could be judged"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `check` takes."""
    add_check_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Judge every PLACE; one exit status for all."""
    host = pick_host()
    console.color = args.color
    asked = asked_of(args, host)
    book = library(args.rules)
    book = book._replace(rules=with_due(book.rules, args.due))
    choice = choice_of(args, book.rules)
    places = list(dict.fromkeys(ini_of(host, place) for place in args.places)) or find_places(host, book.settings)
    if not places:
        raise Usage("no PLACE is given and no installation is in the usual folders: name an ita.ini or the folder of an installation")
    _say_unfinished(state_folder(args.state, host), places, host, console)
    verdict = Verdict()
    _write(args, console, book, _head(host), _judged(host, places, asked, book, choice, verdict), verdict)
    return verdict.status()


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
    host: Host, place: str, asked: Asked, book: Rulebook, *, choice: Choice = EVERYTHING, tried: Dict[str, str] | None = None
) -> Installation:
    """One installation, read and judged."""
    return look_at(host, place, asked, book, choice=choice, tried=tried)[1]


def look_at(
    host: Host, place: str, asked: Asked, book: Rulebook, *, choice: Choice = EVERYTHING, tried: Dict[str, str] | None = None
) -> Tuple[Setup, Installation]:
    """One installation as it was read, and what was found of it."""
    started = host.now()
    setup = collect(host, place, asked, book.settings, {} if tried is None else tried)
    found = judge(setup, book.rules, book.reasons, choice)
    return setup, found._replace(facts={**found.facts, "duration": round(max(host.now() - started, 0), 4)})


def _judged(host: Host, places: Sequence[str], asked: Asked, book: Rulebook, choice: Choice, verdict: Verdict) -> Iterator[Installation]:
    tried: Dict[str, str] = {}
    if choice.only and not any(choice.wants(rule) and rule.family in ("NET", "TLS") for rule in book.rules):
        asked = asked._replace(is_offline=True)  # nobody asked for the network
    for place in places:
        found = examine(host, place, asked, book, choice=choice, tried=tried)
        verdict.add(found)
        yield found


def _head(host: Host) -> Head:
    return Head(__version__, iso(host.now()), host.name(), host.platform)


def _write(args: argparse.Namespace, console: Console, book: Rulebook, head: Head, judged: Iterable[Installation], verdict: Verdict) -> None:
    if args.format == "json":
        from ita_doctor.render.json import render as render_json

        pieces = render_json(head, judged, verdict.status, indent=2 if console.is_terminal else None)
        _send(args, console, pieces)
        return
    from ita_doctor.render.terminal import render

    whys = {rule.id: rule.why for rule in book.rules}
    lines = render(head, judged, verdict.status, whys=whys, verbosity=1 if args.verbose else -1 if args.quiet else 0)
    if args.output is None:
        console.show(lines)
    else:
        _send(args, console, _plain(lines))


def _plain(lines: Iterable[Line]) -> Iterator[str]:
    return ("".join(text for text, _ in line) + "\n" for line in lines)


def _send(args: argparse.Namespace, console: Console, pieces: Iterable[str]) -> None:
    if args.output is None:
        for piece in pieces:
            console.out(piece)
        return
    from ita_doctor.host.output import write_output

    write_output(args.output, pieces)

"""Every format but text, from the same reports: each is one renderer with one signature."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Iterable, Iterator

from ita_doctor.cli.console import Console, Line
from ita_doctor.rulebook import Rulebook

if TYPE_CHECKING:
    from ita_doctor.model.report import Report


def pieces(name: str, reports: Iterable[Report], book: Rulebook) -> Iterator[str]:
    """The document of one of the formats that are no text and no JSON."""
    renderer = import_module(f"ita_doctor.render.{name}")
    made: Iterator[str] = renderer.render(reports, {rule.id: rule for rule in book.rules})
    return made


def show(args: argparse.Namespace, console: Console, lines: Iterable[Line]) -> None:
    """Text for a person: to the terminal in colour, or plain into --output."""
    if args.output is None:
        console.show(lines)
    else:
        send(args, console, ("".join(text for text, _ in line) + "\n" for line in lines))


def send(args: argparse.Namespace, console: Console, document: Iterable[str]) -> None:
    """A document, to standard output or whole into --output."""
    if args.output is None:
        for piece in document:
            console.out(piece)
        return
    from ita_doctor.host.output import write_output

    write_output(args.output, document)

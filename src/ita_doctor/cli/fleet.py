"""`report --from-json`: one report of what many machines printed."""

from __future__ import annotations

import argparse
import posixpath
from typing import Iterator, List, Optional, Sequence

from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import FAULT, UNKNOWN
from ita_doctor.cli.formats import pieces, send, show
from ita_doctor.cli.library import library
from ita_doctor.cli.usage import Usage
from ita_doctor.codecs.report import LIMIT, read_report
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import BadArtifact, Kind
from ita_doctor.model.finding import Head
from ita_doctor.model.report import Report

WHY = {
    "oversized": "is longer than a report can be",
    "not-json": "is no JSON, or is cut off{line}",
    "other-schema": "is no report of `ita-doctor check --format json`: its schema is {schema}, wanted ita-doctor/report/1",
    "other-shape": "calls itself a report of ita-doctor, and its `{where}` is missing or of another type",
}


class _NotOne(Exception):
    """Why a file is not read."""


class Reports:
    """The reports of the files, read one after the other, so that ten thousand need no more memory than one; and what came of all."""

    def __init__(self, paths: Sequence[str], host: Host, console: Console, *, with_gaps: bool = False) -> None:
        """Where it is *with_gaps*, a file that is no report stands among them as one without an installation."""
        self._paths, self._host, self._console, self._with_gaps = paths, host, console, with_gaps
        self._statuses: List[int] = []

    def __iter__(self) -> Iterator[Report]:
        """Each report; of a file that is none it is said on standard error."""
        total = len(self._paths)
        for number, path in enumerate(self._paths, 1):
            if not number % 100:
                self._console.passing(f"reading {number} of {total}: ", path)
            report = self._read(path)
            self._statuses.append(UNKNOWN if report is None else report.status)
            if report is not None:
                yield report
            elif self._with_gaps:
                yield Report(Head("", "", path, ""), (), UNKNOWN)
        self._console.passing("")

    def status(self) -> int:
        """The exit status by the one scheme: a fault outweighs what is unknown, that outweighs a warning."""
        worst = set(self._statuses)
        return FAULT if FAULT in worst else UNKNOWN if UNKNOWN in worst or not worst else max(worst)

    def _read(self, path: str) -> Optional[Report]:
        """The report in a file; of one that is none it is said."""
        try:
            return read_report(self._content(path))
        except _NotOne as why:
            said = str(why)
        except OSError as why:
            said = f"cannot be read: {why.strerror or 'no regular file'}"
        except BadArtifact as why:
            facts = {name: value or "not there" for name, value in why.facts.items()}
            said = WHY[why.kind].format(line="" if why.line is None else f" in line {why.line}", **facts)
        self._console.err(f"ita-doctor: --from-json: {path}: {said}")
        return None

    def _content(self, path: str) -> bytes:
        stand = self._host.stand(path)
        if stand.kind is Kind.MISSING:
            raise _NotOne("there is no such file")
        if stand.kind is not Kind.FILE:
            raise _NotOne(f"is no regular file but a {stand.kind.value}")
        if stand.size > LIMIT:
            raise _NotOne(f"has {stand.size} bytes, and a report has at most {LIMIT}")
        return self._host.read(path, LIMIT + 1)


def fleet(args: argparse.Namespace, console: Console, host: Host) -> int:
    """One report of many; one exit status for all."""
    if set(args.places) & set(args.typed):  # a config file may name those of this machine
        raise Usage("--from-json reports what other machines judged: it takes no PLACE (of several files after it, all are read)")
    book = library(args.rules)
    files = _files(args.from_json, host)
    if not files:
        raise Usage(f"--from-json: there is no .json file in {', '.join(args.from_json)}")
    reports = Reports(files, host, console, with_gaps=args.format == "nagios")  # whose one word has to fit the exit status
    if args.format == "text":
        from ita_doctor.render.digest import render

        show(args, console, render(reports, whys={rule.id: rule.why for rule in book.rules}, due={}, is_quiet=args.quiet, is_long=args.verbose))
    elif args.format == "json":
        from ita_doctor.render.json import render_many

        send(args, console, render_many(reports, reports.status))
    else:
        send(args, console, pieces(args.format, reports, book))
    return reports.status()


def _files(given: Sequence[str], host: Host) -> List[str]:
    """The files themselves; a folder means the .json files in it."""
    found: List[str] = []
    for one in given:
        path = host.absolute(one)
        if host.stand(path).kind is Kind.FOLDER:
            found += [posixpath.join(path, name) for name in host.names(path) if name.endswith(".json")]
        else:
            found.append(path)
    return found

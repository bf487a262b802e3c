"""
Check, remember, and say what is new: the job for cron.

Every run is compared with the one before: what is new, what is still there since when, what has gone, and when each certificate ends.
"""

from __future__ import annotations

import argparse
import re
from typing import Dict, List, Mapping, Sequence, Tuple

from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import UNKNOWN, Verdict
from ita_doctor.cli.formats import pieces, send, show
from ita_doctor.cli.options import add_check_options, group, state_folder
from ita_doctor.cli.usage import Usage
from ita_doctor.host.base import Host
from ita_doctor.host.pick import pick_host
from ita_doctor.model.finding import Installation
from ita_doctor.model.report import Past, Report
from ita_doctor.rulebook import Rulebook

EPILOG = """\
examples:
  ita-doctor report -q                 # for cron: silent where nothing is new
  ita-doctor report --schedule cron    # the line for a crontab
  ita-doctor report --format openmetrics --output /srv/metrics/ita.prom
  ita-doctor report --from-json hosts/*.json    # one report of many hosts
  ita-doctor report --format html --output /srv/www/ita.html    # one page

exit status: 0 healthy, 1 a warning, 2 an error or critical, 3 nothing could be
judged, or the history cannot be used"""

STRIP = 60
"""Earlier runs that a report shows."""
DAY = 86400
SLACK = DAY // 2
"""Seconds by which a daily run may come early, and a reminder is still due on its day."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `report` takes."""
    add = group(parser, "the report").add_argument
    add("--schedule", choices=("cron", "systemd", "ibmi"), help="print what runs this every day, and end")
    add("--from-json", metavar="FILE", nargs="+", default=[], help="one report of what `check --format json` printed on many hosts")
    add("--history", metavar="FILE", help="what earlier runs found; default: history.db in the state folder")
    add("--keep", metavar="DAYS", default="400d", help="how long runs and ended faults are remembered; default: 400d")
    add("--remind", metavar="DAYS", default="7d", help="after how many days -q says again what stays broken; default: 7d")
    add_check_options(parser, quiet="print nothing where nothing is new and nothing is due")


def run(args: argparse.Namespace, console: Console) -> int:
    """Judge every PLACE, or read what others judged; compare, say, remember."""
    host = pick_host()
    console.color, console.is_quiet = args.color, args.quiet
    keep, remind = _days("--keep", args.keep), _days("--remind", args.remind)
    if args.schedule is not None:
        from ita_doctor.cli.schedule import schedule

        return schedule(args, console, host)
    if args.from_json:
        from ita_doctor.cli.fleet import fleet

        return fleet(args, console, host)
    from ita_doctor.cli.check import judge_all, say_remarks

    verdict = Verdict()
    head, book, judged = judge_all(args, console, host, verdict)
    found = tuple(judged)
    memory = _Memory(args, console, host, head.time)
    memory.compare(found, keep, remind)
    report = Report(head, _with_history(found, memory.past), max(verdict.status(), memory.status), memory.past)
    is_quiet = args.quiet and not memory.is_troubled
    is_silent = is_quiet and not memory.speaks
    if not is_silent:
        say_remarks(args, console)
    if not is_silent or args.output is not None:
        write(args, console, book, report, memory.due, is_quiet=is_quiet and args.output is None)
    console.flush()
    if not is_silent:
        memory.note_said()
    return max(report.status, memory.status)


def write(args: argparse.Namespace, console: Console, book: Rulebook, report: Report, due: Mapping[str, Sequence[str]], *, is_quiet: bool) -> None:
    """One report in the format that is wanted; as text, where it *is_quiet*, without the installations that have nothing to say."""
    if args.format == "text":
        from ita_doctor.render.digest import render

        whys = {rule.id: rule.why for rule in book.rules}
        show(args, console, render((report,), whys=whys, due=due, is_quiet=is_quiet, is_long=args.verbose))
    elif args.format == "json":
        from ita_doctor.render.json import render as render_json

        send(args, console, render_json(report.head, report.installations, lambda: report.status, indent=2 if console.is_terminal else None))
    else:
        send(args, console, pieces(args.format, (report,), book))


class _Memory:
    """What the history knows of this run, and what is to be noted in it."""

    def __init__(self, args: argparse.Namespace, console: Console, host: Host, time: str) -> None:
        self.past: Dict[str, Past] = {}
        self.due: Dict[str, Sequence[str]] = {}
        self.is_troubled = False
        """The history could not be used, which has been said then."""
        self.speaks = False
        """There is something to say that a quiet report says."""
        self._args, self._console, self._host, self._time = args, console, host, time
        self._stamp = re.sub(r"\W", "", time)
        self._path = ""

    @property
    def status(self) -> int:
        """What it adds to the exit status."""
        return UNKNOWN if self.is_troubled else 0

    def compare(self, found: Sequence[Installation], keep: int, remind: int) -> None:
        """Compare with the runs before, and store this one; what is new counts as said only when `note_said` comes."""
        from ita_doctor.engine import iso
        from ita_doctor.host.history import Entry, History, NoHistory
        from ita_doctor.trend import compare

        said_before = iso(self._host.now() - max(remind * DAY - SLACK, 0))
        entries: List[Entry] = []
        try:
            self._path = _path(self._args, self._host)
            history, said = History.open(self._path, self._stamp)
            if said:
                self._console.err(f"ita-doctor: {said}")
            with history:
                self._say_what_is_missing([one.place for one in found], *history.last_places())
                for one in found:
                    place = one.place
                    trend = compare(
                        one, self._time, history.standing(place), history.runs(place, STRIP), history.last_good(place), said_before=said_before
                    )
                    self.past[place], self.due[place] = trend.past, trend.due
                    self.speaks = self.speaks or trend.speaks
                    entries.append(Entry(place, trend.worst, trend.is_good, trend.opened, trend.ended))
                if history.is_writable:
                    history.store(self._time, entries, keep=keep)
            if not history.is_writable:
                self._trouble(f"{history.path}: we may read the history and not write to it: this run is compared, and not remembered")
        except NoHistory as why:
            self._trouble(f"{why}; this run is not remembered")

    def note_said(self) -> None:
        """What was new or due has come out."""
        from ita_doctor.host.history import History, NoHistory

        said = {place: [*past.new, *self.due[place]] for place, past in self.past.items() if past.new or self.due[place]}
        if self.is_troubled or not said:
            return
        try:
            with History.open(self._path, self._stamp)[0] as history:
                history.spoken(self._time, said)
        except NoHistory as why:
            self._trouble(f"{why}; that this was said is not remembered, and it will be said again")

    def _trouble(self, text: str) -> None:
        self.is_troubled = True
        self._console.err(f"ita-doctor: {text}")

    def _say_what_is_missing(self, found: Sequence[str], time: str, before: Sequence[str]) -> None:
        """Where places are looked for, one that was found the last time and is not found any more does not go without a word."""
        from ita_doctor.host.history import text_of

        known = set(map(text_of, found))
        for place in before if not self._args.places else ():
            if place not in known:
                self._console.err(f"ita-doctor: {place}: was judged at {time}, and is not found any more: is the installation gone on purpose?")


def _path(args: argparse.Namespace, host: Host) -> str:
    """The history's file; its folder is made where it is our own state folder."""
    if args.history is not None:
        return host.absolute(args.history)
    from ita_doctor.host.vault import Vault

    vault = Vault.open(state_folder(args.state, host), create=True)
    assert vault is not None
    return f"{vault.folder}/history.db"


def _with_history(found: Sequence[Installation], past: Mapping[str, Past]) -> Tuple[Installation, ...]:
    """Each installation with what the history knows among its facts, so that it stands in the JSON too."""
    if not past:
        return tuple(found)
    from ita_doctor.codecs.report import history_of

    return tuple([one._replace(facts={**one.facts, "history": history_of(past[one.place])}) if one.place in past else one for one in found])


def _days(option: str, text: str) -> int:
    found = re.fullmatch(r"(\d{1,5})d?", text.strip())
    if not found:
        raise Usage(f"{option}: {text!r} is not a number of days such as 7d")
    return int(found[1])

"""
Check, remember, and say what is new: the job for cron.

Every run is compared with the one before: what is new, what is still there since when, what has gone, and when each certificate ends.
"""

from __future__ import annotations

import argparse
import re
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import UNKNOWN, Verdict
from ita_doctor.cli.formats import pieces, send, show
from ita_doctor.cli.options import add_check_options, group, state_folder
from ita_doctor.cli.usage import Usage
from ita_doctor.host.base import Host
from ita_doctor.host.pick import pick_host
from ita_doctor.model.finding import Installation
from ita_doctor.model.report import Report
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
    from ita_doctor.cli.check import judge_all

    verdict = Verdict()
    head, book, judged = judge_all(args, console, host, verdict)
    found = tuple(judged)
    past, due, trouble = _remembered(args, console, host, found, head.time, keep, remind)
    report = Report(head, _with_history(found, past), max(verdict.status(), UNKNOWN if trouble else 0), past)
    write(args, console, book, report, due, is_quiet=args.quiet and not trouble)
    return report.status


def write(args: argparse.Namespace, console: Console, book: Rulebook, report: Report, due: Mapping[str, Sequence[str]], *, is_quiet: bool) -> None:
    """One report in the format that is wanted; where it is quiet and nothing speaks, nothing on standard output."""
    speaks = not is_quiet or any(past.new for past in report.past.values()) or any(due.values())
    if args.format == "text":
        from ita_doctor.render.digest import render

        whys = {rule.id: rule.why for rule in book.rules}
        show(args, console, render((report,), whys=whys, due=due, is_quiet=is_quiet))
    elif speaks or args.output is not None:
        if args.format == "json":
            from ita_doctor.render.json import render as render_json

            send(args, console, render_json(report.head, report.installations, lambda: report.status, indent=2 if console.is_terminal else None))
        else:
            send(args, console, pieces(args.format, (report,), book))


def _remembered(
    args: argparse.Namespace, console: Console, host: Host, found: Sequence[Installation], time: str, keep: int, remind: int
) -> Tuple[Dict[str, Any], Dict[str, Sequence[str]], bool]:
    """By place what the history knows and what is due again; whether it could not be used, which has been said then."""
    from ita_doctor.engine import iso
    from ita_doctor.host.history import Entry, History, NoHistory
    from ita_doctor.trend import compare

    now = host.now()
    past: Dict[str, Any] = {}
    due: Dict[str, Sequence[str]] = {}
    entries: List[Entry] = []
    try:
        history, said = History.open(_path(args, host), re.sub(r"\W", "", time))
        if said:
            console.err(f"ita-doctor: {said}")
        with history:
            for one in found:
                place = one.place
                trend = compare(
                    one, time, history.standing(place), history.runs(place, STRIP), history.last_good(place), said_before=iso(now - remind * 86400)
                )
                past[place], due[place] = trend.past, trend.due
                entries.append(Entry(place, trend.worst, trend.is_good, trend.opened, trend.ended, trend.due))
            if history.is_writable:
                history.store(time, entries, oldest=iso(now - keep * 86400))
        if not history.is_writable:
            console.err(f"ita-doctor: {history.path}: we may read the history and not write to it: this run is compared, and not remembered")
            return past, due, True
    except NoHistory as why:
        console.err(f"ita-doctor: {why}; this run is not remembered")
        return past, due, True
    return past, due, False


def _path(args: argparse.Namespace, host: Host) -> str:
    """The history's file; its folder is made where it is our own state folder."""
    if args.history is not None:
        return host.absolute(args.history)
    from ita_doctor.host.vault import Vault

    vault = Vault.open(state_folder(args.state, host), create=True)
    assert vault is not None
    return f"{vault.folder}/history.db"


def _with_history(found: Sequence[Installation], past: Mapping[str, Any]) -> Tuple[Installation, ...]:
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

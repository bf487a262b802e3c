"""
Say what a file is: key, certificate, bundle, stash, random file, key store, ...

Says what it is good for here, and with which command it becomes what the procedure wants. Prints no secret, changes nothing.
"""

from __future__ import annotations

import argparse
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from ita_doctor.cli.console import Console, Line
from ita_doctor.cli.exit_code import FAULT, HEALTHY
from ita_doctor.cli.library import library, table
from ita_doctor.cli.options import add_output_options
from ita_doctor.codecs.identify import Identity, identify, unread
from ita_doctor.host.base import Host
from ita_doctor.host.pick import pick_host
from ita_doctor.model.artifact import LIMIT, Kind
from ita_doctor.model.visible import visible

EPILOG = """\
examples:
  ita-doctor inspect nc117031.sth ita_prvnc117031.pem
  ita-doctor inspect --format json *.pem   # for programs

exit status: 0 every file was named, 2 one is not there or cannot be read"""

SCHEMA = "ita-doctor/inspect/1"

NOT_READ = {
    Kind.MISSING: "missing", Kind.DANGLING: "missing", Kind.LOOP: "unreadable", Kind.HIDDEN: "unreadable", Kind.FOLDER: "folder",
    Kind.FIFO: "special", Kind.SOCKET: "special", Kind.DEVICE: "special",
}  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `inspect` takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="any file; its first MiB is read")
    add_output_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """A row for each file, in the order in which they were named."""
    console.color = args.color
    host, words, settings = pick_host(), table("inspect.toml"), library().settings
    rows = [(path, look(host, host.absolute(path), words, settings)) for path in args.files]
    if args.format == "json":
        import json

        document = {"schema": SCHEMA, "files": [_row(path, found) for path, found in rows]}
        console.out(json.dumps(document, indent=2 if console.is_terminal else None) + "\n")
    else:
        console.show(_lines(rows))
    return FAULT if any(found.kind in ("missing", "unreadable") for _, found in rows) else HEALTHY


def look(host: Host, path: str, words: Mapping[str, Any], settings: Mapping[str, Any]) -> Identity:
    """What stands at *path*; a FIFO or device is never opened."""
    stand = host.stand(path)
    if stand.kind is not Kind.FILE:
        return unread(NOT_READ[stand.kind], words)
    try:
        return identify(host.read(path, LIMIT), path, words, settings)
    except OSError:
        return unread("unreadable", words)


def _row(path: str, found: Identity) -> Dict[str, Any]:
    """One file as docs/inspect.schema.json has it."""
    return {
        "path": path, "kind": found.kind, "form": found.form, "encoding": found.encoding, "ccsid": list(found.ccsids),
        "encrypted": found.encrypted, "holds": list(found.holds), "text": found.text, "good_for": found.good_for, "commands": list(found.commands),
    }  # fmt: skip


def _lines(rows: Sequence[Tuple[str, Identity]]) -> Iterator[Line]:
    from ita_doctor.render.terminal import WIDTH, wrapped

    for number, (path, found) in enumerate(rows):
        if number:
            yield ()
        spans: List[Tuple[str, str]] = [(visible(path, 400), "title"), (f"  {found.kind}", "note")]
        yield tuple(spans)
        for text, style in ((found.text, ""), (f"Good for: {found.good_for}", "dim")):
            for line in wrapped(visible(text, 1000), WIDTH - 2):
                yield (("  " + line, style),)
        for command in found.commands:
            yield (("  $ ", "dim"), (command, "command"))

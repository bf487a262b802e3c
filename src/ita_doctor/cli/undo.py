"""Put back what the last `fix --apply` changed: the exact bytes, owners, modes and times."""

from __future__ import annotations

import argparse
import posixpath

from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import FAULT, HEALTHY
from ita_doctor.cli.library import library
from ita_doctor.cli.options import PLACE, add_state_option, state_folder
from ita_doctor.cli.places import the_place
from ita_doctor.cli.unfinished import tree_of
from ita_doctor.cli.usage import Usage
from ita_doctor.engine import iso
from ita_doctor.host.base import Host
from ita_doctor.host.pick import pick_host
from ita_doctor.host.process import stopped_by_signals
from ita_doctor.host.vault import Vault
from ita_doctor.repair import apply

EPILOG = """\
examples:
  ita-doctor undo /opt/hcl/TWS
  ita-doctor undo /tmp/new       # what `fix --into /tmp/new` made

exit status: 0 all is as before, 2 something could not be put back (each is
named, backups are kept), 3 nothing to undo, or refused"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `undo` takes."""
    parser.add_argument("places", nargs="*", metavar="PLACE", help=PLACE)
    add_state_option(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Undo the last fix, last change first; what was changed since is left and named."""
    host = pick_host()
    vault = Vault.open(state_folder(args.state, host), create=False)
    place = _place(args, host, vault)
    found = None if vault is None else apply.unfinished(vault, place) or apply.last_applied(vault, place)
    if vault is not None and found is None and vault.is_locked(place):
        vault.lock(place).release()  # says who is at work
    if vault is None or found is None:
        raise Usage(f"{place}: there is nothing to undo: no `fix --apply` of it is on record in {state_folder(args.state, host)}")
    with stopped_by_signals():
        undone = apply.undo(vault, found, tree_of)
    for path in undone.put_back:
        console.show([((f"put back  {path}", ""),)])
    for path, reason in undone.stuck:
        console.show([((f"left      {path}: {reason}", "error"),)])
    if undone.stuck:
        console.err(f"ita-doctor: {place}: not all could be put back; the backups are kept in {vault.run_path(place, found)}")
        return FAULT
    console.show([((f"All is as it was before the fix of {iso(found.time)}.", "pass"),)])
    return HEALTHY


def _place(args: argparse.Namespace, host: Host, vault: Vault | None) -> str:
    """The place that a fix is on record for: an installation's, or the folder of an earlier --into."""
    if vault is not None and len(args.places) == 1:
        into = posixpath.join(host.absolute(args.places[0]), "ita.ini")
        if apply.unfinished(vault, into) or apply.last_applied(vault, into):
            return into
    return the_place(host, args.places, library().settings, "undo")

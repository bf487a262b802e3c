"""A `fix` that was killed: said before all else, and put back before anything new is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ita_doctor.cli.console import Console
from ita_doctor.engine import iso
from ita_doctor.host.vault import Vault
from ita_doctor.repair.journal import Header, unfinished

if TYPE_CHECKING:
    from ita_doctor.host.tree import Tree


def say_unfinished(vault: Optional[Vault], place: str, console: Console) -> bool:
    """Whether a `fix` of this place died before it was done; that is said."""
    found = None if vault is None else unfinished(vault, place)
    if found is None:
        return False
    console.err(
        f"ita-doctor: {place}: a `fix` of {iso(found.time)} was not finished (process {found.pid} is gone); what it changed is put back by "
        "`ita-doctor undo`, or by the next `ita-doctor fix --apply`, which then begins anew"
    )
    return True


def finish_unfinished(vault: Optional[Vault], place: str, console: Console) -> None:
    """Put back what a `fix` that died has changed. Raises HalfUndone where something stays stuck."""
    found = None if vault is None else unfinished(vault, place)
    if vault is None or found is None:
        return
    from ita_doctor.model.plan import HalfUndone
    from ita_doctor.repair.undo import undo

    undone = undo(vault, found, tree_of)
    console.err(f"ita-doctor: {place}: a `fix` of {iso(found.time)} was not finished; it was put back first ({len(undone.put_back)} files)")
    if undone.stuck:
        raise HalfUndone("; ".join(f"{path}: not put back: {reason}" for path, reason in undone.stuck))


def tree_of(header: Header) -> Tree:
    """The installation as the journal knew it."""
    from ita_doctor.host.tree import Tree

    return Tree(header.installation, header.uid, header.gid)

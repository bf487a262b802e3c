"""Whose installation it is, before root works in it as that user."""

from __future__ import annotations

from typing import List, Optional

from ita_doctor.host.base import Host
from ita_doctor.host.tree import Tree
from ita_doctor.model.artifact import Lost
from ita_doctor.model.plan import BadPlan
from ita_doctor.model.setup import Setup


def tree_of(host: Host, setup: Setup, *, user: Optional[str], root: Optional[str]) -> Tree:
    """
    The installation, held by its folders; *user* is what --user said, *root* the folder of --into.

    Raises BadPlan where there is no installation, or where whose it is cannot be said for certain.
    """
    if setup.uid < 0:
        raise BadPlan(f"{setup.place}: the system does not know the user {setup.user}: name the agent's user with --user")
    number, _ = host.me()
    if user is None and root is None:
        _refuse_doubt(host, setup, is_root=number == 0)
    folder = setup.installation if root is None else root
    try:
        return Tree(folder, setup.uid, host.group_of(setup.uid if number == 0 else number))
    except OSError as why:
        raise BadPlan(f"{why.filename or folder}: {why.strerror or why}; name the ita.ini or the folder of an installation") from None


def _refuse_doubt(host: Host, setup: Setup, *, is_root: bool) -> None:
    folder = setup.dir
    paths = [setup.installation, setup.place, *([] if isinstance(folder, Lost) else [folder])]
    owners = [host.stand(path).uid for path in paths if host.stand(path).uid >= 0]
    if len(owners) == len(set(owners)) == 3:
        raise BadPlan(
            f"{setup.place}: installation folder, ita.ini and certificate folder belong to three different users: name the agent's user with --user"
        )
    others = _others(host, setup) if is_root and setup.uid == 0 else []
    if others:
        raise BadPlan(f"{setup.place}: {', '.join(others)} is not root's, so that root is hardly the agent's user: name the agent's user with --user")


def _others(host: Host, setup: Setup) -> List[str]:
    """ita.ini and the folders on the way to it that another than root can change: then a folder of root's that it names proves nothing."""
    root = setup.installation.rstrip("/")
    paths = [setup.place, *(one.path for one in host.folders(setup.place) if f"{one.path.rstrip('/')}/".startswith(f"{root}/"))]
    return [path for path in paths if host.stand(path).uid > 0]

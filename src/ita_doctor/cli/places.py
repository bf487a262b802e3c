"""PLACE → the path of an ita.ini."""

from __future__ import annotations

import argparse
import posixpath
from typing import TYPE_CHECKING, Any, List, Mapping, Optional, Sequence

from ita_doctor.cli.usage import Usage
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Kind

if TYPE_CHECKING:
    from ita_doctor.host.rooted import Rooted


def ini_of(host: Host, place: str, table: Mapping[str, Any]) -> str:
    """The ita.ini that *place* means; where there is none, the one that would have to be there. *table* is rules/layouts.toml."""
    path = host.absolute(place)
    if posixpath.basename(path) == "ita.ini":
        return path
    kind = host.stand(path).kind
    likeliest = posixpath.join(path, table["places"]["below"][0])
    if kind is Kind.MISSING:
        return likeliest
    if kind is not Kind.FOLDER:
        return path
    if host.stand(likeliest).kind is not Kind.MISSING:
        return likeliest
    from ita_doctor.collect.installed import ini_candidates

    return next((one for one in ini_candidates(host, path, table) if host.stand(one).kind is not Kind.MISSING), likeliest)


def find_places(host: Host, table: Mapping[str, Any]) -> List[str]:
    """Without a PLACE: $ITA_DOCTOR_PLACE, else every installation that is registered or lies in a usual folder (rules/layouts.toml)."""
    named = host.environment("ITA_DOCTOR_PLACE")
    if named:
        return [ini_of(host, named, table)]
    from ita_doctor.collect.installed import installations

    return installations(host, table)


def copy_of(args: argparse.Namespace, host: Host, table: Mapping[str, Any]) -> Optional[Rooted]:
    """The tree of --root; None without it. Usage where there is none. *table* is rules/settings.toml."""
    if args.root is None:
        return None
    from ita_doctor.collect.ca_pair import ca_folders
    from ita_doctor.host.rooted import Rooted

    stores = [host.absolute(one) for one in (args.server_keystore, args.trust_keystore) if one is not None]
    named = [host.absolute(one) for one in (args.server_cert, args.ca_cert) if one is not None]
    for store in stores:  # the store, or the folder that holds it
        named += [store, *(folder for path in (store, f"{store}/") for folder in ca_folders(path, table["master"]))]
    try:
        if not args.root:
            raise Usage("--root: no folder is named")
        return Rooted(host, args.root, named=named)
    except OSError as why:
        raise Usage(f"--root: {args.root!r}: {why.strerror or why}") from None


def places_in(tree: Rooted, places: Sequence[str], table: Mapping[str, Any]) -> List[str]:
    """The ita.ini of each of *places*, or of what is registered or lies in a usual folder of the tree; without any, that of the tree's own folder."""
    named = list(dict.fromkeys(ini_of(tree, tree.place(place), table) for place in places))
    return named or find_places(tree, table) or [ini_of(tree, tree.root, table)]


def the_place(host: Host, places: Sequence[str], table: Mapping[str, Any], command: str) -> str:
    """The one ita.ini that a command which changes something works on; Usage where that is not clear."""
    found = list(dict.fromkeys(ini_of(host, place, table) for place in places)) or find_places(host, table)
    if not found:
        raise Usage("no PLACE is given, and no installation is registered or in the usual folders: name an ita.ini or the folder of an installation")
    if len(found) > 1:
        raise Usage(f"`{command}` works on one installation: name it, as in `ita-doctor {command} {found[0]}`. There are {', '.join(found)}")
    return found[0]

"""`--into DIR`: the six files on any machine, judged as an installation whose ita.ini is only pretended."""

from __future__ import annotations

import argparse
import posixpath
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple

from ita_doctor.cli.usage import Usage
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import FileFact, Kind
from ita_doctor.model.plan import Facts, State
from ita_doctor.model.secret import Secret
from ita_doctor.model.setup import Setup
from ita_doctor.repair.remedies.settings import SSL_PORT
from ita_doctor.repair.wording import Words

AGENT, THERE = "TWSUSER@AGENT", "/CERTIFICATE/FOLDER"
"""Stands in the lines that copy the files: the person puts the names of the agent's machine there."""


@dataclass(frozen=True)
class Into:
    """Where the six files go."""

    folder: str
    place: str
    """Of the ita.ini that is pretended; it is never written."""
    root: str
    """The folder itself, or the nearest one above it that is there."""
    pretended: Mapping[str, State]

    def lines(self, setup: Setup, words: Words) -> Tuple[str, ...]:
        """How the files get to the agent, and what its ita.ini has to say then."""
        facts = [setup.files[one] for one in ("prv", "pub", "cert", "bundle", "stash", "seed")]
        names = [posixpath.basename(fact.path) for fact in facts if isinstance(fact, FileFact)]
        (pretended,) = self.pretended.values()
        content = b"" if pretended.content is None else pretended.content.reveal()
        settings = content.decode("utf-8", "surrogateescape").replace(self.folder, THERE).splitlines()
        return words.copy_lines(self.folder, names, settings, AGENT, THERE)


def into_of(args: argparse.Namespace, host: Host, table: Mapping[str, Any]) -> Optional[Into]:
    """What --into asks for (*table* is rules/settings.toml); Usage where it does not go with the rest."""
    if args.into is None:
        return None
    if args.places:
        raise Usage("--into: makes the files on any machine and takes no PLACE")
    if args.suffix is None:
        raise Usage("--into: wants --suffix, which names the files")
    folder = host.absolute(args.into)
    if host.stand(folder).kind not in (Kind.FOLDER, Kind.MISSING):
        raise Usage(f"--into: {folder}: is no folder")
    root = folder
    while host.stand(root).kind is not Kind.FOLDER and root != "/":
        root = posixpath.dirname(root)
    if folder not in (root, posixpath.join(root, posixpath.basename(folder))):
        raise Usage(f"--into: {posixpath.dirname(folder)}: there is no such folder")
    place = posixpath.join(folder, "ita.ini")
    uid, owner = host.me()
    text = _settings(table, folder, args.suffix)
    pretended = {place: State(Facts(0o600, uid, host.group_of(uid)), owner, Secret(text.encode("utf-8", "surrogateescape")))}
    return Into(folder, place, root, pretended)


def _settings(table: Mapping[str, Any], folder: str, suffix: str) -> str:
    """The section that the agent's ita.ini is to have, for a folder."""
    values = {"dir": folder, "suffix": suffix, "label": suffix, "ssl_port": SSL_PORT, "tcp_port": "0"}
    lines: List[str] = [f"[{table['section']}]"]
    for one in table["setting"]:
        if one["role"] in ("stash", "seed"):
            values[one["role"]] = posixpath.join(folder, suffix + posixpath.splitext(one["default"])[1])
        if one["role"] in values:
            lines.append(f"{one['name']} = {values[one['role']]}")
    return "\n".join((*lines, ""))

"""The artifacts as files: missing ones, owner and mode, encoding, and secrets that lie about."""

from __future__ import annotations

import posixpath
from typing import Callable, Dict, Iterator

from ita_doctor.codecs.ini_edit import encode
from ita_doctor.codecs.text import read_text
from ita_doctor.model.artifact import Kind, Lost, Text
from ita_doctor.model.finding import Finding
from ita_doctor.model.plan import MakeDirectory, MoveAway, SetFolderMode
from ita_doctor.model.secret import Secret
from ita_doctor.repair.basis import Basis
from ita_doctor.repair.remedies._registry import Treatment, needs, remedy
from ita_doctor.repair.remedies.certificates import choose, rebuild
from ita_doctor.repair.remedies.secrets import make_seed, new_key_or_request, restore_key, rewrite_stash
from ita_doctor.repair.remedies.settings import set_to_aim


@remedy("artifact.make")
def make(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """What is missing or of no use: found under another name, made from what is there, or made anew."""
    artifact = finding.about
    aim = basis.aim
    if artifact not in MAKERS and artifact != "dir":
        return
    path = basis.path(artifact)
    if aim.path(artifact) != path and basis.host.stand(aim.path(artifact)).kind in (Kind.FILE, Kind.FOLDER):
        yield from set_to_aim(basis, _roles(artifact))
    elif artifact == "dir":
        yield Treatment("folder.make", (MakeDirectory(path),), facts={"where": path})
    else:
        yield from MAKERS[artifact](finding, basis)


def _roles(artifact: str) -> tuple[str, ...]:
    """The settings that lead to an artifact."""
    return (artifact,) if artifact in ("stash", "seed", "dir") else ("dir", "suffix")


def _make_key(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    found = restore_key(basis)
    if found is not None:
        yield found
    else:
        yield from new_key_or_request(basis)


MAKERS: Dict[str, Callable[[Finding, Basis], Iterator[Treatment]]] = {
    "prv": _make_key, "stash": rewrite_stash, "seed": make_seed, "pub": choose, "cert": choose, "bundle": rebuild,
}  # fmt: skip


@remedy("file.protect")
def protect(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The same content in a new file of the agent's, with a mode that the rules allow."""
    artifact = finding.about
    step = basis.write(artifact, None, artifact)
    if basis.host.origin(step.path).content is None and basis.host.absolute(step.path) not in basis.host.written:
        yield Treatment("file.protect", needs=basis.may_take(artifact), facts={"where": step.path})
        return
    if artifact == "seed" and basis.may_take("seed") is not None:
        yield from make_seed(finding, basis)
        return
    mode = basis.state(step).facts.mode
    yield Treatment("file.protect", (step,), facts={"where": step.path, "mode": f"{mode:04o}"})


@remedy("file.retag")
def retag(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The same content in a new file, which gets its tag before the first byte: one that is there may have other names."""
    step = basis.write(finding.about, None, finding.about)
    if basis.host.origin(step.path).content is None and basis.host.absolute(step.path) not in basis.host.written:
        yield Treatment("file.retag", needs=basis.may_take(finding.about), facts={"where": step.path})
        return
    yield Treatment("file.retag", (step,), facts={"where": step.path})


@remedy("folder.protect")
def protect_folder(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """Nobody but its owner and root may replace what is in the folder."""
    path = finding.where or ""
    stand = basis.host.stand(path)
    mode = stand.mode & ~0o022
    yield Treatment("folder.protect", (SetFolderMode(path, mode),), facts={"where": path, "mode": f"{mode:04o}"})


@remedy("text.recode")
def recode(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The same text in ASCII, or in UTF-8 where it needs that."""
    artifact = finding.about
    content = basis.content(artifact)
    if content is None:
        return
    text = read_text(content)
    plain = text.value.replace("\x85", "\n") if text.encoding == "ebcdic" else text.value
    step = basis.write(artifact, Secret(encode(plain, "utf-8")), artifact)
    yield Treatment("text.recode", (step,), facts={"where": step.path, "encoding": _iconv(text)})


def _iconv(text: Text) -> str:
    """The encoding as iconv calls it."""
    if text.encoding == "ebcdic":
        return f"IBM{text.ccsids[0]:03d}" if text.ccsids else "IBM037"
    return {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}.get(text.encoding, "UTF-8")


@remedy("stray.move")
def move_stray(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """A secret that lies about goes into the backups, once key and stash go together without it."""
    path = finding.where or ""
    key, own = basis.key(), basis.setup.own
    if key is None or isinstance(own, Lost) or key.spki != own.spki:
        yield needs("stray.move", "decide", where=path)
        return
    yield Treatment("stray.move", (MoveAway("stray", path),), facts={"where": path, "name": posixpath.basename(path)})

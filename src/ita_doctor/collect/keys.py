"""Stash and key: opened here, and nothing secret goes further than this module."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Tuple, Union

from ita_doctor.codecs.lock import tries
from ita_doctor.collect.files import Files
from ita_doctor.model.artifact import BadArtifact, Key, KeyFile, Lost, PemScan, Reason, Stash
from ita_doctor.model.secret import Secret
from ita_doctor.model.setup import Asked

HINTS = ("plain", "hex")
"""Readings that open the key and yet are a wrong stash: the agent will not read it so."""


class Opened(NamedTuple):
    """What became of stash and key."""

    stash: Union[Stash, Lost]
    prv: Union[KeyFile, Lost]
    key: Union[Key, Lost]
    sound: Union[bool, Lost]
    password: Optional[Secret]
    """The one that opened the key, for the handshake."""


def open_everything(files: Files, scan: Union[PemScan, Lost], asked: Asked) -> Opened:
    """Read the key file, read the stash, open the one with the other."""
    prv = _read_key_file(scan)
    stash = _read_stash(files, prv)
    if isinstance(prv, Lost):
        return Opened(stash, prv, prv, prv, None)
    if prv.lock is None:
        key: Union[Key, Lost] = _open(prv, None, "none")
        password = None
    elif isinstance(stash, Lost):
        key, password = stash, None
    else:
        key, password = _open_with(prv, (("exact", stash.password), *stash.forms))
    if isinstance(key, Lost) and key.about == "prv":
        prv = key
    return Opened(stash, prv, key, _sound(prv, key, password, asked), password)


def to_present(opened: Opened) -> Optional[Tuple[Secret, Optional[Secret]]]:
    """(key as PEM, its password or None where it is in clear) for the handshake; None where there is none to present."""
    if isinstance(opened.key, Lost) or isinstance(opened.prv, Lost):
        return None
    from ita_doctor.codecs.key import clear_pem

    clear = clear_pem(opened.prv, opened.password)
    return (opened.prv.pem, opened.password) if clear is None else (clear, None)


def _read_key_file(scan: Union[PemScan, Lost]) -> Union[KeyFile, Lost]:
    if isinstance(scan, Lost):
        return scan
    from ita_doctor.codecs.key import read_key

    try:
        return read_key(scan)
    except BadArtifact as why:
        return Lost(Reason.MALFORMED, "prv", why.kind, why.line, why.facts)


def _read_stash(files: Files, prv: Union[KeyFile, Lost]) -> Union[Stash, Lost]:
    content = files.content("stash")
    if isinstance(content, Lost):
        return content
    from ita_doctor.codecs.stash import guesses, read_stash

    try:
        return read_stash(content)
    except BadArtifact as why:
        kind = why.kind
        if not isinstance(prv, Lost) and prv.lock is not None:
            for form, password in guesses(content)[: tries(prv.lock)]:
                if isinstance(_open(prv, password, form), Key):
                    kind = form
                    break
        return Lost(Reason.MALFORMED, "stash", kind, None, {**why.facts, "offset": why.offset or 0})


def _open_with(prv: KeyFile, readings: Sequence[Tuple[str, Secret]]) -> Tuple[Union[Key, Lost], Optional[Secret]]:
    """The key by the first reading of the stash that opens it."""
    first: Optional[Lost] = None
    for form, password in readings[: tries(prv.lock)]:
        key = _open(prv, password, form)
        if isinstance(key, Key):
            return (Lost(Reason.WRONG_PASSWORD, "key", form), None) if form in HINTS else (key, password)
        if key.reason is not Reason.WRONG_PASSWORD:
            return key, None
        first = first or key
    assert first is not None
    return first, None


def _open(prv: KeyFile, password: Optional[Secret], form: str) -> Union[Key, Lost]:
    from ita_doctor.codecs.key import open_key

    try:
        return open_key(prv, password)._replace(via=form)
    except BadArtifact as why:
        if why.kind == "wrong-password":
            return Lost(Reason.WRONG_PASSWORD, "key")
        if why.kind == "unknown-cipher":
            return Lost(Reason.UNKNOWN_CIPHER, "key")
        return Lost(Reason.MALFORMED, "prv", why.kind, why.line or prv.line, why.facts)


def _sound(prv: Union[KeyFile, Lost], key: Union[Key, Lost], password: Optional[Secret], asked: Asked) -> Union[bool, Lost]:
    if isinstance(prv, Lost):
        return prv
    if isinstance(key, Lost):
        return key
    if not key.fits:
        return False
    if not asked.is_thorough:
        return Lost(Reason.NOT_THOROUGH, "sound")
    from ita_doctor.codecs.key import is_sound

    return is_sound(prv, password)

"""The stash file and the password in it."""

from __future__ import annotations

from typing import Iterator, Tuple

from ita_doctor.checks._registry import Params, check, fails, lost, page_of, passes, path_of
from ita_doctor.model.artifact import Key, Lost, Reason, Setting, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup

VOID = ("nothing", "blank")
"""Kinds of a stash that is Base64 of no password."""


@check(
    "stash.base64",
    says={
        "ebcdic": ("offset", "ccsids", "page"), "gskit": ("offset",), "pem": ("offset",), "hex": ("offset",), "utf-16": ("offset",),
        "truncated": ("offset",), "plain": ("offset",), "bom": ("offset",), "binary": ("offset",), "other": ("offset",),
    },
)  # fmt: skip
def base64(setup: Setup, params: Params) -> Iterator[Observation]:
    """The stash is strict Base64; what it is instead is named."""
    stash = setup.stash
    if not isinstance(stash, Lost) or stash.kind in VOID:
        yield passes("stash", path_of(setup, "stash"))
    elif stash.about == "stash" and stash.reason is Reason.MALFORMED:
        ccsids = stash.facts.get("ccsids", ())
        facts = {"ccsids": list(ccsids), "ccsid": ccsids[0], "page": page_of(ccsids)} if isinstance(ccsids, tuple) and ccsids else {}
        yield fails(stash.kind, "stash", path_of(setup, "stash"), offset=stash.facts.get("offset", 0), **facts)
    else:
        yield lost(stash, "stash")


@check("stash.holds_password", says={"nothing": (), "blank": ()})
def holds_password(setup: Setup, params: Params) -> Iterator[Observation]:
    """The stash decodes to something that can be a password."""
    stash = setup.stash
    if not isinstance(stash, Lost):
        yield passes("stash", path_of(setup, "stash"))
    elif stash.kind in VOID and stash.reason is Reason.MALFORMED:
        yield fails(stash.kind, "stash", path_of(setup, "stash"))
    else:
        yield lost(stash, "stash")


def _read_as(setup: Setup, forms: Tuple[str, ...]) -> Iterator[Observation]:
    """Whether the key opens only with one of *forms* of what was stashed."""
    key = setup.key
    if not isinstance(key, Key):
        yield lost(key, "stash", path_of(setup, "stash"))
    elif key.via == "none":
        yield lost(Lost(Reason.NOT_ENCRYPTED, "key"), "stash", path_of(setup, "stash"))
    elif key.via in forms:
        yield fails(key.via, "stash", path_of(setup, "stash"))
    else:
        yield passes("stash", path_of(setup, "stash"))


@check("stash.last_character", says={"stripped": ()})
def last_character(setup: Setup, params: Params) -> Iterator[Observation]:
    """No line end or blank was stashed behind the password, without which alone the key opens."""
    yield from _read_as(setup, ("stripped",))


@check("stash.encoding", says={"ebcdic": (), "utf-16": (), "double": ()})
def encoding(setup: Setup, params: Params) -> Iterator[Observation]:
    """The password is stashed in the encoding in which the key was locked."""
    yield from _read_as(setup, ("ebcdic", "utf-16", "double"))


@check("stash.not_weak", says={"weak": ("least",)}, words=list, least=int)
def not_weak(setup: Setup, params: Params) -> Iterator[Observation]:
    """The password is none of a manual's, not the suffix, not too short; which of these is never said."""
    password = got(setup.stash).password.reveal().strip(b" \t\r\n\0")
    plain = password.decode("utf-8", "replace").casefold()
    own = {setup.suffix.casefold()} if isinstance(setup.suffix, str) else set()
    label = setup.settings["label"]
    if isinstance(label, Setting):
        own.add(label.value.casefold())
    if len(password) < params["least"] or plain in own or plain in params["words"]:
        yield fails("weak", "stash", path_of(setup, "stash"), least=params["least"])

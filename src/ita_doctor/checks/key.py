"""The private key."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.checks._registry import Params, check, fails, lost, passes, path_of
from ita_doctor.model.artifact import Key, Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check(
    "key.one",
    says={
        "none": (), "two": (), "certificate": (), "request": (), "public": (), "openssh": (), "broken": ("fault",),
        "forever": ("rounds", "memory"),
    },
)  # fmt: skip
def one(setup: Setup, params: Params) -> Iterator[Observation]:
    """The file holds one private key, and one that can be tried."""
    prv = setup.prv
    if not isinstance(prv, Lost):
        yield passes("prv", path_of(setup, "prv"))
    elif prv.about == "prv" and prv.reason is Reason.MALFORMED:
        facts = {"fault": prv.facts.get("fault", "bad-der"), "rounds": prv.facts.get("rounds", 0), "memory": prv.facts.get("memory", 0)}
        yield fails(prv.kind, "prv", path_of(setup, "prv"), prv.line, **facts)
    else:
        yield lost(prv, "prv")


@check("key.opens", says={"wrong": (), "plain": (), "hex": ()})
def opens(setup: Setup, params: Params) -> Iterator[Observation]:
    """The key opens with the stashed password, or with a reading of it for which another rule speaks."""
    key = setup.key
    if isinstance(key, Key):
        yield passes("key", path_of(setup, "prv")) if key.via != "none" else lost(Lost(Reason.NOT_ENCRYPTED, "key"), "key", path_of(setup, "prv"))
    elif key.reason is Reason.WRONG_PASSWORD:
        yield fails(key.kind or "wrong", "key", path_of(setup, "prv"))
    else:
        yield lost(key, "key", path_of(setup, "prv"))


@check("key.encrypted", says={"clear": ()})
def encrypted(setup: Setup, params: Params) -> Iterator[Observation]:
    """The key is encrypted."""
    if got(setup.prv).lock is None:
        yield fails("clear", "prv", path_of(setup, "prv"))


@check("key.strong", says={"small": ("bits", "least"), "ec": ("bits",), "other": ("algorithm",)}, bits=int)
def strong(setup: Setup, params: Params) -> Iterator[Observation]:
    """The key is RSA of at least *bits* bits."""
    key = got(setup.key)
    if key.algorithm == "EC":
        yield fails("ec", "key", path_of(setup, "prv"), bits=key.bits)
    elif key.algorithm != "RSA":
        yield fails("other", "key", path_of(setup, "prv"), algorithm=key.algorithm)
    elif key.bits < params["bits"]:
        yield fails("small", "key", path_of(setup, "prv"), bits=key.bits, least=params["bits"])


@check("key.sound", says={"unsound": ()})
def sound(setup: Setup, params: Params) -> Iterator[Observation]:
    """The numbers of the key fit together."""
    if not got(setup.sound):
        yield fails("unsound", "key", path_of(setup, "prv"))


@check("key.agent_reads", says={"unreadable": ("lock",)}, schemes=list, kdfs=list, ciphers=list, newer=list, prfs=list)
def agent_reads(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's own OpenSSL knows every part of the key's encryption (a cipher may be known in one scheme only)."""
    lock = got(setup.prv).lock
    if lock is None:
        yield lost(Lost(Reason.NOT_ENCRYPTED, "key"), "prv", path_of(setup, "prv"))
        return
    key = setup.key
    if isinstance(key, Lost) and key.reason is Reason.UNKNOWN_CIPHER and lock.cipher in params["newer"]:
        yield lost(key, "prv", path_of(setup, "prv"))
        return
    parts = ((lock.scheme, "schemes"), (lock.kdf, "kdfs"), (lock.prf, "prfs"))
    is_known = lock.cipher in params["ciphers"] or f"{lock.scheme} {lock.cipher}" in params["ciphers"]
    if not is_known or any(value and value not in params[known] for value, known in parts):
        said = ", ".join(value for value in (lock.scheme, lock.kdf, lock.cipher, lock.prf) if value)
        yield fails("unreadable", "prv", path_of(setup, "prv"), lock=said)


@check("key.cipher_known", says={"unknown": ("cipher",)})
def cipher_known(setup: Setup, params: Params) -> Iterator[Observation]:
    """This machine's libraries know the cipher that locks the key."""
    key, lock = setup.key, got(setup.prv).lock
    if isinstance(key, Lost) and key.reason is Reason.UNKNOWN_CIPHER and lock is not None:
        yield fails("unknown", "key", path_of(setup, "prv"), cipher=lock.cipher)

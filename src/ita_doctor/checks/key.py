"""The private key."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.checks._registry import Params, check, fails, lost, passes
from ita_doctor.model.artifact import FileFact, Key, Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


def _path(setup: Setup) -> str:
    fact = setup.files["prv"]
    return fact.path if isinstance(fact, FileFact) else ""


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
        yield passes("prv", _path(setup))
    elif prv.about == "prv" and prv.reason is Reason.MALFORMED:
        facts = {"fault": prv.facts.get("fault", "bad-der"), "rounds": prv.facts.get("rounds", 0), "memory": prv.facts.get("memory", 0)}
        yield fails(prv.kind, "prv", _path(setup), prv.line, **facts)
    else:
        yield lost(prv, "prv")


@check("key.opens", says={"wrong": (), "plain": (), "hex": ()})
def opens(setup: Setup, params: Params) -> Iterator[Observation]:
    """The key opens with the stashed password, or with a reading of it for which another rule speaks."""
    key = setup.key
    if isinstance(key, Key):
        yield passes("key", _path(setup)) if key.via != "none" else lost(Lost(Reason.NOT_ENCRYPTED, "key"), "key", _path(setup))
    elif key.reason is Reason.WRONG_PASSWORD:
        yield fails(key.kind or "wrong", "key", _path(setup))
    else:
        yield lost(key, "key", _path(setup))


@check("key.encrypted", says={"clear": ()})
def encrypted(setup: Setup, params: Params) -> Iterator[Observation]:
    """The key is encrypted."""
    if got(setup.prv).lock is None:
        yield fails("clear", "prv", _path(setup))


@check("key.strong", says={"small": ("bits", "least"), "ec": ("bits",), "other": ("algorithm",)}, bits=int)
def strong(setup: Setup, params: Params) -> Iterator[Observation]:
    """The key is RSA of at least *bits* bits."""
    key = got(setup.key)
    if key.algorithm == "EC":
        yield fails("ec", "key", _path(setup), bits=key.bits)
    elif key.algorithm != "RSA":
        yield fails("other", "key", _path(setup), algorithm=key.algorithm)
    elif key.bits < params["bits"]:
        yield fails("small", "key", _path(setup), bits=key.bits, least=params["bits"])


@check("key.sound", says={"unsound": ()})
def sound(setup: Setup, params: Params) -> Iterator[Observation]:
    """The numbers of the key fit together."""
    if not got(setup.sound):
        yield fails("unsound", "key", _path(setup))


@check("key.agent_reads", says={"unreadable": ("lock",)}, schemes=list, kdfs=list, ciphers=list, newer=list, prfs=list)
def agent_reads(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's own OpenSSL knows every part of the key's encryption (a cipher may be known in one scheme only)."""
    lock = got(setup.prv).lock
    if lock is None:
        yield lost(Lost(Reason.NOT_ENCRYPTED, "key"), "prv", _path(setup))
        return
    key = setup.key
    if isinstance(key, Lost) and key.reason is Reason.UNKNOWN_CIPHER and lock.cipher in params["newer"]:
        yield lost(key, "prv", _path(setup))
        return
    parts = ((lock.scheme, "schemes"), (lock.kdf, "kdfs"), (lock.prf, "prfs"))
    is_known = lock.cipher in params["ciphers"] or f"{lock.scheme} {lock.cipher}" in params["ciphers"]
    if not is_known or any(value and value not in params[known] for value, known in parts):
        said = ", ".join(value for value in (lock.scheme, lock.kdf, lock.cipher, lock.prf) if value)
        yield fails("unreadable", "prv", _path(setup), lock=said)


@check("key.cipher_known", says={"unknown": ("cipher",)})
def cipher_known(setup: Setup, params: Params) -> Iterator[Observation]:
    """This machine's libraries know the cipher that locks the key."""
    key, lock = setup.key, got(setup.prv).lock
    if isinstance(key, Lost) and key.reason is Reason.UNKNOWN_CIPHER and lock is not None:
        yield fails("unknown", "key", _path(setup), cipher=lock.cipher)

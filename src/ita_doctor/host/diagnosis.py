"""Why the first connection failed: more of them, side by side, each without our certificate."""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress
from typing import Callable, Dict, List, NamedTuple, Tuple

from ita_doctor.host.answer import FIRST, language, shown
from ita_doctor.host.offer import Offer
from ita_doctor.host.tls import Asked, Talk, request_to
from ita_doctor.host.wire import Gone, Wire
from ita_doctor.model.network import VERSIONS, Peer

_GRACE = 0.1
"""Seconds in which a thread that met its deadline puts down what it saw."""


class _Seen(NamedTuple):
    """What one more connection showed."""

    first: bytes
    has_agreed: bool = False
    is_well: bool = False


Look = Callable[[Wire, float], _Seen]


def diagnose(peer: Peer, asked: Asked, dial: Callable[[float], Wire], *, until: float) -> Peer:
    """*peer* with what more connections show by *until*: whether it goes well without our certificate, what it takes, what it speaks."""
    looks: Dict[str, Look] = {}
    if peer.speaks not in ("http", "other"):
        if peer.had:
            looks["without"] = _shaking(Offer(asked.target.host, asked.versions, asked.ciphers))
        if not peer.protocol:
            looks.update((version, _shaking(Offer(asked.target.host, (version,)))) for version in VERSIONS)
    if peer.speaks not in ("http", "tls"):
        looks["plain"] = _asking(asked.target.host)
    seen = _side_by_side(looks, dial, until)
    speaks, banner = _language(peer, seen)
    without = seen.get("without")
    return peer._replace(
        speaks=speaks,
        banner=banner,
        takes=tuple(version for version in VERSIONS if version in seen and seen[version].has_agreed),
        is_done_without=without.is_well if without else None if peer.had or speaks != "tls" else False,
    )


def _language(peer: Peer, seen: Dict[str, _Seen]) -> Tuple[str, str]:
    """What it speaks and its first words, now that it was also asked otherwise: one TLS record among all that came decides."""
    if peer.speaks in ("tls", "http"):
        return peer.speaks, peer.banner
    if any(language(one.first) == "tls" for one in seen.values()):
        return "tls", ""
    plain = seen["plain"].first if "plain" in seen else b""
    if language(plain) == "http" or (plain and not peer.banner):
        return language(plain), shown(plain)
    return peer.speaks, peer.banner


def _shaking(offer: Offer) -> Look:
    """A handshake with *offer*, and the read after it."""

    def look(wire: Wire, until: float) -> _Seen:
        talk = Talk(wire, offer)
        talk.run(until - time.monotonic(), until)
        return _Seen(talk.first, talk.has_agreed, not talk.ended)

    return look


def _asking(host: str) -> Look:
    """The request without TLS: some that are silent, or hang up, answer that."""

    def look(wire: Wire, until: float) -> _Seen:
        first = b""
        try:
            wire.send(request_to(host), until)
            while len(first) < FIRST and b"\n" not in first:
                first += wire.receive(until)
        except Gone:
            pass
        return _Seen(first)

    return look


def _side_by_side(looks: Dict[str, Look], dial: Callable[[float], Wire], until: float) -> Dict[str, _Seen]:
    """Every look on a connection of its own; daemon threads, so that none of them can keep the program alive."""
    seen: Dict[str, _Seen] = {}

    def take(name: str, look: Look) -> None:
        try:
            with closing(dial(until)) as wire:
                seen[name] = look(wire, until)
        except Gone:
            return

    threads: List[threading.Thread] = [threading.Thread(target=take, args=one, daemon=True) for one in looks.items()]
    started = []
    for thread in threads:
        with suppress(RuntimeError):  # the system gives no more threads: what the others see has to do
            thread.start()
            started.append(thread)
    for thread in started:
        thread.join(max(until + _GRACE - time.monotonic(), 0))
    return dict(seen)

"""The road to the master: names, addresses, proxies, one open connection; nothing of TLS is imported before a port has answered."""

from __future__ import annotations

import errno
import re
import socket
import threading
import time
from contextlib import closing
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ita_doctor.host.answer import HEAD, is_whole, shown
from ita_doctor.host.wire import Gone, Wire
from ita_doctor.model.network import CIPHERS, VERSIONS, Attempt, Identity, Network, Target
from ita_doctor.model.visible import visible

_SPELLINGS = {"TLSv1": {"tls1", "tls10"}, "TLSv1.1": {"tls11"}, "TLSv1.2": {"tls12"}, "TLSv1.3": {"tls13"}}

_SUCCESS = re.compile(rb"HTTP/1\.\d 2\d\d\b").match

_PORTS = range(1, 1 << 16)

_MOST_THREADS = 8
"""That ask for names at once: each takes 72 MiB of addresses, and JobManager.ini may name a hundred masters."""

Address = Tuple[socket.AddressFamily, Tuple[Union[str, int, bytes], ...]]
"""A family, and what `socket` takes for an address of it."""


class _Trip(NamedTuple):
    """What bounds every step of one call."""

    timeout: float
    """Seconds that one step may take."""
    reached_by: float
    """When the search for a port that answers is over, so that time for the handshake is left."""


class _Refused(Exception):
    """A connection that could not be had; outcome and detail of its Attempt."""

    def __init__(self, outcome: str, detail: str = "") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.detail = detail


def versions_of(setting: str) -> Tuple[str, ...]:
    """
    The versions that an `ssl_version` of ita.ini allows, oldest first: each that it names, in whatever spelling (`TLSv1.2`, `TLS1_2`, `tlsv12`).

    All four where it names none of them, so that a word of another release never narrows the offer.
    """
    words = setting.lower().replace(",", " ").replace(":", " ").replace(";", " ").split()
    plain = {"".join(letter for letter in word if letter.isalnum()).replace("v", "") for word in words}
    return tuple(version for version, names in _SPELLINGS.items() if plain & names) or VERSIONS


def reach(
    targets: Sequence[Target],
    identity: Optional[Identity],
    *,
    timeout: float,
    deadline: Optional[float] = None,
    versions: Sequence[str] = VERSIONS,
    ciphers: str = CIPHERS,
    clock: Callable[[], float] = time.time,
    tried: Mapping[str, str] = {},  # only read
) -> Network:
    """
    Go from target to target until a port answers, and shake hands there as the agent would.

    *timeout* bounds each step (name, connection, proxy, handshake, answer, diagnosis) in seconds; the whole ends within three times that,
    and by *deadline* (time.monotonic) where it is given. *identity* must have been opened before: its key is loaded without a limit on its
    derivation. *tried* holds the outcome of each `host:port` that is not to be tried again. Never raises for anything that a network does.

    Backups are there for a master that cannot be reached: the first port that answers is the one that is judged, whatever it says, so that
    a backup in good health never hides a fault of the master.
    """
    start = time.monotonic()
    end = min(start + 3 * timeout, deadline if deadline is not None else start + 3 * timeout)
    attempts: List[Attempt] = []
    found = _first_open(targets, _Trip(timeout, min(start + 2 * timeout, end)), attempts, tried)
    if found is None:
        return Network(tuple(targets), tuple(attempts), None)
    target, address, wire = found
    with closing(wire):
        from ita_doctor.host import tls

        def dial(until: float) -> Wire:
            """One more connection the same way; Gone where it is not to be had."""
            try:
                return _connect(target, address, until)
            except _Refused:
                raise Gone("reset") from None

        asked = tls.Asked(target, _shown_address(address), tuple(versions), ciphers, identity)
        peer = tls.meet(wire, asked, timeout=timeout, end=end, clock=clock)
        if peer.ended:
            from ita_doctor.host.diagnosis import diagnose

            peer = diagnose(peer, asked, dial, until=min(time.monotonic() + timeout, end))
    return Network(tuple(targets), tuple(attempts), peer)


def _first_open(targets: Sequence[Target], trip: _Trip, attempts: List[Attempt], tried: Mapping[str, str]) -> Optional[Tuple[Target, Address, Wire]]:
    """The first connection that can be had; *attempts* tells of all that were tried."""
    ways = [target for target in targets if f"{target.host}:{target.port}" not in tried]
    names = Names()
    for way in ways:  # all at once: a slow resolver must not take the backups' time
        names.ask(*_gate(way))
    for target in targets:
        if target not in ways:
            attempts.append(Attempt(target.host, target.port, "", tried[f"{target.host}:{target.port}"], 0.0, "as before in this run", target.proxy))
            continue
        found = _open_target(target, names, trip, attempts, others=len(ways) - ways.index(target) - 1)
        if found is not None:
            return target, found[0], found[1]
    return None


def _open_target(target: Target, names: Names, trip: _Trip, attempts: List[Attempt], *, others: int) -> Optional[Tuple[Address, Wire]]:
    """The first address of *target* that takes a connection. *others*: how many targets need time too."""
    start = time.monotonic()
    try:
        addresses = names.answer(*_gate(target), until=_share(trip, others + 1))
    except _Refused as why:
        attempts.append(_attempt(target, "", start, why.outcome, why.detail))
        return None
    for number, address in enumerate(addresses):
        start = time.monotonic()
        try:
            wire = _connect(target, address, _share(trip, len(addresses) - number + others))
        except _Refused as why:
            attempts.append(_attempt(target, _shown_address(address), start, why.outcome, why.detail))
        else:
            attempts.append(_attempt(target, _shown_address(address), start, "open"))
            return address, wire
    return None


def _attempt(target: Target, address: str, start: float, outcome: str, detail: str = "") -> Attempt:
    """How one try came out, just now."""
    return Attempt(target.host, target.port, address, outcome, time.monotonic() - start, detail, target.proxy)


def _shown_address(address: Address) -> str:
    """The address alone, without port, flow and scope."""
    return visible(str(address[1][0]))


def _share(trip: _Trip, parts: int) -> float:
    """When the next of *parts* steps has to be over: a fair part of what is left, or all that a later time-out does not need."""
    now = time.monotonic()
    left = max(trip.reached_by - now, 0)
    return now + min(trip.timeout, max(left / parts, left - trip.timeout))


def _gate(target: Target) -> Tuple[str, int]:
    """Name and port that a connection really goes to: the proxy's, or the master's."""
    if not target.proxy:
        return target.host.strip("[]"), target.port
    host, _, port = target.proxy.rpartition(":")
    return host.strip("[]"), int(port) if port.isascii() and port.isdigit() else -1


class Names:
    """The system's resolver, which knows no time-out, asked in threads that may be left behind."""

    def __init__(self, look_up: Callable[..., Sequence[Any]] = socket.getaddrinfo) -> None:
        self._look_up = look_up
        self._lock = threading.Lock()
        self._waiting: List[Tuple[str, int]] = []
        self._threads = 0
        self._done: Dict[Tuple[str, int], threading.Event] = {}
        self._answers: Dict[Tuple[str, int], Union[List[Address], _Refused]] = {}

    def ask(self, host: str, port: int) -> None:
        """Begin to look for the addresses of *host*."""
        key = (host, port)
        if key in self._done:
            return
        self._done[key] = threading.Event()
        with self._lock:
            self._waiting.append(key)
            if self._threads < _MOST_THREADS:
                self._begin()

    def answer(self, host: str, port: int, *, until: float) -> List[Address]:
        """The addresses, each once, in the system's order; _Refused where there are none by *until*."""
        self._done[host, port].wait(max(until - time.monotonic(), 0))
        found = self._answers.get((host, port), _Refused("unresolved"))
        if isinstance(found, _Refused):
            raise found
        return found

    def known(self, host: str, port: int, *, until: float) -> List[Address]:
        """The same, but none where the resolver says that there are none; TimeoutError where it has said nothing by *until*."""
        if not self._done[host, port].wait(max(until - time.monotonic(), 0)):
            raise TimeoutError(errno.ETIMEDOUT, "the resolver did not answer")
        found = self._answers.get((host, port), [])
        return [] if isinstance(found, _Refused) else found

    def _begin(self) -> None:
        """One more thread, or none where the system has no more: then those that run do its work, or nobody."""
        try:
            threading.Thread(target=self._work, daemon=True).start()
        except RuntimeError:
            for key in () if self._threads else self._waiting:
                self._answers[key] = _Refused("unresolved", "the system gives no thread for it")
                self._done[key].set()
        else:
            self._threads += 1

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                key = self._waiting.pop(0)
            self._resolve(*key)
            self._done[key].set()

    def _resolve(self, host: str, port: int) -> None:
        if not host or port not in _PORTS:
            return
        try:
            found = self._look_up(host, port, type=socket.SOCK_STREAM)
        except OSError as why:
            self._answers[host, port] = _Refused("unresolved", visible(why.strerror or str(why)))
        except ValueError as why:  # UnicodeError too: a name that no resolver would take
            self._answers[host, port] = _Refused("unresolved", visible(str(why)))
        else:
            self._answers[host, port] = list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _connect(target: Target, address: Address, until: float) -> Wire:
    """A connection to *target*, through its proxy where it has one; _Refused where it is not to be had by *until*."""
    try:
        new = socket.socket(address[0], socket.SOCK_STREAM)
    except OSError as why:
        raise _Refused("unreachable", visible(why.strerror or "")) from None
    try:
        new.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = _dial(new, address, until)
        return _through_proxy(new, wire, target, until) if target.proxy else wire
    except BaseException as why:
        new.close()
        if isinstance(why, OSError):
            raise _Refused(_outcome(why), visible(why.strerror or "")) from None
        raise


def _outcome(why: OSError) -> str:
    """What a failed connection is called."""
    if isinstance(why, (socket.timeout, TimeoutError)):
        return "timeout"
    return "refused" if isinstance(why, ConnectionRefusedError) else "unreachable"


def _dial(new: socket.socket, address: Address, until: float) -> Wire:
    """The connection itself; one that is reset before we have looked at it was open all the same."""
    new.settimeout(max(until - time.monotonic(), 0.001))
    try:
        new.connect(address[1])
    except ConnectionResetError:
        return Wire(new, broken="reset")
    return Wire(new)


def _through_proxy(connected: socket.socket, wire: Wire, target: Target, until: float) -> Wire:
    """Have the proxy lead on to *target*; what it sent beyond its answer belongs to the master."""
    host = f"[{target.host}]" if ":" in target.host and not target.host.startswith("[") else target.host
    place = f"{host}:{target.port}".encode("ascii", "ignore").translate(None, bytes(range(33)))
    reply = b""
    try:
        wire.send(b"CONNECT " + place + b" HTTP/1.1\r\nHost: " + place + b"\r\n\r\n", until)
        while not is_whole(reply):
            reply += wire.receive(until)
    except Gone as why:
        raise _Refused("timeout" if why.how == "timeout" else "proxy-refused", shown(reply)) from None
    head, _, rest = reply.partition(b"\r\n\r\n" if b"\r\n\r\n" in reply else b"\n\n")
    if len(head) >= HEAD or not _SUCCESS(head):
        raise _Refused("proxy-refused", shown(reply))
    return Wire(connected, pending=rest)

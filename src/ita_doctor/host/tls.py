"""The test handshake: one connection that does what the agent does, told as facts; no error text is ever read."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Callable, NamedTuple, Optional, Set, Tuple, TypeVar

from OpenSSL import SSL, crypto

from ita_doctor.host.answer import FIRST, HEAD, is_whole, language, read_answer, shown
from ita_doctor.host.offer import Offer, make_context
from ita_doctor.host.wire import Gone, Wire
from ita_doctor.model.network import Identity, Peer, Target

T = TypeVar("T")

_ALERTS = {
    10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow", 30: "decompression_failure",
    40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
    45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
    51: "decrypt_error", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 100: "no_renegotiation", 109: "missing_extension", 110: "unsupported_extension",
    111: "certificate_unobtainable", 112: "unrecognized_name", 113: "bad_certificate_status_response", 114: "bad_certificate_hash_value",
    115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
}  # fmt: skip
_CLOSE_NOTIFY, _USER_CANCELLED = 0, 90
_FATAL = 2

_LONGEST_NAME = 253

_REQUEST = (b"certificate request", b"write client certificate")
"""States of OpenSSL (1.1.0 to 4.0) through which a client goes only where it is asked: two witnesses, each enough."""
_PROOF = b"write certificate verify"
_AGREED = (b"read encrypted extensions", b"read server certificate")
"""Those that follow a server hello that was taken."""


class Asked(NamedTuple):
    """The connection that is wanted."""

    target: Target
    address: str
    versions: Tuple[str, ...]
    ciphers: str
    identity: Optional[Identity]


def meet(wire: Wire, asked: Asked, *, timeout: float, end: float, clock: Callable[[], float]) -> Peer:
    """
    Shake hands on *wire* as the agent would, ask for `/`, read the head of the answer.

    Handshake and answer each take *timeout* seconds at most and both end by *end*. Closes *wire*.
    """
    offer = Offer(asked.target.host, asked.versions, asked.ciphers, asked.identity)
    talk = Talk(wire, offer)
    with closing(wire):
        talk.run(timeout, end)
        read_at = clock()
    return talk.peer(asked, read_at)


class Talk:
    """One conversation and what was seen in it."""

    def __init__(self, wire: Wire, offer: Offer) -> None:
        self._wire = wire
        self._host = offer.host
        context, self.ciphers, self.had = make_context(offer)
        context.set_info_callback(self._note)
        self._connection = SSL.Connection(context, None)
        self._connection.set_connect_state()
        name = _server_name(offer.host)
        if name:
            self._connection.set_tlsext_host_name(name)
        self._states: Set[bytes] = set()
        self._fatal: Optional[int] = None
        self._own: Optional[int] = None
        self.first = b""
        self.is_done = False
        self.ended = ""
        self.answer = b""
        self._seconds = 0.0

    @property
    def has_agreed(self) -> bool:
        """Whether a protocol was agreed on."""
        return self.is_done or self._saw(*_AGREED)

    def run(self, timeout: float, end: float) -> None:
        """The handshake, the request, the answer; then say good-bye."""
        start = time.monotonic()
        try:
            self._drive(self._shake, min(start + timeout, end))
            self.is_done = True
            self._read(min(time.monotonic() + timeout, end))
        except Gone as why:
            self.ended = "" if self.answer else why.how
        self._seconds = time.monotonic() - start
        self._leave()

    def shake(self, until: float) -> Tuple[bytes, ...]:
        """The handshake alone, by *until*, then good-bye: what was presented, leaf first."""
        try:
            self._drive(self._shake, until)
            self.is_done = True
        except Gone as why:
            self.ended = why.how
        self._leave()
        return self._chain()

    def peer(self, asked: Asked, read_at: float) -> Peer:
        """All that was seen, as a record."""
        speaks = language(self.first) or ("silent" if self.ended == "timeout" else "closed")
        answer = read_answer(self.answer)
        version = self._connection.get_protocol_version_name() if self.has_agreed else ""
        cipher = (self._connection.get_cipher_name() or "") if self.has_agreed else ""
        return Peer(
            asked.target.host,
            asked.target.port,
            asked.address,
            speaks,
            banner=shown(self.first) if speaks in ("http", "other") else "",
            is_done=self.is_done,
            protocol=version,
            cipher=cipher,
            has_forward_secrecy=version == "TLSv1.3" or cipher.startswith(("ECDHE-", "DHE-", "EDH-")),
            chain=self._chain(),
            asked=self._saw(*_REQUEST),
            asked_names=tuple(name.der() for name in self._connection.get_client_ca_list()),
            sent=self._saw(_PROOF),
            ended=self.ended,
            stage="" if not self.ended else "read" if self.is_done else "handshake",
            alert=_alert(self._fatal) if self.ended == "alert" else "",
            answer=answer.line,
            is_http=answer.is_http,
            date=answer.date,
            date_read=read_at,
            had=self.had,
            own_alert=_alert(self._own) if self.ended == "refused" else "",
            versions=asked.versions,
            ciphers=self.ciphers,
            seconds=self._seconds,
        )

    def _saw(self, *words: bytes) -> bool:
        return any(word in state for state in self._states for word in words)

    def _note(self, connection: SSL.Connection, where: int, value: int) -> None:
        """OpenSSL's own account of what it does; alerts are level and kind in two bytes."""
        if where == SSL.SSL_CB_READ_ALERT:
            level, kind = value >> 8, value & 0xFF
            is_fatal = level == _FATAL or (self.has_agreed and connection.get_protocol_version_name() == "TLSv1.3")
            if is_fatal and kind not in (_CLOSE_NOTIFY, _USER_CANCELLED):
                self._fatal = kind
        elif where == SSL.SSL_CB_WRITE_ALERT:
            self._own = value & 0xFF
        elif where & SSL.SSL_CB_LOOP:
            self._states.add(connection.get_state_string())

    def _shake(self) -> bool:
        self._connection.do_handshake()
        return True

    def _read(self, until: float) -> None:
        """Ask, and read the head of the answer."""
        self._drive(lambda: self._connection.send(request_to(self._host)), until)
        while not is_whole(self.answer):
            self.answer += self._drive(lambda: self._connection.recv(HEAD), until)

    def _drive(self, act: Callable[[], T], until: float) -> T:
        """Do *act* as often as it takes, carrying bytes between OpenSSL and the wire; Gone where that leads nowhere."""
        while True:
            try:
                result = act()
            except SSL.WantReadError:
                self._flush(until)
            except SSL.ZeroReturnError:
                raise Gone("eof") from None
            except SSL.Error:
                self._flush(until)
                raise Gone("refused" if self._fatal is None else "alert") from None
            else:
                self._flush(until)
                return result
            data = self._wire.receive(until)
            if len(self.first) < FIRST:
                self.first += data[:FIRST]
            self._connection.bio_write(data)

    def _flush(self, until: float) -> None:
        """Send all that OpenSSL has to say."""
        while True:
            try:
                data = self._connection.bio_read(HEAD)
            except SSL.Error:  # WantReadError: there is no more
                return
            self._wire.send(data, until)

    def _leave(self) -> None:
        """Close as one should, so that the master's log stays quiet; a master that is gone is left."""
        if self.is_done:
            try:
                self._connection.shutdown()
                self._flush(time.monotonic() + 0.1)
            except (SSL.Error, Gone):
                return

    def _chain(self) -> Tuple[bytes, ...]:
        """The certificates as presented."""
        return tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, one) for one in self._connection.get_peer_cert_chain() or ())


def _server_name(host: str) -> bytes:
    """What to ask for by SNI: DNS names only, never an address; b'' for none."""
    name = host.rstrip(".")
    try:
        encoded = name.encode("ascii") if name.isascii() else name.encode("idna")
    except UnicodeError:
        return b""
    last = name.rsplit(".", 1)[-1]
    is_name = last and not last.isdigit() and encoded.translate(None, b"-._").isalnum() and len(encoded) <= _LONGEST_NAME
    return encoded if is_name else b""


def request_to(host: str) -> bytes:
    """The smallest request that every master answers."""
    name = _server_name(host) or host.encode("ascii", "ignore").translate(None, bytes(range(33)))
    place = b"[" + name.strip(b"[]") + b"]" if b":" in name else name
    return b"GET / HTTP/1.1\r\nHost: " + place + b"\r\nConnection: close\r\n\r\n"


def _alert(number: Optional[int]) -> str:
    """The name of an alert."""
    return "" if number is None else _ALERTS.get(number, f"alert_{number}")

"""What the test handshake saw; loaded only where one is made."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Tuple

from ita_doctor.model.secret import Secret

VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""What the agent offers where its ssl_version says nothing else, oldest first."""

CIPHERS = "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0"
"""What it offers where its ssl_ciphers says nothing else."""


class Target(NamedTuple):
    """Where the master is to be reached."""

    host: str
    port: int
    origin: str
    """Where that was read: a path, or `--master`."""
    proxy: str = ""
    """host:port of an HTTP proxy, or ''."""


class Identity(NamedTuple):
    """What the agent presents: its key, locked or not, and its certificate."""

    key: Secret
    """PEM."""
    password: Optional[Secret]
    certificate: bytes
    """DER."""


class Journey(NamedTuple):
    """All that the way to the master takes."""

    targets: Tuple[Target, ...]
    """In the order in which the agent would try them."""
    identity: Optional[Identity]
    """None where key or certificate is not to be had."""
    timeout: float
    """Seconds for each step; the whole ends within three times that."""
    protocol: str = ""
    """The agent's ssl_version, '' where it is not set."""
    ciphers: str = ""
    """The agent's ssl_ciphers, '' where it is not set."""
    tried: Mapping[str, str] = {}
    """host:port → outcome of what did not answer before in this run, and is not tried again."""


class Attempt(NamedTuple):
    """One address of one target."""

    host: str
    port: int
    address: str
    """'' where the name did not resolve."""
    outcome: str
    """`open` `refused` `unreachable` `timeout` `unresolved` `proxy-refused`."""
    seconds: float
    detail: str = ""
    """The system's or the proxy's own words, bounded, control characters made visible."""
    via: str = ""
    """host:port of the proxy; then `address`, `refused`, `unreachable` and `unresolved` speak of the proxy itself."""


class Peer(NamedTuple):
    """What one master did in the connection that does as the agent does."""

    host: str
    port: int
    address: str
    speaks: str
    """`tls`, or what it did instead: `http` `other` `silent` `closed`."""
    banner: str = ""
    """First words of what was not TLS, bounded, made visible."""
    is_done: bool = False
    """The handshake completed on our side."""
    protocol: str = ""
    """`TLSv1` `TLSv1.1` `TLSv1.2` `TLSv1.3`; '' where none was agreed."""
    cipher: str = ""
    has_forward_secrecy: bool = False
    chain: Tuple[bytes, ...] = ()
    """Certificates as presented, DER, leaf first."""
    asked: bool = False
    """It asked for our certificate."""
    asked_names: Tuple[bytes, ...] = ()
    """DER names of the authorities that it would take."""
    sent: bool = False
    """It got ours: asked for, sent, and proved with the key."""
    ended: str = ""
    """
    How it went wrong: `alert` (it sent one), `eof`, `reset`, `timeout`, `refused` (our own library could not take what came), `endless`
    (more bytes than any master sends), or '' where it did not: then at least one byte of an answer was read.
    """
    stage: str = ""
    """Where: `handshake` or `read` (the first read after it)."""
    alert: str = ""
    """The name of the alert that was read: `bad_certificate` …"""
    answer: str = ""
    """First line of what it answered inside TLS, bounded, made visible."""
    is_http: bool = False
    date: Optional[float] = None
    """Of the answer's Date header, seconds since 1970."""
    date_read: float = 0.0
    """Our clock when that was read."""
    takes: Tuple[str, ...] = ()
    """Where no protocol was agreed: the versions it would take, each offered alone with every cipher."""
    is_done_without: Optional[bool] = None
    """Where it failed: whether it goes well without our certificate."""
    had: bool = False
    """We had a certificate to send, with a key that this machine's library could use."""
    own_alert: str = ""
    """Where it ended in `refused`: the name of the alert that our side sent, such as `protocol_version`."""
    versions: Tuple[str, ...] = ()
    """The versions of TLS that were offered."""
    ciphers: str = ""
    """The list that was offered: the one that was wanted, or the usual one where this machine's library understands none of that."""
    seconds: float = 0.0
    """How long that connection lasted, from our first byte to its end."""


class Network(NamedTuple):
    """The road to the master, as far as it led."""

    targets: Tuple[Target, ...]
    attempts: Tuple[Attempt, ...]
    peer: Optional[Peer]
    """None where no port answered."""

"""The master's key stores and its CA, where they lie on this machine: each read once, no key of a store ever opened."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from ita_doctor.collect.ca_pair import compared, read_pair
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import BadArtifact, Certificate, Kind, Lost, Reason
from ita_doctor.model.secret import Secret
from ita_doctor.model.setup import Asked
from ita_doctor.model.store import CaPair, KeyStore, TrustStore

if TYPE_CHECKING:
    from ita_doctor.codecs.jks import Entry

BIGGEST = 16 << 20
"""Bytes of a store that are read."""

MOST_NAMED = 20
"""Aliases of a store that are told where the right one is not among them."""

MOST_ISSUERS = 50
"""Certificates of a trust store that bear the name of the agent's issuer: more are not looked into."""


class Agent(NamedTuple):
    """What the stores are compared with."""

    installation: str
    own: Union[Certificate, Lost]
    suffix: Union[str, Lost]
    ca: Union[Certificate, Lost]
    """What --ca-cert holds."""


class Stores(NamedTuple):
    """What became of them."""

    keystore: Union[KeyStore, Lost]
    truststore: Union[TrustStore, Lost]
    ca_pair: Union[CaPair, Lost]

    def certificates(self) -> Tuple[Certificate, ...]:
        """Those of which it has to be known who signed whom."""
        found = [] if isinstance(self.keystore, Lost) else [self.keystore.server]
        return (*found, *(() if isinstance(self.truststore, Lost) else (one for _, one in self.truststore.certificates)))


class _Place(NamedTuple):
    path: str
    is_meant: bool
    """An option speaks of it, so that it has to open; one that was only found may have a password of its own."""


def read_stores(host: Host, asked: Asked, table: Mapping[str, Any], agent: Agent) -> Stores:
    """Both stores and the CA's pair; *table* is rules/settings.toml. What is not here is Lost, with its reason."""
    master = table["master"]
    keys = _place(host, asked, asked.server_keystore, master["key_store"], agent, master)
    trusted = _place(host, asked, asked.trust_keystore, master["trust_store"], agent, master)
    keystore = _read_keystore(host, asked, keys, master)
    truststore = _read_truststore(host, asked, trusted, master, agent)
    pair = read_pair(host, asked, agent.ca, master, [one.path for one in (keys, trusted) if one is not None])
    return Stores(keystore, truststore, compared(pair, agent.own))


def _place(host: Host, asked: Asked, given: Optional[str], name: str, agent: Agent, master: Mapping[str, Any]) -> Optional[_Place]:
    """Where a store is: as an option says, else where a master has it that is installed beside the agent; None: not here."""
    if given is not None:
        path = posixpath.join(given, name) if host.stand(given).kind is Kind.FOLDER else given
        return _Place(path, is_meant=True) if host.stand(path).kind is Kind.FILE else None
    is_meant = asked.store_password is not None and asked.server_keystore is None and asked.trust_keystore is None
    for layout in master["layout"]:
        path = posixpath.normpath(posixpath.join(agent.installation, layout["from_agent"], layout["stores"], name))
        if host.stand(path).kind is Kind.FILE:
            return _Place(path, is_meant)
    return None


class _Held(NamedTuple):
    """A store that has opened."""

    entries: Tuple[Entry, ...]
    is_shipped: bool


def _read_keystore(host: Host, asked: Asked, place: Optional[_Place], master: Mapping[str, Any]) -> Union[KeyStore, Lost]:
    held = _open(host, asked, place, master, "keystore")
    if place is None or isinstance(held, Lost):
        return held if isinstance(held, Lost) else Lost(Reason.NO_STORE, "keystore")
    alias = master["alias"]
    entry = next((one for one in reversed(held.entries) if one.alias.lower() == alias), None)
    facts: Dict[str, object] = {"path": place.path, "alias": alias, "aliases": [one.alias for one in held.entries[:MOST_NAMED]] or "none"}
    if entry is None:
        return Lost(Reason.UNUSABLE, "keystore", "no-alias", None, facts)
    if not entry.is_key or not entry.chain:
        return Lost(Reason.UNUSABLE, "keystore", "no-key", None, facts)
    server = _certificate(entry.chain[0])
    if server is None:
        return Lost(Reason.MALFORMED, "keystore", "bad-certificate", None, facts)
    return KeyStore(place.path, server, held.is_shipped)


def _read_truststore(host: Host, asked: Asked, place: Optional[_Place], master: Mapping[str, Any], agent: Agent) -> Union[TrustStore, Lost]:
    held = _open(host, asked, place, master, "truststore")
    if place is None or isinstance(held, Lost):
        return held if isinstance(held, Lost) else Lost(Reason.NO_STORE, "truststore")
    own = None if isinstance(agent.own, Lost) else agent.own
    wanted = "" if isinstance(agent.suffix, Lost) else agent.suffix.lower()
    found: List[Tuple[str, Certificate]] = []
    for entry in held.entries:  # Java trusts the first certificate of a key as well
        der = entry.chain[0] if entry.chain else b""
        is_ours = own is not None and (der == own.der or entry.alias.lower() == wanted)
        if is_ours or (own is not None and own.issuer_der in der and len(found) < MOST_ISSUERS):
            one = _certificate(der)
            if one is not None:
                found.append((entry.alias, one))
    return TrustStore(place.path, tuple(found), held.is_shipped)


def _open(host: Host, asked: Asked, place: Optional[_Place], master: Mapping[str, Any], about: str) -> Union[_Held, Lost]:
    """The entries of a store. Java is only asked where nothing else reads it."""
    if place is None:
        return Lost(Reason.NO_STORE, about)
    facts: Dict[str, object] = {"path": place.path}
    if host.stand(place.path).size > BIGGEST:
        return Lost(Reason.OVERSIZED, about, "oversized", None, facts)
    try:
        content = host.read(place.path, BIGGEST)
    except OSError:
        return Lost(Reason.NO_STORE, about)
    shipped = [Secret(word.encode()) for word in master["shipped"]]
    password = shipped[0] if asked.store_password is None else asked.store_password
    try:
        entries = _entries(host, content, password)
    except BadArtifact as why:
        if why.kind == "needs-java":
            return Lost(Reason.NEEDS_JAVA, about)
        if why.kind == "wrong-password":
            kind = "shipped-password" if asked.store_password is None else "password"
            return Lost(Reason.WRONG_PASSWORD, about, kind, None, facts) if place.is_meant else Lost(Reason.STORE_LOCKED, about)
        return Lost(Reason.MALFORMED, about, why.kind, None, facts)
    return _Held(entries, any(password.reveal() == one.reveal() for one in shipped))


def _entries(host: Host, content: bytes, password: Secret) -> Tuple[Entry, ...]:
    """Raises BadArtifact, of the kinds of codecs.jks.read_store: `needs-java` where keytool is not to be had, or could not tell."""
    from ita_doctor.codecs.jks import read_store

    try:
        return read_store(content, password).entries
    except BadArtifact as why:
        if why.kind != "needs-java":
            raise
    from ita_doctor.codecs.keytool_list import read_listing

    kind = "pkcs12" if content[:1] == b"\x30" else "jceks"
    if not len(password) or set(password.reveal()) & set(b"\r\n"):  # keytool's prompt ends with a line, and takes an empty one for `do not verify`
        raise BadArtifact("wrong-password")
    try:
        return read_listing(host.list_store(content, kind, password), kind).entries
    except OSError:
        raise BadArtifact("needs-java") from None
    except BadArtifact as why:
        raise BadArtifact("needs-java" if why.kind == "unknown" else why.kind) from None


def _certificate(der: bytes) -> Optional[Certificate]:
    from ita_doctor.codecs.cert import read_certificate

    try:
        return read_certificate(der)
    except BadArtifact:
        return None

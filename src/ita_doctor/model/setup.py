"""All that was read of one installation, frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, FrozenSet, Mapping, NamedTuple, Optional, Tuple, Union

from ita_doctor.model.artifact import (
    CertFile,
    Certificate,
    FileFact,
    Folder,
    Ini,
    Job,
    Key,
    KeyFile,
    Lost,
    PemScan,
    Seed,
    Setting,
    Stash,
)

if TYPE_CHECKING:
    from ita_doctor.model.agent import Agent, Callback, Log
    from ita_doctor.model.network import Network, Peer
    from ita_doctor.model.secret import Secret
    from ita_doctor.model.store import CaPair, KeyStore, TrustStore

NEEDS = (
    "ini", "section", "suffix", "dir", "stash", "seed", "prv", "key", "sound", "pub", "cert", "own", "bundle", "server", "ca",
    "job", "road", "network", "peer", "presented", "machine", "agent", "served", "log", "callback", "keystore", "truststore", "ca_pair",
)  # fmt: skip
"""What a rule may name in `needs`: fields of Setup that can be Lost."""


class SettingName(NamedTuple):
    """One setting of ita.ini as rules/settings.toml describes it."""

    name: str
    role: str
    """What the program calls it: `stash` `seed` `label` `suffix` `dir` `ssl_port` `tcp_port` `cn` …; '' for one that is only known."""
    default: Optional[str]
    aliases: Tuple[str, ...]
    step: Optional[int]
    kind: str
    """`path` `name` `port` `text`."""
    relative_to: str
    """Below what a default stands: `ini` (its folder) or `dir` (the certificates'); '' for no path."""


class Asked(NamedTuple):
    """What the caller wants of this run."""

    suffix: Optional[str] = None
    user: Optional[str] = None
    master: Optional[str] = None
    """host:port."""
    server_cert: Optional[str] = None
    ca_cert: Optional[str] = None
    server_keystore: Optional[str] = None
    """The store itself, or the folder that holds it."""
    trust_keystore: Optional[str] = None
    store_password: Optional[Secret] = None
    """None: the one that the product is shipped with."""
    root: Optional[str] = None
    """The tree that was copied from another machine; None: this machine itself is judged."""
    is_offline: bool = False
    is_thorough: bool = False
    timeout: float = 10.0
    at: Optional[float] = None
    """Judge as of this time, seconds since 1970; None: now."""


class Slip(NamedTuple):
    """A setting that is a slip of a known one, a known one in a wrong place, or a bad line that was meant to be one."""

    kind: str
    """`misspelt` `misplaced` `torn`."""
    found: str
    name: str
    """The setting that was meant."""
    section: str
    line: int


class Stain(NamedTuple):
    """What a value holds that was not meant."""

    kind: str
    """`quotes` `trailing-blank` `carriage-return` `control` `typographic` `placeholder`."""
    name: str
    line: int


class Setup(NamedTuple):
    """One installation; a field that can be Lost says why it is not there."""

    place: str
    """ita.ini."""
    installation: str
    """The folder that holds ITA/cpa/ita/ita.ini, else the folder of ita.ini."""
    asked: Asked
    now: float
    platform: str
    me: str
    """The user who runs this program."""
    my_uid: int
    user: str
    """The agent's user."""
    uid: int
    """Its number; -1 where the name is unknown to the system."""
    names: Mapping[str, SettingName]
    """rules/settings.toml, by the setting's name."""
    files: Mapping[str, Union[FileFact, Lost]]
    """By artifact; Lost where its path is not known."""
    folders: Mapping[str, Tuple[Folder, ...]]
    """By artifact: the folders above it, from its own up to the root, links followed."""
    strays: Tuple[Tuple[str, int], ...]
    """Names and sizes of regular files in the folder of the certificates."""
    ini: Union[Ini, Lost]
    section: Union[str, Lost]
    """The name of the section with the SSL settings."""
    settings: Mapping[str, Union[Setting, Lost]]
    """By role."""
    slips: Tuple[Slip, ...]
    stains: Tuple[Stain, ...]
    suffix: Union[str, Lost]
    dir: Union[str, Lost]
    scans: Mapping[str, Union[PemScan, Lost]]
    """By artifact (prv, pub, cert, bundle, server, ca)."""
    stash: Union[Stash, Lost]
    seed: Union[Seed, Lost]
    prv: Union[KeyFile, Lost]
    key: Union[Key, Lost]
    sound: Union[bool, Lost]
    """Whether the key's numbers fit together; only looked at under --thorough."""
    pub: Union[CertFile, Lost]
    cert: Union[CertFile, Lost]
    own: Union[Certificate, Lost]
    """The agent's certificate: of pub and cert the one that the key fits; both or neither: the newer, pub if equal."""
    own_artifact: str
    bundle: Union[CertFile, Lost]
    server: Union[Certificate, Lost]
    """Of a server.pem given or found; its path is files["server"]."""
    ca: Union[Certificate, Lost]
    links: FrozenSet[Tuple[str, str]]
    """Who signed whom, verified: (sha256 of the certificate, sha256 of another that issued it)."""
    fitting: Tuple[str, ...]
    """Where neither pub nor cert fits the key: other files in the folder with a certificate that does."""
    job: Union[Job, Lost]
    road: Union[str, Lost]
    """host:port of the master; skipped for port 0."""
    network: Union[Network, Lost]
    peer: Union[Peer, Lost]
    """Where a port answered."""
    presented: Union[Certificate, Lost]
    """The master's certificate as presented."""
    chain: Tuple[Certificate, ...]
    """What it presented above that."""
    machine: Union[str, Lost]
    """The machine's name; skipped where only a copy of its files is here, so that owners, modes and processes tell nothing."""
    agent: Union[Agent, Lost]
    served: Union[Certificate, Lost]
    """What the agent's own SSL port presents."""
    log: Union[Log, Lost]
    callback: Union[Callback, Lost]
    keystore: Union[KeyStore, Lost]
    truststore: Union[TrustStore, Lost]
    ca_pair: Union[CaPair, Lost]
    layout: str
    """Of rules/layouts.toml: how this installation names and places its files."""
    not_asked: FrozenSet[str]
    """Rules that make no sense in that layout."""
    advice: Mapping[str, Tuple[str, bool]]
    """By rule or family: what to do in that layout, in the place of the rule's own words, and whether its commands are right there."""
    programs: str
    """The folder of the agent's programs: the installation itself, unless its data lie apart from them."""

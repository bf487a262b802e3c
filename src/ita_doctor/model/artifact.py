"""What one file, one certificate, one key turned out to be: the values that codecs and hosts make."""

from __future__ import annotations

from enum import Enum
from typing import Mapping, NamedTuple, Optional, Tuple, TypeVar, Union

from ita_doctor.model.secret import Secret

LIMIT = 1 << 20
"""No artifact is read further than this many bytes (ITA-FILE-004)."""


FAULTS = ("one-line", "no-end", "no-begin", "labels-differ", "bad-base64", "bad-armour", "bad-der", "der", "binary")
"""How a PEM file can be broken; rules/reasons.toml has the words."""


class BadArtifact(Exception):
    """A codec could not make a value of these bytes; *kind* is from the codec's own closed list."""

    def __init__(self, kind: str, *, line: Optional[int] = None, offset: Optional[int] = None, **facts: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.line = line
        self.offset = offset
        self.facts = facts


class Reason(Enum):
    """Why something is not there to be judged: a fault of which a rule speaks, or a reason to skip what needs it."""

    # The rule that failed for the subject blocks what needs it.
    ABSENT = "absent"
    SPECIAL = "special"
    DENIED = "denied"
    EMPTY = "empty"
    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    UNUSABLE = "unusable"
    WRONG_PASSWORD = "wrong-password"
    UNKNOWN_CIPHER = "unknown-cipher"
    UNREACHED = "unreached"
    # Nobody's fault: what needs it is skipped, in the words of rules/reasons.toml.
    OFFLINE = "offline"
    NOT_GIVEN = "not-given"
    NOT_THOROUGH = "not-thorough"
    GSKIT = "gskit"
    PORT_ZERO = "port-zero"
    NOT_ENCRYPTED = "not-encrypted"
    NOT_HTTP = "not-http"
    NO_DATE = "no-date"
    NOT_ASKED_FOR = "not-asked-for"
    PLATFORM = "platform"
    ROOTED = "rooted"
    NO_ROAD = "no-road"
    LAYOUT = "layout"
    NO_PROGRAM = "no-program"
    UNTOLD = "untold"
    UNTAGGED = "untagged"
    NO_SSL_PORT = "no-ssl-port"
    BEHIND_GATEWAY = "behind-gateway"
    NO_LOG = "no-log"
    NO_STORE = "no-store"
    NO_CA_KEY = "no-ca-key"
    NEEDS_JAVA = "needs-java"
    STORE_LOCKED = "store-locked"
    CA_KEY_LOCKED = "ca-key-locked"

    @property
    def is_fault(self) -> bool:
        """Whether a rule has to fail because of it."""
        return self in _FAULTS


_FAULTS = frozenset(
    (
        Reason.ABSENT,
        Reason.SPECIAL,
        Reason.DENIED,
        Reason.EMPTY,
        Reason.OVERSIZED,
        Reason.MALFORMED,
        Reason.UNUSABLE,
        Reason.WRONG_PASSWORD,
        Reason.UNKNOWN_CIPHER,
        Reason.UNREACHED,
    )
)


class Lost(NamedTuple):
    """Something that could not be had, and why: a fact, not yet a finding."""

    reason: Reason
    about: str
    """The subject (artifact, setting, `key`, `peer`) whose rule has to say so."""
    kind: str = ""
    """A closer word from the codec's closed list, such as `one-line` or `ebcdic`."""
    line: Optional[int] = None
    facts: Mapping[str, object] = {}


T = TypeVar("T")


def got(value: Union[T, Lost]) -> T:
    """*value*, where the engine has made sure that it was not lost."""
    if isinstance(value, Lost):
        raise TypeError(f"{value.about} was lost ({value.reason.value}): the rule does not name it in needs")
    return value


class Kind(Enum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    FIFO = "FIFO"
    SOCKET = "socket"
    DEVICE = "device"
    DANGLING = "dangling symlink"
    LOOP = "symlink loop"
    MISSING = "missing"
    HIDDEN = "hidden"
    """A folder above it may not be entered by us."""


class Stand(NamedTuple):
    """What the system says of a path, links followed."""

    kind: Kind
    mode: int = 0
    """Permission bits, 0o7777 at most."""
    uid: int = -1
    owner: Optional[str] = None
    """The owner's name; None where the system knows none for the uid."""
    size: int = 0
    is_link: bool = False
    """The path itself is a symlink (a folder above it may be one without this being said)."""
    real: str = ""
    """The path with every link followed."""
    is_outside: bool = False
    """It is a symlink that leads out of its folder."""
    readable: bool = True
    """Whether we may read it."""
    acl_writers: Tuple[str, ...] = ()
    """Users and groups that a POSIX access list lets write, beyond owner, group and others."""
    changed: float = 0.0
    """When it last became what it is, seconds since 1970: the later of the times of content and of inode, since `cp -p` keeps the first."""
    written: float = 0.0
    """When its content was last written, as it says itself: of a log, which a chmod or a new name makes no newer."""
    ccsid: Optional[int] = None
    """IBM i: its CCSID tag."""
    identity: Tuple[int, ...] = ()
    """Device and inode: equal for two names of the same thing; () where a host knows none."""


class Text(NamedTuple):
    """Text, and how it was known."""

    value: str
    encoding: str
    """`ascii` `utf-8` `utf-8-bom` `utf-16-le` `utf-16-be` `latin-1` `cp1252` `ebcdic`."""
    ccsids: Tuple[int, ...] = ()
    """For EBCDIC, those that fit, likeliest first."""


class FileFact(NamedTuple):
    """One artifact as a file."""

    artifact: str
    path: str
    stand: Stand
    near: Tuple[str, ...] = ()
    """Where it is missing: names in its folder that look like a slip of it, likeliest first."""
    text: Optional[Text] = None
    """How its text is encoded; the text itself is not kept, since a key may stand in it."""
    is_blank: bool = False
    """It holds nothing but blanks, line ends or NUL bytes."""


class Folder(NamedTuple):
    """A folder on the way from the root to an artifact."""

    path: str
    mode: int
    uid: int
    owner: Optional[str]


class IniLine(NamedTuple):
    """One line of an INI file with the spans that a change would touch (offsets into the text)."""

    number: int
    kind: str
    """`section` `setting` `comment` `blank` `bad`."""
    section: str
    """The section in which it stands; for a section line, its own name. Empty before the first."""
    name: str = ""
    value: str = ""
    """Without the blanks around it."""
    raw: str = ""
    """All that follows the `=`, blanks and a stray CR included, without the line end; of a bad line its beginning."""
    start: int = 0
    end: int = 0
    """Of the line, its line end excluded."""
    value_start: int = 0
    value_end: int = 0
    fault: str = ""
    """What is wrong with it: `no-equals` `no-name` `open-bracket` `control`."""


class Ini(NamedTuple):
    """An INI file as a scan of lines; the first of two equal settings counts."""

    lines: Tuple[IniLine, ...]
    newline: str
    """The line end of most lines."""

    def sections(self) -> Tuple[str, ...]:
        """Section names in their order, each once."""
        return tuple(dict.fromkeys(line.section for line in self.lines if line.kind == "section"))

    def find(self, section: str, name: str) -> Optional[IniLine]:
        """The setting that counts, or None."""
        for line in self.lines:
            if line.kind == "setting" and line.section == section and line.name == name:
                return line
        return None


class Setting(NamedTuple):
    """One setting of ours as the agent would take it."""

    name: str
    value: str
    """Cleaned of what ITA-INI-009 complains about, so that the rest can be judged."""
    line: Optional[int]
    """None where it is absent and its default is taken."""
    raw: str = ""


class Stash(NamedTuple):
    """The stash, opened."""

    password: Secret
    forms: Tuple[Tuple[str, Secret], ...] = ()
    """Other readings of it, likeliest first: (`stripped` | `ebcdic` | `utf-16` | `double` | `hex` | `plain`, password)."""


class Seed(NamedTuple):
    """The random file; its bytes are secret enough not to be kept."""

    size: int
    pattern: str
    """'' where it looks random, else `constant` `text` `pem` `biased`."""


class KeyLock(NamedTuple):
    """How a private key is encrypted, read without opening it."""

    scheme: str
    """`PBES2` `PBES1` `DEK-Info` `openssh`."""
    cipher: str
    """As OpenSSL writes it: `AES-256-CBC`, `DES-EDE3-CBC`, `RC2-40-CBC`."""
    kdf: str = ""
    """`PBKDF2` `scrypt` `PBKDF1` `MD5`."""
    rounds: int = 0
    prf: str = ""
    """`HMAC-SHA1`, `HMAC-SHA256` …"""
    memory: int = 0
    """scrypt: bytes it takes."""


class KeyFile(NamedTuple):
    """The one private key of a file, not yet opened."""

    pem: Secret
    """The block alone, as PEM in ASCII."""
    form: str
    """`pkcs8` `traditional` `sec1`."""
    lock: Optional[KeyLock]
    """None where it is not encrypted."""
    line: int = 1


class Key(NamedTuple):
    """What may be known of an opened private key."""

    algorithm: str
    """`RSA` `EC` `DSA` `Ed25519` …"""
    bits: int
    spki: bytes
    """Its public half as SubjectPublicKeyInfo (DER)."""
    via: str
    """The reading of the stash that opened it: `exact`, one of Stash.forms, or `none` for a key in clear."""
    fits: bool = True
    """The cheap part of its arithmetic holds (RSA: p times q is n, and the exponents go together)."""


class Certificate(NamedTuple):
    """One X.509 certificate, all that any rule asks of it."""

    der: bytes
    subject: str
    """For people, lenient: no byte makes it fail."""
    subject_der: bytes
    issuer: str
    issuer_der: bytes
    serial: int
    version: int
    """1 or 3."""
    not_before: float
    not_after: float
    """Seconds since 1970, UTC."""
    spki: bytes
    algorithm: str
    bits: int
    digest: str
    """Of its signature: `sha256`, `sha1`, `md5` …; '' where it is unknown."""
    sha256: str
    """Fingerprint, lower-case hex."""
    common_names: Tuple[str, ...] = ()
    names: Tuple[str, ...] = ()
    """DNS names and IP addresses of subjectAltName."""
    is_ca: bool = False
    key_usage: Optional[Tuple[str, ...]] = None
    """`digital_signature`, `key_encipherment`, `key_agreement` …; None where the extension is absent."""
    extended_usage: Optional[Tuple[str, ...]] = None
    """Dotted OIDs; None where the extension is absent."""
    is_whole: bool = True
    """No extension is broken or stands twice; OpenSSL loads one that is not as trusted, but not as one's own."""
    line: int = 0
    """Of its BEGIN line in the file; 0 for one that was presented."""


class PemBlock(NamedTuple):
    """One BEGIN … END."""

    label: str
    data: Secret
    line: int
    headers: Tuple[Tuple[str, str], ...] = ()


class PemFault(NamedTuple):
    """A place where the PEM is broken."""

    kind: str
    """`one-line` `no-end` `no-begin` `labels-differ` `bad-base64` `bad-armour`; in a certificate file also `bad-der`."""
    line: int
    label: str = ""


class PemScan(NamedTuple):
    """A whole PEM file by our own scan: nothing is passed over."""

    blocks: Tuple[PemBlock, ...]
    faults: Tuple[PemFault, ...] = ()
    outside: Tuple[Tuple[int, bool], ...] = ()
    """Lines that are not blank and stand in no block: number, and whether it is binary. What they say may be a password."""


class CertFile(NamedTuple):
    """The certificates of a PEM file."""

    certificates: Tuple[Certificate, ...]
    others: Tuple[Tuple[str, int], ...] = ()
    """Labels and lines of blocks that are no certificate."""
    outside: Tuple[Tuple[int, bool], ...] = ()


class Job(NamedTuple):
    """What JobManager.ini says of the road to the master (JobManagerGW.ini where a gateway is followed)."""

    path: str
    url: str
    line: int
    scheme: str
    host: str
    port: int
    """-1 where the URL's port is no port."""
    backups: Tuple[str, ...] = ()
    """host:port of BackupResourceAdvisorUrls."""
    proxy: str = ""
    """host:port, or ''."""
    is_gateway: bool = False
    full_name: str = ""
    """FullyQualifiedHostname."""

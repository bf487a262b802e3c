"""A healthy installation in memory, and the ways to spoil one thing of it."""

from __future__ import annotations

import base64
import datetime as dt
import functools
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Tuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from ita_doctor.cli.library import read_folder
from ita_doctor.collect import collect
from ita_doctor.engine import judge as judge_setup
from ita_doctor.host.memory import Entry, MemoryHost
from ita_doctor.model.agent import Process
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.network import Attempt, Network, Peer
from ita_doctor.model.setup import Asked, Setup
from ita_doctor.rulebook import Rulebook

TODAY = dt.datetime(2026, 11, 24, 12, 0, 0)
NOW = (TODAY - dt.datetime(1970, 1, 1)).total_seconds()
PASSWORD = b"Gr8-walnut-57"
SUFFIX = "nc117031"
HOME = "/opt/hcl/TWS"
ITA = f"{HOME}/ITA/cpa/ita"
CERTS = f"{ITA}/cert"
AGENT = f"{HOME}/ITA/cpa/ita/agent"
MASTER = ("nc060201", 31116)

PATHS = {
    "ini": f"{ITA}/ita.ini",
    "job": f"{HOME}/ITA/cpa/config/JobManager.ini",
    "gateway": f"{HOME}/ITA/cpa/config/JobManagerGW.ini",
    "dir": CERTS,
    "stash": f"{CERTS}/{SUFFIX}.sth",
    "seed": f"{CERTS}/{SUFFIX}.rnd",
    "prv": f"{CERTS}/ita_prv{SUFFIX}.pem",
    "pub": f"{CERTS}/ita_pub{SUFFIX}.pem",
    "cert": f"{CERTS}/ita_cert{SUFFIX}.pem",
    "bundle": f"{CERTS}/ita_ca_cert{SUFFIX}.pem",
}

SETTINGS = {
    "ssl_port": "31114",
    "tcp_port": "0",
    "verify_cn_string": "",
    "password_file": PATHS["stash"],
    "random_file": PATHS["seed"],
    "cert_label": SUFFIX,
    "key_db_name": SUFFIX,
    "key_repository_dir": CERTS,
}

JOB = """\
[ResourceAdvisorAgent]
FullyQualifiedHostname = nc117031
ResourceAdvisorUrl = https://nc060201:31116/JobManagerRESTWeb/JobScheduler/resource
"""


# -- keys and certificates ---------------------------------------------------------------------------------------------


@functools.cache
def key(name: str, bits: int = 2048) -> Any:
    """A private key, made once a session for each *name*; `ec` in the name gives an elliptic one."""
    if "ec" in name.split("-"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def locked(private: Any, password: Optional[bytes] = PASSWORD) -> bytes:
    """The key as PKCS#8 in PEM, encrypted unless *password* is None."""
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    made: bytes = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    return made


def name(common: str) -> x509.Name:
    """C=IT, O=Example, CN=*common*."""
    parts = ((NameOID.COUNTRY_NAME, "IT"), (NameOID.ORGANIZATION_NAME, "Example"), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def certificate(
    subject: str = SUFFIX, private: Any = None, *, issuer: str = "TWSca", signer: Any = None, start: float = -30, days: float = 365,
    extensions: Sequence[Tuple[Any, bool]] = (), digest: Any = None, serial: Optional[int] = None,
) -> bytes:  # fmt: skip
    """A certificate in PEM; *start* and *days* count from TODAY."""
    private = private or key("agent")
    begin = TODAY + dt.timedelta(days=start)
    builder = x509.CertificateBuilder(name(issuer), name(subject), private.public_key(), serial or x509.random_serial_number(), begin)
    builder = builder.not_valid_after(begin + dt.timedelta(days=days))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signed = builder.sign(signer or key("ca"), digest or hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def self_signed(subject: str, private: Any, **more: Any) -> bytes:
    """A certificate that issued itself."""
    return certificate(subject, private, issuer=subject, signer=private, **more)


class Healthy(NamedTuple):
    """The bytes of a healthy installation, made once a session."""

    prv: bytes
    own: bytes
    master: bytes
    ca: bytes


@functools.cache
def healthy_bytes() -> Healthy:
    """Key, certificate, master's certificate and CA."""
    master = self_signed(MASTER[0], key("master"), days=700, extensions=[(x509.SubjectAlternativeName([x509.DNSName(MASTER[0])]), False)])
    return Healthy(locked(key("agent")), certificate(), master, self_signed("TWSca", key("ca"), days=3650))


def der(pem_of_one: bytes) -> bytes:
    """The DER of a certificate."""
    return x509.load_pem_x509_certificate(pem_of_one).public_bytes(serialization.Encoding.DER)


def subject() -> bytes:
    """The DER of the agent's name."""
    return name(SUFFIX).public_bytes()


def pem(content: bytes, label: str = "CERTIFICATE") -> bytes:
    """Any bytes as a PEM block."""
    return f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(content) + f"-----END {label}-----\n".encode()


def request() -> bytes:
    """A certificate request of the agent."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(SUFFIX))
    return builder.sign(key("agent"), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def public_key() -> bytes:
    """The public half of the agent's key."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    made: bytes = key("agent").public_key().public_bytes(serialization.Encoding.PEM, form)
    return made


@functools.cache
def ed25519_key() -> Any:
    """An Ed25519 key."""
    return ed25519.Ed25519PrivateKey.generate()


@functools.cache
def unsound() -> bytes:
    """The agent's key with a private exponent that does not fit, locked as usual."""
    numbers = key("agent").private_numbers()
    public = numbers.public_numbers
    wrong = [0, public.n, public.e, numbers.d - 2, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp]
    return pem(_sequence(b"".join(_integer(one) for one in wrong)), "RSA PRIVATE KEY")


def _integer(value: int) -> bytes:
    return _tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _sequence(content: bytes) -> bytes:
    return _tlv(0x30, content)


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 0x80 else bytes([0x81, size]) if size < 0x100 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def usage(**changes: bool) -> x509.KeyUsage:
    """A key usage with a digital signature and key encipherment, but for *changes*."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
        "encipher_only", "decipher_only",
    )  # fmt: skip
    values = {one: one in ("digital_signature", "key_encipherment") for one in names}
    return x509.KeyUsage(**{**values, **changes})


def fixture(file: str) -> bytes:
    """A file of tests/fixtures."""
    return (Path(__file__).parent / "fixtures" / file).read_bytes()


# -- the installation --------------------------------------------------------------------------------------------------


class House:
    """One installation in memory; every method spoils it in place and gives it back."""

    def __init__(self) -> None:
        made = healthy_bytes()
        self.settings: Dict[str, Optional[str]] = dict(SETTINGS)
        self.ini_text: Optional[bytes] = None
        self.entries: Dict[str, Entry] = {}
        self.peer_fields: Dict[str, Any] = {}
        self.network: Optional[Network] = None
        self.asked = Asked(is_offline=True)
        self.platform = "posix"
        self.me = "root"
        self.running: Any = ()
        self.ports: Dict[int, Any] = {}
        self.write("job", JOB.encode())
        self.write("stash", base64.encodebytes(PASSWORD), mode=0o600)
        self.write("seed", seed())
        self.write("prv", made.prv, mode=0o600)
        self.write("pub", made.own).write("cert", made.own)
        self.write("bundle", made.own + made.master)
        for folder in (CERTS, HOME, ITA, f"{HOME}/ITA/cpa/config"):
            self.entries[folder] = Entry(mode=0o755, kind=Kind.FOLDER)

    def write(self, artifact: str, content: bytes, *, mode: int = 0o644) -> House:
        """Put *content* there; key and stash keep 0600."""
        mode = 0o600 if artifact in ("prv", "stash") and mode == 0o644 else mode
        self.entries[PATHS.get(artifact, artifact)] = Entry(content, mode)
        return self

    def change(self, artifact: str, **fields: Any) -> House:
        """Change mode, owner, kind, link … of what stands there."""
        path = PATHS.get(artifact, artifact)
        if artifact == "ini" and path not in self.entries:
            self.entries[path] = Entry(self._ini())
        self.entries[path] = self.entries[path]._replace(**fields)
        return self

    def remove(self, artifact: str) -> House:
        """Take it away; a folder with all that is in it."""
        path = PATHS.get(artifact, artifact)
        for one in [one for one in self.entries if one == path or one.startswith(path + "/")]:
            del self.entries[one]
        if artifact == "ini":
            self.ini_text = None
            self.settings = {}
        return self

    def with_certificate(self, own: bytes) -> House:
        """Another certificate of the agent, put where steps 9 to 13 put it."""
        return self.write("pub", own).write("cert", own).write("bundle", own + healthy_bytes().master)

    def setting(self, setting: str, value: Optional[str], new_name: str = "") -> House:
        """Change, rename or (None) remove one setting of ita.ini."""
        items = list(self.settings.items())
        self.settings = {new_name or one if one == setting else one: value if one == setting else old for one, old in items}
        return self

    def ini(self, content: bytes) -> House:
        """The whole ita.ini."""
        self.ini_text = content
        return self

    def ini_lines(self, change: Any) -> House:
        """ita.ini changed by a function of its text."""
        return self.ini(change(self._ini().decode()).encode())

    def ask(self, **fields: Any) -> House:
        """Options of the run."""
        self.asked = self.asked._replace(**fields)
        return self

    def on_os400(self, tag: Optional[int] = 819) -> House:
        """An IBM i, where every file bears a tag."""
        self.platform = "os400"
        self.change("ini")
        self.entries = {path: one._replace(ccsid=tag) if one.kind is Kind.FILE else one for path, one in self.entries.items()}
        return self

    def live(self, **fields: Any) -> House:
        """A master that answers, healthy but for *fields* of its Peer."""
        self.asked = self.asked._replace(is_offline=False)
        healthy: Dict[str, Any] = {
            "speaks": "tls", "is_done": True, "protocol": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "has_forward_secrecy": True,
            "chain": (der(healthy_bytes().master),), "asked": True, "sent": True, "had": True, "answer": "HTTP/1.1 200 OK", "is_http": True,
            "date": NOW, "date_read": NOW,
        }  # fmt: skip
        peer = Peer(**{"host": MASTER[0], "port": MASTER[1], "address": "192.0.2.1", **healthy, **fields})
        self.network = Network((), (Attempt(*MASTER, "192.0.2.1", "open", 0.01),), peer)
        return self

    def dead(self, outcome: str, *, address: str = "192.0.2.1", detail: str = "") -> House:
        """A master that cannot be reached."""
        self.asked = self.asked._replace(is_offline=False)
        self.network = Network((), (Attempt(*MASTER, address, outcome, 0.5, detail),), None)
        return self

    def runs(self, program: str = AGENT, *, user: str = "twsuser", started: float = NOW - 3600, presents: Any = None) -> House:
        """A program of the agent that runs; its port presents the certificate on disk, or *presents* (DER, or an OSError)."""
        self.write(program, b"", mode=0o755)
        uid = {"root": 0, "twsuser": 1001, "other": 1002}.get(user, -1)
        self.running = (Process(4242 + len(self.running), program, uid, user, started), *self.running)
        self.ports = {31114: der(healthy_bytes().own) if presents is None else presents}
        return self

    def host(self) -> MemoryHost:
        """The machine."""
        entries = dict(self.entries)
        if self.settings or self.ini_text is not None:
            entries.setdefault(PATHS["ini"], Entry(self._ini()))
        host = MemoryHost(entries, now=NOW, me=self.me)
        host.network = self.network
        host.running, host.ports = self.running, self.ports
        host.platform = self.platform
        return host

    def setup(self) -> Setup:
        """What collect makes of it."""
        return collect(self.host(), PATHS["ini"], self.asked, book().settings, {})

    def _ini(self) -> bytes:
        if self.ini_text is not None:
            return self.ini_text
        lines = ["# ita.ini", "[ITA]", "name = ita", "", "[ITA SSL]"]
        lines += [f"{one} = {value}" for one, value in self.settings.items() if value is not None]
        return ("\n".join(lines) + "\n").encode()


def seed(size: int = 8192) -> bytes:
    """Bytes that look random, the same each time."""
    import hashlib

    return b"".join(hashlib.sha256(f"{number}".encode()).digest() for number in range(size // 32 + 1))[:size]


# -- the verdict -------------------------------------------------------------------------------------------------------


@functools.cache
def book() -> Rulebook:
    """The rules of the checkout."""
    return read_folder()


class Judged:
    """The findings of one installation, by rule."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.findings = installation.findings

    def __getitem__(self, rule: str) -> Finding:
        """The finding that matters most: a failure, else a block, a skip, a pass."""
        order = (Status.BROKEN, Status.FAIL, Status.BLOCKED, Status.SKIPPED, Status.PASS)
        found = [one for one in self.findings if one.rule == rule]
        return min(found, key=lambda one: order.index(one.status))

    def all(self, rule: str) -> List[Finding]:
        """Every finding of one rule."""
        return [one for one in self.findings if one.rule == rule]

    @property
    def failed(self) -> FrozenSet[str]:
        """Rules that fail, notes included."""
        return frozenset(one.rule for one in self.findings if one.status is Status.FAIL)

    @property
    def broken(self) -> List[str]:
        """Messages of what is broken."""
        return [one.message for one in self.findings if one.status is Status.BROKEN]


def judge(house: House) -> Judged:
    """The rules' verdict; a BROKEN one is a failure of the test."""
    judged = Judged(judge_setup(house.setup(), book().rules, book().reasons))
    assert not judged.broken, judged.broken
    _SEEN.update((one.rule, one.status) for one in judged.findings)
    return judged


_SEEN: set[Tuple[str, Status]] = set()


def seen() -> set[Tuple[str, Status]]:
    """(rule, status) of all that was judged in this session: what test_rule_files asks."""
    return _SEEN

"""The laboratory's installation and master, made by the nineteen documented steps with openssl and keytool."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any, List, Optional

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from laboratory.tools import STORE_PASSWORD, base64_of, keytool, name_of, pem_of, run

SUFFIX = "nc117031"
PASSWORD = b"Qv7-lark-Hill"
AGENT_UID = 1
DAY = dt.timedelta(days=1)

ITA_INI = """\
# Settings of the Lightweight Workload Agent
[ITA]
name = ita
product_version = 9.4.0.05

[ITA SSL]
# one of the two ports is open
tcp_port = 0
ssl_port = 31114
verify_cn_string =
password_file = {folder}/{suffix}.sth
random_file = {folder}/{suffix}.rnd
cert_label = {suffix}
key_db_name = {suffix}
key_repository_dir = {folder}
"""

JOB_INI = """\
[ITA]
name = JobManager

[ResourceAdvisorAgent]
AgentID = 5F1C7E2A
FullyQualifiedHostname = localhost
BackupResourceAdvisorUrls =
ResourceAdvisorUrl = https://localhost:{port}/JobManagerRESTWeb/JobScheduler/resource
"""

OPENSSL_CNF = """\
[req]
distinguished_name = who
prompt = no
[who]
C = IT
O = Example
CN = nc117031
"""


class Site:
    """One agent's installation and its master's files below *top*, and what people do to them."""

    def __init__(self, top: Path, port: int = 31116) -> None:
        self.top, self.port, self.suffix, self.password = top, port, SUFFIX, PASSWORD
        self.agent = top / "opt/hcl/TWS"
        self.folder = self.agent / "ITA/cpa/ita/cert"
        self.stems = ("", "")  # of stash and seed, where they are not the suffix
        self.place: Optional[Path] = None  # what is given to the program, where it is not ita.ini
        self.twa = top / "opt/HCL/TWA"
        self.ssl, self.etc = self.twa / "TWS/ssl", self.twa / "WAS/TWSprofile/etc"
        self.keys, self.trusted = self.etc / "TWSServerKeyFile.jks", self.etc / "TWSServerTrustFile.jks"
        self.server_pem, self.ca_crt, self.ca_key = (self.ssl / name for name in ("server.pem", "TWSca.crt", "TWSca.key"))

    ini = property(lambda self: self.agent / "ITA/cpa/ita/ita.ini")
    job = property(lambda self: self.agent / "ITA/cpa/config/JobManager.ini")
    gateway = property(lambda self: self.agent / "ITA/cpa/config/JobManagerGW.ini")
    prv = property(lambda self: self.folder / f"ita_prv{self.suffix}.pem")
    pub = property(lambda self: self.folder / f"ita_pub{self.suffix}.pem")
    cert = property(lambda self: self.folder / f"ita_cert{self.suffix}.pem")
    bundle = property(lambda self: self.folder / f"ita_ca_cert{self.suffix}.pem")
    stash = property(lambda self: self.folder / f"{self.stems[0] or self.suffix}.sth")
    seed = property(lambda self: self.folder / f"{self.stems[1] or self.suffix}.rnd")

    @property
    def six(self) -> List[Path]:
        """The files that step 15 copies."""
        return [self.prv, self.pub, self.cert, self.bundle, self.stash, self.seed]

    # Changing files

    def write(self, path: Path, content: bytes, mode: Optional[int] = None) -> None:
        """Give a file this content, with the mode and the owner of a healthy one."""
        path.write_bytes(content)
        path.chmod(mode if mode is not None else 0o600 if path in (self.prv, self.stash) else 0o644)
        self.own(path)

    def edit(self, path: Path, old: bytes, new: bytes) -> None:
        """Replace some bytes that are there."""
        before = path.read_bytes()
        assert old in before, (path, old)
        self.write(path, before.replace(old, new))

    def own(self, path: Path, uid: int = AGENT_UID) -> None:
        """Give *path* to a user, where we are root."""
        if os.getuid() == 0:
            os.chown(path, uid, uid, follow_symlinks=False)

    def tidy(self) -> None:
        """Owner and mode of all of the installation, as the note of step 15 wants them."""
        for path in (self.agent, *self.agent.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o600 if path in (self.prv, self.stash) else 0o644)
            self.own(path)

    def set(self, name: str, value: Optional[object], *, path: Optional[Path] = None) -> None:
        """Change one setting of ita.ini; None takes its line out."""
        path = path or self.ini
        lines = path.read_bytes().split(b"\n")
        (at,) = (number for number, line in enumerate(lines) if line.split(b"=")[0].strip() == name.encode())
        lines[at : at + 1] = [] if value is None else [f"{name} = {value}".encode()]
        self.write(path, b"\n".join(lines))

    def configure(self) -> None:
        """Step 16."""
        self.ini.write_bytes(os.fsencode(ITA_INI.format(folder=self.folder, suffix=self.suffix)))
        self.job.write_text(JOB_INI.format(port=self.port))

    def move(self, agent: Path) -> None:
        """Put the installation elsewhere, its settings with it."""
        agent.parent.mkdir(parents=True, exist_ok=True)
        self.agent.rename(agent)
        self.agent, self.folder = agent, agent / "ITA/cpa/ita/cert"
        self.configure()
        self.tidy()

    def rename(self, suffix: str) -> None:
        """Use another suffix throughout."""
        old = self.six
        self.suffix = suffix
        for before, after in zip(old, self.six):
            before.rename(after)
        self.configure()
        self.tidy()

    # Keys and certificates

    def key(self) -> Any:
        """The agent's private key."""
        return serialization.load_pem_private_key(self.prv.read_bytes(), self.password)

    def relock(self, *how: object, password: Optional[bytes] = None) -> None:
        """Write the key again by `openssl pkcs8 -topk8` with the options *how*, or another password."""
        word = (password or self.password).decode()
        legacy = ("-provider", "default", "-provider", "legacy") if run("openssl", "version")[8:9] == b"3" else ()
        clear = pem_of(self.key(), None)
        self.write(self.prv, run("openssl", "pkcs8", "-topk8", *how, *legacy, "-passout", f"pass:{word}", stdin=clear))

    def use_password(self, password: bytes) -> None:
        """Lock the key with another password, and stash that."""
        self.write(self.prv, pem_of(self.key(), password))
        self.write(self.stash, base64_of(password))
        self.password = password

    def issue(self, key: Any = None, *, cn: Any = SUFFIX, start: float = -1, days: float = 365, digest: Any = None, ca: Any = None,
              extensions: Any = (), self_signed: bool = False) -> bytes:  # fmt: skip
        """A certificate (PEM) for *key* and *cn*, or a whole name; by TWSca or *ca* (key, name); from *start* days from now, for *days*."""
        key = key or self.key()
        now = dt.datetime.now(dt.timezone.utc)
        subject = name_of(cn) if isinstance(cn, str) else cn
        ca_key, issuer = (key, subject) if self_signed else ca or (spare_ca(self), name_of("TWSca"))
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now + start * DAY)
        builder = builder.not_valid_after(now + (start + days) * DAY)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(ca_key, digest or hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def certify(self, pem: bytes) -> None:
        """Steps 9 to 13 with this certificate."""
        self.write(self.pub, pem)
        self.write(self.cert, pem)
        self.write(self.bundle, pem + self.server_pem.read_bytes())

    # The master

    def new_master(self, *, start: int = -100, days: int = 925) -> None:
        """A key of the master's own under the alias server, self-signed."""
        self.keys.unlink(missing_ok=True)
        keytool("-genkeypair", "-alias", "server", "-keyalg", "RSA", "-keysize", 2048, "-storetype", "JKS", "-keystore", self.keys,
                "-keypass", STORE_PASSWORD, "-dname", "CN=nc060201, O=Example, C=IT", "-startdate", f"{start:+d}d", "-validity", days,
                "-ext", "SAN=dns:localhost,dns:nc060201,ip:127.0.0.1")  # fmt: skip

    def master_of(self, key: Any, *certificates: bytes) -> None:
        """A master with this key and chain (PEM, leaf first)."""
        self.keys.unlink(missing_ok=True)
        both = pem_of(key, None) + b"".join(certificates)
        self.keys.write_bytes(run("openssl", "pkcs12", "-export", "-name", "server", "-passout", f"pass:{STORE_PASSWORD}", stdin=both))

    def export(self) -> None:
        """Step 12."""
        keytool("-export", "-rfc", "-alias", "server", "-file", self.server_pem, "-keystore", self.keys)

    def trust(self, certificate: Path, alias: str = SUFFIX) -> None:
        """Step 19."""
        keytool("-import", "-noprompt", "-trustcacerts", "-alias", alias, "-file", certificate, "-storetype", "JKS", "-keystore", self.trusted)


def spare_ca(site: Site) -> Any:
    """TWSca's key."""
    return serialization.load_pem_private_key(site.ca_key.read_bytes(), None)


def build(top: Path) -> Site:
    """The healthy laboratory below *top*, step by step."""
    site = Site(top)
    for folder in (site.ssl, site.etc, site.folder, site.job.parent):
        folder.mkdir(parents=True)
    work, name = site.ssl, SUFFIX
    (work / "openssl.cnf").write_text(OPENSSL_CNF)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", site.ca_key, "-out", site.ca_crt, "-days", 3650,
        "-subj", "/C=IT/O=Example/CN=TWSca")  # fmt: skip
    run("openssl", "rand", "-out", work / f"{name}.rnd", 8192)  # step 3
    (work / f"{name}.pwd").write_bytes(PASSWORD)
    locked = ("-passin", f"file:{work}/{name}.pwd")
    run("openssl", "genrsa", "-des3", "-passout", locked[1], "-out", work / f"{name}.key", 2048)  # step 4
    shutil.copy(work / f"{name}.key", work / f"ita_prv{name}.pem")  # step 5
    run("openssl", "base64", "-in", f"{name}.pwd", "-out", f"{name}.sth", cwd=work)  # step 6
    run("openssl", "req", "-new", "-key", f"{name}.key", *locked, "-out", f"{name}.csr", "-config", "openssl.cnf", cwd=work)  # step 7
    run("openssl", "x509", "-req", "-CA", "TWSca.crt", "-CAkey", "TWSca.key", "-CAcreateserial", "-days", 365, "-in", f"{name}.csr",
        "-out", f"{name}.crt", cwd=work)  # step 8  # fmt: skip
    for copy in (f"{name}.pem", f"ita_pub{name}.pem", f"ita_cert{name}.pem"):  # steps 9 to 11
        shutil.copy(work / f"{name}.crt", work / copy)
    site.new_master()
    site.export()  # step 12
    (work / site.bundle.name).write_bytes((work / site.pub.name).read_bytes() + site.server_pem.read_bytes())  # step 13
    for path in site.six:  # step 15
        shutil.copy(work / path.name, path)
    site.configure()  # step 16
    site.trust(work / f"{name}.pem")  # step 19
    site.tidy()
    return site


def copy_of(site: Site, top: Path) -> Site:
    """The same laboratory once more, below *top*."""
    shutil.copytree(site.top, top, symlinks=True)
    other = Site(top, site.port)
    other.configure()
    other.tidy()
    return other

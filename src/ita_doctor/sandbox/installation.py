"""An agent's installation and its master's files, made by the steps of the procedure with cryptography instead of openssl and keytool."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import os
import secrets
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

SUFFIX = "nc117031"

INI = """\
# ita.ini of the demo's agent
[ITA]
name = ita

[ITA SSL]
ssl_port = 31114
tcp_port = 0
verify_cn_string =
password_file = {folder}/{suffix}.sth
random_file = {folder}/{suffix}.rnd
cert_label = {suffix}
key_db_name = {suffix}
key_repository_dir = {folder}
"""

JOB = """\
[ResourceAdvisorAgent]
FullyQualifiedHostname = localhost
ResourceAdvisorUrl = https://localhost:{port}/JobManagerRESTWeb/JobScheduler/resource
"""


class Sandbox(NamedTuple):
    """Where everything of the demo stands."""

    root: str
    agent: str
    """⟨TWS⟩ of the agent."""
    folder: str
    """The folder of the certificates."""
    stash: str
    bundle: str
    pub: str
    server: str
    """The master's certificate (PEM)."""
    server_key: str
    stranger: str
    """The certificate of another agent, for a master that trusts only that one."""
    ca: str
    """TWSca.crt: what signed the agent's certificate."""
    ca_key: str


def build(root: str) -> Sandbox:
    """Make the six files, the settings, and the master's key below *root* (empty, and ours alone)."""
    agent = os.path.join(root, "opt", "hcl", "TWS")
    folder = os.path.join(agent, "ITA", "cpa", "ita", "cert")
    master = os.path.join(root, "opt", "HCL", "TWA94", "TWS", "ssl")
    for one in (folder, os.path.join(agent, "ITA", "cpa", "config"), master):
        _make_folder(one)
    password = base64.b32encode(secrets.token_bytes(15))
    ca_key, key, server_key = _key(), _key(), _key()
    own = _sign(SUFFIX, key, "TWSca", ca_key)
    server = _sign("nc060201", server_key, "nc060201", server_key)
    paths = Sandbox(
        root, agent, folder, os.path.join(folder, f"{SUFFIX}.sth"), os.path.join(folder, f"ita_ca_cert{SUFFIX}.pem"),
        os.path.join(folder, f"ita_pub{SUFFIX}.pem"), os.path.join(master, "server.pem"), os.path.join(master, "server.key"),
        os.path.join(master, "stranger.pem"), os.path.join(master, "TWSca.crt"), os.path.join(master, "TWSca.key"),
    )  # fmt: skip
    lock = serialization.BestAvailableEncryption(password)
    write(os.path.join(folder, f"{SUFFIX}.rnd"), secrets.token_bytes(8192))  # step 3
    write(os.path.join(folder, f"ita_prv{SUFFIX}.pem"), _private(key, lock), 0o600)  # steps 4 and 5
    write(paths.stash, base64.encodebytes(password), 0o600)  # step 6
    write(paths.pub, own)  # steps 7 to 10
    write(os.path.join(folder, f"ita_cert{SUFFIX}.pem"), own)  # step 11
    write(paths.server, server)  # step 12
    write(paths.bundle, own + server)  # step 13
    write(os.path.join(agent, "ITA", "cpa", "ita", "ita.ini"), INI.format(folder=folder, suffix=SUFFIX).encode())  # step 16
    write(paths.server_key, _private(server_key, serialization.NoEncryption()), 0o600)
    write(paths.stranger, _sign("nc999999", _key(), "TWSca", ca_key))
    write(paths.ca, _sign("TWSca", ca_key, "TWSca", ca_key, is_ca=True))
    write(paths.ca_key, _private(ca_key, serialization.NoEncryption()), 0o600)
    return paths


def _make_folder(path: str) -> None:
    """*path* and what is missing above it, each with exactly mode 755: a umask of 002 would let the group replace the files."""
    if os.path.isdir(path):
        return
    _make_folder(os.path.dirname(path))
    os.mkdir(path)
    os.chmod(path, 0o755)  # noqa: S103 - as the procedure has it


def remove_the_six(sandbox: Sandbox) -> None:
    """The folder of the certificates as it was before the procedure: empty."""
    for name in os.listdir(sandbox.folder):
        os.unlink(os.path.join(sandbox.folder, name))


def name_master(sandbox: Sandbox, port: int) -> None:
    """JobManager.ini, once the master's port is known."""
    write(os.path.join(sandbox.agent, "ITA", "cpa", "config", "JobManager.ini"), JOB.format(port=port).encode())


def write(path: str, content: bytes, mode: int = 0o644) -> None:
    """Put *content* at *path* with exactly *mode*."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        os.fchmod(handle, mode)


def read(path: str) -> bytes:
    """The content of one of our own files."""
    with open(path, "rb") as file:
        return file.read()


def _key() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _private(key: Any, lock: Any) -> bytes:
    pem: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    return pem


def _sign(subject: str, key: Any, issuer: str, issuer_key: Any, *, is_ca: bool = False) -> bytes:
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    names = [x509.DNSName("localhost"), x509.DNSName(subject), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=364))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None) if is_ca else x509.SubjectAlternativeName(names), critical=is_ca)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _name(common: str) -> x509.Name:
    parts = ((NameOID.COUNTRY_NAME, "IT"), (NameOID.ORGANIZATION_NAME, "Example"), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])

"""Keys and certificates for live tests, made in memory once a session."""

from __future__ import annotations

import datetime
import functools
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from ita_doctor.model.network import Identity
from ita_doctor.model.secret import Secret

PASSWORD = b"live-test-passphrase"


class Pair(NamedTuple):
    """A private key and a self-signed certificate of it."""

    key: object
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self, password: bytes = b"", form: str = "PKCS8") -> bytes:
        lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), lock)

    def store(self, password: bytes, alias: bytes = b"server") -> bytes:
        """A PKCS#12 store as Java reads it."""
        lock = serialization.BestAvailableEncryption(password)
        return pkcs12.serialize_key_and_certificates(alias, self.key, self.certificate, None, lock)

    def identity(self, password: bytes = b"") -> Identity:
        """What an agent of this pair presents."""
        return Identity(Secret(self.key_pem(password)), Secret(password) if password else None, self.der)


@functools.cache
def pair(name: str, edition: int = 1, kind: str = "rsa") -> Pair:
    """The *edition*th key and certificate of *name*: editions have the same subject and different keys."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example")])
    now = datetime.datetime(2024, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1000 + edition)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return Pair(key, certificate)

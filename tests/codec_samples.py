"""Keys and certificates for the tests of the codecs, made in memory by either generation of the library."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
import subprocess
from typing import Any, Optional, Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from ita_doctor.codecs import der

PASSWORD = b"Gr8-walnut-57"


@functools.cache
def make_key(bits: int = 2048, number: int = 0) -> Any:
    """An RSA key; another *number* is another key."""
    return rsa.generate_private_key(65537, bits, default_backend())


def plain_pem(key: Any, form: str = "PKCS8") -> bytes:
    """*key* in clear."""
    return key.private_bytes(serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.NoEncryption())


def locked_pem(key: Any, password: bytes = PASSWORD, form: str = "PKCS8") -> bytes:
    """*key* locked as the library thinks best."""
    return key.private_bytes(serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.BestAvailableEncryption(password))


def spki_of(key: Any) -> bytes:
    """The public half of *key*."""
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def name_of(**parts: str) -> x509.Name:
    """A name such as C=IT, O=Example, CN=nc117031."""
    oids = {"C": NameOID.COUNTRY_NAME, "O": NameOID.ORGANIZATION_NAME, "CN": NameOID.COMMON_NAME}
    return x509.Name([x509.NameAttribute(oids[part], value) for part, value in parts.items()])


@functools.cache
def make_certificate(
    *, key: Any = None, name: Optional[x509.Name] = None, issuer: Optional[x509.Name] = None, signer: Any = None,
    extensions: Sequence[Any] = (), digest: str = "SHA256", serial: int = 4711, size: int = 0,
) -> bytes:  # fmt: skip
    """A certificate in PEM; *size* pads it so that its Base64 ends in two `=`."""
    key = key or make_key()
    name = name or name_of(C="IT", O="Example", CN="nc117031")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer or name).public_key(key.public_key()).serial_number(serial)
    builder = builder.not_valid_before(dt.datetime(2026, 11, 1)).not_valid_after(dt.datetime(2027, 11, 1))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    for more in range(4):
        oid = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
        padded = builder.add_extension(x509.UnrecognizedExtension(oid, b"\x04\x03abc" + b"x" * more), critical=False) if size else builder
        made = padded.sign(signer or key, getattr(hashes, digest)(), default_backend()).public_bytes(serialization.Encoding.DER)
        if not size or len(made) % 3 == 1:
            break
    return x509.load_der_x509_certificate(made, default_backend()).public_bytes(serialization.Encoding.PEM)


def openssl(*args: str, given: bytes = b"") -> bytes:
    """What the real openssl writes; skips where there is none or it cannot."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not here")
    done = subprocess.run([program, *args], input=given, capture_output=True, check=False, timeout=60)
    if done.returncode:
        pytest.skip(f"this openssl cannot {args[0]}: {done.stderr[-200:].decode(errors='replace')}")
    return done.stdout


def split_der(data: bytes) -> Sequence[bytes]:
    """The values that stand in a SEQUENCE, each with its tag."""
    return [der.encoded(data, child) for child in der.children(data, der.whole(data))]

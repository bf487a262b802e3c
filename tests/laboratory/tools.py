"""The real tools, and what is made with them: keys, names, Base64."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path
from typing import Any, Optional

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

STORE_PASSWORD = "default"


def run(*argv: object, stdin: bytes = b"", cwd: Optional[Path] = None) -> bytes:
    """What a command printed; RuntimeError with its words where it failed."""
    done = subprocess.run([str(word) for word in argv], input=stdin, capture_output=True, check=False, cwd=cwd)
    if done.returncode:
        raise RuntimeError(f"{argv[:2]}: {(done.stdout + done.stderr).decode(errors='replace')}")
    return done.stdout


def keytool(*argv: object) -> bytes:
    """One run of keytool, in English and with the shipped password."""
    return run("keytool", "-J-Duser.language=en", *argv, "-storepass", STORE_PASSWORD)


@functools.cache
def spare_key(kind: str = "rsa2048", number: int = 0) -> Any:
    """A key that belongs to nothing: `rsa⟨bits⟩`, `ec`, `dsa` or `ed25519`; the same for the same *number*."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(kind[3:]))


def pem_of(key: Any, password: Optional[bytes], *, traditional: bool = False) -> bytes:
    """A private key as PEM, locked where there is a password."""
    form = serialization.PrivateFormat.TraditionalOpenSSL if traditional else serialization.PrivateFormat.PKCS8
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, lock)


def name_of(cn: str) -> x509.Name:
    """A subject of the laboratory's organisation."""
    oid = x509.NameOID
    parts = ((oid.COUNTRY_NAME, "IT"), (oid.ORGANIZATION_NAME, "Example"), (oid.COMMON_NAME, cn))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def subject_of(path: Path) -> x509.Name:
    """The subject of a certificate, its string types with it: keytool and openssl choose different ones."""
    return x509.load_pem_x509_certificate(path.read_bytes()).subject


def base64_of(content: bytes) -> bytes:
    """What `openssl base64` writes."""
    return run("openssl", "base64", stdin=content)

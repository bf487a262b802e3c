"""`inspect` on every file of the package cryptography_vectors, many of them broken on purpose: each has its row, in time; what is plain is named right."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path

import pytest

from ita_doctor.cli.library import library, table
from ita_doctor.codecs.identify import identify

FOUND = importlib.util.find_spec("cryptography_vectors")

pytestmark = pytest.mark.skipif(FOUND is None, reason="needs the package cryptography_vectors")

ROOT = Path(FOUND.origin).parent if FOUND is not None and FOUND.origin else Path("/nowhere")
FILES = sorted(path for path in ROOT.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))

PLAIN = {
    "x509/PKITS_data/certs/*.crt": {"certificate"},
    "x509/PKITS_data/crls/*.crl": {"crl"},
    "x509/PKITS_data/pkcs12/*.p12": {"pkcs12"},
    "x509/custom/crl_*.pem": {"crl"},
    "x509/requests/*": {"certificate-request"},
    "x509/ocsp/*.der": {"unknown", "seed"},
    "pkcs12/*.p12": {"pkcs12"},
    "pkcs12/ca/*.pem": {"certificate", "private-key", "mixed"},
    "pkcs7/amazon*": {"pkcs7"},
    "pkcs7/authenticode.der": {"pkcs7"},
    "pkcs7/enveloped*": {"pkcs7"},
    "pkcs7/isrg.pem": {"pkcs7"},
    "pkcs7/*san.pem": {"certificate"},
    "asymmetric/PKCS8/*.pem": {"private-key", "public-key"},
    "asymmetric/DER_Serialization/*": {"private-key", "public-key", "unknown"},
    "asymmetric/Traditional_OpenSSL_Serialization/*": {"private-key"},
    "asymmetric/OpenSSH/*.key": {"private-key"},
    "asymmetric/OpenSSH/*.pub": {"public-key", "text"},
}
"""By folder and ending, what the files there are: as their names and the package's own documentation say."""

SLOWEST = 2.0
"""Seconds for one file, on a machine that does other things as well."""


WORDS, SETTINGS = table("inspect.toml"), library().settings


def of(path):
    """What the program says of one file."""
    return identify(path.read_bytes(), str(path), WORDS, SETTINGS)


def test_every_file_has_its_row():
    """Thousands of files: no exception, none hangs, each is one of the contract's kinds."""
    kinds = set(WORDS["kind"])
    slow = []
    for path in FILES:
        started = time.monotonic()
        found = of(path)
        if time.monotonic() - started > SLOWEST:
            slow.append(path)
        assert found.kind in kinds, path
        assert found.text, path

    assert [] == slow
    assert len(FILES) > 2000


@pytest.mark.parametrize("pattern", PLAIN)
def test_what_is_plain_is_named(pattern):
    """Every file of a folder is what the folder is for."""
    files = sorted(ROOT.glob(pattern))

    wrong = {
        str(path.relative_to(ROOT)): (found.kind, found.text[:80]) for path in files for found in (of(path),) if found.kind not in PLAIN[pattern]
    }

    assert files
    assert {} == wrong

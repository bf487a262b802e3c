"""What `keytool -list -rfc` prints: taken where it is whole and in English, and nothing is believed of anything else."""

import base64
import random
import time

import pytest

from ita_doctor.codecs.jks import Entry, Store
from ita_doctor.codecs.keytool_list import read_listing
from ita_doctor.model.artifact import BadArtifact

DER = bytes(range(256))
PEM = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(DER).decode()}-----END CERTIFICATE-----\n"
HEAD = "Enter keystore password:  Keystore type: JCEKS\nKeystore provider: SunJCE\n\nYour keystore contains {} {}\n\n"
KEY = f"Alias name: server\nCreation date: Nov 25, 2026\nEntry type: PrivateKeyEntry\nCertificate chain length: 2\nCertificate[1]:\n{PEM}Certificate[2]:\n{PEM}"
TRUSTED = f"Alias name: caf\u00e9\nEntry type: trustedCertEntry\n\n{PEM}\n\n*******\n"
SECRET = "Alias name: aes\nEntry type: SecretKeyEntry\n"
WARNING = "\nWarning:\nThe JCEKS keystore uses a proprietary format.\n"


def listing(*entries, count=None):
    number = len(entries) if count is None else count
    return (HEAD.format(number, "entry" if number == 1 else "entries") + "".join(entries) + WARNING).encode()


def refusal(text):
    with pytest.raises(BadArtifact) as caught:
        read_listing(text, "jceks")
    return caught.value.kind


def test_every_entry():
    """Keys with their chain, trusted certificates, secret keys without any."""
    expected = (Entry("server", True, (DER, DER), 0.0), Entry("caf\u00e9", False, (DER,), 0.0), Entry("aes", True, (), 0.0))

    assert Store("jceks", expected) == read_listing(listing(KEY, TRUSTED, SECRET), "jceks")


def test_line_ends_of_any_kind():
    """CRLF as well."""
    assert 2 == len(read_listing(listing(KEY, TRUSTED).replace(b"\n", b"\r\n"), "pkcs12").entries)


def test_an_empty_store():
    """It says so itself."""
    assert () == read_listing(listing(), "jceks").entries


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"keytool error: java.io.IOException: Keystore was tampered with, or password was incorrect\n", "wrong-password"),
        (b"keytool error: java.io.IOException: keystore password was incorrect\n", "wrong-password"),
        (b"*  has NOT been verified!  *\n" + listing(KEY), "wrong-password"),
        (b"keytool error: java.io.EOFException\n", "truncated"),
        (b"keytool error: java.io.IOException: Invalid keystore format\n", "not-store"),
        (b"keytool error: java.security.KeyStoreException: JCEKS not found\n", "unknown"),
        (b"keytool error: java.io.IOException: Integrity check failed: NoSuchAlgorithmException\n", "unknown"),
        (listing(KEY, count=2), "unknown"),
        (listing(KEY, TRUSTED, count=1), "unknown"),
        (listing(KEY).replace(b"contains 1", b"contains " + b"1" * 5000), "unknown"),
        (listing(KEY).replace(b"Your keystore contains 1 entry", b"Il keystore contiene 1 voce"), "unknown"),
        (b"usage: keytool [options]\n", "unknown"),
        (b"", "unknown"),
    ],
)
def test_what_is_no_listing(text, kind):
    """Only what is surely said of the store is said; the rest tells nothing."""
    assert kind == refusal(text)


def test_a_listing_that_is_cut():
    """At no length is half a listing taken for one."""
    whole = listing(KEY, TRUSTED).rpartition(b"-----END")[0]
    kinds = set()
    for size in range(0, len(whole), 7):
        try:
            kinds.update(len(entry.chain) for entry in read_listing(whole[:size], "jceks").entries[:1])
        except BadArtifact as why:
            kinds.add(why.kind)

    assert kinds <= {"unknown", 2}


def test_junk_costs_no_time():
    """1 MiB of whatever is read in less than a second, and ends in one of the kinds."""
    noise = random.Random(11).randbytes(1 << 20)
    for unit in (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", b"Alias name: x\n", b"\n", b"Entry type: trustedCertEntry\n", noise):
        text = (b"Alias name: x\n" + unit * ((1 << 20) // len(unit)))[: 1 << 20]
        started = time.monotonic()

        assert "unknown" == refusal(text)
        assert time.monotonic() - started < 1

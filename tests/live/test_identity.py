"""The agent's certificate and key, in every form in which they lie about."""

from __future__ import annotations

import ssl
import subprocess

import pytest

from ita_doctor.model.network import Identity
from ita_doctor.model.secret import Secret
from live.certs import PASSWORD, pair
from live.masters import OpenSSLMaster, PythonMaster, needs

MASTER = pair("master")


def presented(go, identity):
    """Whether we had it, whether it was sent, and whether all went well, with a master that asks."""
    with OpenSSLMaster("-Verify", "1", "-no_tls1_3", pair=MASTER) as master:
        peer = go(master.port, identity=identity)
    return peer.had, peer.sent, peer.ended


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
@pytest.mark.parametrize("password", [b"", PASSWORD])
def test_keys_of_the_library(go, agent, form, password):
    """Locked or not, PKCS#8 or traditional: the key is used."""
    identity = Identity(Secret(agent.key_pem(password, form)), Secret(password) if password else None, agent.der)

    assert (True, True, "") == presented(go, identity)


@pytest.mark.parametrize("options", [["-des3"], ["-des3", "-traditional"], ["-aes256"], ["-v1", "PBE-SHA1-3DES"]])
def test_keys_of_the_command_line(go, agent, tmp_path, options):
    """What openssl writes with the options of the procedure is used."""
    needs("openssl")
    (tmp_path / "clear").write_bytes(agent.key_pem())
    (tmp_path / "password").write_bytes(PASSWORD)
    command = ["pkcs8", "-topk8"] if "-v1" in options else ["rsa"]
    made = subprocess.run(["openssl", *command, "-in", "clear", "-passout", "file:password", *options], cwd=tmp_path, check=True, capture_output=True)

    assert (True, True, "") == presented(go, Identity(Secret(made.stdout), Secret(PASSWORD), agent.der))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one._replace(key=Secret(pair("other").key_pem())),
        lambda one: one._replace(key=Secret(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")),
        lambda one: one._replace(key=Secret(pair("agent").key_pem(PASSWORD)), password=Secret(b"wrong")),
        lambda one: one._replace(key=Secret(pair("agent").key_pem(PASSWORD))),
        lambda one: one._replace(certificate=b"\x30\x03\x02\x01\x00"),
    ],
)
def test_what_cannot_be_used_is_not_sent(go, agent, spoil):
    """A key that does not fit, is none or does not open, and a certificate that is none, are left out; nobody is asked for a password."""
    with PythonMaster(pair=MASTER) as master:
        peer = go(master.port, identity=spoil(agent.identity()))

    assert (False, False, "", True) == (peer.had, peer.sent, peer.ended, peer.is_done)


def test_a_key_of_another_kind(go):
    """An EC key is presented as well as an RSA key."""
    assert (True, True, "") == presented(go, pair("agent", kind="ec").identity())


def test_a_certificate_that_cannot_be_proved_is_not_sent(go):
    """Where the master takes no signature of our key's kind we had a certificate, it asked, and got none."""
    with OpenSSLMaster("-Verify", "1", "-no_tls1_3", "-client_sigalgs", "RSA+SHA256", pair=MASTER) as master:
        peer = go(master.port, identity=pair("agent", kind="ec").identity())

    assert (True, True, False) == (peer.had, peer.asked, peer.sent)


def test_a_certificate_with_serial_number_zero(go, agent, tmp_path):
    """What newer libraries warn of is presented all the same, without a word."""
    needs("openssl")
    (tmp_path / "key").write_bytes(agent.key_pem())
    made = subprocess.run(
        ["openssl", "req", "-x509", "-new", "-key", "key", "-subj", "/CN=agent", "-set_serial", "0", "-outform", "DER"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert (True, True, "") == presented(go, agent.identity()._replace(certificate=made.stdout))


def test_a_want_in_tls_1_3(go, agent):
    """A Python master that trusts the agent gets its certificate."""
    with PythonMaster(pair=MASTER, ask=ssl.CERT_REQUIRED, trust=agent.pem) as master:
        peer = go(master.port)

    assert (True, True, "", "TLSv1.3") == (peer.asked, peer.sent, peer.ended, peer.protocol)

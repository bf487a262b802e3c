"""What real masters (JSSE, OpenSSL, Python) do with an agent, as facts."""

from __future__ import annotations

import pytest

from live.certs import pair
from live.conftest import facts
from live.masters import DATE, JavaMaster, OpenSSLMaster, PythonMaster

MASTER = pair("master")
OLDER = pair("agent", edition=2)
OTHER = pair("other")

NEW = {"speaks": "tls", "protocol": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "has_forward_secrecy": True, "had": True}
OLD = {**NEW, "protocol": "TLSv1.2", "cipher": "ECDHE-RSA-AES256-GCM-SHA384"}
BY_VERSION = [("TLSv1.2", OLD), ("TLSv1.3", NEW)]
ASKED = {"asked": True, "sent": True}


def answered(common, **more):
    """The facts of a connection that went well."""
    return {**common, "is_done": True, "answer": "HTTP/1.1 200 OK", "is_http": True, **more}


def java(**options):
    """A Java master of ours."""
    return JavaMaster(keys=MASTER.store(b"default"), **options)


def undated(peer):
    """The facts but for the Java master's own clock."""
    found = facts(peer)
    found.pop("date", None)
    return found


def refused_by_java(peer):
    """The facts but for what is chance with a JSSE server that refuses: an end or a reset."""
    found = facts(peer)
    assert found.pop("ended") in ("eof", "reset")
    return found


def refused(version, common):
    """How a refusal of our certificate looks: before the end of a TLS 1.2 handshake, in the first read after one of TLS 1.3."""
    return {**common, "is_done": True, "stage": "read"} if version == "TLSv1.3" else {**common, "stage": "handshake"}


@pytest.mark.parametrize(("version", "common"), BY_VERSION)
def test_java_does_not_ask(go, version, common):
    """A JSSE master without client authentication answers, and did not ask."""
    with java(protocols=[version]) as master:
        peer = go(master.port)

    assert answered(common) == undated(peer)
    assert (MASTER.der,) == peer.chain
    assert abs(peer.date - peer.date_read) < 60


@pytest.mark.parametrize("ask", ["need", "want"])
@pytest.mark.parametrize(("version", "common"), BY_VERSION)
def test_java_trusts_the_agent(go, agent, version, common, ask):
    """A JSSE master with the agent's certificate in its trust store asks, names the agent, and answers."""
    with java(protocols=[version], ask=ask, trust=agent.pem) as master:
        peer = go(master.port)

    assert answered(common, **ASKED) == undated(peer)
    assert (agent.certificate.subject.public_bytes(),) == peer.asked_names


@pytest.mark.parametrize("trusted", [OLDER, OTHER])
@pytest.mark.parametrize(("version", "common"), BY_VERSION)
def test_java_refuses_the_agent(go, version, common, trusted):
    """A JSSE master that lacks the agent's certificate ends without an alert; it asked, and got ours."""
    with java(protocols=[version], ask="need", trust=trusted.pem) as master:
        peer = go(master.port)

    assert {**refused(version, common), **ASKED, "is_done_without": False} == refused_by_java(peer)


def test_java_with_an_older_certificate_names_the_agent(go, agent):
    """The names of the request hold the agent's where the trust store has an older certificate of it."""
    with java(ask="need", trust=OLDER.pem) as master:
        peer = go(master.port)

    assert (agent.certificate.subject.public_bytes(),) == peer.asked_names
    assert peer.ended in ("eof", "reset")


@pytest.mark.parametrize(("version", "common"), BY_VERSION)
def test_java_that_wants_only_goes_well_without(go, version, common):
    """A JSSE master that wants a certificate refuses one that it does not trust, and answers where there is none."""
    with java(protocols=[version], ask="want", trust=OTHER.pem) as master:
        peer = go(master.port)

    assert {**refused(version, common), **ASKED, "is_done_without": True} == refused_by_java(peer)


@pytest.mark.parametrize(("version", "common"), BY_VERSION)
def test_java_needs_what_we_have_not(go, version, common):
    """Without a certificate of ours a JSSE master that needs one asks, and nothing was sent."""
    with java(protocols=[version], ask="need", trust=OTHER.pem) as master:
        peer = go(master.port, identity=None)

    assert {**refused(version, common), "asked": True, "had": False, "is_done_without": False} == {"had": False, **refused_by_java(peer)}


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1"])
def test_java_of_old(go, version):
    """A JSSE master that speaks only an old version is met in it."""
    with java(protocols=[version], legacy=True) as master:
        peer = go(master.port)

    assert answered({**OLD, "protocol": version, "cipher": "ECDHE-RSA-AES256-SHA"}) == undated(peer)


@pytest.mark.parametrize(("theirs", "ours"), [("TLSv1.3", "TLSv1.2"), ("TLSv1.2", "TLSv1.3")])
def test_java_shares_no_protocol(go, theirs, ours):
    """Without a common version a JSSE master hangs up and sends no alert; more connections tell what it takes."""
    with java(protocols=[theirs]) as master:
        peer = go(master.port, versions=(ours,))

    assert {"speaks": "tls", "had": True, "stage": "handshake", "takes": (theirs,), "is_done_without": False} == refused_by_java(peer)


def test_java_shares_no_cipher(go):
    """Without a common cipher a JSSE master hangs up; that its version can be had with other ciphers tells which of both it was."""
    with java(protocols=["TLSv1.2"]) as master:
        peer = go(master.port, ciphers="CAMELLIA256-SHA")

    assert {"speaks": "tls", "had": True, "stage": "handshake", "takes": ("TLSv1.2",), "is_done_without": False} == refused_by_java(peer)
    assert "CAMELLIA256-SHA:@SECLEVEL=0" == peer.ciphers


def test_java_without_tls(go):
    """A Java HTTP server says nothing to a client hello, and answers a request."""
    with java(plain=True) as master:
        peer = go(master.port, timeout=1.0)

    assert ("http", "HTTP/1.1 200 OK", False) == (peer.speaks, peer.banner, peer.is_done)


@pytest.mark.parametrize(
    ("options", "protocol", "cipher", "has_forward_secrecy"),
    [
        (("-tls1", "-cipher", "ALL:@SECLEVEL=0"), "TLSv1", "ECDHE-RSA-AES256-SHA", True),
        (("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), "TLSv1.1", "ECDHE-RSA-AES256-SHA", True),
        (("-no_tls1_3",), "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", True),
        (("-no_tls1_3", "-cipher", "AES128-SHA"), "TLSv1.2", "AES128-SHA", False),
        (("-no_tls1_3", "-cipher", "DHE-RSA-AES128-SHA"), "TLSv1.2", "DHE-RSA-AES128-SHA", True),
        ((), "TLSv1.3", "TLS_AES_256_GCM_SHA384", True),
    ],
)
def test_every_protocol_and_cipher_is_met(go, options, protocol, cipher, has_forward_secrecy):
    """What was agreed is told, and whether it keeps yesterday's secrets."""
    with OpenSSLMaster(*options, pair=MASTER) as master:
        peer = go(master.port)

    assert (protocol, cipher, has_forward_secrecy) == (peer.protocol, peer.cipher, peer.has_forward_secrecy)
    assert (True, "HTTP/1.0 200 ok", True, None) == (peer.is_done, peer.answer, peer.is_http, peer.date)


@pytest.mark.parametrize(("options", "version", "common"), [(("-no_tls1_3",), *BY_VERSION[0]), ((), *BY_VERSION[1])])
def test_openssl_refuses_the_agent(go, options, version, common):
    """An OpenSSL master names its refusal in an alert, and its request may name nobody."""
    with OpenSSLMaster("-Verify", "1", "-verify_return_error", *options, pair=MASTER) as master:
        peer = go(master.port)

    assert {**refused(version, common), **ASKED, "ended": "alert", "alert": "unknown_ca", "is_done_without": False} == facts(peer)
    assert () == peer.asked_names


def test_openssl_shares_no_cipher(go):
    """An alert before the master asked is no refusal of our certificate."""
    with OpenSSLMaster("-no_tls1_3", "-cipher", "AES128-SHA", pair=MASTER) as master:
        peer = go(master.port, ciphers="AES256-SHA")

    expected = {"speaks": "tls", "had": True, "ended": "alert", "stage": "handshake", "alert": "handshake_failure"}
    assert {**expected, "takes": ("TLSv1.2",), "is_done_without": False} == facts(peer)


def test_python_master_by_name(go):
    """SNI is sent for a name; the request names the host; the Date header is read."""
    with PythonMaster(pair=MASTER) as master:
        peer = go(master.port, host="localhost", clock=lambda: 42.0)

    assert answered(NEW, date=DATE) == facts(peer)
    assert 42.0 == peer.date_read
    assert ["localhost"] == master.server_names
    assert b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" == master.requests[0]


def test_no_server_name_for_an_address(go):
    """SNI is for names only."""
    with PythonMaster(pair=MASTER) as master:
        go(master.port)

    assert [None] == master.server_names


def test_unknown_ciphers_are_not_the_masters_fault(go):
    """A cipher list that this machine's library cannot use is replaced by the usual one, and that is told."""
    with PythonMaster(pair=MASTER) as master:
        peer = go(master.port, ciphers="SSL_RSA_WITH_3DES_EDE_CBC_SHA")

    assert ("", "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0") == (peer.ended, peer.ciphers)

"""Masters and proxies that do not mean well: every one is told apart, and none keeps us longer than is promised."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ita_doctor.host.net import reach
from ita_doctor.model.network import Target
from live import hostile, hostile_proxies, hostile_tls
from live.conftest import facts
from live.masters import DATE

FILES = Path("/proc/self/fd")
TLS = {"speaks": "tls", "had": True, "ended": "timeout", "stage": "handshake", "is_done_without": False}
DONE = {"speaks": "tls", "had": True, "is_done": True, "protocol": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "has_forward_secrecy": True}
READ = {**DONE, "stage": "read", "is_done_without": False}
ANSWERED = {**DONE, "answer": "HTTP/1.1 200 OK", "is_http": True}
SILENT = {"speaks": "silent", "ended": "timeout", "stage": "handshake", "had": True, "is_done_without": False}
CLOSED = {**SILENT, "speaks": "closed", "ended": "eof"}
HTTP = {"speaks": "http", "banner": "HTTP/1.1 400 Bad Request", "ended": "refused", "stage": "handshake", "had": True}


@pytest.mark.parametrize(
    ("master", "expected"),
    [
        (hostile.Silent, SILENT),
        (hostile.NeverAccepts, SILENT),
        (hostile.OneByteASecond, TLS),
        (hostile.AlertFlood, {**TLS, "ended": "refused", "own_alert": "unexpected_message"}),
        (hostile.FatalAlert, {**TLS, "ended": "alert", "alert": "handshake_failure"}),
        (hostile.PlainHttp, HTTP),
        (hostile.PlainHtml, {**HTTP, "banner": r"<html><body>no\x1b[31m</body></html>"}),
        (hostile.PlainHttpForGetOnly, {**HTTP, "ended": "timeout", "is_done_without": False}),
        (hostile.PlainHttpThatHangsUp, {**HTTP, "ended": "eof", "is_done_without": False}),
        (hostile.ClosesAfterClientHello, CLOSED),
        (hostile.ResetsAfterClientHello, {**CLOSED, "ended": "reset"}),
        (hostile.SshBanner, {**HTTP, "speaks": "other", "banner": r"SSH-2.0-OpenSSH_9.2\x1b]0;pwned\x07"}),
        (hostile.BigCertificateMessage, {**TLS, "ended": "refused", "own_alert": "illegal_parameter"}),
        (hostile.ManyCertificates, TLS),
        (hostile.HelloRequests, {**TLS, "ended": "endless"}),
        (hostile.EmptyRecords, {**TLS, "ended": "refused", "own_alert": "unexpected_message"}),
        (hostile_tls.SilentInsideTls, {**READ, "ended": "timeout"}),
        (hostile_tls.EndlessHeaders, ANSWERED),
        (hostile_tls.SlowHeaders, {**ANSWERED, "date": DATE}),
        (hostile_tls.OtherInsideTls, {**DONE, "answer": r"+OK POP3\x1b ready"}),
        (hostile_tls.HangsUpInsideTls, {**READ, "ended": "eof"}),
        (hostile_tls.CutsInsideTls, {**READ, "ended": "eof"}),
        (hostile_tls.ResetsInsideTls, {**READ, "ended": "reset"}),
        (hostile_tls.JunkAfterHandshake, {**READ, "ended": "refused", "own_alert": "bad_record_mac"}),
        (hostile_tls.EndlessTickets, {**READ, "ended": "endless"}),
        (hostile_tls.EndlessKeyUpdates, {**READ, "ended": "timeout"}),
    ],
)
def test_every_hostile_master_is_told_apart(go, master, expected):
    """What a hostile master did is told by facts, within three time-outs."""
    with master() as one:
        peer = go(one.port, timeout=1.0)

    assert expected == facts(peer)


@pytest.mark.parametrize("master", [hostile.ClosesAtOnce, hostile.ResetsAtOnce])
def test_a_master_that_ends_at_once_is_closed(go, master):
    """Whether our first byte met an end or a reset is chance; that nothing was said and nothing asked is not."""
    with master() as one:
        peer = go(one.port, timeout=1.0)

    assert ("closed", "handshake", False) == (peer.speaks, peer.stage, peer.asked)
    assert peer.ended in ("eof", "reset")


def test_garbage_is_another_protocol(go):
    """Endless bytes that are no TLS end at the first of them."""
    with hostile.EndlessGarbage() as one:
        peer = go(one.port, timeout=1.0)

    assert ("other", "refused") == (peer.speaks, peer.ended)
    assert peer.banner.isprintable()
    assert 0 < len(peer.banner) <= 200


def test_a_drip_of_http_is_not_taken_for_tls(go):
    """A few letters are enough to know that it is not TLS."""
    with hostile.OneByteASecond(b"HTTP/1.1 400 no\r\n") as one:
        peer = go(one.port, timeout=1.0)

    assert ("other", "timeout") == (peer.speaks, peer.ended)


def test_endless_garbage_inside_tls_is_an_answer(go):
    """Inside TLS the head of an answer ends after 16 KiB, and its first line is shown harmless."""
    with hostile_tls.GarbageInsideTls() as one:
        peer = go(one.port, timeout=1.0)

    assert ("", False, True) == (peer.ended, peer.is_http, peer.is_done)
    assert peer.answer.startswith(r"\x1b\x00")
    assert len(peer.answer) <= 200


def test_data_in_records_of_one_byte_is_an_answer(go):
    """16 KiB in records of one byte take no longer than they may."""
    with hostile_tls.OneByteRecords() as one:
        peer = go(one.port, timeout=1.0)

    assert ("", "x" * 199 + "…") == (peer.ended, peer.answer)


def test_handshakes_without_end_are_left(go):
    """A master that begins again and again is left when the time is over, and was seen to ask in a later handshake."""
    with hostile_tls.EndlessRenegotiation() as one:
        peer = go(one.port, timeout=1.0)

    assert ("TLSv1.2", True, "read", True, True) == (peer.protocol, peer.is_done, peer.stage, peer.asked, peer.sent)
    assert peer.ended in ("timeout", "endless")


@pytest.mark.parametrize(
    ("proxy", "outcome", "detail"),
    [
        (hostile_proxies.RefusingProxy, "proxy-refused", "HTTP/1.1 407 Proxy Authentication Required"),
        (hostile_proxies.GarbageProxy, "proxy-refused", r"220 mail.example.com\x1b ESMTP"),
        (hostile_proxies.ClosingProxy, "proxy-refused", ""),
        (hostile.ResetsAtOnce, "proxy-refused", ""),
        (hostile_proxies.EndlessProxyReply, "proxy-refused", "HTTP/1.1 200 OK"),
        (hostile_proxies.SilentProxy, "timeout", ""),
        (hostile_proxies.SlowProxyReply, "timeout", "HTTP"),
        (hostile.QueueIsFull, "timeout", ""),
    ],
)
def test_every_hostile_proxy_is_told_apart(proxy, outcome, detail):
    """What a proxy did instead of leading on is told, in its own words, within a time-out."""
    with proxy() as one:
        start = time.monotonic()
        network = reach([Target("master.example", 31116, "test", f"127.0.0.1:{one.port}")], None, timeout=1.0)
        seconds = time.monotonic() - start

    assert network.peer is None
    assert [("master.example", "127.0.0.1", outcome, detail, f"127.0.0.1:{one.port}")] == [
        (tried.host, tried.address, tried.outcome, tried.detail, tried.via) for tried in network.attempts
    ]
    assert seconds < 2.5


def test_a_full_queue_is_a_timeout():
    """A port whose system does not answer is a time-out, and says after how long."""
    with hostile.QueueIsFull() as one:
        (attempt,) = reach([Target("127.0.0.1", one.port, "test")], None, timeout=0.5).attempts

    assert "timeout" == attempt.outcome
    assert 0.4 < attempt.seconds < 1.5


@pytest.mark.skipif(not FILES.is_dir(), reason="open files are counted under /proc")
def test_no_socket_and_no_thread_is_left(go):
    """After a diagnosis of many connections nothing of ours is open and no thread runs."""
    with hostile.ClosesAfterClientHello() as one:
        counts = []
        for _ in range(3):
            go(one.port, timeout=1.0)
            for thread in one._threads[1:]:
                thread.join()
            counts.append((len(list(FILES.iterdir())), threading.active_count()))

    assert counts[:1] * 3 == counts

"""Borders: where two rules could claim one fault it has one owner, and where there are two faults neither hides the other."""

from __future__ import annotations

from typing import Any, Callable, FrozenSet, List, Tuple

import pytest
from cryptography import x509

from builders import (
    CERTS,
    MASTER,
    PASSWORD,
    PATHS,
    House,
    certificate,
    der,
    healthy_bytes,
    judge,
    key,
    locked,
    self_signed,
)
from ita_doctor.model.artifact import Kind

CA = [(x509.BasicConstraints(ca=True, path_length=None), True)]
BUNDLE = healthy_bytes().own + healthy_bytes().master

Spoil = Callable[[House], Any]


def chain() -> Tuple[bytes, bytes, bytes]:
    """(root, intermediate, a master's certificate issued by that)."""
    root = self_signed("root", key("root"), extensions=CA)
    middle = certificate("middle", key("middle"), issuer="root", signer=key("root"), extensions=CA)
    return root, middle, certificate(MASTER[0], key("master"), issuer="middle", signer=key("middle"))


def live_chain(house: House) -> None:
    """A master with a certificate of an intermediate, all of whose issuers stand in the bundle."""
    root, middle, own = chain()
    house.write("bundle", healthy_bytes().own + own + middle + root).live(chain=(der(own), der(middle)))


ONE: List[Tuple[str, Spoil, FrozenSet[str]]] = [
    ("a line that lost its equals sign", lambda h: h.ini_lines(lambda t: t.replace("password_file =", "password_file")), frozenset({"ITA-INI-002"})),
    ("a header that lost its bracket", lambda h: h.ini_lines(lambda t: t.replace("[ITA SSL]", "[ITA SSL")), frozenset({"ITA-INI-002"})),
    ("a misspelt port", lambda h: h.setting("ssl_port", "31114", "ssl_prot"), frozenset({"ITA-INI-005"})),
    ("a shortened name", lambda h: h.setting("key_db_name", "nc117031", "key_db"), frozenset({"ITA-INI-005"})),
    ("key_db_name of files that are not there", lambda h: h.setting("key_db_name", "nc117032"), frozenset({"ITA-FILE-001"})),
    ("a misspelt label", lambda h: h.setting("cert_label", "nc117031", "cert_labl"), frozenset({"ITA-INI-005"})),
    ("server.pem in DER appended", lambda h: h.write("bundle", healthy_bytes().own + der(healthy_bytes().master)), frozenset({"ITA-CA-001"})),
    ("the whole chain of the master in the bundle", live_chain, frozenset()),
    ("two certificates of another key, while the bundle fits", lambda h: h.write("pub", certificate(private=key("x"))).write("cert", certificate(private=key("x"))),
     frozenset({"ITA-CERT-002", "ITA-CERT-003"})),
    ("the CA's certificate in the place of the agent's", lambda h: h.write("pub", healthy_bytes().ca).write("cert", healthy_bytes().ca),
     frozenset({"ITA-CERT-003", "ITA-CA-008"})),
    ("a stash that was shipped", lambda h: h.write("stash", b"ZGVmYXVsdA==\n"), frozenset({"ITA-KEY-002"})),
    ("a master that hangs up before it has our certificate", lambda h: h.live(is_done=False, sent=False, ended="reset", is_http=False, answer=""),
     frozenset({"ITA-TLS-003"})),
    ("the master refuses an expired certificate", lambda h: h.with_certificate(certificate(start=-400)).live(ended="eof", is_http=False, answer=""),
     frozenset({"ITA-CERT-004"})),
    ("a folder that its owner cannot list", lambda h: h.change("dir", mode=0o311, readable=False), frozenset({"ITA-FILE-003"})),
    ("a master whose certificate cannot be read", lambda h: h.live(chain=(b"junk",)), frozenset({"ITA-TLS-002"})),
    ("a server.pem of old, and the master shows another that is trusted",
     lambda h: h.write(f"{CERTS}/server.pem", self_signed(MASTER[0], key("old"))).live(), frozenset()),
    ("the first of several CA certificates is not the one", lambda h: h.write("/ca", self_signed("x", key("x")) + healthy_bytes().ca).ask(ca_cert="/ca"),
     frozenset()),
]  # fmt: skip

TWO: List[Tuple[str, Spoil, FrozenSet[str]]] = [
    ("a misspelt name and an absent port", lambda h: h.setting("ssl_port", None).setting("password_file", PATHS["stash"], "pasword_file"),
     frozenset({"ITA-INI-005", "ITA-INI-010"})),
    ("a bad line and an absent seed", lambda h: h.setting("random_file", None).ini_lines(lambda t: t + "junk\n"), frozenset({"ITA-INI-002", "ITA-INI-006"})),
    ("another suffix asked for and a missing bundle", lambda h: h.ask(suffix="tws").remove("bundle"), frozenset({"ITA-INI-008", "ITA-FILE-001"})),
    ("no certificate at all and text in the bundle", lambda h: h.write("pub", b"x\n").write("cert", b"x\n").write("bundle", BUNDLE + b"remark\n"),
     frozenset({"ITA-CERT-001", "ITA-CA-007"})),
    ("the key of another and a bundle without the agent", lambda h: h.write("prv", locked(key("x"))).write("bundle", healthy_bytes().master),
     frozenset({"ITA-CERT-003", "ITA-CA-002"})),
    ("a key in clear that others may read", lambda h: h.write("prv", locked(key("agent"), None)).change("prv", mode=0o644),
     frozenset({"ITA-KEY-003", "ITA-FILE-006"})),
    ("a FIFO for the seed and an expired certificate", lambda h: h.change("seed", kind=Kind.FIFO).with_certificate(certificate(start=-400)),
     frozenset({"ITA-FILE-002", "ITA-CERT-004"})),
    ("a password file and zeros for a seed", lambda h: h.write(f"{CERTS}/nc117031.pwd", PASSWORD).write("seed", bytes(8192)),
     frozenset({"ITA-FILE-011", "ITA-RND-002"})),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "rules"), [one[1:] for one in ONE], ids=[one[0] for one in ONE])
def test_one_fault_has_one_owner(healthy: House, spoil: Spoil, rules: FrozenSet[str]) -> None:
    """What fails is the owner alone (with notes)."""
    spoil(healthy)

    assert rules == judge(healthy).failed


@pytest.mark.parametrize(("spoil", "rules"), [two[1:] for two in TWO], ids=[two[0] for two in TWO])
def test_two_faults_are_two_causes(healthy: House, spoil: Spoil, rules: FrozenSet[str]) -> None:
    """Neither hides the other."""
    spoil(healthy)

    assert rules == judge(healthy).failed

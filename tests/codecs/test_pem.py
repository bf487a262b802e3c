"""PEM: our scan says what OpenSSL does, measured by asking it; and it is quick whatever comes."""

import base64
import ssl
import time

import pytest

from codec_samples import make_certificate, make_key, plain_pem
from ita_doctor.codecs import pem
from ita_doctor.codecs.pem import scan
from ita_doctor.model.artifact import PemFault

KEY = plain_pem(make_key()).decode()
CERT = make_certificate(size=620).decode()
HEAD, *BODY, TAIL = CERT.splitlines()
FLAT = "".join(BODY)
PAD = len(FLAT) - len(FLAT.rstrip("="))
WIDTHS = (1, 3, 7, 63, 65, 76, 77, 80, 128, 253, 254, 255, 256, 510, 1024, 1025)


def join(*lines):
    return "\n".join(lines) + "\n"


def wrapped(text, width):
    return [text[at : at + width] for at in range(0, len(text), width)]


def with_line(at, line):
    return join(HEAD, *BODY[:at], line, *BODY[at + 1 :], TAIL)


HEALTHY = {
    "plain": CERT,
    "crlf": CERT.replace("\n", "\r\n"),
    "crcrlf": CERT.replace("\n", "\r\r\n"),
    "no last line end": CERT[:-1],
    "trailing blanks": CERT.replace("\n", "  \n"),
    "trailing tabs": CERT.replace("\n", "\t\n"),
    "trailing form feed": CERT.replace("\n", "\f\n"),
    "blanks before Base64": join(HEAD, *(" " + line for line in BODY), TAIL),
    "a blank in Base64": with_line(0, BODY[0][:10] + " " + BODY[0][10:]),
    "a CR in Base64": with_line(0, BODY[0][:10] + "\r" + BODY[0][10:]),
    "a blank line first": join(HEAD, "", *BODY, TAIL),
    "a short line": join(HEAD, BODY[0][:20], BODY[0][20:], *BODY[1:], TAIL),
    "padding on its own line": join(HEAD, *wrapped(FLAT.rstrip("="), 64), "=" * PAD, TAIL),
    "text before": "subject=CN = nc117031\n" + CERT,
    "text after": CERT + "that was it\n",
    "dashes before": "-----\n" + "-" * 70 + "\n" + CERT,
    "END in words before": "---- extended, calendar -- friend\n" + CERT,
    "commented block": "# -----BEGIN CERTIFICATE-----\n# MII\n# -----END CERTIFICATE-----\n" + CERT,
    "bare BEGIN before": "-----BEGIN-----\n" + CERT,
    "foreign block before": "-----BEGIN FOO-----\nQUJD\n-----END FOO-----\n" + CERT,
    "long line before": "x" * 1000 + "\n" + CERT,
    "byte order mark": "\ufeff" + CERT,
    "X509 label": CERT.replace("CERTIFICATE", "X509 CERTIFICATE"),
    **{f"lines of {width}": join(HEAD, *wrapped(FLAT, width), TAIL) for width in WIDTHS},
}

BROKEN = {
    "CR alone": (CERT.replace("\n", "\r"), "bad-armour", 1),
    "CR alone after BEGIN": (join(HEAD + "\r" + BODY[0], *BODY[1:], TAIL), "bad-armour", 1),
    "CR alone before END": (join(HEAD, *BODY[:-1], BODY[-1] + "\r" + TAIL), "bad-armour", len(BODY) + 2),
    "blank before BEGIN": (" " + CERT, "bad-armour", 1),
    "blank before END": (join(HEAD, *BODY, " " + TAIL), "bad-armour", len(BODY) + 2),
    "all indented": (join(*("  " + line for line in CERT.splitlines())), "bad-armour", 1),
    "four dashes before BEGIN": (CERT[1:], "bad-armour", 1),
    "four dashes after BEGIN": (join(HEAD[:-1], *BODY, TAIL), "bad-armour", 1),
    "four dashes before END": (join(HEAD, *BODY, TAIL[1:]), "bad-armour", len(BODY) + 2),
    "four dashes after END": (join(HEAD, *BODY, TAIL[:-1]), "bad-armour", len(BODY) + 2),
    "six dashes before BEGIN": ("-" + CERT, "bad-armour", 1),
    "six dashes after BEGIN and END": (join(HEAD + "-", *BODY, TAIL + "-"), "bad-armour", 1),
    "six dashes after END": (join(HEAD, *BODY, TAIL + "-"), "bad-armour", len(BODY) + 2),
    "no dashes": (join(HEAD.strip("-"), *BODY, TAIL.strip("-")), "bad-armour", 1),
    "no dashes after": (join(HEAD.rstrip("-"), *BODY, TAIL), "bad-armour", 1),
    "typographic dashes": (CERT.replace("-----", "\u2014\u2014-"), "bad-armour", 1),
    "lower case": (join(HEAD.lower(), *BODY, TAIL.lower()), "bad-armour", 1),
    "lower-case label": (join(HEAD.replace("CERTIFICATE", "certificate"), *BODY, TAIL), "bad-armour", 1),
    "lower-case labels": (CERT.replace("CERTIFICATE", "Certificate"), "bad-armour", 1),
    "Begin": (CERT.replace("BEGIN", "Begin"), "bad-armour", 1),
    "blank in the dashes": (CERT.replace("-----BEGIN", "----- BEGIN"), "bad-armour", 1),
    "two blanks": (CERT.replace("BEGIN ", "BEGIN  ").replace("END ", "END  "), "bad-armour", 1),
    "blank before dashes": (CERT.replace("CERTIFICATE-", "CERTIFICATE -"), "bad-armour", 1),
    "no blank": (CERT.replace("BEGIN ", "BEGIN"), "bad-armour", 1),
    "tab": (CERT.replace("BEGIN ", "BEGIN\t"), "bad-armour", 1),
    "words after BEGIN": (join(HEAD + " mine", *BODY, TAIL), "bad-armour", 1),
    "words before BEGIN": ("mine " + CERT, "bad-armour", 1),
    "words after END": (join(HEAD, *BODY, TAIL + " mine"), "bad-armour", len(BODY) + 2),
    "Base64 on the BEGIN line": (join(HEAD + BODY[0], *BODY[1:], TAIL), "bad-armour", 1),
    "Base64 on the END line": (join(HEAD, *BODY[:-1], BODY[-1] + TAIL), "bad-armour", len(BODY) + 1),
    "all on one line": (HEAD + FLAT + TAIL, "bad-armour", 1),
    "empty label": ("-----BEGIN -----\n" + CERT, "bad-armour", 1),
    "NUL before": ("\0\0\n" + CERT, "bad-armour", 1),
    "one line": (CERT[:-1] + CERT, "one-line", len(BODY) + 2),
    "one line with a blank": (CERT[:-1] + " " + CERT, "one-line", len(BODY) + 2),
    "no END": (join(HEAD, *BODY), "no-end", 1),
    "cut": (join(HEAD, *BODY)[:300], "no-end", 1),
    "BEGIN twice": (HEAD + "\n" + CERT, "no-end", 1),
    "BEGIN inside": (join(HEAD, *BODY[:4], CERT[:-1]), "no-end", 1),
    "no BEGIN": (join(*BODY, TAIL), "no-begin", len(BODY) + 1),
    "other END": (join(HEAD, *BODY, "-----END FOO-----"), "labels-differ", len(BODY) + 2),
    "shorter END": (join(HEAD, *BODY, "-----END CERT-----"), "labels-differ", len(BODY) + 2),
    "a blank line inside": (join(HEAD, *BODY[:3], "", *BODY[3:], TAIL), "bad-base64", 5),
    "a blank line at the end": (join(HEAD, *BODY, "", TAIL), "bad-base64", len(BODY) + 2),
    "two blank lines first": (join(HEAD, "", "", *BODY, TAIL), "bad-base64", 3),
    "a blank line first, lines of 76": (join(HEAD, "", *wrapped(FLAT, 76), TAIL), "bad-base64", 3),
    "a blank line first, lines of 48": (join(HEAD, "", *wrapped(FLAT, 48), TAIL), "bad-base64", 3),
    "padding short": (join(HEAD, *BODY[:-1], BODY[-1][:-1], TAIL), "bad-base64", len(BODY) + 1),
    "no padding": (join(HEAD, *BODY[:-1], BODY[-1].rstrip("="), TAIL), "bad-base64", len(BODY) + 1),
    "padding long": (join(HEAD, *BODY[:-1], BODY[-1] + "=", TAIL), "bad-base64", len(BODY) + 1),
    "padding of four": (join(HEAD, *BODY, "====", TAIL), "bad-base64", len(BODY) + 2),
    "Base64 after padding": (join(HEAD, *BODY, "QUJD", TAIL), "bad-base64", len(BODY) + 1),
    "padding inside": (join(HEAD, *BODY[:2], "QQ==", *BODY[2:], TAIL), "bad-base64", 4),
    "exclamation mark": (with_line(2, "!" + BODY[2][1:]), "bad-base64", 4),
    "url-safe Base64": (with_line(2, "_" + BODY[2][1:]), "bad-base64", 4),
    "a dash": (with_line(2, "-" + BODY[2][1:]), "bad-base64", 4),
    "NUL inside": (with_line(2, BODY[2][:5] + "\0" + BODY[2][6:]), "bad-base64", 4),
    "a line of NUL": (with_line(2, "\0"), "bad-base64", 4),
    "Latin-1 inside": (with_line(2, BODY[2][:5] + "\xe9" + BODY[2][6:]), "bad-base64", 4),
    "a comment inside": (join(HEAD, *BODY[:2], "# mine", *BODY[2:], TAIL), "bad-base64", 4),
    "a letter lost": (with_line(2, BODY[2][1:]), "bad-base64", len(BODY) + 1),
    "a header": (join(HEAD, "Foo: bar", "", *BODY, TAIL), "bad-base64", 2),
    "a header without blank line": (join(HEAD, "Foo: bar", *BODY, TAIL), "bad-base64", 2),
    "empty": (join(HEAD, TAIL), "bad-base64", 2),
}

STRICTER = {
    "stray END before": (TAIL + "\n" + CERT, "no-begin", 1),
    "stray END after": (CERT + TAIL + "\n", "no-begin", len(BODY) + 3),
    "a second block passed over": (CERT + CERT[1:], "bad-armour", len(BODY) + 3),
    "a second block swallowed": (join(HEAD, *BODY[:-1], BODY[-1] + TAIL + HEAD, *BODY, TAIL), "one-line", len(BODY) + 1),
    "BEGIN at 254": ("x" * 254 + CERT, "bad-armour", 1),
    "no-break space after Base64": (with_line(2, BODY[2] + "\xa0"), "bad-base64", 4),
}
"""OpenSSL 3 reads these, by chance or because its `char` has a sign on this machine (it has none on IBM i): a person should look."""


def openssl_reads(text, folder):
    """Whether OpenSSL takes *text* for the agent's certificate and for a bundle."""
    (folder / "c.pem").write_bytes(text.encode("utf-8"))
    (folder / "k.pem").write_text(KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(folder / "c.pem")
        context.load_cert_chain(folder / "c.pem", folder / "k.pem")
    except ssl.SSLError:
        return False
    return True


@pytest.mark.parametrize("name", HEALTHY)
def test_what_openssl_reads_is_healthy(name, tmp_path):
    """A file that OpenSSL reads has no fault, and its certificate is found."""
    found = scan(HEALTHY[name])

    assert () == found.faults
    assert base64.b64decode(FLAT) == found.blocks[-1].data.reveal()
    assert openssl_reads(HEALTHY[name], tmp_path)


@pytest.mark.parametrize("name", BROKEN)
def test_what_openssl_refuses_is_a_fault(name, tmp_path):
    """A file that OpenSSL refuses, or in which it sees nothing, has one fault at the line where a person has to look first."""
    text, kind, line = BROKEN[name]
    found = scan(text)

    assert (kind, line) == found.faults[0][:2]
    assert not openssl_reads(text, tmp_path)


@pytest.mark.parametrize("name", STRICTER)
def test_what_openssl_reads_by_chance_is_a_fault(name, tmp_path):
    """Where OpenSSL reads a file and yet something is amiss in it, that is said."""
    text, kind, line = STRICTER[name]
    found = scan(text)

    assert [(kind, line)] == [fault[:2] for fault in found.faults]
    assert openssl_reads(text, tmp_path)


def test_fault_is_said_once():
    """A slip in an armour line brings no second fault with it."""
    several = {name: found for name, (text, _, _) in BROKEN.items() for found in [scan(text).faults] if len(found) > 1}

    assert {"all indented", "typographic dashes", "CR alone", "no dashes", "lower case", "blank before dashes", "six dashes after BEGIN and END",
            "lower-case labels", "two blanks"} == set(several)  # fmt: skip
    assert all(2 == len(found) for found in several.values())


def test_block_and_what_is_outside():
    """Label, data, line and headers of every block; every other line that is not blank, cut to 80 characters."""
    text = "Bag Attributes\n    localKeyID: 01\n" + CERT + "\n" + "x" * 100 + "\n"
    found = scan(text)

    assert [("CERTIFICATE", 3, ())] == [(block.label, block.line, block.headers) for block in found.blocks]
    assert ((1, False), (2, False), (len(BODY) + 6, False)) == found.outside


def test_headers_of_an_encrypted_key():
    """The header of a traditional key is part of its block."""
    text = pem.write_block("RSA PRIVATE KEY", b"abc", (("Proc-Type", "4,ENCRYPTED"), ("DEK-Info", "DES-EDE3-CBC,0102030405060708")))
    found = scan(text.decode())

    assert () == found.faults
    assert (("Proc-Type", "4,ENCRYPTED"), ("DEK-Info", "DES-EDE3-CBC,0102030405060708")) == found.blocks[0].headers
    assert b"abc" == found.blocks[0].data.reveal()


def test_ebcdic_new_line():
    """U+0085, as EBCDIC new lines decode, ends a line."""
    assert ((), 1) == (scan(CERT.replace("\n", "\x85")).faults, len(scan(CERT.replace("\n", "\x85")).blocks))


def test_both_blocks_of_one_line_are_there():
    """Blocks that a fault spoils are found all the same, and the fault names the one that is no private key."""
    found = scan(KEY[:-1] + CERT)

    assert ["PRIVATE KEY", "CERTIFICATE"] == [block.label for block in found.blocks]
    assert (PemFault("one-line", len(KEY.splitlines()), "CERTIFICATE"),) == found.faults


@pytest.mark.parametrize("label", ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_private_labels(label):
    """A private key is known by its label."""
    assert (True, "private-key") == (pem.is_private(label), pem.kind_of(label))


def test_kinds_of_labels():
    """Every label has one kind."""
    labels = ["CERTIFICATE", "NEW CERTIFICATE REQUEST", "RSA PUBLIC KEY", "X509 CRL", "CMS", "EC PARAMETERS", "FOO"]

    assert ["certificate", "request", "public-key", "crl", "pkcs7", "parameters", "other"] == [pem.kind_of(label) for label in labels]


MEG = 1 << 20
HOSTILE = {
    "dashes": "-" * MEG,
    "blanks": " " * MEG,
    "CR": "\r" * MEG,
    "blank and CR": " \r" * (MEG // 2),
    "BEGIN": "BEGIN" * (MEG // 5),
    "END of no line": "-----END A-----" * (MEG // 15),
    "END and BEGIN of one line": "-----BEGIN CRL-----" + "-----END CRL----------BEGIN CRL-----" * (MEG // 36),
    "ends": "END" * (MEG // 3),
    "dashed ends": "--END " * (MEG // 6),
    "BEGIN lines": "-----BEGIN A-----\n" * (MEG // 18),
    "END lines": "-----END A-----\n" * (MEG // 16),
    "short lines": "a\n" * (MEG // 2),
    "short lines of a block": "-----BEGIN A-----\n" + "A\n" * (MEG // 2),
    "long block": "-----BEGIN A-----\n" + "A" * MEG + "\n-----END A-----\n",
    "blank lines of a block": "-----BEGIN A-----\n" + "\n" * MEG + "-----END A-----\n",
    "headers": "-----BEGIN A-----\n" + "Proc-Type: 4\n" * (MEG // 13) + "\n-----END A-----\n",
    "long label": "-----BEGIN " + "A" * MEG + "-----\n",
    "pads": "-----BEGIN A-----\n" + "=" * MEG + "\n-----END A-----\n",
    "no ASCII": "\xe9 -BEGIN" * (MEG // 8),
    "NUL": "\0\n" * (MEG // 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_megabyte_is_quick(name):
    """A megabyte of anything is scanned in less than a second or so."""
    begin = time.process_time()
    scan(HOSTILE[name])

    assert time.process_time() - begin < 2


def test_many_blocks_are_quick():
    """10,000 blocks in a megabyte are all found."""
    text = "-----BEGIN CERTIFICATE-----\n" + "A" * 44 + "\n-----END CERTIFICATE-----\n"
    begin = time.process_time()
    found = scan(text * 10_000)

    assert (10_000, ()) == (len(found.blocks), found.faults)
    assert time.process_time() - begin < 1

"""
PEM by our own scan: where OpenSSL refuses a block or passes over it in silence, there is a fault; where it reads, there is none.

Measured with OpenSSL 3.0.19 (tests/codecs/test_pem.py keeps the measurements); what the values inside are is for key.py and cert.py.
"""

from __future__ import annotations

import binascii
from typing import List, NamedTuple, Optional, Tuple

from ita_doctor.codecs import armour
from ita_doctor.codecs.armour import BEGIN, END, TAIL, Mark
from ita_doctor.model.artifact import PemBlock, PemFault, PemScan
from ita_doctor.model.secret import Secret

_TRAILING = "".join(map(chr, range(33)))  # OpenSSL takes these off the end of every line
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WIDTH = 64  # after a header OpenSSL wants lines of just this width
_KINDS = {
    "CERTIFICATE": "certificate",
    "X509 CERTIFICATE": "certificate",
    "TRUSTED CERTIFICATE": "certificate",
    "CERTIFICATE REQUEST": "request",
    "NEW CERTIFICATE REQUEST": "request",
    "X509 CRL": "crl",
    "PKCS7": "pkcs7",
    "PKCS #7 SIGNED DATA": "pkcs7",
    "CMS": "pkcs7",
}


class _Open(NamedTuple):
    """The block that is being read."""

    label: str
    line: int
    body: List[str]
    is_spoilt: bool
    """Its fault has been said already."""


def scan(text: str) -> PemScan:
    """
    Every block, every fault and every other line of *text*; never raises, and its time grows with the size of *text* alone.

    A block that a fault spoils is among the blocks all the same where its Base64 can be read, so that nothing secret hides behind a fault.
    A fault's label is that of its block. Lines are counted by LF, CRLF, U+0085 and CR; OpenSSL sees no line end in a CR alone, so that an
    armour line beside one is `bad-armour`. A blank line ends the header, therefore one among the Base64 lines is `bad-base64`.
    """
    reader = _Reader()
    number = 0
    for raw in text.replace("\x85", "\n").split("\n"):
        line = raw.rstrip(_TRAILING)
        if "\r" in line:
            for piece in line.split("\r"):
                number += 1
                reader.take(number, piece.rstrip(_TRAILING), is_joined=True)
            continue
        number += 1
        if raw[:1] == "\0":
            reader.take_nul(number)
        elif number == 1:
            reader.take(number, line.lstrip("\ufeff"))
        else:
            reader.take(number, line)
    return reader.close()


def kind_of(label: str) -> str:
    """`certificate` `request` `private-key` `public-key` `pkcs7` `crl` `parameters` or `other`."""
    if is_private(label):
        return "private-key"
    if label.endswith("PUBLIC KEY"):
        return "public-key"
    return "parameters" if label.endswith("PARAMETERS") else _KINDS.get(label, "other")


def is_private(label: str) -> bool:
    """Whether a block of this label holds a private key, in whatever form."""
    return "PRIVATE KEY" in label


def is_certificate(label: str) -> bool:
    """Whether OpenSSL takes a block of this label for a certificate."""
    return _KINDS.get(label) == "certificate"


def write_block(label: str, data: bytes, headers: Tuple[Tuple[str, str], ...] = ()) -> bytes:
    """*data* as a PEM block in ASCII, lines of 64, with a line end at its end."""
    base64 = binascii.b2a_base64(data, newline=False).decode("ascii")
    lines = [f"{name}: {value}" for name, value in headers] + [""] * bool(headers)
    lines += [base64[at : at + _WIDTH] for at in range(0, len(base64), _WIDTH)]
    return "\n".join((BEGIN + label + TAIL, *lines, END + label + TAIL, "")).encode("ascii", "replace")


class _Reader:
    """The state of a scan."""

    def __init__(self) -> None:
        self._blocks: List[PemBlock] = []
        self._faults: List[PemFault] = []
        self._outside: List[Tuple[int, bool]] = []
        self._open: Optional[_Open] = None
        self._nul = 0

    def take(self, number: int, line: str, *, is_joined: bool = False) -> None:
        """One line; *is_joined*: only a CR stands between it and its neighbour."""
        if line[:5] == TAIL:
            exact = armour.exact(line)
            if exact is not None:
                label = armour.tidy(exact.label)
                is_slip = exact.label != label and label.endswith(armour.MEANT)
                if is_joined or is_slip or not label:
                    self._take_slips(number, line, [exact._replace(label=label)])
                elif exact.word == BEGIN:
                    self._begin(exact.label, number)
                else:
                    self._end(exact.label, number)
                return
        if "-" in line or " " in line:
            marks = armour.marks(line)
            if marks:
                self._take_slips(number, line, marks)
                return
        if self._open is None:
            if line:
                self._outside.append((number, _is_binary(line[:80])))
        elif line or not is_joined:  # a blank between two CR is a blank in a line to OpenSSL
            self._open.body.append(line)

    def take_nul(self, number: int) -> None:
        """A line that begins with NUL: OpenSSL's line reader takes it for the end of the file."""
        if self._open is not None:
            self._open.body.append("\0")
        else:
            self._nul = self._nul or number

    def close(self) -> PemScan:
        """What was found."""
        self._give_up()
        self._faults.sort(key=lambda fault: fault.line)
        return PemScan(tuple(self._blocks), tuple(self._faults), tuple(self._outside))

    def _take_slips(self, number: int, line: str, marks: List[Mark]) -> None:
        """A line that OpenSSL does not take for the armour that it is meant to be."""
        words = [mark.word for mark in marks]
        pairs = [at for at in range(1, len(words)) if words[at - 1] == END and words[at] == BEGIN]
        labels = [mark.label for mark in marks[pairs[0] - 1 :]] if pairs else [marks[0].label]
        label = next((label for label in labels if not is_private(label)), labels[0])
        self._faults.append(PemFault("one-line" if pairs else "bad-armour", number, label))
        at = 0
        for mark in marks:
            if mark.word == BEGIN:
                self._begin(mark.label, number, is_spoilt=True)
            else:
                self._add_rest(line[at : mark.start])
                self._end(mark.label, number, is_spoilt=True)
            at = mark.end
        self._add_rest(line[at:])

    def _add_rest(self, rest: str) -> None:
        if self._open is not None and rest.strip("- \t"):
            self._open.body.append(rest.strip("- \t"))

    def _begin(self, label: str, number: int, *, is_spoilt: bool = False) -> None:
        self._give_up()
        if self._nul:
            self._faults.append(PemFault("bad-armour", self._nul, label))
            self._nul = 0
        self._open = _Open(label, number, [], is_spoilt)

    def _end(self, label: str, number: int, *, is_spoilt: bool = False) -> None:
        block, self._open = self._open, None
        if block is None:
            if not is_spoilt:
                self._faults.append(PemFault("no-begin", number, label))
            return
        is_spoilt = is_spoilt or block.is_spoilt
        if label != block.label and not is_spoilt:
            self._faults.append(PemFault("labels-differ", number, block.label))
            is_spoilt = True
        headers, data, bad = _decode(block.body)
        if data:
            self._blocks.append(PemBlock(block.label, Secret(data), block.line, headers))
        if bad >= 0 and not is_spoilt:
            self._faults.append(PemFault("bad-base64", block.line + 1 + bad, block.label))

    def _give_up(self) -> None:
        """The open block, if there is one, has no END."""
        block, self._open = self._open, None
        if block is not None and not block.is_spoilt:
            self._faults.append(PemFault("no-end", block.line, block.label))


def _decode(body: List[str]) -> Tuple[Tuple[Tuple[str, str], ...], bytes, int]:
    """Headers, data (empty where it cannot be read) and the index of the line that OpenSSL refuses, or -1."""
    headers: Tuple[Tuple[str, str], ...] = ()
    first, bad = 0, -1
    if "" in body:
        first = body.index("") + 1
        lines = body[: first - 1]
        if lines and not lines[0].startswith("Proc-Type:"):
            bad = 0 if ":" in lines[0] else first - 1
            if ":" not in lines[0]:  # the blank line stands among Base64: read on, for what may be secret in it
                return (), _base64("".join(body)), bad
        headers = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
        if bad < 0:
            bad = _bad_width(body, first)
    data = _base64("".join(body[first:]))
    return headers, data, bad if data or bad >= 0 else _bad_line(body, first)


def _bad_width(body: List[str], first: int) -> int:
    """After a header: the first line that is blank, or no 64 wide before the last."""
    last = len(body) - 1
    for at in range(first, len(body)):
        if not body[at] or len(body[at]) > _WIDTH or (len(body[at]) < _WIDTH and at < last):
            return at
    return -1


def _base64(text: str) -> bytes:
    """*text* decoded; empty where it is not strict Base64 or nothing."""
    if " " in text or "\t" in text:
        text = text.replace(" ", "").replace("\t", "")
    if len(text) % 4 or not text.isascii():
        return b""
    raw = text.encode("ascii")
    bare = raw.rstrip(b"=")
    return b"" if len(raw) - len(bare) > 2 or bare.translate(None, _BASE64) else binascii.a2b_base64(raw)


def _bad_line(body: List[str], first: int) -> int:
    """The line to be looked at where the Base64 from *first* on cannot be read; the END line where all are well by themselves."""
    last = len(body) - 1
    for at in range(first, len(body)):
        raw = body[at].replace(" ", "").replace("\t", "").encode("ascii", "replace")
        if raw.rstrip(b"=").translate(None, _BASE64) or (b"=" in raw and at < last and body[at + 1].strip("= \t")) or b"===" in raw:
            return at
    return max(last, first)


def _is_binary(text: str) -> bool:
    """Whether it holds what no text does: control characters, those of Latin-1 included."""
    return any((ord(character) < 32 and character not in "\t\f") or 0x7F <= ord(character) < 0xA0 for character in text)

"""What a file of PEM blocks holds: every BEGIN counts, whole or not."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.codecs.armour import tidy
from ita_doctor.codecs.identify.found import Found
from ita_doctor.codecs.identify.shape import Shape, leading, shape_of
from ita_doctor.model.artifact import BadArtifact, PemBlock, PemFault

_MOST_PIECES = 10_000
_MOST_NAMED = 3  # certificates whose subjects are said

_FORMS = {"RSA": "traditional", "DSA": "traditional", "EC": "sec1", "OPENSSH": "openssh"}


class _Piece(NamedTuple):
    label: str
    line: int
    block: Optional[PemBlock]
    shape: Optional[Shape]

    @property
    def kind(self) -> str:
        return _kind(self.label)


def blocks_of(text: str) -> Optional[Found]:
    """What the PEM blocks of *text* are, or None where there is none."""
    from ita_doctor.codecs.pem import scan

    text = text.replace(" PKCS #7 SIGNED DATA", " PKCS7")  # an older name of the same
    places = _places(text)
    if not places:
        return None
    scanned = scan(text)
    pieces = _pieces(places, scanned.blocks)
    kinds = tuple(piece.kind for piece in pieces)
    faults = _faults(scanned.faults, pieces)
    counted = [kind for kind in kinds if kind != "parameters"]
    if not counted or set(counted) == {"text"}:
        labels = ", ".join(dict.fromkeys(piece.label for piece in pieces))
        is_other = bool(counted) and all(piece.label.startswith("PGP ") for piece in pieces)  # its armour is another
        form = None if is_other else "pem"
        return Found("text", form, holds=() if counted else kinds, variants=("pem" if counted else "parameters",), facts={"parts": labels})
    if len(set(counted)) > 1 or counted.count("private-key") > 1:
        return _mixed(pieces, kinds, faults)
    if counted[0] == "private-key":
        found = _key(next(piece for piece in pieces if piece.kind == "private-key"), kinds, faults)
        is_cut = found.encrypted is None and "4,ENCRYPTED" in text  # the header stands there, whatever became of the rest
        return found._replace(encrypted=True, facts={**found.facts, "lock": "encrypted"}) if is_cut else found
    return _others(pieces, kinds, counted, faults)


def key_found(shape: Shape, *, variants: Tuple[str, ...] = (), faults: Tuple[Tuple[str, int], ...] = ()) -> Found:
    """A private key in DER."""
    is_other = shape.algorithm not in ("", "RSA")
    chosen = (("broken",) if any(fault == "cut" for fault, _ in faults) else ()) + (("other",) if is_other else ()) + variants
    facts = {"algorithm": shape.algorithm, "bits": str(shape.bits or ""), "lock": "encrypted" if shape.is_encrypted else "clear"}
    return Found("private-key", shape.form, shape.is_encrypted, ("private-key",), chosen, faults, facts)


def whom(ders: Sequence[bytes]) -> str:
    """The subjects of the first certificates and the day until which each is valid; '' where none can be read."""
    from ita_doctor.codecs.cert import read_certificate
    from ita_doctor.model.visible import visible

    said: List[str] = []
    for der in ders[:_MOST_NAMED]:
        try:
            one = read_certificate(leading(der))
        except BadArtifact:
            continue
        said.append(f"{visible(one.subject, 120) or 'nobody'}, valid until {_day(one.not_after)}")
    return "; ".join(said) + ("; …" if len(ders) > _MOST_NAMED and said else "")


def _day(moment: float) -> str:
    import time

    try:
        return time.strftime("%Y-%m-%d", time.gmtime(moment))
    except (OverflowError, ValueError, OSError):
        return "a day beyond all calendars"


def _kind(label: str) -> str:
    from ita_doctor.codecs.pem import kind_of

    if label == "PKCS12":
        return "pkcs12"
    kind = "other" if label.startswith(("PGP ", "SSH2 ENC")) else kind_of(label)
    return {"other": "text", "request": "certificate-request"}.get(kind, kind)


def _places(text: str) -> List[Tuple[str, int]]:
    """Label and line of every block: of its BEGIN, or of an END that has none. Lines are counted as the scan does."""
    from ita_doctor.codecs.armour import BEGIN, marks

    places: List[Tuple[str, int]] = []
    is_open, number = False, 0
    for raw in text.replace("\x85", "\n").split("\n"):
        for line in raw.rstrip().split("\r"):
            number += 1
            folded = line.upper() if "-" in line or " " in line else ""
            if "BEGIN" not in folded and "END" not in folded:
                continue
            for mark in marks(line):
                if mark.word == BEGIN or not is_open:
                    places.append((mark.label, number))
                is_open = mark.word == BEGIN
        if len(places) >= _MOST_PIECES:
            break
    return places


def _pieces(places: List[Tuple[str, int]], blocks: Sequence[PemBlock]) -> List[_Piece]:
    at_line: Dict[Tuple[int, str], PemBlock] = {(block.line, tidy(block.label)): block for block in blocks}
    pieces: List[_Piece] = []
    for label, line in places:
        block = at_line.get((line, label))
        shape = shape_of(block.data.reveal()) if block is not None and not block.headers else None
        pieces.append(_Piece(label, line, block, shape))
    return pieces


def _faults(found: Sequence[PemFault], pieces: List[_Piece]) -> Tuple[Tuple[str, int], ...]:
    """The scan's own faults, then blocks whose content is not what their label says."""
    faults = [(fault.kind, fault.line) for fault in found if not fault.label.startswith("SSH2")]
    lines = {line for _, line in faults}
    for piece in pieces:
        is_opaque = piece.kind in ("text", "parameters") or piece.label.startswith(("OPENSSH", "SSH2"))
        if piece.block is None or piece.block.headers or is_opaque or piece.line in lines:
            continue
        wanted = piece.shape is not None and piece.shape.kind == piece.kind
        if not wanted or (piece.shape is not None and piece.shape.fault and piece.label != "TRUSTED CERTIFICATE"):
            faults.append(("bad-der", piece.line))
    return tuple(faults)


def _mixed(pieces: List[_Piece], kinds: Tuple[str, ...], faults: Tuple[Tuple[str, int], ...]) -> Found:
    locks = [_lock(piece) for piece in pieces if piece.kind == "private-key"]
    encrypted = (all(locks) if None not in locks else None) if locks else None
    parts = ", ".join(kinds[:8]) + (", …" if len(kinds) > 8 else "")
    return Found("mixed", "pem", encrypted, kinds, (), faults[:1], {"parts": parts})


def _key(piece: _Piece, kinds: Tuple[str, ...], faults: Tuple[Tuple[str, int], ...]) -> Found:
    first = piece.label.split(" ", 1)[0]
    form = _FORMS.get(first) or (piece.shape.form if piece.shape and piece.shape.kind == "private-key" else "pkcs8")
    lock = _lock(piece)
    algorithm = first if first in ("RSA", "DSA", "EC") else piece.shape.algorithm if piece.shape else ""
    if form == "openssh" and piece.block is not None:
        algorithm = _openssh(piece.block.data.reveal())[1]
    variants = [
        "broken" if faults else "",
        "other" if algorithm not in ("", "RSA") else "",
        "openssh" if form == "openssh" else "",
        "clear" if lock is False else "",
    ]
    facts = {
        "algorithm": algorithm,
        "bits": str(piece.shape.bits or "") if piece.shape else "",
        "lock": "unknown" if lock is None else "encrypted" if lock else "clear",
    }
    return Found("private-key", form, lock, kinds, tuple(filter(None, variants)), faults[:1], facts)


def _others(pieces: List[_Piece], kinds: Tuple[str, ...], counted: List[str], faults: Tuple[Tuple[str, int], ...]) -> Found:
    kind = counted[0]
    variants = ("broken",) if faults else ()
    facts = {"count": str(len(counted))}
    if kind == "certificate":
        ders = [piece.block.data.reveal() for piece in pieces if piece.block is not None and piece.kind == "certificate"]
        facts["whom"] = whom(ders)
        kind = "certificates" if len(counted) > 1 else kind
    elif kind == "public-key":
        shape = next((piece.shape for piece in pieces if piece.shape), None)
        facts.update(algorithm=shape.algorithm if shape else "", bits=str(shape.bits or "") if shape else "")
    elif kind == "pkcs12":
        variants = (*variants, "pem")
    elif kind == "pkcs7":
        variants = (*variants, *_of_pkcs7(pieces))
    form = None if all(piece.label.startswith("SSH2 ") for piece in pieces) else "pem"
    return Found(kind, form, True if kind == "pkcs12" else None, kinds, variants, faults[:1], facts)


def _of_pkcs7(pieces: List[_Piece]) -> Tuple[str, ...]:
    """What its commands depend on: a message that is locked for somebody, and the label that openssl's pkcs7 does not take."""
    if any(piece.shape is not None and piece.shape.form == "enveloped" for piece in pieces):
        return ("enveloped",)
    return ("cms",) if any(piece.label == "CMS" for piece in pieces) else ()


def _lock(piece: _Piece) -> Optional[bool]:
    """Whether a private key is encrypted; None where that cannot be told."""
    if piece.label == "ENCRYPTED PRIVATE KEY":
        return True
    if piece.block is not None and any("ENCRYPTED" in value.upper() for _, value in piece.block.headers):
        return True
    if piece.label == "OPENSSH PRIVATE KEY":
        return _openssh(piece.block.data.reveal())[0] if piece.block is not None else None
    if piece.shape is not None and piece.shape.kind == "private-key":
        return piece.shape.is_encrypted
    return False if piece.label == "PRIVATE KEY" else None


def _openssh(content: bytes) -> Tuple[Optional[bool], str]:
    """Whether a key in OpenSSH's form is encrypted, and its algorithm; None and '' where it is cut."""
    mark = b"openssh-key-v1\0"
    if not content.startswith(mark):
        return None, ""
    cipher, at = _string(content, len(mark))
    _, at = _string(content, at)
    _, at = _string(content, at)
    public, _ = _string(content, at + 4)  # past the number of keys, which is one
    name, _ = _string(public, 0)
    algorithm = {b"ssh-rsa": "RSA", b"ssh-dss": "DSA", b"ssh-ed25519": "Ed25519"}.get(name, "EC" if name.startswith(b"ecdsa") else "")
    return (cipher != b"none" if cipher else None), algorithm


def _string(content: bytes, at: int) -> Tuple[bytes, int]:
    """A string of SSH's own encoding: four bytes of length, then that many."""
    end = at + 4 + int.from_bytes(content[at : at + 4], "big")
    return content[at + 4 : end], end

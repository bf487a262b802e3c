"""What a file of bytes is: stores and stashes by their marks, a seed by having none."""

from __future__ import annotations

from typing import NamedTuple, Optional

_STORES = ((b"\xfe\xed\xfe\xed", "jks"), (b"\xce\xce\xce\xce", "jceks"))
_GSKIT_KEY = 0xF5  # every byte of a GSKit stash is under it
_GSKIT_SIZE = 129
_GSKIT_NEW_SIZE = 193
_SMALLEST_SEED = 16  # bytes; of fewer nothing can be said

_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"\x1f\x9d", "a compressed file"),
    (b"Rar!", "a RAR archive"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"RIFF", "a sound, picture or video"),
    (b"OggS", "a sound or video"),
    (b"ID3", "a sound"),
    (b"fLaC", "a sound"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program or library"),
    (b"\x01\xdf", "an AIX program or library"),
    (b"\x01\xf7", "an AIX program or library"),
    (b"<aiaff>", "an AIX library"),
    (b"<bigaf>", "an AIX library"),
    (b"\xca\xfe\xba\xbe", "a Java class or macOS program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xd0\x0d", "a packed Java archive"),
    (b"\xac\xed\0\x05", "a serialised Java object"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"Salted__", "a file encrypted by openssl enc"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"!<arch>\n", "a library or package"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"wOF2", "a font"),
    (b"\0\0\0\2", "a BouncyCastle key store, perhaps"),
    (b"\0\0\0\1\0\0\0\x14", "a BouncyCastle key store, perhaps"),
)


class Mark(NamedTuple):
    """A file known by its bytes."""

    kind: str
    detail: str = ""
    """Of an unknown one, what it is in words; of a seed its weakness; of a store the count of its entries."""


def mark_of(content: bytes) -> Optional[Mark]:
    """A store, a GSKit file or a foreign format, by its first bytes and its size; None where there is no mark."""
    for magic, kind in _STORES:
        if content.startswith(magic) and content[4:7] in (b"\0\0\0", b""):
            return Mark(kind, str(int.from_bytes(content[8:12], "big")) if len(content) >= 12 else "")
    # 37 48 vv 02, four NULs, X509KEY and a NUL; the layout behind an older version's first bytes is not known.
    if content[:2] == b"\x37\x48" and content[3:4] == b"\x02" and (content[4:16] == b"\0\0\0\0X509KEY\0" or content[2] == 0x03):
        return Mark("gskit-kdb")
    if _is_gskit_stash(content):
        return Mark("gskit-stash")
    if content[257:262] == b"ustar":
        return Mark("unknown", "a tar archive")
    if content[4:8] == b"ftyp":
        return Mark("unknown", "a video")
    foreign = next((what for magic, what in _OTHERS if content.startswith(magic)), "")
    return Mark("unknown", foreign) if foreign else None


def seed_or_unknown(content: bytes) -> Mark:
    """`seed` for bytes without structure, else `unknown`."""
    if len(content) < _SMALLEST_SEED:
        return Mark("unknown")
    if len(set(content)) == 1:
        return Mark("unknown", "one byte, repeated")
    from ita_doctor.codecs.seed import read_seed

    return Mark("unknown" if read_seed(content).pattern else "seed")


def _is_gskit_stash(content: bytes) -> bool:
    if len(content) == _GSKIT_SIZE:
        password, end, _ = bytes(byte ^ _GSKIT_KEY for byte in content).partition(b"\0")
        return bool(password and end) and password.isascii() and password.decode().isprintable()
    if len(content) == _GSKIT_NEW_SIZE:
        import hashlib

        return hashlib.sha256(b"\1" + content[:32]).digest() == content[32:64]
    return False

"""What a file is: by its content, for `inspect`; never a byte of what is secret in it."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

from ita_doctor.codecs.identify.found import Found, Identity

__all__ = ["Identity", "identify", "unread"]

_WHOLE_TEXT = {"utf-16-le", "utf-16-be", "ebcdic"}
_CONTROLS = bytes(sorted(set(range(0x20)) - set(b"\t\n\x0b\x0c\r\x1b"))) + b"\x7f"
_C1 = bytes(range(0x80, 0xA0))
_FEW = 2  # control characters that make no binary of a text
_SHORT = 64  # bytes; so few tell nothing by having no control characters
_RC2_40 = bytes.fromhex("2a864886f70d010c0106")  # 1.2.840.113549.1.12.1.6


def identify(content: bytes, path: str, words: Mapping[str, Any], settings: Mapping[str, Any]) -> Identity:
    """
    What the file at *path* with this *content* is; never raises.

    *words* is rules/inspect.toml and *settings* rules/settings.toml. The path's last part is a hint where the content leaves two readings, and
    stands, quoted, in the commands; there are none where it holds a character that cannot be pasted.
    """
    from ita_doctor.codecs.identify.wording import put_into_words

    found, encoding, ccsids = _find(content, path.rpartition("/")[2], words, settings)
    return put_into_words(found, encoding, ccsids, path, len(content), words)


def unread(kind: str, words: Mapping[str, Any]) -> Identity:
    """The row of what was not read: *kind* is `folder` `special` `unreadable` or `missing`."""
    table = words["kind"][kind]
    return Identity(kind, None, None, (), None, (), table["text"] + ".", table["good_for"] + ".", ())


def _find(content: bytes, name: str, words: Mapping[str, Any], settings: Mapping[str, Any]) -> Tuple[Found, str, Tuple[int, ...]]:
    from ita_doctor.codecs.text import read_text

    text = read_text(content)
    encoding = "latin-1" if text.encoding == "cp1252" else text.encoding
    if not text.value.strip("\ufeff \t\r\n\x0b\x0c"):
        return Found("empty"), encoding, text.ccsids
    if not _is_text(content, text.encoding):
        if b"-----BEGIN " in content and content[257:262] != b"ustar":  # PEM with other bytes around it; an archive is none
            from ita_doctor.codecs.identify.blocks import blocks_of

            return blocks_of(content.decode("latin-1")) or Found("unknown"), "binary", ()
        return _binary(content), "binary", ()
    found = _textual(text.value, name, words, settings)
    return found, encoding, text.ccsids


def _is_text(content: bytes, encoding: str) -> bool:
    if encoding in _WHOLE_TEXT:
        return True
    size = len(content)
    controls = size - len(content.translate(None, _CONTROLS))
    beyond = 0
    if encoding in ("latin-1", "cp1252"):
        beyond = sum(1 for byte in content[:4096] if byte >= 0x80)
        controls += size - len(content.translate(None, _C1)) if encoding == "latin-1" else 0
    if encoding in ("ascii", "utf-8"):
        return controls <= max(_FEW, size // 50)
    # Random bytes are an eighth control characters; short ones may have none, but then half of them lie beyond ASCII.
    return controls <= size // 100 and (size > _SHORT or beyond * 2 <= size)


def _binary(content: bytes) -> Found:
    from ita_doctor.codecs.identify.binary import mark_of, seed_or_unknown

    found = _structure(content, ()) if content[:1] == b"\x30" else None
    if found is not None:
        return found
    mark = mark_of(content) or seed_or_unknown(content)
    is_store = mark.kind in ("jks", "jceks", "gskit-kdb")
    if mark.kind in ("jks", "jceks"):
        return _java_store(content, mark.kind, mark.detail)
    return Found(mark.kind, encrypted=True if is_store else None, facts={"entries" if is_store else "detail": mark.detail})


def _java_store(content: bytes, kind: str, entries: str) -> Found:
    """A key store of Java, with an alias whose certificate can be exported; its password is not needed for that."""
    from ita_doctor.codecs.jks import find, read_store
    from ita_doctor.model.artifact import BadArtifact

    facts = {"entries": entries}
    try:
        store = read_store(content, None)
    except BadArtifact as why:
        is_whole = why.kind == "needs-java"
        return Found(kind, None, True, (), ("secret",) if is_whole else ("broken",), () if is_whole else (("cut", 0),), facts)
    with_certificate = [entry.alias for entry in store.entries if entry.chain]
    alias = "server" if find(store, "server") in [one for one in store.entries if one.chain] else next(iter(with_certificate), "")
    return Found(kind, None, True, (), () if alias else ("secret",), (), {**facts, "alias": alias})


def _structure(content: bytes, variants: Tuple[str, ...]) -> Optional[Found]:
    """A DER file, or what stood in Base64 without its BEGIN and END."""
    from ita_doctor.codecs.identify.shape import shape_of

    shape = shape_of(content)
    if shape is None:
        return None
    faults = ((shape.fault, 0),) if shape.fault else ()
    chosen = variants or ("der",)
    if shape.kind == "private-key":
        from ita_doctor.codecs.identify.blocks import key_found

        return key_found(shape, variants=chosen, faults=faults)
    form = "pem" if variants else "der"
    if shape.kind == "parameters":
        return Found("unknown", form, holds=("parameters",), facts={"detail": "parameters without a key"})
    facts = {"algorithm": shape.algorithm, "bits": str(shape.bits or ""), "count": str(shape.times)}
    if shape.kind == "certificate" and shape.fault != "cut":
        from ita_doctor.codecs.identify.blocks import whom

        facts["whom"] = whom((content,))
        if not facts["whom"]:  # its first tags are those of a certificate, and no more
            return Found(shape.kind, form, None, (shape.kind,), ("broken",), (("unreadable", 0),), facts)
    if shape.kind == "pkcs12" and _RC2_40 in content:
        chosen = (*variants, "legacy")
    if shape.form == "enveloped":
        chosen = ("enveloped",)
    if shape.fault == "cut":
        chosen = ("broken",)
    holds = ("certificate",) * shape.times if shape.kind == "certificates" else (shape.kind,)
    return Found(shape.kind, form, True if shape.kind == "pkcs12" else None, holds, chosen, faults, facts)


def _textual(value: str, name: str, words: Mapping[str, Any], settings: Mapping[str, Any]) -> Found:
    if "begin" in value.lower() or "END" in value:
        from ita_doctor.codecs.identify.blocks import blocks_of

        found = blocks_of(value)
        if found is not None:
            return found
    from ita_doctor.codecs.identify.plain import plain_of

    plain = plain_of(value, name, settings, words)
    if plain.kind == "armourless":
        found = _structure(plain.inside, ("armourless",))
        if found is not None:
            return found._replace(faults=(("armourless", 0), *found.faults))
        return Found("text", variants=("base64",))
    faults = ((plain.fault, plain.line),) if plain.fault else ()
    holds = (plain.kind,) if plain.kind == "public-key" else ()
    return Found(plain.kind, holds=holds, variants=(plain.variant,) if plain.variant else (), faults=faults)

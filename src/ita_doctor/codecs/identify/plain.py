"""What a text without PEM blocks is: a stash, the settings of the agent or of a workstation, or just text."""

from __future__ import annotations

import binascii
from typing import Any, Mapping, NamedTuple, Optional, Sequence, Set

_LONGEST_PASSWORD = 1024  # bytes, in whatever encoding
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_LONGEST_STASH = 4096  # characters; more is no password
_ENOUGH_LOCALOPTS = 3


class Plain(NamedTuple):
    """A text and what it proved to be."""

    kind: str
    variant: str = ""
    """Of a stash what it holds (`ebcdic` `utf-16-le` `utf-16-be` `line-end`), of a text `password` `base64` `ssh` `ssh-certificate` `html`."""
    fault: str = ""
    """`no-padding`, or of settings the fault of their first bad line."""
    line: int = 0
    """Of that fault."""
    inside: bytes = b""
    """Of kind `armourless`: the structure that stands there in Base64, without its BEGIN and END."""


def plain_of(text: str, name: str, settings: Mapping[str, Any], words: Mapping[str, Any]) -> Plain:
    """
    What *text* is; *name* is the file's own name, and only a hint.

    *settings* is rules/settings.toml, *words* rules/inspect.toml: the names by which a file of settings is known stand there.
    """
    return _stash(text, name) or _settings_file(text, name, settings, words) or _some_text(text, name)


def _stash(text: str, name: str) -> Optional[Plain]:
    packed = "".join(text.split())
    bare = packed.rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    if not bare or not _BASE64.issuperset(bare) or len(packed) > len(padded):
        return None
    try:
        content = binascii.a2b_base64(padded.encode("ascii"))
    except binascii.Error:
        return None
    fault = "" if padded == packed else "no-padding"
    variant = _held(content, is_named=name.lower().endswith(".sth"), is_sure=not fault) if len(packed) <= _LONGEST_STASH else None
    if variant is not None:
        return Plain("stash", variant, fault)
    return Plain("armourless", inside=content) if content[:1] == b"\x30" else None


def _held(content: bytes, *, is_named: bool, is_sure: bool) -> Optional[str]:
    """What a stash holds: '' for a password as it should be, a word for another form, None where it can be no password."""
    password = content.rstrip(b"\r\n")
    if not content or len(content) > _LONGEST_PASSWORD:
        return None
    if not password.strip(b" \t"):
        return "line-end"
    if password.isascii() and password.decode().isprintable():
        return ""
    if not is_sure:
        return None
    from ita_doctor.codecs.text import read_text

    found = read_text(content)
    value = found.value.rstrip("\r\n")
    if found.encoding.startswith("utf-16"):
        return found.encoding if value.isprintable() else None
    if found.encoding == "ebcdic" or _is_ebcdic_word(content, is_named=is_named):
        return "ebcdic"
    if not value.isprintable() or "\n" in value:
        return None
    # Bytes that are Latin-1 by chance are mostly beyond ASCII, and signs; what calls itself a stash is believed a little more.
    beyond = [character for character in value if not character.isascii()]
    is_likely = len(beyond) * (2 if is_named else 4) <= len(value) and all(map(str.isalpha, beyond))
    return "" if found.encoding == "utf-8" or is_likely else None


def _is_ebcdic_word(content: bytes, *, is_named: bool) -> bool:
    """Whether a short password is one in EBCDIC: letters, digits and invariant punctuation only."""
    from ita_doctor.codecs.ebcdic import decode

    word = decode(content, 37).rstrip("\r\n\x85")
    strong = sum(1 for character in word if character.isalnum())
    return len(word) >= (3 if is_named else 4) and word.isascii() and word.isprintable() and " " not in word and strong * 2 >= len(word)


def _settings_file(text: str, name: str, settings: Mapping[str, Any], words: Mapping[str, Any]) -> Optional[Plain]:
    if "=" not in text and "[" not in text:
        return None
    from ita_doctor.codecs.ini import read_ini
    from ita_doctor.codecs.near import resembles

    ini = read_ini(text)
    names = {line.name for line in ini.lines if line.kind == "setting"}
    sections = ini.sections()
    ours = {one["name"] for one in settings["setting"]} & names
    road = {one["name"] for one in settings["job"]["setting"]} & names
    section = settings["section"]
    kind = ""
    if settings["job"]["section"] in sections or (road and len(road) >= len(ours)):
        kind = "jobmanager-ini"
    elif ours or any(one == section or resembles(one, section) for one in sections):
        kind = "ita-ini"
    elif sections and name.lower() in words["called"]:
        kind = words["called"][name.lower()]
    elif _is_localopts(names, name, words["words"]["localopts"]):
        return Plain("localopts")
    if not kind:
        return None
    bad = next((line for line in ini.lines if line.fault), None)
    return Plain(kind, fault=bad.fault if bad else "", line=bad.number if bad else 0)


def _is_localopts(names: Set[str], name: str, known: Sequence[str]) -> bool:
    found = {one.lower() for one in names} & set(known)
    return len(found) >= (1 if name.lower() == "localopts" else _ENOUGH_LOCALOPTS)


def _some_text(text: str, name: str) -> Plain:
    head = text[:200].lstrip().lower()
    if head.startswith(("<!doctype", "<html", "<?xml")):
        return Plain("text", "html")
    ssh = _ssh(text)
    if ssh is not None:
        return ssh
    lines = [line for line in text.split("\n")[:3] if line.strip()]
    if len(lines) == 1 and len(lines[0]) <= _LONGEST_PASSWORD and name.lower().endswith((".pwd", ".sth", ".pass", ".passwd", ".password")):
        return Plain("text", "password")
    packed = "".join(text[:_LONGEST_STASH].split())
    return Plain("text", "base64" if len(packed) > 200 and _BASE64.issuperset(packed.rstrip("=")) else "")


def _ssh(text: str) -> Optional[Plain]:
    """The public half of an OpenSSH key, or a certificate of OpenSSH's own kind."""
    words = text[: 1 << 16].split(None, 2)
    if len(words) < 2 or not words[1].startswith("AAAA"):
        return None
    if "-cert-v01@" in words[0]:
        return Plain("text", "ssh-certificate")
    return Plain("public-key", "ssh") if words[0].startswith(("ssh-", "ecdsa-sha2-", "sk-")) else None

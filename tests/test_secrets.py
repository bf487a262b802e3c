"""No secret leaves: not in a report of any form, not in an exception, not in the repr of any record, whatever is spoilt."""

from __future__ import annotations

import base64
import binascii
import io
import json
import traceback
from typing import Any, Callable, Dict, Iterator, List, Tuple

import pytest

from builders import CERTS, PASSWORD, PATHS, SUFFIX, House, book, healthy_bytes, key, locked, pem, unsound
from ita_doctor.cli.console import Console
from ita_doctor.codecs.cert import read_certificates
from ita_doctor.codecs.ini import read_ini
from ita_doctor.codecs.jobmanager import read_job
from ita_doctor.codecs.key import is_sound, open_key, read_key
from ita_doctor.codecs.pem import scan
from ita_doctor.codecs.seed import read_seed
from ita_doctor.codecs.stash import read_stash
from ita_doctor.codecs.text import read_text
from ita_doctor.engine import judge
from ita_doctor.host.memory import Entry
from ita_doctor.model.artifact import BadArtifact
from ita_doctor.model.finding import Head
from ita_doctor.model.secret import Secret
from ita_doctor.render.json import render as render_json
from ita_doctor.render.terminal import render as render_text

HEAD = Head("0", "2026-11-24T12:00:00Z", "nc117031", "posix")
JOB_NAMES = {"url": ("ResourceAdvisorUrl",), "backups": ("BackupResourceAdvisorUrls",), "proxy": ("https_proxy",), "full_name": ("x",)}
PIECE = 20
"""Characters of a key's Base64 that would already be telling."""
EBCDIC = PASSWORD.decode().encode("cp037")
CLEAR = locked(key("agent"), None)


def put(artifact: str, content: Callable[[bytes], bytes]) -> Callable[[House], object]:
    """Replace what stands there by a function of it."""
    return lambda house: house.write(artifact, content(house.entries[PATHS[artifact]].content))


def without(word: bytes) -> Callable[[bytes], bytes]:
    """Take a word away."""
    return lambda content: content.replace(word, b"", 1)


HOUSES: Dict[str, Callable[[House], object]] = {
    "healthy": lambda house: house,
    "plain-stash": put("stash", lambda _: PASSWORD + b"\n"),
    "ebcdic-stash": put("stash", lambda old: old.decode().encode("cp037")),
    "ebcdic-password": put("stash", lambda _: base64.encodebytes(EBCDIC)),
    "ebcdic-plain-stash": put("stash", lambda _: EBCDIC),
    "hex-stash": put("stash", lambda _: PASSWORD.hex().encode()),
    "double-stash": put("stash", base64.encodebytes),
    "utf16-stash": put("stash", lambda old: old.decode().encode("utf-16")),
    "cut-stash": put("stash", lambda old: old[:-4]),
    "line-end-stash": put("stash", lambda _: base64.encodebytes(PASSWORD + b"\n")),
    "prefixed-stash": put("stash", lambda old: b"password=" + old),
    "nul-stash": put("stash", lambda old: old + b"\0"),
    "wrong-stash": put("stash", lambda _: base64.encodebytes(PASSWORD + b"!")),
    "key-in-stash": put("stash", lambda _: CLEAR),
    "clear-key": put("prv", lambda _: CLEAR),
    "key-without-begin": put("prv", without(b"-----BEGIN PRIVATE KEY-----\n")),
    "clear-key-without-begin": put("prv", lambda _: without(b"-----BEGIN PRIVATE KEY-----\n")(CLEAR)),
    "clear-key-without-end": put("prv", lambda _: without(b"-----END PRIVATE KEY-----\n")(CLEAR)),
    "clear-key-one-bad-byte": put("prv", lambda _: CLEAR[:200] + b"*" + CLEAR[200:]),
    "clear-key-in-one-line": put("prv", lambda _: CLEAR.replace(b"\n", b"")),
    "clear-key-with-cr": put("prv", lambda _: CLEAR.replace(b"\n", b"\r")),
    "clear-key-twice": put("prv", lambda _: CLEAR * 2),
    "clear-key-of-no-kind": put("prv", lambda _: CLEAR.replace(b"PRIVATE KEY", b"SECRET")),
    "unsound-key": put("prv", lambda _: unsound()),
    "junk-key": put("prv", lambda _: pem(b"\x30\x03\x02\x01\x00" + CLEAR, "PRIVATE KEY")),
    "password-beside-key": put("prv", lambda old: b"# password: " + PASSWORD + b"\n" + old),
    "password-in-bundle": put("bundle", lambda old: old + PASSWORD + b"\n"),
    "key-in-bundle": put("bundle", lambda old: old + CLEAR),
    "key-in-pub": put("pub", lambda _: CLEAR),
    "key-in-cert": put("cert", lambda old: CLEAR + old),
    "key-in-seed": put("seed", lambda _: CLEAR),
    "key-in-job": put("job", lambda _: CLEAR),
    "utf16-key": put("prv", lambda _: CLEAR.decode().encode("utf-16")),
    "ebcdic-key": put("prv", lambda _: CLEAR.decode().encode("cp037")),
    "job-with-password": put("job", lambda old: old.replace(b"https://", b"https://agent:" + PASSWORD + b"@")),
    "job-with-bad-password": put("job", lambda old: old.replace(b"https://nc060201", b"https://agent:" + PASSWORD + b"@nc 060201")),
    "proxy-with-password": put("job", lambda old: old + b"https_proxy = http://agent:" + PASSWORD + b"@proxy:8080\n"),
    "password-file-beside": lambda house: house.write(f"{CERTS}/{SUFFIX}.pwd", PASSWORD),
    "backup-of-key": lambda house: house.write(f"{CERTS}/ita_prv{SUFFIX}.pem.bak", CLEAR),
    "unreadable-key": lambda house: house.change("prv", readable=False),
    "linked-stash": lambda house: house.write("/etc/x", house.entries[f"{CERTS}/{SUFFIX}.sth"].content).change("stash", link="/etc/x"),
    "live": lambda house: house.live(),
    "live-refused": lambda house: house.live(is_done=False, ended="alert", alert="bad_certificate", stage="handshake"),
    "thorough": lambda house: house.ask(is_thorough=True),
}


def forms() -> Iterator[bytes]:
    """Password, stash and key in every form in which they could slip out."""
    for word in (PASSWORD, EBCDIC, base64.b64encode(PASSWORD), base64.b64encode(EBCDIC)):
        yield word
        yield word.hex().encode()
        yield word.hex().upper().encode()
        yield base64.b64encode(word)
        yield repr(word)[2:-1].encode()
        yield json.dumps(word.decode("latin-1"))[1:-1].encode()
    for block in (CLEAR, healthy_bytes().prv):
        body = b"".join(line for line in block.split() if not line.startswith(b"-") and line not in (b"PRIVATE", b"BEGIN", b"END", b"ENCRYPTED"))
        body = body.replace(b"KEY-----", b"")
        for at in range(64, len(body) - PIECE, 64):  # not its first line: that is the same for many keys
            yield body[at : at + PIECE]
        secret = binascii.a2b_base64(body)
        yield secret[-PIECE:]
        yield secret[-PIECE:].hex().encode()
        yield repr(secret[-PIECE:])[2:-1].encode()
    numbers = key("agent").private_numbers()
    for number in (numbers.d, numbers.p, numbers.q):
        yield str(number).encode()
        yield f"{number:x}".encode()


SECRETS = sorted(set(forms()))


def says(said: str) -> bool:
    """Whether a text holds a secret; never which, so that no failure of a test tells it."""
    raw = said.encode("utf-8", "surrogateescape")
    return any(secret in raw for secret in SECRETS)


def reachable(value: Any, way: str = "setup") -> Iterator[Tuple[str, Any]]:
    """Every record, and the way to it."""
    yield way, value
    if hasattr(value, "_asdict"):
        for name, inner in value._asdict().items():
            yield from reachable(inner, f"{way}.{name}")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from reachable(inner, f"{way}[{name!r}]")
    elif isinstance(value, (tuple, list, frozenset)):
        for inner in value:
            yield from reachable(inner, f"{way}[]")


def spoilt(name: str) -> House:
    """A house of the table."""
    house = House()
    HOUSES[name](house)
    return house


@pytest.mark.parametrize("name", sorted(HOUSES))
def test_no_renderer_says_a_secret(name: str) -> None:
    """Text as said at every verbosity, with and without colour, and JSON hold no password, key or stash."""
    installation = judge(spoilt(name).setup(), book().rules, book().reasons)
    whys = {rule.id: rule.why for rule in book().rules}

    said = ["".join(render_json(HEAD, [installation], lambda: 0, indent=2))]
    for verbosity in (-1, 0, 1):
        for color in ("never", "always"):
            out = io.StringIO()
            Console(out, io.StringIO(), color=color).show(render_text(HEAD, [installation], lambda: 0, whys=whys, verbosity=verbosity))
            said.append(out.getvalue())

    assert not any(map(says, said)), "a secret was said"
    assert not says(repr(installation)), "a secret stands in a finding"


@pytest.mark.parametrize("name", sorted(HOUSES))
def test_no_secret_record_prints_itself(name: str) -> None:
    """In a Setup what is secret is a Secret: no record of stash or key, opened or not, shows it when it is printed."""
    setup = spoilt(name).setup()

    shown = {way for way, value in reachable((setup.stash, setup.prv, setup.key, setup.sound, setup.seed, setup.job), "setup") if says(repr(value))}

    assert set() == shown


def codecs(artifact: str, content: bytes) -> Iterator[Callable[[], object]]:
    """Every codec that a file of an installation may be given to."""
    text = read_text(content).value
    yield lambda: read_key(scan(text))
    yield lambda: read_certificates(scan(text))
    yield lambda: read_stash(content)
    yield lambda: read_seed(content)
    yield lambda: read_job(read_ini(text), artifact, JOB_NAMES)
    yield lambda: open_key(read_key(scan(text)), Secret(PASSWORD + b"!"))
    yield lambda: open_key(read_key(scan(text)), Secret(PASSWORD))
    yield lambda: is_sound(read_key(scan(text)), Secret(PASSWORD))


@pytest.mark.parametrize("name", sorted(HOUSES))
def test_no_exception_says_a_secret(name: str) -> None:
    """Whatever the codecs raise for these files: its words and facts, and the tracebacks of all that caused it, hold no secret."""
    raised: List[BaseException] = []

    for artifact, entry in spoilt(name).entries.items():
        for codec in codecs(artifact, entry.content):
            try:
                codec()
            except BadArtifact as why:
                raised.append(why)

    assert raised
    for one in raised:
        assert not says("".join(traceback.format_exception(type(one), one, one.__traceback__)) + repr(one.args) + repr(getattr(one, "facts", "")))


def test_nothing_in_a_setup_prints_a_secret() -> None:
    """No record that can be reached from a Setup shows a secret when it is printed."""
    shown = {way for name in HOUSES for way, value in reachable(spoilt(name).setup()) if isinstance(value, (str, bytes)) and says(repr(value))}

    assert set() == shown


def test_a_bug_in_a_check_says_no_secret() -> None:
    """A check that fails over a secret is BROKEN, and the words of its exception are not printed."""
    from ita_doctor.checks import CHECKS
    from ita_doctor.engine import observe

    def bug(setup: Any, params: Any) -> Any:
        raise ValueError(setup.stash.password.reveal())

    rule = next(rule for rule in book().rules if rule.id == "ITA-STH-005")
    spec = CHECKS[rule.check]
    CHECKS[rule.check] = spec._replace(function=bug)
    try:
        (seen,) = observe(rule, House().setup())
    finally:
        CHECKS[rule.check] = spec

    assert "broken" == seen.status.value
    assert not says(repr(seen))


def test_a_secret_does_not_print_compare_or_travel() -> None:
    """repr, str, format, %, == and pickle give nothing of it."""
    import pickle

    secret = Secret(PASSWORD)

    assert not says(f"{secret!r}{secret}{secret:>40}{secret!s}{[secret]}")
    with pytest.raises(TypeError):
        secret == secret  # noqa: B015, PLR0124 - that it raises is the point
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_the_search_finds_what_it_is_for() -> None:
    """The secrets of this file are found where they stand."""
    assert says("x" + PASSWORD.decode())
    assert says(base64.b64encode(PASSWORD).decode())
    assert says(CLEAR.decode())
    assert not says(repr(Entry()))

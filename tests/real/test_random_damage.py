"""No silent false OK: whatever happens to a file, what OpenSSL refuses is never called healthy."""

from __future__ import annotations

import base64
import binascii
import os
import random
import ssl
from pathlib import Path

import pytest

from ita_doctor.cli.check import examine
from ita_doctor.cli.library import library
from ita_doctor.host.pick import pick_host
from ita_doctor.model.finding import Status
from ita_doctor.model.setup import Asked

pytestmark = pytest.mark.real

ROUNDS = int(os.environ.get("ITA_DOCTOR_ROUNDS", "400"))
SEED = os.environ.get("ITA_DOCTOR_SEED", "ita-doctor")
ARTIFACTS = ("prv", "pub", "cert", "bundle", "stash", "ini")
DEFAULTS = {"password_file": "password.sth", "random_file": "TWS.rnd", "key_db_name": "tws", "key_repository_dir": ""}


def judged(place):
    """The verdict of the library on an installation, in this process."""
    return examine(pick_host(), str(place), Asked(is_offline=True), library())


# What can happen to the bytes of a file


def flip_a_bit(dice, content):
    at = dice.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << dice.randrange(8)]) + content[at + 1 :]


def cut_the_end(dice, content):
    return content[: dice.randrange(len(content))]


def cut_the_start(dice, content):
    return content[dice.randrange(1, len(content)) :]


def cut_a_piece(dice, content):
    start, end = sorted(dice.sample(range(len(content) + 1), 2))
    return content[:start] + content[end:]


def insert_bytes(dice, content):
    at = dice.randrange(len(content) + 1)
    return content[:at] + bytes(dice.randrange(256) for _ in range(dice.randrange(1, 5))) + content[at:]


def insert_a_printable(dice, content):
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.choice(b"Aa0+/=- \t\n\r*.\x00\xa0\xff").to_bytes(1, "big") + content[at:]


def flip_a_letter(dice, content):
    letters = [at for at, byte in enumerate(content) if bytes([byte]).isalpha()]
    if not letters:
        return content
    at = dice.choice(letters)
    return content[:at] + content[at : at + 1].swapcase() + content[at + 1 :]


def change_a_digit(dice, content):
    return content.replace(dice.choice(b"123456789AQgw").to_bytes(1, "big"), dice.choice(b"0BRhx").to_bytes(1, "big"), 1)


def double_a_line(dice, content):
    lines = content.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    return b"".join([*lines[:at], lines[at], *lines[at:]])


def lose_a_line(dice, content):
    lines = content.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    return b"".join(lines[:at] + lines[at + 1 :])


def swap_two_lines(dice, content):
    lines = content.splitlines(keepends=True)
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def lose_a_line_end(dice, content):
    ends = [at for at, byte in enumerate(content) if byte == 0x0A]
    at = dice.choice(ends or [0])
    return content[:at] + content[at + 1 :]


def other_line_ends(dice, content):
    return content.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n\n", b" \n", b"\n ", b"\x85", b"\x00\n", b"\\n", b"=\n")))


def other_encoding(dice, content):
    return content.decode("latin-1").encode(dice.choice(("cp037", "cp273", "utf-16", "utf-16-le", "utf-8-sig", "utf-32-be", "utf-7")))


def swap_blocks(_, content):
    start = content.rfind(b"-----BEGIN")
    return content[start:] + content[:start] if start > 0 else content[::-1]


def twice(_, content):
    return content + content


def zeros(dice, content):
    at = dice.randrange(len(content))
    return content[:at] + bytes(len(content) - at)


DAMAGES = (
    flip_a_bit, cut_the_end, cut_the_start, cut_a_piece, insert_bytes, insert_a_printable, flip_a_letter, change_a_digit, double_a_line,
    lose_a_line, swap_two_lines, lose_a_line_end, other_line_ends, other_encoding, swap_blocks, twice, zeros,
)  # fmt: skip


def damage(dice, site):
    """Do something to one or two files of the site; what it was, in words."""
    if dice.random() < 0.08:
        one, two = (getattr(site, name) for name in dice.sample(ARTIFACTS, 2))
        first, second = one.read_bytes(), two.read_bytes()
        site.write(one, second)
        site.write(two, first)
        return f"swap {one.name} and {two.name}"
    done = []
    for _ in range(dice.choice((1, 1, 1, 2))):
        path = getattr(site, dice.choice(ARTIFACTS))
        how = dice.choice(DAMAGES)
        content = path.read_bytes()
        if content:
            site.write(path, how(dice, content))
            done.append(f"{how.__name__} {path.name}")
    return ", ".join(done)


# What OpenSSL says of it


def settings_of(ini, agent):
    """The settings as the simplest reader would take them; the defaults for those that are absent."""
    found, section = {}, b""
    for line in map(bytes.strip, ini.read_bytes().split(b"\n")):
        if line.startswith(b"["):
            section = line.split(b"]")[0] + b"]"
        name, equals, value = line.partition(b"=")
        if equals and section == b"[ITA SSL]" and name.strip() in map(str.encode, DEFAULTS):
            found.setdefault(name.strip().decode(), os.fsdecode(value.strip()))
    folder = agent / "ITA/cpa/ita/cert"
    return {
        name: found.get(name) or str(folder / default) if name != "key_db_name" else found.get(name, default) for name, default in DEFAULTS.items()
    }


def refusal(site):
    """Why OpenSSL does not take the files that the settings name; '' where it does."""
    try:
        names = settings_of(site.ini, site.agent)
        folder, suffix = names["key_repository_dir"], names["key_db_name"]
        password = base64.b64decode(b"".join(Path(names["password_file"]).read_bytes().split()), validate=True)
        if not password:
            return "no password"
        Path(names["random_file"]).stat()
        for name in ("pub", "cert"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_cert_chain(f"{folder}/ita_{name}{suffix}.pem", f"{folder}/ita_prv{suffix}.pem", password)
        context.load_verify_locations(f"{folder}/ita_ca_cert{suffix}.pem")
    except (OSError, ValueError, binascii.Error) as why:
        return f"{type(why).__name__}: {why}"
    return ""


def test_no_silent_false_ok(site):
    """After any damage the verdict is made without a bug of ours, and it is never healthy where OpenSSL refuses a file."""
    whole = {name: getattr(site, name).read_bytes() for name in ARTIFACTS}
    wrong = []
    assert not judged(site.ini).root_causes
    for number in range(ROUNDS):
        seed = f"{SEED}-{number}"
        what = damage(random.Random(seed), site)

        found = judged(site.ini)

        broken = [finding for finding in found.findings if finding.status is Status.BROKEN]
        why = refusal(site)
        if broken or (why and not found.root_causes):
            kept = site.top / f"wrong-{number}"
            kept.mkdir()
            for name in ARTIFACTS:
                (kept / name).write_bytes(getattr(site, name).read_bytes())
            wrong.append(f"seed {seed}: {what}: {[finding.rule for finding in broken] or why} (kept in {kept})")
        for name, content in whole.items():
            site.write(getattr(site, name), content)
    assert not wrong, "\n".join(wrong)

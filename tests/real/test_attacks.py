"""The owner of the files means harm while root judges them: no hang, no traceback, no device opened, no memory eaten, nothing to the terminal."""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import re
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from builders import name as name_of
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.host.posix import PosixHost
from ita_doctor.sandbox.installation import build, name_master, read, write
from ita_doctor.sandbox.master import Master
from laboratory.asn1 import AES_256_CBC, PBES2, PBKDF2, SCRYPT, as_pem, der, number, oid

SUFFIX = "nc117031"
NASTY = "\x1b]0;own\x07\u202e\x9b31m\x7f"
UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
COLORS = re.compile("\x1b\\[[0-9;]*m")
ECDSA_SHA256 = "2a8648ce3d040302"
RSA_SHA256 = "2a864886f70d01010b"


class Installation:
    """An installation on disk, and the whole program run over it."""

    def __init__(self, root):
        self.sandbox = build(str(root))
        name_master(self.sandbox, 31116)
        ita = os.path.join(self.sandbox.agent, "ITA", "cpa")
        self.folder = self.sandbox.folder
        self.ini = os.path.join(ita, "ita", "ita.ini")
        self.job = os.path.join(ita, "config", "JobManager.ini")
        self.prv = os.path.join(self.folder, f"ita_prv{SUFFIX}.pem")
        self.pub = self.sandbox.pub
        self.cert = os.path.join(self.folder, f"ita_cert{SUFFIX}.pem")

    def check(self, *options, memory=1 << 30, wait=60):
        """(status, report, seconds, peak of memory in MiB) of one process that has little memory."""

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

        command = [sys.executable, "-m", "ita_doctor", "check", self.sandbox.agent, "--format", "json", "--skip", "ITA-FILE-008", *options]
        wrapped = f"import resource, subprocess, sys; p = subprocess.run({command!r}, stdin=subprocess.DEVNULL)\n"
        wrapped += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, p.returncode, file=sys.stderr)"
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-S", "-c", wrapped], capture_output=True, timeout=wait, preexec_fn=limit, check=False)
        seconds = time.monotonic() - started
        *wrong, last = done.stderr.splitlines()
        assert [] == wrong
        peak, status = map(int, last.split())
        (report,) = json.loads(done.stdout)["installations"]
        return status, report, seconds, peak >> 10


@pytest.fixture
def agent(tmp_path):
    """A healthy installation."""
    return Installation(tmp_path / "s")


def offline(agent, *options, **more):
    """The report of a run without network that is not broken and took seconds."""
    _, report, seconds, peak = agent.check("--offline", *options, **more)
    assert 0 == report["counts"]["broken"], [one["message"] for one in report["findings"] if one["status"] == "broken"]
    assert seconds < 20  # some seconds where nobody else is at work
    return report, peak


def certificate(spki, *, algorithm, signature, serial=1, subject="x", begin=b"20250101000000Z", end=b"20350101000000Z"):
    """A certificate of any bytes, which issued itself."""
    how = der(0x30, oid(algorithm))
    named = name_of(subject).public_bytes()
    body = der(0x30,
        der(0xA0, number(2)), number(serial), how, named, der(0x30, der(0x18, begin), der(0x18, end)), named, spki
    )  # fmt: skip
    return as_pem("CERTIFICATE", der(0x30, body, how, der(3, b"\0" + signature)))


def elliptic(curve=ec.SECP256R1):
    """(spki, a signature that is none of it)."""
    key = ec.generate_private_key(curve())
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), der(0x30, number(1 << 200), number(1 << 201))


def rsa_spki(modulus, exponent):
    return der(0x30, der(0x30, oid("2a864886f70d010101"), der(5, b"")), der(3, b"\0" + der(0x30, number(modulus), number(exponent))))


def odd(bits):
    return secrets.randbits(bits) | 1 | 1 << (bits - 1)


def locked(derivation):
    """A key behind a lock that nobody made."""
    aes = der(0x30, oid(AES_256_CBC), der(4, bytes(16)))
    return as_pem("ENCRYPTED PRIVATE KEY", der(0x30, der(0x30, oid(PBES2), der(0x30, derivation, aes)), der(4, bytes(1232))))


def scrypt(rounds, size, parallel):
    costs = der(0x30, der(4, b"saltsalt"), number(rounds), number(size), number(parallel))
    return locked(der(0x30, oid(SCRYPT), costs))


# What is opened and read


@pytest.mark.parametrize("artifact", ["pub", "prv", "ini"])
def test_a_lease_on_a_file_is_no_bug_of_ours(agent, artifact):
    """A file whose owner holds a lease on it cannot be opened at once: a finding, neither a wait nor BROKEN."""
    if not hasattr(fcntl, "F_SETLEASE"):
        pytest.skip("needs Linux")
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    with open(getattr(agent, artifact), "rb") as file:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        try:
            report, _ = offline(agent)
        finally:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            signal.signal(signal.SIGIO, before)

    assert report["root_causes"]


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/dev/full", "/", "/proc/self/fd/0"])
def test_what_was_put_in_the_place_of_a_file_is_not_opened(tmp_path, path):
    """A device put where a regular file was seen is looked at, and not opened: to open some does something."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    link, log = tmp_path / "link", tmp_path / "log"
    link.symlink_to(path)
    code = f"from ita_doctor.host.posix import PosixHost\ntry:\n    PosixHost().read({str(link)!r}, 9)\nexcept OSError:\n    print('refused')"
    command = ["strace", "-f", "-o", str(log), "-e", "trace=open,openat", sys.executable, "-c", code]

    done = subprocess.run(command, capture_output=True, stdin=subprocess.PIPE, check=False)

    if b"ptrace" in done.stderr:
        pytest.skip("this machine forbids ptrace")
    assert b"refused\n" == done.stdout
    assert [] == [call for call in log.read_text().splitlines() if f'"{link}"' in call and "O_PATH" not in call]


def test_a_fifo_is_refused_at_once(tmp_path):
    """A FIFO that was put there after the look raises OSError and does not wait for a writer."""
    os.mkfifo(tmp_path / "x")
    started = time.monotonic()

    with pytest.raises(OSError, match="not a regular file"):
        PosixHost().read(str(tmp_path / "x"), 9)

    assert time.monotonic() - started < 1


@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="needs /proc")
def test_a_file_of_the_kernel_is_not_read():
    """What has no size and yet content, as under /proc, is not read: reading some of it takes something away, or waits."""
    assert b"" == PosixHost().read("/proc/self/environ", 9)


def test_no_more_than_the_limit_is_read(tmp_path):
    """A file that grew after the look is read up to the limit."""
    (tmp_path / "x").write_bytes(b"x" * 5000)

    assert b"x" * 4096 == PosixHost().read(str(tmp_path / "x"), 4096)


# What costs time


@pytest.mark.parametrize("costs", [(2, 1 << 18, 16), (2, 1, 1 << 22), (1 << 16, 9, 1)])
def test_scrypt_beyond_memory_is_not_tried(agent, costs):
    """Where scrypt takes more than 64 MiB, be it for its blocks alone, the key is not tried."""
    write(agent.prv, scrypt(*costs), 0o600)

    report, peak = offline(agent)

    assert ["ITA-KEY-001"] == report["root_causes"]
    assert peak < 64


SLOW_KEYS = {
    "long-primes": lambda n: (n, 65537, 3, odd(20000), odd(20000), odd(2000), odd(2000), 5),
    "long-exponent": lambda n: (n, 65537, odd(60000), odd(1024), odd(1024), odd(1000), odd(1000), 5),
    "long-modulus": lambda _: (odd(40000), 65537, odd(40000), 1, 1, 1, 1, 1),
}


@pytest.mark.parametrize("kind", sorted(SLOW_KEYS))
def test_a_key_made_to_be_slow_is_never_used(agent, kind):
    """An RSA key with numbers that would keep one call of OpenSSL busy for minutes is ITA-KEY-001, and no handshake is made with it."""
    numbers = SLOW_KEYS[kind](rsa.generate_private_key(65537, 2048).public_key().public_numbers().n)
    own = certificate(rsa_spki(numbers[0], 65537), algorithm=RSA_SHA256, signature=b"\1" * 256, subject=SUFFIX)
    write(agent.pub, own)
    write(agent.cert, own)
    write(agent.sandbox.bundle, own + read(agent.sandbox.server))
    write(agent.prv, as_pem("RSA PRIVATE KEY", der(0x30, number(0), *map(number, numbers))), 0o600)

    with Master(agent.sandbox.server, agent.sandbox.server_key, agent.sandbox.stranger) as master:
        name_master(agent.sandbox, master.port)
        _, report, seconds, _ = agent.check("--timeout", "1")

    assert "ITA-KEY-001" in report["root_causes"]
    assert seconds < 5


def test_a_bundle_of_slow_signatures_takes_seconds(agent):
    """Hundreds of certificates of one name, each with an RSA exponent as long as its modulus."""
    made = [
        certificate(rsa_spki(odd(3072), odd(3071)), algorithm=RSA_SHA256, signature=b"\1" + secrets.token_bytes(383), serial=serial)
        for serial in range(1, 300)
    ]
    write(agent.sandbox.bundle, read(agent.pub) + b"".join(made))

    report, peak = offline(agent)

    assert [] == report["root_causes"]
    assert peak < 64


@pytest.mark.slow
def test_a_bundle_of_one_name_takes_seconds(agent):
    """1,700 certificates of one name and a slow curve."""
    spki, signature = elliptic(ec.SECP521R1)
    made = [certificate(spki, algorithm="2a8648ce3d040304", signature=signature, serial=serial) for serial in range(1, 1700)]
    write(agent.sandbox.bundle, read(agent.pub) + b"".join(made))

    offline(agent, wait=300)


@pytest.mark.slow
def test_a_slow_lock_is_tried_for_seconds(agent):
    """PBKDF2 of nearly 10^7 rounds and a stash with many readings."""
    sha512 = der(0x30, oid("2a864886f70d020b"), der(5, b""))
    write(agent.prv, locked(der(0x30, oid(PBKDF2), der(0x30, der(4, b"saltsalt"), number(9_999_999), sha512))), 0o600)
    write(agent.sandbox.stash, base64.encodebytes(base64.b64encode(b"hello world \n") + b" \n"), 0o600)

    offline(agent, wait=300)


def test_a_hundred_masters_need_no_hundred_threads(agent):
    """JobManager.ini may name a hundred masters: their names are asked for by few threads, in little memory."""
    backups = ",".join(f"https://h{index}.invalid:1/x" for index in range(100))
    job = f"[ResourceAdvisorAgent]\nResourceAdvisorUrl = https://127.0.0.1:1/x\nBackupResourceAdvisorUrls = {backups}\n"
    write(agent.job, job.encode())

    status, report, seconds, peak = agent.check("--timeout", "1", memory=512 << 20)

    assert 2 == status
    assert ["ITA-NET-002"] == report["root_causes"]
    assert seconds < 5
    assert peak < 64


# What no calendar, no folder and no file was meant to hold


@pytest.mark.parametrize(
    "times", [(b"00000101000000Z", b"00000102000000Z"), (b"00000101000000Z", b"99991231235959Z"), (b"20250230000000Z", b"20350231000000Z")]
)
def test_times_of_no_calendar_are_judged(agent, times):
    """OpenSSL reads certificates of the year 0; so do we, and they can be written into a report."""
    spki, signature = elliptic()
    odd_one = certificate(spki, algorithm=ECDSA_SHA256, signature=signature, subject=SUFFIX, begin=times[0], end=times[1])
    write(agent.pub, odd_one)
    write(agent.sandbox.bundle, odd_one + read(agent.sandbox.bundle))

    report, _ = offline(agent)

    assert {"ITA-CERT-002"} & set(report["root_causes"])


def test_a_thousand_settings_are_healthy(agent):
    """Settings that we do not know are no fault, however many."""
    write(agent.ini, read(agent.ini) + b"".join(b"setting_%d = %d\n" % (index, index) for index in range(1000)))

    report, peak = offline(agent)

    assert [] == report["root_causes"]
    assert peak < 64


@pytest.mark.parametrize("value", ["/" + "a/" * 2047 + "x", "/" + "é" * 255, "/proc/self/fd", "/dev", "/" + "a" * 5000, "//" * 2000, "/\udcff\udcfe"])
def test_a_folder_that_nobody_would_name_is_a_finding(agent, value):
    """key_repository_dir of 4096 bytes, of names that are too long, of no encoding, or where devices are."""
    old = read(agent.ini)
    line = f"key_repository_dir = {agent.folder}".encode()
    write(agent.ini, old.replace(line, b"key_repository_dir = " + value.encode("utf-8", "surrogateescape")))

    report, _ = offline(agent)

    assert report["root_causes"]


def test_names_of_any_bytes_lie_about(agent):
    """Names of 255 bytes, of control characters and of no encoding beside the files: each is shown harmless or passed over."""
    for name in (
        b"\xff\xfe",
        b"\x1b[31m",
        b"a" * 255,
        f"{SUFFIX}.sth".encode() + b"\x1b[2J",
        b"ita_prv" + SUFFIX.encode() + b".pem.\xff",
        b"-rf",
        b"a\nb",
    ):
        with open(os.path.join(os.fsencode(agent.folder), name), "wb") as file:
            file.write(b"x")

    report, _ = offline(agent)

    assert ["ITA-FILE-011"] == report["root_causes"]
    assert not UNSHOWN.search("".join(one["message"] for one in report["findings"]))


FLOODS = {
    "ini-doubles": lambda agent: write(agent.ini, read(agent.ini) + b"key_db_name = y\n" * 20000),
    "ini-slips": lambda agent: write(agent.ini, read(agent.ini) + b"key_repository_dirr = x\n" * 10000),
    "blocks": lambda agent: write(agent.sandbox.bundle, read(agent.pub) + b"-----BEGIN X-----\nMAA=\n-----END X-----\n" * 10000),
    "strays": lambda agent: [write(os.path.join(agent.folder, f"{SUFFIX}.sth.{index}"), b"x") for index in range(5000)],
}


@pytest.mark.parametrize("kind", sorted(FLOODS))
def test_a_flood_of_faults_is_said_in_few_words(agent, kind):
    """Thousands of faults of one kind need no more memory, and no longer report, than a hundred."""
    FLOODS[kind](agent)

    report, peak = offline(agent)

    assert len(report["findings"]) < 1000
    assert peak < 64


# What reaches the terminal


def said(*argv):
    """All that is printed, colours taken away."""
    out, err = io.StringIO(), io.StringIO()
    main(list(argv), Console(out, err))
    return COLORS.sub("", out.getvalue()) + err.getvalue()


OPTIONS = (
    "--master", "--server-cert", "--ca-cert", "--user", "--suffix", "--at", "--due", "--timeout", "--only", "--skip", "--rules", "--format",
    "--color", "--output", "--there-is-none",
)  # fmt: skip


@pytest.mark.parametrize("option", OPTIONS)
def test_no_option_reaches_the_terminal_raw(agent, option):
    """Whatever an option is given, what is said of it moves no cursor."""
    value = f"/there/is/no/{NASTY}" if option == "--output" else NASTY

    for words in ((option, value), (f"{option}={value}",), (f"{option}{value}",)):
        assert not UNSHOWN.search(said("check", agent.sandbox.agent, "--offline", *words))


@pytest.mark.parametrize("command", ["check", "inspect", "explain", "rules", "demo", NASTY, f"--{NASTY}"])
def test_no_argument_reaches_the_terminal_raw(command):
    """A path, a rule, a command or an argument too many: what is said of it moves no cursor."""
    for words in ((f"/tmp/{NASTY}",), ("--offline", f"/tmp/{NASTY}", "-v"), (f"--{NASTY}",), (f"-{NASTY}",), (NASTY, NASTY)):
        shown = said(command, *words)
        assert shown
        assert not UNSHOWN.search(shown)


@pytest.mark.parametrize("color", ["never", "always"])
def test_no_path_or_value_reaches_the_terminal_raw(agent, tmp_path, color):
    """Folders, settings, sections, links and subjects with escapes in them are shown with these made visible."""
    home = str(tmp_path / NASTY)
    shutil.move(agent.sandbox.agent, home)
    ini = os.path.join(home, "ITA", "cpa", "ita", "ita.ini")
    folder = os.path.join(home, "ITA", "cpa", "ita", "cert")
    spki, signature = elliptic()
    subject = certificate(spki, algorithm=ECDSA_SHA256, signature=signature, subject=f"x{NASTY}")
    bundle = os.path.join(folder, f"ita_ca_cert{SUFFIX}.pem")
    write(bundle, subject + read(bundle) + subject)
    os.unlink(os.path.join(folder, f"{SUFFIX}.rnd"))
    os.symlink(f"/{NASTY}", os.path.join(folder, f"{SUFFIX}.rnd"))
    settings = read(ini).replace(agent.folder.encode(), folder.encode())
    write(ini, settings + f"key_repository_dirr{NASTY} = x\nssl_port = {NASTY}\n[{NASTY}]\n".encode())
    shown = [said("check", home, "--offline", "-v", "--color", color), said("inspect", bundle, ini, folder, "--color", color)]
    write(ini, settings.replace(b"31114", NASTY.encode()).replace(b"cert_label = ", b"cert_label = \xe2\x80\xae"))
    shown.append(said("check", home, "--offline", "-v", "--color", color))
    write(ini, f"[ITA SSL]\nkey_repository_dir = {folder}\nkey_db_name = n\u202e\x85\npassword_file = /\u202e\x9b.sth\n".encode())
    shown.append(said("check", home, "--offline", "-v", "--color", color))

    assert [] == [found.group() for text in shown for found in UNSHOWN.finditer(text)]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_traceback(agent, closed):
    """Without standard output or standard error the status is still told."""
    command = f"{sys.executable} -m ita_doctor check {agent.sandbox.agent} --offline --skip FILE-008 {closed}"

    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)

    assert (3, b"") == (done.returncode, done.stderr) or (0, b"") == (done.returncode, done.stderr)

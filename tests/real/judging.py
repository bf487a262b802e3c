"""One run of the program as a whole process, and what must be true of every run."""

from __future__ import annotations

import base64
import binascii
import contextlib
import functools
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = Path(__file__).parents[2]
WORDS_OF_MANUALS = (b"default", b"password", b"maestro00", b"changeit", b"nc117031")
TIMEOUT = 2
WITHOUT_POWER = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


class Run(NamedTuple):
    """What one process did."""

    out: bytes
    err: bytes
    status: int
    seconds: float


def program(site, *argv, powerless=False):
    """Run the program that this interpreter would import: the installed one, or that of PYTHONPATH."""
    if powerless and shutil.which("setpriv") is None:
        pytest.skip("needs setpriv")
    environment = {**os.environ, "ITA_DOCTOR_STATE": str(site.top / "state"), "HOME": str(site.top), "LC_ALL": "C.UTF-8"}
    command = [*(WITHOUT_POWER if powerless else ()), sys.executable, "-m", "ita_doctor", *map(os.fspath, argv)]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, env=environment, check=False)
    run = Run(done.stdout, done.stderr, done.returncode, time.monotonic() - started)
    assert b"Traceback" not in run.err, run.err.decode(errors="replace")
    return run


def inside(*argv):
    """The same in this process, which costs a tenth."""
    out, err = io.StringIO(), io.StringIO()
    started = time.monotonic()
    status = main([os.fspath(word) for word in argv], Console(out, err))
    words = [stream.getvalue().encode(errors="surrogateescape") for stream in (out, err)]
    return Run(*words, status, time.monotonic() - started)


@functools.cache
def severities():
    """Of each rule, from its own file."""
    files = (PROJECT / "rules").rglob("ITA-*.toml")
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["severity"] for path in files}


def picture(site):
    """All of the laboratory on disk: kind, mode, owner, times, content."""
    seen = {}
    for path in sorted((site.top, *site.top.rglob("*"))):
        status = path.lstat()
        content = str(path.readlink()) if path.is_symlink() else ""
        if stat.S_ISREG(status.st_mode) and status.st_size < 1 << 24:
            with contextlib.suppress(PermissionError):  # a file that its own owner may not read
                content = hashlib.sha256(path.read_bytes()).hexdigest()
        seen[os.fspath(path)] = (status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, status.st_ctime_ns, content)
    return seen


def secrets(site):
    """The password and what is stashed, in every form in which they could slip out."""
    words = {site.password}
    with contextlib.suppress(OSError, binascii.Error):
        if stat.S_ISREG(site.stash.stat().st_mode):
            words.add(base64.b64decode(site.stash.read_bytes()))
    forms = set()
    for word in words:
        if len(word.strip()) < 6:
            continue
        if word.lower() not in WORDS_OF_MANUALS:
            forms.add(word)
            forms.add(json.dumps(word.decode("latin-1")).strip('"').encode())
        forms |= {base64.b64encode(word), word.hex().encode(), word.hex().upper().encode()}
    return forms


def leaks(site, *runs):
    """Whether a run said a secret; not which, so that the failure does not say it again."""
    return any(secret in run.out + run.err for run in runs for secret in secrets(site))

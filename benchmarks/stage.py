"""What the benchmarks are played on: an installation made by openssl, an installed wheel, and a stopwatch."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
OPERATOR = HERE / "operator.sh"
SUFFIX = "nc117031"

INI = """\
# ita.ini
[ITA]
name = ita

[ITA SSL]
ssl_port = 31114
tcp_port = 0
verify_cn_string =
password_file = {folder}/{suffix}.sth
random_file = {folder}/{suffix}.rnd
cert_label = {suffix}
key_db_name = {suffix}
key_repository_dir = {folder}
"""

JOB = """\
[ResourceAdvisorAgent]
FullyQualifiedHostname = nc117031
ResourceAdvisorUrl = https://nc060201:31116/JobManagerRESTWeb/JobScheduler/resource
"""


class Stage(NamedTuple):
    """One installation."""

    ini: Path
    server: Path
    """The master's certificate, as step 12 exports it."""

    def operator(self) -> List[str]:
        """The command line of the script."""
        return ["/bin/sh", str(OPERATOR), str(self.ini), str(self.server), getpass.getuser()]


class Program(NamedTuple):
    """The program that is measured."""

    command: List[str]
    python: str


class Lap(NamedTuple):
    """One run of a command."""

    seconds: float
    peak: int
    """Bytes of memory at most, by the system's own account."""


def build(root: Path) -> Stage:
    """Follow the procedure below *root* with the real openssl; no secret is in an argument."""
    desk = root / "desk"
    desk.mkdir()
    (desk / "pwd").write_text(secrets.token_urlsafe(12), encoding="ascii")
    ask = ["-passin", "file:pwd"]
    _openssl(desk, "rand", "-out", "rnd", "8192")  # step 3
    _openssl(desk, "genrsa", "-des3", "-passout", "file:pwd", "-out", "key", "2048")  # step 4
    _openssl(desk, "base64", "-in", "pwd", "-out", "sth")  # step 6
    _openssl(desk, "req", "-new", "-key", "key", *ask, "-subj", "/C=IT/O=Example/CN=nc117031", "-out", "csr")  # step 7
    for name, common in (("ca", "TWSca"), ("server", "nc060201")):
        _openssl(
            desk, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-days", "3650", "-subj", f"/CN={common}", "-out", name
        )
    _openssl(desk, "x509", "-req", "-CA", "ca", "-CAkey", "ca.key", "-CAcreateserial", "-days", "365", "-in", "csr", "-out", "crt")  # step 8
    stage = lay(root / "TWS", desk)
    shutil.rmtree(desk)
    return stage


def _openssl(desk: Path, *argv: str) -> None:
    subprocess.run(["openssl", *argv], cwd=desk, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lay(agent: Path, desk: Path) -> Stage:
    """Steps 9 to 16: the six files and the settings in their places."""
    folder = agent / "ITA" / "cpa" / "ita" / "cert"
    own, server = (desk / "crt").read_bytes(), (desk / "server").read_bytes()
    put(folder / f"{SUFFIX}.rnd", (desk / "rnd").read_bytes())
    put(folder / f"ita_prv{SUFFIX}.pem", (desk / "key").read_bytes(), mode=0o600)
    put(folder / f"{SUFFIX}.sth", (desk / "sth").read_bytes(), mode=0o600)
    put(folder / f"ita_pub{SUFFIX}.pem", own)
    put(folder / f"ita_cert{SUFFIX}.pem", own)
    put(folder / f"ita_ca_cert{SUFFIX}.pem", own + server)
    put(folder / "server.pem", server)
    put(agent / "ITA" / "cpa" / "config" / "JobManager.ini", JOB.encode())
    ini = put(agent / "ITA" / "cpa" / "ita" / "ita.ini", INI.format(folder=folder, suffix=SUFFIX).encode())
    return Stage(ini, folder / "server.pem")


def put(path: Path, content: bytes, *, mode: int = 0o644) -> Path:
    """Write a file of exactly *mode*, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def copy(stage: Stage, agent: Path) -> Stage:
    """The same installation at another place, with settings that name its own files."""
    old = stage.ini.parents[3]
    shutil.copytree(old, agent)
    ini = agent / stage.ini.relative_to(old)
    ini.write_text(ini.read_text(encoding="ascii").replace(f"{old}/", f"{agent}/"), encoding="ascii")
    return Stage(ini, agent / stage.server.relative_to(old))


def program(root: Path, python: Optional[str]) -> Program:
    """
    ita-doctor of *python*, where one is given and has it installed, else of a wheel of this checkout in a venv of its own.

    A checkout would be measured wrongly: it has no compiled rules, and may have no .pyc.
    """
    if python is None:
        home = root / "venv"
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", str(CHECKOUT)], check=True, cwd=root)
        python = str(home / "bin" / "python")
    beside = Path(python).with_name("ita-doctor")
    return Program([str(beside)] if beside.exists() else [python, "-m", "ita_doctor"], python)


def lap(command: Sequence[str], *, wanted: int = 0) -> Lap:
    """Run *command* once; a status other than *wanted* stops the benchmark: what is not healthy is not comparable."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    started = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != wanted:
        raise SystemExit(f"exit status {child.returncode}, wanted {wanted}: {' '.join(command[:6])}")
    return Lap(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

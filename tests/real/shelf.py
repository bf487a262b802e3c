"""
Files of every kind that people confuse, each with the line of shell that makes it and what it is by the contract.

A row is name, how it is made ($F is the file), kind, form, encoding, encrypted, and the kinds of its blocks; `-` is null or nothing. `yes` and
`no` are encrypted and in clear. The rows were written from the contract, not from what the program said.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Tuple

PASSWORD = "Xk3-vale-94"

# What the lines below start from; made once.
GROUND = """
openssl genrsa -out key 2048
openssl rsa -in key -traditional -out old
openssl ecparam -name prime256v1 -genkey -out ec
openssl genpkey -algorithm ed25519 -out ed
openssl dsaparam -genkey -noout -out dsa.new 1024
openssl pkey -in dsa.new -out dsa
openssl req -new -key key -subj /C=IT/O=Example/CN=nc117031 -out request
openssl req -x509 -newkey rsa:2048 -nodes -keyout cakey -subj /CN=TWSca -days 900 -out ca
openssl x509 -req -CA ca -CAkey cakey -days 365 -in request -CAcreateserial -out cert
openssl req -x509 -key key -subj /CN=master -days 30 -out v3
openssl x509 -in v3 -outform DER -out v3der
: > index; echo 01 > crlnumber
printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\ncrlnumber=crlnumber\\ndefault_md=sha256\\ndefault_crl_days=9\\n' > ca.cnf
openssl ca -config ca.cnf -gencrl -keyfile cakey -cert ca -out crl
openssl pkcs8 -topk8 -in key -v2 des3 -passout pass:$P -out locked
printf %s $P > word; openssl base64 -in word -out stash
openssl crl2pkcs7 -nocrl -certfile v3 -out p7
openssl pkcs12 -export -inkey key -in cert -passout pass:$P -out p12
ssh-keygen -q -t rsa -b 2048 -N "" -C agent -f ssh
keytool -genkeypair -alias server -keyalg RSA -keysize 2048 -keystore jks -storetype JKS -storepass default -keypass default -dname CN=m
cat cert v3 > bundle
"""

INI = """# the agent's settings
[ITA]
name = ita

[ITA SSL]
tcp_port = 0
ssl_port = 31114
cert_label = nc117031
key_db_name = nc117031
key_repository_dir = /opt/hcl/TWS/ITA/cpa/ita/cert
password_file = /opt/hcl/TWS/ITA/cpa/ita/cert/nc117031.sth
random_file = /opt/hcl/TWS/ITA/cpa/ita/cert/nc117031.rnd
"""
JOB = """[ITA]
https_proxy =

[ResourceAdvisorAgent]
BackupResourceAdvisorUrls = "https://nc060202:31116/JobManagerRESTWeb/JobScheduler/resource"
FullyQualifiedHostname = nc117031.example.com
ResourceAdvisorUrl = https://nc060201:31116/JobManagerRESTWeb/JobScheduler/resource
"""
GATEWAY = """[JobManagerGW]
JobManagerGWURIs = https://localhost:31114/ita/JobManagerGW/JobManagerRESTWeb/JobScheduler/resource

[ResourceAdvisorAgent]
ResourceAdvisorUrl = https://nc060201:31116/JobManagerRESTWeb/JobScheduler/resource
"""
LOCALOPTS = """#
# TWS localopts
#
thiscpu           =NC117031
merge stdlists    =yes
stdlist width     =80
syslog local      =-1
nm port           =31111
bm look           =15
jm read           =10
mm read           =15
SSL key           ="/opt/hcl/TWS/ssl/TWSPrivateKey.pem"
"""


def gskit(password: bytes, size: int) -> bytes:
    """A stash of GSKit's: the older layout of 129 bytes or the newer of 193."""
    chance = random.Random(size)
    if size == 129:
        return bytes(byte ^ 0xF5 for byte in password + b"\0" + chance.randbytes(128 - len(password)))
    salt = chance.randbytes(32)
    return salt + hashlib.sha256(b"\1" + salt).digest() + chance.randbytes(129)


def key_database(version: int) -> bytes:
    """The head of a GSKit key database, and records behind it."""
    head = bytes([0x37, 0x48, version, 2]) + bytes(4) + b"X509KEY\0"
    return head + bytes(40) + random.Random(version).randbytes(5000) + bytes(75)


# Files for which there is no tool: by the documented layout, or plain words.
GIVEN: Dict[str, bytes] = {
    "gskit4": key_database(4),
    "gskit6": key_database(6),
    "gskit3": key_database(3),
    "sth129": gskit(b"maestro00", 129),
    "sth193": gskit(b"maestro00", 193),
    "ini": INI.encode(),
    "job": JOB.encode(),
    "gateway": GATEWAY.encode(),
    "localopts.txt": LOCALOPTS.encode(),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1" + random.Random(7).randbytes(9000),
    "bc": bytes([0, 0, 0, 2, 0, 0, 0, 20]) + random.Random(8).randbytes(900),
    "putty": b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: x\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 00\n",
}


KINDS = (
    "private-key", "public-key", "certificate", "certificates", "certificate-request", "crl", "pkcs7", "pkcs12", "jks", "jceks", "gskit-kdb",
    "gskit-stash", "stash", "seed", "ita-ini", "jobmanager-ini", "localopts", "mixed", "text", "unknown", "empty",
)  # fmt: skip
"""The contract's closed list, but for what is never read."""


class Row(NamedTuple):
    """One file and what it is."""

    name: str
    how: str
    kind: str
    form: Optional[str]
    encoding: Optional[str]
    encrypted: Optional[bool]
    holds: Tuple[str, ...]
    says: Tuple[str, ...]
    """Words that stand in its sentence."""

    @property
    def answer(self) -> Tuple[object, ...]:
        """The fields that the contract has a closed list for."""
        return self.kind, self.form, self.encoding, self.encrypted, self.holds


def rows_of(table: str) -> Tuple[Row, ...]:
    """The rows of a table: `name | how | kind form encoding encrypted | blocks | words`, the last two may be absent (blocks: `=` is the kind, or one of them)."""
    rows = []
    for line in table.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split(" | ")]
        at = next(at for at, part in enumerate(parts) if at > 1 and len(part.split()) == 4 and part.split()[0] in KINDS)  # a shell has pipes, too
        name, how, facts, more = parts[0], " | ".join(parts[1:at]), parts[at], parts[at + 1 :]
        kind, form, encoding, lock = (None if word == "-" else word for word in facts.split())
        one = "certificate" if kind == "certificates" else kind or ""
        blocks = [one if word == "=" else word for word in more[0].split() if word != "-"] if more else []
        words = more[1].split(", ") if len(more) > 1 else []
        rows.append(Row(name, how, kind or "", form, encoding, {"yes": True, "no": False, None: None}[lock], tuple(blocks), tuple(words)))
    return tuple(rows)


def environment(target: Path) -> Dict[str, str]:
    """What the lines of shell see: the password and the name of the file that is to be made."""
    return {**os.environ, "P": PASSWORD, "F": str(target), "LC_ALL": "C.UTF-8"}


def shell(line: str, folder: Path, target: Path) -> None:
    """Run a line of shell in *folder*; the test fails with what it said."""
    done = subprocess.run(["sh", "-ec", line], cwd=folder, capture_output=True, check=False, env=environment(target), stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{line}: {(done.stdout + done.stderr).decode(errors='replace')}"


def lay_ground(folder: Path) -> Path:
    """The files from which the others are made."""
    for name, content in GIVEN.items():
        (folder / name).write_bytes(content)
    shell(GROUND, folder, folder)
    return folder

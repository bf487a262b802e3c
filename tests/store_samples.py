"""Key stores of Java, written by hand."""

import hashlib
import struct

from builders import SUFFIX, der, healthy_bytes

PASSWORD = "default"


def utf(text):
    raw = text.encode("utf-8", "surrogatepass")
    return struct.pack(">H", len(raw)) + raw


def block(raw):
    return struct.pack(">I", len(raw)) + raw


def trusted(alias, der, version=2):
    return struct.pack(">I", 2) + utf(alias) + struct.pack(">Q", 1_700_000_000_000) + (utf("X.509") if version == 2 else b"") + block(der)


def sealed(alias, key, *chain):
    return (
        struct.pack(">I", 1) + utf(alias) + struct.pack(">Q", 0) + block(key) + struct.pack(">I", len(chain))
        + b"".join(utf("X.509") + block(der) for der in chain)
    )  # fmt: skip


def store(*entries, password=PASSWORD, magic=b"\xfe\xed\xfe\xed", version=2, count=None):
    body = magic + struct.pack(">II", version, len(entries) if count is None else count) + b"".join(entries)
    return body + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()


# The master's files beside an installation in memory

ETC = "/opt/HCL/TWA/WAS/TWSprofile/etc"
KEYS, TRUSTED = f"{ETC}/TWSServerKeyFile.jks", f"{ETC}/TWSServerTrustFile.jks"
BESIDE = "/opt/hcl/WAS/TWSprofile/etc"
"""Where a master has its stores that is installed beside the agent of builders.House."""


def key_store(*, alias="server", certificate=None, **more):
    """The master's own; *certificate* (PEM) is what stands under *alias*."""
    return store(sealed(alias, b"locked", der(certificate or healthy_bytes().master)), **more)


def trust_store(*certificates, alias=SUFFIX, **more):
    """One that trusts these certificates (PEM), the first under *alias*; without any the agent's."""
    found = certificates or (healthy_bytes().own,)
    return store(*(trusted(f"other{number}" if number else alias, der(one)) for number, one in enumerate(found)), **more)


def with_stores(house, *, keys=None, trusts=None, folder=ETC):
    """The installation with both stores of its master in *folder*."""
    house.write(f"{folder}/TWSServerKeyFile.jks", key_store() if keys is None else keys)
    return house.write(f"{folder}/TWSServerTrustFile.jks", trust_store() if trusts is None else trusts)


def given_stores(house, **stores):
    """The same, named by both options."""
    return with_stores(house, **stores).ask(server_keystore=KEYS, trust_keystore=TRUSTED)

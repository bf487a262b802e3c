"""ITA-KEY-006: The agent's OpenSSL can read the key's encryption."""

from __future__ import annotations

import pytest

from builders import House, book, fixture, judge
from ita_doctor.checks.key import agent_reads
from ita_doctor.model.artifact import KeyFile, KeyLock
from ita_doctor.model.finding import Status
from ita_doctor.model.secret import Secret


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-KEY-006"].status


def test_scrypt_fails(healthy: House) -> None:
    """scrypt is unknown to OpenSSL 1.0."""
    judged = judge(healthy.write("prv", fixture("scrypt.pem")))

    assert {"ITA-CERT-003", "ITA-KEY-006"} == judged.failed
    assert "unreadable" == judged["ITA-KEY-006"].variant


@pytest.mark.parametrize(
    ("lock", "can"),
    [
        (KeyLock("PBES2", "DES-EDE3-CBC", "PBKDF2", 2048, "HMAC-SHA1"), True),
        (KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 2048, "HMAC-SHA512"), True),
        (KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 2048, "HMAC-SHA512-256"), False),
        (KeyLock("PBES2", "AES-256-CBC", "PBKDF2", 2048, "1.2.3"), False),
        (KeyLock("PBES2", "AES-256-GCM", "PBKDF2", 2048, "HMAC-SHA256"), False),
        (KeyLock("PBES2", "ARIA-128-CBC", "PBKDF2", 2048, "HMAC-SHA256"), False),
        (KeyLock("PBES2", "AES-256-CBC", "scrypt", 16384, "", 16 << 20), False),
        (KeyLock("PBES1", "DES-EDE3-CBC", "PBKDF1", 2048), True),
        (KeyLock("PBES1", "RC2-40-CBC", "PBKDF1", 2048), False),
        (KeyLock("DEK-Info", "DES-EDE3-CBC", "MD5", 1), True),
        (KeyLock("DEK-Info", "CAMELLIA-256-CBC", "MD5", 1), True),
        (KeyLock("DEK-Info", "ARIA-128-CBC", "MD5", 1), False),
    ],
)
def test_what_the_agent_can_read(healthy: House, lock: KeyLock, can: bool) -> None:
    """OpenSSL 1.0 has neither scrypt nor GCM nor ARIA, of the PRFs only those up to SHA-512; of RC2 in PBES1 it is not sure."""
    (params,) = [rule.params for rule in book().rules if rule.id == "ITA-KEY-006"]
    setup = healthy.setup()._replace(prv=KeyFile(Secret(b""), "pkcs8", lock))

    assert can == (list(agent_reads(setup, params)) == [])

"""ITA-FILE-011: No secret lies about."""

from __future__ import annotations

from builders import CERTS, PASSWORD, House, healthy_bytes, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-FILE-011"].status


def test_public_passes(healthy: House) -> None:
    """Copies of public files, and server.pem, are healthy."""
    judged = judge(healthy.write(f"{CERTS}/ita_pubnc117031.pem.bak", b"x").write(f"{CERTS}/nc117031.pem", healthy_bytes().own))

    assert Status.PASS == judged["ITA-FILE-011"].status
    assert frozenset() == judged.failed


def test_another_word_passes(healthy: House) -> None:
    """Names that only hold ours within a longer word are other files."""
    judged = judge(healthy.write(f"{CERTS}/hqnc117031.sth", b"x").write(f"{CERTS}/nc117031.keyring.txt", b"x"))

    assert Status.PASS == judged["ITA-FILE-011"].status
    assert frozenset() == judged.failed


def test_other_suffix_passes(healthy: House) -> None:
    """A whole set for another suffix is no copy."""
    judged = judge(healthy.write(f"{CERTS}/ita_prvnc1170312.pem", b"x").write(f"{CERTS}/ita_pubnc1170312.pem", b"x"))

    assert Status.PASS == judged["ITA-FILE-011"].status
    assert frozenset() == judged.failed


def test_password_fails(healthy: House) -> None:
    """The password file was left."""
    judged = judge(healthy.write(f"{CERTS}/nc117031.pwd", PASSWORD))

    assert {"ITA-FILE-011"} == judged.failed
    assert "stray" == judged["ITA-FILE-011"].variant


def test_backup_fails(healthy: House) -> None:
    """A backup of the key."""
    judged = judge(healthy.write(f"{CERTS}/ita_prvnc117031.pem.bak", b"x"))

    assert {"ITA-FILE-011"} == judged.failed
    assert "stray" == judged["ITA-FILE-011"].variant


def test_within_fails(healthy: House) -> None:
    """A copy with a word within its name."""
    judged = judge(healthy.write(f"{CERTS}/nc117031 (1).sth", b"x"))

    assert {"ITA-FILE-011"} == judged.failed
    assert "stray" == judged["ITA-FILE-011"].variant


def test_swap_fails(healthy: House) -> None:
    """An editor's copy of the stash."""
    judged = judge(healthy.write(f"{CERTS}/.nc117031.sth.swp", b"x"))

    assert {"ITA-FILE-011"} == judged.failed
    assert "stray" == judged["ITA-FILE-011"].variant

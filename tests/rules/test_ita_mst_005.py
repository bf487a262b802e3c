"""ITA-MST-005: TWSca.crt and TWSca.key belong together."""

from __future__ import annotations

from builders import House, healthy_bytes, judge, key, locked, self_signed
from ita_doctor.model.finding import Status
from store_samples import ETC, KEYS, key_store

SSL = "/opt/HCL/TWA/TWS/ssl"
CRT, KEY = f"{SSL}/TWSca.crt", f"{SSL}/TWSca.key"
BOTH = {"ITA-MST-005"}


def with_ca(house: House, certificate: bytes = b"", private: bytes = b"") -> House:
    """TWSca as it lies in the master's installation."""
    return house.write(CRT, certificate or healthy_bytes().ca).write(KEY, private or locked(key("ca"), None))


def test_without_a_ca_it_is_skipped(healthy: House) -> None:
    """Neither --ca-cert nor a store."""
    assert Status.SKIPPED == judge(healthy)["ITA-MST-005"].status


def test_the_key_beside_passes(healthy: House) -> None:
    """Beside the file of --ca-cert."""
    judged = judge(with_ca(healthy).ask(ca_cert=CRT))

    assert Status.PASS == judged["ITA-MST-005"].status
    assert frozenset() == judged.failed


def test_found_with_the_key_store_passes(healthy: House) -> None:
    """In the ssl folder of the installation that the key store belongs to."""
    judged = judge(with_ca(healthy).write(KEYS, key_store()).ask(server_keystore=KEYS))

    assert [Status.PASS, Status.PASS] == [judged["ITA-MST-005"].status, judged["ITA-MST-006"].status]
    assert {"ITA-MST-004"} == judged.failed


def test_the_key_of_the_key_store_s_installation(healthy: House) -> None:
    """Where --ca-cert is a copy elsewhere."""
    healthy.write(KEYS, key_store()).write("/copy/TWSca.crt", healthy_bytes().ca).write(KEY, locked(key("other"), None))
    judged = judge(healthy.ask(server_keystore=KEYS, ca_cert="/copy/TWSca.crt"))

    assert {"ITA-MST-004", *BOTH} == judged.failed
    assert f"{KEY}" in judged["ITA-MST-005"].message


def test_without_a_key_it_is_skipped(healthy: House) -> None:
    """The key is nowhere."""
    judged = judge(healthy.write(CRT, healthy_bytes().ca).ask(ca_cert=CRT))

    assert Status.SKIPPED == judged["ITA-MST-005"].status
    assert "TWSca.key" in judged["ITA-MST-005"].message


def test_an_encrypted_key_is_skipped(healthy: House) -> None:
    """Nothing of it is seen without its password."""
    judged = judge(with_ca(healthy, private=locked(key("other"))).ask(ca_cert=CRT))

    assert Status.SKIPPED == judged["ITA-MST-005"].status
    assert "encrypted" in judged["ITA-MST-005"].message


def test_the_key_beside_another_file(healthy: House) -> None:
    """TWSca.key beside --ca-cert other.crt is not its key: nothing is said of the two."""
    judged = judge(with_ca(healthy).write(f"{SSL}/other.crt", self_signed("TWSca", key("ca2"))).ask(ca_cert=f"{SSL}/other.crt"))

    assert {"ITA-CERT-012"} == judged.failed
    assert Status.SKIPPED == judged["ITA-MST-005"].status


def test_a_key_of_the_same_name(healthy: House) -> None:
    """ca.key is that of ca.crt."""
    healthy.write("/ca/ca.crt", healthy_bytes().ca).write("/ca/ca.key", locked(key("other"), None))

    assert BOTH == judge(healthy.ask(ca_cert="/ca/ca.crt")).failed


def test_mismatch_fails(healthy: House) -> None:
    """The key is another CA's."""
    judged = judge(with_ca(healthy, private=locked(key("other"), None)).ask(ca_cert=CRT))

    assert BOTH == judged.failed
    assert ("mismatch", CRT) == (judged["ITA-MST-005"].variant, judged["ITA-MST-005"].where)


def test_the_wrong_certificate_is_one_fault(healthy: House) -> None:
    """The key signed the agent's certificate, so that the certificate is what does not belong: CERT-012 waits for that."""
    judged = judge(with_ca(healthy, certificate=self_signed("TWSca", key("other"))).ask(ca_cert=CRT))

    assert BOTH == judged.failed
    assert ("misfit", "ITA-MST-005") == (judged["ITA-MST-005"].variant, judged["ITA-CERT-012"].blocked_by)


def test_a_pair_that_has_nothing_to_do_with_the_agent_is_one_fault(healthy: House) -> None:
    """Neither half made the agent's certificate: CERT-012 owns it."""
    judged = judge(with_ca(healthy, certificate=self_signed("TWSca", key("other")), private=locked(key("third"), None)).ask(ca_cert=CRT))

    assert {"ITA-CERT-012"} == judged.failed
    assert "ITA-CERT-012" == judged["ITA-MST-005"].blocked_by


def test_no_key_fails(healthy: House) -> None:
    """Something else stands in TWSca.key."""
    judged = judge(with_ca(healthy, private=healthy_bytes().ca).ask(ca_cert=CRT))

    assert BOTH == judged.failed
    assert ("no-key", KEY) == (judged["ITA-MST-005"].variant, judged["ITA-MST-005"].where)


def test_expired_fails(healthy: House) -> None:
    """The CA has come to its end; with or without its key at hand."""
    old = self_signed("TWSca", key("ca"), start=-900, days=800)
    for house in (with_ca(healthy, certificate=old), House().write(CRT, old)):
        judged = judge(house.ask(ca_cert=CRT))

        assert BOTH == judged.failed
        assert "expired" == judged["ITA-MST-005"].variant
        assert "ITA-MST-005" == judged["ITA-MST-006"].blocked_by


def test_a_store_elsewhere_has_no_ca(healthy: House) -> None:
    """Nothing is looked for beside a store that lies in no installation."""
    judged = judge(with_ca(healthy).write(f"{ETC}2/k.jks", key_store()).ask(server_keystore=f"{ETC}2/k.jks"))

    assert Status.SKIPPED == judged["ITA-MST-005"].status

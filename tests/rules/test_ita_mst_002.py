"""ITA-MST-002: server.pem is what the key store exports."""

from __future__ import annotations

from builders import MASTER, PATHS, House, certificate, der, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status
from store_samples import KEYS, given_stores, key_store

SERVER = f"{PATHS['dir']}/server.pem"
NEW = self_signed(MASTER[0], key("new"), start=-1, days=700)


def test_without_server_pem_it_is_skipped(healthy: House) -> None:
    """There is nothing to compare with."""
    assert Status.SKIPPED == judge(given_stores(healthy))["ITA-MST-002"].status


def test_the_export_passes(healthy: House) -> None:
    """The very certificate."""
    judged = judge(given_stores(healthy).write(SERVER, healthy_bytes().master))

    assert Status.PASS == judged["ITA-MST-002"].status
    assert {"ITA-MST-004"} == judged.failed


def test_what_issued_it_passes(healthy: House) -> None:
    """A bundle with the issuer trusts the master as well."""
    keys = key_store(certificate=certificate(MASTER[0], key("master")))
    judged = judge(given_stores(healthy, keys=keys).write(SERVER, healthy_bytes().ca).write("bundle", healthy_bytes().own + healthy_bytes().ca))

    assert Status.PASS == judged["ITA-MST-002"].status
    assert {"ITA-MST-004"} == judged.failed


def test_older_fails(healthy: House) -> None:
    """The master's certificate was renewed since; the lines to paste keep the old file and hold no password."""
    judged = judge(given_stores(healthy, keys=key_store(certificate=NEW)).write(SERVER, healthy_bytes().master))
    remedy = judged["ITA-MST-002"].remedy

    assert {"ITA-MST-002", "ITA-MST-004"} == judged.failed
    assert ("older", SERVER) == (judged["ITA-MST-002"].variant, judged["ITA-MST-002"].where)
    assert remedy is not None
    assert f"keytool -exportcert -rfc -alias server -keystore {KEYS} -file {SERVER}" == remedy.commands[1]


def test_other_fails(healthy: House) -> None:
    """A certificate of somebody else's; that the bundle lacks it waits for this."""
    judged = judge(given_stores(healthy).write(SERVER, self_signed("who", key("new"))))

    assert {"ITA-MST-002", "ITA-MST-004"} == judged.failed
    assert "other" == judged["ITA-MST-002"].variant
    assert "ITA-MST-002" == judged["ITA-CA-003"].blocked_by


def test_bundle_and_export_are_older(healthy: House) -> None:
    """The live master presents what its key store has: TLS-002 waits."""
    judged = judge(given_stores(healthy, keys=key_store(certificate=NEW)).write(SERVER, healthy_bytes().master).live(chain=(der(NEW),)))

    assert {"ITA-MST-002"} == judged.failed - {"ITA-MST-004", "ITA-TLS-008"}
    assert "ITA-MST-002" == judged["ITA-TLS-002"].blocked_by


def test_a_bundle_without_the_master_is_a_fault_of_its_own(healthy: House) -> None:
    """It holds the agent's alone, whatever server.pem is."""
    keys = key_store(certificate=NEW)
    judged = judge(given_stores(healthy, keys=keys).write(SERVER, healthy_bytes().master).write("bundle", healthy_bytes().own))

    assert {"ITA-MST-002", "ITA-CA-003", "ITA-MST-004"} == judged.failed

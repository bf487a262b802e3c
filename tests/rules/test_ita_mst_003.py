"""ITA-MST-003: The trust store has the agent's certificate."""

from __future__ import annotations

import pytest
from cryptography import x509

from builders import PATHS, SUFFIX, House, certificate, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Status
from ita_doctor.model.rule import Severity
from store_samples import TRUSTED, der, given_stores, sealed, store, trust_store, trusted

CA = [(x509.BasicConstraints(ca=True, path_length=None), True)]
REFUSED = {"ended": "eof", "is_done": False, "is_http": False, "answer": ""}
TWSCA = self_signed("TWSca", key("ca"), days=3650, extensions=CA)


def test_step_19_passes(healthy: House) -> None:
    """The very certificate under the alias of step 19."""
    judged = judge(given_stores(healthy))

    assert Status.PASS == judged["ITA-MST-003"].status
    assert {"ITA-MST-004"} == judged.failed


@pytest.mark.parametrize("alias", ["NC117031", "another"])
def test_any_alias_passes(healthy: House, alias: str) -> None:
    """Java trusts what stands in the store, whatever it is called."""
    assert Status.PASS == judge(given_stores(healthy, trusts=trust_store(alias=alias)))["ITA-MST-003"].status


def test_an_older_one_under_the_alias_does_no_harm(healthy: House) -> None:
    """In the overlap of a renewal both stand there."""
    trusts = trust_store(certificate(start=-300), healthy_bytes().own)

    assert Status.PASS == judge(given_stores(healthy, trusts=trusts))["ITA-MST-003"].status


def test_absent_fails(healthy: House) -> None:
    """Step 19 was not done; the line to paste names the store."""
    judged = judge(given_stores(healthy, trusts=trust_store(healthy_bytes().master, alias="other")))
    remedy = judged["ITA-MST-003"].remedy

    assert {"ITA-MST-003", "ITA-MST-004"} == judged.failed
    assert ("absent", TRUSTED) == (judged["ITA-MST-003"].variant, judged["ITA-MST-003"].where)
    assert remedy is not None
    assert (f"ita-doctor fix {PATHS['ini']} --suffix {SUFFIX} --trust-keystore {TRUSTED} --apply",) == remedy.commands


def test_an_empty_store_fails(healthy: House) -> None:
    """Nothing is in it, and nothing unreadable is taken for something."""
    for trusts in (store(), store(trusted(SUFFIX, b"junk"))):
        assert "absent" == judge(given_stores(healthy, trusts=trusts))["ITA-MST-003"].variant


def test_older_fails(healthy: House) -> None:
    """The certificate was renewed since step 19."""
    judged = judge(given_stores(healthy, trusts=trust_store(certificate(start=-300))))

    assert {"ITA-MST-003", "ITA-MST-004"} == judged.failed
    assert "older" == judged["ITA-MST-003"].variant


@pytest.mark.parametrize(("variant", "held"), [("newer", certificate(start=-3)), ("other", self_signed("who", key("other")))])
def test_other_fails(healthy: House, variant: str, held: bytes) -> None:
    """Under the alias stands what is not the agent's, or a newer one."""
    judged = judge(given_stores(healthy, trusts=trust_store(held)))

    assert {"ITA-MST-003", "ITA-MST-004"} == judged.failed
    assert variant == judged["ITA-MST-003"].variant


def test_older_beside_its_ca_fails(healthy: House) -> None:
    """A step 19 that was not done again, whatever else the master trusts."""
    trusts = store(trusted(SUFFIX, der(certificate(start=-300))), trusted("ca", der(TWSCA)))

    finding = judge(given_stores(healthy, trusts=trusts))["ITA-MST-003"]

    assert ("older", Severity.CRITICAL) == (finding.variant, finding.severity)


def test_by_its_ca_fails(healthy: House) -> None:
    """Step 19 was not done, and the message says that a master accepts the agent by its CA all the same."""
    judged = judge(given_stores(healthy, trusts=trust_store(TWSCA, alias="ca")))

    assert {"ITA-MST-003", "ITA-MST-004"} == judged.failed
    assert ("by-ca", Severity.WARNING) == (judged["ITA-MST-003"].variant, judged["ITA-MST-003"].severity)
    assert "accepts the agent all the same" in judged["ITA-MST-003"].message


def test_by_its_ca_and_accepted_is_a_note(healthy: House) -> None:
    """The handshake shows that the master takes it."""
    judged = judge(given_stores(healthy, trusts=trust_store(TWSCA, alias="ca")).live())

    assert {"ITA-MST-003", "ITA-MST-004"} == judged.failed
    assert ("by-ca-accepted", Severity.NOTE) == (judged["ITA-MST-003"].variant, judged["ITA-MST-003"].severity)


def test_no_ca_is_no_trust(healthy: House) -> None:
    """JSSE refuses what was issued by a certificate that is no CA's, or by another key of that name."""
    for held in (healthy_bytes().ca, self_signed("TWSca", key("other"), extensions=CA)):
        assert "absent" == judge(given_stores(healthy, trusts=trust_store(held, alias="ca")))["ITA-MST-003"].variant


def test_a_key_s_certificate_is_trusted_too(healthy: House) -> None:
    """Java takes the first of a key's chain for trusted."""
    trusts = store(sealed("agent", b"x", der(healthy_bytes().own)))

    assert Status.PASS == judge(given_stores(healthy, trusts=trusts))["ITA-MST-003"].status


def test_the_master_refuses_what_its_store_lacks(healthy: House) -> None:
    """One fault: TLS-003 waits for this."""
    judged = judge(given_stores(healthy, trusts=trust_store(healthy_bytes().master, alias="other")).live(**REFUSED))

    assert {"ITA-MST-003"} == judged.failed - {"ITA-MST-004"}
    assert "ITA-MST-003" == judged["ITA-TLS-003"].blocked_by


def test_without_the_agents_certificate_it_waits(healthy: House) -> None:
    """What is not there cannot be looked for."""
    judged = judge(given_stores(healthy).remove("pub").remove("cert"))

    assert "ITA-FILE-001" == judged["ITA-MST-003"].blocked_by

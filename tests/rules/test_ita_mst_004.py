"""ITA-MST-004: The store's password is not the shipped one."""

from __future__ import annotations

import pytest

from builders import House, judge
from ita_doctor.model.finding import Status
from ita_doctor.model.rule import Severity
from ita_doctor.model.secret import Secret
from store_samples import KEYS, TRUSTED, given_stores, key_store, trust_store


def test_without_stores_it_is_skipped(healthy: House) -> None:
    """No store is here."""
    assert {Status.SKIPPED} == {one.status for one in judge(healthy).all("ITA-MST-004")}


def test_its_own_passes(healthy: House) -> None:
    """A password that no manual prints."""
    stores = given_stores(healthy, keys=key_store(password="Qv7-lark"), trusts=trust_store(password="Qv7-lark"))
    judged = judge(stores.ask(store_password=Secret(b"Qv7-lark")))

    assert [Status.PASS, Status.PASS] == [one.status for one in judged.all("ITA-MST-004")]
    assert frozenset() == judged.failed


@pytest.mark.parametrize("word", ["default", "changeit"])
def test_a_shipped_one_fails(healthy: House, word: str) -> None:
    """As a note, of each store."""
    judged = judge(given_stores(healthy, keys=key_store(password=word), trusts=trust_store(password=word)).ask(store_password=Secret(word.encode())))

    assert {"ITA-MST-004"} == judged.failed
    assert [KEYS, TRUSTED] == [one.where for one in judged.all("ITA-MST-004")]
    assert ("shipped", Severity.NOTE) == (judged["ITA-MST-004"].variant, judged["ITA-MST-004"].severity)

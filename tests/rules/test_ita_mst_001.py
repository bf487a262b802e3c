"""ITA-MST-001: The key store opens and has the alias server."""

from __future__ import annotations

import pytest

from builders import House, healthy_bytes, judge
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Status
from ita_doctor.model.secret import Secret
from store_samples import BESIDE, ETC, KEYS, TRUSTED, given_stores, key_store, sealed, store, trust_store, trusted, with_stores

SHIPPED_ONLY = {"ITA-MST-004"}
OTHER = Secret(b"another1")


def test_without_stores_it_is_skipped(healthy: House) -> None:
    """No store is here: skipped, with the options that name one."""
    judged = judge(healthy)

    assert Status.SKIPPED == judged["ITA-MST-001"].status
    assert "--server-keystore" in judged["ITA-MST-001"].message


def test_given_passes(healthy: House) -> None:
    """Both stores as step 12 and step 19 leave them."""
    judged = judge(given_stores(healthy))

    assert Status.PASS == judged["ITA-MST-001"].status
    assert KEYS == judged["ITA-MST-001"].where
    assert SHIPPED_ONLY == judged.failed


def test_the_folder_is_enough(healthy: House) -> None:
    """A folder means the file of the product's name in it."""
    healthy.write(ETC, b"").change(ETC, kind=Kind.FOLDER, mode=0o755)
    judged = judge(with_stores(healthy).ask(server_keystore=ETC, trust_keystore=ETC))

    assert [KEYS, TRUSTED] == [one.where for one in judged.all("ITA-MST-004")]
    assert SHIPPED_ONLY == judged.failed


def test_the_alias_in_any_case(healthy: House) -> None:
    """Java compares aliases in lower case."""
    assert SHIPPED_ONLY == judge(given_stores(healthy, keys=key_store(alias="SERVER"))).failed


def test_found_beside_the_agent(healthy: House) -> None:
    """Without options the stores of a master beside the agent are taken."""
    judged = judge(with_stores(healthy, folder=BESIDE))

    assert Status.PASS == judged["ITA-MST-001"].status
    assert SHIPPED_ONLY == judged.failed


def test_found_and_locked_is_no_alarm(healthy: House) -> None:
    """A store that was only found may have a password of its own: skipped, with the option that gives it."""
    judged = judge(with_stores(healthy, keys=key_store(password="another1"), trusts=trust_store(password="another1"), folder=BESIDE))

    assert frozenset() == judged.failed
    assert {Status.SKIPPED} == {judged[f"ITA-MST-00{number}"].status for number in (1, 2, 3, 4)}
    assert "--store-password-file" in judged["ITA-MST-001"].message


def test_found_and_another_store_named(healthy: House) -> None:
    """The password of the store that an option names need not be that of one that was found."""
    healthy.write(TRUSTED, trust_store(password="another1"))
    judged = judge(with_stores(healthy, folder=BESIDE).ask(trust_keystore=TRUSTED, store_password=OTHER))

    assert frozenset() == judged.failed
    assert Status.SKIPPED == judged["ITA-MST-001"].status


def test_found_with_its_password_given(healthy: House) -> None:
    """--store-password-file alone speaks of what is found."""
    judged = judge(with_stores(healthy, folder=BESIDE).ask(store_password=OTHER))

    assert {"ITA-MST-001"} == judged.failed
    assert ["password", "password"] == [one.variant for one in judged.all("ITA-MST-001")]


def test_one_store_alone(healthy: House) -> None:
    """Where only the trust store is here, nothing is said of the key store."""
    judged = judge(healthy.write(TRUSTED, trust_store()).ask(trust_keystore=TRUSTED))

    assert [Status.SKIPPED] == [one.status for one in judged.all("ITA-MST-001")]
    assert Status.PASS == judged["ITA-MST-003"].status


@pytest.mark.parametrize(
    ("keys", "variant"),
    [
        (key_store(password="another1"), "shipped-password"),
        (key_store(alias="was"), "no-alias"),
        (store(), "no-alias"),
        (store(trusted("server", b"x")), "no-key"),
        (store(sealed("server", b"x")), "no-key"),
        (store(sealed("server", b"x", b"junk")), "bad-certificate"),
        (key_store()[:-1], "truncated"),
        (b"", "truncated"),
        (healthy_bytes().master, "not-store"),
        (bytes(17 << 20), "oversized"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_key_store_that_is_none_fails(healthy: House, keys: bytes, variant: str) -> None:
    """What is wrong with it is said, once, and what needs it waits."""
    judged = judge(given_stores(healthy, keys=keys).write("server.pem", healthy_bytes().master).ask(server_cert="server.pem"))

    assert {"ITA-MST-001", "ITA-MST-004"} == judged.failed
    assert (variant, KEYS) == (judged["ITA-MST-001"].variant, judged["ITA-MST-001"].where)
    assert "ITA-MST-001" == judged["ITA-MST-002"].blocked_by
    assert Status.PASS == judged["ITA-MST-003"].status


def test_the_right_password(healthy: House) -> None:
    """With its own password it opens, and that is no shipped one."""
    stores = given_stores(healthy, keys=key_store(password="another1"), trusts=trust_store(password="another1"))

    assert frozenset() == judge(stores.ask(store_password=OTHER)).failed


def test_a_trust_store_that_does_not_open_fails(healthy: House) -> None:
    """It is this rule's as well: what stands in it cannot be told before."""
    judged = judge(given_stores(healthy, trusts=trust_store()[:-1]))

    assert {"ITA-MST-001", "ITA-MST-004"} == judged.failed
    assert ("truncated", TRUSTED) == (judged["ITA-MST-001"].variant, judged["ITA-MST-001"].where)
    assert "ITA-MST-001" == judged["ITA-MST-003"].blocked_by


def test_only_java_could_tell(healthy: House) -> None:
    """A JCEKS with a secret key, and no keytool: skipped, whatever else."""
    secret = b"\xce\xce\xce\xce" + bytes((0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 1)) + b"x" + bytes(40)
    judged = judge(given_stores(healthy, keys=secret, trusts=secret))

    assert frozenset() == judged.failed
    assert {Status.SKIPPED} == {judged[f"ITA-MST-00{number}"].status for number in (1, 2, 3, 4)}
    assert "JAVA_HOME" in judged["ITA-MST-001"].message


def test_every_cut_is_said(healthy: House) -> None:
    """Cut at any length a store is MST-001's, and never a traceback."""
    whole = key_store()
    found = {judge(given_stores(House(), keys=whole[:size]))["ITA-MST-001"].variant for size in range(0, len(whole), 61)}

    assert {"truncated"} == found

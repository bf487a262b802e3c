"""Every fault that the tool can heal is healed in the plan, alone and beside others, and nothing else is touched."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planning import plan
from spoils import SPOILS, Spoil, answers

from builders import CERTS, PATHS, SUFFIX, House, judge

TOUCHES = {
    "text.recode": {"ini", "prv", "pub", "cert", "bundle"}, "stash.rewrite": {"stash"}, "key.lock": {"prv"}, "key.restore": {"prv"},
    "key.new": {"prv", "stash"}, "certificate.sign": {"pub", "cert", "bundle"}, "certificate.copy": {"pub", "cert", "bundle"},
    "certificate.only": {"pub", "cert"}, "bundle.rebuild": {"bundle"}, "seed.make": {"seed"}, "folder.make": {"dir"}, "folder.protect": {"dir"},
    "file.protect": {"prv", "stash", "pub", "bundle"}, "stray.move": {f"{CERTS}/{SUFFIX}.pwd", f"{CERTS}/{SUFFIX}.key"},
}  # fmt: skip


@pytest.mark.parametrize("one", SPOILS.values(), ids=list(SPOILS))
def test_a_fault_is_healed(healthy: House, one: Spoil) -> None:
    """The copy in memory passes every rule afterwards, by the remedies that are meant, which write no other file."""
    one.do(healthy)
    assert judge(healthy).installation.root_causes

    planned = plan(healthy, **answers(*one.given))

    words = {act.treatment.words for act in planned.course.acts}
    assert frozenset() == planned.failed
    assert one.words == words
    assert set(planned.paths) <= {path for word in words for path in TOUCHES.get(word, {"ini"})}


def test_a_healthy_installation_is_left_alone(healthy: House) -> None:
    """Nothing to do is nothing done, whatever is given."""
    planned = plan(healthy, **answers("password", "ca", "server", "suffix"))

    assert {} == planned.paths
    assert [] == planned.course.acts


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(SPOILS)), min_size=2, max_size=4, unique=True))
def test_faults_beside_faults(names: List[str]) -> None:
    """Of several faults none is made worse, no secret goes into a file for all, and what a plan has healed a second plan leaves alone."""
    house = House()
    try:
        for name in names:
            SPOILS[name].do(house)
    except (KeyError, UnicodeDecodeError):  # the first fault took away what the second one spoils
        return
    given = answers(*{name for one in names for name in SPOILS[one].given})

    planned = plan(house, **given)

    for artifact, state in planned.paths.items():
        if state is not None and artifact in ("prv", "stash"):
            assert not state.facts.mode & 0o077
            assert "twsuser" == state.owner
    _settle(house, planned.paths)
    assert {} == plan(house, **given).paths


def _settle(house: House, paths: dict) -> None:
    """Put the plan into the house."""
    for artifact, state in paths.items():
        path = PATHS.get(artifact, artifact)
        if state is None:
            house.remove(path)
        elif artifact == "ini":
            house.ini(state.content.reveal())
        elif state.content is not None:
            house.write(artifact, state.content.reveal(), mode=state.facts.mode)
        elif path in house.entries:
            house.change(path, mode=state.facts.mode)


WAITS = {
    "stash_gone": "password", "stash_of_another_key": "password", "expired": "ca", "bundle_without_master": "server-unseen",
}  # fmt: skip


@pytest.mark.parametrize("name", WAITS)
def test_without_what_it_takes_a_person_is_asked(healthy: House, name: str) -> None:
    """A remedy that lacks an answer says which, and writes nothing."""
    SPOILS[name].do(healthy)

    planned = plan(healthy)

    assert {} == planned.paths
    assert {WAITS[name]} == set(planned.waiting.values())


def test_a_key_that_fits_nothing_is_a_persons(healthy: House) -> None:
    """Key and certificate that do not go together: which is right, only a person knows."""
    from builders import key, locked

    planned = plan(healthy.write("prv", locked(key("former"))))

    assert {} == planned.paths
    assert {"ITA-CERT-003": "decide"} == planned.waiting


def test_a_file_with_two_links_is_left_alone(healthy: House) -> None:
    """What may be somebody else's file is neither read into the installation nor replaced."""
    planned = plan(healthy.change("prv", mode=0o644), links={PATHS["prv"]: 2})

    assert {} == planned.paths
    assert {"ITA-FILE-006": "link"} == planned.waiting


def test_a_symlink_is_left_alone(healthy: House) -> None:
    """An artifact that is a symlink is judged through and repaired by hand."""
    healthy.entries["/elsewhere/key.pem"] = healthy.entries[PATHS["prv"]]._replace(mode=0o644)

    planned = plan(healthy.change("prv", link="/elsewhere/key.pem"))

    assert {} == planned.paths
    assert "link" == planned.waiting["ITA-FILE-006"]


def test_another_users_key_that_proves_nothing_is_not_taken_over(healthy: House) -> None:
    """A key in clear of another user's may be anybody's."""
    from builders import key, locked

    planned = plan(healthy.write("prv", locked(key("agent"), None)).change("prv", owner="root", mode=0o600))

    assert {} == planned.paths
    assert {"foreign"} == set(planned.waiting.values())

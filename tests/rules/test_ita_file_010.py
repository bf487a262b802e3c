"""ITA-FILE-010: The CCSID tag agrees with the content."""

from __future__ import annotations

import base64

import pytest
from planning import plan

from builders import PASSWORD, PATHS, House, healthy_bytes, judge
from ita_doctor.model.finding import Status

JUDGED = ("ini", "job", "prv", "pub", "cert", "bundle", "stash")


def test_elsewhere_it_is_skipped(healthy: House) -> None:
    """No other system has tags."""
    assert Status.SKIPPED == judge(healthy)["ITA-FILE-010"].status


@pytest.mark.parametrize("tag", [819, 1208, 1252, 437, 850, 65535, 923])
def test_healthy_passes(healthy: House, tag: int) -> None:
    """Every tag under which ASCII is ASCII."""
    judged = judge(healthy.on_os400(tag))

    assert frozenset() == judged.failed
    assert {Status.PASS} == {one.status for one in judged.all("ITA-FILE-010")}


@pytest.mark.parametrize("artifact", JUDGED)
@pytest.mark.parametrize("tag", [37, 273, 1141])
def test_ascii_with_an_ebcdic_tag_fails(healthy: House, artifact: str, tag: int) -> None:
    """It alone, for each artifact that is text."""
    judged = judge(healthy.on_os400().change(artifact, ccsid=tag))

    assert {"ITA-FILE-010"} == judged.failed
    assert ("ebcdic-tag", PATHS[artifact], tag) == (
        judged["ITA-FILE-010"].variant, judged["ITA-FILE-010"].where, judged["ITA-FILE-010"].facts["tag"],
    )  # fmt: skip


def test_the_seed_is_not_judged(healthy: House) -> None:
    """It is no text."""
    assert frozenset() == judge(healthy.on_os400().change("seed", ccsid=37)).failed


def test_ebcdic_that_is_tagged_so_is_another_rules(healthy: House) -> None:
    """The tag is right; the content is ITA-FILE-009's."""
    content = healthy_bytes().own.decode().encode("cp037")

    judged = judge(healthy.on_os400().write("pub", content).change("pub", ccsid=37))

    assert {"ITA-FILE-009"} == judged.failed


def test_ebcdic_with_an_ascii_tag_yields(healthy: House) -> None:
    """One fault, one owner: the content comes first; the same of a stash."""
    judged = judge(healthy.on_os400().write("pub", healthy_bytes().own.decode().encode("cp037")).change("pub", ccsid=819))

    assert {"ITA-FILE-009"} == judged.failed
    assert "ITA-FILE-009" == judged["ITA-FILE-010"].blocked_by
    stash = base64.b64encode(PASSWORD).decode().encode("cp037")

    judged = judge(House().on_os400().write("stash", stash).change("stash", ccsid=819))

    assert {"ITA-STH-001"} == judged.failed


def test_a_tag_that_is_not_told(healthy: House) -> None:
    """It is skipped, and says how to see it."""
    judged = judge(healthy.on_os400(None))

    assert Status.SKIPPED == judged["ITA-FILE-010"].status
    assert "attr FILE CCSID" in judged["ITA-FILE-010"].message


def test_fix_tags_a_new_file() -> None:
    """The same bytes, mode and owner, with the tag 819; nothing else is touched."""
    house = House().on_os400().change("pub", ccsid=37)

    planned = plan(house)

    assert frozenset() == planned.failed
    assert ["pub"] == list(planned.paths)
    state = planned.paths["pub"]
    assert (819, healthy_bytes().own) == (state.facts.ccsid, state.content.reveal())


def test_what_fix_writes_bears_the_tag() -> None:
    """Whatever it heals there."""
    house = House().on_os400().write("pub", healthy_bytes().own.decode().encode("cp037")).change("pub", ccsid=37)

    planned = plan(house)

    assert 819 == planned.paths["pub"].facts.ccsid

"""ITA-KEY-005: The private key is sound."""

from __future__ import annotations

from builders import House, judge, unsound
from ita_doctor.model.finding import Status


def test_without_thorough_it_is_skipped(healthy: House) -> None:
    """Without --thorough it is skipped."""
    assert Status.SKIPPED == judge(healthy)["ITA-KEY-005"].status


def test_thorough_passes(healthy: House) -> None:
    """A sound key passes under --thorough."""
    judged = judge(healthy.ask(is_thorough=True))

    assert Status.PASS == judged["ITA-KEY-005"].status
    assert frozenset() == judged.failed


def test_unsound_fails(healthy: House) -> None:
    """Numbers that do not fit together, under --thorough (in a key that is not encrypted either)."""
    judged = judge(healthy.write("prv", unsound()).ask(is_thorough=True))

    assert {"ITA-KEY-003", "ITA-KEY-005"} == judged.failed
    assert "unsound" == judged["ITA-KEY-005"].variant


def test_numbers_that_do_not_go_together_need_no_thorough(healthy: House) -> None:
    """What a few multiplications show is said without --thorough."""
    assert {"ITA-KEY-003", "ITA-KEY-005"} == judge(healthy.write("prv", unsound())).failed

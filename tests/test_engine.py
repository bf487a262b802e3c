"""Needs, blocking, yielding, choosing: one fault, one root cause."""

from __future__ import annotations

from typing import Iterator, Tuple

import pytest

from builders import PATHS, House, book, judge
from ita_doctor.checks import CHECKS, CheckSpec
from ita_doctor.checks._registry import Params
from ita_doctor.engine import Choice
from ita_doctor.engine import judge as judge_setup
from ita_doctor.model.finding import Observation, Status
from ita_doctor.model.rule import Severity
from ita_doctor.model.setup import Setup
from ita_doctor.words import commands_of


def test_what_needs_a_lost_artifact_is_blocked_by_the_rule_that_failed(healthy: House) -> None:
    """A stash that is gone blocks all that needs the key, and nothing else fails."""
    judged = judge(healthy.remove("stash"))

    assert ("ITA-FILE-001",) == judged.installation.root_causes
    assert {"ITA-FILE-001"} == {judged[rule].blocked_by for rule in ("ITA-STH-001", "ITA-KEY-002", "ITA-KEY-004", "ITA-CERT-003")}


def test_two_faults_are_two_root_causes_worst_first(healthy: House) -> None:
    """Independent faults are both named, the worse one first."""
    judged = judge(healthy.change("pub", mode=0o666).write("stash", b"\xff\xfe\x00"))

    assert ("ITA-STH-001", "ITA-FILE-007") == judged.installation.root_causes
    assert Severity.CRITICAL is judged.installation.worst


def test_a_fault_of_ita_ini_blocks_everything_behind_it(healthy: House) -> None:
    """Without ita.ini there is one root cause, and every other rule waits for it or does not apply."""
    judged = judge(healthy.remove("ini"))

    assert ("ITA-INI-001",) == judged.installation.root_causes
    assert {"ITA-INI-001"} == {one.blocked_by for one in judged.findings if one.status is Status.BLOCKED}


def test_a_bug_in_a_check_is_broken_and_stops_nothing(healthy: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception becomes one BROKEN finding without its words, and the other rules still speak."""

    def bug(setup: Setup, params: Params) -> Iterator[Observation]:
        raise ValueError("secret words")
        yield

    monkeypatch.setitem(CHECKS, "seed.random", CheckSpec("seed.random", bug, {}, {}))

    found = judge_setup(healthy.setup(), book().rules, book().reasons)

    assert 1 == found.counts["broken"]
    (broken,) = [one for one in found.findings if one.status is Status.BROKEN]
    assert "ITA-RND-002" == broken.rule
    assert "ValueError" in broken.message
    assert "secret words" not in broken.message


def test_a_loss_that_no_rule_explains_is_our_own_fault(healthy: House) -> None:
    """Where the rule that had to fail is missing, what was lost is BROKEN, never silently fine."""
    rules = [rule for rule in book().rules if rule.id != "ITA-FILE-001"]

    found = judge_setup(healthy.remove("stash").setup(), rules, book().reasons)

    assert {"broken"} == {one.status.value for one in found.findings if one.rule == "ITA-STH-001"}


def test_skip_puts_a_rule_aside(healthy: House) -> None:
    """A rule named in --skip is SKIPPED with that reason, and what it blocked stays blocked."""
    house = healthy.remove("stash")

    found = judge_setup(house.setup(), book().rules, book().reasons, Choice(skip=frozenset({"FILE"})))

    by_rule = {one.rule: one for one in found.findings}
    assert ("skipped", "named in --skip") == (by_rule["ITA-FILE-001"].status.value, by_rule["ITA-FILE-001"].message)
    assert "ITA-FILE-001" == by_rule["ITA-KEY-002"].blocked_by


def test_only_keeps_what_blocks_the_chosen(healthy: House) -> None:
    """With --only a chosen rule that is blocked brings its blocker along, and nothing else counts."""
    house = healthy.remove("stash").change("pub", mode=0o666)

    found = judge_setup(house.setup(), book().rules, book().reasons, Choice(only=frozenset({"ITA-KEY-002"})))

    assert ("ITA-FILE-001",) == found.root_causes
    assert {"ITA-FILE-001", "ITA-KEY-002"} == {one.rule for one in found.findings if one.status is not Status.SKIPPED}


def test_a_fingerprint_is_the_same_for_the_same_fault(healthy: House) -> None:
    """Volatile numbers do not change it; another path does."""
    first = judge(healthy.change("pub", mode=0o666))["ITA-FILE-007"].fingerprint

    assert first == judge(healthy.change("pub", mode=0o622))["ITA-FILE-007"].fingerprint
    assert first != judge(healthy.change("pub", mode=0o644).change("cert", mode=0o666))["ITA-FILE-007"].fingerprint


def test_what_fix_heals_names_the_command_of_fix(healthy: House) -> None:
    """A remedy by the tool is one line that can be pasted; one by a person is a line of openssl or none."""
    remedy = judge(healthy.change("prv", mode=0o644))["ITA-FILE-006"].remedy

    assert remedy is not None
    assert ("tool", "file.protect") == (remedy.by, remedy.name)
    assert (f"ita-doctor fix {PATHS['ini']} --suffix nc117031 --apply",) == remedy.commands


@pytest.mark.parametrize(("path", "commands"), [("/opt/h c/x", ("cat '/opt/h c/x'",)), ("/opt/h\x1bc/x", ()), ("<prv>", ())])
def test_commands_are_quoted_and_dropped_where_they_cannot_be_pasted(path: str, commands: Tuple[str, ...]) -> None:
    """A path with a blank is quoted in a command; with a control character, or where it is not known, there is no command."""
    seen = Observation(Status.FAIL, "prv", where=path)

    assert commands == commands_of(["cat {where}"], seen, {"place": "/opt/hcl/TWS/ita.ini"})

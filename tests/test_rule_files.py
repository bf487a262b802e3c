"""Every rule file loads, says something, and has a test of its own that sees it pass and fail."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Dict, List

import pytest

from builders import House, book, judge
from ita_doctor.checks import CHECKS
from ita_doctor.model.finding import Status
from ita_doctor.rulebook import unused_checks

HERE = Path(__file__).resolve().parent
RULES = {rule.id: rule for rule in book().rules}


def test_every_check_is_used() -> None:
    """No check stands there without a rule."""
    assert () == unused_checks(book().rules)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_its_own_test(rule: str) -> None:
    """tests/rules/test_<id>.py is there, and its tests ask for a pass and for a failure of just this rule."""
    path = HERE / "rules" / f"test_{rule.lower().replace('-', '_')}.py"
    text = path.read_text(encoding="utf-8")
    tests = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]

    assert len(tests) >= 2
    assert "TEMPLATE" not in text
    assert rule in text


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_speaks_plainly(rule: str) -> None:
    """Each message begins with where, and each text is of a length that is read."""
    found = RULES[rule]

    assert 40 <= len(found.why) <= 700
    assert 20 <= len(found.by_hand) <= 1500
    for name, variant in found.say.items():
        assert re.match(r"\{(where|wanted|name)\}", variant.message), f"{rule}.{name}: begins with {variant.message[:20]!r}"
        assert len(variant.message) <= 420, f"{rule}.{name}"
        assert "fix" not in re.findall(r"ita-doctor (\w+)", variant.do + " ".join(variant.commands)), f"{rule}.{name}"


def test_a_healthy_installation_passes_every_rule() -> None:
    """Nothing fails, nothing is blocked, offline and with a master that answers."""
    for house in (House(), House().live()):
        judged = judge(house)

        assert frozenset() == judged.failed
        assert [] == [one.rule for one in judged.findings if one.status is Status.BLOCKED]
        assert set(RULES) == {one.rule for one in judged.findings}


def test_every_variant_is_known_to_a_check() -> None:
    """What a check can say and what files word is the same, for all rules of one check."""
    said: Dict[str, List[str]] = {rule.id: sorted(rule.say) for rule in RULES.values()}

    assert {rule: sorted(CHECKS[RULES[rule].check].says) for rule in said} == said

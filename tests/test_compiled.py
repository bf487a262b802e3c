"""What is compiled into the wheel is what stands in the rule files, in the order in which it stands there."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest

from compile_rules import compiled
from ita_doctor.cli.library import TABLES, library, read_folder, read_table
from ita_doctor.rulebook import as_table


def values_of(module: str) -> Dict[str, Any]:
    """What one of the compiled modules holds."""
    found: Dict[str, Any] = {}
    exec(compiled()[module], found)
    return found


def test_the_compiled_tables_keep_their_order() -> None:
    """Steps, remedies and kinds are listed in the order of their files; sorted by name, step 10 would stand behind step 1."""
    tables = values_of("_tables.py")["TABLES"]

    assert {name: json.dumps(read_table(name)) for name in TABLES} == {name: json.dumps(table) for name, table in tables.items()}


def test_the_compiled_rules_keep_their_order() -> None:
    """Rule by rule, and within each what it says."""
    rules = values_of("_rules.py")["RULES"]

    assert [repr(as_table(rule)) for rule in read_folder().rules] == [repr(rule) for rule in rules]


def test_the_compiled_rules_are_not_stale() -> None:
    """In a wheel, rules, reasons and settings are the same as in the rule files beside it, one by one."""
    pytest.importorskip("ita_doctor._rules", reason="a checkout reads the rule files themselves")
    compiled_ones, files = library(), read_folder()

    assert [rule.id for rule in files.rules] == [rule.id for rule in compiled_ones.rules]
    for one, other in zip(files.rules, compiled_ones.rules):
        assert one._replace(source="") == other._replace(source="")
    assert dict(files.reasons) == dict(compiled_ones.reasons)
    assert files.settings == compiled_ones.settings

"""The rules that were compiled into the wheel are those of the rule files."""

from __future__ import annotations

import pytest

from ita_doctor.cli.library import library, read_folder


def test_the_compiled_rules_are_not_stale():
    """Rules, reasons and settings are the same, one by one."""
    pytest.importorskip("ita_doctor._rules", reason="a checkout reads the rule files themselves")
    compiled, files = library(), read_folder()

    assert [rule.id for rule in files.rules] == [rule.id for rule in compiled.rules]
    for one, other in zip(files.rules, compiled.rules):
        assert one._replace(source="") == other._replace(source="")
    assert dict(files.reasons) == dict(compiled.reasons)
    assert files.settings == compiled.settings

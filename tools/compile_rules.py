"""Build hook: hold every rule file to be right, and pack all of them as Python modules (1 ms at start-up instead of 13)."""

from __future__ import annotations

import pprint
import sys
from pathlib import Path
from typing import Any, Dict

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # tools/build_zipapp.py needs only what is compiled
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent.parent


def compiled() -> Dict[str, str]:
    """
    The modules that are made, by file name: plain values, the same bytes for the same rules.

    `_rules.py` is what every `check` loads; `_tables.py` what `inspect` and `fix` need beside it.
    """
    sys.path.insert(0, str(ROOT / "src"))
    try:
        from ita_doctor.cli.library import TABLES, read_folder, read_table
        from ita_doctor.rulebook import as_table
    finally:
        sys.path.pop(0)
    book = read_folder()
    rules = {"RULES": [as_table(rule) for rule in book.rules], "REASONS": dict(book.reasons), "SETTINGS": dict(book.settings)}
    return {"_rules.py": _module(rules), "_tables.py": _module({"TABLES": {name: read_table(name) for name in TABLES}})}


def _module(values: Dict[str, Any]) -> str:
    body = "\n".join(f"{name} = {pprint.pformat(value, width=150, sort_dicts=False)}" for name, value in values.items())
    return f'"""Made from rules/ by tools/compile_rules.py; never edited."""\n\n{body}\n'


class CustomBuildHook(BuildHookInterface):
    """Hatchling's hook."""

    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        """Compile into a wheel; an editable install reads the TOML files of the checkout, which cannot be stale."""
        if version == "editable":
            return
        folder = Path(self.directory)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in compiled().items():
            (folder / name).write_text(text, encoding="utf-8")
            build_data["force_include"][str(folder / name)] = f"ita_doctor/{name}"

    def finalize(self, version: str, build_data: Dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002  # hatchling's signature
        """Leave nothing but the wheel beside it."""
        for name in ("_rules.py", "_tables.py"):
            (Path(self.directory) / name).unlink(missing_ok=True)

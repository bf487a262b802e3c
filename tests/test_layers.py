"""The house: who may import whom, and which words stand only in one room (docs/design.md, section 2)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

import ita_doctor

SOURCE = Path(__file__).resolve().parent.parent / "src" / "ita_doctor"
if not SOURCE.is_dir():  # the tests of an installed wheel
    SOURCE = Path(ita_doctor.__file__).parent

MAY_IMPORT = {
    "model": {"model"},
    "codecs": {"model", "codecs"},
    "host": {"model", "host"},
    "checks": {"model", "checks"},
    "render": {"model", "render"},
    "collect": {"model", "codecs", "host", "collect"},
    "words": {"model"},
    "rulebook": {"model", "checks", "words"},
    "engine": {"model", "checks", "words", "copied"},
    "copied": {"model"},
    "accept": {"model", "engine"},
    "trend": {"model"},
    "repair": {"model", "codecs", "host", "words", "repair"},
    "sandbox": {"model", "sandbox"},
}
"""By room; `cli` joins them all, and is imported by none."""

MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name not in ("__main__.py", "_rules.py", "_tables.py"))

WORLD = {"os", "socket", "subprocess", "pwd", "select", "shutil", "tempfile", "signal", "threading"}
"""Modules of the library that touch the machine."""

OUTSIDE = ("host", "sandbox")
"""Rooms that may touch it; the sandbox plays the world outside."""


def room_of(path: Path) -> str:
    """The room of a module: its folder, or its own name at the top."""
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else path.stem


def imports(path: Path) -> Iterator[Tuple[str, str, int]]:
    """(module, name, line) of every import, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((one.name, "", node.lineno) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", one.name, node.lineno) for one in node.names)


def wrong_imports(path: Path) -> List[str]:
    """What a module imports though its room may not."""
    room = room_of(path)
    if room not in MAY_IMPORT:
        return []
    wrong = []
    for module, name, line in imports(path):
        target = module.split(".")[1] if module.startswith("ita_doctor.") else name if module == "ita_doctor" else ""
        if target and target not in MAY_IMPORT[room] and not target.startswith("__"):
            wrong.append(f"{path.name}:{line}: {room} imports {target}")
    return wrong


def wrong_words(path: Path) -> List[str]:
    """Words that stand in the wrong room."""
    room, wrong = room_of(path), []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if room not in OUTSIDE:
        wrong += [f"{path.name}:{line}: imports {module}" for module, _, line in imports(path) if module.split(".")[0] in WORLD]
        wrong += [f"{path.name}:{node.lineno}: open()" for node in ast.walk(tree) if _calls(node, "open")]
    for node in ast.walk(tree):
        if _calls(node, "print"):
            wrong.append(f"{path.name}:{node.lineno}: print()")
        if isinstance(node, ast.Attribute) and node.attr == "platform" and _is_name(node.value, "sys") and path.name != "pick.py":
            wrong.append(f"{path.name}:{node.lineno}: sys.platform")
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today") and room not in OUTSIDE and _is_name(node.value, "datetime"):
            wrong.append(f"{path.name}:{node.lineno}: {node.attr}()")
    return wrong


def _calls(node: ast.AST, function: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function


def _is_name(node: ast.AST, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_downwards(path: Path) -> None:
    """A module imports only what its room may."""
    assert [] == wrong_imports(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_machine_is_touched_in_one_room(path: Path) -> None:
    """Files, sockets, processes, the clock and the platform stand in host (and in the sandbox, which plays the world outside)."""
    assert [] == wrong_words(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_is_no_longer_than_a_person_reads(path: Path) -> None:
    """300 lines at most (style, point 7); model/artifact.py is a list of records."""
    limit = 400 if path.name in ("artifact.py", "setup.py") else 300

    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


def test_the_linter_sees_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module with every fault is refused for every one of them."""
    bad = tmp_path / "checks" / "bad.py"
    bad.parent.mkdir()
    bad.write_text("import os, sys\nfrom ita_doctor.codecs import pem\nprint(open('x'), sys.platform)\nimport datetime\ndatetime.now()\n")
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)

    assert ["bad.py:2: checks imports codecs"] == wrong_imports(bad)
    assert 5 == len(wrong_words(bad))


def test_setting_names_stand_in_one_data_file() -> None:
    """No module spells a setting of ita.ini or JobManager.ini."""
    rules = SOURCE / "rules" if (SOURCE / "rules").is_dir() else SOURCE.parent.parent / "rules"
    text = (rules / "settings.toml").read_text(encoding="utf-8")
    names = {line.split('"')[1] for line in text.splitlines() if line.startswith("name = ")}
    spelt = []
    for path in MODULES:
        if room_of(path) == "sandbox":  # it writes an ita.ini as the vendor would
            continue
        words = [
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        spelt += [f"{path.name}:{node.lineno}: {node.value}" for node in words if node.value in names - {"ssl_port", "tcp_port"}]

    assert {"password_file", "key_db_name", "ResourceAdvisorUrl"} <= names
    assert [] == spelt

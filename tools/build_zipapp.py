"""
One file for machines without pip: `ita-doctor.pyz`, with the rules compiled, and configobj and jinja2 inside.

    python tools/build_zipapp.py [--output FILE]

cryptography and pyOpenSSL stay the machine's own: they are no pure Python. Each module stands there as source and, for the interpreter that
builds this, compiled; another version of Python passes over that and takes the source. The same checkout gives the same bytes.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import py_compile
import stat
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Dict, Iterator, Tuple

from compile_rules import compiled

ROOT = Path(__file__).resolve().parent.parent
SHEBANG = b"#!/usr/bin/env python3\n"
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP archive knows."""
MAIN = b"""\
import sys

if sys.version_info < (3, 9):
    sys.stderr.write("ita-doctor: this needs Python 3.9 or later, and is run by %d.%d\\n" % sys.version_info[:2])
    sys.exit(3)

from ita_doctor.cli.app import run

run()
"""
PACKED = {"configobj": "5.0.9", "jinja2": "3.0", "markupsafe": "2.0"}
"""By name, the first release that can be packed. MarkupSafe does without the part of it that is compiled."""
SEED = "PYTHONHASHSEED"
"""Before 3.11 the order of a constant set in a compiled module hangs on it."""


def ours() -> Iterator[Tuple[str, bytes]]:
    """Our own modules, and the compiled rules."""
    package = ROOT / "src" / "ita_doctor"
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".j2", ".css", ".js") and path.name not in ("_rules.py", "_tables.py"):
            yield f"ita_doctor/{path.relative_to(package).as_posix()}", path.read_bytes()
    for name, text in compiled().items():
        yield f"ita_doctor/{name}", text.encode()
    yield "ita_doctor/LICENSE", (ROOT / "LICENSE").read_bytes()
    yield "__main__.py", MAIN


def theirs() -> Iterator[Tuple[str, bytes]]:
    """The libraries of pure Python, each with its licence."""
    for package, floor in PACKED.items():
        try:
            files = importlib.metadata.files(package) or []
        except importlib.metadata.PackageNotFoundError:
            raise SystemExit(f"build_zipapp: {package} is not installed for this Python: pip install '{package}>={floor}'") from None
        modules = {file.as_posix(): file for file in files if file.parts[0] == package and file.suffix == ".py"}
        licences = {f"licenses/{package}-{file.name}": file for file in files if file.name.upper().startswith("LICENSE")}
        if f"{package}/__init__.py" not in modules or not licences:  # configobj 5.0.6 is three scattered modules, needs six, and brings no licence
            raise SystemExit(f"build_zipapp: the {package} of this Python is too old to be packed: pip install '{package}>={floor}'")
        yield from ((name, Path(str(file.locate())).read_bytes()) for name, file in {**modules, **licences}.items())


def for_this_python(name: str, source: bytes, work: Path) -> bytes:
    """The module compiled, and valid whatever the time of its source, which is beside it in the same archive."""
    path, made = work / "module.py", work / "module.pyc"
    path.write_bytes(source)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(path), str(made), dfile=f"ita-doctor.pyz/{name}", doraise=True, invalidation_mode=mode)
    return made.read_bytes()


def build(target: Path) -> None:
    """Write the archive, whole or not at all."""
    files: Dict[str, bytes] = {**dict(ours()), **dict(theirs())}
    with tempfile.TemporaryDirectory() as work:
        for name in [name for name in files if name.endswith(".py")]:
            files[f"{name}c"] = for_this_python(name, files[name], Path(work))
    beside = target.with_name(f".{target.name}.new")
    target.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("wb") as out:
        out.write(SHEBANG)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, MOMENT)
                entry.external_attr = (stat.S_IFREG | 0o644) << 16
                entry.create_system = 3
                archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    beside.chmod(0o755)
    beside.replace(target)


def main() -> None:
    """Read the command line, build; once more from the start where the order of sets is left to chance."""
    if os.environ.get(SEED) != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, SEED: "0"})
    parser = argparse.ArgumentParser(description="Build ita-doctor.pyz, one file for machines without pip.")
    parser.add_argument("--output", metavar="FILE", type=Path, default=ROOT / "dist" / "ita-doctor.pyz", help="default: dist/ita-doctor.pyz")
    target = parser.parse_args().output.resolve()
    build(target)
    print(f"{target}: {target.stat().st_size} bytes, compiled for Python {sys.version_info[0]}.{sys.version_info[1]}")


if __name__ == "__main__":
    main()

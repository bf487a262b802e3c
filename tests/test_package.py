"""What is shipped: a wheel, an sdist and one file for machines without pip, each the same bytes twice, and each whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any, List, Sequence

import pytest

from build_zipapp import PACKED
from ita_doctor import __version__
from laboratory.lab import build as build_laboratory
from laboratory.lab import copy_of

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "tools" / "build_zipapp.py").exists(), reason="needs the checkout"),
]


def copy_of_checkout(folder: Path, *, mask: int) -> Path:
    """The checkout in another place, with other times and modes."""
    old = os.umask(mask)
    try:
        for name in filter(lambda name: (ROOT / name).is_dir(), ("src", "rules", "tools", "contrib", "docs", ".ci")):  # an sdist has no .ci
            shutil.copytree(
                ROOT / name, folder / name, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("__pycache__", "_rules.py", "_tables.py")
            )
        for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
            shutil.copyfile(ROOT / name, folder / name)
    finally:
        os.umask(old)
    return folder


def run(*command: Any, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command that has to go well."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment}, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> List[Path]:
    """Two folders, each with a wheel and an sdist of the same checkout, built elsewhere, by another umask, with another seed of hashes."""
    pytest.importorskip("hatchling", reason="needs hatchling to build")
    made = []
    for number, mask in enumerate((0o022, 0o077)):
        source = copy_of_checkout(tmp_path_factory.mktemp(f"checkout{number}") / ("deep/" * number + "ita"), mask=mask)
        out = tmp_path_factory.mktemp(f"dist{number}")
        old = os.umask(mask)
        try:
            run(sys.executable, "-m", "hatchling", "build", "-d", out, cwd=source, PYTHONHASHSEED=str(number + 1))
            assert 2 == len(list(out.iterdir()))
        finally:
            os.umask(old)
        made.append(out)
    return made


@pytest.mark.parametrize("ending", [".whl", ".tar.gz"])
def test_a_build_is_the_same_twice(built: List[Path], ending: str) -> None:
    """Wherever and whenever it is built."""
    first, second = (next(one for one in folder.iterdir() if one.name.endswith(ending)) for folder in built)

    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_the_wheel_holds_what_runs(built: List[Path]) -> None:
    """Compiled rules, the rule files for `--rules` authors, man page and completion; no tests, no caches."""
    (wheel,) = built[0].glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    assert {"ita_doctor/_rules.py", "ita_doctor/_tables.py", "ita_doctor/py.typed"} <= set(names)
    assert any(name.endswith("share/man/man1/ita-doctor.1") for name in names)
    assert not [name for name in names if "test" in name or "__pycache__" in name or name.endswith(".pyc")]


def test_the_sdist_builds_the_same_wheel(built: List[Path], tmp_path: Path) -> None:
    """From its own files alone."""
    (archive,) = built[0].glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = [name.partition("/")[2] for name in packed.getnames()]
        assert not [name for name in names if "__pycache__" in name or (name.startswith(".") and name != ".gitignore")]
        packed.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (source,) = tmp_path.iterdir()

    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again", cwd=source)

    (wheel,), (again,) = built[0].glob("*.whl"), (tmp_path / "again").glob("*.whl")
    assert wheel.read_bytes() == again.read_bytes()


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file."""
    if not hasattr(pytest.importorskip("configobj", reason="needs configobj to pack it"), "__path__"):
        pytest.skip("this configobj is too old to be packed")
    path = tmp_path_factory.mktemp("pyz") / "ita-doctor.pyz"
    run(sys.executable, ROOT / "tools" / "build_zipapp.py", "--output", path, cwd=ROOT)
    return path


def test_the_one_file_is_the_same_twice(pyz: Path, tmp_path: Path) -> None:
    """And can be run as it is."""
    run(sys.executable, ROOT / "tools" / "build_zipapp.py", "--output", tmp_path / "b.pyz", cwd=ROOT, PYTHONHASHSEED="7")

    assert pyz.read_bytes() == (tmp_path / "b.pyz").read_bytes()
    assert pyz.stat().st_mode & 0o111
    assert pyz.read_bytes().startswith(b"#!/usr/bin/env python3\n")


def test_the_one_file_holds_a_licence_for_each(pyz: Path) -> None:
    """Ours and each library's; every module stands there twice."""
    names = set(zipfile.ZipFile(pyz).namelist())

    assert "ita_doctor/LICENSE" in names
    assert [] == [package for package in PACKED if not any(name.startswith(f"licenses/{package}-") for name in names)]
    assert all(f"{name}c" in names for name in names if name.endswith(".py"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A healthy laboratory."""
    if shutil.which("keytool") is None or shutil.which("openssl") is None:
        pytest.skip("needs openssl and keytool")
    return build_laboratory(tmp_path_factory.mktemp("laboratory") / "site")


def pythons() -> List[str]:
    """This interpreter, and one of another version for which nothing is compiled there."""
    others = [shutil.which(f"python3.{minor}") or "" for minor in (9, 11, 13)]
    return [sys.executable, *[one for one in others if one and has_libraries(one)]]


def has_libraries(python: str) -> bool:
    """Whether it has what the one file does not bring."""
    return subprocess.run([python, "-c", "import cryptography, OpenSSL"], capture_output=True, check=False).returncode == 0


COMMANDS = ("check", "fix", "report", "inspect", "explain", "rules", "demo", "--version", "undo")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("python", pythons())
def test_every_command_runs_from_the_one_file(pyz: Path, site: Any, tmp_path: Path, python: str, command: str) -> None:
    """From another folder, without our checkout on the path, and without writing a byte beside it."""
    arguments = {
        "check": [site.agent, "--offline"], "fix": [site.agent, "--offline", "--state", tmp_path / "state"],
        "report": [site.agent, "--offline", "--state", tmp_path / "state", "--format", "nagios"], "inspect": [site.pub], "explain": ["ITA-STH-001"],
        "undo": [site.agent, "--state", tmp_path / "state"],
    }.get(command, [])  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}

    done = subprocess.run(
        [python, "-I", pyz, command, *map(str, arguments)], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )

    assert "Traceback" not in done.stderr
    assert (3 if command == "undo" else 0) == done.returncode, done.stdout + done.stderr
    assert [pyz.name] == os.listdir(pyz.parent)


def test_a_library_that_is_missing_is_a_sentence(pyz: Path, tmp_path: Path) -> None:
    """Which, for which Python, and what to do; no traceback."""
    hidden = tmp_path / "cryptography"
    hidden.mkdir()
    (hidden / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'cryptography'\", name='cryptography')\n")
    place = tmp_path / "ITA/cpa/ita"
    place.mkdir(parents=True)

    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv[:] = [{str(pyz)!r}, 'demo']; import runpy; runpy.run_path({str(pyz)!r}, run_name='__main__')"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 3 == done.returncode, done.stderr
    assert "the library cryptography is not installed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("made_by", ["this interpreter", "another one"])
def test_what_was_compiled_is_taken_by_the_interpreter_that_made_it(pyz: Path, tmp_path: Path, made_by: str) -> None:
    """And by no other, which takes the source: here each of the two says another version."""
    spoiled = tmp_path / "spoiled.pyz"
    with zipfile.ZipFile(pyz) as archive, zipfile.ZipFile(spoiled, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "ita_doctor/__init__.py":
                content = b'__version__ = "of the source"\n'
            if name.endswith(".pyc") and made_by == "another one":
                content = b"\x00\x00" + content[2:]
            other.writestr(name, content)

    said = run(sys.executable, "-I", spoiled, "--help", cwd=tmp_path).stdout

    assert f"Version {__version__ if made_by == 'this interpreter' else 'of the source'};" in said


def test_a_repair_is_made_and_taken_back_by_the_one_file(pyz: Path, site: Any, tmp_path: Path) -> None:
    """Its second reader of ita.ini, configobj, is inside; every byte comes back."""
    spoiled = copy_of(site, tmp_path / "site")
    spoiled.set("password_file", spoiled.folder / "other.sth")
    before, state = spoiled.ini.read_bytes(), ("--state", tmp_path / "state")

    told = run(sys.executable, "-I", pyz, "fix", spoiled.agent, "--offline", "--apply", *state, cwd=tmp_path).stdout
    repaired = spoiled.ini.read_bytes()
    run(sys.executable, "-I", pyz, "undo", spoiled.agent, *state, cwd=tmp_path)

    assert "second reader" not in told
    assert before != repaired
    assert before == spoiled.ini.read_bytes()


def test_a_page_is_made_by_the_one_file(pyz: Path, site: Any, tmp_path: Path) -> None:
    """Its template, its style and jinja2 are inside."""
    page = run(sys.executable, "-I", pyz, "check", site.agent, "--offline", "--format", "html", cwd=tmp_path).stdout

    assert page.startswith("<!DOCTYPE html>")
    assert "<style>:root" in page
    assert page.endswith("</html>\n")


@pytest.mark.parametrize(("files", "said"), [((), "is not installed"), (("configobj.py", "_version.py", "six.py"), "is too old to be packed")])
def test_a_configobj_that_cannot_be_packed_is_a_sentence(tmp_path: Path, files: Sequence[str], said: str) -> None:
    """None, and 5.0.6: three modules without a licence."""
    if files:
        facts = tmp_path / "configobj-5.0.6.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: configobj\nVersion: 5.0.6\n")
        (facts / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    program = f"import sys; sys.path = [one for one in sys.path if 'site-packages' not in one] + [{str(tmp_path)!r}, {str(ROOT / 'tools')!r}]"
    program += "; import build_zipapp; dict(build_zipapp.theirs())"

    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)

    assert 1 == done.returncode
    assert done.stderr.startswith("build_zipapp: ")
    assert said in done.stderr
    assert 1 == done.stderr.count("\n")

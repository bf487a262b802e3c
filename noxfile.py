"""What must pass before a change is taken: nox runs it all."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "tests", "oldest", "docs"]
nox.options.reuse_existing_virtualenvs = True

CODE = ("src", "tests", "tools", "benchmarks", "noxfile.py")
OLDEST = ("cryptography==3.4.8", "pyOpenSSL==20.0.1", "configobj==5.0.6", "six", "psutil==5.8.0")
"""The floors of pyproject.toml; this configobj needs six and does not say so."""


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format, spelling, and the floor of Python 3.9."""
    session.install("ruff==0.17.*", "codespell", "vermin")
    session.run("ruff", "check", *CODE)
    session.run("ruff", "format", "--check", *CODE)
    session.run("codespell", "src", "tools", "benchmarks", "docs", "rules", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
    known = ("--exclude", "file", "--exclude", "tomllib")  # checks/file.py is no built-in of Python 2, and before 3.11 it is tomli
    session.run("vermin", "--target=3.9-", "--no-tips", "--violations", "--eval-annotations", *known, "src")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types of src and of the tests' builders."""
    session.install("mypy>=2.4", ".[test]")
    session.run("mypy")


@nox.session(python=["3.9", "3.13"])
def tests(session: nox.Session) -> None:
    """All tests against the built wheel, with the newest libraries."""
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python="3.9")
def oldest(session: nox.Session) -> None:
    """All tests with the oldest libraries that are supported."""
    session.install(".[test]", *OLDEST)
    session.run("pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Nothing in docs/ is stale: options, rules, links, schemas, the picture (drawn by one version of rich)."""
    session.install(".[test]", ".[docs]", "rich==15.0.*")
    session.run("pytest", "tests/test_docs.py", "tests/test_rule_docs.py", "tests/test_schemas.py")
    session.run("python", "tools/screenshot.py", "--check")
    session.run("python", "tools/manual.py", "--check")
    session.run("python", "tools/rule_docs.py", "--check")
    session.run("mkdocs", "build", "--strict", "-d", f"{session.create_tmp()}/site")

"""The documentation says what there is: every option, every rule, every reason, and no link leads nowhere."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from pathlib import Path
from typing import Dict, List

import pytest

from builders import book
from ita_doctor.cli.app import COMMANDS
from ita_doctor.model.artifact import Reason
from ita_doctor.model.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def read(name: str) -> str:
    """One page of docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def options_of(command: str) -> List[argparse.Action]:
    """Every option of a command but --help, and every argument."""
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"ita_doctor.cli.{command}").add_options(parser)
    return parser._actions


def section_of(command: str) -> str:
    """What docs/check.md, or docs/fix.md, says of one command."""
    sections = re.split(r"^## ", "\n".join(map(read, ("check.md", "fix.md", "report.md"))), flags=re.MULTILINE)
    found = next(each for each in sections if each.startswith(f"{command}\n"))
    return found + section_of("check") if command == "report" else found  # it takes every option of check, and says so


def row_of(rule: Rule) -> str:
    """A rule's row in docs/rules.md."""
    severities = dict.fromkeys([rule.severity.value, *(each.severity.value for each in rule.say.values() if each.severity)])
    return f"| [{rule.id}](rules/{rule.id}.md) | {', '.join(severities)} | {rule.title} | {rule.step or ''} |"


def anchors_of(page: Path) -> List[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_is_explained(command: str) -> None:
    """Each option has a row in its command's section, with the name of its value and with its choices."""
    section = section_of(command)
    for option in options_of(command):
        value = "{" + ",".join(option.choices) + "}" if option.choices else option.metavar or ""
        wanted = [f"`{name} {value}`" if value and option.nargs != 0 else f"`{name}`" for name in option.option_strings]

        assert [] == [each for each in wanted if f"{each} |" not in section and f"{each}, `" not in section]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_option_is_invented(command: str) -> None:
    """A row that begins with an option names one that there is."""
    known = {name for option in options_of(command) for name in option.option_strings}
    told = re.findall(r"`(--?[a-z][a-z-]*)", " ".join(re.findall(r"^\| (`-[^|]*)\|", section_of(command), flags=re.MULTILINE)))

    assert [] == [name for name in told if name not in known]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_listed(command: str) -> None:
    """The table at the top of docs/check.md names each command."""
    assert f"| `ita-doctor {command}" in read("check.md")


def test_every_rule_has_its_row() -> None:
    """docs/rules.md lists the rules as their files have them: in order, none missing, none invented."""
    rows = [line.replace("\\", "") for line in read("rules.md").splitlines() if line.startswith("| [ITA-")]

    assert [row_of(rule) for rule in book().rules] == rows


def test_every_rule_that_is_named_exists() -> None:
    """No page speaks of a rule that there is not."""
    known = {rule.id for rule in book().rules}
    named: Dict[str, List[str]] = {page.name: re.findall(r"\bITA-[A-Z]+-\d{3}\b", page.read_text(encoding="utf-8")) for page in PAGES}

    assert [] == [(page, rule) for page, rules in named.items() for rule in rules if rule not in known]


def test_every_reason_is_explained() -> None:
    """docs/design.md lists why something can be lost, each reason on its side."""
    faults, others = re.findall(r"^\| (`absent`.*|`offline`.*) \| .* \|$", read("design.md"), flags=re.MULTILINE)

    assert {reason.value for reason in Reason if reason.is_fault} == set(re.findall(r"`([\w-]+)`", faults))
    assert {reason.value for reason in Reason if not reason.is_fault} == set(re.findall(r"`([\w-]+)`", others))


def test_every_dependency_is_explained() -> None:
    """docs/dependencies.md has a row for each library of pyproject.toml, with its floor."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needed = re.search(r"^dependencies = \[(.*?)^\]", text, flags=re.MULTILINE | re.DOTALL)

    assert needed is not None
    for name, floor in re.findall(r'"([\w-]+)>=([\d.]+)', needed[1]):
        assert f"| {name} | {floor} |" in read("dependencies.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    """Every relative link names a file of the project, and a heading of it where it says so."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        found = (page.parent / target).resolve() if target else page

        assert found.exists(), link
        assert found.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors_of(found), link


def test_every_page_can_be_found() -> None:
    """docs/index.md leads to every page of docs/."""
    linked = {link.partition("#")[0] for link in LINK.findall(read("index.md"))}

    assert [] == [page.name for page in DOCS.glob("*.md") if page.name not in linked | {"index.md"}]

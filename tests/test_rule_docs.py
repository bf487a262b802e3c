"""The page of each rule says all that the rule says, as it is; none is stale, none is left over; and the site leads to every page."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rule_docs
from builders import book
from ita_doctor.cli.explain import named
from ita_doctor.model.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
RULES = {rule.id: rule for rule in book().rules}
ODD = [
    "a|b",
    "*PUBLIC is *EXCLUDE",
    "ita_prv<suffix>.pem",
    "[ITA SSL]",
    "# one",
    "1. one",
    "- one",
    "a `b` c",
    "a ` b",
    "&lt; \\ ~~a~~",
    "__a__",
    "![a](b)",
]


def page(rule: str) -> str:
    """What stands on the page of a rule."""
    return (DOCS / "rules" / f"{rule}.md").read_text(encoding="utf-8")


def read(markdown: str) -> str:
    """What a reader sees of Markdown as rule_docs.shown writes it, without the backticks around code."""
    parts = markdown.split("`")
    return "".join(part if at % 2 else html.unescape(re.sub(r"\\(.)", r"\1", part)) for at, part in enumerate(parts))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what rule_docs writes."""
    (tmp_path / "docs").mkdir()
    shutil.copytree(DOCS / "rules", tmp_path / "docs" / "rules")
    shutil.copy(DOCS / "rules.md", tmp_path / "docs" / "rules.md")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path / "mkdocs.yml")
    return tmp_path


def check(target: Path, capsys: pytest.CaptureFixture[str]) -> List[str]:
    """What --check finds stale; the exit status agrees."""
    status = rule_docs.main(["--check", "--target", str(target)])
    said = capsys.readouterr().err.splitlines()
    assert status == bool(said)
    return [line.partition(" is stale: run python tools/rule_docs.py")[0] for line in said]


def test_nothing_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    """Every page, the table and the part of mkdocs.yml are what the rules say now."""
    assert [] == check(ROOT, capsys)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_page_has_all_of_its_rule(rule: Rule) -> None:
    """Title, severity, step, version, reason, what is done by hand, references; and each variant's words, commands and severity."""
    text, seen = page(rule.id), read(page(rule.id).replace("`", ""))
    variants = dict(zip(rule.say, re.split(r"^### .*$", text.partition("\n## By hand\n")[0], flags=re.MULTILINE)[1:]))
    lines = [line for line in (*rule.why.splitlines(), *rule.by_hand.splitlines()) if not line.startswith("$ ")]

    assert text.startswith(f"# {rule.id}: ")
    assert f"| {rule_docs.severities(rule)} | {rule.step or 'none'} |" in text
    assert [] == [each for each in (rule.title, rule.since, *lines, *rule.references) if each.replace("`", "") not in seen]
    assert [] == [line for line in rule.by_hand.splitlines() if line.startswith("$ ") and f"\n{line[2:]}\n" not in text]
    assert list(rule.say) == re.findall(r"^### (.*)$", text, flags=re.MULTILINE)
    for name, one in rule.say.items():
        part = read(variants[name].replace("`", ""))
        assert [] == [each for each in (one.message, one.do) if named(each).replace("`", "") not in part]
        assert [] == [each for each in one.commands if f"\n{named(each)}\n" not in variants[name]]
        assert (one.severity not in (None, rule.severity)) == ("\nSeverity: " in variants[name])
        assert (one.remedy is None) == ("does not heal it" in variants[name])
        assert [] == [other for other in one.yields_to if f"({other}.md)" not in variants[name]]


def test_rules_lead_to_each_other() -> None:
    """A rule that yields has a link to the other, and the other one back."""
    pairs = [(rule.id, other) for rule in RULES.values() for other in rule.yields_to]

    assert pairs
    assert [] == [(one, other) for one, other in pairs if f"({other}.md)" not in page(one) or f"({one}.md)" not in page(other)]


def test_every_need_has_words() -> None:
    """What a rule waits for is said in words; and every family has its further reading."""
    from ita_doctor.model.setup import NEEDS
    from ita_doctor.rulebook import FAMILIES

    assert set(NEEDS) == set(rule_docs.SUBJECTS)
    assert set(FAMILIES) == set(rule_docs.MORE)


@pytest.mark.parametrize("text", ODD)
def test_odd_characters_stay(text: str) -> None:
    """What Markdown or HTML would take for its own is shown as it is; only backticks in pairs are taken for code."""
    pytest.importorskip("markdown", reason="Python-Markdown judges it")

    assert text.replace("`b`", "b") == rendered(rule_docs.shown(text))


@given(st.text(alphabet="ab1 `*_[]()<>&|~\\#+-.!{}=:;^$\"'", max_size=20))
def test_no_text_is_taken_for_markup(text: str) -> None:
    """The same holds for whatever a rule may say."""
    pytest.importorskip("markdown", reason="Python-Markdown judges it")
    made = rule_docs.shown(text)

    assert [char for char in text if char not in " `"] == [char for char in rendered(made) if char not in " `"]


def rendered(markdown: str) -> str:
    """The text of the one paragraph that the site makes of it."""
    from markdown import markdown as render

    (text,) = re.findall(r"\A(?:<p>(.*)</p>)?\Z", render(markdown, extensions=["toc", "tables", "fenced_code"]), flags=re.DOTALL)
    assert set() == set(re.findall(r"<(\w+)", text)) - {"code"}
    return html.unescape(re.sub(r"</?code>", "", text))


def test_placeholders_are_readable() -> None:
    """No page has a placeholder in braces, nor a tag that a browser would swallow."""
    for rule in RULES:
        text = re.sub(r"^<!-- .* -->$|^```sh\n.*?^```$|`[^`\n]*`", "", page(rule), flags=re.MULTILINE | re.DOTALL)

        assert [] == re.findall(r"\{\w+\}|<.*", text)


@pytest.mark.parametrize("name", ["docs/rules/ITA-STH-001.md", "docs/rules.md", "mkdocs.yml"])
def test_a_stale_file_is_found_and_renewed(name: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--check names it and leaves it; without --check it is right again."""
    right = (project / name).read_text(encoding="utf-8")
    (project / name).write_text(right.replace("ITA-STH-001", "ITA-STH-000"), encoding="utf-8")

    found = check(project, capsys)
    written = rule_docs.main(["--target", str(project)])

    assert ([name], 0, right) == (found, written, (project / name).read_text(encoding="utf-8"))


def test_a_page_of_a_rule_that_is_gone_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is stale, and taken away; one that is missing is stale, and made."""
    gone, missing = project / "docs/rules/ITA-STH-000.md", project / "docs/rules/ITA-TLS-001.md"
    missing.rename(gone)

    found = check(project, capsys)
    rule_docs.main(["--target", str(project)])

    assert ["docs/rules/ITA-TLS-001.md", "docs/rules/ITA-STH-000.md"] == found
    assert (False, True) == (gone.exists(), missing.exists())


def test_the_marks_have_to_be_there(project: Path) -> None:
    """Where mkdocs.yml has lost them, nothing is written by guess."""
    (project / "mkdocs.yml").write_text("nav:\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="no longer the two marks"):
        rule_docs.main(["--target", str(project)])


def test_the_site_leads_to_every_page() -> None:
    """The nav of mkdocs.yml names each page of docs/ once, and none that there is not."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named_there = re.findall(r"^ +- .*?: (\S+)$", text, flags=re.MULTILINE)
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]

    assert sorted(pages) == sorted(each for each in named_there if not each.startswith("project/"))
    assert [] == [each for each in named_there if each.startswith("project/") and not (ROOT / each[len("project/") :]).is_file()]


def build(source: Path, to: Path) -> subprocess.CompletedProcess[str]:
    """`mkdocs build --strict`; with -q it would count no warning."""
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(source / "mkdocs.yml"), "-d", str(to)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def test_the_site_is_built_and_asks_nobody(tmp_path: Path) -> None:
    """mkdocs has nothing to warn of; no page loads anything from another host, and none shows Markdown in the raw."""
    pytest.importorskip("mkdocs", reason="it builds the site")

    done = build(ROOT, tmp_path / "site")

    assert (0, "") == (done.returncode, "".join(re.findall(r"^WARNING.*|^ERROR.*", done.stderr, flags=re.MULTILINE)))
    for path in (tmp_path / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert [] == re.findall(r"<(?:link|script|img|iframe)\b[^>]*(?:href|src)=\"?(?:https?:)?//[^>]*", text), path
        assert [] == re.findall(r"<code>sh\n|^ *\|[- |]+\|$|```", text, flags=re.MULTILINE), path
    for path in (tmp_path / "site").rglob("*.css"):
        assert [] == re.findall(r"(?:url\(|@import)[\"' ]*(?:https?:)?//[^)]*", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("link", ["gone.md", "check.md#gone", "../GONE.md", "../tools"])
def test_a_link_that_leads_nowhere_stops_the_build(link: str, tmp_path: Path) -> None:
    """To a page, to a heading, and out of docs/; and the link is named."""
    pytest.importorskip("mkdocs", reason="it builds the site")
    for name in ("docs", "tools", "contrib", "benchmarks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*ROOT.glob("*.md"), ROOT / "mkdocs.yml"):
        shutil.copy(path, tmp_path / path.name)
    with (tmp_path / "docs" / "trust.md").open("a", encoding="utf-8") as file:
        file.write(f"\n[nowhere]({link})\n")

    done = build(tmp_path, tmp_path / "site")

    assert 1 == done.returncode
    (warning,) = re.findall(r"^WARNING +- +(.*trust\.md.*)", done.stderr, flags=re.MULTILINE)
    assert link.rsplit("/", maxsplit=1)[-1] in warning


def test_lists_are_nested_as_the_site_needs_it() -> None:
    """What stands below an item is indented by four, code there by eight; outside of lists nothing changes."""
    pytest.importorskip("mkdocs", reason="the hook imports it")
    from site_pages import nested

    text = "1. one\n\n   ```sh\n   a\n     b\n   ```\n\n   more\n2. two\n\n```sh\n   c\n- d\n```\n- e\n  - f\n\ng\n"

    assert "1. one\n\n\n        a\n          b\n\n\n    more\n\n2. two\n\n```sh\n   c\n- d\n```\n- e\n    - f\n\ng\n" == nested(text)

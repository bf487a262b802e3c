"""The HTML page in real Chromium: quiet, self-contained, open to everybody, narrow or wide, by day and by night, with or without scripts."""

from __future__ import annotations

import functools
import importlib.util
from typing import List, Tuple

import pytest

from browser import pages
from browser.judge import Judge, Seen, View
from ita_doctor.model.report import Report
from ita_doctor.model.visible import visible

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(importlib.util.find_spec("jinja2") is None, reason="needs jinja2, as the page itself"),
]

VIEWS = [View(width, is_dark=is_dark) for width in (320, 1280) for is_dark in (False, True)]
PLAIN = [View(320, has_script=False), View(1280, is_dark=True, has_script=False)]
PAPER = [View(700, is_print=True), View(700, is_dark=True, is_print=True)]


@functools.cache
def case(name: str) -> Tuple[List[Report], str]:
    """The reports, and the page of them."""
    reports = pages.CASES[name]()
    return reports, pages.page_of(reports)


@functools.cache
def large() -> str:
    """The page of two hundred hosts."""
    return pages.page_of(pages.fleet(200))


def squeezed(text: str) -> str:
    """Without blanks: a page may break its lines where it likes."""
    return "".join(text.split())


def unsaid(reports: List[Report], shown: str) -> List[str]:
    """Causes that nobody can read; of a long message its start, in the form in which it is safe to show."""
    text = squeezed(shown)
    causes = [(one.rule, squeezed(visible(one.message, 120).rstrip("…"))[:80]) for one in pages.causes(reports)]
    return [f"{rule}: {message}" for rule, message in causes if rule not in text or (len(reports) == 1 and message not in text)]


def told(seen: Seen) -> List[str]:
    """All that is not as it should be."""
    faults = [f"axe {one.impact}: {one.rule} ({one.help}) at {', '.join(one.targets[:3])}" for one in seen.faults]
    return [*map(str, seen.console), *seen.requests, *faults, *([f"{seen.overflow} px too wide", *seen.wide] if seen.overflow or seen.wide else [])]


@pytest.mark.parametrize("view", VIEWS + PLAIN + PAPER, ids=str)
@pytest.mark.parametrize("name", pages.CASES)
def test_the_page_is_good(judge: Judge, name: str, view: View) -> None:
    """No word in the console, no request to anywhere, no fault of axe-core, not wider than the window; and it says the cause."""
    reports, page = case(name)
    seen = judge.look(page, view)

    assert [] == told(seen)
    assert [] == unsaid(reports, seen.text)


@pytest.mark.parametrize("name", pages.CASES)
def test_it_reads_the_same_without_scripts(judge: Judge, name: str) -> None:
    """Each line of it; what only a script could do is not offered."""
    _, page = case(name)
    plain, full = judge.look(page, View(has_script=False)), judge.look(page)

    assert set(map(squeezed, plain.text.splitlines())) >= set(map(squeezed, full.text.splitlines()))
    judge.open(page, View(has_script=False))
    assert [] == judge.ask("[...document.querySelectorAll('button')].filter(each => each.checkVisibility()).map(each => each.innerText)")


@pytest.mark.parametrize("view", [View(320), View(1280, is_dark=True)], ids=str)
@pytest.mark.parametrize("name", [*pages.SINGLE, "nothing"])
def test_the_keyboard_reaches_all(judge: Judge, name: str, view: View) -> None:
    """Each stop has a name and shows that it has the focus; nothing is left out."""
    walk = judge.walk(case(name)[1], view, at_most=400)

    assert () == walk.missed
    assert [] == [one for one in walk.stops if not one.name or not one.shows_focus]


def test_two_hundred_hosts(judge: Judge) -> None:
    """Narrow as it is, and with all that they have."""
    assert [] == told(judge.look(large(), View(320)))


def test_the_keyboard_gets_along_in_a_fleet(judge: Judge) -> None:
    """The first stops: the table and what follows it."""
    walk = judge.walk(case("fleet")[1], at_most=60)

    assert len(walk.stops) > 5
    assert [] == [one for one in walk.stops if not one.name or not one.shows_focus]


@pytest.mark.parametrize("name", pages.CASES)
def test_a_screen_reader_finds_its_way(judge: Judge, name: str) -> None:
    """One main part, one heading of the first level that says something, and a name for each picture and table."""
    tree = judge.look(case(name)[1]).tree

    assert 1 == len([one for one in tree if one.role == "main"])
    assert [] == [one for one in tree if one.role in ("heading", "image", "table", "graphics-document", "link", "button") and not one.name]


@pytest.mark.parametrize("name", [f"hostile-{each}" for each in pages.EVILS] + ["fleet-hostile"])
def test_what_comes_from_outside_stays_text(judge: Judge, name: str) -> None:
    """No element, no handler and no turn of the writing comes of it."""
    reports, page = case(name)
    seen = judge.look(page)
    judge.open(page)
    made = judge.ask("document.querySelectorAll('img, [onerror], [onload], svg script, svg style, iframe, object, embed, base').length")

    assert 0 == made
    assert all(visible(one.head.host, 30).rstrip("…") in seen.text for one in reports)
    assert [] == [character for character in page if character in "\u202e\u2066\u200b\x1b\x00\ufffd"]


@pytest.mark.parametrize("column", range(4))
def test_the_table_of_hosts_can_be_sorted(judge: Judge, column: int) -> None:
    """By keyboard, up and down; a screen reader is told, and no row is lost."""
    judge.open(large())
    if not judge.ask(f"Boolean(document.querySelectorAll('th button')[{column}])"):
        pytest.skip("there are fewer columns that can be sorted")
    rows, orders, lists = [], [], []
    for _ in range(2):
        judge.ask(f"document.querySelectorAll('th button')[{column}].focus()")
        judge.press("Enter")
        orders.append(judge.ask(f"document.querySelectorAll('th button')[{column}].closest('th').getAttribute('aria-sort')"))
        rows = judge.ask("[...document.querySelector('th button').closest('table').tBodies[0].rows].map(each => each.innerText)")
        lists.append(rows)

    assert {"ascending", "descending"} == set(orders)
    assert sorted(lists[0]) == sorted(lists[1])
    assert lists[0] != lists[1]


def test_worst_first(judge: Judge) -> None:
    """A fleet's table begins with what is worst."""
    judge.open(large())
    rows = judge.ask("[...document.querySelector('th button').closest('table').tBodies[0].rows].map(each => each.innerText.toLowerCase())")

    assert len(rows) == 220  # each tenth host has two installations
    assert "critical" in rows[0]
    assert "healthy" in rows[-1]


INK = """(() => {
  const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(each => each / 255)
    .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ratio = (one, other) => { const [low, high] = [light(one), light(other)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
  const clear = "rgba(0, 0, 0, 0)", weak = [];
  for (const text of document.querySelectorAll("svg text")) {
    if (!text.checkVisibility()) continue;
    text.scrollIntoView({block: "center"});
    const box = text.getBoundingClientRect();
    const below = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).filter(each => !each.matches("text, tspan, line, path, svg"));
    const paint = below.map(each => each instanceof SVGElement ? getComputedStyle(each).fill : getComputedStyle(each).backgroundColor);
    const ground = paint.find(each => each !== "none" && each !== clear) || (matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)");
    const found = ratio(getComputedStyle(text).fill, ground);
    if (found < 4.5) weak.push(`${text.textContent}: ${getComputedStyle(text).fill} on ${ground}, ${found.toFixed(2)}`);
  }
  return weak;
})()"""
"""Text in a drawing that is too weak for what it stands on; axe-core does not decide about drawings."""


@pytest.mark.parametrize("view", [*VIEWS, PAPER[1]], ids=str)
@pytest.mark.parametrize("name", ["healthy", "trust", "many", "past", "soon"])
def test_drawings_can_be_read(judge: Judge, name: str, view: View) -> None:
    """Text in them is as strong as text elsewhere has to be, 4.5 to 1."""
    judge.open(case(name)[1], view)

    assert judge.ask("document.querySelectorAll('svg text').length") > 5
    assert [] == judge.ask(INK)

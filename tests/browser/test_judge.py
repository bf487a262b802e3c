"""The judge of the page sees what it is there to see, and is silent on a good page."""

from __future__ import annotations

import struct

import pytest

from browser.judge import Judge, Node, View

pytestmark = pytest.mark.long

GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px sans-serif}@media (prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#9cf}}
@media print{.screen{display:none}}</style></head>
<body><header><h1>A page</h1></header><main><p>Some text, and <a href="#end">a link</a>.</p><p class="screen">on a screen</p>
<details><summary>More</summary><p>hidden <a href="#top">away</a></p></details><h2 id="end">The end</h2></main></body></html>"""

SCRIPTED = GOOD.replace("default-src 'none'", "script-src 'unsafe-inline'")


def with_body(extra: str, page: str = GOOD) -> str:
    """The good page with more at its end."""
    return page.replace("</main>", f"{extra}</main>")


@pytest.mark.parametrize("view", [View(320), View(1280), View(1280, is_dark=True), View(320, has_script=False), View(is_print=True)], ids=str)
def test_a_good_page_is_good(judge: Judge, view: View) -> None:
    """In every view: nothing in the console, no request, no fault, no overflow; axe-core runs whatever the policy says."""
    seen = judge.look(GOOD, view)

    assert ((), (), (), 0, ()) == (seen.console, seen.requests, seen.faults, seen.overflow, seen.wide)
    assert "Some text, and a link." in seen.text
    assert Node("heading", "A page") in seen.tree


@pytest.mark.parametrize(
    ("script", "level", "text"),
    [("console.error('oh')", "SEVERE", "oh"), ("console.info('ah')", "INFO", "ah"), ("console.debug('so')", "DEBUG", "so"),
     ("null.x", "SEVERE", "TypeError"), ("setTimeout(() => { throw Error('late') }, 100)", "SEVERE", "late")],
)  # fmt: skip
def test_the_console_is_heard(judge: Judge, script: str, level: str, text: str) -> None:
    """Every level, and what nobody caught."""
    (message,) = judge.look(with_body(f"<script>{script}</script>", SCRIPTED)).console

    assert level == message.level
    assert text in message.text


def test_no_script_runs_where_there_is_none(judge: Judge) -> None:
    """And <noscript> is shown."""
    page = with_body("<script>console.error('oh')</script><noscript>quiet</noscript>", SCRIPTED)
    seen = judge.look(page, View(has_script=False))

    assert () == seen.console
    assert "quiet" in seen.text


@pytest.mark.parametrize(
    "extra",
    ['<img alt="x" src="http://127.0.0.1:9/x">', '<iframe title="x" src="http://127.0.0.1:9/x"></iframe>',
     "<p style='background:url(http://127.0.0.1:9/x)'>x</p>", "<script>fetch('http://127.0.0.1:9/x').catch(() => 0)</script>"],
)  # fmt: skip
def test_a_request_is_seen(judge: Judge, extra: str) -> None:
    """By its address, on whatever road."""
    page = with_body(extra, GOOD.replace("default-src 'none'; style-src 'unsafe-inline'", "default-src * 'unsafe-inline'"))

    assert "http://127.0.0.1:9/x" in judge.look(page).requests


@pytest.mark.parametrize("hint", ["preconnect", "prefetch", "icon"])
def test_what_only_the_network_sees_is_seen(judge: Judge, hint: str) -> None:
    """A connection made in advance is a word to a stranger, too."""
    page = GOOD.replace("default-src 'none'", "default-src *").replace("</head>", f'<link rel="{hint}" href="https://192.0.2.7/x"></head>')

    assert [] != [one for one in judge.look(page).requests if "192.0.2.7" in one]


def test_a_policy_that_was_broken_is_seen(judge: Judge) -> None:
    """A script that the policy forbids does not run, and the console says so."""
    (message,) = judge.look(with_body("<script>console.log('ran')</script>")).console

    assert ("SEVERE", "security") == (message.level, message.source)
    assert "Content Security Policy" in message.text


@pytest.mark.parametrize(
    ("extra", "rule", "impact"),
    [('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt", "critical"), ('<p style="color:#999">weak</p>', "color-contrast", "serious"),
     ("<button></button>", "button-name", "critical"), ("<table><tr><th scope=x>a</table><h5>jump</h5>", "heading-order", "moderate")],
)  # fmt: skip
def test_axe_is_heard(judge: Judge, extra: str, rule: str, impact: str) -> None:
    """With rule, impact and place."""
    found = {one.rule: one for one in judge.look(with_body(extra, GOOD.replace("default-src 'none'", "img-src data:"))).faults}

    assert impact == found[rule].impact
    assert found[rule].targets


def test_a_contrast_is_judged_in_the_dark_too(judge: Judge) -> None:
    """What is strong by day can be weak by night."""
    page = with_body('<p style="color:#333">weak</p>')

    assert [] == [one.rule for one in judge.look(page).faults]
    assert ["color-contrast"] == [one.rule for one in judge.look(page, View(is_dark=True)).faults]


def test_an_overflow_is_seen(judge: Judge) -> None:
    """At 320 px, and what causes it; what scrolls within its own box is none."""
    wide = '<div id="wide" style="width:600px">wide</div>'

    seen = judge.look(with_body(wide), View(320))
    assert seen.overflow > 200
    assert 'id="wide"' in seen.wide[0]
    assert 0 == judge.look(with_body(wide), View(1280)).overflow
    assert 0 == judge.look(with_body(f'<div style="overflow-x:auto" tabindex="0">{wide}</div>'), View(320)).overflow


def test_the_picture_is_of_the_whole_page(judge: Judge) -> None:
    """As wide as the window, as high as the page."""
    picture = judge.look(with_body('<div style="height:3000px"></div>'), View(320)).picture

    width, height = struct.unpack(">II", picture[16:24])
    assert 320 == width
    assert height > 3000


def test_print_is_another_medium(judge: Judge) -> None:
    """What is for the screen is not there."""
    assert "on a screen" in judge.look(GOOD).text
    assert "on a screen" not in judge.look(GOOD, View(is_print=True)).text


def test_the_walk_tells_each_stop(judge: Judge) -> None:
    """In the order of Tab, by the names that a screen reader says; what is folded away is no stop."""
    walk = judge.walk(GOOD)

    assert [("a:0", "link", "a link", True), ("summary:0", "DisclosureTriangle", "More", True)] == list(walk.stops)
    assert () == walk.missed


def test_what_cannot_be_reached_is_missed(judge: Judge) -> None:
    """Because something keeps the focus for itself."""
    trap = "<button id=b onkeydown='event.preventDefault()'>stay</button><button>never</button>"

    assert ("button:1",) == judge.walk(with_body(trap, SCRIPTED)).missed


def test_a_focus_that_is_not_shown_is_seen(judge: Judge) -> None:
    """Whoever takes the outline away and gives nothing for it."""
    hidden = judge.walk(GOOD.replace("<style>", "<style>*{outline:none}")).stops
    instead = judge.walk(GOOD.replace("<style>", "<style>*{outline:none}:focus{background:yellow}")).stops

    assert [False, False] == [one.shows_focus for one in hidden]
    assert [True, True] == [one.shows_focus for one in instead]


def test_a_key_is_pressed(judge: Judge) -> None:
    """And the page answers as to a person."""
    judge.open(GOOD)
    for key in ("Tab", "Tab", "Enter"):
        judge.press(key)

    assert judge.ask("document.querySelector('details').open") is True

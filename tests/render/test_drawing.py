"""The map of trust and the timeline, as coordinates."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

import pytest

from ita_doctor.model.chain import LINKS, chain_of
from ita_doctor.model.report import PastRun
from ita_doctor.render.drawing import ARROWS, PARTS, Map, maps_of, runs_of, timelines_of

NOW = "2026-11-24T12:00:00Z"


def chain(**states: str) -> List[Mapping[str, Any]]:
    """All right but for what is named (`key_certificate` for `key>certificate`)."""
    named = {name.replace("_", ">"): state for name, state in states.items()}
    return [
        {"link": link, "state": named.get(link, "holds"), "rules": ["ITA-KEY-001"] if named.get(link) in ("broken", "weak", "waiting") else []}
        for link in LINKS
    ]


def test_the_map_has_every_link_in_its_order() -> None:
    """Parts and arrows take turns, as in the chain."""
    parts, arrows = list(PARTS), list(ARROWS)

    assert list(LINKS) == [name for pair in zip(parts, [*arrows, ""]) for name in pair if name]
    assert arrows == [f"{one}>{other}" for one, other in zip(parts, parts[1:])]


@pytest.mark.parametrize("at", [0, 1])
def test_what_is_broken_is_drawn_so(at: int) -> None:
    """With a sign, not by colour alone, with the rule beside it, and in words."""
    drawn = maps_of(chain(key_certificate="broken"))[at]
    (arrow,) = [one for one in drawn.arrows if one.state == "broken"]

    assert ("fits", "×", "ITA-KEY-001") == (arrow.label, arrow.sign, arrow.notes[0][0])
    assert "private key fits certificate: broken (ITA-KEY-001)." in drawn.words
    assert {"holds"} == {box.state for box in drawn.boxes}


def places(drawn: Map) -> List[Any]:
    """Everything that has a place."""
    notes = [(x, y) for part in (*drawn.boxes, *drawn.arrows) for _, x, y, _ in part.notes]
    ends = [(box.x + drawn.box[0], box.y + drawn.box[1]) for box in drawn.boxes]
    return [*notes, *ends, *(one.sign_at for one in drawn.arrows), *(one.label_at[:2] for one in drawn.arrows)]


@pytest.mark.parametrize("state", ["holds", "weak", "broken", "waiting", "unknown"])
def test_nothing_is_drawn_outside(state: str) -> None:
    """Whatever is told of every link."""
    rows = [{"link": link, "state": state, "rules": ["ITA-CERT-001", "ITA-CERT-002", "ITA-CERT-003"]} for link in LINKS]

    for drawn in maps_of(rows):
        assert [] == [(x, y) for x, y in places(drawn) if not (0 <= x <= drawn.width and 0 <= y <= drawn.height)]
        assert all(len(box.notes) == 2 and box.notes[1][0] == "ITA-CERT-002 +1" for box in drawn.boxes)


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        [],
        "chain",
        [None],
        [{"link": "key"}],
        [{"link": ["key"], "state": "holds", "rules": []}],
        chain()[1:],
        [{**chain()[0], "state": "x"}],
    ],
)
def test_a_report_without_a_chain_has_no_map(told: Any) -> None:
    """One of an earlier version, or of nobody knows whom."""
    assert () == maps_of(told)


def test_an_empty_run_is_drawn_as_not_judged() -> None:
    """No finding, no green."""
    assert {"unknown"} == {one.state for drawn in maps_of(chain_of(())) for one in (*drawn.boxes, *drawn.arrows)}


def certificate(end: str, left: Any, **more: str) -> Dict[str, Any]:
    """A row of the report's facts."""
    return {"where": "/a.pem", "subject": "CN=nc117031", "not_after": end, "days_left": left, **more}


def test_a_bar_is_green_until_it_is_warned_of() -> None:
    """Then amber, then red, without a gap, up to the day on which it ends."""
    (wide, tall) = timelines_of(
        [certificate("2027-11-24T12:00:00Z", 365, warning_from="2027-10-25T12:00:00Z", error_from="2027-11-17T12:00:00Z")], NOW
    )

    for drawn in (wide, tall):
        (bar,) = drawn.bars
        assert ["holds", "weak", "broken"] == [state for state, _, _ in bar.zones]
        assert [x + width for _, x, width in bar.zones[:-1]] == [x for _, x, _ in bar.zones[1:]]
        assert bar.zones[0][1] == drawn.now
        assert "365 days left, to 2027-11-24" == bar.left


def test_what_has_ended_is_red_up_to_today() -> None:
    """And says when it ended."""
    drawn = timelines_of([certificate("2026-10-24T12:00:00Z", -31), certificate("2027-11-24T12:00:00Z", 365)], NOW)[0]
    ((state, x, width),) = drawn.bars[0].zones

    assert ("broken", drawn.now) == (state, x + width)
    assert "ended 2026-10-24" == drawn.bars[0].left
    assert 1 < drawn.now


@pytest.mark.parametrize(
    "end", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-11-24T12:00:00Z", "1950-01-01T00:00:00Z", "2500-01-01T00:00:00Z"]
)
def test_every_date_stays_within(end: str) -> None:
    """Also one of another century."""
    for drawn in timelines_of([certificate(end, 0), certificate("2027-01-01T00:00:00Z", 38)], NOW):
        assert all(0 <= x and x + width <= drawn.width for bar in drawn.bars for _, x, width in bar.zones)
        assert all(0 <= x <= drawn.width for _, x, _ in drawn.ticks)


@pytest.mark.parametrize(
    "row", [{}, certificate("soon", 1), certificate("10000-01-01T00:00:00Z", 1), {"not_after": 5}, {"not_after": ["2027-01-01"]}]
)
def test_what_has_no_date_is_not_drawn(row: Dict[str, Any]) -> None:
    """The table shows it as it was told."""
    assert () == timelines_of([row], NOW)
    assert () == timelines_of([certificate("2027-01-01T00:00:00Z", 1)], "now")


def test_each_run_has_a_sign() -> None:
    """Not a colour alone; a word of another version is unknown."""
    runs = [PastRun(NOW, word) for word in ("healthy", "note", "warning", "error", "critical", "unknown", "x")]

    assert ["✓", "i", "!", "×", "‼", "?", "?"] == [sign for *_, sign in runs_of(runs)]

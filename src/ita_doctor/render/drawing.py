"""The drawings of the page, as coordinates: the map of trust and the timeline of expiry. The template makes SVG of them."""

from __future__ import annotations

import datetime
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.model.visible import visible

PARTS = {
    "settings": "ita.ini", "key": "private key", "certificate": "certificate", "bundle": "bundle", "agent": "running agent", "master": "master",
    "store": "trust store",
}  # fmt: skip
ARROWS = {
    "settings>key": "names", "key>certificate": "fits", "certificate>bundle": "is in", "bundle>agent": "read by", "agent>master": "reaches",
    "master>store": "asks",
}  # fmt: skip
"""What an arrow says when it is whole."""

STATES = {"holds": "right", "weak": "warning", "broken": "broken", "waiting": "waits", "unknown": "not judged"}
SIGNS = {"holds": "", "weak": "!", "broken": "×", "waiting": "…", "unknown": "?"}
"""No state is told by its colour alone."""

MOST_RULES = 2
"""Rules that are named at one part of the map; the causes above it have them all."""


class Box(NamedTuple):
    """One part of the map."""

    title: str
    state: str
    word: str
    x: int
    y: int
    notes: Tuple[Tuple[str, int, int, str], ...]
    """Text, its place, and its anchor."""


class Arrow(NamedTuple):
    """What connects two parts."""

    label: str
    state: str
    sign: str
    line: Tuple[int, int, int, int]
    label_at: Tuple[int, int, str]
    sign_at: Tuple[int, int]
    notes: Tuple[Tuple[str, int, int, str], ...]


class Map(NamedTuple):
    """The map of trust, drawn in one direction."""

    name: str
    width: int
    height: int
    box: Tuple[int, int]
    boxes: Tuple[Box, ...]
    arrows: Tuple[Arrow, ...]
    words: str
    """All of it as text."""


def maps_of(chain: Any) -> Tuple[Map, ...]:
    """The map side by side for a wide page and one below the other for a narrow one; none where the report has no chain."""
    links = {row["link"]: row for row in chain if _is_link(row)} if isinstance(chain, list) else {}
    if not set(PARTS) | set(ARROWS) <= set(links):
        return ()
    return (_map(links, is_wide=True), _map(links, is_wide=False))


def _is_link(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("link"), str) and row.get("state") in STATES and isinstance(row.get("rules"), list)


def _map(links: Mapping[str, Mapping[str, Any]], *, is_wide: bool) -> Map:
    width, height = (110, 52) if is_wide else (128, 44)
    boxes = []
    for at, (name, title) in enumerate(PARTS.items()):
        x, y = (1 + at * 148, 24) if is_wide else (1, 1 + at * 84)
        beside = (x + width // 2, 94, "middle") if is_wide else (x + width + 10, y + 18, "start")
        state = links[name]["state"]
        boxes.append(Box(title, state, STATES[state], x, y, _notes(links[name]["rules"], *beside)))
    arrows = []
    for (name, label), box in zip(ARROWS.items(), boxes):
        arrows.append(_arrow(label, links[name], box, (width, height), is_wide=is_wide))
    notes = [note for box in boxes for note in box.notes] + [note for arrow in arrows for note in arrow.notes]
    deepest = max((y for _, _, y, _ in notes), default=78)
    size = (boxes[-1].x + width + 1, deepest + 6) if is_wide else (300, boxes[-1].y + height + 1)
    return Map("wide" if is_wide else "tall", *size, (width, height), tuple(boxes), tuple(arrows), _words(links))


def _arrow(label: str, link: Mapping[str, Any], box: Box, size: Tuple[int, int], *, is_wide: bool) -> Arrow:
    width, height = size
    state, rules = link["state"], link["rules"]
    if is_wide:
        x, y = box.x + width, box.y + height // 2
        middle = x + 19
        return Arrow(label, state, SIGNS[state], (x + 3, y, x + 34, y), (middle, 14, "middle"), (middle - 2, y), _notes(rules, middle, 120, "middle"))
    x, y = box.x + width // 2, box.y + height
    return Arrow(label, state, SIGNS[state], (x, y + 3, x, y + 37), (x + 16, y + 17, "start"), (x, y + 17), _notes(rules, x + 16, y + 31, "start"))


def _notes(rules: Sequence[Any], x: int, y: int, anchor: str) -> Tuple[Tuple[str, int, int, str], ...]:
    """The rules at one part, below each other."""
    texts = [visible(str(rule), 14) for rule in rules[:MOST_RULES]]
    if len(rules) > MOST_RULES:
        texts[-1] += f" +{len(rules) - MOST_RULES}"
    return tuple((text, x, y + 12 * at, anchor) for at, text in enumerate(texts))


def _words(links: Mapping[str, Mapping[str, Any]]) -> str:
    """The map for those who cannot see it."""
    parts = list(PARTS)
    said = []
    for at, name in enumerate(parts):
        said.append(f"{PARTS[name]}: {_state(links[name])}.")
        if at + 1 < len(parts):
            arrow = f"{name}>{parts[at + 1]}"
            said.append(f"{PARTS[name]} {ARROWS[arrow]} {PARTS[parts[at + 1]]}: {_state(links[arrow])}.")
    return " ".join(said)


def _state(link: Mapping[str, Any]) -> str:
    rules = ", ".join(visible(str(rule), 14) for rule in link["rules"])
    return STATES[link["state"]] + (f" ({rules})" if rules else "")


class Bar(NamedTuple):
    """One certificate on the timeline."""

    subject: str
    left: str
    """How long it lasts, in words."""
    at: Tuple[int, int, int]
    """Down to the subject's text, to the other text, and to the bar."""
    zones: Tuple[Tuple[str, int, int], ...]
    """Class, x and width: `holds`, then `weak` from the day of the warning, then `broken`."""


class Timeline(NamedTuple):
    """When each certificate ends."""

    name: str
    width: int
    height: int
    now: int
    bars: Tuple[Bar, ...]
    ticks: Tuple[Tuple[str, int, str], ...]
    """Text, x, anchor."""


ROWS = {"wide": (44, 16, 16, 22), "tall": (62, 16, 33, 39)}
"""Height of a row, and in it the two texts, side by side or below each other, and the bar."""
SHORTEST, LONGEST, BACK = 400, 1500, 120
"""Days: what the timeline shows at least and at most after now, and at most before it."""


def timelines_of(rows: Sequence[Mapping[str, Any]], time: str) -> Tuple[Timeline, ...]:
    """The timeline for a wide page and for a narrow one, seen from *time*; none where no date can be read."""
    now = _day(time)
    dated = [(row, end) for row, end in ((row, _day(row.get("not_after"))) for row in rows) if end is not None]
    if now is None or not dated:
        return ()
    ends = [end - now for _, end in dated]
    first = max(-BACK, min([0, *ends]))
    last = min(LONGEST, max([SHORTEST, *ends]))
    return tuple(_timeline(name, width, dated, now, (first, last)) for name, width in (("wide", 1000), ("tall", 300)))


def _timeline(name: str, width: int, dated: Sequence[Tuple[Mapping[str, Any], int]], now: int, span: Tuple[int, int]) -> Timeline:
    first, last = span

    def x_of(day: int) -> int:
        return 1 + (min(max(day, first), last) - first) * (width - 2) // (last - first)

    row_height, *downs = ROWS[name]
    bars = []
    for at, (row, end) in enumerate(dated):
        marks = [("holds", 0)]
        for state, key in (("weak", "warning_from"), ("broken", "error_from")):
            day = _day(row.get(key))
            if day is not None:
                marks.append((state, day - now))
        subject = visible(str(row.get("subject", "")), width // 8 - (20 if name == "wide" else 0))
        top, middle, low = (at * row_height + down for down in downs)
        bars.append(Bar(subject, _lasts(row, end - now), (top, middle, low), _zones(marks, end - now, x_of)))
    ticks = [(_date(now), x_of(0), "start" if first == 0 else "middle"), (_date(now + last), x_of(last), "end")]
    return Timeline(name, width, len(dated) * row_height + 22, x_of(0), tuple(bars), tuple(ticks))


def _zones(marks: Sequence[Tuple[str, int]], end: int, x_of: Any) -> Tuple[Tuple[str, int, int], ...]:
    """The bar in pieces, each from its day to the next one's; what has ended is a piece of red from its end to now."""
    if end <= 0:
        return (("broken", x_of(end), max(x_of(0) - x_of(end), 3)),)
    zones = []
    days = [max(0, min(day, end)) for _, day in marks] + [end]
    for at, (state, _) in enumerate(marks):
        start, stop = x_of(days[at]), x_of(days[at + 1])
        if stop > start:
            zones.append((state, start, stop - start))
    return tuple(zones)


def _lasts(row: Mapping[str, Any], days: int) -> str:
    """In words; the number is that of the report, which counts whole days to the second."""
    end, left = visible(str(row.get("not_after", ""))[:10]), row.get("days_left")
    number = left if isinstance(left, int) else days
    return f"ended {end}" if number < 0 else f"{number} day{'' if number == 1 else 's'} left, to {end}"


def _day(text: Any) -> Optional[int]:
    """The number of a day from an ISO 8601 time, or None."""
    try:
        return datetime.date.fromisoformat(str(text)[:10]).toordinal()
    except ValueError:
        return None


def _date(day: int) -> str:
    return datetime.date.fromordinal(min(max(day, 1), datetime.date.max.toordinal())).isoformat()


def runs_of(runs: Sequence[Any]) -> List[Tuple[str, str, str, str]]:
    """Each earlier run: its time, its verdict, its class and a sign for it."""
    signs = {"healthy": ("holds", "✓"), "note": ("holds", "i"), "warning": ("weak", "!"), "error": ("broken", "×"), "critical": ("broken", "‼")}
    return [(run.time, run.worst, *signs.get(run.worst, ("unknown", "?"))) for run in runs]

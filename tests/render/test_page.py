"""The HTML page as a document: what is in it, and what can never be. tests/browser has it in Chromium."""

from __future__ import annotations

import base64
import hashlib
import re
import weakref
from html.parser import HTMLParser
from typing import Any, Dict, List, Tuple

import pytest

from builders import House, judge
from ita_doctor.model.report import Report
from ita_doctor.model.rule import Severity
from ita_doctor.render.html import MOST_DETAILS, render
from report_samples import RULES, run_of

VOID = {"meta", "link", "br", "line", "path", "rect", "circle"}


class Reader(HTMLParser):
    """Every element, with what stands in it; none may be left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: List[Tuple[str, Dict[str, str]]] = []
        self.open: List[str] = []
        self.text: Dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def all(self, tag: str) -> List[Dict[str, str]]:
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(*reports: Report) -> str:
    """The document."""
    return "".join(render(reports, RULES))


HEALTHY = judge(House()).installation
SICK = judge(House().write("seed", b"x" * 100)).installation


def fleet(sick: int, healthy: int) -> List[Report]:
    """Many hosts."""
    return [*(run_of(HEALTHY, host=f"h{at:04}") for at in range(healthy)), *(run_of(SICK, host=f"s{at:04}") for at in range(sick))]


@pytest.mark.parametrize("reports", [[], [run_of(HEALTHY)], [run_of(SICK)], fleet(2, 3)], ids=["none", "healthy", "sick", "fleet"])
def test_every_element_is_closed_and_every_id_is_one(reports: List[Report]) -> None:
    """A browser has nothing to guess; what points to an id finds it."""
    read = Reader(page_of(*reports))
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    wanted = {name for _, attributes in read.elements for name in attributes.get("aria-labelledby", "").split()}
    wanted |= {attributes["href"][1:] for attributes in read.all("a")}

    assert [] == read.open
    assert len(ids) == len(set(ids))
    assert set() == wanted - set(ids)


@pytest.mark.parametrize("reports", [[run_of(SICK)], fleet(1, 1)], ids=["one", "fleet"])
def test_its_own_rules_let_nothing_else_pass(reports: List[Report]) -> None:
    """The one style and the one script are let through by the digest of what stands there; nothing is loaded from anywhere."""
    read = Reader(page_of(*reports))
    (policy,) = [one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]

    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(read.text.get(tag, "").encode()).digest()).decode()
        assert not read.all(tag) or f"{tag}-src 'sha256-{digest}'" in policy
        assert 2 > len(read.all(tag))
    assert ["data:,"] == [one["href"] for one in read.all("link")]
    assert [] == [name for _, attributes in read.elements for name in attributes if name.startswith("on") or name in ("src", "style", "action")]


def test_one_installation_needs_no_script() -> None:
    """There is nothing to sort."""
    assert [] == Reader(page_of(run_of(SICK))).all("script")


def test_the_cause_comes_before_everything_else() -> None:
    """Before the map, the timeline and what is in order."""
    page = page_of(run_of(SICK))
    places = [
        page.index(text)
        for text in ('<article class="cause', "ITA-RND-002</code> The random", "Map of trust</h3>", "Timeline of expiry</h3>", "In order:")
    ]

    assert sorted(places) == places


def test_a_copy_is_called_one() -> None:
    """What is to be done is to be done elsewhere."""
    page = page_of(run_of(SICK._replace(facts={**SICK.facts, "root": "/srv/<copy>"})))

    assert "The files of another machine, below /srv/&lt;copy&gt;." in page
    assert "on the machine from which the copy is" in page
    assert "stop and start the agent" in page_of(run_of(SICK))


def test_a_fleet_has_a_row_for_each_and_the_worst_whole() -> None:
    """In the table all, worst first; below it those with a fault, as many as a page can bear, and how many there are beside them."""
    page = page_of(*fleet(MOST_DETAILS + 5, 40))
    hosts = re.findall(r'<th scope="row">(?:<a href="#i\d+">)?(\w+)', page)

    assert [f"s{at:04}" for at in range(MOST_DETAILS + 5)] + [f"h{at:04}" for at in range(40)] == hosts
    assert MOST_DETAILS == page.count('<section class="installation"')
    assert "5 more installations with a fault stand in the table alone." in page
    assert f'<td class="number">{MOST_DETAILS + 5}</td><td><code>ITA-RND-002</code>' in page


def test_the_worst_are_shown_whole_wherever_they_come() -> None:
    """A critical one behind two hundred warnings is not left out."""
    mild = SICK._replace(worst=Severity.WARNING)
    grave = SICK._replace(worst=Severity.CRITICAL)
    reports = [*(run_of(mild, host=f"m{at:04}") for at in range(MOST_DETAILS)), run_of(grave, host="grave")]
    page = page_of(*reports)

    assert " grave: <span" in page.split('<section class="installation"')[1]


def test_memory_hangs_on_the_table_alone() -> None:
    """What is healthy is not kept whole."""
    kept: List[Any] = []

    def reports() -> Any:
        for at in range(MOST_DETAILS + 100):
            facts = _Facts(HEALTHY.facts)
            kept.append(weakref.ref(facts))
            yield run_of(HEALTHY._replace(facts=facts), host=f"h{at}")

    pieces = render(reports(), RULES)
    next(pieces)

    assert MOST_DETAILS + 1 >= sum(ref() is not None for ref in kept)


class _Facts(Dict[str, Any]):
    """Facts that can be watched."""


def test_a_report_from_elsewhere_may_hold_anything() -> None:
    """Facts of another shape are text, or are left out; never a traceback."""
    rows = [None, 1, {}, {"subject": 5, "where": None, "not_after": [], "days_left": "x"}]
    odd = SICK._replace(facts={"certificates": rows, "chain": 7, "handshake": [1], "days_left": "many", "not_after": {"a": 1}})

    assert "The random file is random" in page_of(run_of(odd), run_of(odd._replace(facts={}), host="other"))

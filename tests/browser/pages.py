"""The reports whose pages are judged and pictured: always the same ones, but for keys."""

from __future__ import annotations

import datetime as dt
import functools
from importlib import import_module
from typing import Any, Callable, Dict, Iterable, Iterator, List

from builders import TODAY, House, certificate, healthy_bytes, judge, key, self_signed
from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.report import Gone, Past, PastRun, Report
from report_samples import HEAD, RULES, half_accepted, run_of, with_a_broken_rule

EVILS = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)> '{{7*7}} &lt;b&gt;",
    "style": "</title></style></svg><style>*{display:none}</style><!-- ",
    "long": "Wallnussbaumholz" * 19,
    "turned": "\u202egnp.exe\u2066 \u200b\x1b[31m \udcff\r\n\t\x00",
}
"""What a host, a path or a subject may be."""


def healthy() -> List[Report]:
    """Nothing wrong, and the master answers."""
    return [report(House().live())]


def trust() -> List[Report]:
    """The master presents a certificate that the bundle does not hold: the chain is broken at one link."""
    other = self_signed("nc060299", key("other-master"), days=700)
    return [report(House().live().write("bundle", healthy_bytes().own + other))]


def alone() -> List[Report]:
    """The bundle holds no certificate of a master at all."""
    return [report(House().write("bundle", healthy_bytes().own))]


def soon() -> List[Report]:
    """The agent's own certificate ends in five days."""
    return [report(House().live().with_certificate(certificate(start=-360, days=365)))]


def many() -> List[Report]:
    """Much at once, in every family."""
    house = House().dead("refused").setting("ssl_port", "0").setting("verify_cn_string", "x").write("seed", b"x" * 100)
    house.with_certificate(certificate("somebody-else", start=-400)).change("prv", mode=0o644).change("stash", mode=0o666, owner="other")
    return [report(house.setting("cert_label", "other").setting("tcp_port", "31111"))]


def past() -> List[Report]:
    """With a history of ninety days: one fault new, one still there, two gone."""
    found = judge(House().live().write("seed", b"x" * 100).change("prv", mode=0o644)).installation
    marks = [one.fingerprint for one in found.findings if one.status is Status.FAIL]
    worst = ["healthy"] * 60 + ["warning"] * 12 + ["unknown"] * 2 + ["critical"] * 3 + ["healthy"] * 8 + ["error"] * 5
    days = [f"{TODAY - dt.timedelta(days=len(worst) - 1 - at):%Y-%m-%dT%H:%M:%SZ}" for at in range(len(worst))]
    gone = [
        Gone(rule, f"/opt/hcl/TWS/ITA/{rule}", f"/opt/hcl/TWS/ITA/{rule}: not as it should be", days[-9]) for rule in ("ITA-STH-001", "ITA-CA-003")
    ]
    known = Past(
        frozenset(marks[:1]), {mark: HEAD.time if mark in marks[:1] else days[-4] for mark in marks}, tuple(gone), days[-6],
        tuple(PastRun(*each) for each in zip(days, worst)),
    )  # fmt: skip
    return [run_of(found, past=known)]


def sample() -> List[Report]:
    """What the picture of the documentation shows: the broken link, with a history."""
    (one,) = trust()
    (found,) = one.installations
    marks = [each.fingerprint for each in found.findings if each.status is Status.FAIL]
    (old,) = past()[0].past.values()
    runs = (*old.runs[:-5], *(each._replace(worst="healthy" if at < 4 else "critical") for at, each in enumerate(old.runs[-5:])))
    known = Past(frozenset(marks), dict.fromkeys(marks, HEAD.time), (), runs[-2].time, runs)
    return [run_of(found, past=known)]


def accepted() -> List[Report]:
    """One fault that somebody has accepted, and one whose acceptance is over."""
    return [run_of(half_accepted(judge(House().write("seed", b"x" * 100).change("stash", mode=0o644)).installation))]


def broken() -> List[Report]:
    """A rule of ours that failed, and a place that is none of our kind."""
    found = with_a_broken_rule(judge(House()).installation)
    none = Installation("/opt/gskit/ita.ini", None, None, {status.value: 0 for status in Status}, (), (), {"judged": False}, is_judged=False)
    return [run_of(found)._replace(installations=(found, none))]


def hostile(evil: str) -> List[Report]:
    """*evil* wherever something from outside comes out."""
    (one,) = past()
    (found,) = one.installations
    findings = tuple(each._replace(where=f"/opt/{evil}", message=f"/opt/{evil}: {each.message}") for each in found.findings)
    rows: Any = found.facts["certificates"]
    known = one.past[found.place]
    known = known._replace(gone=tuple(each._replace(where=f"/{evil}", message=f"/{evil}: {each.message}") for each in known.gone))
    facts = {**found.facts, "certificates": [{**row, "subject": evil, "where": f"/opt/{evil}"} for row in rows]}
    return [run_of(found._replace(place=f"/opt/{evil}/ita.ini", suffix=evil, findings=findings, facts=facts), past=known, host=evil)]


def fleet(size: int = 200) -> List[Report]:
    """Many hosts, most of them well."""
    kinds = [healthy, healthy, trust, healthy, soon, healthy, past, many, healthy, broken]
    made = [kind()[0] for kind in kinds]
    return [made[at % 10]._replace(head=HEAD._replace(host=f"nc{117031 + 37 * at}")) for at in range(size)]


SINGLE: Dict[str, Callable[[], List[Report]]] = {
    "healthy": healthy, "trust": trust, "alone": alone, "soon": soon, "many": many, "past": past, "accepted": accepted, "broken": broken,
    **{f"hostile-{name}": functools.partial(hostile, evil) for name, evil in EVILS.items()},
}  # fmt: skip

CASES: Dict[str, Callable[[], List[Report]]] = {
    **SINGLE,
    "fleet": functools.partial(fleet, 12),
    "fleet-hostile": lambda: [one for evil in EVILS.values() for one in hostile(evil)],
    "nothing": list,
}


def page_of(reports: Iterable[Report]) -> str:
    """The page, as the program writes it."""
    pieces: Iterator[str] = import_module("ita_doctor.render.html").render(reports, RULES)
    return "".join(pieces).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def causes(reports: Iterable[Report]) -> List[Finding]:
    """What a reader has to see first of each installation."""
    return [one for each in reports for found in each.installations for one in found.findings if is_cause(one, found)]


def is_cause(one: Finding, found: Installation) -> bool:
    """Of a root cause."""
    return one.status is Status.FAIL and one.rule in found.root_causes


def report(house: House) -> Report:
    """A house as a run."""
    return run_of(judge(house).installation)

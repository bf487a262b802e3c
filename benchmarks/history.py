"""
The history of a year of 100 installations: how long one report needs of it, beside judging one installation in the same run.

    python benchmarks/history.py
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from ita_doctor.engine import iso
from ita_doctor.host.history import Entry, History
from ita_doctor.model.report import Standing

RUNS, PLACES, DAY = 365, 100, 86400
START = 1_764_000_000.0


def fill(path: Path) -> None:
    """A run a day; each installation has a fault of ten days every month."""
    for day in range(RUNS):
        at = iso(START + day * DAY)
        history, _ = History.open(str(path), "x")
        with history:
            history.store(at, [entry(place, day, at) for place in range(PLACES)], keep=400)


def entry(place: int, day: int, at: str) -> Entry:
    """What a run leaves of one installation."""
    mark = f"{place}-{day // 30}"
    is_bad = day % 30 < 10
    opened = (Standing(mark, "ITA-STH-001", f"/opt/{place}/a.sth", "not Base64 " * 10, at, at),) if day % 30 == 0 else ()
    return Entry(f"/opt/{place}/ita.ini", "critical" if is_bad else "healthy", not is_bad, opened, (mark,) if day % 30 == 10 else ())


def ask(path: Path) -> float:
    """Seconds for all that one report of 100 installations asks and stores."""
    started = time.perf_counter()
    history, _ = History.open(str(path), "x")
    with history:
        for place in range(PLACES):
            name = f"/opt/{place}/ita.ini"
            history.standing(name)
            history.runs(name, 60)
            history.last_good(name)
        history.store(iso(START + RUNS * DAY), [entry(place, 5, "x") for place in range(PLACES)], keep=RUNS)
    return time.perf_counter() - started


def main() -> None:
    """Fill, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        fill(path)
        taken = [ask(path) for _ in range(9)]
        print(f"{RUNS} runs of {PLACES} installations, {path.stat().st_size / 1e6:.1f} MB")
        print(f"one report: median {statistics.median(taken) * 1000:.1f} ms, worst {max(taken) * 1000:.1f} ms (wanted: under 100)")


if __name__ == "__main__":
    main()

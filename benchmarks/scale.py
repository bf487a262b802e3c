"""Measure what each further installation costs in one process, and whether memory grows with their number.

python benchmarks/scale.py
python benchmarks/scale.py --python /opt/doctor/bin/python --most 100
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import List, NamedTuple, Optional, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import Lap, build, copy, lap, program  # after the path

NUMBERS = (1, 10, 100, 1000)
"""Ten are too few to tell what one costs on a machine that does other things as well: they are shown, and judged from a hundred on."""
MIB = 1 << 20
GROWTH = 4 * MIB
"""A thousand installations may hold this much more than one: paths on the command line, and what the allocator keeps."""


class Row(NamedTuple):
    """What one number of installations came to."""

    number: int
    seconds: float
    further: float
    """Seconds for each installation after the first."""
    script: float
    """Seconds of the operator's script, in between."""
    peak: int


def measure(command: Sequence[str], places: Sequence[str], script: Sequence[str], number: int) -> Row:
    """*number* installations, one, and the script, in turns: what disturbs the machine disturbs all of them."""
    laps: List[Lap] = []
    ones, scripts = [], []
    for _ in range({1: 15, 10: 9, 100: 7}.get(number, 3)):
        laps.append(lap([*command, *places[:number]]))
        ones.append(lap([*command, places[0]]).seconds)
        scripts.append(lap(script).seconds)
    seconds = median(one.seconds for one in laps)
    further = (seconds - median(ones)) / (number - 1) if number > 1 else 0.0
    return Row(number, seconds, further, median(scripts), max(one.peak for one in laps))


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Measure and print; 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", metavar="PATH", help="an interpreter with ita-doctor installed; default: a wheel of this checkout in a new venv")
    parser.add_argument("--most", type=int, choices=NUMBERS, default=NUMBERS[-1], help="the largest number of installations")
    parser.add_argument("--format", choices=("text", "json"), default="json", help="the format of the report (default json)")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="ita-doctor-benchmark-") as name:
        root = Path(name)
        stage = build(root)
        places = [str(stage.ini), *(str(copy(stage, root / "more" / f"{number:04}" / "TWS").ini) for number in range(1, args.most))]
        check = [*program(root, args.python).command, "check", "--offline", "--format", args.format]
        lap([*check, places[0]])  # the first run fills the file cache
        rows = [measure(check, places, stage.operator(), number) for number in NUMBERS if number <= args.most]
    one = rows[0]
    print(f"operator.sh, one installation: {one.script * 1000:.1f} ms")
    print("installations       all    each further   of the script   peak memory")
    for row in rows:
        further = f"{row.further * 1000:9.2f} ms{row.further / row.script:14.1%}" if row.number > 1 else " " * 26
        print(f"{row.number:13}{row.seconds * 1000:9.0f} ms  {further}{row.peak / MIB:10.1f} MiB")
    wrong = [text for text, is_wrong in (
        ("each further installation costs more than 4 % of the script", any(row.further > 0.04 * row.script for row in rows[2:] or rows)),
        ("one installation needs more than 64 MiB", one.peak > 64 * MIB),
        ("memory grows with the number of installations", rows[-1].peak > one.peak + GROWTH),
    ) if is_wrong]  # fmt: skip
    print("\n".join(wrong) or "all within their limits")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

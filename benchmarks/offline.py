"""Compare `ita-doctor check --offline`, as a whole process, with the script that an operator would write around openssl.

python benchmarks/offline.py
python benchmarks/offline.py --python /opt/doctor/bin/python --rounds 100 --limit 1.5
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Dict, List, Optional, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import build, lap, program  # after the path


def alternate(commands: Dict[str, Sequence[str]], rounds: int) -> Dict[str, float]:
    """The median seconds of each command, run in turns: what disturbs the machine disturbs all of them."""
    laps: Dict[str, List[float]] = {name: [] for name in commands}
    for command in commands.values():  # the first run fills the file cache
        lap(command)
    for _ in range(rounds):
        for name, command in commands.items():
            laps[name].append(lap(command).seconds)
    return {name: median(seconds) for name, seconds in laps.items()}


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Measure and print; 1 where the ratio is above --limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", metavar="PATH", help="an interpreter with ita-doctor installed; default: a wheel of this checkout in a new venv")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--limit", type=float, default=1.5, help="the ratio above which the exit status is 1 (default 1.5)")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="ita-doctor-benchmark-") as name:
        root = Path(name)
        stage, doctor = build(root), program(root, args.python)
        check = [*doctor.command, "check", "--offline", str(stage.ini)]
        bare = [doctor.python, "-I", "-c", "pass"]
        found = alternate({"operator.sh": stage.operator(), "ita-doctor check --offline": check, "Python alone": bare}, args.rounds)
    script = found["operator.sh"]
    print(f"medians of {args.rounds} alternating runs")
    for label, seconds in found.items():
        print(f"  {label:<28}{seconds * 1000:8.1f} ms{seconds / script:8.2f}")
    ratio = found["ita-doctor check --offline"] / script
    print(f"ratio {ratio:.2f}: limit {args.limit:g}, goal 1.15")
    return 0 if ratio <= args.limit else 1


if __name__ == "__main__":
    sys.exit(main())

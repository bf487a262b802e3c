"""Compare `check --offline --format X` for every X with `--format json`, each as a whole process, in turns, in one run.

python benchmarks/formats.py
python benchmarks/formats.py --python /opt/doctor/bin/python --rounds 40
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Optional, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent))

from offline import alternate
from stage import build, program

FORMATS = ("json", "text", "nagios", "openmetrics", "junit", "sarif", "html")
MOST = {"html": 100.0}
OTHERS = 30.0
"""Milliseconds more than json."""


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Measure and print; 1 where a format costs more than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", metavar="PATH", help="an interpreter with ita-doctor installed; default: a wheel of this checkout in a new venv")
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="ita-doctor-benchmark-") as name:
        root = Path(name)
        stage, doctor = build(root), program(root, args.python)
        found = alternate({one: [*doctor.command, "check", "--offline", "--format", one, str(stage.ini)] for one in FORMATS}, args.rounds)
    json, over = found["json"], []
    print(f"medians of {args.rounds} alternating runs; beside json: the ratio, and milliseconds more")
    for one, seconds in found.items():
        more, most = (seconds - json) * 1000, MOST.get(one, OTHERS)
        print(f"  {one:<12}{seconds * 1000:8.1f} ms{seconds / json:7.2f}{more:+8.1f} ms (at most {most:g})")
        over += [one] if more > most else []
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

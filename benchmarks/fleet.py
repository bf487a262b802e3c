"""One report of many hosts' JSON, in each format: seconds and memory, beside a Python that does nothing but parse the same files.

python benchmarks/fleet.py
python benchmarks/fleet.py --python /opt/doctor/bin/python --hosts 10000
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import Program, Stage, build, lap, program

FORMATS = ("text", "json", "nagios", "openmetrics", "junit", "sarif", "html")
SECONDS, MEBIBYTES = 20.0, 300.0
PARSE = "import glob, json, sys\nfor path in sorted(glob.glob(sys.argv[1] + '/*.json')): json.load(open(path))"
EVERY = 100
"""One host in so many has a fault."""


def fill(folder: Path, stage: Stage, doctor: Program, hosts: int) -> int:
    """The reports of *hosts* machines, most of them healthy; bytes of all."""
    command = [*doctor.command, "check", "--offline", "--format", "json", str(stage.ini)]
    well = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    seed = stage.server.parent / "nc117031.rnd"
    content = seed.read_bytes()
    seed.write_bytes(b"x" * 8192)
    ill = json.loads(subprocess.run(command, check=False, capture_output=True).stdout)
    seed.write_bytes(content)
    total = 0
    for at in range(hosts):
        report = ill if at % EVERY == 0 else well
        report["host"]["name"] = f"host{at:05}"
        total += (folder / f"host{at:05}.json").write_bytes(json.dumps(report).encode())
    return total


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Measure and print; 1 where a format needs more than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", metavar="PATH", help="an interpreter with ita-doctor installed; default: a wheel of this checkout in a new venv")
    parser.add_argument("--hosts", type=int, default=10000)
    args = parser.parse_args(argv)
    over = []
    with tempfile.TemporaryDirectory(prefix="ita-doctor-benchmark-") as name:
        root = Path(name)
        stage, doctor = build(root), program(root, args.python)
        folder = root / "hosts"
        folder.mkdir()
        print(f"{args.hosts} hosts, {fill(folder, stage, doctor, args.hosts) / 1e6:.0f} MB of JSON")
        parsed = lap([doctor.python, "-I", "-c", PARSE, str(folder)])
        print(f"  {'parsed alone':<14}{parsed.seconds:7.1f} s")
        for one in FORMATS:
            done = lap([*doctor.command, "report", "--from-json", str(folder), "--format", one, "--output", str(root / "out")], wanted=2)
            print(f"  {one:<14}{done.seconds:7.1f} s{done.seconds / parsed.seconds:7.2f}{done.peak / 2**20:8.1f} MiB")
            over += [one] if done.seconds > SECONDS or done.peak > MEBIBYTES * 2**20 else []
    print(f"at most {SECONDS:g} s and {MEBIBYTES:g} MiB{': passed by ' + ', '.join(over) if over else ''}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

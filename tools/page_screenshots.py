"""Write docs/page-wide.png, docs/page-narrow.png and docs/fleet.png: the HTML page of fixed reports, as Chromium shows it.

python tools/page_screenshots.py
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from browser import pages  # noqa: E402  # after the path
from browser.judge import Judge, View, missing  # noqa: E402


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Write the pictures; exit status 3 where there is no browser."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--target", type=Path, default=ROOT / "docs", help="folder to write into, instead of docs/")
    args = parser.parse_args(argv)
    lacks = missing()
    if lacks:
        print(f"not on this machine: {lacks}", file=sys.stderr)
        return 3
    one, many = pages.page_of(pages.sample()), pages.page_of(pages.fleet(12))
    views = {"page-wide": (one, View(1280)), "page-narrow": (one, View(320)), "fleet": (many, View(1280, is_dark=True))}
    judge = Judge()
    try:
        for name, (page, view) in views.items():
            console, requests = judge.open(page, view)
            assert not console, console
            assert not requests, requests
            top = {"x": 0.0, "y": 0.0, "width": float(view.width), "height": 1000.0}  # of a fleet the table; what follows is as in the others
            (args.target / f"{name}.png").write_bytes(judge.picture(top if name == "fleet" else None))
    finally:
        judge.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

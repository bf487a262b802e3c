"""Write docs/check.svg, the picture of the README, from a real run of `check` on a sandbox with one fault.

python tools/screenshot.py
python tools/screenshot.py --check
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Optional, Sequence

from rich.console import Console as Rich
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

from ita_doctor.cli.app import main as program  # noqa: E402  # after the path
from ita_doctor.cli.console import Console  # noqa: E402
from ita_doctor.cli.demo import BREAKS  # noqa: E402
from ita_doctor.sandbox.installation import Sandbox, build, name_master  # noqa: E402
from ita_doctor.sandbox.master import Master  # noqa: E402
from kept import keep  # noqa: E402

TARGET = ROOT / "docs" / "check.svg"
SHOWN = "/opt/hcl/TWS"
COLUMNS = 104
ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "", "NO_COLOR": ""}
"""What rich looks at; the same on every machine."""

THEME = TerminalTheme(
    (24, 26, 31),
    (215, 218, 224),
    [(63, 68, 81), (204, 63, 63), (140, 194, 101), (209, 143, 82), (74, 165, 240), (193, 98, 222), (66, 179, 194), (215, 218, 224)],
    [(108, 114, 128), (255, 97, 110), (165, 224, 117), (240, 164, 93), (77, 196, 255), (222, 115, 255), (76, 209, 224), (255, 255, 255)],
)


def run(sandbox: Sandbox) -> str:
    """What `ita-doctor check` writes on a terminal, escape sequences included."""
    for name, value in ENVIRONMENT.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with Master(sandbox.server, sandbox.server_key, sandbox.pub) as master:
        name_master(sandbox, master.port)
        program(["check", "--color", "always", sandbox.agent], Console(out))
        out.flush()
    return stable(out.buffer.getvalue().decode("utf-8"), sandbox, master.port)


def stable(text: str, sandbox: Sandbox, port: int) -> str:
    """*text* without what differs from run to run: the temporary folder, the port, dates and days left."""
    text = text.replace(sandbox.root, "").replace(f"localhost:{port}", "nc060201:31116").replace(str(port), "31116")
    text = re.sub(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", lambda found: "2027-11-01" + ("T00:00:00Z" if found[1] else ""), text)
    return re.sub(r"\b36[345] days\b", "364 days", text)


def picture(text: str) -> str:
    """The terminal as SVG; without the web fonts that rich would fetch, so that the picture asks nobody for anything."""
    rich = Rich(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False)
    rich.print(Text.from_ansi(f"\x1b[1m$ ita-doctor check {SHOWN}\x1b[0m\n\n" + text.rstrip("\n")))
    drawn = rich.export_svg(title="ita-doctor", theme=THEME, unique_id="ita-doctor")
    drawn = re.sub(r"\s*@font-face \{.*?\n    \}\n", "\n", drawn, flags=re.DOTALL)
    drawn = drawn.replace("font-family: Fira Code, monospace", "font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace")
    drawn = drawn.replace("<svg ", '<svg xml:space="preserve" ', 1)  # some viewers drop even the blanks that must not break
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Write the picture, or with --check say whether it is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where docs/check.svg is not what a run shows now")
    parser.add_argument("--target", type=Path, default=TARGET, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="ita-doctor-screenshot-") as root:
        sandbox = build(root)
        BREAKS[0].spoil(sandbox)
        drawn = picture(run(sandbox))
    return keep({args.target.name: drawn}, args.target.parent, is_check=args.check, tool="screenshot.py", shown=f"{args.target.parent}/")


if __name__ == "__main__":
    sys.exit(main())

"""Write the file of the next rule of a family, and its test, from a title and a check.

python tools/new_rule.py CERT cert.one "Each certificate file holds one certificate"
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import List, Optional, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from ita_doctor.checks import CHECKS, CheckSpec  # noqa: E402  # after the path
from ita_doctor.rulebook import FAMILIES  # noqa: E402

EXAMPLES = {str: '"TEMPLATE"', int: "0", float: "0.0", bool: "false", list: '["TEMPLATE"]'}

TEST = '''"""{id}: {title}."""

from builders import House, judge

from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["{id}"].status


def test_spoilt_fails(healthy: House) -> None:
    """TEMPLATE: what is spoilt, and what is said."""
    judged = judge(healthy)  # TEMPLATE: spoil one thing

    assert {{"{id}"}} == judged.failed
    assert "TEMPLATE" == judged["{id}"].variant
'''


def next_id(rules: Path, family: str) -> str:
    """The next free number of *family*; numbers are never used again."""
    taken = [int(path.stem[-3:]) for path in (rules / family.lower()).glob(f"ITA-{family}-???.toml")]
    return f"ITA-{family}-{max(taken, default=0) + 1:03d}"


def rule_text(rule: str, title: str, spec: CheckSpec) -> str:
    """The rule file, with TEMPLATE wherever a person has to write; the loader refuses that word."""
    lines = [
        f'id = "{rule}"', f'title = "{title}"', 'severity = "warning"', f'check = "{spec.name}"', "needs = []", 'platforms = ["any"]',
        "step = 1", 'since = "TEMPLATE"', "gates = false", 'why = """TEMPLATE"""', 'by_hand = """TEMPLATE"""', "references = []",
    ]  # fmt: skip
    for variant, facts in spec.says.items():
        hint = "".join(f" {{{fact}}}" for fact in facts)
        lines += ["", f"[say.{variant}]", f'message = "{{where}}: TEMPLATE{hint}"', 'do = "TEMPLATE"']
    if spec.takes:
        lines += ["", "[params]", *(f"{name} = {EXAMPLES[kind]}" for name, kind in spec.takes.items())]
    return "\n".join(lines) + "\n"


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Write both files; never over one that is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("check", choices=sorted(CHECKS))
    parser.add_argument("title", help="the healthy state, as a sentence")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    rule = next_id(args.root / "rules", args.family)
    test = args.root / "tests" / "rules" / f"test_{rule.lower().replace('-', '_')}.py"
    made: List[Path] = []
    for path, text in (
        (args.root / "rules" / args.family.lower() / f"{rule}.toml", rule_text(rule, args.title, CHECKS[args.check])),
        (test, TEST.format(id=rule, title=args.title)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        made.append(path)
    print("\n".join(f"wrote {path.relative_to(args.root)}" for path in made))
    print("Now fill every TEMPLATE, and run: pytest tests/test_rule_files.py " + str(test.relative_to(args.root)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write what the rules say for readers of docs/: a page for each rule, the table of all, and their part of mkdocs.yml.

python tools/rule_docs.py
python tools/rule_docs.py --check
"""

from __future__ import annotations

import argparse
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

from ita_doctor.cli.explain import named  # noqa: E402  # after the path
from ita_doctor.cli.library import read_folder, table  # noqa: E402
from ita_doctor.model.rule import Rule, Severity, Variant  # noqa: E402
from kept import keep  # noqa: E402

TABLE, PAGES, SITE = "docs/rules.md", "docs/rules", "mkdocs.yml"
BEGIN, END = "    # Made from the rules by tools/rule_docs.py, down to the next comment; never edited.\n", "    # The end of what is made.\n"

TABLE_HEAD = """\
# The rules

What `ita-doctor check` holds to be right. `ita-doctor explain ITA-STH-001` has all about one of them.

The title says the healthy state. The severity is that of a failure; where there are two, the finding says which it is. The step is that of the \
procedure.
Each id leads to the rule's page: why it matters, all that it can say, and what to do then.

| rule | severity | when all is well | step |
|---|---|---|---|
"""

PLATFORMS = {"any": "all", "posix": "all but IBM i", "os400": "IBM i"}

SUBJECTS = {
    "ini": "`ita.ini`", "section": "the section [ITA SSL] of `ita.ini`", "suffix": "the suffix", "dir": "the folder of the certificates",
    "stash": "the stash", "seed": "the random file", "prv": "the file of the private key", "key": "the private key, opened with the stashed password",
    "sound": "a private key that is whole", "pub": "the certificate, `pub`", "cert": "its copy, `cert`", "own": "the agent's own certificate",
    "bundle": "the bundle", "server": "the master's certificate, as it was given", "ca": "the CA's certificate, as it was given",
    "job": "`JobManager.ini`", "road": "the way to the master", "network": "a connection to the master's port", "peer": "the test handshake",
    "presented": "the certificate that the master presents", "machine": "what the machine itself tells: owners, modes, processes",
    "agent": "the processes of the agent", "served": "the certificate that the agent presents", "log": "the agent's log",
    "callback": "what the agent's port answers", "keystore": "the master's key store", "truststore": "the master's trust store",
    "ca_pair": "the CA's certificate and key, `TWSca.crt` and `TWSca.key`",
}  # fmt: skip
"""What stands behind each name of `needs`, for a reader."""

MORE = {
    "INI": ("layouts.md#which-installations-are-found",),
    "FILE": ("fix.md#who-writes-as-whom", "ibm-i.md#tags"),
    "STH": ("fix.md#from-nothing-to-a-handshake", "ibm-i.md#tags"),
    "KEY": ("fix.md#how-keys-are-encrypted",),
    "CERT": ("trust.md#when-does-the-master-refuse-the-agent", "fix.md#the-ca-is-on-another-machine"),
    "CA": ("trust.md#when-does-the-bundle-trust-the-master", "check.md#what-it-compares-with"),
    "RND": ("fix.md#from-nothing-to-a-handshake",),
    "AGT": ("check.md#the-running-agent", "check.md#the-agents-logs", "fix.md#stop-and-start"),
    "NET": ("check.md#the-network", "trust.md#what-is-told-apart"),
    "TLS": ("trust.md#what-is-told-apart", "check.md#the-network"),
    "MST": ("check.md#the-masters-side", "trust.md#when-does-the-master-refuse-the-agent"),
}
"""What else docs/ has about a family: page and heading, which the test of links holds."""


def shown(text: str) -> str:
    """*text* as Markdown that a reader sees as it is, in one paragraph; only what stands in backticks is set as code."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1::2]):
        parts = ["`".join(parts)]
    made = "".join(f"`{part}`" if at % 2 else _plain(part) for at, part in enumerate(parts))
    made = re.sub(r"^(\d+)(?=[.)])", r"\1\\", made)  # no list, no heading, whatever it begins with
    return re.sub(r"^(?=[#+-])", r"\\", made)


_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "~": "&#126;", "\\": "&#92;", "`": "&#96;"}


def _plain(text: str) -> str:
    return re.sub(r"[*_\[\]]", r"\\\g<0>", "".join(_ENTITIES.get(char, char) for char in text))


def code(lines: Iterable[str]) -> str:
    """*lines* as a block that can be pasted."""
    return "```sh\n" + "\n".join(lines) + "\n```\n"


def severities(rule: Rule) -> str:
    """The rule's own severity, then those that its variants have instead."""
    found = [rule.severity, *(each.severity for each in rule.say.values() if each.severity)]
    return ", ".join(dict.fromkeys(severity.value for severity in found))


def rules_table(rules: Sequence[Rule]) -> str:
    """docs/rules.md."""
    rows = (f"| [{rule.id}](rules/{rule.id}.md) | {severities(rule)} | {shown(rule.title)} | {rule.step or ''} |\n" for rule in rules)
    return TABLE_HEAD + "".join(rows)


def rule_page(rule: Rule, rules: Sequence[Rule]) -> str:
    """docs/rules/<id>.md; *rules* are all of them, for those that yield to this one."""
    return "\n".join(_parts(rule, {one.id: one for one in rules}))


def _parts(rule: Rule, known: Mapping[str, Rule]) -> Iterator[str]:
    yield f"# {rule.id}: {shown(rule.title)}\n"
    yield f"<!-- Made from rules/{rule.family.lower()}/{rule.id}.toml by tools/rule_docs.py; never edited. -->\n"
    yield "| severity | step of the procedure | on | since |\n|---|---|---|---|"
    on = ", ".join(PLATFORMS[name] for name in rule.platforms)
    yield f"| {severities(rule)} | {rule.step or 'none'} | {on} | {rule.since} |\n"
    yield f"`ita-doctor explain {rule.id}` says the same on a terminal, and `ita-doctor check --only {rule.id}` judges this rule alone.\n"
    yield f"## Why it matters\n\n{_prose(rule.why)}"
    yield "## What it can say, and what to do then\n"
    yield "A word in `<...>` stands for what a report has there. `ita-doctor fix` shows what it would do, and does it with `--apply`:"
    yield "[fix.md](../fix.md).\n"
    for name, variant in rule.say.items():
        yield from _variant(name, variant, rule.severity)
    yield f"## By hand\n\n{_prose(rule.by_hand)}"
    yield from _params(rule.params)
    yield "## Beside other rules\n"
    yield "\n".join(f"- {line}" for line in _beside(rule, known)) + "\n"
    if rule.references:
        yield "## References\n"
        yield "\n".join(f"- {shown(reference)}" for reference in rule.references) + "\n"
    yield "## Read also\n"
    yield "\n".join(
        [
            *(f"- {_heading(link)}" for link in MORE[rule.family]),
            "- [my agent does not connect](../does-not-connect.md)",
            "- [all rules](../rules.md)",
            "",
        ]
    )


def _prose(text: str) -> str:
    """Each line a paragraph, but commands that follow one another one block."""
    made: List[str] = []
    commands: List[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("$ "):
            commands.append(line[2:])
            continue
        if commands:
            made.append(code(commands))
            commands = []
        if line.strip():
            made.append(shown(line) + "\n")
    return "\n".join(made)


def _variant(name: str, variant: Variant, severity: Severity) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"> {shown(named(variant.message))}\n"
    if variant.severity not in (None, severity):
        yield f"Severity: {variant.severity.value if variant.severity else ''}.\n"
    yield f"{shown(named(variant.do))}\n"
    if variant.commands:
        yield code(named(command) for command in variant.commands)
    if variant.remedy is None:
        yield "`ita-doctor fix` does not heal it: this is for a person.\n"
    else:
        words = _remedies().get(variant.remedy, {}).get("text")  # what only picks another remedy has no words of its own
        command = f"ita-doctor fix <place> {named(variant.options)}".rstrip()
        yield f"`{command}` can heal it" + (f": {shown(named(words))}" if words else "") + ".\n"
    if variant.yields_to:
        yield f"Where {_links(variant.yields_to)} fails too, that is the cause, and this is not said.\n"


@lru_cache(maxsize=1)
def _remedies() -> Mapping[str, Any]:
    return table("remedies.toml")


def _params(params: Mapping[str, object]) -> Iterator[str]:
    if params:
        yield "## Parameters\n"
        yield "A rule file of your own, under another id, may have others: [writing-a-rule.md](../writing-a-rule.md).\n"
        yield "| parameter | value |\n|---|---|"
        for name, value in params.items():
            yield f"| `{name}` | {', '.join(shown(str(one)) for one in value) if isinstance(value, (list, tuple)) else shown(str(value))} |"
        yield ""


def _beside(rule: Rule, known: Mapping[str, Rule]) -> Iterator[str]:
    needs = _joined([shown(SUBJECTS[need]) for need in rule.needs], "and")
    yield f"It waits for {needs}: [what is lost, and why](../design.md#lost-and-why)." if needs else "It waits for nothing: it is always asked."
    if rule.gates:
        yield "Where it fails, the rules that need the same wait until it is right."
    if rule.yields_to:
        yield f"It yields to {_links(rule.yields_to)}: where one of these fails too, that is the cause."
    for name, variant in rule.say.items():
        if variant.yields_to:
            yield f"As [{name}](#{name}) it yields to {_links(variant.yields_to)}."
    yielding = [one.id for one in known.values() if rule.id in (*one.yields_to, *(other for each in one.say.values() for other in each.yields_to))]
    if yielding:
        yield f"What yields to it: {_links(yielding, 'and')}."


def _links(ids: Sequence[str], last: str = "or") -> str:
    return _joined([f"[{rule}]({rule}.md)" for rule in ids], last)


def _joined(words: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _heading(link: str) -> str:
    """A link to a heading, by its own words."""
    page, _, anchor = link.partition("#")
    for heading in re.findall(r"^#+ (.*)$", (ROOT / "docs" / page).read_text(encoding="utf-8"), flags=re.MULTILINE):
        if re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") == anchor:
            return f"[{page}: {heading}](../{link})"
    raise SystemExit(f"tools/rule_docs.py: docs/{page} has no longer a heading for #{anchor}")


def wanted(root: Path) -> Dict[str, str]:
    """By its path below *root* what each file has to hold; of mkdocs.yml only the part between the two marks is ours."""
    rules = read_folder().rules
    families = dict.fromkeys(rule.family for rule in rules)
    nav = "".join(
        f"    - {family}:\n" + "".join(f"        - {rule.id}: rules/{rule.id}.md\n" for rule in rules if rule.family == family)
        for family in families
    )  # fmt: skip
    before, _, rest = (root / SITE).read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"tools/rule_docs.py: {SITE} has no longer the two marks between which the rules stand")
    pages = {f"{PAGES}/{rule.id}.md": rule_page(rule, rules) for rule in rules}
    return {SITE: before + BEGIN + nav + END + after, TABLE: rules_table(rules), **pages}


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Write the files and take away the pages of rules that are gone, or with --check say what is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where a file is not what the rules say now")
    parser.add_argument("--target", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    made = wanted(args.target)
    there = sorted(path.relative_to(args.target).as_posix() for path in (args.target / PAGES).glob("*.md"))
    return keep(made, args.target, is_check=args.check, tool="rule_docs.py", gone=[name for name in there if name not in made])


if __name__ == "__main__":
    sys.exit(main())

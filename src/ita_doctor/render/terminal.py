"""The report for a person at 3 a.m.: the cause first, then what waits for it, then one line of counts."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, Iterator, List, Mapping, Sequence, Tuple

from ita_doctor.model.finding import Finding, Head, Installation, Status
from ita_doctor.model.rule import Severity
from ita_doctor.model.visible import visible

Line = Tuple[Tuple[str, str], ...]

INDENT = "  "


def render(
    head: Head, installations: Iterable[Installation], status: Callable[[], int], *, whys: Mapping[str, str], verbosity: int = 0
) -> Iterator[Line]:
    """Lines of styled spans; *whys* holds each rule's reason, *verbosity* is -1 for the least and 1 for the most."""
    count = 0
    for one in installations:
        if count:
            yield ()
        count += 1
        yield from _installation(one, whys, verbosity)
    if not count:
        yield (("no installation was found", "error"),)
    if verbosity > 0:
        yield ()
        yield ((f"ita-doctor {head.version} on {visible(head.host)} ({head.platform}), {head.time}, exit status {status()}", "dim"),)


def _installation(one: Installation, whys: Mapping[str, str], verbosity: int) -> Iterator[Line]:
    failed = sorted((each for each in one.findings if each.status is Status.FAIL), key=lambda each: -each.severity.weight)
    causes = [each for each in failed if each.severity is not Severity.NOTE]
    notes = [each for each in failed if each.severity is Severity.NOTE]
    broken = [each for each in one.findings if each.status is Status.BROKEN]
    if verbosity < 0 and not causes and not broken:
        return
    suffix = f" (suffix {visible(one.suffix)})" if one.suffix else ""
    yield ((visible(one.place, 400), "title"), (suffix, "dim"))
    yield ()
    for each in (*broken, *causes):
        yield from _cause(each, whys)
        yield ()
    yield from _waiting(one.findings, verbosity)
    if verbosity >= 0:
        yield from _notes(notes)
    if verbosity > 0:
        yield from _rest(one.findings)
    yield ((_verdict(one, causes, broken), "error" if causes or broken else "pass"), (_counts(one.counts), "dim"))


def _verdict(one: Installation, causes: Sequence[Finding], broken: Sequence[Finding]) -> str:
    if causes:
        return f"{len(one.root_causes)} root cause{'s' if len(one.root_causes) > 1 else ''}: {', '.join(one.root_causes)}."
    if broken:
        return "ita-doctor itself failed: nothing can be said for certain."
    return "Healthy." if one.is_judged else "Nothing to judge: the agent uses GSKit key databases, not the six files of the procedure."


def _counts(counts: Mapping[str, int]) -> str:
    order = (("pass", "passed"), ("fail", "failed"), ("blocked", "blocked"), ("skipped", "skipped"), ("broken", "broken"))
    return "  " + ", ".join(f"{counts[name]} {word}" for name, word in order)


def _cause(one: Finding, whys: Mapping[str, str]) -> Iterator[Line]:
    grade = "broken" if one.status is Status.BROKEN else one.severity.value
    yield ((grade.upper(), grade), (f"  {one.rule}  ", "dim"), (one.title, "title"))
    yield ((INDENT + one.message, ""),)
    if one.rule in whys:
        yield from _labelled("why", first_sentence(whys[one.rule]))
    if one.remedy is not None:
        step = f" (step {one.step} of the procedure)" if one.step else ""
        yield from _labelled("do", one.remedy.text + step)
        for command in one.remedy.commands:
            yield ((f"{INDENT}  $ ", "dim"), (command, "command"))
    yield from _labelled("more", f"ita-doctor explain {one.rule}")


def _labelled(label: str, text: str) -> Iterator[Line]:
    yield ((f"{INDENT}{label + ':':<6}", "dim"), (text, ""))


def first_sentence(text: str) -> str:
    """The first sentence of *text*, on one line."""
    words = " ".join(text.split())
    end = words.find(". ")
    return words if end < 0 else words[: end + 1]


def _waiting(findings: Sequence[Finding], verbosity: int) -> Iterator[Line]:
    """What could not be judged, under the rule for which it waits."""
    waiting: Dict[str, List[str]] = {}
    for one in findings:
        if one.status is Status.BLOCKED and one.blocked_by is not None and one.rule != one.blocked_by:
            rules = waiting.setdefault(one.blocked_by, [])
            if one.rule not in rules:
                rules.append(one.rule)
    for cause, rules in waiting.items():
        shown = rules if verbosity > 0 else rules[:6]
        more = f" and {len(rules) - len(shown)} more" if len(rules) > len(shown) else ""
        yield ((f"cannot be judged before {cause} is right: ", "dim"), (", ".join(shown) + more, "blocked"))
    if waiting:
        yield ()


def _notes(notes: Sequence[Finding]) -> Iterator[Line]:
    for one in notes:
        yield (("NOTE", "note"), (f"  {one.rule}  ", "dim"), (one.message, ""))
    if notes:
        yield ()


def _rest(findings: Sequence[Finding]) -> Iterator[Line]:
    """Everything that passed, was skipped or waits, one a line."""
    for one in findings:
        if one.status in (Status.PASS, Status.SKIPPED, Status.BLOCKED):
            name = one.status.value
            said = one.title if one.status is Status.PASS else one.message
            where = f"  {visible(one.where, 400)}" if one.where else ""
            yield ((f"{name.upper():<8}", name), (f"{one.rule}  ", "dim"), (said, ""), (where, "dim"))
    yield ()

"""The report for a person at 3 a.m.: the cause first, then what waits for it, then one line of counts."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from ita_doctor.model.finding import Finding, Head, Installation, Status
from ita_doctor.model.rule import Severity
from ita_doctor.model.visible import visible

Line = Tuple[Tuple[str, str], ...]

INDENT = "  "

WIDTH = 80
"""Columns of a line of words: many a terminal has no more, and where it breaks a line itself it breaks words. Commands stay whole."""

NEXT = (
    "Do what is said above, worst first, and run this again. If a file was changed, stop and start the agent once all is right (steps 17 and 18: "
    "ShutDownLwa, then StartUpLwa, in its TWS folder): it reads its files when it starts."
)

COPY = "The files of another machine, below {root}. Owners, modes and the agent itself are not judged. No command here changes anything."

NEXT_OF_A_COPY = (
    "Do what is said above, worst first, on the machine from which the copy is, not in the copy, and stop and start its agent if a file was "
    "changed (steps 17 and 18). Then run `ita-doctor check` there, or judge a new copy."
)


def render(
    head: Head, installations: Iterable[Installation], status: Callable[[], int], *, whys: Mapping[str, str], verbosity: int = 0
) -> Iterator[Line]:
    """Lines of styled spans; *whys* holds each rule's reason, *verbosity* is -1 for the least and 1 for the most."""
    is_empty, is_first = True, True
    for one in installations:
        is_empty = False
        lines = tuple(_installation(one, whys, verbosity))
        if lines and not is_first:
            yield ()
        is_first = is_first and not lines
        yield from lines
    if is_empty:
        yield (("no installation was found", "error"),)
    if verbosity > 0:
        yield ()
        yield ((f"ita-doctor {head.version} on {visible(head.host)} ({head.platform}), {head.time}, exit status {status()}", "dim"),)


def _installation(one: Installation, whys: Mapping[str, str], verbosity: int) -> Iterator[Line]:
    failed = sorted((each for each in one.findings if each.status is Status.FAIL), key=lambda each: -each.severity.weight)
    causes = [each for each in failed if each.is_cause]
    notes = [each for each in failed if each.severity is Severity.NOTE]
    broken = [each for each in one.findings if each.status is Status.BROKEN]
    if verbosity < 0 and not causes and not broken:
        return
    suffix = f" (suffix {visible(one.suffix)})" if one.suffix else ""
    yield ((visible(one.place, 400), "title"), (suffix, "dim"))
    yield from copy_lines(one)
    yield ()
    for each in (*broken, *causes):
        yield from cause_lines(each, whys)
        yield ()
    yield from _waiting(one.findings, verbosity)
    if verbosity >= 0:
        yield from _notes(notes)
        yield from accepted_lines(one.findings)
    if verbosity > 0:
        yield from rest_lines(one.findings)
    if causes:
        yield from _labelled("next", NEXT if one.facts.get("root") is None else NEXT_OF_A_COPY, indent="")
        yield ()
    yield from verdict_lines(one)


def verdict_lines(one: Installation) -> Iterator[Line]:
    """The verdict, and how many findings of each kind there are: on one line where they have room."""
    is_well = not one.root_causes and not one.counts["broken"]
    said, counts = (verdict(one), "pass" if is_well else "error"), (INDENT + counts_of(one), "dim")
    if len(said[0]) + len(counts[0]) <= WIDTH:
        yield (said, counts)
    else:
        yield (said,)
        yield (counts,)


def verdict(one: Installation) -> str:
    """One sentence: the root causes, or that there are none."""
    if one.root_causes:
        return f"{len(one.root_causes)} root cause{'s' if len(one.root_causes) > 1 else ''}: {', '.join(one.root_causes)}."
    if one.counts["broken"]:
        return "ita-doctor itself failed: nothing can be said for certain."
    return "Healthy." if one.is_judged else "Nothing to judge: the agent uses GSKit key databases, not the six files of the procedure."


def counts_of(one: Installation) -> str:
    """How many findings there are of each kind, none left out that is not 0; a note is said to be one, and not to have failed."""
    notes = sum(each.status is Status.FAIL and each.severity is Severity.NOTE for each in one.findings)
    numbers = {**one.counts, "fail": one.counts["fail"] - notes, "note": notes}
    order = (("pass", "passed"), ("fail", "failed"), ("note", "noted"), ("blocked", "blocked"), ("skipped", "skipped"), ("broken", "broken"))
    return ", ".join(f"{numbers[name]} {word}" for name, word in order if numbers[name] or name in ("pass", "fail"))


def cause_lines(one: Finding, whys: Mapping[str, str]) -> Iterator[Line]:
    """All that is said of one cause: what, why, what to do."""
    grade = "broken" if one.status is Status.BROKEN else one.severity.value
    yield ((grade.upper(), grade), (f"  {one.rule}  ", "dim"), (one.title, "title"))
    for line in message_lines(one):
        yield ((INDENT + line, ""),)
    if one.rule in whys:
        yield from _labelled("why", first_sentence(whys[one.rule]))
    if one.remedy is not None:
        yield from _labelled("do", with_step(one.remedy.text, one.step))
        for command in one.remedy.commands:
            yield ((f"{INDENT}  $ ", "dim"), (command, "command"))
    yield from _labelled("more", f"ita-doctor explain {one.rule}")


def message_lines(one: Finding) -> Iterator[str]:
    """The message; where it is too long for a line, what is wrong stands below where it is."""
    text = one.message
    if len(text) <= WIDTH - len(INDENT):
        yield text
        return
    where = visible(one.where, 400) if one.where else ""
    place = f"{where}, line {one.line}: " if one.line else f"{where}: "
    if where and text.startswith(place):
        yield place.rstrip()
        text = text[len(place) :]
    yield from wrapped(text, WIDTH - len(INDENT))


def with_step(text: str, step: Optional[int]) -> str:
    """*text* with the step of the procedure, where it does not name one itself."""
    return f"{text} (Step {step} of the procedure.)" if step and "step" not in text else text


def _labelled(label: str, text: str, *, indent: str = INDENT) -> Iterator[Line]:
    head = f"{indent}{label + ':':<6}"
    for line in wrapped(text, WIDTH - len(head)):
        yield ((head, "dim"), (line, ""))
        head = " " * len(head)


def wrapped(text: str, width: int) -> Iterator[str]:
    """*text* in lines of at most *width* characters, broken at blanks only: a path stays whole."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


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
        head = f"cannot be judged before {cause} is right: "
        if len(head) + len(", ".join(shown) + more) <= WIDTH:
            yield ((head, "dim"), (", ".join(shown) + more, ""))
            continue
        yield ((head.rstrip(), "dim"),)
        for line in wrapped(", ".join(shown) + more, WIDTH - len(INDENT)):
            yield ((INDENT + line, ""),)
    if waiting:
        yield ()


def _notes(notes: Sequence[Finding]) -> Iterator[Line]:
    for one in notes:
        yield (("NOTE", "note"), (f"  {one.rule}  ", "dim"), (one.title, "title"))
        for line in message_lines(one):
            yield ((INDENT + line, ""),)
        if one.remedy is not None:
            yield from _labelled("do", one.remedy.text)
    if notes:
        yield ()


def copy_lines(one: Installation) -> Iterator[Line]:
    """That the files are those of another machine, where they are."""
    root = one.facts.get("root")
    if root is not None:
        yield from _labelled("copy", COPY.format(root=visible(str(root), 400)), indent="")


def accepted_lines(findings: Sequence[Finding]) -> Iterator[Line]:
    """What somebody has accepted, each with its reason and date: it is not forgotten."""
    accepted = [one for one in findings if one.variant == "accepted"]
    for one in accepted:
        yield (("ACCEPTED", "skipped"), (f"  {one.rule}  ", "dim"), (one.title, ""))
        for line in wrapped(one.message, WIDTH - len(INDENT)):
            yield ((INDENT + line, "dim"),)
    if accepted:
        yield ()


def rest_lines(findings: Sequence[Finding]) -> Iterator[Line]:
    """Everything that passed, was skipped or waits, one a line; what is told apart only by what is not shown stands once."""
    last: Line = ()
    for one in findings:
        if one.status in (Status.PASS, Status.SKIPPED, Status.BLOCKED):
            name = one.status.value
            said = one.title if one.status is Status.PASS else one.message
            if one.status is Status.BLOCKED and one.blocked_by is not None:
                said = f"cannot be judged before {one.blocked_by} is right"
            where = f"  {visible(one.where, 400)}" if one.where else ""
            line = ((f"{name.upper():<8}", name), (f"{one.rule}  ", "dim"), (said, ""), (where, "dim"))
            if line != last:
                yield line
            last = line
    yield ()

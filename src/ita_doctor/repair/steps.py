"""The nineteen steps of the procedure, each with what the plan does about it, in the words of rules/remedies.toml."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Iterator, List, Sequence, Tuple

from ita_doctor.model.artifact import Lost
from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.plan import Needs, PlanStep, StepState
from ita_doctor.model.setup import Setup
from ita_doctor.repair.plan import Course
from ita_doctor.repair.remedies import Treatment
from ita_doctor.repair.wording import Words

MASTERS = (12, 19)
"""Steps that are done on the master."""

LAST = 19
FOLDER = 14
"""Where it has to be made, that comes first: files are put into it."""

OURS = (1, 2)
"""Steps that only bring openssl to hand."""

ARTIFACT_STEPS = {"seed": 3, "prv": 5, "stash": 6, "pub": 10, "cert": 11, "bundle": 13, "dir": 14, "ini": 16}
"""Where the procedure makes an artifact."""

DEFAULT_STEP = 16
"""Of a rule that belongs to no step: the way to the master is set there."""

STOP_AND_START = (17, 18)

RESTART = "agent.restart"
"""The remedy of those two, which changes no file: a copy in memory cannot be healed by it."""

WATCHED = ("AGT", "NET", "TLS", "MST")
"""Families that judge more than files: a copy in memory cannot be asked."""


def steps_of(course: Course, words: Words, extra: Sequence[PlanStep]) -> Tuple[PlanStep, ...]:
    """All nineteen, those with several things to say several times; *extra* for what is no file's (restart, trust store)."""
    lines: List[PlanStep] = list(extra)
    for act in (*course.acts, *([course.requested] if course.requested is not None else [])):
        lines += _will_do(act.rules, act.treatment, words)
    said = set()
    for finding, treatment in course.waiting:
        said.add(finding.fingerprint)
        lines += _waits((finding.rule,), treatment, words)
    asking = restart_rules(course)
    if asking and not any(line.number in STOP_AND_START for line in extra):
        lines += words.restart_waits("restart", asking)
    for finding in _still_failing(course):
        if finding.fingerprint not in said and not _asks_for_restart(finding):
            lines.append(_follows(finding, words) if finding.remedy is not None and finding.remedy.by == "tool" else _by_person(finding))
    lines = list(dict.fromkeys(lines))
    numbers = {line.number for line in lines}
    for number in range(1, LAST + 1):
        if number not in numbers:
            lines.append(_quiet(number, course, words))
    return tuple(sorted(lines, key=lambda line: (line.number != FOLDER or line.state is not StepState.WILL_DO, line.number)))


def _will_do(rules: Tuple[str, ...], treatment: Treatment, words: Words) -> Iterator[PlanStep]:
    for line in treatment.lines:
        numbers = words.steps(line.words) if line.step is None else (line.step,)
        yield from (replace(words.will_do(line, number), rules=rules) for number in numbers)


def _waits(rules: Tuple[str, ...], treatment: Treatment, words: Words) -> Iterator[PlanStep]:
    assert treatment.needs is not None
    number = 12 if treatment.needs.what.startswith("server") else words.steps(treatment.words)[0]
    state = StepState.NEEDS_MASTER if number in MASTERS else StepState.NEEDS_YOU
    yield PlanStep(number, state, rules, words.waits_for(treatment))


def _follows(finding: Finding, words: Words) -> PlanStep:
    """What the tool heals once something else is there for which it waits."""
    number = ARTIFACT_STEPS.get(finding.about, finding.step or DEFAULT_STEP)
    waits = words.waits_for(Treatment("file.protect", needs=Needs("follows", {"where": finding.where or ""})))
    return PlanStep(number, StepState.NEEDS_YOU, (finding.rule,), waits)


def _by_person(finding: Finding) -> PlanStep:
    number = finding.step or DEFAULT_STEP
    state = StepState.NEEDS_MASTER if number in MASTERS else StepState.NEEDS_YOU
    remedy = finding.remedy
    text = f"{finding.message}. {remedy.text}" if remedy is not None else finding.message
    commands = remedy.commands if remedy is not None and remedy.by == "person" else ()
    return PlanStep(number, state, (finding.rule,), text, commands)


def _still_failing(course: Course) -> List[Finding]:
    """What will still fail, by the copy; of what only the world can say, what failed at the beginning and was not only hidden there."""
    first = {one.rule for one in course.first.findings if one.status is Status.FAIL}
    found = [one for one in course.last.findings if one.is_cause]
    return [one for one in found if one.family not in WATCHED or one.rule in first or _asks_for_restart(one)]


def foreseen(course: Course, healed: Sequence[str] = ()) -> Tuple[str, ...]:
    """The rules that will still fail; those that a restart heals are *healed* where one is made."""
    return tuple(dict.fromkeys(one.rule for one in _still_failing(course) if one.rule not in healed))


def restart_rules(course: Course) -> Tuple[str, ...]:
    """The rules for which the agent has to be stopped and started, also where only the planned changes make it older than its files."""
    return tuple(dict.fromkeys(one.rule for one in course.last.findings if _asks_for_restart(one)))


def is_anothers(course: Course) -> bool:
    """Whether the agent runs as another user than its own, who could not stop it."""
    return any(one.rule == "ITA-AGT-005" and one.status is Status.FAIL for one in course.last.findings)


def _asks_for_restart(finding: Finding) -> bool:
    return finding.is_cause and finding.remedy is not None and finding.remedy.name == RESTART


def _quiet(number: int, course: Course, words: Words) -> PlanStep:
    """A step with which nothing is to be done."""
    if number in (5, 6) and course.request is not None and course.request.key is not None:
        waits = words.waits_for(Treatment("file.protect", needs=Needs("follows", {"where": words.path("prv" if number == 5 else "stash")})))
        return PlanStep(number, StepState.NEEDS_YOU, (), waits, counts=False)
    if number == 8 and course.request is not None:
        return PlanStep(number, StepState.NEEDS_YOU, (), words.waits_for(Treatment("certificate.sign", needs=Needs("ca"))), counts=False)
    if number in OURS or number == 9:
        return PlanStep(number, StepState.NOT_NEEDED, (), words.step(number, "not_needed"))
    if number in STOP_AND_START and not _is_restarted(course):
        changed = bool(course.touched)
        state = StepState.NEEDS_YOU if changed else StepState.NOT_NEEDED
        return PlanStep(number, state, (), words.step(number, "later" if changed else "not_needed"), counts=False)
    if number == LAST and not _was_accepted(course):
        return PlanStep(number, StepState.NEEDS_MASTER, (), words.step(number, "later"), counts=False)
    return PlanStep(number, StepState.DONE, (), words.step(number, "done"))


def _is_restarted(course: Course) -> bool:
    """Whether the agent was seen to be younger than its files, the planned changes included."""
    return any(one.rule == "ITA-AGT-004" and one.status is Status.PASS for one in course.last.findings)


def _was_accepted(course: Course) -> bool:
    """Whether the master took this very certificate in the handshake."""
    return _own(course.first_setup) == _own(course.last_setup) and _accepts(course.first)


def _accepts(report: Installation) -> bool:
    return any(one.rule == "ITA-TLS-003" and one.status is Status.PASS for one in report.findings)


def with_proof(steps: Sequence[PlanStep], after: Installation, words: Words) -> Tuple[PlanStep, ...]:
    """The steps once all was done: the handshake may have shown that the master takes the certificate."""
    if not _accepts(after):
        return tuple(steps)
    done = PlanStep(LAST, StepState.DONE, (), words.step(LAST, "done"))
    return tuple(done if one.number == LAST and not one.counts and one.state is StepState.NEEDS_MASTER else one for one in steps)


def _own(setup: Setup) -> str:
    return "" if isinstance(setup.own, Lost) else setup.own.sha256


def counted(steps: Sequence[PlanStep]) -> Dict[StepState, int]:
    """How many of each state there are, of those that decide the exit status."""
    found: Dict[StepState, int] = dict.fromkeys(StepState, 0)
    for step in steps:
        found[step.state] += step.counts
    return found

"""Findings → a whole plan: remedies are played on a copy in memory, which is judged again and again until nothing more can be healed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ita_doctor.host.overlay import Overlay
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Finding, Installation, Status
from ita_doctor.model.plan import (
    Answers,
    BadPlan,
    LeaveRequest,
    MakeDirectory,
    MoveAway,
    Needs,
    SetFolderMode,
    State,
    Step,
    WriteFile,
    same_state,
)
from ita_doctor.model.setup import Setup
from ita_doctor.repair.asked_for import place_certificate, place_server, renew
from ita_doctor.repair.basis import Basis
from ita_doctor.repair.remedies import REMEDIES, Treatment
from ita_doctor.repair.wording import Words

MOST_ROUNDS = 120
"""An ita.ini with ten faults needs ten: each change of it is judged before the next."""

SAME_AGAIN = 2
"""How often one remedy may act on one finding: what comes back a third time is not healed by it."""

ON_DISK = ("INI", "FILE", "STH", "KEY", "CERT", "CA", "RND")
"""Families whose verdict is about the files alone, so that the copy in memory can be judged."""

Look = Callable[[], Tuple[Setup, Installation]]


@dataclass(frozen=True)
class Act:
    """One treatment that was carried out on the copy, for the findings of these rules."""

    rules: Tuple[str, ...]
    treatment: Treatment
    places: Tuple[Tuple[str, Optional[str]], ...] = ()
    """(rule, where) of those findings."""


@dataclass
class Course:
    """What came of planning; filled round by round."""

    first: Installation
    first_setup: Setup
    last: Installation
    last_setup: Setup
    acts: List[Act]
    waiting: List[Tuple[Finding, Treatment]]
    """Findings that a remedy cannot heal yet, by the last round."""
    touched: Dict[str, List[Act]]
    """By absolute path."""
    request: Optional[LeaveRequest] = None
    requested: Optional[Act] = None
    """What asked for the request."""


class Planner:
    """Plays the remedies; *look* reads and judges the copy."""

    def __init__(self, overlay: Overlay, look: Look, answers: Answers, table: Mapping[str, Any], words: Mapping[str, Any]) -> None:
        self._overlay, self._look, self._answers, self._table, self._words = overlay, look, answers, table, words
        self._again: Dict[Tuple[str, ...], int] = {}
        self._is_renewed = not answers.is_renewal
        self._is_placed = answers.certificate is None

    def run(self) -> Course:
        """All rounds. Raises BadPlan where an input does not fit or the end would be worse than the beginning."""
        setup, report = self._look()
        course = Course(report, setup, report, setup, [], [], {})
        for _ in range(MOST_ROUNDS):
            course.last, course.last_setup = report, setup
            if not self._round(course):
                _refuse_worse(course)
                return course
            setup, report = self._look()
        raise BadPlan(f"{course.last.place}: more than {MOST_ROUNDS} changes in a row would be needed; put it back from a backup, and run this again")

    def _round(self, course: Course) -> bool:
        """Whether anything was done."""
        failing = tuple(one for one in course.last.findings if one.is_cause)
        basis = Basis(course.last_setup, self._answers, self._overlay, self._table, failing)
        course.waiting = []
        if not self._answers.is_renewal:  # a renewal asks once, whatever is healed after it
            course.request = course.requested = None
        late = [one for one in failing if self._is_renewed and one.remedy is not None and one.remedy.name == "suffix.use"]
        settings = [one for one in failing if one.family == "INI" and one not in late]
        if self._heal(settings, basis, course):
            return True
        if not self._is_renewed and isinstance(basis.setup.dir, str) and isinstance(basis.setup.section, str):
            self._is_renewed = True
            if self._asked_for(renew(basis), basis, course):
                return True
        if self._heal([one for one in failing if one.family != "INI"], basis, course) or self._heal(late, basis, course):
            return True
        if not self._is_placed:
            self._is_placed = True
            return self._asked_for(place_certificate(basis), basis, course)
        return self._asked_for([one for one in place_server(basis) if refused(one, basis) is None], basis, course)

    def _heal(self, findings: Sequence[Finding], basis: Basis, course: Course) -> bool:
        """One remedy for each finding, as far as they do not meet on one path."""
        met: Set[str] = set()
        acted = False
        for name in REMEDIES:
            for finding in findings:
                if finding.remedy is None or finding.remedy.name != name:
                    continue
                if acted and finding.family == "INI":
                    return True  # its line is counted in the text before that change
                for treatment in REMEDIES[name](finding, basis):
                    if self._apply(finding, treatment, basis, course, met):
                        acted = True
        return acted

    def _apply(self, finding: Finding, treatment: Treatment, basis: Basis, course: Course, met: Set[str]) -> bool:
        why = treatment.needs or refused(treatment, basis)
        if why is not None:
            course.waiting.append((finding, replace(treatment, needs=why)))
            return False
        paths = {self._overlay.absolute(step.path) for step in treatment.steps if not isinstance(step, LeaveRequest)}
        mark = (finding.rule, finding.where or "", finding.about, treatment.words, *sorted(paths))
        if any(isinstance(step, LeaveRequest) for step in treatment.steps):
            course.requested = Act((finding.rule,), treatment)
        if paths & met:
            return True  # judged again first
        most = MOST_ROUNDS if finding.rule == "ITA-INI-003" else SAME_AGAIN  # a setting may stand there many times
        if self._again.get(mark, 0) >= most or not self._play(treatment.steps, basis, course):
            return False
        self._again[mark] = self._again.get(mark, 0) + 1
        met |= paths
        self._note(Act((finding.rule,), treatment, ((finding.rule, finding.where),)), paths, course)
        return True

    def _asked_for(self, treatments: Sequence[Treatment], basis: Basis, course: Course) -> bool:
        """Treatments that no finding but an option asks for."""
        acted = False
        for treatment in treatments:
            why = treatment.needs or refused(treatment, basis)
            if why is not None:
                raise BadPlan(Words(self._words, basis.setup).waits_for(replace(treatment, needs=why)))
            if any(isinstance(step, LeaveRequest) for step in treatment.steps):
                course.requested = Act((), treatment)
            if self._play(treatment.steps, basis, course):
                paths = {self._overlay.absolute(step.path) for step in treatment.steps if not isinstance(step, LeaveRequest)}
                self._note(Act((), treatment), paths, course)
                acted = True
        return acted

    def _note(self, act: Act, paths: Set[str], course: Course) -> None:
        course.acts.append(act)
        for path in paths:
            course.touched.setdefault(path, []).append(act)

    def _play(self, steps: Sequence[Step], basis: Basis, course: Course) -> bool:
        """Whether the copy in memory is another one afterwards."""
        changed = False
        for step in steps:
            if isinstance(step, LeaveRequest):
                course.request = step
                continue
            path = self._overlay.absolute(step.path)
            old = self._overlay.written[path] if path in self._overlay.written else self._overlay.before(path)
            new = _state(step, basis, old)
            if not same_state(old, new):
                self._overlay.put(path, new)
                changed = True
        return changed


def _state(step: Step, basis: Basis, old: Optional[State]) -> Optional[State]:
    from ita_doctor.host.overlay import facts_for

    if isinstance(step, WriteFile):
        return basis.state(step)
    if isinstance(step, MakeDirectory):
        return State(facts_for(basis.host, basis.setup.uid, 0o755, None), basis.setup.user)
    if isinstance(step, SetFolderMode) and old is not None:
        return State(replace(old.facts, mode=step.mode), old.owner)
    return None


def refused(treatment: Treatment, basis: Basis) -> Optional[Needs]:
    """Why the steps may not be taken: a file that is not this installation's, a link, a folder of somebody else; None where they may."""
    for step in treatment.steps:
        if isinstance(step, LeaveRequest):
            continue
        if isinstance(step, MoveAway):
            why = basis.may_move(step.path)
        elif isinstance(step, WriteFile):
            why = basis.may_replace(step.path)
            for source in step.sources:
                why = why or basis.may_take(source)
        else:
            why = _refused_folder(step.path, basis)
        if why is not None:
            return why
    return None


def _refused_folder(path: str, basis: Basis) -> Optional[Needs]:
    """A folder is changed by its own owner, and made only inside the installation."""
    number, _ = basis.host.me()
    root = f"{basis.host.absolute(basis.setup.installation).rstrip('/')}/"
    stand = basis.host.stand(path)
    if not f"{basis.host.absolute(path)}/".startswith(root) or stand.is_link:
        return Needs("outside", {"where": path, "owner": stand.owner or basis.setup.user})
    if stand.kind is Kind.FOLDER and stand.uid not in (0, basis.setup.uid):
        return Needs("outside", {"where": path, "owner": stand.owner or f"uid {stand.uid}"})
    return None if number in (0, basis.setup.uid) else Needs("root", {"where": path, "user": basis.setup.user})


def newly_failing(first: Installation, last: Installation) -> List[Finding]:
    """Findings of the files that passed for their subject, and fail for it now, wherever it stands by then; what was hidden is no new one."""
    passed = {(one.rule, one.about) for one in first.findings if one.status is Status.PASS}
    passed -= {(one.rule, one.about) for one in first.findings if one.status is not Status.PASS}
    return [one for one in _failing_on_disk(last) if (one.rule, one.about) in passed]


def not_healed(course: Course, after: Installation) -> List[Finding]:
    """Findings that a step of the plan was to heal, that the copy in memory no longer had, and that are there on the disk."""
    healed = {place for act in course.acts for place in act.places} - {(one.rule, one.where) for one in _failing_on_disk(course.last)}
    return [one for one in _failing_on_disk(after) if (one.rule, one.where) in healed]


def _failing_on_disk(report: Installation) -> List[Finding]:
    return [one for one in report.findings if one.is_cause and one.family in ON_DISK]


def _refuse_worse(course: Course) -> None:
    for one in newly_failing(course.first, course.last):
        raise BadPlan(f"refused, since it would make something worse: {one.message}")

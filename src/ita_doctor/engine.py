"""Run rules over a Setup: needs first, then the check, then who owns the fault."""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.checks import CHECKS
from ita_doctor.checks.certificate import due_from
from ita_doctor.model.artifact import Lost, Reason
from ita_doctor.model.chain import chain_of, link_of
from ita_doctor.model.finding import Finding, Installation, Observation, Remedy, Status
from ita_doctor.model.rule import Rule, Severity, Variant
from ita_doctor.model.setup import Setup
from ita_doctor.words import commands_of, sentence, values_of


class Choice(NamedTuple):
    """Which rules are wanted; ids or families."""

    only: FrozenSet[str] = frozenset()
    skip: FrozenSet[str] = frozenset()

    def wants(self, rule: Rule) -> bool:
        """Whether the rule itself was asked for (it may be run all the same, as a blocker)."""
        return not self.skips(rule) and (not self.only or bool(self.only & {rule.id, rule.family}))

    def skips(self, rule: Rule) -> bool:
        """Whether the rule was named in --skip."""
        return bool(self.skip & {rule.id, rule.family})


EVERYTHING = Choice()

MOST_FINDINGS = 100
"""Of one rule: a person reads no more, and a folder of 100,000 stray files is no reason for a report of 80 MB."""

Raw = Sequence[Tuple[Rule, Sequence[Observation]]]


def judge(setup: Setup, rules: Sequence[Rule], reasons: Mapping[str, str], choice: Choice = EVERYTHING) -> Installation:
    """Every rule's findings, with one root cause for one fault."""
    if setup.layout:
        rules = [_laid_out(rule, setup) for rule in rules]
    if setup.asked.root is not None:
        from ita_doctor.copied import of_a_copy

        rules = of_a_copy(rules, setup)
    raw = [(rule, observe(rule, setup)) for rule in rules]
    owners = _Owners(raw)
    values = values_of(setup)
    titles = {rule.id: rule.title for rule in rules}
    findings: List[Finding] = []
    for rule, observations in raw:
        findings.extend(_finding(rule, seen, owners, values, reasons, titles) for seen in observations)
    findings = _chosen(findings, {rule.id: rule for rule in rules}, choice)
    return _summary(setup, findings, rules)


def _laid_out(rule: Rule, setup: Setup) -> Rule:
    """*rule* with what is to be done in another layout than the procedure's, which `fix` leaves alone."""
    text, keeps = setup.advice.get(rule.id) or setup.advice.get(rule.family) or ("", True)
    say = {
        name: said._replace(do=text or said.do, commands=said.commands if keeps else (), remedy=None) for name, said in rule.say.items()
    }  # fmt: skip
    return rule._replace(say=say)


def observe(rule: Rule, setup: Setup) -> Sequence[Observation]:
    """What the rule's check says, or why it cannot be asked. An exception in a check is our own fault: BROKEN."""
    if "any" not in rule.platforms and setup.platform not in rule.platforms:
        return (Observation(Status.SKIPPED, "", lost=Lost(Reason.PLATFORM, "platform")),)
    if rule.id in setup.not_asked:
        return (Observation(Status.SKIPPED, "", lost=Lost(Reason.LAYOUT, "layout")),)
    for need in rule.needs:
        value = getattr(setup, need)
        if isinstance(value, Lost):
            return (Observation(Status.BLOCKED if value.reason.is_fault else Status.SKIPPED, need, line=value.line, lost=value),)
    try:
        observations = tuple(_declared(rule, seen) for seen in islice(CHECKS[rule.check].function(setup, rule.params), MOST_FINDINGS))
    except Exception as bug:  # noqa: BLE001 - the one place where our own bug becomes a finding
        return (Observation(Status.BROKEN, "", facts={"bug": _describe(bug)}),)
    return observations or (Observation(Status.PASS, ""),)


def _declared(rule: Rule, seen: Observation) -> Observation:
    """*seen*, whose variant and facts must be those that the check declared: the rule file has words for no others."""
    if seen.status is Status.FAIL and not set(CHECKS[rule.check].says[seen.variant]) <= set(seen.facts):
        raise KeyError(seen.variant)
    return seen


def _describe(bug: Exception) -> str:
    """Type and place of an exception; its words might hold what must not be printed."""
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace is not None else ""
    return f"{type(bug).__name__}{place}"


class _Owners:
    """Who owns a fault: the rule that failed for a lost subject, or the one to which a failing rule yields."""

    def __init__(self, raw: Raw) -> None:
        self._failing: Dict[str, List[Tuple[Rule, Observation]]] = {}
        self._gates: List[Tuple[Rule, Observation]] = []
        for rule, observations in raw:
            for seen in observations:
                if seen.status is Status.FAIL:
                    self._failing.setdefault(rule.id, []).append((rule, seen))
                if rule.gates and seen.status in (Status.FAIL, Status.BLOCKED):
                    self._gates.append((rule, seen))

    def of_lost(self, lost: Lost, tried: FrozenSet[str] = frozenset()) -> Optional[str]:
        """The rule that failed for what was lost, or None (then a rule is missing: our own fault)."""
        if lost.about in tried:
            return None
        for rule, seen in self._gates:
            if seen.status is Status.FAIL and seen.about == lost.about:
                return self.of_failure(rule, seen) or rule.id
        for _, seen in self._gates:
            if seen.status is Status.BLOCKED and seen.about == lost.about and seen.lost is not None:
                owner = self.of_lost(seen.lost, tried | {lost.about})
                if owner is not None:
                    return owner
        return None

    def of_failure(self, rule: Rule, seen: Observation, tried: FrozenSet[str] = frozenset()) -> Optional[str]:
        """The rule to which this failure yields, or None where it is a cause by itself."""
        for other in (*rule.say[seen.variant].yields_to, *rule.yields_to):
            failures = self._failing.get(other, ())
            if other in tried or not failures:
                continue
            for failure in failures:
                if self.of_failure(*failure, tried | {rule.id, other}) is None:
                    return other
            return self.of_failure(*failures[0], tried | {rule.id, other})
        return None


def _finding(
    rule: Rule, seen: Observation, owners: _Owners, values: Mapping[str, str], reasons: Mapping[str, str], titles: Mapping[str, str]
) -> Finding:
    status, blocked_by, severity, remedy = seen.status, None, rule.severity, None
    message = rule.title
    if status is Status.FAIL:
        said = rule.say[seen.variant]
        severity = said.severity or severity
        message = sentence(said.message, _worded(seen, reasons), values)
        blocked_by = owners.of_failure(rule, seen)
        if blocked_by is not None:
            status = Status.BLOCKED
        else:
            remedy = _remedy(said, seen, values)
    elif status is Status.BLOCKED and seen.lost is not None:
        blocked_by = owners.of_lost(seen.lost)
        if blocked_by is None:
            status = Status.BROKEN
            message = f"ita-doctor's own fault: nothing explains why {seen.lost.about} could not be read ({seen.lost.reason.value})"
    elif status is Status.SKIPPED and seen.lost is not None:
        message = reasons[seen.lost.reason.value]
    elif status is Status.BROKEN:
        message = f"ita-doctor's own fault, please report it: {seen.facts['bug']}"
    if status is Status.BLOCKED:
        message = f"cannot be judged before {blocked_by} is right ({titles[str(blocked_by)]})"
    mark = "\0".join((rule.id, seen.variant, seen.about, seen.where or ""))
    fingerprint = hashlib.sha256(mark.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    facts = {} if status is Status.BLOCKED else seen.facts
    return Finding(
        rule.id, rule.family, severity, status, seen.variant, seen.where, seen.line, rule.title, message, facts, blocked_by, remedy,
        rule.step, fingerprint, seen.about, link_of(rule.link, rule.family, seen.about),
    )  # fmt: skip


def _remedy(said: Variant, seen: Observation, values: Mapping[str, str]) -> Remedy:
    """What makes it right: by `fix`, where the variant names a remedy of its, else by hand."""
    text = sentence(said.do, seen, values)
    if said.remedy is None:
        return Remedy(None, "person", text, commands_of(said.commands, seen, values))
    known = "" if values["suffix"].startswith("<") else " --suffix {suffix}"
    more = f" {said.options}" if said.options else ""
    return Remedy(said.remedy, "tool", text, commands_of((f"ita-doctor fix {{place}}{known}{more} --apply",), seen, values))


def _worded(seen: Observation, reasons: Mapping[str, str]) -> Observation:
    """*seen* with the words for the fault of a PEM in the place of its code, which stays in the finding's facts."""
    fault = seen.facts.get("fault")
    return seen if fault is None else seen._replace(facts={**seen.facts, "fault": reasons.get(f"fault:{fault}", fault)})


def _chosen(findings: Sequence[Finding], rules: Mapping[str, Rule], choice: Choice) -> List[Finding]:
    """The findings with what was not asked for put aside, but not what blocks something that was."""
    if not choice.only and not choice.skip:
        return list(findings)
    blockers = {one.blocked_by for one in findings if one.blocked_by and choice.wants(rules[one.rule])}
    kept: List[Finding] = []
    aside: Dict[str, None] = {}
    for one in findings:
        rule = rules[one.rule]
        if choice.wants(rule) or (one.rule in blockers and not choice.skips(rule)):
            kept.append(one)
        elif one.rule not in aside:
            aside[one.rule] = None
            why = "named in --skip" if choice.skips(rule) else "not among the rules of --only"
            kept.append(one._replace(status=Status.SKIPPED, variant="", where=None, line=None, message=why, facts={}, blocked_by=None, remedy=None))
    return kept


def _summary(setup: Setup, findings: Sequence[Finding], rules: Sequence[Rule]) -> Installation:
    suffix = None if isinstance(setup.suffix, Lost) else setup.suffix
    return with_findings(Installation(setup.place, suffix, None, {}, (), (), facts_of(setup, rules), _is_judged(setup)), findings)


def with_findings(found: Installation, findings: Sequence[Finding]) -> Installation:
    """*found* with these findings, and with all that follows from them: worst, counts, root causes and the chain of trust."""
    worst, counts, roots = tally(findings)
    facts = {**found.facts, "chain": chain_of(findings)}
    return found._replace(worst=worst, counts=counts, root_causes=roots, findings=tuple(findings), facts=facts)


def tally(findings: Sequence[Finding]) -> Tuple[Optional[Severity], Mapping[str, int], Tuple[str, ...]]:
    """The worst severity of what failed, how many findings there are of each status, and the root causes, worst first."""
    failed = [one for one in findings if one.status is Status.FAIL]
    worst = max((one.severity for one in failed), key=lambda severity: severity.weight, default=None)
    counts = {status.value: sum(one.status is status for one in findings) for status in Status}
    causes = [one for one in failed if one.is_cause]
    causes.sort(key=lambda one: -one.severity.weight)
    return worst, counts, tuple(dict.fromkeys(one.rule for one in causes))


def _is_judged(setup: Setup) -> bool:
    """Whether there is something of our kind to judge; an agent with GSKit key databases has another set-up."""
    return not (isinstance(setup.suffix, Lost) and setup.suffix.reason is Reason.GSKIT)


def facts_of(setup: Setup, rules: Sequence[Rule]) -> Mapping[str, object]:
    """The volatile numbers: days left of every certificate, when it becomes due, and what came of the handshake."""
    due = next((rule.params for rule in rules if "warning_days" in rule.params), None)
    certificates: List[Mapping[str, object]] = []
    seen = set()
    for artifact in ("pub", "cert", "bundle"):
        held = getattr(setup, artifact)
        if isinstance(held, Lost):
            continue
        fact = setup.files[artifact]
        for one in held.certificates:
            if one.sha256 in seen or isinstance(fact, Lost):
                continue
            seen.add(one.sha256)
            row = {"where": fact.path, "subject": one.subject, "not_after": iso(one.not_after), "days_left": days(setup, one.not_after)}
            if due is not None:
                row.update({f"{grade}_from": iso(due_from(one, due, grade)) for grade in ("warning", "error")})
            certificates.append(row)
    own = setup.own
    facts: Dict[str, object] = {
        "days_left": None if isinstance(own, Lost) else days(setup, own.not_after),
        "not_after": None if isinstance(own, Lost) else iso(own.not_after),
        "handshake": None,
        "certificates": certificates,
        "judged": _is_judged(setup),
    }
    if setup.asked.root is not None:
        facts["root"] = setup.asked.root
    if not isinstance(setup.peer, Lost):
        peer = setup.peer
        facts["handshake"] = {
            "host": peer.host, "port": peer.port, "address": peer.address, "done": peer.is_done and not peer.ended,
            "protocol": peer.protocol or None, "cipher": peer.cipher or None,
        }  # fmt: skip
    return facts


def days(setup: Setup, moment: float) -> int:
    """Whole days from the time of judgement to *moment*; negative once it is past."""
    return int((moment - setup.now) // 86400)


def iso(moment: float) -> str:
    """*moment* (seconds since 1970) as ISO 8601 in UTC, also for years that no clock of this machine knows."""
    import datetime

    stamp = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(moment))  # noqa: DTZ001 - UTC by construction
    return stamp.isoformat() + "Z"

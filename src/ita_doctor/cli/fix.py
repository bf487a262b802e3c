"""
Plan what heals an installation, or makes it from nothing, over the nineteen steps of the procedure; with --apply, do it.

Without --apply nothing is touched.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, List, Mapping, Optional, Tuple

from ita_doctor import __version__
from ita_doctor.cli.answers import add_fix_options, answers_of, ask_password, kept_name, refuse_idle_password, with_presented
from ita_doctor.cli.check import look_at, register_of
from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import FAULT, HEALTHY, UNKNOWN, WARNING
from ita_doctor.cli.into import Into, into_of
from ita_doctor.cli.library import library, table
from ita_doctor.cli.options import asked_of, state_folder, with_due
from ita_doctor.cli.owner import tree_of
from ita_doctor.cli.places import the_place
from ita_doctor.cli.step19 import Trust, trust_of
from ita_doctor.cli.unfinished import finish_unfinished, say_unfinished
from ita_doctor.cli.usage import Usage
from ita_doctor.collect import collect
from ita_doctor.engine import EVERYTHING, Choice
from ita_doctor.host.base import Host
from ita_doctor.host.overlay import Overlay
from ita_doctor.host.pick import pick_host
from ita_doctor.host.process import stopped_by_signals
from ita_doctor.host.tree import Tree
from ita_doctor.host.vault import Vault
from ita_doctor.model.artifact import Key, Lost, Reason
from ita_doctor.model.finding import Installation
from ita_doctor.model.plan import Answers, BadPlan, HalfUndone, Moved, Plan, PlanStep, StepState
from ita_doctor.model.setup import Asked, Setup
from ita_doctor.repair.changes import changes_of, hold_settings
from ita_doctor.repair.plan import Course, Planner, newly_failing, not_healed
from ita_doctor.repair.steps import counted, foreseen, is_anothers, restart_rules, steps_of, with_proof
from ita_doctor.repair.wording import Words
from ita_doctor.rulebook import Rulebook

if TYPE_CHECKING:
    from ita_doctor.accept import Register

EPILOG = """\
examples:
  ita-doctor fix /opt/hcl/TWS              # show the plan; nothing is touched
  ita-doctor fix /opt/hcl/TWS --apply      # show it, ask, do it, judge again
  ita-doctor fix /opt/hcl/TWS --password-file tws.pwd --apply
  ita-doctor fix /opt/hcl/TWS --renew --days 730 \\
      --ca-cert TWSca.crt --ca-key TWSca.key --apply
  ita-doctor fix --into /tmp/new --suffix tws --server-cert server.pem \\
      --ca-cert TWSca.crt --ca-key TWSca.key --apply
  ita-doctor undo /opt/hcl/TWS             # put back what the last fix changed

exit status: 0 healthy afterwards or nothing to do, 1 a plan exists and was only
shown, 2 something still fails or waits for somebody, 3 refused or undone"""


@dataclass
class Case:
    """One run of `fix`."""

    args: argparse.Namespace
    console: Console
    host: Host
    book: Rulebook
    words: Mapping[str, Any]
    place: str
    asked: Asked
    folder: str
    """The state folder."""
    into: Optional[Into] = None
    choice: Choice = EVERYTHING
    register: Optional[Register] = None

    def read(self, host: Host, asked: Asked) -> Tuple[Setup, Installation]:
        """The installation as *host* has it, read and judged."""
        return look_at(host, self.place, asked, self.book, choice=self.choice, register=self.register)

    def overlay(self, tree: Tree) -> Overlay:
        """A copy in memory of what is on the disk now."""
        return Overlay(self.host, tree, hidden={} if self.into is None else self.into.pretended)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `fix` takes."""
    add_fix_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Plan, show, and where it is asked for carry out; one exit status."""
    host = pick_host()
    console.color, console.is_quiet = args.color, args.quiet
    args.thorough = True
    if args.root is not None:
        raise Usage("--root: a copy is judged (`ita-doctor check --root DIR`) and never repaired: run `fix` on the machine from which it is")
    book = library(args.rules)
    into = into_of(args, host, book.settings)
    book = book._replace(rules=with_due(book.rules, args.due))
    asked = asked_of(args, host)
    place = into.place if into is not None else the_place(host, args.places, book.settings, "fix")
    case = Case(args, console, host, book, table("remedies.toml"), place, asked, state_folder(args.state, host), into)
    case.register = register_of(args, asked, host, book)
    if into is not None:
        case.book = book._replace(settings={**book.settings, "layout": []})  # what it makes is the procedure's, whatever lies there
        case.asked, case.choice = asked._replace(is_offline=True), Choice(skip=frozenset(("AGT", "NET", "TLS")))
    try:
        return _run(case)
    except (BadPlan, Moved) as why:
        console.err(f"ita-doctor: {why}")
        return UNKNOWN
    except HalfUndone as why:
        console.err(f"ita-doctor: {why}")
        return FAULT


def _run(case: Case) -> int:
    vault = Vault.open(case.folder, create=False)
    if case.args.apply:
        finish_unfinished(vault, case.place, case.console)
    is_unfinished = not case.args.apply and say_unfinished(vault, case.place, case.console)
    quick = case.asked._replace(is_offline=True, is_thorough=False, server_keystore=None, trust_keystore=None)
    base = collect(case.host, case.place, quick, case.book.settings, {})
    if base.layout:  # whoever makes such files makes them elsewhere, and would put his own in the place of ours
        raise BadPlan(f"{case.place}: {next(one['fix'] for one in case.book.settings['layout'] if one['name'] == base.layout)}")
    tree = tree_of(case.host, base, user=case.args.user, root=None if case.into is None else case.into.root)
    overlay = case.overlay(tree)
    case.console.progress("reading the installation" + ("" if case.asked.is_offline else ", and asking the master") + " …")
    setup, _ = case.read(overlay, case.asked)
    answers = _answers(case, vault, setup)
    case.console.progress("working out the plan on a copy in memory …")
    course = Planner(overlay, lambda: case.read(overlay, case.asked), answers, case.book.settings, case.words).run()
    refuse_idle_password(answers, course)
    words = Words(case.words, course.last_setup)
    trust = trust_of(case.args, case.host, course, words)
    plan = _plan(case, course, overlay, words, answers, trust)
    has_work = bool(plan.changes or plan.request or any(step.state is StepState.WILL_DO for step in plan.steps))
    if not case.args.apply or not has_work:
        status = _status_of_dry_run(plan, is_unfinished=is_unfinished, is_apply=case.args.apply)
        _show(case, plan, status)
        return status
    if case.console.can_ask and not case.args.yes:
        _show(case, plan, WARNING)
        if not case.console.confirm("Do it? [y/N] "):
            case.console.err("ita-doctor: nothing was changed")
            return WARNING
    return _apply(case, tree, course, plan, trust)


def _answers(case: Case, vault: Optional[Vault], setup: Setup) -> Answers:
    """What the options give, and what the person types where only a password is missing."""
    args, console = case.args, case.console
    suffix = args.suffix or ("agent" if isinstance(setup.suffix, Lost) else setup.suffix)
    answers = answers_of(args, case.host, vault, case.place, suffix)
    answers = replace(answers, request_path=Vault(case.folder).path(case.place, kept_name(suffix, "csr")))
    presented = None if isinstance(setup.presented, Lost) else setup.presented
    answers = with_presented(
        answers, args, presented and presented.der, presented.sha256 if presented else "", "" if isinstance(setup.road, Lost) else setup.road
    )
    if args.server_keystore is not None:
        from ita_doctor.cli.step19 import server_of, server_path

        answers = replace(answers, server=server_of(args, case.host, setup), server_source=server_path(args, case.host), server_kind="keystore")
    prv = setup.prv
    is_locked = not isinstance(prv, Lost) and prv.lock is not None and not isinstance(setup.key, Key)
    is_unknown = isinstance(setup.key, Lost) and setup.key.reason is Reason.UNKNOWN_CIPHER
    if is_locked and not is_unknown and answers.password is None and console.can_ask and not args.yes:
        fact = setup.files["prv"]
        answers = ask_password(answers, console, case.place if isinstance(fact, Lost) else fact.path)
    return answers


def _plan(case: Case, course: Course, overlay: Overlay, words: Words, answers: Answers, trust: Optional[Trust]) -> Plan:
    changes = changes_of(course, overlay, words.steps_of())
    remarks = hold_settings(course, changes)
    extra: List[PlanStep] = []
    if trust is not None:
        changes = (*changes, *trust.changes)
        extra += trust.steps
    asking = restart_rules(course)
    is_restart = case.args.restart and not is_anothers(course)
    if case.args.restart:
        extra += words.restart(asking) if is_restart else words.restart_waits("decide", ("ITA-AGT-005", *asking))
    if case.into is not None:
        remarks = (*remarks, *case.into.lines(course.last_setup, words))
        extra += words.elsewhere()
        changes = tuple(one for one in changes if one.path not in case.into.pretended)
    suffix = answers.suffix or (None if isinstance(course.last_setup.suffix, Lost) else course.last_setup.suffix)
    return Plan(
        case.place, suffix, steps_of(course, words, extra), changes, course.first.root_causes, request=course.request, remarks=remarks,
        foreseen=foreseen(course, asking if is_restart else ()),
    )  # fmt: skip


def _status_of_dry_run(plan: Plan, *, is_unfinished: bool, is_apply: bool) -> int:
    """0 where there is nothing to do; 1 where something is to be done, or waits for somebody; after --apply that had nothing to do, 2."""
    count = counted(plan.steps)
    waits = bool(count[StepState.NEEDS_YOU] or count[StepState.NEEDS_MASTER] or plan.foreseen)
    if is_apply:
        return FAULT if waits else HEALTHY
    return WARNING if waits or is_unfinished or plan.changes or plan.request or count[StepState.WILL_DO] else HEALTHY


def _apply(case: Case, tree: Tree, course: Course, plan: Plan, trust: Optional[Trust]) -> int:
    """Carry it out, judge the disk, and undo it where that did not heal."""
    from ita_doctor.repair.apply import Repair

    vault = Vault.open(case.folder, create=True)
    assert vault is not None
    with stopped_by_signals():
        repair = Repair.begin(vault, tree, case.place, version=__version__, now=case.host.now())
        try:
            case.console.progress("writing …")
            own = tuple(one for one in plan.changes if trust is None or one not in trust.changes)
            repair.carry_out(own)
            if trust is not None and trust.changes:
                repair.carry_out(trust.changes, trust.tree)
            remarks = _keep_request(case, vault, plan)
            remarks += _restart(case, tree, course)
            case.console.progress("judging what is on the disk now …")
            host: Host = case.overlay(tree) if case.into is not None else pick_host()
            _, after = case.read(host, case.asked)
            worse = [*newly_failing(course.first, after), *not_healed(course, after)]
            if worse:
                repair.roll_back()
            else:
                repair.finish()
        except BaseException:
            repair.roll_back()
            raise
    if worse:
        remarks = (*remarks, *dict.fromkeys(f"undone, since it did not heal: {one.message}" for one in worse))
    steps = with_proof(plan.steps, after, Words(case.words, course.last_setup))
    plan = replace(plan, steps=steps, is_applied=True, is_undone=bool(worse), roots_after=after.root_causes, remarks=(*plan.remarks, *remarks))
    status = UNKNOWN if worse else _status_after(plan)
    _show(case, plan, status)
    return status


def _status_after(plan: Plan) -> int:
    count = counted(plan.steps)
    waits = count[StepState.NEEDS_YOU] or count[StepState.NEEDS_MASTER]
    return FAULT if plan.roots_after or waits else HEALTHY


def _keep_request(case: Case, vault: Vault, plan: Plan) -> Tuple[str, ...]:
    """Leave the request, and the key that waits for it, in the state folder."""
    suffix = plan.suffix or "agent"
    if plan.request is None:
        return ()
    for ending, content in (("pem", plan.request.key), ("sth", plan.request.stash)):
        if content is not None:
            vault.keep(case.place, kept_name(suffix, ending), content.reveal())
    vault.keep(case.place, kept_name(suffix, "csr"), plan.request.request)
    return (f"The request is {vault.path(case.place, kept_name(suffix, 'csr'))}: have it signed, and go on with --certificate FILE and --apply.",)


def _restart(case: Case, tree: Tree, course: Course) -> Tuple[str, ...]:
    if not case.args.restart or is_anothers(course):
        return ()
    from ita_doctor.host import agent

    port = course.last_setup.settings["ssl_port"]
    number = int(port.value) if not isinstance(port, Lost) and port.value.isdigit() else None
    why = agent.restart(course.last_setup.programs, uid=tree.uid, gid=tree.gid, port=number, say=case.console.progress)
    return (f"The agent was not restarted: {why}",) if why else ("The agent was stopped and started, and its port answers.",)


def _show(case: Case, plan: Plan, status: int) -> None:
    console = case.console
    if case.args.format == "json":
        from ita_doctor.render.plan_json import render as render_json

        for piece in render_json(plan, status, indent=2 if console.is_terminal else None):
            console.out(piece)
        return
    from ita_doctor.render.plan import render

    into = case.into
    typed = [word for word in case.args.typed if word != "--apply"]
    verbosity = 1 if case.args.verbose else -1 if case.args.quiet or plan.is_applied else 0  # what was done was shown before
    undo = [plan.place if into is None else into.folder, *(["--state", case.args.state] if case.args.state else [])]
    console.show(render(plan, exit_status=status, verbosity=verbosity, typed=typed, undo=undo))

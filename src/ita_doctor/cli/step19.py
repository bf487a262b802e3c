"""The master's stores: its certificate out of the one (step 12), the agent's into the other (step 19)."""

from __future__ import annotations

import argparse
import posixpath
from dataclasses import dataclass, replace
from typing import Optional, Tuple

from ita_doctor.cli.answers import BIGGEST_STORE, WHY, read_named
from ita_doctor.host.base import Host
from ita_doctor.host.java import find_keytool
from ita_doctor.host.seen import Seen
from ita_doctor.host.tree import Tree
from ita_doctor.model.artifact import BadArtifact, Kind, Lost, Reason
from ita_doctor.model.finding import Status
from ita_doctor.model.plan import BadPlan, Change, Facts, Needs, PlanStep, State, StepState
from ita_doctor.model.secret import Secret
from ita_doctor.model.setup import Asked, Setup
from ita_doctor.repair import trust
from ita_doctor.repair.plan import Course
from ita_doctor.repair.remedies import Line, Treatment
from ita_doctor.repair.trust import Java, TrustPlan
from ita_doctor.repair.wording import Words

SHIPPED = b"default"
"""The password of the stores as the product ships them."""

LISTED = {Reason.WRONG_PASSWORD: "wrong-password", Reason.MALFORMED: "not-store"}
"""What a store comes to that only keytool reads, where it could not be read."""

RULES = ("ITA-MST-003", "ITA-TLS-003")
"""What step 19 makes right: the store lacks the agent's certificate, or the master refused it."""


@dataclass(frozen=True)
class Trust:
    """What step 19 comes to."""

    steps: Tuple[PlanStep, ...]
    changes: Tuple[Change, ...] = ()
    tree: Optional[Tree] = None
    """The folder of the store."""


def trust_of(args: argparse.Namespace, host: Host, course: Course, words: Words) -> Optional[Trust]:
    """
    The plan for --trust-keystore; None where it is not given. Raises BadPlan where store, password or keytool do not do.

    What it heals, or says in its own words, waits in *course* no longer.
    """
    if args.trust_keystore is None:
        return None
    path = trust.store_path(host, host.absolute(args.trust_keystore), trust.TRUST_STORE)
    folder = host.stand(posixpath.dirname(path))
    if folder.kind is not Kind.FOLDER:
        raise BadPlan(f"--trust-keystore: {posixpath.dirname(path)}: there is no such folder")
    own, suffix = course.last_setup.own, course.last_setup.suffix
    facts = {"keystore": path, "alias": "" if isinstance(suffix, Lost) else suffix, "where": path, "owner": folder.owner or f"uid {folder.uid}"}
    if isinstance(own, Lost) or isinstance(suffix, Lost):
        return Trust((PlanStep(19, StepState.NEEDS_YOU, (), words.waits_for(Treatment("certificate.sign", needs=Needs("ca"))), counts=False),))
    number, _ = host.me()
    if number not in (0, folder.uid):
        raise BadPlan(f"--trust-keystore: {words.waits_for(Treatment('trust.import', needs=Needs('foreign', facts)))}")
    tree = Tree(posixpath.dirname(path), folder.uid, host.group_of(folder.uid))
    seen = _seen(tree, path)
    java = Java(_keytool(host), folder.uid, host.group_of(folder.uid))
    plan = _decided(args, seen.content, course.last_setup, suffix, own.der, java)
    rules = tuple(dict.fromkeys(one.rule for one in course.first.findings if one.rule in RULES and one.status is Status.FAIL))
    waiting = [one[0] for one in course.waiting if one[0].rule == RULES[0]]
    if plan.state == "other-subject" and waiting:
        decide = Treatment("trust.import", needs=Needs("decide", facts), facts=facts)
        course.waiting = [(one, decide if one in waiting else treatment) for one, treatment in course.waiting]
        return Trust(())
    made = _trust(plan, path, seen, tree, rules, facts, host, words)
    if made.changes:  # they heal it: the lines of step 19 say so
        course.waiting = [one for one in course.waiting if one[0] not in waiting]
        course.last = course.last._replace(findings=tuple(one for one in course.last.findings if one.rule != RULES[0]))
    return made


def _seen(tree: Tree, path: str) -> Seen:
    seen = tree.look(path, BIGGEST_STORE)
    if seen.facts is not None and seen.content is None:
        raise BadPlan(f"--trust-keystore: {path}: is not a regular file that can be read ({seen.why}); name the store itself")
    if seen.facts is not None and seen.facts.links != 1:
        raise BadPlan(f"--trust-keystore: {path}: is a file with several names; name a store of its own")
    if seen.facts is not None and seen.facts.uid != tree.uid and not seen.facts.mode & 0o004:  # keytool would read it as that user
        raise BadPlan(
            f"--trust-keystore: {path}: belongs to user {seen.facts.uid} and is closed to others, in a folder of user {tree.uid}: give both one owner"
        )
    return seen


def _decided(args: argparse.Namespace, content: Optional[bytes], setup: Setup, suffix: str, certificate: bytes, java: Java) -> TrustPlan:
    password, judged = password_of(setup.asked), setup.truststore
    try:
        plan = trust.decide(content, password, suffix, certificate)
    except BadArtifact:  # only keytool can tell, and may have been asked when the store was judged
        if isinstance(judged, Lost):
            plan = TrustPlan(LISTED.get(judged.reason, "import"), why=judged.kind)
        else:
            plan = trust.decide_listed(judged.certificates, suffix, certificate)
    if plan.state == "wrong-password":
        raise BadPlan(
            f"--trust-keystore: {args.trust_keystore}: the password does not open this store; give the right one with --store-password-file FILE"
        )
    if plan.state == "not-store":
        raise BadPlan(f"--trust-keystore: {args.trust_keystore}: {WHY.get(plan.why, WHY['not-store'])}")
    if plan.state in ("import", "replace") and java.program is None:
        raise BadPlan("--trust-keystore: keytool is not to be found: set JAVA_HOME to a JDK or JRE (the master's own has one), and run this again")
    if args.apply and plan.state in ("import", "replace"):
        return trust.plan_trust(content, password, suffix, certificate, java=java)
    return plan


def password_of(asked: Asked) -> Secret:
    """What opens the stores."""
    return Secret(SHIPPED) if asked.store_password is None else asked.store_password


def _keytool(host: Host) -> Optional[str]:
    return find_keytool({name: host.environment(name) or "" for name in ("JAVA_HOME", "PATH")})


def _trust(plan: TrustPlan, path: str, seen: Seen, tree: Tree, rules: Tuple[str, ...], facts: dict[str, str], host: Host, words: Words) -> Trust:
    if plan.state == "done":
        return Trust((PlanStep(19, StepState.DONE, (), words.step(19, "done")),))
    if plan.state == "other-subject":
        waits = words.waits_for(Treatment("trust.import", needs=Needs("decide", facts), facts=facts))
        return Trust((PlanStep(19, StepState.NEEDS_YOU, rules, waits),))
    stand = host.stand(path)
    before = None if seen.facts is None else State(seen.facts, stand.owner or f"uid {stand.uid}", Secret(seen.content or b""))
    facts_after = Facts(0o640, tree.uid, tree.gid)
    if seen.facts is not None:
        facts_after = Facts(seen.facts.mode & 0o777, seen.facts.uid, seen.facts.gid, ccsid=seen.facts.ccsid)
    after = State(facts_after, before.owner if before else facts["owner"], plan.new_content or Secret(b""))
    change = Change(path, "store", before, after, rules, (19,), is_secret=True)
    do = replace(words.will_do(Line("trust.import", facts), 19), rules=rules)
    restart = words.waits_for(Treatment("trust.import", needs=Needs("restart", facts), facts=facts))
    return Trust((do, PlanStep(19, StepState.NEEDS_MASTER, rules, restart, counts=bool(rules))), (change,), tree)


def server_path(args: argparse.Namespace, host: Host) -> str:
    """The key store that --server-keystore means."""
    return trust.store_path(host, host.absolute(args.server_keystore), trust.KEY_STORE)


def server_of(args: argparse.Namespace, host: Host, setup: Setup) -> bytes:
    """The master's certificate (DER) from --server-keystore, as it was judged where it could be. Raises BadPlan."""
    path = server_path(args, host)
    if not isinstance(setup.keystore, Lost) and setup.keystore.path == path:
        return setup.keystore.server.der
    number, _ = host.me()
    java = Java(_keytool(host), number, host.group_of(number))
    try:
        return trust.export_server(read_named("--server-keystore", path, BIGGEST_STORE), password_of(setup.asked), java=java)
    except BadArtifact as why:
        raise BadPlan(f"--server-keystore: {path}: {WHY.get(why.kind, why.kind)}") from None

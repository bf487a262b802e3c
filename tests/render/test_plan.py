"""The plan as people and programs get it: what matters first, nothing twice, no secret, and a next line that can be pasted."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest

from ita_doctor.model.plan import Change, Facts, LeaveRequest, Plan, PlanStep, State, StepState
from ita_doctor.model.secret import Secret
from ita_doctor.render.plan import render
from ita_doctor.render.plan_json import document
from ita_doctor.render.plan_json import render as render_json

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
CERTS = "/opt/hcl/TWS/ITA/cpa/ita/cert"
INI = "/opt/hcl/TWS/ITA/cpa/ita/ita.ini"
SECRET = b"R3I4LXdhbG51dC01Nw=="
DIFF = "--- ita.ini\n+++ ita.ini\n@@ -1,2 +1,2 @@\n [ITA SSL]\n-key_db_name = tws.pem\n+key_db_name = tws\n"


def state(content: Optional[bytes], mode: int = 0o644, owner: str = "twsuser", uid: int = 1) -> State:
    """What stands at a path."""
    return State(Facts(mode, uid, uid), owner, None if content is None else Secret(content))


CHANGES = (
    Change(f"{CERTS}/tws.sth", "stash", state(SECRET, 0o644, "bin", 2), state(SECRET + b"\n", 0o600), ("ITA-STH-001",), (6,), is_secret=True),
    Change(INI, "ini", state(b"old"), state(b"new"), ("ITA-INI-011",), (16,), diff=DIFF),
    Change(f"{CERTS}/tws.rnd", "seed", None, state(b"random", 0o600), ("ITA-FILE-001",), (3,), is_secret=True),
    Change(f"{CERTS}/tws.key", "stray", state(SECRET, 0o600), None, ("ITA-FILE-011",), (4,), is_secret=True),
    Change(CERTS, "dir", state(None, 0o777), state(None, 0o755), ("ITA-FILE-008",), (15,), is_folder=True),
    Change(f"{CERTS}/ita_pubtws.pem", "pub", state(b"own", 0o644, "bin", 2), state(b"own"), ("ITA-FILE-005",), (15,)),
)

STEPS = (
    PlanStep(2, StepState.NOT_NEEDED, (), "ita-doctor brings its own cryptography"),
    PlanStep(8, StepState.NEEDS_YOU, ("ITA-CERT-006",), "no CA is given that signs the certificate", ("openssl x509 -req",)),
    PlanStep(16, StepState.WILL_DO, ("ITA-INI-011",), f"set key_db_name = tws in {INI}", (f"cp -p {INI} {INI}.old", f"vi {INI}")),
    PlanStep(4, StepState.DONE, (), "the private key is sound, and encrypted", ("openssl genrsa",)),
    PlanStep(6, StepState.WILL_DO, ("ITA-STH-001",), f"write {CERTS}/tws.sth again as Base64 text in ASCII", ("openssl base64 -in tws.pwd",)),
    PlanStep(19, StepState.NEEDS_MASTER, ("ITA-TLS-003",), "the master has to trust the agent's certificate"),
)

PLAN = Plan(INI, "tws", STEPS, CHANGES, ("ITA-STH-001", "ITA-INI-011"), foreseen=("ITA-CERT-006",))

WHOLE = f"""\
{INI} (suffix tws)

wrong now:    ITA-STH-001, ITA-INI-011
wrong then:   ITA-CERT-006

WILL DO
   6  write {CERTS}/tws.sth again as Base64 text in ASCII
      [ITA-STH-001]
      $ openssl base64 -in tws.pwd
  16  set key_db_name = tws in {INI} [ITA-INI-011]
      $ cp -p {INI} {INI}.old
      $ vi {INI}

NEEDS YOU
   8  no CA is given that signs the certificate [ITA-CERT-006]
      $ openssl x509 -req

NEEDS THE MASTER
  19  the master has to trust the agent's certificate [ITA-TLS-003]

done:         4
not needed:   2

CHANGES THAT IT WOULD MAKE
  replace {CERTS}/tws.sth
          mode 0644 -> 0600; owner bin -> twsuser; a secret: its content is not shown  [ITA-STH-001]
  replace {INI}
          mode 0644; owner twsuser  [ITA-INI-011]
      --- ita.ini
      +++ ita.ini
      @@ -1,2 +1,2 @@
       [ITA SSL]
      -key_db_name = tws.pem
      +key_db_name = tws
  create  {CERTS}/tws.rnd
          mode 0600; owner twsuser; a secret: its content is not shown  [ITA-FILE-001]
  remove  {CERTS}/tws.key
          mode 0600; owner twsuser; moved into the backups  [ITA-FILE-011]
  mode    {CERTS}
          folder; mode 0777 -> 0755; owner twsuser  [ITA-FILE-008]
  owner   {CERTS}/ita_pubtws.pem
          mode 0644; owner bin -> twsuser  [ITA-FILE-005]

next:   Nothing has been changed. Somebody is needed for steps 8, 19: see above.
        To do it, with the same options and --apply:
  $ ita-doctor fix {INI} --suffix tws --apply
"""


def text(plan: Plan, exit_status: int = 1, verbosity: int = 0) -> str:
    """What a person sees."""
    return "".join("".join(word for word, _ in line) + "\n" for line in render(plan, exit_status=exit_status, verbosity=verbosity))


def last(plan: Plan, exit_status: int = 1) -> List[str]:
    """From `next:` on."""
    return text(plan, exit_status)[text(plan, exit_status).index("next:") :].splitlines()


def test_a_plan_is_read_from_the_top() -> None:
    """What is wrong, what will be done, who is needed, what is done, the changes, and the next line."""
    assert WHOLE.splitlines() == text(PLAN).splitlines()


def test_quiet_leaves_the_details_out() -> None:
    """With -q there is no command, no diff, and nothing that is done already."""
    said = text(PLAN, verbosity=-1)

    assert [] == [word for word in ("openssl", "@@", "done:", "not needed:", "own cryptography") if word in said]
    assert "WILL DO" in said
    assert "NEEDS YOU" in said


def test_verbose_says_it_all() -> None:
    """With -v what is done already is said in words, without commands, and the last line is the exit status."""
    said = text(PLAN, verbosity=1)

    assert "\nDONE\n   4  the private key is sound, and encrypted\n\nNOT NEEDED\n   2  ita-doctor brings its own cryptography\n\n" in said
    assert "exit status 1" == said.splitlines()[-1]


def test_the_next_line_is_what_was_typed() -> None:
    """All options stand in it again; and undo gets the place that it takes, and the state folder that was named."""
    plan = replace(PLAN, place="/tmp/new/ita.ini")
    lines = [*render(plan, exit_status=1, typed=("fix", "--into", "/tmp/new one", "--suffix", "tws"))]
    after = [*render(replace(plan, is_applied=True, roots_after=()), exit_status=0, undo=("/tmp/new", "--state", "/tmp/s"))]

    assert "  $ ita-doctor fix --into '/tmp/new one' --suffix tws --apply" == "".join(word for word, _ in lines[-1])
    assert "  $ ita-doctor undo /tmp/new --state /tmp/s" == "".join(word for word, _ in after[-1])


def test_remarks_may_hold_lines_to_paste() -> None:
    """A command and a setting are not broken at the edge; a sentence is."""
    command, setting, words = f"$ scp {'x' * 90} a:{CERTS}/", f"  key_repository_dir = {'y' * 90}", "word " * 30
    said = text(replace(PLAN, remarks=(words.strip(), command, setting))).splitlines()

    assert f"  {command}" in said
    assert f"  {setting}" in said
    assert 3 == sum("word" in line for line in said)


def test_no_secret_is_shown() -> None:
    """Neither the text nor the document holds a secret's content or its digest, not even a diff that was made of it."""
    leaky = replace(CHANGES[0], diff=f"-{SECRET.decode()}\n")
    held = replace(CHANGES[1], diff=f"-----BEGIN PRIVATE KEY-----\n-{SECRET.decode()}\n")
    plan = replace(PLAN, changes=(leaky, held, *CHANGES[2:]))
    said = text(plan, verbosity=1) + "".join(render_json(plan, 1))

    assert SECRET.decode() not in said
    assert hashlib.sha256(SECRET).hexdigest() not in said
    assert hashlib.sha256(SECRET + b"\n").hexdigest() not in said


def test_nothing_moves_the_cursor() -> None:
    """Whatever stands in a value is made visible."""
    evil = "/opt/\x1b[2J\u202e\n.pem"
    step = PlanStep(16, StepState.WILL_DO, ("ITA-INI-011",), f"set {evil}", (f"cp {evil}",))
    change = replace(CHANGES[1], path=evil, diff=f"-{evil}\r\n+x\x85\n", before=state(b"", owner="\x1b"))
    said = text(replace(PLAN, place=evil, suffix="\x1b", steps=(step,), changes=(change,), remarks=(evil,), request=LeaveRequest(b"\x1b[2J\xff\n")))

    assert [] == [line for line in said.splitlines() if not line.isprintable()]
    assert "ita-doctor fix" not in said
    assert "/opt/\\x1b[2J\\u202e\\x0a.pem" in said


def test_a_path_with_blanks_can_be_pasted() -> None:
    """The next line is quoted for the shell."""
    assert "  $ ita-doctor fix '/opt/a b' --suffix tws --apply" == last(replace(PLAN, place="/opt/a b"))[-1]


def test_after_apply_it_is_said_what_is_left_and_how_to_take_it_back() -> None:
    """What was done is called so."""
    plan = replace(PLAN, is_applied=True, roots_after=("ITA-TLS-003",), remarks=("the backups lie in /var/lib/ita-doctor/1",))
    said = text(plan, 2)

    assert ["DONE NOW", "CHANGES"] == [line for line in said.splitlines() if line in ("DONE NOW", "WILL DO", "CHANGES")]
    assert "wrong before: ITA-STH-001, ITA-INI-011\nwrong now:    ITA-TLS-003\n" in said
    assert "remark: the backups lie in /var/lib/ita-doctor/1\n" in said
    assert [
        "next:   Done. Still wrong: ITA-TLS-003. Somebody is needed for steps 8, 19: see",
        "        above. To take it back:",
        f"  $ ita-doctor undo {INI}",
    ] == last(plan, 2)


def test_an_undone_plan_says_so() -> None:
    """Nobody takes what was undone for done."""
    plan = replace(PLAN, is_applied=True, is_undone=True, roots_after=PLAN.roots_before, remarks=("ITA-STH-001 was still there afterwards",))
    said = text(plan, 3)

    assert "\nUNDONE\n" in said
    assert "\nCHANGES, TAKEN BACK\n" in said
    assert "DONE NOW" not in said
    assert last(plan, 3)[0].startswith("next:   Undone: what was changed has been taken back.")


@pytest.mark.parametrize(
    ("plan", "status", "line"),
    [
        (replace(PLAN, steps=(), changes=(), roots_before=(), foreseen=()), 0, "Nothing to do."),
        (replace(PLAN, steps=STEPS[:2], changes=()), 1, "Nothing has been changed. Somebody is needed for step 8: see above."),
        (replace(PLAN, steps=(), changes=()), 2, "Nothing that fix could do: see what is wrong with `ita-doctor check`."),
        (replace(PLAN, remarks=("--ca-key: not a key",)), 3, "Nothing has been changed. See the remarks for why, and run this again"),
    ],
)
def test_the_next_line_fits(plan: Plan, status: int, line: str) -> None:
    """Healthy, waiting for a person, hopeless and refused are told apart."""
    assert f"next:   {line}" == last(plan, status)[0]


def test_a_request_can_be_copied_from_the_screen() -> None:
    """It stands there as it is, without an indent; the key that waits beside it does not."""
    lines = "-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n-----END CERTIFICATE REQUEST-----\n"
    said = text(replace(PLAN, request=LeaveRequest(lines.encode(), Secret(SECRET), Secret(SECRET))))

    assert f"\n{lines}\n" in said
    assert SECRET.decode() not in said


# -- for programs -------------------------------------------------------------------------------------------------------


def schema() -> Any:
    """A validator of docs/plan.schema.json, itself held to be right."""
    jsonschema = pytest.importorskip("jsonschema")
    held = json.loads((DOCS / "plan.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(held)
    return jsonschema.Draft202012Validator(held)


PLANS: Dict[str, Plan] = {
    "whole": PLAN,
    "empty": Plan(INI, None, (), (), ()),
    "applied": replace(PLAN, is_applied=True, roots_after=()),
    "undone": replace(PLAN, is_applied=True, is_undone=True, roots_after=PLAN.roots_before),
    "odd-path": replace(PLAN, place="/opt/\x1b\udc80"),
}


@pytest.mark.parametrize("name", sorted(PLANS))
@pytest.mark.parametrize("exit_status", [0, 1, 2, 3, 130])
def test_a_document_is_as_promised(name: str, exit_status: int) -> None:
    """Every plan makes a document that fits the schema, indented or not."""
    made = [json.loads("".join(render_json(PLANS[name], exit_status, indent))) for indent in (None, 2)]

    assert made[0] == made[1]
    assert [] == [error.message for error in schema().iter_errors(made[0])]


def test_a_document_says_what_the_plan_holds() -> None:
    """Fields and their order are those of the contract; a digest stands only where there is no secret."""
    made = document(PLAN, 1)
    digest = hashlib.sha256(b"old").hexdigest()

    assert [
        "schema", "place", "suffix", "applied", "undone", "exit", "steps", "changes", "root_causes_before", "root_causes_after",
    ] == list(made)  # fmt: skip
    assert {"sha256": digest, "mode": "0644", "owner": "twsuser"} == made["changes"][1]["before"]
    assert [["sha256", None], ["mode", "0644"], ["owner", "bin"]] == [[*pair] for pair in made["changes"][0]["before"].items()]
    assert ["replace", "replace", "create", "remove", "mode", "owner"] == [one["action"] for one in made["changes"]]
    assert [None, DIFF, None, None, None, None] == [one["diff"] for one in made["changes"]]
    assert ["step", "state", "rules", "text", "commands"] == list(made["steps"][0])
    assert made["root_causes_after"] is None


SPOILT: Dict[str, Callable[[Any], Any]] = {
    "unknown field": lambda it: it.update(more=1),
    "another schema": lambda it: it.update(schema="ita-doctor/plan/2"),
    "exit status 4": lambda it: it.update(exit=4),
    "no place": lambda it: it.update(place=""),
    "step 0": lambda it: it["steps"][0].update(step=0),
    "step 20": lambda it: it["steps"][0].update(step=20),
    "unknown state": lambda it: it["steps"][0].update(state="WILL_DO"),
    "a step's unknown field": lambda it: it["steps"][0].update(counts=True),
    "a rule that is none": lambda it: it["steps"][0].update(rules=["STH-001"]),
    "a cause twice": lambda it: it.update(root_causes_before=["ITA-STH-001", "ITA-STH-001"]),
    "unknown action": lambda it: it["changes"][0].update(action="chmod"),
    "a change's unknown field": lambda it: it["changes"][0].update(artifact="stash"),
    "created over something": lambda it: it["changes"][2].update(before=it["changes"][2]["after"]),
    "replaced nothing": lambda it: it["changes"][0].update(before=None),
    "removed and there": lambda it: it["changes"][3].update(after=it["changes"][3]["before"]),
    "a number as mode": lambda it: it["changes"][0]["after"].update(mode=384),
    "a short digest": lambda it: it["changes"][1]["after"].update(sha256="00"),
    "no owner": lambda it: it["changes"][1]["after"].pop("owner"),
}


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_changed_document_is_refused(name: str) -> None:
    """One thing that is not promised is enough."""
    made = document(PLAN, 1)
    changed = copy.deepcopy(made)
    SPOILT[name](changed)

    assert schema().is_valid(made)
    assert not schema().is_valid(changed)


def test_the_states_of_a_step_are_the_programs_own() -> None:
    """The schema lists what the model has."""
    assert {one.value for one in StepState} == set(schema().schema["$defs"]["step"]["properties"]["state"]["enum"])

"""The plan for programs, and what came of it: schema ita-doctor/plan/1 (docs/plan.schema.json)."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, Iterator, Optional

from ita_doctor.model.plan import Change, Plan, PlanStep, State

SCHEMA = "ita-doctor/plan/1"


def render(plan: Plan, exit_status: int, indent: Optional[int] = None) -> Iterator[str]:
    """The document as text, with a line end; *indent* is that of JSON, None for one line."""
    yield json.dumps(document(plan, exit_status), indent=indent, ensure_ascii=True) + "\n"


def document(plan: Plan, exit_status: int) -> Dict[str, Any]:
    """The plan as plain values; of a secret file there is no digest and no diff."""
    return {
        "schema": SCHEMA,
        "place": plan.place,
        "suffix": plan.suffix,
        "applied": plan.is_applied,
        "undone": plan.is_undone,
        "exit": exit_status,
        "steps": [_step(one) for one in plan.steps],
        "changes": [_change(one) for one in plan.changes],
        "root_causes_before": list(plan.roots_before),
        "root_causes_after": None if plan.roots_after is None else list(plan.roots_after),
    }


def shown_diff(one: Change) -> Optional[str]:
    """The diff where it may be seen: none of a secret, nor of a public file in which a private key stood (ITA-CERT-008)."""
    return None if one.is_secret or (one.diff and "PRIVATE KEY" in one.diff) else one.diff


def _step(one: PlanStep) -> Dict[str, Any]:
    return {"step": one.number, "state": one.state.value, "rules": list(one.rules), "text": one.text, "commands": list(one.commands)}


def _change(one: Change) -> Dict[str, Any]:
    return {
        "path": one.path,
        "action": one.action,
        "rules": list(one.rules),
        "before": _state(one.before, one),
        "after": _state(one.after, one),
        "diff": shown_diff(one),
    }


def _state(state: Optional[State], change: Change) -> Optional[Dict[str, Any]]:
    if state is None:
        return None
    return {"sha256": _digest(state, change), "mode": f"{state.facts.mode:04o}", "owner": state.owner}


def _digest(state: State, change: Change) -> Optional[str]:
    if change.is_secret or change.is_folder or state.content is None:
        return None
    return hashlib.sha256(state.content.reveal()).hexdigest()

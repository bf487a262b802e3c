"""The plan for a person at 3 a.m.: what is wrong, what will be done about it, what needs somebody, and the one line to type next."""

from __future__ import annotations

from typing import Iterator, Sequence

from ita_doctor.model.plan import Change, Plan, PlanStep, StepState
from ita_doctor.model.visible import visible
from ita_doctor.render.plan_json import shown_diff
from ita_doctor.render.terminal import INDENT, WIDTH, Line, wrapped

ORDER = (StepState.WILL_DO, StepState.NEEDS_YOU, StepState.NEEDS_MASTER, StepState.DONE, StepState.NOT_NEEDED)
"""What matters is seen first."""

HEADS = {
    StepState.WILL_DO: ("will do", "title"),
    StepState.NEEDS_YOU: ("needs you", "warning"),
    StepState.NEEDS_MASTER: ("needs the master", "warning"),
    StepState.DONE: ("done", "pass"),
    StepState.NOT_NEEDED: ("not needed", "skipped"),
}

SHORT = (StepState.DONE, StepState.NOT_NEEDED)
"""Numbers only; with words, and without commands, where most is wanted; not at all where little is."""

FOLDER = 14
"""Where it has to be made, that is the first to be typed."""

LONG = 4000
"""Characters of a command or of a line of a diff: enough that none is cut that a person would type."""

NUMBER = "  {:>2}  "
"""Before the text of a step."""


def render(plan: Plan, *, exit_status: int, verbosity: int = 0, typed: Sequence[str] = (), undo: Sequence[str] = ()) -> Iterator[Line]:
    """
    Lines of styled spans; *verbosity* is -1 for the least (no command, no diff, nothing that is done already) and 1 for the most.

    *typed* holds the words of the command line behind `ita-doctor`, so that the next line can be the same with --apply; without them it is made
    of place and suffix. *undo* holds the words behind `undo`, where they are more than the plan's place. A remark that begins with `$ ` is a
    command, one that begins with a blank is shown as it is; all others are sentences.
    """
    suffix = f" (suffix {visible(plan.suffix)})" if plan.suffix else ""
    yield ((visible(plan.place, 400), "title"), (suffix, "dim"))
    yield ()
    yield from _wrong(plan)
    yield ()
    for state in ORDER:
        yield from _group(plan, state, verbosity)
    if verbosity == 0 and any(one.state in SHORT for one in plan.steps):
        yield ()
    yield from _changes(plan, verbosity)
    yield from _request(plan, verbosity)
    yield from _remarks(plan.remarks)
    yield from _next(plan, exit_status, typed or ("fix", plan.place, *(("--suffix", plan.suffix) if plan.suffix else ())), undo or (plan.place,))
    if verbosity > 0:
        yield ((f"exit status {exit_status}", "dim"),)


# What is wrong


def _wrong(plan: Plan) -> Iterator[Line]:
    """The root causes before, and what is left of them (or will be)."""
    before = ", ".join(plan.roots_before) or "nothing"
    yield from _labelled("wrong before" if plan.roots_after is not None else "wrong now", before, style="error" if plan.roots_before else "pass")
    left, label = plan.foreseen, "wrong then"
    if plan.roots_after is not None:
        left, label = plan.roots_after, "wrong now"
    if left or plan.roots_before or plan.roots_after is not None:
        yield from _labelled(label, ", ".join(left) or "nothing", style="error" if left else "pass")


# The steps


def _group(plan: Plan, state: StepState, verbosity: int) -> Iterator[Line]:
    steps = [one for one in plan.steps if one.state is state]
    steps.sort(key=lambda one: (state is not StepState.WILL_DO or one.number != FOLDER, one.number))
    if not steps or (verbosity < 0 and state in SHORT):
        return
    head, style = HEADS[state]
    if state is StepState.WILL_DO and plan.is_undone:
        head, style = "undone", "error"
    elif state is StepState.WILL_DO and plan.is_applied:
        head, style = "done now", "pass"
    if state in SHORT and verbosity == 0:
        yield from _labelled(head, ", ".join(map(str, sorted({one.number for one in steps}))), label_style=style)
        return
    yield ((head.upper(), style),)
    for one in steps:
        yield from _step(one, with_commands=verbosity >= 0 and state not in SHORT)
    yield ()


def _step(one: PlanStep, *, with_commands: bool) -> Iterator[Line]:
    head = NUMBER.format(one.number)
    rules = f"[{', '.join(one.rules)}]" if one.rules else ""
    lines = list(wrapped(f"{visible(one.text, LONG)} {rules}".rstrip(), WIDTH - len(head)))
    for number, line in enumerate(lines):
        yield ((head if not number else " " * len(head), "dim"), *_spans(line, rules if number == len(lines) - 1 else ""))
    if with_commands:
        for command in one.commands:
            yield ((f"{' ' * len(head)}$ ", "dim"), (visible(command, LONG), "command"))


def _spans(line: str, rules: str) -> Line:
    """A line with the rule ids at its end set back; several ids may have been broken over lines."""
    if rules and line.endswith(rules):
        return ((line[: -len(rules)], ""), (rules, "dim"))
    return ((line, ""),)


# The changes


def _changes(plan: Plan, verbosity: int) -> Iterator[Line]:
    if not plan.changes:
        return
    head = "CHANGES, TAKEN BACK" if plan.is_undone else "CHANGES" if plan.is_applied else "CHANGES THAT IT WOULD MAKE"
    yield ((head, "title"),)
    for one in plan.changes:
        yield ((f"{INDENT}{one.action:<8}", "dim"), (visible(one.path, LONG), ""))
        said = "; ".join(_details(one))
        yield ((f"{INDENT}        {said}", "dim"), (f"  [{', '.join(one.rules)}]" if one.rules else "", "dim"))
        diff = shown_diff(one)
        if diff and verbosity >= 0:
            yield from _diff(diff)
    yield ()


def _details(one: Change) -> Iterator[str]:
    """Kind, mode and owner, each with an arrow where it changes."""
    if one.is_folder:
        yield "folder"
    states = [state for state in (one.before, one.after) if state is not None]
    yield _turned("mode", [f"{state.facts.mode:04o}" for state in states])
    yield _turned("owner", [visible(state.owner) for state in states])
    if one.after is None:
        yield "moved into the backups"
    elif one.is_secret and one.action in ("create", "replace"):
        yield "a secret: its content is not shown"


def _turned(word: str, values: Sequence[str]) -> str:
    return f"{word} {' -> '.join(dict.fromkeys(values))}"


def _diff(diff: str) -> Iterator[Line]:
    """A unified diff; the sign alone is coloured, and no control character of a file survives."""
    styles = {"+": "pass", "-": "error"}
    lines = diff[:-1].split("\n") if diff.endswith("\n") else diff.split("\n")
    for line in lines:
        sign, rest = line[:1], line[1:]
        yield ((f"{INDENT}    ", ""), (visible(sign), styles.get(sign, "dim")), (visible(rest, LONG), "dim" if sign == "@" else ""))


def _request(plan: Plan, verbosity: int) -> Iterator[Line]:
    """The request that waits for a CA, to be copied from the screen: it holds nothing secret."""
    if plan.request is None or verbosity < 0:
        return
    yield (("THE CERTIFICATE REQUEST, FOR THE CA", "title"),)
    for line in plan.request.request.decode("ascii", "backslashreplace").splitlines():
        yield ((visible(line), ""),)
    yield ()


def _remarks(remarks: Sequence[str]) -> Iterator[Line]:
    for remark in remarks:
        if remark.startswith("$ "):
            yield ((f"{INDENT}$ ", "dim"), (visible(remark[2:], LONG), "command"))
        elif remark.startswith(" "):
            yield ((f"{INDENT}{visible(remark, LONG)}", ""),)
        else:
            yield from _labelled("remark", visible(remark, LONG))
    if remarks:
        yield ()


# The next line


def _next(plan: Plan, exit_status: int, typed: Sequence[str], undo: Sequence[str]) -> Iterator[Line]:
    waiting = [one for one in plan.steps if one.state in (StepState.NEEDS_YOU, StepState.NEEDS_MASTER)]
    if plan.is_undone:
        yield from _labelled("next", "Undone: what was changed has been taken back. See the remarks for why, and run this again when that is right.")
    elif plan.is_applied:
        yield from _labelled("next", f"Done.{_left(plan.roots_after or (), waiting)} To take it back:")
        yield from _command("undo", *undo)
    elif exit_status in (3, 130):
        yield from _labelled("next", "Nothing has been changed. See the remarks for why, and run this again when that is right.")
    elif plan.changes or any(one.state is StepState.WILL_DO for one in plan.steps):
        yield from _labelled("next", f"Nothing has been changed.{_left((), waiting)} To do it, with the same options and --apply:")
        yield from _command(*typed, "--apply")
    elif waiting:
        yield from _labelled("next", f"Nothing has been changed.{_left((), waiting)}")
    else:
        yield from _labelled(
            "next", "Nothing to do." if not plan.foreseen else "Nothing that fix could do: see what is wrong with `ita-doctor check`."
        )


def _left(roots: Sequence[str], waiting: Sequence[PlanStep]) -> str:
    """What is not right yet, in a sentence each."""
    said = f" Still wrong: {', '.join(roots)}." if roots else ""
    if waiting:
        numbers = sorted({one.number for one in waiting})
        said += f" Somebody is needed for step{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}: see above."
    return said


def _command(*words: str) -> Iterator[Line]:
    """A line to paste; none where a word could not be pasted as it is shown."""
    import shlex

    if all(visible(word, len(word) + 1) == word for word in words):
        yield ((f"{INDENT}$ ", "dim"), (" ".join(map(shlex.quote, ("ita-doctor", *words))), "command"))


def _labelled(label: str, text: str, *, style: str = "", label_style: str = "dim") -> Iterator[Line]:
    head = f"{label + ': ':<8}" if label in ("next", "remark") else f"{label + ': ':<14}"
    for line in wrapped(text, WIDTH - len(head)):
        yield ((head, label_style), (line, style))
        head = " " * len(head)

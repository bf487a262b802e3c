"""The words of rules/remedies.toml, filled for one installation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Mapping, Sequence, Tuple

from ita_doctor.model.finding import Observation, Status
from ita_doctor.model.plan import Needs, PlanStep, StepState
from ita_doctor.model.setup import Setup
from ita_doctor.repair.remedies import Line, Treatment
from ita_doctor.words import commands_of, sentence, values_of


class Words:
    """rules/remedies.toml, filled."""

    def __init__(self, table: Mapping[str, Any], setup: Setup) -> None:
        self._table = table
        self._values = values_of(setup)

    def path(self, artifact: str) -> str:
        """Where an artifact stands, or is to stand."""
        return self._values[artifact]

    def steps(self, name: str) -> Tuple[int, ...]:
        """The steps of the procedure that a remedy belongs to."""
        return tuple(self._table[name]["step"]) if name in self._table else ()

    def steps_of(self) -> Mapping[str, Tuple[int, ...]]:
        """By remedy."""
        return {name: self.steps(name) for name in self._table if "." in name}

    def will_do(self, line: Line, step: int) -> PlanStep:
        """A line of the plan for one step of the procedure."""
        table = self._table[line.words]
        said = {**table, **table.get("at", {}).get(str(step), {}), **table.get("from", {}).get(line.kind, {})}
        seen = _seen(line.facts)
        commands = () if line.kind == "-" else commands_of(said.get("commands", ()), seen, self._values)
        return PlanStep(step, StepState.WILL_DO, (), sentence(said["text"], seen, self._values), commands)

    def waits_for(self, treatment: Treatment) -> str:
        """Why it needs a person, and what to do."""
        assert treatment.needs is not None
        known = self._table.get(treatment.words, {}).get("needs", {})
        text = known.get(treatment.needs.what) or self._table["needs"][treatment.needs.what]
        return sentence(text, _seen({**treatment.facts, **treatment.needs.facts}), self._values)

    def restart(self, rules: Tuple[str, ...]) -> List[PlanStep]:
        """The lines of `--restart`, for the *rules* that ask for it; it is done without any as well."""
        return [replace(self.will_do(Line("agent.restart"), step), rules=rules) for step in self.steps("agent.restart")]

    def restart_waits(self, what: str, rules: Tuple[str, ...]) -> List[PlanStep]:
        """What a person has to do where the agent has to be stopped and started, and is not (*what* of [needs] says why)."""
        stop, up = (self.will_do(Line("agent.restart"), step) for step in self.steps("agent.restart"))
        why = self.waits_for(Treatment("agent.restart", needs=Needs(what)))
        texts = (why, self.step(up.number, "later"))
        return [replace(one, state=StepState.NEEDS_YOU, rules=rules, text=text) for one, text in zip((stop, up), texts)]

    def elsewhere(self) -> List[PlanStep]:
        """The steps that are done on another machine."""
        return [PlanStep(number, StepState.NOT_NEEDED, (), self.step(number, "not_needed")) for number in (15, 16, 17, 18)]

    def copy_lines(self, folder: str, names: Sequence[str], settings: Sequence[str], agent: str, there: str) -> Tuple[str, ...]:
        """How files get to the agent's machine: by scp, or by ftp in binary mode; the renderer shows `$ ` as a command."""
        import shlex

        files = " ".join(shlex.quote(f"{folder}/{name}") for name in names)
        puts = "; ".join(f"put {name}" for name in names)
        return (
            "Copy the six files into the certificate folder of the agent, owned by its user, key and stash with mode 0600:",
            f"$ scp -p {files} {agent}:{there}/",
            f"or by ftp, in binary mode (in ASCII mode IBM i makes EBCDIC of them): binary; {puts}",
            f"Then its ita.ini has to say, with its own folder for {there}:",
            *(f"  {line}" for line in settings),
        )

    def step(self, number: int, kind: str = "text") -> str:
        """What a step of the procedure is; *kind* `done` or `not_needed`: what is said of it then."""
        return str(self._table["steps"].get(kind, {}).get(str(number)) or self._table["steps"][str(number)])


def _seen(facts: Mapping[str, object]) -> Observation:
    where = facts.get("where")
    return Observation(Status.FAIL, "", where=str(where) if where is not None else None, facts=facts)

"""Plan the repair of a House in memory, and judge what would stand there."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, FrozenSet, NamedTuple, Optional

from builders import CERTS, HOME, PATHS, House, book, healthy_bytes, key, locked
from ita_doctor.cli.library import table
from ita_doctor.collect import collect
from ita_doctor.engine import judge as judge_setup
from ita_doctor.host.memory import MemoryHost
from ita_doctor.host.overlay import Overlay
from ita_doctor.host.tree import Seen
from ita_doctor.model.artifact import Kind
from ita_doctor.model.plan import Answers, Facts
from ita_doctor.model.secret import Secret
from ita_doctor.repair.plan import Course, Planner


class MemoryTree:
    """What host/tree.py sees, of a machine in memory."""

    def __init__(self, host: MemoryHost, links: Dict[str, int]) -> None:
        self._host, self._links = host, links

    def look(self, path: str, limit: int = 1 << 20) -> Any:
        entry = self._host.entries.get(path)
        folder = self._host.stand(posixpath.dirname(path))
        is_outside = not f"{posixpath.dirname(path)}/".startswith(f"{HOME}/")
        if entry is None or entry.kind is Kind.MISSING:
            return Seen(None, Kind.MISSING, is_link=False, content=None, folder_uid=folder.uid, is_outside=is_outside)
        uid = self._host.users.get(entry.owner, 4711)
        facts = Facts(entry.mode, uid, uid, links=self._links.get(path, 1))
        content = entry.content if entry.kind is Kind.FILE and not entry.link and entry.readable else None
        why = "link" if entry.link else ""
        return Seen(facts, entry.kind, is_link=bool(entry.link), content=content, why=why, folder_uid=folder.uid, is_outside=is_outside)


class Planned(NamedTuple):
    """What came of it."""

    course: Course
    overlay: Overlay

    @property
    def failed(self) -> FrozenSet[str]:
        """Rules that would still fail, notes aside."""
        return frozenset(self.course.last.root_causes)

    @property
    def paths(self) -> Dict[str, Any]:
        """What would be written, by artifact where it is one."""
        names = {path: artifact for artifact, path in PATHS.items()}
        return {names.get(path, path): state for path, state in self.overlay.written.items()}

    @property
    def waiting(self) -> Dict[str, str]:
        """By rule, what it waits for."""
        return {finding.rule: treatment.needs.what for finding, treatment in self.course.waiting if treatment.needs}


def plan(house: House, *, links: Optional[Dict[str, int]] = None, **given: Any) -> Planned:
    """All rounds of planning; *given* are fields of Answers, a password as bytes."""
    for name in ("password", "ca_key"):
        if isinstance(given.get(name), bytes):
            given[name] = Secret(given[name])
    host = house.host()
    overlay = Overlay(host, MemoryTree(host, links or {}))  # type: ignore[arg-type]
    asked = house.asked._replace(is_thorough=True, suffix=given.get("suffix"))

    def look() -> Any:
        setup = collect(overlay, PATHS["ini"], asked, book().settings, {})
        report = judge_setup(setup, book().rules, book().reasons)
        assert not [one.message for one in report.findings if one.status.value == "broken"]
        return setup, report

    course = Planner(overlay, look, Answers(**given), book().settings, table("remedies.toml")).run()
    return Planned(course, overlay)


__all__ = ["CERTS", "Planned", "healthy_bytes", "key", "locked", "plan"]

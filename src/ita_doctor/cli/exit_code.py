"""Report → exit status: the one scheme of docs/exit-codes.md."""

from __future__ import annotations

from ita_doctor.model.finding import Installation
from ita_doctor.model.rule import Severity

HEALTHY, WARNING, FAULT, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130


class Verdict:
    """The exit status of a run, installation by installation."""

    def __init__(self) -> None:
        self._status = HEALTHY
        self._is_unknown = False
        self._is_empty = True

    def add(self, installation: Installation) -> None:
        """Take one more installation into account."""
        self._is_empty = False
        self._status = max(self._status, _status(installation))
        self._is_unknown = self._is_unknown or installation.is_unknown

    def status(self) -> int:
        """A fault outweighs our own failure; our own failure outweighs a warning."""
        if self._status == FAULT:
            return FAULT
        return UNKNOWN if self._is_unknown or self._is_empty else self._status


def _status(installation: Installation) -> int:
    worst = installation.worst
    if worst in (None, Severity.NOTE):
        return HEALTHY
    return WARNING if worst is Severity.WARNING else FAULT

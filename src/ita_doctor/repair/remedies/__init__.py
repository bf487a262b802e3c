"""Finding → steps: each remedy a pure function of the finding and what it may look at, registered by its name."""

from ita_doctor.repair.remedies import secrets, certificates, artifacts, settings, trust  # noqa: F401, I001 - the order in which they are asked
from ita_doctor.repair.remedies._registry import REMEDIES, Line, Treatment

__all__ = ["REMEDIES", "Line", "Treatment"]

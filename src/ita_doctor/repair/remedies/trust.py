"""The master's trust store: cli/step19.py does the work where --trust-keystore is given; a finding alone only says so."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.model.finding import Finding
from ita_doctor.repair.basis import Basis
from ita_doctor.repair.remedies._registry import Treatment, needs, remedy


@remedy("trust.import")
def trust_agent(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """It is no file of the installation: nothing is written there that no option names."""
    yield needs("trust.import", "store", keystore=finding.where or "")

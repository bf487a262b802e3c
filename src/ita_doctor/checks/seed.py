"""The random file."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.checks._registry import Params, check, fails, path_of
from ita_doctor.model.artifact import got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check("seed.long_enough", says={"short": ("size", "least")}, least=int)
def long_enough(setup: Setup, params: Params) -> Iterator[Observation]:
    """It has *least* bytes or more."""
    if got(setup.seed).size < params["least"]:
        yield fails("short", "seed", path_of(setup, "seed"), size=got(setup.seed).size, least=params["least"])


@check("seed.random", says={"constant": (), "text": (), "pem": (), "biased": ()})
def random(setup: Setup, params: Params) -> Iterator[Observation]:
    """Its bytes look as if they came from a random source."""
    if got(setup.seed).pattern:
        yield fails(got(setup.seed).pattern, "seed", path_of(setup, "seed"))

"""The way from the master to the agent."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.checks._registry import Params, check, fails, passes
from ita_doctor.model.artifact import got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check("callback.leads_here", says={"late": ("name", "seconds"), "unresolved": ("name",), "elsewhere": ("name", "addresses")}, most=int)
def leads_here(setup: Setup, params: Params) -> Iterator[Observation]:
    """The agent's name leads to an address of this machine; where none is set, the agent goes by the machine's own."""
    callback, where = got(setup.callback), got(setup.job).path
    if callback.is_late:
        yield fails("late", "callback", where, name=callback.name, seconds=f"{setup.asked.timeout:g}")
    elif callback.name and not callback.addresses:
        yield fails("unresolved", "callback", where, name=callback.name)
    elif callback.name and not callback.own:
        yield fails("elsewhere", "callback", where, name=callback.name, addresses=list(callback.addresses[: params["most"]]))
    else:
        yield passes("callback", where)

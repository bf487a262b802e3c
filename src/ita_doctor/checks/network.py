"""The road to the master: its name, its port, its clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List

from ita_doctor.checks._registry import Params, at, check, fails, lost, passes
from ita_doctor.model.artifact import Lost, Reason, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup

if TYPE_CHECKING:
    from ita_doctor.model.network import Attempt, Target


def _first(setup: Setup) -> List[Attempt]:
    """What was tried for the first target, or nothing where another one of the list answered."""
    network = got(setup.network)
    if network.peer is not None or any(one.outcome == "open" for one in network.attempts) or not network.targets:
        return []
    first = network.targets[0]
    return [one for one in network.attempts if (one.host, one.port) == (first.host, first.port)]


def _road(target: Target) -> str:
    """Where the master is, and by way of whom."""
    return at(target.host, target.port) + (f" (through the proxy {target.proxy})" if target.proxy else "")


@check("net.resolves", says={"unknown": ("host", "detail"), "late": ("host", "seconds")})
def resolves(setup: Setup, params: Params) -> Iterator[Observation]:
    """The master's name leads to an address."""
    network = got(setup.network)
    tried = _first(setup)
    if tried and all(one.outcome == "unresolved" for one in tried):
        one = tried[0]
        variant = "unknown" if one.detail else "late"
        yield fails(variant, "name", network.targets[0].origin, host=one.via or one.host, detail=one.detail, seconds=round(one.seconds, 1))
    else:
        yield passes("name", _road(network.targets[0]))


@check("net.answers", says=dict.fromkeys(("refused", "unreachable", "timeout", "proxy-refused"), ("address", "seconds", "detail")))
def answers(setup: Setup, params: Params) -> Iterator[Observation]:
    """A port of the master can be opened; which address did what is said of the last that was tried."""
    network = got(setup.network)
    tried = _first(setup)
    where = _road(network.targets[0])
    told = [one for one in tried if one.outcome != "unresolved"]
    if tried and not told:
        yield lost(Lost(Reason.UNREACHED, "name"), "network", where)
    elif told:
        worst = next((one for one in told if one.outcome == "timeout"), told[-1])
        addresses = [one.via or at(one.address or one.host, one.port) for one in told]
        yield fails(worst.outcome, "network", where, address=addresses, seconds=round(worst.seconds, 1), detail=worst.detail)
    else:
        yield passes("network", where)


@check("net.clocks", says={"off": ("minutes", "direction", "theirs")}, minutes=int)
def clocks(setup: Setup, params: Params) -> Iterator[Observation]:
    """The Date of the master's answer is near our clock."""
    peer = got(setup.peer)
    where = at(peer.host, peer.port)
    if not peer.is_http or peer.date is None:
        yield lost(Lost(Reason.NO_DATE if peer.is_http else Reason.NOT_HTTP, "peer"), "peer", where)
        return
    off = peer.date - peer.date_read
    if abs(off) > params["minutes"] * 60:
        direction = "ahead of" if off > 0 else "behind"
        yield fails("off", "peer", where, minutes=int(abs(off) // 60), direction=direction, theirs=int(peer.date))
    else:
        yield passes("peer", where)

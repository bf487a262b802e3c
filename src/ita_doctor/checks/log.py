"""What the agent's own logs say of its SSL set-up."""

from __future__ import annotations

from typing import Iterator

from ita_doctor.checks._registry import Params, check, fails, passes
from ita_doctor.model.artifact import Lost, got
from ita_doctor.model.finding import Observation
from ita_doctor.model.setup import Setup


@check("log.quiet", says=dict.fromkeys(("fresh", "works-now"), ("id", "time", "meaning", "look", "ids")), most=int)
def quiet(setup: Setup, params: Params) -> Iterator[Observation]:
    """No known error is newer than the last change of the agent's files; of several the most telling gives the words: one fault writes many."""
    log = got(setup.log)
    if not log.messages:
        yield passes("log", log.path)
        return
    first = log.messages[0]
    ids = [one.id for one in log.messages][: params["most"]]
    variant = "works-now" if not isinstance(setup.peer, Lost) and setup.peer.is_done and not setup.peer.ended else "fresh"
    yield fails(variant, "log", first.path, id=first.id, time=_iso(first.time), meaning=first.meaning, look=first.look, ids=ids)


def _iso(moment: float) -> str:
    """*moment* to the second, in UTC."""
    import datetime

    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(moment))).isoformat() + "Z"  # noqa: DTZ001 - UTC by construction

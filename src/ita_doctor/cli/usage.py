"""A mistake in what was typed or in a config file, and what was meant."""

from __future__ import annotations

from typing import Optional, Sequence


class Usage(Exception):
    """The command line asks for what there is not; the message says what was wrong."""


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The end of a sentence that names what was meant; '' where nothing is near."""
    near = _meant(word, known)
    return f"; did you mean {near}?" if near else ""


def _meant(word: str, known: Sequence[str]) -> Optional[str]:
    """The one that comes nearest, else what begins with it (three at most, as words), or None."""
    from ita_doctor.codecs.near import nearest

    near = nearest(word, known)
    if near:
        return near[0]
    begun = [one for one in dict.fromkeys(known) if len(word.strip("-")) > 1 and one.startswith(word)]
    if not 1 <= len(begun) <= 3:
        return None
    return begun[0] if len(begun) == 1 else f"{', '.join(begun[:-1])} or {begun[-1]}"

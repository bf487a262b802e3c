"""Names that look like a slip of one another: settings, sections, files, commands, rule ids."""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Tuple

_LONG = 8  # characters; a shorter name that is two slips away is another name
_LONGEST = 96  # ita_ca_cert, a suffix of 64 and .pem have room; longer names are only compared as a whole
_SEPARATORS = {ord(sign): "" for sign in "_- \t\u00a0"}
# The four names of the procedure are two letters apart: one is never a slip of another.
_LEADS = ("ita_prv", "ita_pub", "ita_cert", "ita_ca_cert")
_SINGLE = ("sth", "rnd")  # extensions that only one artifact has, so that the stem says nothing
_TAKEN = ("sth", "rnd", "pem", "pwd", "key", "csr", "crt", "kdb")  # extensions that make another file of it, not a slip
_MOST_SEPARATORS = 16  # characters; more than that in one name and not in the other is no slip


def resembles(name: str, known: str) -> bool:
    """
    Whether *name* looks like a slip of *known*; a name never resembles itself.

    A slip is another case, another separator (`_`, `-`, blank or none), or a character too many, too few, wrong or swapped with its
    neighbour: two such at most in names of 8 characters or more, one in shorter ones.
    """
    return name != known and _slips(_fold(name), _fold(known)) is not None


def is_form_of(name: str, known: str) -> bool:
    """
    Whether *name* is a shorter or longer form of *known* that a person writes for it.

    The beginning of it (5 characters at least), all its words but one, or the same words with some cut short (`certificate_label`).
    """
    one, other = _fold(name), _fold(known)
    if min(len(one), len(other)) >= 5 and (one.startswith(other) or other.startswith(one)):
        return True
    words, others = name.lower().replace("-", "_").split("_"), known.lower().split("_")
    fewer, more = sorted((words, others), key=len)
    if len(fewer) > 1 and len(more) == len(fewer) + 1 and set(fewer) <= set(more):
        return True
    is_cut = all(min(len(word), len(its)) > 2 and (word.startswith(its) or its.startswith(word)) for word, its in zip(words, others))
    return len(words) == len(others) > 1 and is_cut


def nearest(name: str, candidates: Sequence[str]) -> Tuple[str, ...]:
    """
    Those of *candidates* that look like a slip of *name*, likeliest first, each once.

    For a file name (one with an extension) these count too, in this order: another extension put behind (`.pem.txt`, `.pem.pem`), and
    another suffix (`ita_prvtws.pem`, `tws.sth`). Names that are wanted elsewhere are the caller's to leave out.
    """
    is_file = "." in name.strip(".")
    folded = _fold(name)
    ranks: Dict[str, int] = {}
    for candidate in candidates:
        if candidate == name or (is_file and _lead(candidate) not in ("", _lead(name))):
            continue
        rank = _slips(folded, _fold(candidate)) if abs(len(candidate) - len(name)) <= _MOST_SEPARATORS else None
        if rank is None and is_file and _lead(candidate) == _lead(name):
            rank = _as_file(name.lower(), candidate.lower())
        if rank is not None:
            ranks[candidate] = rank
    return tuple(sorted(ranks, key=lambda candidate: ranks[candidate]))


def closest(name: str, candidates: Sequence[str]) -> Tuple[str, ...]:
    """The one of *candidates* that *name* is likeliest a slip of; () where there is none, or where two are equally likely."""
    found = nearest(name, candidates)
    folded = _fold(name)
    likeliest = {_slips(folded, _fold(candidate)) for candidate in found[:2]}
    return () if len(found) > 1 and len(likeliest) == 1 else found[:1]


def _fold(name: str) -> str:
    # Names so long are compared as they are but for their case: that is what ten thousand of them can be given.
    return name.lower() if len(name) > _LONGEST + _MOST_SEPARATORS else name.lower().translate(_SEPARATORS)


def _slips(name: str, known: str) -> Optional[int]:
    """How many slips lie between two folded names; None where they are too many."""
    if name == known:
        return 0
    allowed = 2 if len(known) >= _LONG else 1
    if abs(len(name) - len(known)) > allowed or len(known) > _LONGEST or len(known) <= allowed:
        return None
    return next((slips for slips in range(1, allowed + 1) if _within(name, known, slips)), None)


def _within(one: str, other: str, slips: int) -> bool:
    """Whether at most *slips* characters added, dropped, changed or swapped with a neighbour make *one* into *other*."""
    if one == other or not slips:
        return one == other
    at = next((at for at, (left, right) in enumerate(zip(one, other)) if left != right), min(len(one), len(other)))
    one, other = one[at:], other[at:]
    return (
        _within(one[1:], other[1:], slips - 1)
        or _within(one[1:], other, slips - 1)
        or _within(one, other[1:], slips - 1)
        or (one[:2] == other[1::-1] and _within(one[2:], other[2:], slips - 1))
    )


def _lead(name: str) -> str:
    """Which of the four documented names it is, '' for any other."""
    folded = name.lower()
    return next((lead for lead in _LEADS if folded.startswith(lead)), "")


def _as_file(name: str, candidate: str) -> Optional[int]:
    """Ranks below every slip: one more extension, then another suffix."""
    stem, _, extension = name.rpartition(".")
    other_stem, _, other_extension = candidate.rpartition(".")
    if other_stem == name or (other_stem == stem and other_extension not in _TAKEN):
        return 3
    if extension == other_extension and other_stem and (_lead(name) or extension in _SINGLE):
        return 4
    return None

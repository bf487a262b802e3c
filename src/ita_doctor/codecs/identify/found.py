"""What was found in a file, before and after it is put into words."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Tuple


class Identity(NamedTuple):
    """One row of `inspect --format json`, but for the path; the lists are those of the contract."""

    kind: str
    form: Optional[str]
    encoding: Optional[str]
    ccsids: Tuple[int, ...]
    encrypted: Optional[bool]
    holds: Tuple[str, ...]
    text: str
    good_for: str
    commands: Tuple[str, ...]


class Found(NamedTuple):
    """One file: facts for programs, and what the words are chosen by."""

    kind: str
    form: Optional[str] = None
    encrypted: Optional[bool] = None
    holds: Tuple[str, ...] = ()
    variants: Tuple[str, ...] = ()
    """Tables of rules/inspect.toml below the kind's own, the first that is there first."""
    faults: Tuple[Tuple[str, int], ...] = ()
    """Words of its table `fault`, each with a line (0 where it has none)."""
    facts: Mapping[str, str] = {}
    """For the sentence: `algorithm` `bits` `lock` `whom` `count` `parts` `detail` `entries` `how`."""

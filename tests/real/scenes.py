"""Plans of `fix` that are killed and hindered: each a site that is spoilt, what is given, and what is right on the disk at any moment."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, Callable, List, NamedTuple, Protocol, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ita_doctor.codecs.jks import read_store
from ita_doctor.model.secret import Secret
from laboratory.lab import Site
from laboratory.tools import STORE_PASSWORD
from real import strace
from real.judging import inside
from real.strace import Call, Picture, difference

EVERY = os.environ.get("ITA_DOCTOR_KILLS") == "all"
STRIDES = {"fsync": 8, "write": 6, "openat": 6, "fchmod": 3, "utimensat": 2, "mkdir": 2, "mkdirat": 2}
"""Of the frequent calls only every so manieth is tried by default, in each plan beginning with another; of all others each."""
UNFINISHED = b"was not finished"


class Finished(Protocol):
    """A run that has ended, traced or not."""

    @property
    def out(self) -> bytes: ...
    @property
    def err(self) -> bytes: ...
    @property
    def status(self) -> int: ...


class Plan(NamedTuple):
    """One way to spoil the laboratory, and what heals it."""

    name: str
    spoil: Callable[[Site], object]
    options: Callable[[Site], Sequence[object]] = lambda _: ()
    is_repeatable: bool = False
    """A second run makes all anew."""
    has_children: bool = False
    """It runs other programs, which are not traced."""

    def __str__(self) -> str:
        return self.name


def _stash(site: Site) -> None:
    site.write(site.stash, site.stash.read_bytes().decode().replace("\n", "\x85").encode("cp037"))
    site.prv.chmod(0o644)
    site.write(site.seed, bytes(8192))


def _settings(site: Site) -> None:
    site.edit(site.ini, b"password_file", b"pasword_file")
    site.edit(site.bundle, b"-----END CERTIFICATE-----\n-----BEGIN", b"-----END CERTIFICATE----------BEGIN")


def _nothing(site: Site) -> None:
    for path in site.six:
        path.unlink()
    _password(site)


def _password(site: Site) -> None:
    site.write(site.top / "the.password", site.password, 0o600)


def _ca(site: Site) -> List[object]:
    return ["--ca-cert", site.ca_crt, "--ca-key", site.ca_key, "--server-cert", site.server_pem]


PLANS = (
    Plan("stash", _stash),
    Plan("settings", _settings),
    Plan("nothing", _nothing, lambda site: [*_ca(site), "--password-file", site.top / "the.password"]),
    Plan("renew", lambda _: None, lambda site: [*_ca(site), "--renew"], is_repeatable=True),
    Plan("moved", lambda site: site.write(site.folder / "nc117031.pwd", site.password, 0o600)),
    Plan("suffix", _password, lambda site: ["--suffix", "tws", "--server-cert", site.server_pem, "--password-file", site.top / "the.password"]),
    Plan("trust", lambda site: site.trusted.unlink(), lambda site: ["--trust-keystore", site.trusted], has_children=True),
)


class Scene:
    """A plan's site before and after, and every call that its `fix` and its `undo` make."""

    def __init__(self, plan: Plan, site: Site) -> None:
        self.plan, self.site, self.state = plan, site, site.top / "state"
        plan.spoil(site)
        suffix = [] if "--suffix" in plan.options(site) else ["--suffix", site.suffix]
        self.fix = ["fix", site.ini, "--offline", "--state", self.state, *suffix, *plan.options(site)]
        self.apply = [*self.fix, "--apply", "--yes"]
        self.undo = ["undo", site.ini, "--state", self.state]
        self.before = self.look()
        # Traced as all others are: the interpreter keeps its compiled modules now, and what it calls for that is counted in none of them.
        first, _ = strace.traced(site.top, self.apply, follow=not plan.has_children)
        assert first.status == 0, (first.out + first.err).decode()
        self.after = self.look()
        self.reset()
        _, self.calls_of_fix = strace.traced(site.top, self.apply, follow=not plan.has_children)
        again = self.look()
        self.random = {path for path, stand in again.items() if path in self.after and stand.content != self.after[path].content}
        """Files that are not the same twice."""
        run, self.calls_of_undo = strace.traced(site.top, self.undo, follow=not plan.has_children)
        assert run.status == 0, run.err.decode()
        assert [] == difference(self.before, self.look())

    # The disk

    def look(self) -> Picture:
        """Everything but the state folder."""
        kept = str(self.state)
        return {path: stand for path, stand in strace.picture(self.site.top).items() if path != kept and not path.startswith(kept + "/")}

    def reset(self) -> None:
        """The beginning, as if nothing had ever been run."""
        shutil.rmtree(self.state, ignore_errors=True)
        strace.restore(self.site.top, self.before)

    def healed(self) -> None:
        """A plain `fix --apply` does its work."""
        done = inside(*self.apply)
        assert done.status == 0, (done.out + done.err).decode()

    def torn(self) -> List[str]:
        """Every file that is neither as before nor as planned, and every temporary or kept file that others can read."""
        wrong = []
        for path, stand in strace.picture(self.site.top).items():
            name = os.path.basename(path)
            if path.startswith(str(self.state)):
                if stand.mode & 0o077:
                    wrong.append(f"{path}: others can read what is kept: {stand.mode:04o}")
            elif name.startswith(".ita-doctor-"):
                if stand.mode & ~0o644:
                    wrong.append(f"{path}: mode {stand.mode:04o}")
            elif not self._is_whole(path, stand):
                wrong.append(f"{path}: neither as before nor as planned")
        gone = (set(self.before) & set(self.after)) - set(strace.picture(self.site.top))
        return wrong + [f"{path}: gone" for path in sorted(gone)]

    def _is_whole(self, path: str, stand: strace.Stand) -> bool:
        before, after = self.before.get(path), self.after.get(path)
        if before is not None and stand.whole == before.whole:
            return True
        if after is None or stand.whole[:3] != after.whole[:3]:
            return False
        return stand.content == after.content or (path in self.random and self._parses(path, stand.content or b"", after.content or b""))

    def _parses(self, path: str, content: bytes, planned: bytes) -> bool:
        """Whether what is made anew each time is whole: as long, as many, and readable to its end."""
        if path.endswith(".rnd"):
            return len(content) == len(planned) and len(set(content)) > 100
        try:
            if path.endswith(".jks"):
                return len(read_store(content, Secret(STORE_PASSWORD.encode())).entries) == len(read_store(planned, Secret(b"default")).entries)
            if "ita_prv" in path:
                return serialization.load_pem_private_key(content, self.site.password) is not None
            found = re.findall(rb"-----BEGIN CERTIFICATE-----\n.*?-----END CERTIFICATE-----\n", content, re.DOTALL)
            return len(found) == planned.count(b"-----END") and all(x509.load_pem_x509_certificate(one) for one in found)
        except Exception:  # noqa: BLE001 - whatever a library says of half a file
            return False

    def stray(self) -> List[str]:
        """Temporary names that are left."""
        return sorted(map(str, self.site.top.rglob(".ita-doctor*")))

    # What has to hold after something went wrong

    def recovered(self, *, is_half: bool = False) -> List[str]:
        """
        What is wrong with `undo`, and, from the same moment on, with a dry run, the next `fix`, `check`, and its `undo`.

        *is_half*: the program has said that not all could be put back; then only `undo` is promised to go on with that.
        """
        wrong = self.torn()
        moment = strace.picture(self.site.top)
        wrong += [f"undo: {one}" for one in self._undone()]
        if is_half:
            return wrong
        strace.restore(self.site.top, moment)
        is_begun = self.look() != self.before
        dry, told = inside(*self.fix), self.look()
        if UNFINISHED in dry.err:
            wrong += [] if dry.status == 1 else [f"dry run after an unfinished one: {dry.status}"]
        elif is_begun and not self._is_done(told):
            wrong.append("the dry run does not say that a fix was not finished")
        done = inside(*self.apply)
        if done.status != 0:
            wrong.append(f"next fix: {done.status}: {(done.out + done.err).decode()}")
        wrong += [f"next fix: left {path}" for path in self.stray()] + [f"next fix: {one}" for one in self.torn()]
        checked = inside("check", self.site.ini, "--offline")
        if checked.status != 0:
            wrong.append(f"check: {checked.status}: {checked.out.decode()}")
        return wrong + [f"next fix, undone: {one}" for one in self._undone()]

    def hindered(self, run: Finished) -> List[str]:
        """What is wrong after a run that the system did not let do all, and with the next `fix` without hindrance."""
        wrong, now = [f"left {path}" for path in self.stray()], self.look()
        if run.status == 0:
            wrong += [] if self._is_done(now) else [f"exit 0, and not as planned: {difference(self.after, now)}"]
        elif run.status != 3:
            wrong.append(f"exit {run.status}: {run.err.decode()}")
        else:
            wrong += [f"exit 3: {one}" for one in difference(self.before, now)]
            is_said = run.err.startswith(b"ita-doctor: ") and run.err.count(b"\n") == 1
            wrong += [] if is_said or (not run.err and b"undone, since" in run.out) else [f"not one sentence: {run.err.decode()}"]
        done = inside(*self.apply)
        wrong += [] if done.status == 0 else [f"next fix: {done.status}: {(done.out + done.err).decode()}"]
        return wrong + [f"then left {path}" for path in self.stray()] + [f"undone: {one}" for one in self._undone()]

    def _is_done(self, now: Picture) -> bool:
        """Whether all is as planned."""
        return set(now) == set(self.after) and not self.torn() and all(
            now[path].whole == stand.whole or path in self.random for path, stand in self.after.items()
        )  # fmt: skip

    def _undone(self) -> List[str]:
        """Undo until there is nothing to undo: all is as in the beginning."""
        statuses: List[int] = []
        while not statuses or (statuses[-1] == 0 and len(statuses) < 4):
            undone = inside(*self.undo)
            statuses.append(undone.status)
        wrong = difference(self.before, self.look()) + [f"left {path}" for path in self.stray()]
        if statuses[-1] != 3 or len(statuses) > (3 if self.plan.is_repeatable else 2):
            wrong.append(f"the undos ended {statuses}: {(undone.out + undone.err).decode()}")
        return wrong


def chosen(scene: Scene, calls: Sequence[Call]) -> List[Call]:
    """Those that are tried: all that change something on the site's disk, of the frequent ones every so manieth."""
    told, seen, first = [], Counter(), PLANS.index(scene.plan)
    for call in calls:
        if not call.is_for_change or not call.touches(scene.site.top):
            continue
        if EVERY or (seen[call.name] - first) % STRIDES.get(call.name, 1) == 0:
            told.append(call)
        seen[call.name] += 1
    return told


def thinned(cases: Sequence[Any], stride: int) -> Sequence[Any]:
    """Every *stride*-th, or all where all are asked for."""
    return cases if EVERY else cases[::stride]


def counts(calls: Sequence[Call]) -> str:
    """How many of each name, for the one who reads."""
    return ", ".join(f"{name} {number}" for name, number in sorted(Counter(call.name for call in calls).items()))


def filled(disk: Path, room: int) -> None:
    """Leave so many blocks free."""
    with open(disk / "filler", "wb", buffering=0) as filler:
        block = bytes(os.statvfs(disk).f_bsize)
        while os.statvfs(disk).f_bavail > room:
            filler.write(block)

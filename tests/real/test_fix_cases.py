"""The whole life of a repair on every case of the laboratory: dry run, apply, judged again, nothing more to do, undone to the beginning."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

import pytest

from laboratory.casebook import BOOK
from real.judging import inside, leaks, picture, severities
from real.test_cases import spoilt

for module in sorted(Path(__file__).parents[1].joinpath("laboratory").glob("cases_*.py")):
    importlib.import_module(f"laboratory.{module.stem}")

pytestmark = [pytest.mark.real, pytest.mark.long]

OFFLINE = [case for case in BOOK.values() if case.master is None and not case.powerless]
ON_DISK = ("INI", "FILE", "STH", "KEY", "CERT", "CA", "RND")


def on_disk(site):
    """What is on the disk, times of folders and changes of inodes aside: those are not `fix`'s to keep."""
    seen = {}
    for path, (mode, uid, gid, written, _, content) in picture(site).items():
        if f"{site.top}/state" not in path:
            seen[path] = (mode, uid, gid, written if content else 0, content)
    return seen


def given(site, case):
    """All that a well-prepared operator gives: password, CA, the master's certificate."""
    password = site.top / "the.password"
    if not password.exists():
        password.write_bytes(site.password)
        password.chmod(0o600)
    options = [str(one) for one in case.options(site)]
    more = [] if "--server-cert" in options else ["--server-cert", str(site.server_pem)]
    more += [] if "--ca-cert" in options else ["--ca-cert", str(site.ca_crt), "--ca-key", str(site.ca_key)]
    return [*options, *more, "--password-file", str(password), "--offline", "--state", str(site.top / "state"), "--suffix", site.suffix]


def failing(site, options):
    """Exit status and (rule, where) of what fails at warning or above."""
    told = inside("check", site.place or site.ini, "--format", "json", *options)
    (installation,) = json.loads(told.out)["installations"]
    found = [one for one in installation["findings"] if one["status"] == "fail" and one["severity"] != "note"]
    assert not [one for one in installation["findings"] if one["status"] == "broken"]
    return told.status, {(one["rule"], one["where"]) for one in found if one["family"] in ON_DISK}


@pytest.mark.parametrize("case", OFFLINE, ids=lambda case: case.name)
def test_a_repair_never_harms(site, case):
    """Nothing is touched by a dry run, nothing fails newly, a second fix has nothing to do, and undo brings back every byte, mode, owner and time."""
    spoilt(case, site, frozenset(severities()))
    place, options = site.place or site.ini, given(site, case)
    judging = [one for one in options if one != "--ca-key" and one != str(site.ca_key)]
    judging = [one for at, one in enumerate(judging) if one != "--password-file" and (at == 0 or judging[at - 1] != "--password-file")]
    before = on_disk(site)
    _, wrong = failing(site, judging)

    dry = inside("fix", place, *options)

    assert before == on_disk(site)
    assert not os.path.lexists(site.top / "state")
    assert dry.status in (0, 1, 3), dry.err

    done = inside("fix", place, *options, "--apply", "--yes")
    status, left = failing(site, judging)

    assert not leaks(site, dry, done), "a secret was printed"
    assert done.status in ((0, 2, 3) if dry.status != 0 else (0,)), (done.out, done.err)
    assert not left - wrong or status < 2 or done.status == 3, left - wrong
    if done.status == 0:
        assert status in (0, 3) or not left
        assert inside("fix", place, *options).status == 0
    if done.status == 3 or before == on_disk(site):
        assert before == on_disk(site)
        return

    undone = inside("undo", place, "--state", site.top / "state")

    assert undone.status == 0, undone.out + undone.err
    assert before == on_disk(site)
    assert not list(site.agent.rglob(".ita-doctor*"))

"""`fix` and `undo` killed at every call that changes the disk, and refused every such call: never a half file, and always a way on."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

import ita_doctor
from laboratory.lab import copy_of
from real import strace
from real.judging import inside, program
from real.scenes import EVERY, PLANS, UNFINISHED, Scene, chosen, counts, filled, thinned
from real.strace import ERRORS, difference, picture

pytestmark = [
    pytest.mark.real,
    pytest.mark.long,
    pytest.mark.skipif(bool(strace.why_not()), reason=strace.why_not() or "-"),
]

SECRETS = ("ita_prv", ".sth", ".pwd")
PLAN = pytest.mark.parametrize("plan", PLANS, ids=str)


@pytest.fixture(scope="session")
def scenes(laboratory, tmp_path_factory):
    """The scene of a plan, made once; in memory where that can be, since fsync then costs nothing."""
    compileall.compile_dir(Path(ita_doctor.__file__).parent, quiet=2)  # a first start writes .pyc files, and would be counted wrongly
    made, room = {}, Path("/dev/shm")
    top = Path(tempfile.mkdtemp(prefix="killed-", dir=room)) if os.access(room, os.W_OK) else tmp_path_factory.mktemp("killed")

    def scene(plan):
        if plan not in made:
            made[plan] = Scene(plan, copy_of(laboratory, top / plan.name))
        made[plan].reset()
        return made[plan]

    top.chmod(0o755)
    yield scene
    shutil.rmtree(top)


@pytest.fixture(scope="session")
def told(pytestconfig):
    """What was tried; it is counted here, and printed at the end."""
    tried, started = Counter(), time.monotonic()
    yield tried
    kills = sum(number for what, number in tried.items() if what.startswith("killed"))
    how = "every one" if EVERY else "some of the most frequent calls left out; ITA_DOCTOR_KILLS=all tries every one"
    each = "; ".join(f"{what}: {number}" for what, number in sorted(tried.items()))
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        writer = pytestconfig.get_terminal_writer()
        writer.line(
            f"\n{kills} kill points and {sum(tried.values()) - kills} refused calls tried, {time.monotonic() - started:.0f} s ({how}): {each}"
        )


@PLAN
def test_killed_fix(plan, scenes, told):
    """Wherever `fix --apply` dies, every file is whole, a dry run says so, the next `fix` heals, and `undo` leads to the beginning."""
    scene, wrong = scenes(plan), []
    calls = chosen(scene, scene.calls_of_fix)

    for call in calls:
        scene.reset()
        run = strace.killed(scene.site.top, scene.apply, call, follow=not plan.has_children)
        wrong += [] if run.is_killed else [f"{call.name} {call.number}: not killed: {run.status}"]
        wrong += [f"killed at {call.name} {call.number}: {call.words}: {one}" for one in scene.recovered()]
        told[f"killed fix, {call.name}"] += 1

    assert calls
    assert [] == wrong, "\n".join([counts(calls), *wrong])


@PLAN
def test_killed_undo(plan, scenes, told):
    """Wherever `undo` dies, every file is whole, and `undo` once more, or a new `fix` and its `undo`, leads to the beginning."""
    scene, wrong = scenes(plan), []
    calls = chosen(scene, scene.calls_of_undo)
    scene.healed()
    healed = picture(scene.site.top)

    for call in calls:
        strace.restore(scene.site.top, healed)
        run = strace.killed(scene.site.top, scene.undo, call, follow=not plan.has_children)
        wrong += [] if run.is_killed else [f"{call.name} {call.number}: not killed: {run.status}"]
        wrong += [f"killed at {call.name} {call.number}: {call.words}: {one}" for one in scene.recovered()]
        told[f"killed undo, {call.name}"] += 1

    assert calls
    assert [] == wrong, "\n".join([counts(calls), *wrong])


@PLAN
def test_hindered_fix(plan, scenes, told):
    """Whatever call of `fix --apply` the system refuses: exit 3, one sentence, all as before; and a `fix` without hindrance heals."""
    scene, wrong = scenes(plan), []
    cases = [(call, error) for call in chosen(scene, scene.calls_of_fix) for error in ERRORS.get(call.name, ())]

    for call, error in thinned(cases, 6):
        scene.reset()
        run = strace.failed(scene.site.top, scene.apply, call, error, follow=not plan.has_children)
        wrong += [f"{error} at {call.name} {call.number}: {call.words}: {one}" for one in scene.hindered(run)]
        told[f"refused fix, {error}"] += 1

    assert cases
    assert [] == wrong, "\n".join(wrong)


@PLAN
def test_hindered_undo(plan, scenes, told):
    """Whatever call of `undo` the system refuses: nothing is half, and `undo` once more leads to the beginning."""
    scene, wrong = scenes(plan), []
    cases = [(call, error) for call in chosen(scene, scene.calls_of_undo) for error in ERRORS.get(call.name, ())]
    scene.healed()
    healed = picture(scene.site.top)

    for call, error in thinned(cases, 8):
        strace.restore(scene.site.top, healed)
        run = strace.failed(scene.site.top, scene.undo, call, error, follow=not plan.has_children)
        wrong += [] if run.status in (0, 2, 3) and (run.status == 0 or run.err) else [f"{error} at {call.name}: {run.status} {run.err!r}"]
        wrong += [f"{error} at {call.name} {call.number}: {call.words}: {one}" for one in scene.recovered(is_half=run.status == 2)]
        told[f"refused undo, {error}"] += 1

    assert [] == wrong, "\n".join(wrong)


@PLAN
@pytest.mark.parametrize("name", ["write", "openat"])
def test_disk_that_stays_full(plan, name, scenes, told):
    """A disk that is full from one moment on, for the putting back too: nothing is half, and with room again all is healed or undone."""
    scene, wrong = scenes(plan), []
    calls = [call for call in chosen(scene, scene.calls_of_fix) if call.name == name]

    for call in thinned(calls, 3):
        scene.reset()
        run = strace.failed(scene.site.top, scene.apply, call, "ENOSPC", forever="+", follow=not plan.has_children)
        is_mute = name == "write"  # it can say nothing either
        is_said = is_mute or (run.status in (2, 3) and run.err.count(b"\n") == 1)
        wrong += [] if is_said and run.status else [f"{call.name} {call.number}: {run.status} {run.err!r}"]
        wrong += [f"full from {call.name} {call.number}: {call.words}: {one}" for one in scene.recovered(is_half=is_mute or run.status == 2)]
        told["disk full for good"] += 1

    assert [] == wrong, "\n".join(wrong)


@PLAN
def test_dry_run_changes_nothing(plan, scenes):
    """No call of a dry run changes anything on any disk, and none is refused that would."""
    scene = scenes(plan)
    inside(*scene.fix)

    run, calls = strace.traced(scene.site.top, scene.fix, strace.CHANGES)

    changing = [call for call in calls if call.is_for_change and call.paths and not _is_harmless(call)]
    assert run.status in (0, 1), run.err
    assert [] == changing
    assert [] == difference(scene.before, scene.look())
    assert not scene.state.exists()


def _is_harmless(call):
    """A pipe or terminal, the null device, or the interpreter's own copy of a module that was compiled just now."""
    return all(path.startswith(("/dev/", "pipe:", "/pipe:")) or "__pycache__" in path for path in call.paths)


@PLAN
def test_no_file_is_ever_wider_than_it_will_be(plan, scenes):
    """Every new file is made for its owner alone; one with a secret stays so, under its temporary name too; nothing else is given modes."""
    scene = scenes(plan)

    _, calls = strace.traced(scene.site.top, scene.apply, strace.CHANGES, follow=not plan.has_children)

    mine = [call for call in calls if call.touches(scene.site.top) and call.is_for_change and not call.failed]
    made = {call.paths[-1] for call in mine if call.name == "openat" and "O_CREAT" in call.words}
    final = {call.paths[0]: call.paths[-1] for call in mine if call.name.startswith("rename")}
    wide = [call for call in mine if call.mode is not None and call.name in ("openat", "mkdir", "mkdirat") and call.mode & 0o077]
    opened = [call for call in mine if call.name == "fchmod" and any(word in final.get(call.paths[0], "") for word in SECRETS) and call.mode & 0o077]
    assert made
    assert [] == wide
    assert [] == opened
    assert [] == [call for call in mine if call.name in ("fchmod", "fchown") and call.paths[0] not in made]
    assert [] == [
        call for call in mine if call.name in ("chmod", "fchmodat", "chown", "lchown", "fchownat", "truncate", "link", "linkat", "symlinkat")
    ]


def test_a_secret_is_looked_for_in_the_strace_log(scenes):
    """The plans above do write secrets: the key, the stash and their backups are among the files that the log shows."""
    scene = scenes(PLANS[0])

    final = {call.paths[-1] for call in scene.calls_of_fix if call.name.startswith("rename")}

    assert {str(scene.site.prv), str(scene.site.stash)} <= final


def test_unfinished_is_said(scenes):
    """A dry run, and `check`, say first that a `fix` was killed; the dry run ends 1."""
    scene = scenes(PLANS[0])
    call = [call for call in scene.calls_of_fix if call.name.startswith("rename")][1]
    strace.killed(scene.site.top, scene.apply, call)

    dry, checked = inside(*scene.fix), inside("check", scene.site.ini, "--offline", "--state", scene.state)

    assert 1 == dry.status
    assert dry.err.startswith(b"ita-doctor: ")
    assert UNFINISHED in dry.err
    assert UNFINISHED in checked.out + checked.err


# Disks that are full or may only be read


@pytest.fixture
def mounted(tmp_path):
    """Mount something on a new folder, until the test ends."""
    folders = []

    def mount(*options):
        folder = tmp_path / f"mounted{len(folders)}"
        folder.mkdir()
        done = subprocess.run(["mount", *map(os.fspath, options), folder], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.decode(errors='replace').strip()[:80]}")
        folders.append(folder)
        return folder

    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount")
    yield mount
    for folder in reversed(folders):
        subprocess.run(["umount", "-l", folder], check=True)


@PLAN
def test_full_disk(plan, laboratory, mounted, told):
    """On a disk with ever more room left: exit 3 with all as before, until there is enough and it is healed."""
    disk = mounted("-t", "tmpfs", "-o", "size=1m", "none")
    scene = Scene(plan, copy_of(laboratory, disk / "site"))
    wrong, statuses, room = [], [], 0

    while 0 not in statuses and room < 60:
        scene.reset()
        filled(disk, room)
        run = program(scene.site, *scene.apply)  # a process of its own: where it fails twice it keeps its locks to its end
        (disk / "filler").unlink()
        statuses.append(run.status)
        wrong += [f"{room} blocks: {one}" for one in scene.hindered(run)]
        told["full disk"] += 1
        room += 1 if EVERY else 3

    assert [] == wrong, "\n".join(wrong)
    assert statuses[-1] == 0
    assert len(statuses) > 1


def test_disk_that_may_only_be_read(laboratory, mounted, tmp_path):
    """An installation on a disk that may only be read: exit 3, said in a sentence, nothing tried elsewhere, nothing left."""
    site = copy_of(laboratory, tmp_path / "real")
    PLANS[0].spoil(site)
    before = picture(site.top)
    state = tmp_path / "state"
    folder = mounted("--bind", site.agent)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    site.ini.write_bytes(site.ini.read_bytes().replace(os.fsencode(site.folder), os.fsencode(folder / "ITA/cpa/ita/cert")))
    os.utime(site.ini, ns=(before[str(site.ini)].written,) * 2)

    run = inside("fix", folder / "ITA/cpa/ita/ita.ini", "--suffix", site.suffix, "--offline", "--state", state, "--apply", "--yes")

    assert 3 == run.status
    assert 1 == run.err.count(b"\n"), run.err
    assert b"ead-only" in run.err
    assert {str(site.ini)} >= {line.split(": ")[0] for line in difference(before, picture(site.top))}


def test_folder_that_may_only_be_read(site):
    """A folder that its owner has closed to himself: a sentence or a remedy, and nothing half."""
    PLANS[0].spoil(site)
    site.folder.chmod(0o555)
    before = picture(site.top)

    run = inside("fix", site.ini, "--suffix", site.suffix, "--offline", "--state", site.top / "state", "--apply", "--yes")
    undone = inside("undo", site.ini, "--state", site.top / "state")

    now = {path: stand for path, stand in picture(site.top).items() if not path.startswith(str(site.top / "state"))}
    site.folder.chmod(0o755)
    assert run.status in (0, 3), run.err
    assert undone.status in (run.status, 3)
    assert [] == difference(before, now)

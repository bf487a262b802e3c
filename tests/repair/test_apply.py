"""Carrying out a plan and putting it back, whatever fails, whoever dies."""

import errno
import os
import re
from pathlib import Path

import pytest
from disk import AGENT, CALLS, OLD, OTHER, after_all, at_call, change, changes, folder, in_child, killed, own, site, state_of, write

from ita_doctor.host.refused import Busy, Refused
from ita_doctor.host.tree import Tree
from ita_doctor.model.plan import TEMPORARY, BadPlan, Change, Facts, HalfUndone, Moved, State
from ita_doctor.model.secret import Secret
from ita_doctor.repair import journal
from ita_doctor.repair.apply import Repair, last_applied, undo, unfinished

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="for a user who is not root")
WHO = [pytest.param(None, id="ourselves"), pytest.param(AGENT, id="root-for-agent", marks=as_root)]
FAULTS = (errno.ENOSPC, errno.EIO, errno.EPERM, errno.EXDEV)
NEW = {
    "": ("0o755", None),
    "/TWS": ("0o755", None),
    "/TWS/cert": ("0o755", None),
    "/TWS/new": ("0o700", None),
    "/TWS/ita.ini": ("0o100644", b"new ini" * 1000),
    "/TWS/new/tws.sth": ("0o100600", b"new stash"),
    "/TWS/cert/prv.pem": ("0o100600", b"new key"),
    "/TWS/cert/pub.pem": ("0o100644", b"old cert/pub.pem\n"),
}


@pytest.fixture(autouse=True)
def no_power_is_lost(monkeypatch):
    """A process dies here, never the machine: that a call is made is what counts, and thousands are."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(params=WHO)
def there(tmp_path, request):
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    return site(str(root), str(tmp_path / "vault"), uid=request.param)


@pytest.fixture
def mine(tmp_path):
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    return site(str(root), str(tmp_path / "vault"))


@pytest.fixture
def agents(tmp_path):
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    return site(str(root), str(tmp_path / "vault"), uid=AGENT)


def applied(there, *what):
    """A finished repair."""
    repair = there.begin()
    repair.carry_out(what or changes(there))
    repair.finish()
    return last_applied(there.vault, there.place)


def fail(number):
    def act(name):
        raise OSError(number, os.strerror(number))

    return act


def test_all_is_done(there):
    """Files, folders and modes are as the plan says, the agent's, and no temporary is left."""
    run = applied(there)

    assert NEW == after_all(there)
    assert {there.uid} == {facts[1] for path, facts in there.snapshot().items() if path != there.root}
    assert (7, 1.5, os.getpid(), "applied") == (run.changes, run.time, run.pid, run.state)
    assert unfinished(there.vault, there.place) is None


def test_undo_brings_all_back(there):
    """Bytes, owners, modes and both times are as before; a second undo finds nothing."""
    before = there.snapshot()
    run = applied(there)
    undone = undo(there.vault, run, there.tree_of)

    assert before == there.snapshot()
    assert ((there.path("cert/stray.pem"), ()), 7) == ((undone.put_back[0], undone.stuck), len(undone.put_back))
    assert last_applied(there.vault, there.place) is None
    assert ((), ()) == undo(there.vault, run, there.tree_of)


def test_two_runs_are_undone_one_after_the_other(mine):
    """The newest first."""
    before = mine.snapshot()
    applied(mine)
    middle = mine.snapshot()
    applied(mine, change(mine, "ita.ini", b"newer"))
    undo(mine.vault, last_applied(mine.vault, mine.place), mine.tree_of)

    assert middle == mine.snapshot()
    undo(mine.vault, last_applied(mine.vault, mine.place), mine.tree_of)
    assert before == mine.snapshot()


def test_what_is_undone_goes_into_the_backups(mine):
    """What `fix` made can still be had after an undo."""
    run = applied(mine)
    undo(mine.vault, run, mine.tree_of)
    folder_of_run = Path(mine.vault.run_path(mine.place, run))

    assert b"new key" in [one.read_bytes() for one in folder_of_run.iterdir()]
    assert {0o600} == {one.stat().st_mode & 0o777 for one in folder_of_run.iterdir()}


def test_what_was_changed_since_stays(mine):
    """It is named, all the rest is put back, and the undo can be tried again once it is out of the way."""
    before = mine.snapshot()
    run = applied(mine)
    write(mine.place, b"by hand", 0o644, mine.uid, mine.gid)
    undone = undo(mine.vault, run, mine.tree_of)

    assert [mine.place] == [path for path, _ in undone.stuck]
    assert b"by hand" == Path(mine.place).read_bytes()
    assert 6 == len(undone.put_back)
    write(mine.place, b"new ini" * 1000, 0o644, mine.uid, mine.gid)
    undo(mine.vault, last_applied(mine.vault, mine.place), mine.tree_of)
    assert before == mine.snapshot()


def test_a_folder_that_was_filled_since_stays(mine):
    """A folder that `fix` made is taken away only if it is empty."""
    run = applied(mine, folder(mine, "new", 0o700))
    Path(mine.path("new/mine")).touch()

    assert ((), ((mine.path("new"), "the folder that was made is not empty"),)) == undo(mine.vault, run, mine.tree_of)


def test_a_mode_that_was_changed_since_stays(mine):
    """Of a folder."""
    run = applied(mine, folder(mine, "cert", 0o755))
    os.chmod(mine.path("cert"), 0o711)

    assert ((), ((mine.path("cert"), "its mode was changed since, to 0711"),)) == undo(mine.vault, run, mine.tree_of)


def test_another_folder_in_its_place(mine):
    """What lies in a folder that is not the one in which `fix` worked is left."""
    run = applied(mine, change(mine, "cert/prv.pem", b"new key"))
    os.rename(mine.path("cert"), mine.path("away"))
    os.mkdir(mine.path("cert"))
    write(mine.path("cert/prv.pem"), b"new key", 0o600, mine.uid, mine.gid)
    undone = undo(mine.vault, run, mine.tree_of)

    assert ((mine.path("cert/prv.pem"), "its folder is another one now than when it was changed"),) == undone.stuck


def test_a_link_in_the_place_of_the_folder(mine):
    """It is not followed."""
    run = applied(mine, change(mine, "cert/prv.pem", b"new key"))
    os.rename(mine.path("cert"), mine.path("away"))
    os.symlink(mine.path("away"), mine.path("cert"))

    assert "a symlink stands in the place of the folder" == undo(mine.vault, run, mine.tree_of).stuck[0][1]


def test_an_installation_that_is_gone(mine):
    """Every path says so, and nothing else happens."""
    run = applied(mine)
    os.rename(f"{mine.root}/TWS", f"{mine.root}/gone")
    undone = undo(mine.vault, run, mine.tree_of)

    assert ((), 7) == (undone.put_back, len(undone.stuck))
    assert "half" == last_applied(mine.vault, mine.place).state


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"changed"), "found sha256 "),
        (lambda path: path.chmod(0o600), "mode 0600"),
        (lambda path: path.unlink(), "it is gone"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/passwd")), "a symlink"),
        (lambda path: (path.unlink(), path.mkdir()), "a folder"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "a FIFO"),
        (lambda path: path.write_bytes(bytes(99999)), "a longer file"),
    ],
)
def test_what_moved_since_the_plan(mine, spoil, words):
    """What stands there is no longer what was planned for: nothing is done, in words that say what was found."""
    planned = change(mine, "cert/pub.pem", b"new")
    spoil(Path(mine.path("cert/pub.pem")))
    repair = mine.begin()
    with pytest.raises(Moved, match=words) as why:
        repair.carry_out([planned])
    repair.roll_back()

    assert str(why.value).startswith(mine.path("cert/pub.pem"))
    assert unfinished(mine.vault, mine.place) is None


def test_nothing_was_to_stand_there(mine):
    """A file that came to stand where one was to be made is not replaced."""
    planned = change(mine, "cert/new.pem", b"new")
    write(mine.path("cert/new.pem"), b"", 0o600, mine.uid, mine.gid)
    repair = mine.begin()

    with pytest.raises(Moved, match="now something does"):
        repair.carry_out([planned])
    repair.roll_back()


def test_no_digest_of_a_secret_is_said(mine):
    """Of a secret that moved, size and time are said."""
    planned = change(mine, "cert/prv.pem", b"new key", is_secret=True)
    Path(mine.path("cert/prv.pem")).write_bytes(b"an other key 2\n")
    os.utime(mine.path("cert/prv.pem"), (0, 0))
    repair = mine.begin()
    with pytest.raises(Moved) as why:
        repair.carry_out([planned])
    repair.roll_back()

    assert "found 15 bytes of 1970-01-01T00:00:00Z" in str(why.value)
    assert not re.search("[0-9a-f]{64}|other key", str(why.value))


def test_a_setuid_bit_is_refused(mine):
    """It could not be given back, and is never given."""
    os.chmod(mine.path("cert/pub.pem"), 0o4755)
    repair = mine.begin()

    with pytest.raises(BadPlan, match="clear the bits"):
        repair.carry_out([change(mine, "cert/pub.pem", b"new", 0o4755)])
    repair.roll_back()
    assert 0o4755 == os.stat(mine.path("cert/pub.pem")).st_mode & 0o7777


def test_two_at_once(mine):
    """The second says so, whatever its state folder; a third after the end of the first goes on."""
    first = mine.begin()
    first.carry_out([change(mine, "ita.ini", b"new")])
    other = mine._replace(vault=type(mine.vault).open(f"{mine.root}/vault2", create=True))
    for one in (mine, other):
        with pytest.raises(Busy, match=f"another fix is at work here: process {os.getpid()} "):
            one.begin()

    assert unfinished(mine.vault, mine.place) is None
    first.roll_back()
    mine.begin().finish()


def test_undo_while_a_fix_is_at_work(mine):
    """It is refused."""
    run = applied(mine, change(mine, "ita.ini", b"new"))
    second = mine.begin()

    with pytest.raises(Busy):
        undo(mine.vault, run, mine.tree_of)
    second.finish()


def test_nothing_to_do_leaves_nothing(mine):
    """A repair without a change has no run, nor has a change that changes nothing."""
    applied(mine, change(mine, "ita.ini", b"old ita.ini\n", 0o644))

    assert [] == mine.vault.runs(mine.place)


def test_roll_back_names_what_is_stuck(mine):
    """It tries all, names what stays, and may be called again."""
    repair = mine.begin()
    repair.carry_out(changes(mine))
    write(mine.place, b"by hand", 0o644, mine.uid, mine.gid)
    for _ in range(2):
        with pytest.raises(HalfUndone, match=r"ita\.ini: not put back: it was changed since") as why:
            repair.roll_back()

    assert "cert" not in str(why.value).replace("ita_cert", "")
    assert not os.path.exists(mine.path("new"))


def test_a_store_elsewhere(mine, tmp_path):
    """Changes in another tree are put back with the rest."""
    (tmp_path / "store").mkdir()
    store = tmp_path / "store" / "trust.jks"
    store.write_bytes(b"old store")
    trust = Tree(str(store.parent), mine.uid, mine.gid)
    after = State(Facts(0o644, mine.uid, mine.gid), "", Secret(b"new store"))
    repair = mine.begin()
    repair.carry_out([change(mine, "ita.ini", b"new")])
    repair.carry_out([Change(str(store), "trust", state_of(str(store)), after)], trust)
    repair.finish()

    assert b"new store" == store.read_bytes()
    undone = undo(mine.vault, last_applied(mine.vault, mine.place), mine.tree_of)
    assert ((str(store), mine.place), ()) == undone
    assert b"old store" == store.read_bytes()


def number_of_calls(there):
    """How many calls a whole repair makes."""
    with at_call(0, fail(0)) as said:
        applied(there)
    settle(there)
    return len(said)


@pytest.mark.parametrize("number", FAULTS, ids=errno.errorcode.get)
def test_every_fault_is_put_back(there, number):
    """Whichever call of the system fails, all is as before after rolling back, and the next repair works."""
    total, before = number_of_calls(there), there.snapshot()
    for call in range(1, total + 1):
        repair = None
        with at_call(call, fail(number)) as said:
            try:
                repair = there.begin()
                repair.carry_out(changes(there))
                repair.finish()
            except (OSError, Moved):
                if repair is not None:
                    repair.roll_back()

        assert before == there.snapshot() or "applied" == last_applied(there.vault, there.place).state, (call, said[call - 1])
        settle(there)
        assert before == there.snapshot(), (call, said[call - 1])


def settle(there):
    """What the next `fix --apply` does first, or an undo."""
    run = unfinished(there.vault, there.place) or last_applied(there.vault, there.place)
    if run is not None:
        assert () == undo(there.vault, run, there.tree_of).stuck
    there.forget()


def test_an_error_says_the_path(mine):
    """The whole path of the target, not what was said to a handle."""
    repair = mine.begin()
    with at_call(1, fail(errno.ENOSPC), calls=("rename",)), pytest.raises(OSError) as why:
        repair.carry_out([change(mine, "ita.ini", b"new")])
    repair.roll_back()

    assert (mine.place, errno.ENOSPC) == (why.value.filename, why.value.errno)


def test_killed_at_every_call(there):
    """Wherever the process dies, it is known, an undo puts all back, and no temporary is left."""
    before, call, is_dead = there.snapshot(), 0, True
    while is_dead:
        call += 1
        is_dead = killed(lambda: applied(there), call)
        is_changed = before != there.snapshot()
        run = unfinished(there.vault, there.place)

        assert not is_changed or run is not None or "applied" == last_applied(there.vault, there.place).state, call
        settle(there)
        assert before == there.snapshot(), call
    assert call > 100


def test_killed_at_every_call_of_an_undo(there):
    """It is known, and goes on where it was."""
    before, call, is_dead = there.snapshot(), 0, True
    while is_dead:
        call += 1
        run = applied(there)
        is_dead = killed(lambda: undo(there.vault, run, there.tree_of), call)  # noqa: B023 - done at once
        is_begun = last_applied(there.vault, there.place) is None

        assert not is_begun or not is_dead or before == there.snapshot() or "undoing" == unfinished(there.vault, there.place).state
        assert is_begun or there.path("cert/stray.pem") not in there.snapshot()
        settle(there)

        assert before == there.snapshot(), call
    assert call > 50


def test_processes_that_really_die(there):
    """As another user for a moment or not, with locks or without."""
    before = there.snapshot()
    for call in range(1, 240, 9):
        ended = in_child(lambda: applied(there), call)

        assert ended in (0, 9)
        settle(there)
        assert before == there.snapshot(), call


def test_an_undo_that_fails_goes_on_later(mine):
    """A full disk leaves things named and their backups kept; afterwards the same undo puts them back."""
    before = mine.snapshot()
    for call in range(1, 60):
        run = applied(mine)
        with at_call(call, fail(errno.ENOSPC)):
            try:
                undo(mine.vault, run, mine.tree_of)
            except OSError as why:
                assert errno.ENOSPC == why.errno or isinstance(why, Refused)  # noqa: PT017
        settle(mine)

        assert before == mine.snapshot(), call


def test_a_run_that_died_has_to_be_put_back_first(mine):
    """A new repair is not begun on top of it; check is told when it was, and of which process."""
    in_child(lambda: applied(mine), 60)
    run = unfinished(mine.vault, mine.place)

    assert (1.5, "") == (run.time, run.state)
    with pytest.raises(Refused, match="has to be put back first"):
        mine.begin()
    settle(mine)
    mine.begin().finish()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"mark": "gone"}',
        '{"schema": "ita-doctor/journal/2"}',
        '{"entry": {}}',
        '{"entry": 1}',
        "nonsense",
        "1e999",
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_journal_of_the_wrong_shape(mine, line, at):
    """It is refused in a sentence."""
    run = applied(mine)
    path = Path(mine.vault.run_path(mine.place, run)) / "journal"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:at], line, *lines[at + 1 :], ""]))

    with pytest.raises(Refused, match="no journal of `fix` that can be understood"):
        unfinished(mine.vault, mine.place)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"folder": "/', '"folder": "'),
        ('"folder": "', '"folder": "/..'),
        ('"name": "', '"name": "../'),
        ('"temporary": ".ita', '"temporary": "ita'),
        ('"backup": "', '"backup": "../'),
        ('"number": 1', '"number": 2'),
        ('"header": 0', '"header": 1'),
        ('"inode": ', '"inode": true, "x": '),
        ('"mode": ', '"mode": 99'),
        ('"kind": "file"', '"kind": "folder-made"'),
    ],
)
def test_an_entry_that_is_not_ours(mine, old, new):
    """Each part of it is looked at."""
    run = applied(mine, change(mine, "ita.ini", b"new"))
    path = Path(mine.vault.run_path(mine.place, run)) / "journal"
    text = path.read_text()
    path.write_text(text.replace(old, new))

    assert old in text
    with pytest.raises(Refused, match="no journal of `fix` that can be understood"):
        undo(mine.vault, run, mine.tree_of)


def test_a_damaged_backup(mine):
    """What it was made from stays."""
    run = applied(mine, change(mine, "ita.ini", b"new"))
    for one in Path(mine.vault.run_path(mine.place, run)).glob("*.before-*"):
        one.write_bytes(b"old ita.inj\n")
    (stuck,) = undo(mine.vault, run, mine.tree_of).stuck

    assert stuck[1].endswith("is damaged")
    assert b"new" == Path(mine.place).read_bytes()


def test_names_that_are_no_text(mine):
    """Bytes of a path that are in no encoding survive the journal."""
    before = mine.snapshot()
    run = applied(mine, change(mine, "cert/\udcff\udc80 \u20ac\n.pem", b"new"))

    assert () == undo(mine.vault, run, mine.tree_of).stuck
    assert before == mine.snapshot()


def test_times_before_1970(mine):
    """They come back too."""
    os.utime(mine.place, ns=(-5, -7))
    before = mine.snapshot()
    run = applied(mine, change(mine, "ita.ini", b"new"))
    undo(mine.vault, run, mine.tree_of)

    assert before == mine.snapshot()


def test_a_hard_link_keeps_its_other_name(mine):
    """Neither content nor mode of the other name's file is touched."""
    os.link(mine.place, f"{mine.root}/precious")
    applied(mine, change(mine, "ita.ini", b"new"))

    assert (b"old ita.ini\n", 0o644) == (Path(f"{mine.root}/precious").read_bytes(), os.stat(f"{mine.root}/precious").st_mode & 0o777)


def test_the_temporary_prefix_is_the_plans():
    """The journal spells it again, since check may not import the plan."""
    assert TEMPORARY == journal.TEMPORARY


@as_user
def test_what_only_root_could_give_back(mine):
    """An owner to whom we could not give it."""
    repair = mine.begin()
    wanted = State(Facts(0o644, 0, 0), "root", Secret(b"new"))

    with pytest.raises(BadPlan, match="only root"):
        repair.carry_out([Change(mine.path("new.pem"), "x", None, wanted)])
    repair.roll_back()


@as_root
@pytest.mark.parametrize("owner", [0, OTHER])
def test_another_users_file_is_given_back(agents, owner):
    """Taken over by the agent's user, and by an undo its old owner's again."""
    write(agents.path("cert/prv.pem"), b"old", 0o640, owner, 3)
    before = agents.snapshot()
    run = applied(agents)
    found = os.stat(agents.path("cert/prv.pem"))

    assert (AGENT, AGENT, 0o100600) == (found.st_uid, found.st_gid, found.st_mode)
    assert () == undo(agents.vault, run, agents.tree_of).stuck
    assert before == agents.snapshot()


@as_root
def test_killed_while_root_gives_an_owner(agents):
    """A file that root makes and gives is put back or away at every call too."""
    write(agents.path("cert/prv.pem"), b"old", 0o640, OTHER, 3)
    own(agents.path("cert"), 0, 0)
    before, call, is_dead = agents.snapshot(), 0, True
    while is_dead:
        call += 1
        run = applied(agents, change(agents, "cert/prv.pem", b"new"))
        is_dead = killed(lambda: undo(agents.vault, run, agents.tree_of), call)  # noqa: B023 - done at once
        settle(agents)

        assert before == agents.snapshot(), call


@as_root
@pytest.mark.parametrize("call", ["setgroups", "setegid", "seteuid"])
def test_becoming_the_agents_user_fails(agents, call):
    """Then nothing is done, and we are ourselves again."""
    before, who = agents.snapshot(), (os.geteuid(), os.getegid(), os.getgroups())
    repair = agents.begin()
    with at_call(1, fail(errno.EPERM), calls=(call,)), pytest.raises(OSError):
        repair.carry_out([change(agents, "ita.ini", b"new")])

    assert who == (os.geteuid(), os.getegid(), os.getgroups())
    repair.roll_back()
    assert before == agents.snapshot()


@as_root
def test_a_third_users_folder(agents):
    """Nothing is changed in it, not even by root."""
    own(agents.path("cert"), OTHER, OTHER)
    repair = agents.begin()

    with pytest.raises(Refused, match="neither to the agent's user nor to root"):
        repair.carry_out([change(agents, "cert/prv.pem", b"new")])
    repair.roll_back()


@as_root
def test_outside_root_is_only_the_agents_user(agents, tmp_path):
    """`dir = /etc` in ita.ini does not make root write there."""
    os.makedirs(tmp_path / "etc", mode=0o755)
    for one in (tmp_path, *tmp_path.parents):
        if str(one).startswith("/tmp/"):
            os.chmod(one, 0o755)
    wanted = State(Facts(0o600, AGENT, AGENT), "", Secret(b"x"))
    repair = agents.begin()

    with pytest.raises(PermissionError):
        repair.carry_out([Change(str(tmp_path / "etc" / "ld.so.preload"), "seed", None, wanted)])
    repair.roll_back()
    assert [] == os.listdir(tmp_path / "etc")
    assert (0, 0) == (os.geteuid(), os.getegid())


@as_root
def test_the_agents_user_turns_its_folder_into_a_link(agents, tmp_path):
    """Between plan and repair: refused, and what it leads to is not touched."""
    planned = change(agents, "cert/prv.pem", b"new")
    (tmp_path / "etc").mkdir()
    write(str(tmp_path / "etc" / "prv.pem"), b"old cert/prv.pem\n", 0o644, AGENT, AGENT)
    os.rename(agents.path("cert"), agents.path("away"))
    os.symlink(tmp_path / "etc", agents.path("cert"))
    repair = agents.begin()

    with pytest.raises(Refused, match="a symlink stands in the place of the folder"):
        repair.carry_out([planned])
    repair.roll_back()
    assert (OLD, b"old cert/prv.pem\n") == (os.stat(tmp_path / "etc/prv.pem").st_mtime_ns, (tmp_path / "etc" / "prv.pem").read_bytes())


@as_root
def test_a_temporary_that_is_there_already(agents, monkeypatch):
    """It is neither written into nor taken away by the failed attempt."""
    monkeypatch.setattr("ita_doctor.repair.apply.secrets.token_hex", lambda _: "00")
    trap = agents.path(f"cert/{TEMPORARY}00")
    os.symlink("/etc/passwd", trap)
    repair = agents.begin()
    with pytest.raises(FileExistsError):
        repair.carry_out([change(agents, "cert/prv.pem", b"new")])

    assert "/etc/passwd" == os.readlink(trap)
    repair.roll_back()
    assert b"old cert/prv.pem\n" == Path(agents.path("cert/prv.pem")).read_bytes()


@as_root
def test_the_new_file_is_swapped_before_it_is_renamed(agents):
    """By the agent's user, whose folder it is: it is noticed, and what stands there is not ours to put back over."""
    other = State(Facts(0o640, OTHER, 3), "", Secret(b"new"))
    real = os.rename

    def swap(_):
        (name,) = [one for one in os.listdir(agents.path("cert")) if one.startswith(TEMPORARY)]
        os.unlink(agents.path(f"cert/{name}"))
        write(agents.path(f"cert/{name}"), b"forged", 0o640, AGENT, AGENT)

    repair = agents.begin()
    planned = Change(agents.path("cert/prv.pem"), "x", state_of(agents.path("cert/prv.pem")), other)
    with at_call(1, swap, calls=("rename",)), pytest.raises(Refused, match="something else was put"):
        repair.carry_out([planned])

    with pytest.raises(HalfUndone):
        repair.roll_back()
    assert real is os.rename


def test_every_call_that_changes_is_counted():
    """The calls at which tests fail and die are all that our modules use."""
    from ita_doctor import host

    text = "".join(Path(host.__path__[0], f"{name}.py").read_text() for name in ("identity", "lock", "held", "tree", "vault", "log"))
    harmless = {"close", "read", "stat", "lstat", "fstat", "listdir", "readlink", "lseek", "getpid", "geteuid", "getegid", "getgroups", "makedirs"}
    used = set(re.findall(r"\bos\.([a-z]\w+)\(", text)) - harmless

    assert used <= set(CALLS)


def test_a_repair_is_what_begin_gives(mine):
    """So that the command can name its type."""
    repair = mine.begin()
    repair.finish()

    assert isinstance(repair, Repair)

"""A tree that was copied from another machine: read as a chroot would, and never out of its folder."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

from builders import book
from ita_doctor.copied import LOOKING, of_a_tree
from ita_doctor.host.posix import PosixHost
from ita_doctor.host.rooted import Rooted
from ita_doctor.model.artifact import Kind

LINKS = {
    "as it is": ("/opt/a", "/opt/a"),
    "absolute": ("/etc/abs", "/opt/a"),
    "relative": ("/etc/rel", "/opt/a"),
    "over the top": ("/etc/up", "/opt/a"),
    "through a folder": ("/etc/folder/a", "/opt/a"),
    "link to a link": ("/etc/twice", "/opt/a"),
    "dots behind a link": ("/etc/folder/../opt/./a", "/opt/a"),
    "dots of the root": ("/../../../opt/a", "/opt/a"),
    "doubled slash": ("//opt//a", "/opt/a"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A tree with links of every kind, beside what it must not lead to."""
    root = tmp_path / "copy"
    (root / "opt").mkdir(parents=True)
    (root / "etc").mkdir()
    (tmp_path / "opt").mkdir()
    (tmp_path / "opt/a").write_bytes(b"outside")
    (tmp_path / "secret").write_bytes(b"outside")
    (root / "opt/a").write_bytes(b"inside")
    (root / "etc/abs").symlink_to("/opt/a")
    (root / "etc/rel").symlink_to("../opt/a")
    (root / "etc/up").symlink_to("../../../../../../../../opt/a")
    (root / "etc/folder").symlink_to("/opt")
    (root / "etc/twice").symlink_to("abs")
    return root


@pytest.fixture
def tree(copy: Path) -> Rooted:
    """It."""
    return Rooted(PosixHost(), str(copy))


@pytest.mark.parametrize("way", LINKS)
def test_a_link_leads_where_it_does_on_its_own_machine(tree: Rooted, copy: Path, way: str) -> None:
    """Absolute or with more `..` than there are folders: counted from the root of the tree."""
    path, real = LINKS[way]

    stand = tree.stand(f"{copy}{path}")

    assert (Kind.FILE, 6, f"{copy}{real}") == (stand.kind, stand.size, stand.real)
    assert b"inside" == tree.read(f"{copy}{path}", 100)
    assert b"side" == tree.tail(f"{copy}{path}", 4)


def test_what_a_stand_says(tree: Rooted, copy: Path) -> None:
    """It is what a host says of a file of its own, and of a link that leads out of its folder."""
    plain, link = tree.stand(f"{copy}/opt/a"), tree.stand(f"{copy}/etc/rel")

    assert PosixHost().stand(f"{copy}/opt/a") == plain
    assert (True, True) == (link.is_link, link.is_outside)
    (copy / "opt/b").symlink_to("a")
    assert (True, False) == (tree.stand(f"{copy}/opt/b").is_link, tree.stand(f"{copy}/opt/b").is_outside)
    assert Kind.FOLDER == tree.stand(str(copy)).kind == tree.stand(f"{copy}/opt/.").kind == tree.stand(f"{copy}/etc/folder/").kind


def test_what_leads_nowhere(tree: Rooted, copy: Path, tmp_path: Path) -> None:
    """A link to nothing in the tree (though this machine has it), a loop, a way through a file, and all that lies beside the tree."""
    (copy / "etc/secret").symlink_to(tmp_path / "secret")
    (copy / "etc/loop").symlink_to("loop")
    (copy / "etc/one").symlink_to("two/x")
    (copy / "etc/two").symlink_to("one/x")
    wanted = {
        "/etc/secret": Kind.DANGLING, "/etc/loop": Kind.LOOP, "/etc/one": Kind.LOOP, "/opt/a/": Kind.MISSING, "/opt/a/..": Kind.MISSING,
        "/none": Kind.MISSING, "/etc/folder/none": Kind.MISSING, "/etc/nul\0": Kind.MISSING, "/" + "n" * 300: Kind.MISSING, "/../secret": Kind.MISSING,
    }  # fmt: skip

    assert wanted == {path: tree.stand(f"{copy}{path}").kind for path in wanted}
    assert Kind.MISSING == tree.stand(str(tmp_path / "secret")).kind
    for path in (*(f"{copy}{one}" for one in wanted), str(tmp_path / "secret"), f"{copy}x/a", "/etc/passwd", "opt/a", ""):
        with pytest.raises((OSError, ValueError)):
            tree.read(path, 100)
        assert ((), ()) == (tree.names(path), tree.files(path))


def test_what_is_no_file_is_never_opened(tree: Rooted, copy: Path) -> None:
    """FIFO, socket, device: said, and refused at once."""
    os.mkfifo(copy / "fifo")
    (copy / "link").symlink_to("/fifo")
    here = os.getcwd()
    os.chdir(copy)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
    os.chdir(here)

    assert [Kind.FIFO, Kind.FIFO, Kind.SOCKET] == [tree.stand(f"{copy}/{name}").kind for name in ("fifo", "link", "socket")]
    for name in ("fifo", "link", "socket", "opt"):
        with pytest.raises(OSError, match="not a regular file"):
            tree.read(f"{copy}/{name}", 1)


def test_a_folder_lists_what_its_links_lead_to_in_the_tree(tree: Rooted, copy: Path, tmp_path: Path) -> None:
    """A link to a file of this machine is no regular file there."""
    (copy / "opt/b").symlink_to("/opt/a")
    (copy / "opt/c").symlink_to(tmp_path / "secret")
    (copy / "opt/d").mkdir()

    assert ["a", "b", "c", "d"] == tree.names(f"{copy}/etc/folder")
    assert [("a", 6), ("b", 6)] == tree.files(f"{copy}/etc/folder")
    assert ((), ()) == (tree.names(f"{copy}/opt/a"), tree.files(f"{copy}/none"))


def test_what_was_named_is_this_machines(copy: Path, tmp_path: Path) -> None:
    """A file outside the tree that an option names, and what lies beside it; nothing further away, and never by a link of the tree."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far/file").write_bytes(b"far")
    (copy / "etc/named").symlink_to(tmp_path / "secret")
    tree = Rooted(PosixHost(), str(copy), named=[str(tmp_path / "secret"), str(copy / "etc/named")])

    assert b"outside" == tree.read(str(tmp_path / "secret"), 100) == tree.tail(str(tmp_path / "secret"), 100)
    assert Kind.FILE == tree.stand(str(tmp_path / "secret")).kind
    assert [Kind.FOLDER, Kind.MISSING] == [tree.stand(str(tmp_path / one)).kind for one in ("far", "far/file")]
    assert Kind.DANGLING == tree.stand(f"{copy}/etc/named").kind


def test_how_a_place_may_be_written(tree: Rooted, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on its own machine, as it lies here, by the real name of a folder that was named by a link, and relative to where we are or to the tree."""
    (tmp_path / "link").symlink_to(copy)
    linked = Rooted(PosixHost(), f"{tmp_path}/link/")
    monkeypatch.chdir(copy / "opt")

    assert {f"{copy}/opt/a"} == {tree.place(one) for one in ("/opt/a", f"{copy}/opt/a", "a", "/../opt//a/")}
    assert f"{tmp_path}/link/opt/a" == linked.place(f"{copy}/opt/a") == linked.place("/opt/a")
    assert b"inside" == linked.read(linked.place("/opt/a"), 9)
    assert str(copy) == tree.place("/")
    monkeypatch.chdir(tmp_path)
    assert f"{copy}/opt/a" == tree.place("opt/a") == tree.place("copy/opt/a")


@pytest.mark.parametrize(("root", "why"), [("/", "itself"), ("/..", "itself"), ("none", "No such"), ("secret", "no folder"), ("top", "itself")])
def test_what_is_no_copy_is_refused(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str, why: str) -> None:
    """This machine's own root by any name, what is not there, what is no folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "top").symlink_to("/")

    with pytest.raises(OSError, match=why):
        Rooted(PosixHost(), root)


def test_another_folder_in_its_place_is_not_read(tree: Rooted, copy: Path, tmp_path: Path) -> None:
    """What was put in the place of the tree after it was named is another tree."""
    copy.rename(tmp_path / "aside")
    copy.symlink_to(tmp_path)

    assert Kind.MISSING == tree.stand(f"{copy}/secret").kind
    with pytest.raises(OSError, match="meanwhile"):
        tree.read(f"{copy}/opt/a", 100)


def test_hostile_depths_end(tree: Rooted, copy: Path) -> None:
    """Hundreds of folders below each other, and links that multiply: an answer at once, and no handle is left open."""
    deep = "/d" * 300
    os.makedirs(f"{copy}{deep}")
    for number in range(39):
        (copy / f"l{number}").symlink_to("opt/../" * 200 + f"l{number + 1}")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0

    kinds = {tree.stand(f"{copy}{path}").kind for path in (deep, "/l0", "/opt/.." * 2000)}

    assert kinds <= {Kind.MISSING, Kind.DANGLING}
    assert before == (len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0)


def test_a_closed_folder_hides_what_is_in_it(tree: Rooted, copy: Path) -> None:
    """For another user than root, as everywhere."""
    if os.geteuid() == 0:
        pytest.skip("root enters every folder")
    (copy / "opt").chmod(0)
    kind = tree.stand(f"{copy}/opt/a").kind
    (copy / "opt").chmod(0o755)

    assert Kind.HIDDEN == kind


def swapped(folder: Path, outside: Path, stop: threading.Event) -> None:
    """Let *folder* be itself and a link to *outside*, by turns."""
    aside = folder.with_name("aside")
    while not stop.is_set():
        folder.rename(aside)
        folder.symlink_to(outside)
        folder.unlink()
        aside.rename(folder)


@pytest.mark.parametrize("target", ["/{}", "{}"], ids=["absolute", "relative"])
def test_a_tree_that_changes_leads_nowhere_else(tree: Rooted, copy: Path, tmp_path: Path, target: str) -> None:
    """A folder that is swapped for a link while it is read, ten thousand times: what is read is what lies in the tree, or nothing."""
    outside = Path(target.format(str(tmp_path / "opt").lstrip("/")) if target[0] == "/" else "../../opt")
    (tmp_path / "only").write_bytes(b"")
    stop = threading.Event()
    thread = threading.Thread(target=swapped, args=(copy / "opt", outside, stop))
    found: Dict[bytes, int] = {}
    thread.start()
    try:
        for _ in range(10000):
            try:
                content = tree.read(f"{copy}/opt/a", 100)
            except OSError:
                content = b"nothing"
            found[content] = found.get(content, 0) + 1
            found[b"listed"] = found.get(b"listed", 0) + ("only" in tree.names(f"{copy}/opt/.."))
    finally:
        stop.set()
        thread.join()

    assert b"outside" not in found
    assert 0 == found[b"listed"]


CHROOTED = """
import json, os, stat, sys
root, paths = json.load(sys.stdin)
os.chroot(root)
os.chdir("/")
def told(path):
    try:
        found = os.stat(path)
    except OSError as why:
        return why.errno == 40
    return [found.st_dev, found.st_ino]
print(json.dumps([told(path) for path in paths]))
"""


def links_of(chance: random.Random, root: Path) -> List[str]:
    """A small random tree, and paths in it."""
    names = ["a", "b", "c", "d"]
    folders = [""]
    for _ in range(8):
        folder = f"{chance.choice(folders)}/{chance.choice(names)}"
        path = Path(f"{root}{folder}")
        parts = ["..", ".", *names]
        if os.path.lexists(path):
            continue
        what = chance.random()
        if what < 0.4:
            path.mkdir()
            folders.append(folder)
        elif what < 0.5:
            path.write_bytes(b"x")
        else:
            target = "/".join(chance.choice(parts) for _ in range(chance.randint(1, 4)))
            path.symlink_to("/" * chance.randint(0, 1) + target + "/" * (chance.random() < 0.2))
    return ["/" + "/".join(chance.choice(["..", "", *names]) for _ in range(chance.randint(1, 5))) for _ in range(40)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can chroot")
def test_it_is_where_a_chroot_is(tmp_path: Path) -> None:
    """Random trees of links: each path leads to the very file to which the system leads a process that has the tree as its root."""
    chance = random.Random(11)
    for number in range(25):
        root = tmp_path / str(number)
        root.mkdir()
        paths = links_of(chance, root)
        done = subprocess.run([sys.executable, "-c", CHROOTED], input=json.dumps([str(root), paths]), capture_output=True, text=True, check=True)
        tree = Rooted(PosixHost(), str(root))

        stands = [tree.stand(f"{root}{path}") for path in paths]

        assert json.loads(done.stdout) == [list(one.identity) if one.identity else one.kind is Kind.LOOP for one in stands], paths


def kept() -> Iterator[str]:
    """The commands that are left for a copy."""
    for rule in of_a_tree(book().rules, is_linked=False):
        for said in rule.say.values():
            yield from said.commands


def test_the_commands_of_a_copy_only_look() -> None:
    """None writes, none goes on with another, none is of `fix`; some are left."""
    assert [] == [one for one in kept() if not one.startswith(LOOKING) or any(sign in one for sign in (">", "&&", ";", "cp ", "rm ", "-out "))]
    assert {"ls", "sed", "openssl", "ita-doctor"} == {one.split()[0] for one in kept()}


@pytest.mark.parametrize("is_linked", [True, False])
def test_the_words_of_a_copy_speak_of_no_command_that_is_not_there(is_linked: bool) -> None:
    """Where a command was taken away the text reads on without it, and is still one."""
    before = {(rule.id, name): said for rule in book().rules for name, said in rule.say.items()}
    after = {(rule.id, name): said for rule in of_a_tree(book().rules, is_linked=is_linked) for name, said in rule.say.items()}

    for key, said in after.items():
        assert said.remedy is None
        if said.commands != before[key].commands:
            assert "command" not in said.do.replace("shows the command", ""), said.do
            assert len(said.do) > 25, said.do
            assert said.do[0].isupper(), said.do
            assert said.do.endswith("."), said.do
        else:
            assert before[key].do == said.do
    assert is_linked is not any(said.commands for said in after.values())

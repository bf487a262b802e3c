"""An installation by handles: what is seen, what is refused, and as whom things are done."""

import errno
import os
import shutil
import signal
import socket
import stat
import tempfile
from pathlib import Path

import pytest

from ita_doctor.host.identity import working_as
from ita_doctor.host.refused import Busy, Linked, Refused
from ita_doctor.host.tree import Tree
from ita_doctor.model.artifact import LIMIT, Kind
from ita_doctor.model.plan import TEMPORARY, Facts

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="for a user who is not root")
ME = (os.geteuid(), os.getegid())
AGENT, OTHER = 1, 2
TEMP = TEMPORARY + "1"
OLD = 1_600_000_000_000_000_001


@pytest.fixture
def top():
    """A folder that every user can enter: pytest's own ones are closed."""
    folder = Path(os.path.realpath(tempfile.mkdtemp(dir="/tmp")))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(top):
    """An installation of our own."""
    (top / "TWS" / "cert").mkdir(parents=True)
    return top / "TWS"


@pytest.fixture
def agents(home):
    """An installation of another user's."""
    for one in (home, home / "cert"):
        os.chown(one, AGENT, AGENT)
    return home


def tree(home, who=ME):
    return Tree(str(home), *who)


def put(folder, content=b"new", name="prv.pem", mode=0o600, who=ME, **times):
    folder.put(name, TEMP, content, Facts(mode, *who, **times))


def facts(path):
    found = os.lstat(path)
    return (oct(found.st_mode), found.st_uid, found.st_gid)


# What is seen


def test_a_file_is_seen_whole(home):
    """Content, mode, owner, times and links of one handle; the access time stays."""
    path = home / "cert" / "pub.pem"
    path.write_bytes(b"pem")
    path.chmod(0o640)
    os.utime(path, ns=(OLD, OLD))
    seen = tree(home).look(str(path))

    assert (Facts(0o640, *ME, OLD, OLD, 1), b"pem", "", ME[0], False) == (seen.facts, seen.content, seen.why, seen.folder_uid, seen.is_outside)
    assert OLD == path.stat().st_atime_ns


def make_socket(path):
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    ("make", "kind", "why"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), Kind.DANGLING, "link"),
        (lambda path: path.symlink_to(path), Kind.DANGLING, "link"),
        (lambda path: path.mkdir(), Kind.FOLDER, ""),
        (os.mkfifo, Kind.FIFO, "special"),
        (make_socket, Kind.SOCKET, "special"),
        (lambda path: path.write_bytes(bytes(LIMIT + 1)), Kind.FILE, "oversized"),
        (lambda _: None, Kind.MISSING, ""),
    ],
)
def test_what_has_no_content(home, make, kind, why):
    """It is told what stands there; nothing hangs, nothing is followed."""
    make(home / "x")
    seen = tree(home).look(str(home / "x"))

    assert (kind, why, None, kind is Kind.DANGLING) == (seen.kind, seen.why, seen.content, seen.is_link)
    assert (kind is Kind.MISSING) == (seen.facts is None)


def test_up_to_the_limit(home):
    """A file of exactly the limit is read, an empty one too."""
    (home / "x").write_bytes(b"12345")
    (home / "y").touch()

    assert b"12345" == tree(home).look(str(home / "x"), 5).content
    assert "oversized" == tree(home).look(str(home / "x"), 4).why
    assert b"" == tree(home).look(str(home / "y")).content


def test_behind_a_link_inside(home):
    """A folder inside the installation that is a symlink is not gone through."""
    (home / "cert" / "x").touch()
    (home / "ssl").symlink_to("cert")
    seen = tree(home).look(str(home / "ssl" / "x"))

    assert (None, True, "link") == (seen.facts, seen.is_link, seen.why)
    with pytest.raises(Linked, match="a symlink stands in the place of the folder"):
        tree(home).hold(str(home / "ssl"))


@pytest.mark.parametrize("path", ["/no/such/thing", "/a\0b", "", "/etc/passwd/x", "/" + "x" * 5000])
def test_nothing_is_raised(home, path):
    """For no path at all."""
    assert tree(home).look(path).content is None


def test_the_installation_itself(home):
    """It is seen as a folder that is not outside."""
    seen = tree(home).look(str(home))

    assert (Kind.FOLDER, False, ME[0]) == (seen.kind, seen.is_outside, seen.folder_uid)


def test_links_above_it_are_legitimate(home, top):
    """The installation may be named by a link, and its files by another name."""
    (top / "link").symlink_to(home)
    (home / "x").write_bytes(b"1")
    by_link = tree(top / "link")

    assert [b"1", b"1"] == [by_link.look(f"{one}/x").content for one in (top / "link", home)]
    assert not by_link.look(f"{top}/link/x").is_outside
    assert not tree(home).look(f"{top}/link/x").is_outside


def test_outside(home, top):
    """What does not lie in it is said to."""
    (top / "TWS2").mkdir()
    (top / "TWS2" / "x").write_bytes(b"1")
    seen = tree(home).look(str(top / "TWS2" / "x"))

    assert (True, b"1") == (seen.is_outside, seen.content)


@pytest.mark.parametrize("path", ["relative", "/no/such/folder", "/etc/passwd", "/a\0b"])
def test_no_installation(path):
    """It is refused with the path and half a sentence."""
    with pytest.raises(Refused) as why:
        Tree(path, *ME)

    assert path == why.value.filename
    assert why.value.reason


def test_another_folder_in_its_place(home, top):
    """Since the installation was first opened: nothing is done there."""
    one = tree(home)
    home.rename(top / "away")
    home.mkdir()

    with pytest.raises(Refused, match="another folder was put in the place"):
        one.hold(str(home))
    assert one.look(str(home / "x")).facts is None


# What is changed


def test_put_replaces_whole(home):
    """With mode and times; what had other names or was open stays as it was."""
    path = home / "cert" / "prv.pem"
    path.write_bytes(b"old")
    path.chmod(0o644)
    os.link(path, home / "other")
    with tree(home).hold(str(home / "cert")) as held:
        put(held, mode=0o640, atime_ns=OLD, mtime_ns=OLD + 1)

    assert (b"new", oct(stat.S_IFREG | 0o640), OLD + 1) == (path.read_bytes(), facts(path)[0], path.stat().st_mtime_ns)
    assert (b"old", oct(stat.S_IFREG | 0o644)) == ((home / "other").read_bytes(), facts(home / "other")[0])
    assert ["prv.pem"] == os.listdir(home / "cert")


def test_put_replaces_a_link_not_what_it_leads_to(home):
    """And never gives setuid."""
    (home / "precious").write_bytes(b"precious")
    (home / "cert" / "prv.pem").symlink_to(home / "precious")
    with tree(home).hold(str(home / "cert")) as held:
        put(held, mode=0o4755)

    assert b"precious" == (home / "precious").read_bytes()
    assert oct(stat.S_IFREG | 0o755) == facts(home / "cert" / "prv.pem")[0]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_names_that_are_none(home, name):
    """Nothing is put under them, nor under a temporary name that is not ours."""
    with tree(home).hold(str(home)) as held:
        with pytest.raises(Refused):
            put(held, name=name)
        with pytest.raises(Refused):
            held.put("x", "tmp", b"", Facts(0o600, *ME))
        with pytest.raises(Refused):
            held.clear("x")


def test_a_folder_in_the_place_of_the_file(home):
    """The error names the path, and the temporary is gone."""
    (home / "cert" / "prv.pem").mkdir()
    with tree(home).hold(str(home / "cert")) as held, pytest.raises(OSError) as why:
        put(held)

    assert (errno.EISDIR, str(home / "cert" / "prv.pem")) == (why.value.errno, why.value.filename)
    assert ["prv.pem"] == os.listdir(home / "cert")


def test_the_same_folder_wherever_it_is_moved(home, top):
    """The handle leads to it, not to what stands at its path now."""
    with tree(home).hold(str(home / "cert")) as held:
        (home / "cert").rename(home / "moved")
        (home / "cert").symlink_to(top)
        put(held)

    assert b"new" == (home / "moved" / "prv.pem").read_bytes()
    assert not (top / "prv.pem").exists()


def test_folders(home):
    """Are made, given a mode, and taken away where they are empty."""
    with tree(home).hold(str(home)) as held:
        held.make_folder("new", Facts(0o750, *ME))
        assert oct(stat.S_IFDIR | 0o750) == facts(home / "new")[0]
        (home / "new" / "x").touch()
        with pytest.raises(OSError) as why:
            held.remove_folder("new")
        assert errno.ENOTEMPTY == why.value.errno
        (home / "new" / "x").unlink()
        held.remove_folder("new")
    with tree(home).hold(str(home / "cert")) as held:
        held.set_mode(0o2750)

    assert oct(stat.S_IFDIR | 0o2750) == facts(home / "cert")[0]
    assert not (home / "new").exists()


def test_what_was_left_behind(home):
    """A temporary is cleared, a link under its name too and not what it leads to; a folder was never ours."""
    (home / "precious").touch()
    with tree(home).hold(str(home)) as held:
        assert not held.clear(TEMP)
        (home / TEMP).symlink_to(home / "precious")
        assert held.clear(TEMP)
        (home / TEMP).mkdir()
        assert not held.clear(TEMP)

    assert (home / "precious").exists()


def test_one_lock(home):
    """A second is refused with who holds the first; released, it can be had."""
    first = tree(home).lock()
    with pytest.raises(Busy, match=rf"another fix is at work here: process {os.getpid()} \(.+, user .+\)"):
        tree(home).lock()
    first.release()
    first.release()
    tree(home).lock(str(home)).release()

    assert ["cert"] == os.listdir(home)


# As whom


@as_user
def test_an_owner_that_a_user_cannot_give(home):
    """Is refused before anything is written."""
    with tree(home).hold(str(home)) as held, pytest.raises(Refused, match="only root can give it"):
        put(held, who=(0, 0))

    assert ["cert"] == os.listdir(home)


@as_root
def test_inside_it_is_the_folders_owner(agents):
    """What root does in the agent's folder is done by the agent's user, and we are root again."""
    agents.joinpath("cert", "prv.pem").touch()
    os.chmod(agents / "cert" / "prv.pem", 0o600)
    with tree(agents, (AGENT, AGENT)).hold(str(agents / "cert")) as held:
        put(held, who=(AGENT, AGENT))
        held.make_folder("new", Facts(0o700, AGENT, AGENT))

    assert ["0o100600", AGENT, AGENT] == list(facts(agents / "cert" / "prv.pem"))
    assert ["0o40700", AGENT, AGENT] == list(facts(agents / "cert" / "new"))
    assert (0, 0) == (os.geteuid(), os.getegid())


@as_root
@pytest.mark.parametrize("folder_owner", [AGENT, 0])
@pytest.mark.parametrize("who", [(AGENT, AGENT), (AGENT, 7), (OTHER, 3), (0, 0)])
def test_owners_that_are_given(agents, folder_owner, who):
    """Whatever the folder is, the file has the owner and group that was wanted."""
    os.chown(agents / "cert", folder_owner, folder_owner)
    with tree(agents, (AGENT, AGENT)).hold(str(agents / "cert")) as held:
        put(held, who=who, mode=0o640, mtime_ns=OLD)

    assert ("0o100640", *who) == facts(agents / "cert" / "prv.pem")
    assert OLD == os.stat(agents / "cert" / "prv.pem").st_mtime_ns


@as_root
def test_a_group_that_the_folder_hands_down(agents):
    """A setgid folder's group does not stay on the file, and the folder's own bit can be kept."""
    os.chown(agents / "cert", AGENT, 7)
    os.chmod(agents / "cert", 0o2777)
    with tree(agents, (AGENT, AGENT)).hold(str(agents / "cert")) as held:
        put(held, who=(AGENT, AGENT))
        held.set_mode(0o2755)

    assert ("0o100600", AGENT, AGENT) == facts(agents / "cert" / "prv.pem")
    assert "0o42755" == facts(agents / "cert")[0]


@as_root
def test_a_third_users_folder(agents):
    """It is looked into and not worked in."""
    os.chown(agents / "cert", OTHER, OTHER)
    (agents / "cert" / "x").write_bytes(b"1")

    assert b"1" == tree(agents, (AGENT, AGENT)).look(str(agents / "cert" / "x")).content
    with pytest.raises(Refused, match=f"belongs to user {OTHER}"):
        tree(agents, (AGENT, AGENT)).hold(str(agents / "cert"))


@as_root
def test_outside_only_as_the_agents_user(agents, top):
    """Also for reading: a file that only root may read is not read, and nothing is put beside it."""
    (top / "etc").mkdir()
    (top / "etc" / "shadow").write_bytes(b"secret")
    os.chmod(top / "etc" / "shadow", 0o600)
    (top / "closed").mkdir(mode=0o700)
    one = tree(agents, (AGENT, AGENT))

    assert ("denied", None) == (one.look(f"{top}/etc/shadow").why, one.look(f"{top}/etc/shadow").content)
    assert ("denied", Kind.HIDDEN) == (one.look(f"{top}/closed/x").why, one.look(f"{top}/closed/x").kind)
    with one.hold(f"{top}/etc") as held:
        assert not held.can_give(Facts(0o600, OTHER, OTHER))
        with pytest.raises(PermissionError):
            put(held, who=(AGENT, AGENT))
        with pytest.raises(Refused):
            put(held, who=(0, 0))
        with pytest.raises(PermissionError):
            held.take_away("shadow")
        with pytest.raises(PermissionError):
            held.set_mode(0o777)


@as_root
def test_a_link_of_the_agents_user_makes_nothing_an_installation(agents, top):
    """`TWS -> /` and `dir = /etc`: root's folders are not worked in over a link that another than root can change."""
    (top / "etc").mkdir()
    (top / "user").mkdir()
    os.chown(top / "user", AGENT, AGENT)
    (top / "user" / "TWS").symlink_to(top)
    one = Tree(f"{top}/user/TWS", AGENT, AGENT)

    with pytest.raises(Refused, match="a link that another than root can change"):
        one.hold(f"{top}/etc")
    one.hold(str(agents)).close()


@as_root
def test_a_link_of_roots_is_trusted(agents, top):
    """In a folder where only root can put another in its place."""
    os.chown(agents / "cert", 0, 0)
    (top / "link").symlink_to(agents)
    Tree(f"{top}/link", AGENT, AGENT).hold(f"{top}/link/cert").close()

    top.chmod(0o777)
    with pytest.raises(Refused, match="another than root can change"):
        Tree(f"{top}/link", AGENT, AGENT).hold(f"{top}/link/cert")


@as_root
def test_a_user_whose_group_is_not_known(agents, top):
    """-1 would leave us root's group: nothing is done as that user, nor read."""
    one = tree(agents, (AGENT, -1))

    assert "denied" == one.look(f"{top}/x").why
    with one.hold(str(agents)) as held, pytest.raises(Refused, match="knows no group"):
        held.take_away("cert")


@as_root
def test_another_user_for_a_moment():
    """User, group and groups change and come back, whatever is raised; signals wait until then."""
    mine = os.getgroups()
    os.setgroups([7])
    before = (os.geteuid(), os.getegid(), os.getgroups())
    inside = []
    with pytest.raises(KeyboardInterrupt), working_as(AGENT, OTHER):  # noqa: PT012 - the signal is to be raised at the end
        inside.append((os.geteuid(), os.getegid(), os.getgroups(), os.getuid()))
        os.kill(os.getpid(), signal.SIGINT)
        inside.append("went on")

    assert [(AGENT, OTHER, [], 0), "went on"] == inside
    assert before == (os.geteuid(), os.getegid(), os.getgroups())
    os.setgroups(mine)
    assert set() == signal.pthread_sigmask(signal.SIG_BLOCK, ())


@as_root
def test_a_folder_for_another_in_a_folder_of_roots(agents):
    """Root makes and gives it, where nobody else can move it; else it is refused."""
    os.chown(agents / "cert", 0, 0)
    one = tree(agents, (AGENT, AGENT))
    with one.hold(str(agents / "cert")) as held:
        held.make_folder("new", Facts(0o700, AGENT, AGENT))
    os.chmod(agents / "cert", 0o777)

    assert ("0o40700", AGENT, AGENT) == facts(agents / "cert" / "new")
    with one.hold(str(agents / "cert")) as held, pytest.raises(Refused, match="make it by hand"):
        held.make_folder("newer", Facts(0o700, AGENT, AGENT))

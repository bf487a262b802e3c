"""IBM i, tried with programs that answer as IBM's manuals say: none of it has been run there."""

from __future__ import annotations

import io
import json
import os
import pwd
import re
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import pytest

from ita_doctor.cli import check, fix, undo
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.host import os400, pick, tags
from ita_doctor.host.os400 import QSH, SYSTEM, Os400Host, Os400Tags, run_program
from ita_doctor.host.os400_text import read_attr, read_attrs, read_dspaut, read_statistics
from ita_doctor.host.posix import PosixHost
from ita_doctor.host.start import NotOurs, start
from ita_doctor.host.tree import Tree
from ita_doctor.model.plan import TEMPORARY, Facts
from ita_doctor.sandbox.installation import Sandbox, build, name_master

FIXTURES = Path(__file__).parents[1] / "fixtures" / "os400"


def printed(name: str) -> str:
    """What a command prints, as its manual shows it."""
    return (FIXTURES / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "ccsid"),
    [("819\n", 819), ("CCSID=37\n", 37), ("  1208  \n", 1208), ("", None), ("0\n", None), ("99999\n", None), ("attr: 001-2113 not found\n", None),
     ("8 1 9\n", None), ("\x00\xff", None)],
)  # fmt: skip
def test_attr(text: str, ccsid: int) -> None:
    """A number alone, or nothing is known."""
    assert ccsid == read_attr(text)


def test_several_files_at_once() -> None:
    """A line each; where lines are missing, none is believed."""
    assert [819, None, 37] == read_attrs("819\n?\n37\n", 3)
    assert [None, None] == read_attrs("819\n", 2)


def test_sql_is_the_second_way() -> None:
    """The one row below the rule; an error or two rows tell nothing."""
    assert 819 == read_statistics(printed("statistics"))
    assert None is read_statistics(printed("statistics-error"))
    assert None is read_statistics("CCSID\n------\n 819\n 37\n")
    assert None is read_statistics("819")


def test_authorities() -> None:
    """Whoever may write, but the owner and the system's own; garbage is nobody."""
    assert ("*PUBLIC", "OPERATOR1") == read_dspaut(printed("dspaut"), "TWSUSER")
    assert () == read_dspaut(printed("dspaut-closed"), "twsuser")
    assert () == read_dspaut("\x00\xff *ALL of it\n*RWX\n", None)


class Machine:
    """Tags in a dict, behind what QShell's utilities print."""

    def __init__(self) -> None:
        self.tags: Dict[str, int] = {}
        self.calls: List[Sequence[str]] = []
        self.untagged = 37
        self.is_deaf = False

    def run(self, argv: Sequence[str], uid: int, gid: int) -> str:
        """As the programs would."""
        self.calls.append(argv)
        if self.is_deaf:
            raise TimeoutError(110, "did not end", argv[0])
        if argv[0] != QSH:
            return printed("dspaut-closed").replace("TWSUSER", pwd.getpwuid(os.geteuid()).pw_name.upper())
        out = []
        lexer = shlex.shlex(argv[2], posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        commands: List[List[str]] = [[]]
        for word in lexer:
            if word == ";":
                commands.append([])
            else:
                commands[-1].append(word)
        for words in commands:
            if words[0] == "setccsid":
                assert os.path.isfile(words[2])
                self.tags[self._of(words[2])] = int(words[1])
            elif words[0] == "attr":
                out.append(str(self.tags.get(self._of(words[1]), self.untagged)) if os.path.exists(words[1]) else "?")
        return "".join(f"{line}\n" for line in out)

    def _of(self, path: str) -> str:
        found = os.stat(path)  # a tag is the file's, whatever it is called
        return f"{found.st_dev}:{found.st_ino}"

    def tag(self, folder: str, ccsid: int) -> None:
        """Tag all that is there."""
        for above, _, names in os.walk(folder):
            for name in names:
                self.tags[self._of(os.path.join(above, name))] = ccsid


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An IBM i, as far as the commands see one."""
    one = Machine()

    def pick() -> Os400Host:
        host = Os400Host(one.run)
        tags.use(host.tags)
        return host

    for command in (check, fix, undo):
        monkeypatch.setattr(command, "pick_host", pick)
    yield one
    tags.use(None)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A healthy installation on disk."""
    tmp_path.chmod(0o755)
    made = build(str(tmp_path / "s"))
    name_master(made, 31116)
    return made


def run(*argv: str) -> Any:
    """(status, document, standard error) of a command."""
    out, err = io.StringIO(), io.StringIO()
    status = main([argv[0], "--offline", *argv[1:]] if argv[0] != "undo" else list(argv), Console(out, err))
    return status, out.getvalue(), err.getvalue()


def findings(sandbox: Sandbox) -> Any:
    """Status, and what fails."""
    status, out, _ = run("check", sandbox.agent, "--skip", "ITA-FILE-008", "--format", "json")
    (one,) = json.loads(out)["installations"]
    return status, {(each["rule"], each["where"]) for each in one["findings"] if each["status"] == "fail"}


def test_a_wrong_tag_is_found_healed_and_brought_back(machine: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    """Check names it, fix gives it a new file with the tag 819, check is content, undo brings the old tag back."""
    machine.tag(sandbox.agent, 819)
    assert (0, set()) == findings(sandbox)
    path = sandbox.stash
    machine.tags[machine._of(path)] = 37
    content = Path(path).read_bytes()

    assert (2, {("ITA-FILE-010", path)}) == findings(sandbox)

    state = ["--state", str(tmp_path / "state")]
    status, out, err = run("fix", sandbox.agent, "--format", "json", "--apply", "--yes", *state)

    assert 0 == status, err
    assert [("ccsid", path)] == [(one["action"], one["path"]) for one in json.loads(out)["changes"]]
    assert (819, content) == (machine.tags[machine._of(path)], Path(path).read_bytes())
    assert (0, set()) == findings(sandbox)

    assert 0 == run("undo", sandbox.agent, *state)[0]
    assert (37, content) == (machine.tags[machine._of(path)], Path(path).read_bytes())


def test_a_new_file_is_tagged_before_its_first_byte(machine: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    """setccsid runs on the temporary name while it is empty."""
    machine.tag(sandbox.agent, 819)
    path = Path(sandbox.stash)
    path.write_bytes(path.read_bytes().decode().encode("cp037"))
    sizes: List[int] = []
    inner = machine.run

    def watched(argv: Sequence[str], uid: int, gid: int) -> str:
        if "setccsid" in argv[-1]:
            sizes.append(os.path.getsize(shlex.split(argv[-1])[2]))
        return inner(argv, uid, gid)

    machine.run = watched  # type: ignore[method-assign]
    status, _, err = run("fix", sandbox.agent, "--apply", "--yes", "--state", str(tmp_path / "state"))

    assert 0 == status, err
    assert [0] == sizes


def test_a_machine_that_does_not_answer_is_skipped(machine: Machine, sandbox: Sandbox) -> None:
    """QShell that hangs or is not there takes the tags away, and nothing else."""
    machine.is_deaf = True

    status, out, _ = run("check", sandbox.agent, "--skip", "ITA-FILE-008", "--format", "json")

    assert 0 == status
    (one,) = json.loads(out)["installations"]
    assert {"skipped"} == {each["status"] for each in one["findings"] if each["rule"] == "ITA-FILE-010"}


def test_one_start_of_qshell_serves_a_folder(machine: Machine, sandbox: Sandbox) -> None:
    """Not one for each file."""
    machine.tag(sandbox.agent, 819)
    host = Os400Host(machine.run)
    folder = os.path.dirname(sandbox.stash)

    assert {819} == {host.stand(os.path.join(folder, name)).ccsid for name in os.listdir(folder)}
    assert 1 == len([call for call in machine.calls if call[0] == QSH])


@pytest.mark.parametrize("name", ["it's", "a b", "$HOME", "x; rm -rf y", "`id`", "-f", "ü"])
def test_a_name_is_quoted(machine: Machine, tmp_path: Path, name: str) -> None:
    """Whatever it holds, it is one word."""
    path = tmp_path / name
    path.write_bytes(b"")

    Os400Tags(machine.run).write(str(path), 819, 0, 0)

    assert [819] == list(machine.tags.values())


def test_a_profile_counts_the_same_in_both_cases() -> None:
    """ROOT is root here; a longer name that there is not is none."""
    host = Os400Host(lambda argv, uid, gid: "")

    assert 0 == host.uid_of("ROOT") == host.uid_of("root")
    assert None is host.uid_of("AVERYVERYLONGPROFILE")


def test_setccsid_that_does_nothing_is_an_error(tmp_path: Path) -> None:
    """Its own word is not believed: the tag is read again."""
    with pytest.raises(OSError, match="setccsid"):
        Os400Tags(lambda argv, uid, gid: "37\n").write(str(tmp_path), 819, 0, 0)


def test_a_program_that_fails_is_an_error() -> None:
    """It is no answer."""
    with pytest.raises(OSError, match="ended with 1"):
        run_program(["/bin/false"], os.geteuid(), os.getegid())


def test_the_fixtures_hold_no_machine() -> None:
    """They are written after the manuals."""
    assert not re.search(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", "".join(map(printed, ("dspaut", "dspaut-closed", "statistics"))))


# The same through real processes: the fake is a script of the shell's, since what quotes for one shell is tried with one.

FAKE = """\
of() { ls -id -- "$1" 2>/dev/null | { read -r number _; echo "$kept/$number"; }; }
attr() {
    case "$1" in *hangs*) exec sleep 60 ;; *garbage*) printf '\\377\\000(\\n819 819\\n'; return 0 ;; esac
    test -e "$1" || { echo "attr: 001-2113 Error found searching for file $1." >&2; return 1; }
    test "$#" = 2 && cat "$(of "$1")" 2>/dev/null || echo 37
}
setccsid() { test "$#" = 2 && test -f "$2" && echo "$1" >"$(of "$2")" && echo "$(id -ru) $(id -u) $(id -rg) $(id -g)" >>"$kept/who"; }
db2() { case "$1" in *by-sql*) printf '\\nCCSID\\n-----------\\n        273\\n\\n  1 RECORD(S) SELECTED.\\n' ;; *) return 4 ;; esac; }
kept=$1
eval "$3"
"""


class Shell:
    """QShell as a script; the tags stand in a folder, a file for each inode."""

    def __init__(self, folder: Path) -> None:
        self.kept = folder / "tags"
        self.kept.mkdir()
        self.kept.chmod(0o777)
        self.script = folder / "qsh"
        self.script.write_text(FAKE, encoding="utf-8")
        self.timeout = 20.0
        self.starts: List[str] = []

    def run(self, argv: Sequence[str], uid: int, gid: int) -> str:
        """As run_program does, with the script in the place of QShell."""
        self.starts.append(argv[0])
        if argv[0] != QSH:
            return ""
        done = start(["/bin/sh", str(self.script), str(self.kept), *argv[1:]], uid=uid, gid=gid, timeout=self.timeout)
        if done.status:
            raise OSError(5, f"ended with {done.status}", argv[0])
        return done.out.decode("utf-8", "replace")

    def tag(self, path: str, ccsid: int) -> None:
        """Tag a file."""
        (self.kept / str(os.stat(path).st_ino)).write_text(f"{ccsid}\n")

    def of(self, path: str) -> int:
        """The tag of a file."""
        return int((self.kept / str(os.stat(path).st_ino)).read_text())


@pytest.fixture
def top() -> Iterator[Path]:
    """A folder that every user can enter: pytest's own ones are closed."""
    folder = Path(os.path.realpath(tempfile.mkdtemp(dir="/tmp")))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shell(top: Path) -> Iterator[Shell]:
    """QShell, as far as a script can be it."""
    yield Shell(top)
    tags.use(None)


NAMES = ["it's", "a b", "$HOME", "x; echo 1", "`id`", "$(id)", 'say "x"', "back\\slash", "new\nline", "-f", "*", "ü", "\\", "#", "~", "!", "'"]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_shell_takes_a_name_as_one_word(shell: Shell, top: Path, name: str) -> None:
    """Whatever it holds: read alone, read with others, and written."""
    (top / "f").mkdir()
    path = str(top / "f" / name)
    Path(path).write_bytes(b"")
    shell.tag(path, 1141)
    one = Os400Tags(shell.run)

    assert (1141, 1141) == (one.read(path), Os400Host(shell.run).stand(path).ccsid)
    one.write(path, 819, os.geteuid(), os.getegid())
    assert 819 == shell.of(path) == one.read(path)


def test_what_prints_something_else_tells_nothing(shell: Shell, top: Path) -> None:
    """Garbage is no tag, and takes none away from the file beside it; SQL is asked next."""
    (top / "f").mkdir()
    for name in ("garbage", "good", "garbage-by-sql"):
        (top / "f" / name).write_bytes(b"")
    shell.tag(str(top / "f" / "good"), 819)
    host = Os400Host(shell.run)

    assert [None, 819, 273] == [host.stand(str(top / "f" / name)).ccsid for name in ("garbage", "good", "garbage-by-sql")]


def test_a_program_that_hangs_is_asked_once(shell: Shell, top: Path) -> None:
    """Its deadline is waited for one time, not for every file."""
    for name in ("a-hangs", "b", "c"):
        (top / name).write_bytes(b"")
    shell.timeout = 0.5
    host = Os400Host(shell.run)
    before = time.monotonic()

    assert {None} == {host.stand(str(top / name)).ccsid for name in ("a-hangs", "b", "c")}
    assert 1 == shell.starts.count(QSH)
    assert time.monotonic() - before < 10


def test_each_file_is_asked_once(shell: Shell, top: Path) -> None:
    """Also one of which nothing is told."""
    path = top / "garbage"
    path.write_bytes(b"")
    host = Os400Host(shell.run)
    host.stand(str(path))
    count = len(shell.starts)

    host.stand(str(path))

    assert count == len(shell.starts)


def test_dspaut_is_not_asked_for_a_pattern(top: Path) -> None:
    """In its last part a star and a question mark stand for other files, whose authorities are not this one's."""
    asked: List[str] = []

    def run(argv: Sequence[str], uid: int, gid: int) -> str:
        asked.extend(argv[1:] if argv[0] == SYSTEM else ())
        return printed("dspaut") if argv[0] == SYSTEM else "819\n"

    host = Os400Host(run)
    for name in ("a*", "b?", "it's"):
        (top / name).write_bytes(b"")

    assert [(), (), ("everybody (*PUBLIC)", "profile TWSUSER", "profile OPERATOR1")] == [
        host.stand(str(top / name)).acl_writers for name in ("a*", "b?", "it's")
    ]  # fmt: skip
    assert [f"DSPAUT OBJ('{top}/it''s')"] == asked


def test_a_path_is_asked_for_from_the_root_on(shell: Shell, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program starts in another folder than ours."""
    (top / "ours").write_bytes(b"")
    shell.tag(str(top / "ours"), 500)
    monkeypatch.chdir(top)

    assert 500 == Os400Host(shell.run).stand("ours").ccsid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_root_tags_wholly_as_the_folders_owner(shell: Shell, top: Path) -> None:
    """Not with root as the real user, whom a shell would take back: the path is in that user's hands."""
    home = top / "TWS"
    home.mkdir()
    os.chown(home, 1, 1)
    tags.use(Os400Tags(shell.run))

    with Tree(str(home), 1, 1).hold(str(home)) as held:
        held.put("pub.pem", TEMPORARY + "1", b"new", Facts(0o644, 1, 1, ccsid=819))

    assert "1 1 1 1\n" == (shell.kept / "who").read_text()
    assert (819, b"new") == (shell.of(str(home / "pub.pem")), (home / "pub.pem").read_bytes())


def test_a_file_that_cannot_be_tagged_is_not_left(top: Path) -> None:
    """The old one stands, and no temporary beside it."""
    home = top / "TWS"
    home.mkdir()
    (home / "pub.pem").write_bytes(b"old")
    tags.use(Os400Tags(lambda argv, uid, gid: "37\n"))
    try:
        with Tree(str(home), os.geteuid(), os.getegid()).hold(str(home)) as held, pytest.raises(OSError, match="setccsid"):
            held.put("pub.pem", TEMPORARY + "1", b"new", Facts(0o644, os.geteuid(), os.getegid(), ccsid=819))
    finally:
        tags.use(None)

    assert ["pub.pem"] == os.listdir(home)
    assert b"old" == (home / "pub.pem").read_bytes()


def test_check_fix_and_undo_through_a_real_shell(shell: Shell, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found, given a new file with the tag 819, and brought back: what was tagged, and with its content."""

    def pick_it() -> Os400Host:
        host = Os400Host(shell.run)
        tags.use(host.tags)
        return host

    for command in (check, fix, undo):
        monkeypatch.setattr(command, "pick_host", pick_it)
    made = build(str(top / "s"))
    name_master(made, 31116)
    for above, _, names in os.walk(made.agent):
        for name in names:
            shell.tag(os.path.join(above, name), 819)
    shell.tag(made.stash, 37)
    content, state = Path(made.stash).read_bytes(), ["--state", str(top / "state")]

    assert (2, {("ITA-FILE-010", made.stash)}) == findings(made)
    status, _, err = run("fix", made.agent, "--apply", "--yes", *state)
    assert 0 == status, err
    assert (819, content) == (shell.of(made.stash), Path(made.stash).read_bytes())
    assert (0, set()) == findings(made)
    assert 0 == run("undo", made.agent, *state)[0]
    assert (37, content) == (shell.of(made.stash), Path(made.stash).read_bytes())


def test_undo_does_not_call_a_tag_put_back_that_it_cannot_see(machine: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    """Where only the tag was changed and nothing is told of it, the file stays as it is, and is named; later undo goes on."""
    machine.tag(sandbox.agent, 819)
    path, state = sandbox.stash, ["--state", str(tmp_path / "state")]
    machine.tags[machine._of(path)] = 37
    assert 0 == run("fix", sandbox.agent, "--apply", "--yes", *state)[0]
    machine.is_deaf = True

    status, out, err = run("undo", sandbox.agent, *state)

    assert 0 != status
    assert path in out + err
    machine.is_deaf = False
    assert 0 == run("undo", sandbox.agent, *state)[0]
    assert 37 == machine.tags[machine._of(path)]


# Which machine it is


@pytest.mark.parametrize(
    ("platform", "is_os400", "kind"),
    [("os400", False, Os400Host), ("os4004", False, Os400Host), ("aix", True, Os400Host), ("aix", False, PosixHost), ("aix7", True, Os400Host),
     ("linux", True, PosixHost)],
)  # fmt: skip
def test_the_host_of_a_machine(monkeypatch: pytest.MonkeyPatch, platform: str, is_os400: bool, kind: type) -> None:
    """Python there names the system itself, or calls it AIX, whose uname says more; tags are asked for only on IBM i."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os400, "is_os400", lambda: is_os400)
    used: List[Any] = []
    monkeypatch.setattr(tags, "use", used.append)

    host = pick.pick_host()

    assert kind is type(host)
    assert (kind is Os400Host) == bool(used)


def test_this_machine_is_none() -> None:
    """By what its uname says."""
    assert (os.uname().sysname == "OS400") == os400.is_os400()


def test_fix_refuses_where_it_cannot_tag(machine: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    """It says what could not be done, and all is as it was."""
    machine.tag(sandbox.agent, 819)
    path = Path(sandbox.stash)
    content = path.read_bytes().decode().encode("cp037")
    path.write_bytes(content)
    inner = machine.run

    def closed(argv: Sequence[str], uid: int, gid: int) -> str:
        if "setccsid" in argv[-1]:
            raise NotOurs(argv[0], "is not started as root: / belongs to user 1, not to root")
        return inner(argv, uid, gid)

    machine.run = closed  # type: ignore[method-assign]
    before = sorted(os.listdir(path.parent))

    status, _, err = run("fix", sandbox.agent, "--apply", "--yes", "--state", str(tmp_path / "state"))

    assert 3 == status
    assert "is not started as root: / belongs to user 1" in err
    assert (before, content) == (sorted(os.listdir(path.parent)), path.read_bytes())

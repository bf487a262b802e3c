"""IBM i, tried with programs that answer as IBM's manuals say: none of it has been run there."""

from __future__ import annotations

import io
import json
import os
import pwd
import re
import shlex
from pathlib import Path
from typing import Any, Dict, List, Sequence

import pytest

from ita_doctor.cli import check, fix, undo
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.host import tags
from ita_doctor.host.os400 import QSH, Os400Host, Os400Tags, run_program
from ita_doctor.host.os400_text import read_attr, read_attrs, read_dspaut, read_statistics
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

"""Config files: options as defaults, findings that were accepted, and whom the program listens to."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any, Tuple

import pytest

from ita_doctor.cli import config, options
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.sandbox.installation import Sandbox, build, name_master, read, write

QUIET = ["--skip", "ITA-FILE-008"]


class Site:
    """A healthy installation, and a config file."""

    def __init__(self, sandbox: Sandbox, config: Path, home: Path) -> None:
        self.sandbox, self.config, self.home = sandbox, config, home

    def write(self, text: str) -> None:
        """The whole config file."""
        self.config.write_text(text)
        self.config.chmod(0o644)

    def run(self, *argv: str, command: str = "check", config: bool = True) -> Tuple[int, str, str]:
        """(status, standard output, standard error)."""
        out, err = io.StringIO(), io.StringIO()
        options = ["--config", str(self.config)] if config else []
        return main([command, self.sandbox.agent, "--offline", *QUIET, *options, *argv], Console(out, err)), out.getvalue(), err.getvalue()

    def finding(self, rule: str, *argv: str) -> Any:
        """The first finding of a rule."""
        (installation,) = json.loads(self.run("--format", "json", *argv)[1])["installations"]
        return next(one for one in installation["findings"] if one["rule"] == rule)

    def spoil(self) -> None:
        """A stash in EBCDIC."""
        write(self.sandbox.stash, read(self.sandbox.stash).decode().encode("cp037"), 0o600)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Nothing of this machine's own config is read."""
    tmp_path.chmod(0o755)
    made = build(str(tmp_path / "s"))
    name_master(made, 31116)
    home = tmp_path / "home"
    (home / ".config").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for module in (config, options):
        monkeypatch.setattr(module, "usual_configs", lambda host: (str(tmp_path / "etc.toml"), str(home / ".config/ita-doctor.toml")))
    return Site(made, tmp_path / "site.toml", home)


ACCEPT = """\
[[accept]]
rule = "{rule}"
reason = "the master's team knows"
until = {until}
"""


def test_options_are_defaults(site: Site) -> None:
    """What the file says counts where the command line says nothing."""
    site.write('format = "json"\n')

    assert site.run()[1].startswith("{")
    assert not site.run("--format", "text")[1].startswith("{")


def test_a_switch_and_a_list(site: Site) -> None:
    """`only` is a list; what the command line adds is added."""
    site.write('thorough = true\nskip = ["TLS"]\n')

    assert "pass" == site.finding("ITA-KEY-005")["status"]
    assert "named in --skip" == site.finding("ITA-TLS-001")["message"]
    assert "named in --skip" == site.finding("ITA-NET-001", "--skip", "NET")["message"]


def test_a_place_can_stand_in_the_file(site: Site) -> None:
    """It is used where none is given; a relative path counts from the file."""
    site.write('places = ["s"]\noffline = true\nskip = ["FILE"]\n')
    out = io.StringIO()

    main(["check", "--config", str(site.config)], Console(out, io.StringIO()))

    assert str(site.config.parent / "s") in out.getvalue()


def test_options_of_another_command_are_for_that_one(site: Site) -> None:
    """One file serves all commands."""
    site.write('remind = "3d"\n')

    assert 0 == site.run()[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('formt = "json"\n', ["formt", "did you mean format"]),
        ('format = "xml"\n', ["format", "'xml'"]),
        ("thorough = 1\n", ["thorough", "true or false"]),
        ("skip = [1]\n", ["skip", "list of texts"]),
        ("suffix = [\n", ["not TOML"]),
        ("apply = true\n", ["apply", "cannot|no option"]),
        ('accept = "ITA-KEY-002"\n', ["[[accept]]"]),
        ('[[accept]]\nrule = "ITA-KEY-002"\nuntil = 2099-01-01\n', ["reason"]),
        ('[[accept]]\nrule = "ITA-KEY-002"\nreason = "x"\n', ["until"]),
        ('[[accept]]\nrule = "ITA-KEY-002"\nreason = " "\nuntil = 2099-01-01\n', ["reason"]),
        ('[[accept]]\nrule = "ITA-KEY-002"\nreason = "x"\nuntil = "soon"\n', ["until", "soon", "2027-03-31"]),
        ('[[accept]]\nrule = "ITA-KEY-002"\nreason = "x"\nuntil = 2099-01-01\nwhen = "x"\n', ["when"]),
        ('[[accept]]\nrule = "ITA-KEY-999"\nreason = "x"\nuntil = 2099-01-01\n', ["ITA-KEY-999"]),
    ],
)
def test_what_there_is_not_is_refused(site: Site, text: str, words: list[str]) -> None:
    """Exit 3, the file, the key, what was meant."""
    import re

    site.write(text)

    status, out, err = site.run()

    assert (3, "") == (status, out)
    assert str(site.config) in err
    assert all(re.search(re.escape(word) if "|" not in word else word, err) for word in words), err


@pytest.mark.parametrize("until", ["2099-12-31", '"2099-12-31"', "2099-12-31T00:00:00Z"])
def test_an_accepted_finding_is_skipped(site: Site, until: str) -> None:
    """With its reason and its date; it counts no more, and is shown."""
    site.spoil()
    site.write(ACCEPT.format(rule="ITA-STH-001", until=until))

    status, out, err = site.run()
    finding = site.finding("ITA-STH-001")

    assert (0, "") == (status, err)
    assert ("skipped", "accepted") == (finding["status"], finding["variant"])
    assert "the master's team knows" in finding["message"]
    assert "2099-12-31" in out
    assert "ACCEPTED" in out


def test_an_acceptance_that_is_over_speaks(site: Site) -> None:
    """The finding is what it was, and says that it was accepted once; standard error as well."""
    site.spoil()
    site.write(ACCEPT.format(rule="ITA-STH-001", until="2020-01-01"))

    status, out, err = site.run()
    finding = site.finding("ITA-STH-001")

    assert (2, "fail", "critical") == (status, finding["status"], finding["severity"])
    assert "accepted until 2020-01-01, which is over" in " ".join(out.split())
    assert "2020-01-01" in err


def test_the_last_day_counts(site: Site) -> None:
    """It holds on its date, in UTC, and not a day longer."""
    site.spoil()
    site.write(ACCEPT.format(rule="ITA-STH-001", until="2026-11-25"))

    assert [0, 2] == [site.run("--at", at)[0] for at in ("2026-11-25T23:59:59Z", "2026-11-26T00:00:00Z")]


def test_one_that_matches_nothing_is_named(site: Site) -> None:
    """On standard error, with its file; the status does not change."""
    site.write(ACCEPT.format(rule="ITA-STH-001", until="2099-12-31"))

    status, _, err = site.run()

    assert 0 == status
    assert "matched nothing" in err
    assert str(site.config) in err


@pytest.mark.parametrize(("where", "status"), [("*.sth", 0), ("/nowhere/*", 2)])
def test_where_is_a_glob(site: Site, where: str, status: int) -> None:
    """Only what stands there is accepted."""
    site.spoil()
    site.write(ACCEPT.format(rule="ITA-STH-001", until="2099-12-31") + f'where = "{where}"\n')

    assert status == site.run()[0]


@pytest.mark.parametrize(("known", "status"), [(True, 0), (False, 2)])
def test_a_fingerprint_is_one_fault(site: Site, known: bool, status: int) -> None:
    """The same fault on the next run has the same; another has not."""
    site.spoil()
    site.write("")
    mark = site.finding("ITA-STH-001")["fingerprint"] if known else "0" * 16
    site.write(ACCEPT.format(rule="ITA-STH-001", until="2099-12-31") + f'fingerprint = "{mark}"\n')

    assert status == site.run()[0]


def test_fix_leaves_what_is_accepted(site: Site) -> None:
    """Somebody wants it so."""
    site.spoil()
    planned = []
    for until in ("2020-01-01", "2099-12-31"):
        site.write(ACCEPT.format(rule="ITA-STH-001", until=until))
        out = io.StringIO()
        main(
            ["fix", site.sandbox.agent, "--offline", "--format", "json", "--config", str(site.config), "--state", str(site.home / "state")],
            Console(out, io.StringIO()),
        )
        planned.append([change["path"] for change in json.loads(out.getvalue())["changes"]])

    assert site.sandbox.stash in planned[0]
    assert site.sandbox.stash not in planned[1]


def test_the_usual_files_are_read(site: Site) -> None:
    """The machine's, then the person's, which says more."""
    (site.home.parent / "etc.toml").write_text('format = "json"\nsuffix = "other"\n')
    (site.home / ".config/ita-doctor.toml").write_text('format = "nagios"\n')

    status, out, _ = site.run(config=False)

    assert 1 == status
    assert out.startswith("ITA-DOCTOR WARNING - ITA-INI-008")


@pytest.mark.parametrize("kind", ["writable", "folder-writable", "fifo", "other"])
def test_a_usual_file_that_others_could_write_is_not_used(site: Site, kind: str) -> None:
    """It is said, and the run goes on without it."""
    path = site.home / ".config/ita-doctor.toml"
    path.write_text('format = "json"\n')
    if kind == "writable":
        path.chmod(0o666)
    elif kind == "folder-writable":
        path.parent.chmod(0o777)
    elif kind == "fifo":
        path.unlink()
        os.mkfifo(path)
    else:
        if os.geteuid() != 0:
            pytest.skip("only root gives a file away")
        os.chown(path, 1, 1)

    status, out, err = site.run(config=False)

    assert 0 == status
    assert not out.startswith("{")
    assert str(path) in err
    assert "is not used" in err


@pytest.mark.parametrize("kind", ["missing", "folder", "writable", "fifo", "huge"])
def test_a_named_file_that_is_of_no_use_is_a_usage_error(site: Site, kind: str) -> None:
    """What was named must not be passed over in silence."""
    if kind == "folder":
        site.config.mkdir()
    elif kind == "fifo":
        os.mkfifo(site.config)
    elif kind != "missing":
        site.write("\n" * (1 << 20 if kind == "huge" else 1))
        site.config.chmod(0o666 if kind == "writable" else 0o644)

    status, out, err = site.run()

    assert (3, "") == (status, out)
    assert f"--config: {site.config}" in err

"""Several installations on one machine: each is judged by itself, and what changes something wants one of them named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from laboratory.cases_layout import data_apart, fetched_and_expired
from laboratory.lab import copy_of
from real.judging import picture, program

pytestmark = pytest.mark.real


@pytest.fixture
def three(site):
    """Three installations that are registered in the home of whoever runs this: two of one suffix, of which one is broken, and another."""
    sites = {"good": site, "broken": copy_of(site, site.top.parent / "broken"), "other": copy_of(site, site.top.parent / "other")}
    sites["other"].rename("pc4711")
    sites["broken"].edit(sites["broken"].stash, sites["broken"].stash.read_bytes().strip(), b"QW5vdGhlci1Xb3JkLTk=")
    (site.top / "link").symlink_to(sites["other"].agent)  # one of them has two names
    folders = [*(one.agent for one in sites.values()), site.top / "link"]
    registry = site.top / "TWS/TWSRegistry.dat"
    registry.parent.mkdir()
    registry.write_text("".join(f"/Tivoli/Workload_Scheduler/u{number}_DN_InstallationPath={folder}\n" for number, folder in enumerate(folders)))
    return sites


def judged(site):
    """The report on all that are found."""
    run = program(site, "check", "--offline", "--format", "json")
    return run.status, json.loads(run.out)["installations"]


def test_each_is_judged_once_and_by_itself(three):
    """Three places; the causes are those of the broken one, and every finding speaks of a file of its own installation."""
    status, installations = judged(three["good"])

    ours = installations[:3]
    assert 2 == status
    assert [str(one.ini) for one in three.values()] == [one["place"] for one in ours]
    assert ["nc117031", "nc117031", "pc4711"] == [one["suffix"] for one in ours]
    assert [[], ["ITA-KEY-002"], []] == [one["root_causes"] for one in ours]
    for site, one in zip(three.values(), ours):
        tops = {str(site.top), *map(str, site.top.parents)}
        files = [finding["where"] for finding in one["findings"] if (finding["where"] or "").startswith("/")]
        assert len(files) > 50
        assert not [where for where in files if not where.startswith(f"{site.top}/") and where not in tops]


def test_a_file_system_that_is_mounted_twice_is_one_installation(site, tmp_path):
    """A bind mount has no other name in its path, but the same folder."""
    unshare, again = shutil.which("unshare"), tmp_path / "again"
    again.mkdir()
    mount = ["unshare", "-m", "sh", "-c", f'mount --bind "{site.agent}" "{again}" && exec "$@"', "sh"]
    if os.getuid() or unshare is None or subprocess.run([*mount, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    registry = site.top / "TWS/TWSRegistry.dat"
    registry.parent.mkdir()
    registry.write_text(f"a_InstallationPath={site.agent}\nb_InstallationPath={again}\n")
    command = [*mount, sys.executable, "-m", "ita_doctor", "check", "--offline", "--format", "json"]
    environment = {**os.environ, "HOME": str(site.top), "ITA_DOCTOR_STATE": str(site.top / "state")}

    run = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=environment, check=False)

    places = [one["place"] for one in json.loads(run.stdout)["installations"]]
    assert [str(site.ini)] == [place for place in places if place.startswith((str(site.top), str(again)))]


@pytest.mark.parametrize("command", ["fix", "undo"])
def test_what_changes_something_wants_one_named(three, command):
    """Refused, naming all, and nothing is touched."""
    before = [picture(one) for one in three.values()]
    run = program(three["good"], command)

    assert 3 == run.status
    assert all(str(one.ini) in run.err.decode() for one in three.values())
    assert f"`ita-doctor {command} /" in run.err.decode()
    assert before == [picture(one) for one in three.values()]


def test_only_the_one_that_is_named_is_changed(three):
    """`fix` heals the broken one, `undo` puts it back, and the other with its suffix is never touched."""
    good, broken = three["good"], three["broken"]
    stash = broken.stash.read_bytes()
    (password := good.top / "word").write_bytes(good.password)
    password.chmod(0o600)
    before = (picture(broken), {path.name: path.read_bytes() for path in good.six})

    fixed = program(good, "fix", broken.agent, "--offline", "--password-file", password, "--apply", "--yes")
    healed = judged(good)[1][1]["root_causes"]
    undone = program(good, "undo", broken.agent)

    assert ([], 0) == (healed, undone.status), fixed.err
    assert before[1] == {path.name: path.read_bytes() for path in good.six}
    assert stash == broken.stash.read_bytes()


def test_a_place_that_is_named_is_the_only_one(three):
    """The registry is not asked then."""
    run = program(three["good"], "check", "--offline", "--format", "json", three["other"].agent)

    assert [str(three["other"].ini)] == [one["place"] for one in json.loads(run.out)["installations"]]


def test_an_installation_with_data_apart_is_healed_and_put_back(site):
    """Release 9.5, named by its home: what is written lies in its data folder, and the programs' folder is not touched."""
    home = data_apart(site)
    site.write(site.bundle, site.pub.read_bytes())
    broken = {path.name: path.read_bytes() for path in site.six}
    programs = sorted((path.name, path.stat().st_mtime_ns) for path in (home / "TWS").rglob("*"))

    fixed = program(site, "fix", home, "--offline", "--server-cert", site.server_pem, "--apply", "--yes")
    healed = program(site, "check", home, "--offline")
    undone = program(site, "undo", home)

    assert (0, 0, 0) == (fixed.status, healed.status, undone.status), fixed.out + fixed.err
    assert broken == {path.name: path.read_bytes() for path in site.six}
    assert programs == sorted((path.name, path.stat().st_mtime_ns) for path in (home / "TWS").rglob("*"))


def test_files_for_elsewhere_are_the_procedures(site):
    """`--into` a work folder in which steps 4 to 8 of the suffix tls, and a ca.crt, lie: the six files of the procedure are made."""
    work = site.top / "work"
    work.mkdir(mode=0o700)
    for name, path in (("tls.key", site.prv), ("tls.crt", site.pub), ("ca.crt", site.ca_crt)):
        (work / name).write_bytes(path.read_bytes())
    given = ("--ca-cert", site.ca_crt, "--ca-key", site.ca_key, "--server-cert", site.server_pem)

    made = program(site, "fix", "--into", work, "--suffix", "tls", *given, "--apply", "--yes")

    assert b"AgentCertificateDownloader" not in made.out + made.err
    assert {"ita_prvtls.pem", "ita_pubtls.pem", "ita_certtls.pem", "ita_ca_certtls.pem", "tls.sth", "tls.rnd"} <= {
        path.name for path in work.iterdir()
    }


def test_an_installation_that_is_fetched_is_left_alone_by_fix(site):
    """Later releases get their files from the master: refused with 3, whatever is asked for, and nothing is touched."""
    fetched_and_expired(site)
    before = picture(site)

    for more in ((), ("--apply", "--yes"), ("--suffix", "nc117031", "--renew", "--apply", "--yes")):
        run = program(site, "fix", site.place, "--offline", *more)
        assert 3 == run.status
        assert b"AgentCertificateDownloader" in run.err
    told = program(site, "check", site.place, "--offline", "--format", "json")

    assert before == picture(site)
    (remedy,) = [one["remedy"] for one in json.loads(told.out)["installations"][0]["findings"] if one["status"] == "fail"]
    assert ("person", []) == (remedy["by"], remedy["commands"])
    assert "AgentCertificateDownloader" in remedy["text"]

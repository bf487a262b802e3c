"""`check --root`: an installation that was copied elsewhere, judged where it lies, with nothing of its own machine left."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from laboratory.cases_key import readable
from laboratory.tools import run
from real.judging import TIMEOUT, inside, leaks, picture, program
from real.test_cases import BY_NAME, LIVE, OFFLINE, assert_right, rules, spoilt

__all__ = ["rules"]  # a fixture

pytestmark = pytest.mark.real

UNTOLD = frozenset(f"ITA-FILE-{number}" for number in ("005", "006", "007", "008", "010", "012"))
"""What a copy does not tell, with all of AGT."""

DEVICES = ("seed_is_a_link_to_urandom", "seed_setting_is_dev_urandom")
"""Cases that need /dev, which nobody copies."""


def is_untold(rule):
    """Whether a rule of this id is not run on a copy."""
    return rule in UNTOLD or rule.startswith("ITA-AGT-")


def moved(site, root):
    """The same laboratory as it lies below *root*."""
    other = copy.copy(site)
    other.top = Path(f"{root}{site.top}")
    for name in ("agent", "folder", "twa", "ssl", "etc", "keys", "trusted", "server_pem", "ca_crt", "ca_key"):
        setattr(other, name, Path(f"{root}{getattr(site, name)}"))
    return other


def copied(site, root, how="cp"):
    """Copy the laboratory to *root* with its whole path, as a person does, and take the original away."""
    target = Path(f"{root}{site.top}")
    target.parent.mkdir(parents=True)
    if how == "cp":
        subprocess.run(["cp", "-r", site.top, target], check=True, stderr=subprocess.DEVNULL)
    else:
        packed = run("tar", "-C", "/", "-cf", "-", f"{site.top}".lstrip("/"))
        run("tar", "-C", root, "--no-same-owner", "--no-same-permissions", "-xf", "-", stdin=packed)
    shutil.rmtree(site.top)
    return moved(site, root)


def judged(*argv):
    """The run, and the one installation of its report."""
    told = inside("check", *argv, "--format", "json")
    (installation,) = json.loads(told.out)["installations"]
    return told, installation


def failing(installation):
    """Rule, variant and where of what fails."""
    return [(one["rule"], one["variant"], one["where"]) for one in installation["findings"] if one["status"] in ("fail", "broken")]


@pytest.mark.parametrize("how", ["cp", "tar"])
def test_a_healthy_copy_is_healthy(site, tmp_path, how):
    """By the real program, with no owner, no mode and no file of the original; nothing is changed, and no path but below the copy is printed."""
    root = tmp_path / "copy"
    place = str(site.agent)
    site = copied(site, root, how)
    before = picture(site)

    told = program(site, "check", "--root", root, place, "--offline", "--format", "json")

    (installation,) = json.loads(told.out)["installations"]
    skipped = {one["rule"] for one in installation["findings"] if one["status"] == "skipped"}
    assert (0, b"") == (told.status, told.err)
    assert [] == failing(installation)
    assert {one["rule"] for one in installation["findings"] if is_untold(one["rule"])} <= skipped
    assert (f"{site.ini}", f"{root}") == (installation["place"], installation["facts"]["root"])
    assert not [one["where"] for one in installation["findings"] if one["where"] and not one["where"].startswith(f"{root}/")]
    assert before == picture(site)


@pytest.mark.slow
@pytest.mark.parametrize("case", [one for one in OFFLINE if not one.powerless and one.name not in DEVICES], **BY_NAME)
def test_a_case_is_the_same_in_a_copy(case, site, tmp_path, rules):
    """What is wrong with the content is said of the copy as of the machine; what only the machine tells is not."""
    spoilt(case, site, rules)
    if any(path.is_socket() for path in site.top.rglob("*")):
        pytest.skip("no socket can be copied")
    root = tmp_path / "copy"
    case = case._replace(
        expect=frozenset(rule for rule in case.expect if not is_untold(rule)),
        says="" if "ITA-FILE-001" in case.expect else case.says,
        unless_readable=case.unless_readable and readable(site),
    )
    place, options = str(site.place or site.ini), [str(one) for one in case.options(site)]
    top = str(site.top)
    site = copied(site, root)

    told, installation = judged("--root", root, place, "--offline", *(one.replace(top, str(site.top)) for one in options))

    assert_right(case, site, installation, told.status, rules)
    assert not leaks(site, told)


@pytest.mark.parametrize(
    "case", [one for one in LIVE if one.name in ("master_needs_a_certificate", "master_was_renewed", "step_19_was_not_done")], **BY_NAME
)
def test_the_master_is_called_with_the_files_of_the_copy(case, site, tmp_path, rules):
    """From here, with the copied key: what is wrong with the master is said as on the agent's machine."""
    spoilt(case, site, rules)
    root, place = tmp_path / "copy", site.ini
    site = copied(site, root)

    with case.master(site) as master:
        told, installation = judged("--root", root, place, "--master", f"localhost:{master.port}", "--timeout", str(TIMEOUT))

    assert_right(case, site, installation, told.status, rules)


def test_places(site, tmp_path):
    """As on its own machine, as it lies here, none where it lies in a usual folder or is registered, none where DIR is the installation."""
    root, name = tmp_path / "copy", f"{site.agent}"
    agent = copied(site, root).agent
    registry = root / "etc/TWS/TWSRegistry.dat"
    registry.parent.mkdir(parents=True)
    registry.write_text(f"/Tivoli/Workload_Scheduler/tws_DN_InstallationPath={name}\n")

    places = [judged("--root", root, *given, "--offline")[1]["place"] for given in ([name], [agent], [])]

    assert [f"{agent}/ITA/cpa/ita/ita.ini"] * 3 == places
    registry.unlink()
    (root / "opt/hcl").mkdir(parents=True)
    agent.rename(root / "opt/hcl/TWS")
    assert f"{root}/opt/hcl/TWS/ITA/cpa/ita/ita.ini" == judged("--root", root, "--offline")[1]["place"]
    assert f"{root}/opt/hcl/TWS/ITA/cpa/ita/ita.ini" == judged("--root", root / "opt/hcl/TWS", "--offline")[1]["place"]


def test_an_installation_that_was_copied_flat(site, tmp_path):
    """Its ini leads to paths that are not in the copy: that is what is said, with the path on its own machine and the root."""
    root = tmp_path / "flat"
    shutil.move(site.agent, root)

    told, installation = judged("--root", root, "--offline")

    assert [("ITA-FILE-001", "not-copied", f"{root}{site.folder}")] == failing(installation)
    (finding,) = (one for one in installation["findings"] if one["status"] == "fail")
    assert f"ita.ini leads to {site.folder}" in finding["message"]
    assert f"below {root}" in finding["message"]
    assert 2 == told.status


def test_a_copy_inside_another_installation(site, laboratory, tmp_path):
    """What lies above and beside the copy is not its own, even where its paths would lead there."""
    root = laboratory.agent / "ITA/cpa/ita/copy"
    try:
        root.mkdir()
        shutil.copy(site.ini, root / "ita.ini")
        told, installation = judged("--root", root, "--offline")
    finally:
        shutil.rmtree(root)

    assert f"{root}/ita.ini" == installation["place"]
    assert ["ITA-FILE-001"] == installation["root_causes"]
    assert 2 == told.status
    assert [] == [one["where"] for one in installation["findings"] if one["where"] and not one["where"].startswith(f"{root}/")]


def test_a_master_that_the_copy_does_not_name(site, tmp_path):
    """JobManager.ini absent, or http: NET and TLS are skipped with the reason, and nothing is broken."""
    root = tmp_path / "copy"
    site = copied(site, root)

    for spoil in (lambda: site.edit(site.job, b"https", b"http"), lambda: site.edit(site.job, b"http://", b""), site.job.unlink):
        spoil()
        told, installation = judged("--root", root, site.agent)

        assert (0, []) == (told.status, failing(installation))
        said = {one["message"] for one in installation["findings"] if one["family"] in ("NET", "TLS")}
        assert ["--master HOST:PORT"] == [part for one in said for part in ["--master HOST:PORT"] if part in one]


def test_files_of_this_machine_that_options_name(site, laboratory, tmp_path):
    """server.pem, the CA, the master's stores, rules and output are this machine's, also with --root; a user may be unknown here."""
    root, rules = tmp_path / "copy", tmp_path / "rules"
    site = copied(site, root)
    rules.mkdir()
    shutil.copy(Path(__file__).parents[2] / "rules/key/ITA-KEY-001.toml", rules / "ITA-KEY-901.toml")
    text = (rules / "ITA-KEY-901.toml").read_text().replace("ITA-KEY-001", "ITA-KEY-901")
    (rules / "ITA-KEY-901.toml").write_text(text)
    given = ["--server-cert", laboratory.server_pem, "--ca-cert", laboratory.ca_crt, "--server-keystore", laboratory.etc, "--trust-keystore",
             laboratory.trusted, "--user", "nobody-here", "--rules", rules, "--output", tmp_path / "out.json"]  # fmt: skip

    told = inside("check", "--root", root, site.agent, "--offline", *given, "--format", "json")

    (installation,) = json.loads((tmp_path / "out.json").read_text())["installations"]
    status = {one["rule"]: one["status"] for one in installation["findings"]}
    assert (0, b"", b"") == (told.status, told.out, told.err)
    assert {"pass"} == {status[f"ITA-{one}"] for one in ("CERT-012", "MST-002", "MST-003", "MST-005", "MST-006", "KEY-901", "CA-003")}


def test_a_hostile_tree_leads_nowhere(site, tmp_path):
    """Links to this machine's secrets, over the top, to themselves; a FIFO: each is said, none is read, and nothing waits."""
    root, secret = tmp_path / "copy", tmp_path / "secret"
    site = copied(site, root)
    secret.write_bytes(b"MTIzNDU2Nzg5MDEyMzQ1Ng==\n")
    links = {site.stash: secret, site.seed: "../" * 40 + "etc/passwd", site.prv: "/etc/shadow", site.pub: site.pub.name}
    for path, target in links.items():
        path.unlink()
        path.symlink_to(target)
    site.cert.unlink()
    os.mkfifo(site.cert)

    told, installation = judged("--root", root, site.agent, "--offline")

    wanted = {(path, "link") for path in links} | {(site.cert, "special")}
    assert {("ITA-FILE-002", variant, str(path)) for path, variant in wanted} == set(failing(installation))
    assert 2 == told.status
    assert [] == [one["remedy"]["commands"] for one in installation["findings"] if one["remedy"] and one["remedy"]["commands"]]


def test_links_of_the_machine_are_followed_in_the_copy(site, tmp_path):
    """An absolute link to the folder of the certificates: all is judged through it, and no command is printed that the shell would lead elsewhere."""
    root, there = tmp_path / "copy", f"{site.agent}/elsewhere"
    site = copied(site, root)
    site.folder.rename(f"{root}{there}")
    site.folder.symlink_to(there)
    healthy = judged("--root", root, site.agent, "--offline")
    Path(f"{root}{there}", site.stash.name).write_bytes(b"\xff\xfe not Base64")

    told, installation = judged("--root", root, site.agent, "--offline")

    assert (0, []) == (healthy[0].status, failing(healthy[1]))
    assert ["ITA-STH-001"] == installation["root_causes"]
    assert [()] == [tuple(one["remedy"]["commands"]) for one in installation["findings"] if one["status"] == "fail"]
    site.folder.unlink()
    Path(f"{root}{there}").rename(site.folder)
    _, installation = judged("--root", root, site.agent, "--offline")
    assert [(f"ita-doctor inspect {site.stash}",)] == [
        tuple(one["remedy"]["commands"]) for one in installation["findings"] if one["status"] == "fail"
    ]
    assert 2 == told.status


REFUSED = {
    "none": (["check", "--root", "{}/none"], "No such file"),
    "file": (["check", "--root", "{}/opt/hcl/TWS/ITA/cpa/ita/ita.ini"], "is no folder"),
    "itself": (["check", "--root", "/"], "is this machine itself"),
    "empty": (["check", "--root", ""], "no folder is named"),
    "fix": (["fix", "--root", "{}"], "never repaired"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(site, name):
    """One sentence on standard error, and exit status 3."""
    words, why = REFUSED[name]

    told = inside(*(word.format(site.top) for word in words), "--offline")

    assert (3, b"") == (told.status, told.out)
    assert told.err.startswith(b"ita-doctor: --root: ")
    assert why in told.err.decode()
    assert 1 == told.err.count(b"\n")


def test_how_the_folder_may_be_named(site, tmp_path, monkeypatch):
    """Relative, with a slash at its end, by a link: the same verdict; paths are shown as it was named."""
    root = tmp_path / "copy"
    agent = str(site.agent)
    copied(site, root)
    (tmp_path / "link").symlink_to(root)
    monkeypatch.chdir(tmp_path)

    shown = [judged("--root", name, agent, "--offline") for name in ("copy", "./copy/", tmp_path / "link", "copy/../copy")]

    assert [(0, f"{tmp_path}/{name}{agent}/ITA/cpa/ita/ita.ini") for name in ("copy", "copy", "link", "copy")] == [
        (told.status, installation["place"]) for told, installation in shown
    ]


def test_the_text_for_a_person(site, tmp_path):
    """It says that this is a copy, and that its machine is to be healed."""
    root = tmp_path / "copy"
    site = copied(site, root)
    site.stash.write_bytes(b"\xff\xfe not Base64")

    told = inside("check", "--root", root, site.agent, "--offline")

    words = " ".join(told.out.decode().split())
    assert f"copy: The files of another machine, below {root}." in words
    assert "on the machine from which the copy is, not in the copy" in words
    assert "ita-doctor fix" not in words

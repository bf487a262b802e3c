"""The collection with real Ansible against this machine: three hosts of an inventory are three installations here."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from laboratory.lab import Site, build, copy_of

COLLECTION = Path(__file__).parents[2] / "contrib/ansible/ita_doctor/agents"
BIN = Path(sys.executable).parent
PROGRAM = f"{sys.executable} -m ita_doctor"
MISSING = [tool for tool in ("openssl", "keytool") if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.real,
    pytest.mark.long,
    pytest.mark.skipif(importlib.util.find_spec("ansible") is None, reason="needs ansible-core beside the interpreter of the tests"),
    pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}"),
]

CHECK = [{"ita_doctor.agents.ita_doctor_check": {"places": ["{{ place }}"], "offline": True, "executable": PROGRAM}}]


class Fleet:
    """Three installations as three hosts, a controller with the collection, and what it prints."""

    def __init__(self, top: Path, laboratory: Site) -> None:
        top.chmod(0o755)
        self.top = top
        self.sites = {name: copy_of(laboratory, top / name) for name in ("healthy", "stash", "expired")}
        stash, expired = self.sites["stash"], self.sites["expired"]
        stash.write(stash.stash, b"no Base64 at all!")
        self.password = top / "password"
        self.password.write_bytes(stash.password + b"\n")
        self.password.chmod(0o600)
        expired.certify(expired.issue(start=-400, days=365))
        (top / "home").mkdir()
        self.program = top / "ita-doctor"
        self.program.write_text(f'#!/bin/sh\nexec {PROGRAM} "$@"\n')
        self.program.chmod(0o755)
        self._inventory()
        self.ansible("ansible-galaxy", "collection", "install", "--offline", str(COLLECTION), "-p", str(top / "collections"))

    def _inventory(self) -> None:
        common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        hosts: Dict[str, Any] = {name: {**common, "place": str(site.agent)} for name, site in self.sites.items()}
        ssl = self.sites["expired"].ssl
        hosts["stash"]["given"] = {"password_file": str(self.password)}
        hosts["expired"]["given"] = {"ca_cert": str(ssl / "TWSca.crt"), "ca_key": str(ssl / "TWSca.key")}
        (self.top / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))

    def ansible(self, *words: str) -> Tuple[int, str]:
        """Run one of its programs; its exit status and what it printed."""
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE", "PYTEST"))},
            "HOME": str(self.top / "home"), "PATH": f"{BIN}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "ANSIBLE_COLLECTIONS_PATH": str(self.top / "collections"), "ANSIBLE_LOCAL_TEMP": str(self.top / "home/tmp"), "ANSIBLE_HOME": str(self.top / "home"),
            "ANSIBLE_STDOUT_CALLBACK": "default", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "False",
        }  # fmt: skip
        done = subprocess.run([str(BIN / words[0]), *words[1:]], env=environ, cwd=self.top, capture_output=True, text=True, check=False, timeout=300)
        return done.returncode, done.stdout + done.stderr

    def play(self, tasks: List[Any], *options: str, **more: Any) -> Tuple[int, str, Dict[str, Any]]:
        """Play the tasks on all hosts: exit status, what was printed, and what each host's last task returned."""
        out = self.top / "results"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        keep = {
            "name": "keep", "ansible.builtin.copy": {"content": "{{ told | to_json }}", "dest": f"{out}/{{{{ inventory_hostname }}}}"},
            "check_mode": False, "diff": False,
        }  # fmt: skip
        if tasks:
            tasks = [*tasks[:-1], {**tasks[-1], "register": "told", "ignore_errors": True}, keep]
        book = [{"name": "fleet", "hosts": "all", "gather_facts": False, "tasks": tasks, **more}]
        (self.top / "play.yml").write_text(json.dumps(book))
        status, said = self.ansible("ansible-playbook", "-i", str(self.top / "hosts.json"), *options, "play.yml")
        return status, said, {path.name: json.loads(path.read_text()) for path in out.iterdir()}

    def fix(self, *options: str, **given: Any) -> Tuple[str, Dict[str, Any]]:
        """Play the repair with what each host is given."""
        arguments = {"place": "{{ place }}", "offline": True, "executable": PROGRAM, "state": "{{ place }}-state", **given}
        task = {"ita_doctor.agents.ita_doctor_fix": "{{ arguments | combine(given | default({})) }}", "vars": {"arguments": arguments}}
        _, said, found = self.play([{"name": "fix", **task}], *options)
        return said, found

    def content(self) -> Dict[str, Tuple[bytes, int, int, int]]:
        """Every file of every installation, with owner, mode and time."""
        found = {}
        for site in self.sites.values():
            for path in sorted(site.agent.parent.rglob("*")):
                state = path.lstat()
                found[str(path)] = (
                    path.read_bytes() if path.is_file() else b"",
                    state.st_mode,
                    state.st_uid,
                    state.st_mtime_ns if path.is_file() else 0,
                )
        return found


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The healthy one; not to be changed."""
    return build(tmp_path_factory.mktemp("laboratory") / "healthy")


@pytest.fixture(scope="module")
def fleet(laboratory: Site, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """The hosts; a test that changes them makes its own."""
    return Fleet(tmp_path_factory.mktemp("fleet"), laboratory)


def test_check_hands_on_the_report(fleet: Fleet) -> None:
    """The document as the program printed it, its exit status, and no change."""
    before = fleet.content()
    _, said, found = fleet.play(CHECK)

    assert {"healthy": 0, "stash": 2, "expired": 2} == {name: one.get("exit", one) for name, one in found.items()}, said
    assert {"healthy": [], "stash": ["ITA-STH-001"], "expired": ["ITA-CERT-004"]} == {name: one["root_causes"] for name, one in found.items()}
    assert {"ita-doctor/report/1"} == {one["report"]["schema"] for one in found.values()}
    assert [False] * 3 == [one["changed"] for one in found.values()]
    assert before == fleet.content()


@pytest.mark.parametrize(("fail_on", "failed"), [("never", []), ("error", ["expired", "stash"])])
def test_check_fails_where_it_is_told_to(fleet: Fleet, fail_on: str, failed: List[str]) -> None:
    """And also in check mode it judges."""
    (task,) = CHECK
    ((name, arguments),) = task.items()
    _, said, found = fleet.play([{name: {**arguments, "fail_on": fail_on}}], "--check")

    assert failed == sorted(name for name, one in found.items() if one.get("failed")), said


def test_a_program_that_is_not_there_is_said(fleet: Fleet) -> None:
    """In a sentence, not as a traceback."""
    ((name, arguments),) = CHECK[0].items()
    _, said, found = fleet.play([{name: {**arguments, "executable": "no-such-doctor"}}])

    assert [True] * 3 == [one["failed"] for one in found.values()]
    assert "no-such-doctor" in found["healthy"]["msg"]
    assert "Traceback" not in said


def test_what_the_program_refuses_is_said(fleet: Fleet) -> None:
    """With its own words, where it printed no document."""
    _, found = fleet.fix(suffix="../x")

    assert {True} == {one["failed"] for one in found.values()}
    assert found["healthy"]["msg"].startswith("ita-doctor: --suffix: '../x'")


def test_the_repair(laboratory: Site, tmp_path: Path) -> None:
    """Check mode with diff shows all and changes nothing; then it is done; then nothing is left to do, and nothing is changed."""
    fleet = Fleet(tmp_path, laboratory)
    before = fleet.content()
    said, found = fleet.fix("--check", "--diff")

    assert {"healthy": False, "stash": True, "expired": True} == {name: one.get("changed", one) for name, one in found.items()}, said
    assert {"healthy": 0, "stash": 1, "expired": 1} == {name: one["exit"] for name, one in found.items()}
    assert "+-----BEGIN CERTIFICATE-----" in said or "+MII" in said
    assert f"{fleet.sites['stash'].stash} (then)" in said
    assert "another content, which is not shown" in said
    assert before == fleet.content()
    assert [] == list(tmp_path.glob("*/opt/hcl/TWS-state"))

    told, found = fleet.fix("--diff", "-vvv")

    assert {"healthy": False, "stash": True, "expired": True} == {name: one.get("changed", one) for name, one in found.items()}, told
    assert {0} == {one["exit"] for one in found.values()}
    secrets = [fleet.sites["stash"].password.decode(), fleet.sites["stash"].stash.read_text().strip()]
    assert [] == [secret for secret in secrets if secret in said + told + json.dumps(found)]
    after = fleet.content()

    said, found = fleet.fix()

    assert {False} == {one.get("changed", one) for one in found.values()}, said
    assert {0} == {one["exit"] for one in found.values()}
    assert after == fleet.content()
    assert {True} == {one["healthy"] for one in fleet.play(CHECK)[2].values()}


def test_what_waits_for_a_person_fails_the_task(laboratory: Site, tmp_path: Path) -> None:
    """Without a CA there is a request, and the certificate stays; `open_fails: false` goes on."""
    fleet = Fleet(tmp_path, laboratory)
    inventory = fleet.top / "hosts.json"
    hosts = json.loads(inventory.read_text())
    for host in hosts["all"]["hosts"].values():
        host.pop("given", None)
    inventory.write_text(json.dumps(hosts))
    said, found = fleet.fix("--check")

    assert [] == [name for name, one in found.items() if one.get("failed")], said
    _, found = fleet.fix()

    assert ["expired", "stash"] == sorted(name for name, one in found.items() if one.get("failed"))
    assert "waits for a person: " in found["expired"]["msg"]
    assert any(one.startswith("8: ") for one in found["expired"]["open"])
    assert {False} == {one["changed"] for one in found.values()}
    _, found = fleet.fix(open_fails=False)

    assert [] == [name for name, one in found.items() if one.get("failed")]
    assert {False} == {one["changed"] for one in found.values()}
    assert {"healthy": 0, "stash": 2, "expired": 2} == {name: one["exit"] for name, one in found.items()}


def test_the_role_makes_one_report_of_all(fleet: Fleet) -> None:
    """On the controller; check mode writes nothing, and a second run changes nothing."""
    role: Dict[str, Any] = {
        "role": "ita_doctor.agents.report", "report_executable": PROGRAM, "report_controller_executable": str(fleet.program), "report_offline": True,
        "report_places": ["{{ place }}"], "report_folder": str(fleet.top / "gathered"),
        "report_outputs": [{"format": name, "path": str(fleet.top / f"all.{name}")} for name in ("text", "json", "openmetrics")],
    }  # fmt: skip
    status, said, _ = fleet.play([], "--check", roles=[role])

    assert 0 == status, said
    assert not (fleet.top / "gathered").exists()

    status, said, _ = fleet.play([], roles=[role])

    assert 0 == status, said
    assert ["expired.json", "healthy.json", "stash.json"] == sorted(path.name for path in (fleet.top / "gathered").iterdir())
    whole = json.loads((fleet.top / "all.json").read_text())
    assert "ITA-STH-001" in (fleet.top / "all.text").read_text()
    assert str(fleet.sites["expired"].agent) in json.dumps(whole)
    assert 3 == (fleet.top / "all.openmetrics").read_text().count("ita_doctor_up{")

    status, said, _ = fleet.play([], roles=[role])

    assert (0, ["0"] * 3) == (status, re.findall(r"changed=(\d+)", said)), said


@pytest.mark.skipif(shutil.which("crontab") is None, reason="needs crontab, of Debian's package cron: Ansible's module asks for it")
def test_the_role_writes_the_lines_for_cron(fleet: Fleet) -> None:
    """What cron would start runs in its bare environment; the minute is each host's own, and a second run changes nothing."""
    metrics = fleet.top / "50% of all.prom"
    role: Dict[str, Any] = {
        "role": "ita_doctor.agents.report", "report_executable": str(fleet.program), "report_gather": False, "report_offline": True,
        "report_places": ["{{ place }}"], "report_cron": True, "report_textfile": str(metrics), "report_cron_file": f"{fleet.top}/cron-{{{{ inventory_hostname }}}}",
    }  # fmt: skip
    status, said, _ = fleet.play([], roles=[role])

    assert 0 == status, said
    lines = [
        line for name in fleet.sites for line in (fleet.top / f"cron-{name}").read_text().splitlines() if "ita-doctor " in line and line[0] != "#"
    ]
    assert 6 == len(lines)
    assert 1 < len({line.split()[0] for line in lines})
    first = next(line for line in lines if "openmetrics" in line and "/stash/" in line)
    command = first.split(None, 6)[6].replace("\\%", "%")
    assert "root" == first.split()[5]
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(fleet.top), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(["/bin/sh", "-c", command], env=bare, capture_output=True, text=True, check=False, timeout=60, cwd="/")
    assert (2, "", "") == (done.returncode, done.stdout, done.stderr)
    assert "ITA-STH-001" in metrics.read_text()

    status, said, _ = fleet.play([], roles=[role])

    assert (0, ["0"] * 3) == (status, re.findall(r"changed=(\d+)", said)), said


def test_a_program_without_a_path_is_no_line_for_cron(fleet: Fleet) -> None:
    """Cron would not find it."""
    role = {"role": "ita_doctor.agents.report", "report_gather": False, "report_cron": True}
    status, said, _ = fleet.play([], roles=[role])

    assert 0 != status
    assert "report_executable has to be a whole path" in said


@pytest.mark.skipif(importlib.util.find_spec("ansiblelint") is None, reason="needs ansible-lint beside the interpreter of the tests")
def test_ansible_lint_is_content(fleet: Fleet) -> None:
    """By its strictest profile."""
    copy = fleet.top / "lint/ansible_collections/ita_doctor/agents"
    shutil.copytree(COLLECTION, copy)
    environ = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(fleet.top / "lint"),
        "HOME": str(fleet.top / "home"),
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        [str(BIN / "ansible-lint"), "--offline", "--strict"], cwd=copy, env=environ, capture_output=True, text=True, check=False, timeout=300
    )

    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["ita_doctor_check", "ita_doctor_fix"])
def test_ansible_can_explain_each_module(fleet: Fleet, module: str) -> None:
    """What it says it takes is what it takes."""
    status, said = fleet.ansible("ansible-doc", "--json", f"ita_doctor.agents.{module}")

    assert 0 == status, said
    (told,) = json.loads(said[said.index("{") :]).values()
    source = (COLLECTION / f"plugins/modules/{module}.py").read_text()
    shared = (COLLECTION / "plugins/module_utils/program.py").read_text()
    assert [] == [name for name in told["doc"]["options"] if f'"{name}"' not in source + shared]

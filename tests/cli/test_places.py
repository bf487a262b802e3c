"""Which installations a machine has, and which of them a PLACE means."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Dict, List, Mapping

import pytest

from builders import NOW, book
from ita_doctor.cli.places import find_places, ini_of, the_place
from ita_doctor.cli.usage import Usage
from ita_doctor.codecs.registry import Installed, read_registry, read_variable
from ita_doctor.collect.installed import expand
from ita_doctor.host.memory import Entry, MemoryHost
from ita_doctor.host.posix import PosixHost
from ita_doctor.model.artifact import Kind

TABLE: Mapping[str, Any] = book().settings
KEYS: Mapping[str, List[str]] = TABLE["places"]["registry_keys"]
INI = "ITA/cpa/ita/ita.ini"
JOB = "ITA/cpa/config/JobManager.ini"
TWS_REGISTRY = "/etc/TWS/TWSRegistry.dat"
FOLDER = Entry(kind=Kind.FOLDER, mode=0o755)


def machine(*paths: str, **files: bytes) -> MemoryHost:
    """A machine with these files; a registry by its own name."""
    entries: Dict[str, Entry] = {path: Entry(b"x") for path in paths}
    entries.update({{"tws": TWS_REGISTRY, "twa": "/etc/TWA/twainstance0.TWA.properties"}[name]: Entry(text) for name, text in files.items()})
    return MemoryHost(entries, now=NOW)


def registered(*folders: str) -> bytes:
    """TWSRegistry.dat with these installations."""
    lines = []
    for number, folder in enumerate(folders):
        stem = f"/Tivoli/Workload_Scheduler/user{number}_DN"
        lines += [f"{stem}_ou=user{number}", f"{stem}_PackageName=TWS_NT_user{number}.9.4.0.00", f"{stem}_InstallationPath={folder}"]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("place", "there", "meant"),
    [
        ("/opt/hcl/TWS", f"/opt/hcl/TWS/{INI}", f"/opt/hcl/TWS/{INI}"),
        ("/opt/hcl", f"/opt/hcl/TWS/{INI}", f"/opt/hcl/TWS/{INI}"),
        ("/opt/hcl", f"/opt/hcl/TWSDATA/{INI}", f"/opt/hcl/TWSDATA/{INI}"),
        ("/opt/hcl/TWS", f"/opt/hcl/TWSDATA/{INI}", f"/opt/hcl/TWSDATA/{INI}"),
        ("/opt/hcl/TWSDATA", f"/opt/hcl/TWSDATA/{INI}", f"/opt/hcl/TWSDATA/{INI}"),
        ("/tmp/x", "/tmp/x/ita.ini", "/tmp/x/ita.ini"),
        (f"/opt/hcl/TWSDATA/{INI}", "/opt/hcl/TWSDATA/other", f"/opt/hcl/TWSDATA/{INI}"),
        ("/opt/none", "/opt/hcl/TWS/x", f"/opt/none/{INI}"),
        ("/opt/hcl/TWS", "/opt/hcl/TWS/bin/JobManager", f"/opt/hcl/TWS/{INI}"),
    ],
)
def test_what_a_place_means(place: str, there: str, meant: str) -> None:
    """The home, the programs' folder, the data folder, ita.ini itself; where none is there, the one that would have to be."""
    host = machine(there, f"{place.replace('/none', '')}/f")

    assert meant == ini_of(host, place, TABLE)


def test_an_installation_of_its_own_counts_before_what_lies_beside_it() -> None:
    """A TWS folder with an ita.ini is that one, whatever TWSDATA holds."""
    host = machine(f"/opt/hcl/TWS/{INI}", f"/opt/hcl/TWSDATA/{INI}")

    assert f"/opt/hcl/TWS/{INI}" == ini_of(host, "/opt/hcl/TWS", TABLE)


@pytest.mark.parametrize(("owner", "is_followed"), [("root", True), ("twsuser", True), ("other", False)])
def test_a_script_says_where_the_data_are(owner: str, is_followed: bool) -> None:
    """tws_env.sh is believed where it is root's, or of whoever owns the data folder that it names."""
    host = machine(f"/data/agent/{INI}")
    host.entries["/data/agent"] = Entry(kind=Kind.FOLDER, owner="twsuser")
    host.entries["/opt/hcl/TWS/tws_env.sh"] = Entry(b'#!/bin/sh\nUNISONWORK="/data/agent"; export UNISONWORK\n', owner=owner)

    meant = ini_of(host, "/opt/hcl/TWS", TABLE)

    assert (f"/data/agent/{INI}" if is_followed else f"/opt/hcl/TWS/{INI}") == meant


@pytest.mark.parametrize("value", ["$HOME/x", "`id`", "relative", "", '"/a/$(id)"', "/a*"])
def test_what_only_a_shell_can_say_is_not_guessed(value: str) -> None:
    """No variable, no command, no pattern is worked out."""
    assert not read_variable(f"UNISONWORK={value}\n", "UNISONWORK")


def test_the_environment_comes_first() -> None:
    """$ITA_DOCTOR_PLACE is the only place, if it is set."""
    host = machine(f"/opt/hcl/TWS/{INI}", f"/x/{INI}")
    host.variables["ITA_DOCTOR_PLACE"] = "/x"

    assert [f"/x/{INI}"] == find_places(host, TABLE)


def test_registered_ones_come_before_those_in_usual_folders() -> None:
    """Both are found, each once, in that order."""
    host = machine(f"/opt/hcl/TWS/{INI}", f"/apps/a/TWS/{INI}", f"/home/QTWS/{INI}", tws=registered("/apps/a/TWS", "/opt/hcl/TWS"))

    assert [f"/apps/a/TWS/{INI}", f"/opt/hcl/TWS/{INI}", f"/home/QTWS/{INI}"] == find_places(host, TABLE)


def test_a_registry_in_ebcdic() -> None:
    """On IBM i a file may be in EBCDIC."""
    host = machine(f"/apps/a/TWS/{INI}", tws=(registered("/apps/a/TWS").decode() + "\n").encode("cp037"))

    assert [f"/apps/a/TWS/{INI}"] == find_places(host, TABLE)


def test_programs_and_data_of_one_installation_are_one() -> None:
    """Where the properties name both, the data folder counts, and that the programs' folder has no ita.ini is as it should be."""
    text = b"TWA_path=/opt/hcl\nTWS_basePath=/opt/hcl/TWS\nTWS_datadir=/data/agent\nDWC_basePath=/opt/hcl/dwc\n"
    host = machine(f"/data/agent/{INI}", f"/opt/hcl/TWS/{JOB}", f"/opt/hcl/TWS/{INI}.template", twa=text)

    assert [f"/data/agent/{INI}"] == find_places(host, TABLE)


def test_an_installation_without_its_ini_is_found() -> None:
    """JobManager.ini shows that an agent lies there; ITA-INI-001 says the rest."""
    assert [f"/opt/hcl/TWS/{INI}"] == find_places(machine(f"/opt/hcl/TWS/{JOB}"), TABLE)


def test_an_ini_alone_in_a_usual_folder_is_no_installation() -> None:
    """Somebody's copy of an ita.ini in his home is none."""
    assert [] == find_places(machine("/home/me/ita.ini", "/opt/hcl/ita.ini"), TABLE)


def test_a_closed_home_is_no_installation_but_a_closed_registered_folder_is() -> None:
    """What we may not enter is said where somebody registered it."""
    host = machine(tws=registered("/apps/closed/TWS"))
    host.entries["/apps/closed/TWS"] = host.entries[f"/home/me/{INI}"] = Entry(kind=Kind.HIDDEN)

    assert [f"/apps/closed/TWS/{INI}"] == find_places(host, TABLE)


HOSTILE = {
    "device": registered("/dev/zero", "/dev", "/"),
    "relative": registered("opt/hcl", "../../etc", "~", ""),
    "control": b"x_InstallationPath=/opt/\x1b[2J\ny_InstallationPath=/opt/a\0b\n",
    "no-equals": b"_InstallationPath /opt/hcl\n=\n==\n=/x\n",
    "binary": bytes(range(256)) * 4000,
    "one-line": b"x_InstallationPath=/" + b"a" * 1000000,
    "blank": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_registry_is_harmless(name: str) -> None:
    """Whatever it holds: no installation, no exception, no waiting."""
    assert [] == find_places(machine("/dev/null", tws=HOSTILE[name]), TABLE)


def test_ten_thousand_entries_take_no_time() -> None:
    """Doubles, and folders that are not there, on a real machine; two seconds are far more than it needs."""
    text = registered(*(f"/nonexistent/{number % 5000}/TWS" for number in range(10000))).decode()
    host, started = PosixHost(), time.process_time()

    found = read_registry(text, KEYS)

    assert 5000 == len(found)
    assert not any(host.stand(one.programs).kind is not Kind.MISSING for one in found)
    assert time.process_time() - started < 2


def test_the_first_of_two_values_counts() -> None:
    """As it does in every file of settings here."""
    assert (Installed("/a", ""),) == read_registry("x_basePath=/a\r\nx_basePath=/b\r\n", KEYS)


def test_a_registry_that_is_no_file_is_passed_over(tmp_path: Path) -> None:
    """A FIFO, a device behind a link, a folder: none is opened, none is waited for."""
    os.mkfifo(tmp_path / "fifo.dat")
    (tmp_path / "zero.dat").symlink_to("/dev/zero")
    (tmp_path / "folder.dat").mkdir()
    table = {**TABLE, "places": {**TABLE["places"], "registry": [f"{tmp_path}/*.dat"], "usual": []}}

    assert [] == find_places(PosixHost(), table)


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("/opt/*", ["/opt/TWA_a", "/opt/TWA_b", "/opt/x"]),
        ("/opt/TWA_*", ["/opt/TWA_a", "/opt/TWA_b"]),
        ("/opt/*/TWS", ["/opt/TWA_a/TWS", "/opt/TWA_b/TWS", "/opt/x/TWS"]),
        ("/opt/T*_a/TWS", ["/opt/TWA_a/TWS"]),
        ("/opt/fixed", ["/opt/fixed"]),
        ("/none/*", []),
        ("~/TWS", ["/home/me/TWS"]),
    ],
)
def test_a_star_is_one_listing(pattern: str, paths: List[str]) -> None:
    """It stands for a part of one name, at any place of the path; hidden names only where the pattern says so."""
    host = machine("/opt/TWA_a/f", "/opt/TWA_b/f", "/opt/x/f", "/opt/.hidden/f")
    host.variables["HOME"] = "/home/me"

    assert paths == list(expand(host, pattern))


def test_a_home_that_is_no_path_is_none() -> None:
    """~ means nothing without a HOME from the root on."""
    host = machine()
    host.variables["HOME"] = "x"

    assert [] == list(expand(host, "~/TWS"))


def test_no_pattern_has_two_stars() -> None:
    """Otherwise a folder of somebody else's could make us list without end."""
    assert all(one.count("*") <= 1 for name in ("usual", "registry") for one in TABLE["places"][name])


def at(tmp_path: Path, *usual: str) -> Mapping[str, Any]:
    """The table with the usual folders below *tmp_path* and no registry."""
    return {**TABLE, "places": {**TABLE["places"], "registry": [], "usual": [f"{tmp_path}/{one}" for one in usual]}}


def test_two_names_of_one_installation_are_one(tmp_path: Path) -> None:
    """A link to the folder, or to its home: the first name counts."""
    home = tmp_path / "TWA_a"
    (home / "TWS/ITA/cpa/ita").mkdir(parents=True)
    (home / "TWS" / INI).touch()
    (tmp_path / "TWA_b").symlink_to(home)
    (tmp_path / "TWA_c").mkdir()
    (tmp_path / "TWA_c/TWS").symlink_to(home / "TWS")

    assert [str(home / "TWS" / INI)] == find_places(PosixHost(), at(tmp_path, "TWA_*", "*"))


def test_a_hard_linked_ini_makes_no_two_installations_one(tmp_path: Path) -> None:
    """`cp -al` of an installation is another one: its folder is."""
    for name in ("a", "b"):
        (tmp_path / name / "ITA/cpa/ita").mkdir(parents=True)
    (tmp_path / "a" / INI).touch()
    os.link(tmp_path / "a" / INI, tmp_path / "b" / INI)

    assert [str(tmp_path / "a" / INI), str(tmp_path / "b" / INI)] == find_places(PosixHost(), at(tmp_path, "*"))


def test_a_change_wants_one_installation() -> None:
    """Where there are several, all are named, and how to name one."""
    host = machine(f"/opt/hcl/a/{INI}", f"/opt/hcl/b/{INI}")

    with pytest.raises(Usage) as refused:
        the_place(host, [], TABLE, "fix")

    assert f"`ita-doctor fix /opt/hcl/a/{INI}`. There are /opt/hcl/a/{INI}, /opt/hcl/b/{INI}" in str(refused.value)


def test_a_change_without_any_installation() -> None:
    """It says what to name."""
    with pytest.raises(Usage, match=r"name an ita\.ini or the folder"):
        the_place(machine(), [], TABLE, "undo")

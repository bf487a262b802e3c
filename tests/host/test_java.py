"""keytool: where it is found, and how it is spoken to."""

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from ita_doctor.host.java import find_keytool, keytool
from ita_doctor.host.scratch import scratch
from ita_doctor.model.secret import Secret

ME = {"uid": os.geteuid(), "gid": os.getegid()}
REAL = shutil.which("keytool")
needs_java = pytest.mark.skipif(REAL is None, reason="needs keytool")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")


def program(folder, text="#!/bin/sh\nexit 0\n"):
    folder.mkdir(parents=True)
    path = folder / "keytool"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_the_order_of_places(tmp_path):
    """JAVA_HOME comes first, then its jre, then PATH."""
    own, old, path = program(tmp_path / "own/bin"), program(tmp_path / "old/jre/bin"), program(tmp_path / "path")
    environment = {"PATH": f"relative:/nowhere:{tmp_path}/path"}

    assert own == find_keytool({**environment, "JAVA_HOME": f"{tmp_path}/own"})
    assert old == find_keytool({**environment, "JAVA_HOME": f"{tmp_path}/old"})
    assert path == find_keytool({**environment, "JAVA_HOME": f"{tmp_path}/none"})


def test_what_cannot_be_run_is_passed_over(tmp_path, monkeypatch):
    """Neither a folder of that name, nor a file without the right to run it; the product's own Java is the last resort."""
    monkeypatch.setattr("ita_doctor.host.java._USUAL", ())
    (tmp_path / "a/keytool").mkdir(parents=True)
    Path(program(tmp_path / "b")).chmod(0o644)
    own = program(tmp_path / "TWA/TWS/JavaExt/jre/jre/bin")
    environment = {"PATH": f"{tmp_path}/a:{tmp_path}/b"}

    assert find_keytool(environment) is None
    assert own == find_keytool(environment, places=[f"{tmp_path}/TWA"])


def test_usual_places(tmp_path, monkeypatch):
    """Without PATH and JAVA_HOME, the newest of the usual folders is taken."""
    monkeypatch.setattr("ita_doctor.host.java._USUAL", (f"{tmp_path}/jvm/*/bin",))
    program(tmp_path / "jvm/jdk11/bin")
    new = program(tmp_path / "jvm/jdk17/bin")

    assert new == find_keytool({})


def test_the_password_is_nowhere_but_on_standard_input():
    """Neither an argument nor the environment holds it."""
    user = ME if os.geteuid() else {"uid": 12345, "gid": 12346}  # root does not run a program in a test's folder
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        fake = program(Path(folder) / "bin", '#!/bin/sh\ncat\necho "$@" >&2\nenv >&2\ncat /proc/$$/cmdline >&2\n')
        done = keytool(fake, ["-list"], **user, password=Secret(b"open sesame"), times=2)

    assert b"open sesame\nopen sesame\n" == done.out
    assert b"-list" in done.err
    assert b"sesame" not in done.err


@pytest.mark.real
@needs_java
@pytest.mark.parametrize("form", ["JKS", "PKCS12"])
def test_a_new_store_and_one_that_is_there(tmp_path, form):
    """A new store wants the password twice, one that is there once."""
    program, name = find_keytool(os.environ), str(tmp_path / "store")
    made = ["-genkeypair", "-alias", "a", "-dname", "CN=a", "-keyalg", "EC", "-keystore", name, "-storetype", form]
    once = keytool(program, made, **ME, password=Secret(b"default"))
    is_there = os.path.exists(name)
    twice = keytool(program, made, **ME, password=Secret(b"default"), times=2)
    listed = keytool(program, ["-list", "-keystore", name], **ME, password=Secret(b"default"))
    wrong = keytool(program, ["-list", "-keystore", name], **ME, password=Secret(b"another"))
    short = keytool(program, ["-list", "-keystore", name], **ME, password=Secret(b"short"))

    assert (False, 0, True) == (is_there, twice.status, os.path.exists(name))
    assert 0 == listed.status
    assert b"1 entry" in listed.out
    assert 1 == wrong.status
    assert b"incorrect" in wrong.out
    assert b"1 entry" not in short.out
    assert b"default" not in once.out + once.err + twice.out + twice.err


@pytest.mark.real
@needs_java
def test_it_speaks_english(tmp_path, monkeypatch):
    """Whatever the language around."""
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    done = keytool(REAL, ["-list", "-keystore", "/nowhere"], **ME, password=Secret(b"default"))

    assert b"does not exist" in done.out


@pytest.mark.real
@needs_java
def test_a_time_out_ends_it(tmp_path):
    """A keytool that takes too long is ended."""
    with pytest.raises(TimeoutError):
        keytool(REAL, ["-list", "-keystore", str(tmp_path / "store")], **ME, password=Secret(b"default"), timeout=0.01)


@pytest.mark.real
@needs_java
@as_root
def test_as_another_user():
    """Another user's keytool reads the password from root's pipe, and works in a folder of that user's."""
    with scratch(12345, 12346) as room:
        made = ["-genkeypair", "-alias", "a", "-dname", "CN=a", "-keyalg", "EC", "-keystore", "store", "-storetype", "JKS"]
        done = keytool(REAL, made, uid=12345, gid=12346, password=Secret(b"default"), times=2, cwd=room.path)
        found = os.stat(os.path.join(room.path, "store"))
        content = room.get("store", 1 << 20)

    assert 0 == done.status
    assert (12345, 12346) == (found.st_uid, found.st_gid)
    assert b"\xfe\xed\xfe\xed" == content[:4]
    assert not os.path.exists(room.path)


@pytest.mark.parametrize("user", [ME, pytest.param({"uid": 12345, "gid": 12346}, marks=as_root)], ids=["me", "other"])
def test_the_scratch_folder_is_private(user):
    """It and its files are the user's alone, and gone at the end."""
    with scratch(**user) as room:
        room.put("store", b"bytes")
        folder, file = os.stat(room.path), os.stat(os.path.join(room.path, "store"))
        content, missing = room.get("store", 10), room.get("none", 10)

    assert (0o700, user["uid"]) == (stat.S_IMODE(folder.st_mode), folder.st_uid)
    assert (0o600, user["uid"], user["gid"]) == (stat.S_IMODE(file.st_mode), file.st_uid, file.st_gid)
    assert (b"bytes", None) == (content, missing)
    assert not os.path.exists(room.path)


@pytest.mark.parametrize("spoil", ["link", "hard link", "fifo", "big", "folder"])
def test_what_is_no_file_of_the_user_s_own_is_not_read(spoil):
    """Whatever the user puts there in place of the file."""
    with scratch(**ME) as room:
        room.put("other", b"x" * 20)
        store = Path(room.path) / "store"
        if spoil == "link":
            store.symlink_to("other")
        elif spoil == "hard link":
            os.link(Path(room.path) / "other", store)
        elif spoil == "fifo":
            os.mkfifo(store)
        elif spoil == "folder":
            store.mkdir()
        else:
            store.write_bytes(b"x" * 11)
        with pytest.raises(OSError):
            room.get("store", 10)
        if spoil == "folder":
            store.rmdir()

    assert not os.path.exists(room.path)


def test_a_file_that_is_there_is_not_written_to():
    """Nor what a link leads to."""
    with scratch(**ME) as room:
        (Path(room.path) / "store").symlink_to("elsewhere")
        with pytest.raises(FileExistsError):
            room.put("store", b"x")

    assert not os.path.exists(room.path)


@as_root
def test_nobody_else_s_file_is_read():
    """A file of root's in the user's folder is none of the user's."""
    with scratch(12345, 12346) as room:
        subprocess.run(["touch", os.path.join(room.path, "store")], check=True)
        with pytest.raises(OSError):
            room.get("store", 10)

    assert not os.path.exists(room.path)

"""Java's keytool: where it is, and one run of it."""

from __future__ import annotations

import errno
import functools
import glob
import os
from typing import Iterator, Mapping, Optional, Sequence

from ita_doctor.host.start import Done, start
from ita_doctor.model.secret import Secret

_USUAL = (
    "/QOpenSys/QIBM/ProdData/JavaVM/*/*/bin",
    "/QOpenSys/QIBM/ProdData/JavaVM/*/*/jre/bin",
    "/QOpenSys/pkgs/lib/jvm/*/bin",
    "/usr/lib/jvm/*/bin",
    "/usr/lib/jvm/*/jre/bin",
    "/usr/java*/bin",
    "/usr/java*/jre/bin",
    "/usr/java/*/bin",
    "/opt/java*/bin",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin",
)
_BELOW = ("bin", "jre/bin", "java/bin", "java/jre/bin", "JavaExt/jre/bin", "JavaExt/jre/jre/bin", "TWS/JavaExt/jre/bin", "TWS/JavaExt/jre/jre/bin")
"""Where an installation of the product has a Java of its own."""

_JAVA = ("-J-Duser.language=en", "-J-Duser.country=US")


def find_keytool(environment: Mapping[str, str], *, places: Sequence[str] = ()) -> Optional[str]:
    """
    The first keytool that can be run: of $JAVA_HOME, of PATH, of Java's usual folders (the newest by name first), of an installation in *places*.

    Whether root may run it is for host.start to say.
    """
    for folder in _folders(environment, places):
        path = os.path.join(folder, "keytool")
        if os.path.isabs(path) and "\0" not in path and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def keytool(
    program: str, words: Sequence[str], *, uid: int, gid: int, password: Optional[Secret], times: int = 1, timeout: float = 30.0, cwd: str = "/"
) -> Done:
    """
    One run of keytool with *words*, in English, the store's password on its standard input *times* times.

    Measured with 17 and 25: it asks once for a store that is there and twice for a new one, takes each byte for a letter of Latin-1, refuses
    fewer than six of them, and ends with 0 also where it was refused after three attempts: its status proves nothing. What it prints holds
    no password. Raises as host.start.start does.
    """
    typed = b"" if password is None else (password.reveal() + b"\n") * times
    return start([program, *_JAVA, *words], uid=uid, gid=gid, stdin=typed, timeout=timeout, cwd=cwd)


def list_store(content: bytes, kind: str, typed: Secret, *, timeout: float = 30.0) -> bytes:
    """
    All that `keytool -list -rfc` prints of the key store *content* (`jceks` `pkcs12`), standard error included, as ourselves on a private copy.

    The password *typed* goes in by its standard input. One run tells everything. Raises FileNotFoundError where there is no keytool, and as
    host.start.start does: NotOurs as root for one that others can change, TimeoutError after *timeout* seconds.
    """
    from ita_doctor.host.scratch import scratch

    program = _the_keytool(os.environ.get("JAVA_HOME", ""), os.environ.get("PATH", ""))
    if program is None:
        raise FileNotFoundError(errno.ENOENT, "there is no keytool", "keytool")
    uid, gid = os.geteuid(), os.getegid()
    with scratch(uid, gid) as room:
        room.put("store", content)
        words = ("-list", "-rfc", "-keystore", "store", "-storetype", kind.upper())
        done = keytool(program, words, uid=uid, gid=gid, password=typed, timeout=timeout, cwd=room.path)
    return done.out + b"\n" + done.err


@functools.cache
def _the_keytool(home: str, path: str) -> Optional[str]:
    """The keytool of this environment, looked for once: a hundred folders are asked."""
    return find_keytool({"JAVA_HOME": home, "PATH": path})


def _folders(environment: Mapping[str, str], places: Sequence[str]) -> Iterator[str]:
    home = environment.get("JAVA_HOME", "")
    if home:
        yield os.path.join(home, "bin")
        yield os.path.join(home, "jre", "bin")
    yield from environment.get("PATH", "").split(os.pathsep)
    for pattern in _USUAL:
        yield from sorted(glob.glob(pattern), reverse=True)
    for place in places:
        yield from (os.path.join(place, below) for below in _BELOW)

"""Masters that are real TLS servers: Java's, OpenSSL's and Python's; each a context manager with `.port`."""

from __future__ import annotations

import atexit
import contextlib
import functools
import queue
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

_START = 30.0
"""Seconds within which a server has to say its port on a busy machine."""

ANSWER = b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 9\r\nConnection: close\r\n\r\na master\n"
DATE = 784111777.0


def needs(*programs: str) -> None:
    """Skip the test where this machine lacks one of *programs*."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")


class _Process:
    """A server that is a program of its own; it ends with the block."""

    port = 0

    def __init__(self, command, *, folder=None):
        self._command = [str(part) for part in command]
        self._folder = folder

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self._folder)
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.port = self._find_port()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()

    def _read(self):
        """Keep the pipe empty, so that the server never waits for us."""
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _find_port(self):
        said = []
        while True:
            line = self._lines.get(timeout=_START)
            said.append(line)
            found = self.port_in(line)
            if found:
                return int(found.group(1))
            if not line:
                raise RuntimeError(f"no port of {self._command[0]}: {b''.join(said)!r}")


class JavaMaster(_Process):
    """
    JSSE behind com.sun.net.httpserver, as Master.java makes it.

    *keys* is a store (bytes) with key and certificate, *trust* one with the trusted certificates, or their PEM; or paths of such files.
    *ask* is `need`, `want` or `none`. *legacy* takes away what the JDK forbids (TLS 1.0 and 1.1, weak ciphers).
    """

    port_in = staticmethod(re.compile(rb"\s*(\d+)\s*$").match)

    def __init__(self, *, keys=b"", trust=b"", password="default", ask="none", protocols=(), ciphers=(), plain=False, legacy=False):
        needs("java", "javac")
        self._scratch = tempfile.TemporaryDirectory()
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", _java_classes()]
        if legacy:
            allowed = self._file("allowed", b"jdk.tls.disabledAlgorithms=NULL, anon\njdk.tls.legacyAlgorithms=\n")
            command.append(f"-Djava.security.properties={allowed}")
        command += ["Master", "--password", password, "--ask", ask]
        for option, value in (("--keys", keys), ("--trust", trust)):
            if value:
                command += [option, self._file(option[2:], value)]
        for option, values in (("--protocols", protocols), ("--ciphers", ciphers)):
            if values:
                command += [option, ",".join(values)]
        super().__init__(command + (["--plain", "yes"] if plain else []))

    def __exit__(self, *_):
        super().__exit__()
        self._scratch.cleanup()

    def _file(self, name, content):
        if not isinstance(content, bytes):
            return str(content)
        path = Path(self._scratch.name, name)
        path.write_bytes(content)
        return str(path)


@functools.cache
def _java_classes() -> str:
    """Where the compiled Master is: made once a session."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(["javac", "-d", folder, str(Path(__file__).with_name("Master.java"))], check=True, capture_output=True)
    return folder


class OpenSSLMaster(_Process):
    """`openssl s_server` with further *options*; `{trust}` in them stands for the file of *trust* (PEM). *page*: it answers HTTP."""

    port_in = staticmethod(re.compile(rb"ACCEPT .*:(\d+)\s*$").match)

    def __init__(self, *options, pair, trust=b"", page=True):
        needs("openssl")
        self._scratch = tempfile.TemporaryDirectory()
        files = {"key": pair.key_pem(), "cert": pair.pem, "trust": trust}
        for name, content in files.items():
            Path(self._scratch.name, name).write_bytes(content)
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", *(["-www"] if page else []), "-key", "key", "-cert", "cert"]
        super().__init__([*command, *(str(option).replace("{trust}", "trust") for option in options)], folder=self._scratch.name)

    def __exit__(self, *_):
        super().__exit__()
        self._scratch.cleanup()


def load_pair(context, pair):
    """Give *pair* to an ssl.SSLContext, which reads files only."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "both")
        path.write_bytes(pair.key_pem() + pair.pem)
        context.load_cert_chain(path)


class PythonMaster:
    """
    Python's ssl in threads of this process.

    *answer* is what it says to a request; a callable gets the TLS connection and does as it likes. *versions* are the lowest and the highest.
    """

    def __init__(self, *, pair, trust=b"", ask=ssl.CERT_NONE, answer=ANSWER, versions=(), ciphers="ALL:@SECLEVEL=0", bind="127.0.0.1"):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        load_pair(self._context, pair)
        self._context.set_ciphers(ciphers)
        if trust:
            self._context.load_verify_locations(cadata=trust.decode())
        self._context.verify_mode = ask
        if versions:
            self._context.minimum_version, self._context.maximum_version = versions
        self._answer = answer if callable(answer) else functools.partial(_say, answer)
        self._bind = bind
        self._threads = []
        self.requests = []
        self.server_names = []
        self._context.sni_callback = lambda _, name, __: self.server_names.append(name)

    def __enter__(self):
        family = socket.AF_INET6 if ":" in self._bind else socket.AF_INET
        self._listener = socket.socket(family)
        self._listener.bind((self._bind, 0))
        self._listener.listen(16)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for thread in self._threads:
            thread.join(5)

    def _serve(self):
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(connected,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, connected):
        with connected:
            connected.settimeout(5)
            with contextlib.suppress(OSError), self._context.wrap_socket(connected, server_side=True) as secured:
                self.requests.append(secured.recv(65536))
                self._answer(secured)


def _say(words, secured):
    """Answer and close as one should."""
    secured.sendall(words)
    with contextlib.suppress(OSError):
        secured.unwrap().close()

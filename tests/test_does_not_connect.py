"""The decision path is true: each row's state gives the rule that the row names, and each line of a log is one that the program knows."""

from __future__ import annotations

import base64
import contextlib
import errno
import http.server
import io
import json
import os
import re
import socket
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

import pytest
from cryptography.hazmat.primitives import serialization
from planning import plan

from builders import (
    AGENT,
    CERTS,
    HOME,
    JOB,
    MASTER,
    NOW,
    PASSWORD,
    PATHS,
    SUFFIX,
    House,
    book,
    certificate,
    der,
    fixture,
    healthy_bytes,
    judge,
    key,
    locked,
    seed,
    self_signed,
)  # fmt: skip
from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.collect.log import FILES
from ita_doctor.model.finding import Status
from ita_doctor.sandbox.installation import Sandbox, build, name_master
from ita_doctor.sandbox.master import Master
from store_samples import given_stores, trust_store

PAGE = Path(__file__).resolve().parent.parent / "docs" / "does-not-connect.md"
RULE = re.compile(r"\[(ITA-[A-Z]+-\d{3})\]\(rules/(ITA-[A-Z]+-\d{3})\.md\)")
LOG = f"{HOME}/stdlist/JM/JobManager_message.log"

Spoil = Callable[[House], House]

# The page ---------------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """One row of a table."""

    first: str
    second: str
    third: str

    @property
    def rules(self) -> List[str]:
        """The rules that it links to."""
        return [rule for rule, _ in RULE.findall(self.second + self.third)]


def rows(part: str) -> List[Row]:
    """The rows of all tables in *part*, without their heads."""
    cells = [line[2:-2].split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return [Row(*each) for each in cells if each[0] not in ("what it is", "the log says")]


def text() -> str:
    """The page."""
    return PAGE.read_text(encoding="utf-8")


BEFORE, LAST = text().split("## What the log says\n")
STATES, LINES = rows(BEFORE), rows(LAST)

# What the first cell of each row says, made true --------------------------------------------------------------------------

SILENT: Dict[str, Any] = {"is_done": False, "protocol": "", "cipher": "", "chain": (), "asked": False, "sent": False, "is_http": False, "answer": ""}
ENDED: Dict[str, Any] = {"ended": "eof", "stage": "read", "is_http": False, "answer": ""}
NEW_MASTER = der(self_signed(MASTER[0], key("new")))


def unchanged(house: House) -> House:
    """The agent's files are older than its start, an hour ago."""
    for artifact in (one for one in FILES if PATHS[one] in house.entries):
        house.change(artifact, changed=NOW - 7200)
    return house.change("ini", changed=NOW - 7200)


def runs(**how: Any) -> Spoil:
    """An agent that runs."""
    return lambda house: unchanged(house).live().runs(**how)


def started_before(house: House) -> House:
    """The key is ten minutes younger than the agent that runs."""
    return unchanged(house).change("prv", changed=NOW - 3000).live().runs()


def stash(content: bytes) -> Spoil:
    """The stash holds this."""
    return lambda house: house.write("stash", content)


def bundle(*parts: bytes) -> Spoil:
    """The bundle holds these."""
    return lambda house: house.write("bundle", b"".join(parts))


def own(**more: Any) -> Spoil:
    """Another certificate of the agent, where steps 9 to 13 put it."""
    return lambda house: house.with_certificate(certificate(**more))


def job(content: str) -> Spoil:
    """JobManager.ini, and a master that answers."""
    return lambda house: house.write("job", content.encode()).live()


def live(**fields: Any) -> Spoil:
    """A master of this kind."""
    return lambda house: house.live(**fields)


def issued_by_a_ca(house: House) -> House:
    """The master's certificate has ended, and the bundle holds its CA."""
    house.write("bundle", healthy_bytes().own + healthy_bytes().ca)
    return house.live(chain=(der(certificate(MASTER[0], key("new"), start=-400)),))


def logged(line: str, house: House) -> House:
    """The agent's log says this, half an hour ago."""
    house.write(LOG, f"2026-11-24 11:30:00|{line}\n".encode())
    return house.change(LOG, changed=NOW - 60)


def ebcdic(house: House) -> House:
    """A certificate that was sent as text."""
    return house.write("pub", healthy_bytes().own.decode().encode("cp037"))


def scrypt(house: House) -> House:
    """A key that is encrypted with scrypt, and its certificate."""
    locked_so = fixture("scrypt.pem")
    return own(private=serialization.load_pem_private_key(locked_so, PASSWORD))(house.write("prv", locked_so))


EBCDIC_STASH = base64.encodebytes(PASSWORD).decode().encode("cp037")
WRONG_STASH = stash(base64.encodebytes(b"another-Pass-1"))
NO_LISTENER = runs(presents=ConnectionRefusedError(errno.ECONNREFUSED, "nobody listens"))
ANOTHER_SERVED = runs(presents=der(certificate(private=key("other"))))

SPOILS: Dict[str, Spoil] = {
    "no process of the agent runs": lambda house: house.write(AGENT, b"", mode=0o755),
    "`ssl_port` is 0, or not set": lambda house: house.setting("ssl_port", "0"),
    "it runs for more than two minutes, and the port is closed": NO_LISTENER,
    "another program has the port": ANOTHER_SERVED,
    "the master's name has no address": lambda house: house.dead("unresolved", address=""),
    "the master's port refuses": lambda house: house.dead("refused"),
    "no answer comes": lambda house: house.dead("timeout"),
    "JobManager.ini does not say where the master is": job("[ResourceAdvisorAgent]\n"),
    "ResourceAdvisorUrl begins with `http:`": job(JOB.replace("https:", "http:")),
    "the port answers in plain HTTP": live(**SILENT, speaks="http", banner="HTTP/1.1 400", ended="refused"),
    "no version of TLS is common to both": live(**SILENT, ended="alert", alert="protocol_version", takes=("TLSv1.3",)),
    "step 19 was not done, or the master was not restarted since": live(**ENDED),
    "the master's trust store holds an older certificate of the agent": lambda house: given_stores(
        house, trusts=trust_store(certificate(start=-300))
    ),
    "the agent's certificate has expired": own(start=-400),
    "the agent's certificate is not valid yet": own(start=3),
    "the agent's certificate is not that of its key": own(private=key("other")),
    "the master has a new certificate, and the bundle the old one": live(chain=(NEW_MASTER,)),
    "the bundle holds only the agent's own": bundle(healthy_bytes().own),
    "a line end got lost when server.pem was appended": bundle(healthy_bytes().own.rstrip(), healthy_bytes().master),
    "the master's certificate in the bundle has expired": bundle(healthy_bytes().own, self_signed(MASTER[0], key("master"), start=-400)),
    "the master presents one that has expired, issued by a CA in the bundle": issued_by_a_ca,
    "the master's name is not the one of `verify_cn_string`": lambda house: house.setting("verify_cn_string", "other").live(),
    "a clock is wrong": live(date=NOW + 600),
    "the agent was restarted, and read a file that had been spoilt long before": WRONG_STASH,
    "the stash holds another password than the key has": WRONG_STASH,
    "a line end was stashed with it (`echo` without `-n`)": stash(base64.encodebytes(PASSWORD + b"\n")),
    "the password stands in the stash as it is, not in Base64": stash(PASSWORD),
    "the stash was made on IBM i: Base64 of EBCDIC": stash(base64.encodebytes(PASSWORD.decode().encode("cp037"))),
    "the agent was not restarted": started_before,
    "`ita_pub` is new and `ita_cert` is old": lambda house: house.write("cert", certificate(start=-200)),
    "the key is new, the certificates are old": lambda house: house.write("prv", locked(key("other"))),
    "the bundle holds the agent's old certificate": bundle(certificate(start=-300), healthy_bytes().master),
    "the master knows the agent's old certificate only": live(**ENDED),
    "one did not arrive, or has another name": lambda house: house.remove("cert"),
    "one arrived empty": lambda house: house.write("pub", b""),
    "ftp in ASCII mode turned a certificate or key into EBCDIC": ebcdic,
    "ftp in ASCII mode turned the stash into EBCDIC": stash(EBCDIC_STASH),
    "the files belong to the one who copied them": lambda house: house.change("prv", owner="other"),
    "the agent's user may not read one": lambda house: house.change("prv", mode=0o200),
    "a setting is misspelt, or stands in another section": lambda house: house.setting("password_file", PATHS["stash"], "pasword_file"),
    "the section `[ITA SSL]` is gone or misspelt": lambda house: house.ini_lines(lambda ini: ini.replace("[ITA SSL]", "[ita ssl]")),
    "a path of the documentation was left in: `${TWS_HOME}`, `<suffix>`": lambda house: house.setting("password_file", f"{CERTS}/<suffix>.sth"),
    "a path does not begin with `/`": lambda house: house.setting("password_file", f"{SUFFIX}.sth"),
    "the settings name two suffixes": lambda house: house.write(f"{CERTS}/other.rnd", seed()).setting("random_file", f"{CERTS}/other.rnd"),
    "the file is ASCII, and its CCSID tag says EBCDIC": lambda house: house.on_os400().change("pub", ccsid=37),
    "the bytes are EBCDIC": lambda house: ebcdic(house.on_os400()).change("pub", ccsid=37),
    "the key is encrypted in a way that an old OpenSSL cannot read": scrypt,
    "another user profile owns the files, such as QSECOFR": lambda house: house.change("stash", owner="root"),
    "the agent runs since before its files were changed": started_before,
    "its log has a fresh error, and the test handshake works": lambda house: logged("CURL error 60", house.live()),
    "it runs as another user than its own": runs(user="other"),
    "its port presents another certificate than the one on disk": ANOTHER_SERVED,
    "you are not the agent's user, and that one may not read a file": lambda house: house.change("prv", mode=0o200),
    "the agent's name, as the master is told it, leads nowhere, or elsewhere": job(JOB.replace("= nc117031", "= nc999999")),
    "the agent's port presents what the master does not know": ANOTHER_SERVED,
}
for same, first in (
    ("the agent's certificate ended", "the agent's certificate has expired"),
    ("the master's certificate ended", "the master's certificate in the bundle has expired"),
    ("the master's certificate was renewed", "the master has a new certificate, and the bundle the old one"),
):
    SPOILS[same] = SPOILS[first]

BY_RULE: Dict[str, Spoil] = {row.rules[0]: SPOILS[row.first] for row in reversed(STATES) if row.first in SPOILS}
"""For each rule the state of the first row that names it."""
BY_RULE["ITA-KEY-001"] = lambda house: house.write("prv", healthy_bytes().own)
BY_RULE["ITA-INI-006"] = lambda house: house.setting("key_db_name", None)

# What must be true --------------------------------------------------------------------------------------------------------


def test_every_link_to_a_rule_names_it() -> None:
    """The words of the link are the page's name, and the rule exists."""
    known = {rule.id for rule in book().rules}

    assert [] == [(rule, page) for rule, page in RULE.findall(text()) if rule != page or rule not in known]
    assert len(RULE.findall(text())) == len(re.findall(r"\(rules/", text()))


def test_every_row_has_its_state() -> None:
    """None is taken on trust, and none is made that the page does not have."""
    assert sorted({row.first for row in STATES}) == sorted(SPOILS)


@pytest.mark.parametrize("row", STATES, ids=lambda row: re.sub(r"\W+", "-", f"{row.rules[0]}-{row.first}"))
def test_a_state_gives_its_rule(row: Row) -> None:
    """It is the one root cause; a note fails alone, and is no cause."""
    judged = judge(SPOILS[row.first](House()))

    wanted = () if row.second.endswith(", a note") else (row.rules[0],)
    assert wanted == judged.installation.root_causes
    assert Status.FAIL == judged[row.rules[0]].status


FIX = re.compile(r"`ita-doctor fix(?: (--[\w-]+) FILE)?`(?! shows)")
GIVEN: Dict[str, Dict[str, Any]] = {"": {}, "--password-file": {"password": PASSWORD}, "--server-cert": {"server": der(healthy_bytes().master)}}


@pytest.mark.parametrize("row", [row for row in STATES if FIX.search(row.third)], ids=lambda row: re.sub(r"\W+", "-", row.first))
def test_what_fix_is_said_to_heal_it_heals(row: Row) -> None:
    """Where the row sends to `ita-doctor fix`, nothing fails after its plan; with the option that it names."""
    (option,) = FIX.findall(row.third)

    assert frozenset() == plan(SPOILS[row.first](House()), **GIVEN[option]).failed


def test_every_known_message_is_listed() -> None:
    """In the order of the data, with its meaning word for word; none is invented."""
    known = [(f"`{each['id']}`", each["meaning"]) for each in book().settings["log"]["message"]]

    assert known == [(row.first, row.second) for row in LINES]


def test_every_rule_behind_a_message_can_be_its_cause() -> None:
    """ITA-AGT-007 waits for each of them, or is meant itself."""
    (log,) = [rule for rule in book().rules if rule.id == "ITA-AGT-007"]

    assert [] == [rule for row in LINES for rule in row.rules if rule != log.id and rule not in log.yields_to]


@pytest.mark.parametrize(
    ("row", "rule"), [(row, rule) for row in LINES for rule in row.rules], ids=lambda one: re.sub(r"\W+", "-", getattr(one, "first", one)).strip("-")
)
def test_a_message_and_its_cause(row: Row, rule: str) -> None:
    """Message and cause at once: the cause is named, the message waits for it; where none is found, the message is the finding, explained."""
    line = row.first.strip("`")
    house = BY_RULE[rule](House()) if rule != "ITA-AGT-007" else House()
    judged = judge(logged(line, house))

    assert (rule,) == judged.installation.root_causes
    if rule == "ITA-AGT-007":
        assert (line, row.second) == (judged[rule].facts["id"], judged[rule].facts["meaning"])
    else:
        assert (Status.BLOCKED, rule) == (judged["ITA-AGT-007"].status, judged["ITA-AGT-007"].blocked_by)


@pytest.mark.parametrize("code", ["6", "7", "28"])
def test_errors_of_the_network_are_no_finding(code: str) -> None:
    """The page sends them to the way to the master; the log's rule leaves them alone."""
    assert frozenset() == judge(logged(f"AWSITA245E no answer: CURL error {code}", House())).failed


# The same on disk, with a master on loopback ------------------------------------------------------------------------------


class Site(NamedTuple):
    """A healthy installation on disk, and a second one of the same names with other keys."""

    own: Sandbox
    other: Sandbox

    def put(self, name: str, content: bytes) -> None:
        """Another content for a file of the folder; its mode stays."""
        Path(self.own.folder, name).write_bytes(content)


Disk = Callable[[Site], Any]


def of_the_other(name: str) -> Disk:
    """A file of the other installation in the place of ours."""
    return lambda site: site.put(name, Path(site.other.folder, name).read_bytes())


def master(*, renewed: bool = False, knows: bool = True) -> Callable[[Site], Any]:
    """A master that has a new certificate, or does not know ours."""

    def start(site: Site) -> Any:
        its = site.other if renewed else site.own
        return Master(its.server, its.server_key, site.own.pub if knows else site.own.stranger)

    return start


@contextlib.contextmanager
def speaks_http(_: Site) -> Iterator[Any]:
    """A port on which plain HTTP is spoken."""

    class Quiet(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SimpleNamespace(port=server.server_port)
        server.shutdown()


@contextlib.contextmanager
def nobody(_: Site) -> Iterator[Any]:
    """A port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield SimpleNamespace(port=one.getsockname()[1])


def nothing(_: Site) -> None:
    """The files are well."""


def fresh_error(site: Site) -> None:
    """A line of the agent's log that is newer than its files."""
    folder = Path(site.own.agent, "stdlist", "JM")
    folder.mkdir(parents=True)
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time.time() + 2))
    (folder / "JobManager_message.log").write_text(f"{stamp}|AWSITA245E no answer: CURL error 60\n")


ON_DISK: Dict[str, Tuple[Disk, Callable[[Site], Any]]] = {
    "the master's port refuses": (nothing, nobody),
    "the port answers in plain HTTP": (nothing, speaks_http),
    "step 19 was not done, or the master was not restarted since": (nothing, master(knows=False)),
    "the master has a new certificate, and the bundle the old one": (nothing, master(renewed=True)),
    "the bundle holds only the agent's own": (lambda site: site.put(f"ita_ca_cert{SUFFIX}.pem", Path(site.own.pub).read_bytes()), master()),
    "a line end got lost when server.pem was appended": (
        lambda site: site.put(f"ita_ca_cert{SUFFIX}.pem", Path(site.own.pub).read_bytes().rstrip() + Path(site.own.server).read_bytes()), master()),
    "the stash holds another password than the key has": (of_the_other(f"{SUFFIX}.sth"), master()),
    "ftp in ASCII mode turned the stash into EBCDIC": (
        lambda site: site.put(f"{SUFFIX}.sth", Path(site.own.stash).read_bytes().decode().encode("cp037")), master()),
    "`ita_pub` is new and `ita_cert` is old": (of_the_other(f"ita_cert{SUFFIX}.pem"), master()),
    "the key is new, the certificates are old": (lambda site: (of_the_other(f"ita_prv{SUFFIX}.pem")(site), of_the_other(f"{SUFFIX}.sth")(site)), master()),
    "the agent's user may not read one": (lambda site: Path(site.own.pub).chmod(0o244), master()),
    "one did not arrive, or has another name": (lambda site: Path(site.own.folder, f"ita_cert{SUFFIX}.pem").unlink(), master()),
    "its log has a fresh error, and the test handshake works": (fresh_error, master()),
}  # fmt: skip


@pytest.fixture
def _common_umask() -> Iterator[None]:
    """No folder of the installation is open to its group, whatever the one who runs the tests has set."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_common_umask")
@pytest.mark.parametrize("first", ON_DISK, ids=lambda first: re.sub(r"\W+", "-", first))
def test_a_state_on_disk_gives_its_rule(first: str, tmp_path: Path) -> None:
    """Real files, a real port, a real handshake: the rule of the row is the one root cause."""
    site = Site(build(str(tmp_path / "own")), build(str(tmp_path / "other")))
    spoil, start = ON_DISK[first]
    with start(site) as its_master:
        name_master(site.own, its_master.port)
        spoil(site)
        out = io.StringIO()
        main(["check", site.own.agent, "--timeout", "3", "--state", str(tmp_path / "state"), "--format", "json"], Console(out, io.StringIO()))

    (row,) = {row.rules[0] for row in STATES if row.first == first}
    assert [row] == json.loads(out.getvalue())["installations"][0]["root_causes"]

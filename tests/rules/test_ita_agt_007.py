"""ITA-AGT-007: The agent's log has no fresh SSL error."""

from __future__ import annotations

import time

import pytest

from builders import HOME, NOW, PATHS, House, book, judge, key, locked
from ita_doctor.codecs import ebcdic
from ita_doctor.collect.log import FILES, LIMIT
from ita_doctor.model.artifact import Kind
from ita_doctor.model.finding import Finding, Status

LOG = f"{HOME}/stdlist/JM/JobManager_message.log"
TRACE = f"{HOME}/stdlist/JM/ITA_trace.log"
SINCE = NOW - 3600
"""When the agent's files were changed last: 11:00; it is 12:00."""
BAD = "2026-11-24 11:30:00|AWSITA245E The agent is down. CURL error 35: handshake"
OLD = "2026-11-24 10:30:00|CURL error 35: handshake"
GOOD = "2026-11-24 11:31:00|AWSITA083I Resource information was sent"


def written(house: House, *lines: str, path: str = LOG, changed: float = NOW - 60) -> House:
    """A log of these lines, in an installation whose files were changed at SINCE."""
    for artifact in FILES:
        if PATHS[artifact] in house.entries:
            house.change(artifact, changed=SINCE)
    return house.write(path, "".join(f"{line}\n" for line in lines).encode()).change(path, changed=changed)


def found(house: House) -> Finding:
    """What the rule says; nothing else fails."""
    judged = judge(house)
    assert judged.failed <= {"ITA-AGT-007"}
    return judged["ITA-AGT-007"]


def test_no_log_is_skipped(healthy: House) -> None:
    """An agent that has written none."""
    assert Status.SKIPPED == found(healthy).status


def test_a_quiet_log_passes(healthy: House) -> None:
    """A log of other things."""
    judged = found(written(healthy, "2026-11-24 11:30:00|AWSITA031I a job was started", GOOD))

    assert (Status.PASS, LOG) == (judged.status, judged.where)


def test_a_fresh_error_fails(healthy: House) -> None:
    """It says which, when, what it means and what to look at; the line itself is not shown."""
    judged = found(written(healthy, OLD, BAD + " password=Gr8"))

    assert (Status.FAIL, "fresh", LOG) == (judged.status, judged.variant, judged.where)
    assert {"id": "CURL error 35", "time": "2026-11-24T11:30:00Z", "ids": ["CURL error 35"]} == {
        one: judged.facts[one] for one in ("id", "time", "ids")
    }
    assert "handshake broke off" in judged.message
    assert "Gr8" not in judged.message


def test_a_handshake_that_works_now_is_said(healthy: House) -> None:
    """With a master that answers well the next thing is a restart."""
    assert "works-now" == found(written(healthy.live(), BAD)).variant


@pytest.mark.parametrize(
    "lines",
    [
        (OLD,),
        (BAD, GOOD),
        (BAD, "2026-11-24 11:30:00|AWSITA083I sent"),
        ("2026-11-24 11:30:00|AWSITA245E no answer: CURL error 7: could not connect",),
        ("2026-11-24 11:30:00|AWSITA081E could not resolve host",),
        ("2026-11-24 11:30:00|AWSITA104E Unable to perform the system resources scan",),
        ("2026-11-24 11:30:00|AWKTSA050E A problem with the JCL content",),
        ("2026-11-24 11:30:00|CURL error 350",),
        ("2026-11-24 11:30:00|XAWSITA245E",),
        ("2026-11-24T11:30:00+01:00|CURL error 35",),
    ],
)
def test_what_is_old_or_over_or_another_thing_passes(healthy: House, lines: tuple[str, ...]) -> None:
    """Before the last change, before a registration, or of another cause."""
    assert Status.PASS == found(written(healthy, *lines)).status


def test_every_message_is_found(healthy: House) -> None:
    """Each entry of the data file, in another case and with other signs between its words."""
    for entry in book().settings["log"]["message"]:
        line = f"2026-11-24 11:30:00|{entry['id'].replace(' ', ': (').upper()})"

        assert entry["id"] == found(written(healthy, line)).facts["id"]


def test_the_most_telling_gives_the_words(healthy: House) -> None:
    """One finding for several ids, in several logs."""
    house = written(
        written(healthy, "2026-11-24 11:40:00|AWSITA081E cannot send"), "2026-11-24 11:39:00 sslv3 alert bad certificate", BAD, path=TRACE
    )
    judged = judge(house)

    assert 1 == len(judged.all("ITA-AGT-007"))
    assert ["alert bad certificate", "CURL error 35", "AWSITA081E"] == judged["ITA-AGT-007"].facts["ids"]
    assert TRACE == judged["ITA-AGT-007"].where


def test_a_registration_ends_the_errors_of_every_log(healthy: House) -> None:
    """AWSITA083I stands in one log, the error in another."""
    assert Status.PASS == found(written(written(healthy, GOOD), BAD, path=TRACE)).status
    assert Status.FAIL == found(written(healthy, BAD.replace("11:30", "11:32"), path=TRACE)).status


def test_a_line_without_a_stamp_has_that_of_the_line_above(healthy: House) -> None:
    """An error of several lines."""
    assert Status.PASS == found(written(healthy, "2026-11-24 10:30:00|AWSITA031I x", "  CURL error 35")).status
    assert "2026-11-24T11:45:00Z" == found(written(healthy, "2026-11-24 11:45:00|AWSITA031I x", "  CURL error 35")).facts["time"]


def test_a_log_without_stamps_has_the_time_of_its_file(healthy: House) -> None:
    """Newer or older than the change."""
    assert "2026-11-24T11:59:00Z" == found(written(healthy, "CURL error 35")).facts["time"]
    assert Status.PASS == found(written(healthy, "CURL error 35", changed=SINCE - 1)).status


@pytest.mark.parametrize(
    ("line", "changed"),
    [("2027-11-24 11:30:00|CURL error 35", SINCE - 1), ("2027-11-24 11:30:00|CURL error 35", NOW + 9e7), ("CURL error 35", NOW + 9e7)],
)
def test_the_future_does_not_alarm(healthy: House, line: str, changed: float) -> None:
    """A clock that was wrong once must not make an error new for ever."""
    assert Status.PASS == found(written(healthy, line, changed=changed)).status


def test_the_order_of_day_and_month_is_the_logs_own(healthy: House) -> None:
    """11/12/26 is 11 December in one log, 12 November in another: its last stamp tells."""
    assert Status.PASS == found(written(healthy, "11/10/26 09:00:00|CURL error 35", "11/24/26 11:59:00|x")).status
    judged = found(written(healthy, "24/11/26 11:30:00|CURL error 35", "24/11/26 11:59:00|x"))

    assert "2026-11-24T11:30:00Z" == judged.facts["time"]


def test_stamps_are_of_the_machines_zone(healthy: House) -> None:
    """Two hours east of UTC the wall shows 13:30."""
    host = written(healthy, "2026-11-24 13:30:00|CURL error 35").host()
    host.zone = 7200.0
    from ita_doctor.collect.log import read_log
    from ita_doctor.model.agent import Log
    from ita_doctor.model.setup import Asked

    log = read_log(host, Asked(), HOME, {}, book().settings)

    assert isinstance(log, Log)
    assert [NOW - 1800] == [one.time for one in log.messages]


def test_a_log_that_was_put_aside_counts_until_there_is_a_new_one(healthy: House) -> None:
    """The newest part of a log is the one with the latest change, whatever it is called."""
    old = LOG.replace(".log", "1.log")
    house = written(written(healthy, BAD, path=old, changed=NOW - 600), GOOD, changed=NOW - 700)

    assert (Status.FAIL, old) == (found(house).status, found(house).where)
    assert Status.PASS == found(house.change(LOG, changed=NOW - 10)).status


@pytest.mark.parametrize("page", ebcdic.CCSIDS)
def test_ebcdic_is_read(healthy: House, page: int) -> None:
    """In every page, with both new lines."""
    table = {ebcdic.decode(bytes([byte]), page): byte for byte in range(256)}
    for newline in (0x15, 0x25):
        text = bytes(newline if sign == "\n" else table[sign] for sign in f"{GOOD}\n{BAD.replace('11:30', '11:45')}\n" * 3)
        house = written(healthy).write(LOG, text).change(LOG, changed=NOW - 60)

        assert "CURL error 35" == found(house).facts["id"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_unicode_is_read(healthy: House, encoding: str) -> None:
    """However it is written."""
    house = written(healthy).write(LOG, f"{BAD}\n".encode(encoding)).change(LOG, changed=NOW - 60)

    assert "CURL error 35" == found(house).facts["id"]


@pytest.mark.parametrize(
    "junk", [b"\0" * 9999, bytes(range(256)) * 40, b"x" * (1 << 20) + b"\n", b"\n" * 99999, b"curl aws awk\n" * 90000, b"\x15" * 9999]
)
def test_junk_before_an_error_hides_nothing(healthy: House, junk: bytes) -> None:
    """NULs, binary bytes, a line of a mebibyte; and it takes no time."""
    house = written(healthy).write(LOG, junk + b"\n" + BAD.encode() + b"\n").change(LOG, changed=NOW - 60)
    start = time.perf_counter()

    assert "CURL error 35" == found(house).facts["id"]
    assert time.perf_counter() - start < 3


def test_a_first_line_that_was_cut_does_not_count(healthy: House) -> None:
    """The tail begins somewhere in a line: what is left of it may say something else."""
    line = BAD.encode() + b" " * 999
    rest = b"2026-11-24 11:59:00|AWSITA031I x\n" * (LIMIT // 33)
    cut = line + b"\n" + rest
    house = written(healthy).write(LOG, b"x" * 99 + cut[-LIMIT + 20 :]).change(LOG, changed=NOW - 60)

    assert Status.PASS == found(house).status


@pytest.mark.parametrize("fields", [{"kind": Kind.FIFO}, {"kind": Kind.FOLDER}, {"kind": Kind.DEVICE}, {"readable": False}, {"link": "/etc/shadow"}])
def test_what_is_no_readable_log_is_skipped(healthy: House, fields: dict[str, object]) -> None:
    """A FIFO, a device, a file that is closed to us, a link out of the folder."""
    house = written(healthy, BAD).write("/etc/shadow", BAD.encode()).change(LOG, **fields)

    assert Status.SKIPPED == found(house).status


def test_a_copy_is_not_asked(healthy: House) -> None:
    """Of a tree from another machine, zone and clock are not known."""
    assert Status.SKIPPED == judge(written(healthy, BAD).ask(root="/"))["ITA-AGT-007"].status


def test_a_cause_that_is_seen_owns_the_symptom(healthy: House) -> None:
    """A key that the stash does not open is the cause, and the log's error its consequence."""
    judged = judge(written(healthy, BAD).write("prv", locked(key("agent"), b"another")))

    assert {"ITA-KEY-002"} == judged.failed
    assert "ITA-KEY-002" == judged["ITA-AGT-007"].blocked_by


def test_a_master_that_refuses_owns_the_symptom(healthy: House) -> None:
    """The handshake that was made just now says it better."""
    judged = judge(written(healthy.live(ended="alert", alert="unknown_ca", is_http=False, answer=""), BAD))

    assert {"ITA-TLS-003"} == judged.failed
    assert "ITA-TLS-003" == judged["ITA-AGT-007"].blocked_by

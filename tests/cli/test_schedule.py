"""`report --schedule`: what is printed can be put where it belongs as it is."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import List, Tuple

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console
from ita_doctor.cli.schedule import FIRST_HOUR, HOURS, moment

AWKWARD = '/opt/it\'s 100% $HOME "now"/TWS'


def printed(*argv: str) -> Tuple[int, str, str]:
    """(status, standard output, standard error) of a schedule."""
    out, err = io.StringIO(), io.StringIO()
    return main(["report", *argv], Console(out, err)), out.getvalue(), err.getvalue()


def cron_line(*argv: str) -> str:
    """The line of a crontab that is no remark."""
    status, out, _ = printed(*argv, "--schedule", "cron")
    assert 0 == status
    (line,) = [line for line in out.splitlines() if not line.startswith("#")]
    return line


def words_of(line: str) -> List[str]:
    """The words that the shell gets of a crontab's line, from behind the five fields."""
    command = line.split(None, 5)[5]
    return shlex.split(re.sub(r"\\%", "%", command))


def test_cron_runs_all_that_was_typed() -> None:
    """By its whole path, quiet, every path whole; a per cent sign does not end the command."""
    words = words_of(cron_line(AWKWARD, "--offline", "--skip", "MST", "--history", "h.db", "--remind=3d"))

    at = words.index("report")
    assert os.path.isabs(words[0])
    assert ["report", "-q", AWKWARD, "--offline", "--skip", "MST", "--history", os.path.abspath("h.db"), "--remind=3d"] == words[at:]


def test_a_relative_place_is_made_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron starts in another folder."""
    monkeypatch.chdir(tmp_path)

    assert [str(tmp_path / "TWS")] == words_of(cron_line("TWS"))[-1:]


def test_the_time_is_the_machines_own() -> None:
    """The same machine has the same minute each time, and a thousand machines do not share one."""
    moments = [moment(f"host{number}") for number in range(1000)]

    assert moments == [moment(f"host{number}") for number in range(1000)]
    assert len(set(moments)) > HOURS * 60 * 0.9
    assert all(FIRST_HOUR <= hour < FIRST_HOUR + HOURS and 0 <= minute < 60 for hour, minute in moments)


def test_a_place_below_a_copy_stays_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts from there, not from where this was typed."""
    monkeypatch.chdir(tmp_path)

    assert [f"{tmp_path}/copy", "/opt/TWS"] == words_of(cron_line("--root", "copy", "opt/TWS"))[-2:]


def test_what_the_environment_says_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler has another environment."""
    monkeypatch.setenv("ITA_DOCTOR_PLACE", "/opt/hcl/TWS")
    monkeypatch.setenv("ITA_DOCTOR_STATE", "/srv/state")

    assert ["--state", "/srv/state", "/opt/hcl/TWS"] == words_of(cron_line())[-3:]
    assert ["--state", "/other", "/opt/other"] == words_of(cron_line("--state", "/other", "/opt/other"))[-3:]


def test_a_file_below_tmp_is_written_where_others_see_it() -> None:
    """Not in a /tmp of the service's own."""
    _, out, _ = printed("--schedule", "systemd", "--format", "html", "--output", "/tmp/ita/page.html")

    assert "PrivateTmp=no" in out
    assert "PrivateTmp=yes" in printed("--schedule", "systemd")[1]


def test_what_is_written_to_a_file_is_not_quiet() -> None:
    """A page is made each time, or its date would lie."""
    words = words_of(cron_line("--format", "openmetrics", "--output", "/srv/agent.prom"))

    assert "-q" not in words
    assert "/srv/agent.prom" in words


def test_a_line_break_in_a_path_is_refused() -> None:
    """No scheduler takes it."""
    status, out, err = printed("/opt/a\nb", "--schedule", "cron")

    assert (3, "") == (status, out)
    assert "--schedule" in err


def test_the_units_are_three_files() -> None:
    """Service, timer and logrotate, each behind its own name; the timer is spread and made up for."""
    _, out, _ = printed(AWKWARD, "--schedule", "systemd")

    names = re.findall(r"^# (/etc/\S+)$", out, re.MULTILINE)
    assert ["/etc/systemd/system/ita-doctor.service", "/etc/systemd/system/ita-doctor.timer", "/etc/logrotate.d/ita-doctor"] == names
    assert "RandomizedDelaySec=" in out
    assert "Persistent=yes" in out
    assert "100%%" in out


def test_the_units_may_write_where_they_have_to() -> None:
    """The rest of the machine is read-only to them."""
    _, out, _ = printed("--schedule", "systemd", "--state", "/srv/state", "--format", "openmetrics", "--output", "/var/lib/node/ita.prom")

    (line,) = re.findall(r"^ReadWritePaths=(.*)$", out, re.MULTILINE)
    assert {"/var/log", "/srv/state", "/var/lib/node"} == set(line.split())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing to say about them."""
    _, out, _ = printed(AWKWARD, "--schedule", "systemd")
    service, timer, _ = re.split(r"^# /etc/\S+$", out, flags=re.MULTILINE)[1:]
    (tmp_path / "ita-doctor.service").write_text(service.replace("Documentation=man:ita-doctor(1)\n", ""))
    (tmp_path / "ita-doctor.timer").write_text(timer)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "ita-doctor.timer"), str(tmp_path / "ita-doctor.service")],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip

    ours = [line for line in (done.stdout + done.stderr).splitlines() if "ita-doctor" in line]
    assert [] == ours
    assert 0 == done.returncode or not ours


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="needs logrotate")
def test_logrotate_takes_its_file(tmp_path: Path) -> None:
    """A dry run reads it without an error."""
    _, out, _ = printed("--schedule", "systemd")
    path = tmp_path / "ita-doctor"
    path.write_text(re.split(r"^# /etc/\S+$", out, flags=re.MULTILINE)[3])
    path.chmod(0o644)

    done = subprocess.run(["logrotate", "-d", "-s", str(tmp_path / "state"), str(path)], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stderr
    assert "error" not in done.stderr.lower()


def test_the_job_of_ibm_i_is_quoted_twice() -> None:
    """Once for the shell, once for CL: undone in that order, the words are what was typed."""
    status, out, _ = printed(AWKWARD, "--offline", "--schedule", "ibmi")

    assert 0 == status
    (line,) = re.findall(r"CMD\(QSH CMD\('(.*)'\)\) FRQ", out)
    assert re.sub("''", "", line).count("'") == 0
    words = shlex.split(line.replace("''", "'"))
    assert ["report", "-q", AWKWARD, "--offline"] == words[words.index("report") :]
    assert re.search(r"FRQ\(\*WEEKLY\) SCDDATE\(\*NONE\) SCDDAY\(\*ALL\) SCDTIME\('0\d:\d\d:00'\)", out)


def test_too_long_for_ibm_i() -> None:
    """An entry holds 512 characters; it says what to do."""
    status, _, err = printed(*(f"/opt/agents/number-{number:04d}/TWS" for number in range(40)), "--schedule", "ibmi")

    assert 3 == status
    assert "--config" in err

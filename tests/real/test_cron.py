"""A real cron runs the printed line in its own bare environment: a healthy agent mails nothing, a fault mails once."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ita_doctor.cli.app import main
from ita_doctor.cli.console import Console

CRON = shutil.which("cron", path="/usr/sbin:/usr/bin:/sbin:/bin")

pytestmark = [
    pytest.mark.real,
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root runs a cron of its own"),
    pytest.mark.skipif(CRON is None or shutil.which("unshare") is None, reason="needs Debian's cron, and unshare"),
]

SENDMAIL = """\
#!/bin/sh
exec cat >"$(mktemp {mails}/mail-XXXXXX)"
"""

START = """\
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /var/spool/cron
mkdir -m 1730 /var/spool/cron/crontabs
cp {work}/crontab /var/spool/cron/crontabs/root
chmod 600 /var/spool/cron/crontabs/root
mount -t tmpfs tmpfs /etc/cron.d
mount --bind /dev/null /etc/crontab
mount -t tmpfs tmpfs /usr/sbin
cp {work}/sendmail /usr/sbin/sendmail
mount -t tmpfs tmpfs /run
exec {work}/cron -f
"""
"""In a mount namespace of its own, so that the machine's crontabs are not run twice and its mail is not used."""


def mails(folder: Path) -> list[str]:
    """What was mailed, oldest first."""
    found = sorted(folder.glob("mail-*"), key=lambda path: path.stat().st_mtime_ns)
    return [path.read_text() for path in found]


def runs(history: Path) -> int:
    """How often the report has run."""
    import contextlib
    import sqlite3

    if not history.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{history}?mode=ro", uri=True)) as raw, contextlib.suppress(sqlite3.OperationalError):
        return int(raw.execute("SELECT count(*) FROM run").fetchone()[0])
    return 0


def wait_for(history: Path, number: int) -> None:
    """Until the report has run that often: cron knows no less than a minute."""
    end = time.monotonic() + 150
    while runs(history) < number:
        assert time.monotonic() < end, f"cron has run the report {runs(history)} times"
        time.sleep(0.5)
    time.sleep(2)  # the mail is sent after the job has ended


def test_cron_mails_what_is_new_and_nothing_else(site, tmp_path):
    """Healthy: no mail. Broken: one mail with the cause. Still broken: no second one."""
    work, post, state = tmp_path / "work", tmp_path / "mails", tmp_path / "state"
    work.mkdir()
    post.mkdir()
    shutil.copy(CRON, work / "cron")
    (work / "sendmail").write_text(SENDMAIL.format(mails=post))
    (work / "sendmail").chmod(0o755)
    out = io.StringIO()
    assert main(["report", str(site.ini), "--offline", "--state", str(state), "--schedule", "cron"], Console(out, io.StringIO())) == 0
    (line,) = [line for line in out.getvalue().splitlines() if not line.startswith("#")]
    source = next((entry for entry in sys.path if (Path(entry) / "ita_doctor").is_dir()), "")
    every_minute = f"* * * * * {line.split(None, 5)[5]}"
    (work / "crontab").write_text(f"PYTHONPATH={source}\nMAILTO=operator\n{every_minute}\n")
    history = state / "history.db"

    job = subprocess.Popen(["unshare", "-m", "sh", "-c", START.format(work=work)], stderr=subprocess.PIPE)
    try:
        time.sleep(1)
        if job.poll() is not None:
            pytest.skip(f"no mount namespace can be made here: {job.stderr.read().decode()}")
        wait_for(history, 1)

        assert [] == mails(post)

        site.write(site.stash, site.stash.read_bytes().decode().encode("cp037"))
        wait_for(history, 2)

        (mail,) = mails(post)
        assert "To: operator" in mail
        assert "ITA-STH-001" in mail
        assert "new since the run before" in mail
        assert "Traceback" not in mail

        wait_for(history, 3)

        assert [mail] == mails(post)
    finally:
        job.terminate()
        job.wait(10)
        job.stderr.close()

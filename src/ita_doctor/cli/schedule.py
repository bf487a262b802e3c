"""`report --schedule`: what runs the report every day, by the scheduler that is there."""

from __future__ import annotations

import argparse
import hashlib
import posixpath
import re
import shlex
from typing import Callable, Dict, List, Sequence, Tuple

from ita_doctor.cli.console import Console
from ita_doctor.cli.exit_code import HEALTHY
from ita_doctor.cli.usage import Usage
from ita_doctor.host.base import Host
from ita_doctor.host.process import program
from ita_doctor.model.visible import visible

PATHS = (
    "--server-cert", "--ca-cert", "--server-keystore", "--trust-keystore", "--store-password-file", "--root", "--rules", "--output", "--history",
    "--config", "--state",
)  # fmt: skip
"""Options whose values are paths: a scheduler starts elsewhere."""
FIRST_HOUR, HOURS = 3, 3
"""Between three and six in the morning, each machine at a minute of its own, so that not all ask the master at once."""
LOG = "/var/log/ita-doctor.log"
LONGEST_CL = 512
"""Characters of a command that a job schedule entry of IBM i holds."""

CRON = """\
# For `crontab -e` of the user who is to run it (root, to read every file). Cron mails what is printed: nothing, where nothing is new.
# In /etc/crontab or a file of /etc/cron.d the user's name stands behind the five fields of the time.
{minute} {hour} * * * {command}
"""

SYSTEMD = """\
# /etc/systemd/system/ita-doctor.service
[Unit]
Description=Health report on the SSL set-up of the workload automation agents
Documentation=man:ita-doctor(1)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
StandardOutput=append:{log}
StandardError=append:{log}
StateDirectory=ita-doctor
StateDirectoryMode=0700
UMask=0027
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SETUID CAP_SETGID
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
PrivateTmp={private}
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
TimeoutStartSec=1h

# /etc/systemd/system/ita-doctor.timer
[Unit]
Description=Daily health report on the workload automation agents

[Timer]
OnCalendar=*-*-* {hour:02d}:{minute:02d}:00
RandomizedDelaySec=30m
Persistent=yes

[Install]
WantedBy=timers.target

# /etc/logrotate.d/ita-doctor
{log} {{
    monthly
    rotate 12
    missingok
    notifempty
    compress
    delaycompress
    create 0640 root root
}}
"""
"""
Three files, each behind its name. A status other than 0 makes the unit fail: `systemctl --failed` and OnFailure= see it. Root without the
capability to write where it is not the owner reads every file and changes none.
"""

IBMI = """\
/* One command, for a profile with *JOBCTL that may read the agent's files. What is printed goes into the job's spooled file. */
ADDJOBSCDE JOB(ITADOCTOR) CMD(QSH CMD('{command}')) FRQ(*WEEKLY) SCDDATE(*NONE) SCDDAY(*ALL) SCDTIME('{hour:02d}:{minute:02d}:00')
"""


def schedule(args: argparse.Namespace, console: Console, host: Host) -> int:
    """Print what belongs into the scheduler that is asked for."""
    hour, minute = moment(host.name())
    typed = [*args.typed, *_of_environment(args, host)]
    words = command(typed, host)
    console.out(MAKERS[args.schedule](words, hour, minute))
    return HEALTHY


def _of_environment(args: argparse.Namespace, host: Host) -> List[str]:
    """What the environment says now, as words: a scheduler has another one."""
    state, place = host.environment("ITA_DOCTOR_STATE"), host.environment("ITA_DOCTOR_PLACE")
    return [*(["--state", state] if state and args.state is None else []), *([place] if place and not args.places and args.root is None else [])]


def moment(name: str) -> Tuple[int, int]:
    """Hour and minute for a machine of that name: always the same, and spread over machines."""
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:4], "big") % (HOURS * 60)
    return FIRST_HOUR + number // 60, number % 60


def command(typed: Sequence[str], host: Host) -> List[str]:
    """The words to be run: this program, by its whole path, with all that was typed but --schedule; paths whole as well."""
    kept: List[str] = []
    words = list(typed)
    has_root = any(word.partition("=")[0] == "--root" for word in words)
    while words:
        word = words.pop(0)
        option, equals, value = word.partition("=")
        if option == "--schedule":
            if not equals and words:
                words.pop(0)
        elif option in PATHS:
            value = value if equals else words.pop(0) if words else ""
            kept += [option, host.absolute(value)]
        elif word.startswith("-") or not kept or kept[-1] in _VALUED:
            kept.append(word)
        else:
            kept.append(posixpath.join("/", word) if has_root else host.absolute(word))  # below --root it counts from there
    if not {"-q", "--quiet", "-v", "--verbose", "--output"} & set(kept):
        kept.insert(1, "-q")
    for word in (*program(), *kept):
        if visible(word, len(word) + 1) != word:
            raise Usage(f"--schedule: {word!r} holds characters that no scheduler takes")
    return [*program(), *kept]


_VALUED = frozenset(
    ("--master", "--user", "--suffix", "--at", "--due", "--timeout", "--only", "--skip", "--format", "--color", "--keep", "--remind")
)  # fmt: skip


def _cron(words: Sequence[str], hour: int, minute: int) -> str:
    """A per cent sign ends a command of cron where it is not escaped."""
    return CRON.format(minute=minute, hour=hour, command=shlex.join(words).replace("%", r"\%"))


def _systemd(words: Sequence[str], hour: int, minute: int) -> str:
    """Its own quoting: double quotes, with backslash, per cent and dollar escaped."""
    folders = [value.rpartition("/")[0] or "/" for option, value in zip(words, words[1:]) if option in ("--output", "--history")]
    folders += [value for option, value in zip(words, words[1:]) if option == "--state"]
    writable = " ".join(_unit_word(one) for one in dict.fromkeys(["/var/log", *folders]))
    private = "no" if any(f"{one}/".startswith(("/tmp/", "/var/tmp/")) for one in folders) else "yes"  # noqa: S108 - where the user has it written
    return SYSTEMD.format(command=" ".join(map(_unit_word, words)), hour=hour, minute=minute, log=LOG, writable=writable, private=private)


def _unit_word(word: str) -> str:
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return plain if re.fullmatch(r"[A-Za-z0-9_./:@=,+%$-]+", plain) else f'"{plain}"'


def _ibmi(words: Sequence[str], hour: int, minute: int) -> str:
    """Quoted for the shell, then for CL, where a quote within quotes is doubled."""
    line = shlex.join(words).replace("'", "''")
    if len(line) > LONGEST_CL:
        raise Usage(f"--schedule ibmi: the command has {len(line)} characters, and an entry holds {LONGEST_CL}: put options into --config FILE")
    return IBMI.format(command=line, hour=hour, minute=minute)


MAKERS: Dict[str, Callable[[Sequence[str], int, int], str]] = {"cron": _cron, "systemd": _systemd, "ibmi": _ibmi}

"""Options that several commands share, and the values that they take."""

from __future__ import annotations

import argparse
import posixpath
import re
from typing import TYPE_CHECKING, Any, FrozenSet, Mapping, Optional, Sequence, Tuple

from ita_doctor.cli.usage import Usage, did_you_mean
from ita_doctor.engine import Choice
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Kind
from ita_doctor.model.rule import Rule
from ita_doctor.model.setup import Asked

if TYPE_CHECKING:
    from ita_doctor.model.secret import Secret

FORMATS = ("text", "json", "nagios", "openmetrics", "junit", "sarif", "html")
"""Of a report; each but the first two is render/<name>.py with `render(reports, rules)`."""


PLACE = "an ita.ini, or the folder of an installation; default: $ITA_DOCTOR_PLACE, else all that are registered or in the usual folders"
JUDGED, RULES, NETWORK, MASTER, OUTPUT, FILES = "what is judged", "rules", "network", "the master's side", "output", "files of ita-doctor"
"""The groups of options in a help, in which forty of them can be found."""


def group(parser: argparse.ArgumentParser, title: str) -> argparse._ArgumentGroup:
    """The group of that title, made where it is not there yet."""
    return next((one for one in parser._action_groups if one.title == title), None) or parser.add_argument_group(title)


def add_check_options(parser: argparse.ArgumentParser, *, quiet: str = "say nothing of an installation that is healthy") -> None:
    """The options of `check`; docs/check.md says more of each. *quiet* is what -q does."""
    parser.add_argument("places", nargs="*", metavar="PLACE", help=PLACE)
    add = group(parser, JUDGED).add_argument
    add("--root", metavar="DIR", help="a tree that was copied to DIR from another machine: its absolute paths count below DIR")
    add("--thorough", action="store_true", help="also what costs time: the key's full arithmetic (ITA-KEY-005)")
    add = group(parser, RULES).add_argument
    add("--only", metavar="ID,...", action="append", default=[], help="only these rules or families, and what blocks them; may be repeated")
    add("--skip", metavar="ID,...", action="append", default=[], help="not these rules or families; may be repeated")
    add_judging_options(parser)
    add_report_options(parser, quiet=quiet)


def add_judging_options(parser: argparse.ArgumentParser) -> None:
    """How an installation is judged, whatever is done about it then."""
    add = group(parser, JUDGED).add_argument
    add("--suffix", metavar="NAME", help="the suffix that is expected; default: what ita.ini says")
    add("--user", metavar="NAME", help="the agent's user; default: who owns the installation")
    add("--at", metavar="TIME", help="as if it were this time, such as 2027-01-31 or 2027-01-31T06:00:00Z (UTC); default: now")
    add("--due", metavar="WARN,ERROR", help="days that a certificate has left for a warning, an error; default: 30d,7d, less if it is short-lived")
    add_rules_option(group(parser, RULES))
    add = group(parser, NETWORK).add_argument
    add("--offline", action="store_true", help="none at all: the rules of NET and TLS, ITA-AGT-006 and ITA-AGT-008 are skipped")
    add("--master", metavar="HOST:PORT", help="where the master listens; default: what JobManager.ini says")
    add("--timeout", metavar="SECONDS", default="10", help="for each network step; an installation ends within 3 times this; default: 10")
    add = group(parser, MASTER).add_argument
    add("--server-cert", metavar="FILE", help="the master's certificate (server.pem of step 12); default: one that lies near the agent's")
    add("--ca-cert", metavar="FILE", help="the certificate of the CA (TWSca.crt) that signs the agent's; default: none, and ITA-CERT-012 is skipped")
    near = "default: that of a master near the agent, only judged"
    add("--server-keystore", metavar="PATH", help=f"the master's key store, or its folder; fix takes server.pem from it; {near}")
    add("--trust-keystore", metavar="PATH", help=f"the master's trust store, or its folder; fix does step 19 in it; {near}")
    add("--store-password-file", metavar="FILE", help="holds the password of both stores; default: the shipped password")
    add = group(parser, FILES).add_argument
    add("--config", metavar="FILE", help="options and accepted findings; default: /etc/ita-doctor.toml, then ~/.config/ita-doctor.toml")
    add_state_option(parser)


def add_rules_option(target: argparse._ActionsContainer) -> None:
    """--rules."""
    target.add_argument("--rules", metavar="DIR", action="append", default=[], help="a folder with more rule files; may be repeated")


def add_state_option(parser: argparse.ArgumentParser) -> None:
    """--state."""
    said = "journal, backups, requests, history; default: $ITA_DOCTOR_STATE, else /var/lib/ita-doctor as root, ~/.local/state/ita-doctor"
    group(parser, FILES).add_argument("--state", metavar="DIR", help=said)


def usual_configs(host: Host) -> Tuple[str, str]:
    """Where config files are looked for: the machine's, then that of who runs this."""
    return "/etc/ita-doctor.toml", f"{host.environment('HOME') or '/'}/.config/ita-doctor.toml"


def state_folder(given: Optional[str], host: Host) -> str:
    """The folder that --state names (*given*), or its default."""
    named = given or host.environment("ITA_DOCTOR_STATE")
    if named:
        return host.absolute(named)
    if host.me()[0] == 0:
        return "/var/lib/ita-doctor"
    return host.absolute(f"{host.environment('HOME') or '/'}/.local/state/ita-doctor")


def add_report_options(parser: argparse.ArgumentParser, *, quiet: str) -> None:
    """Form and place of what is printed."""
    add_output_options(parser, FORMATS)
    group(parser, OUTPUT).add_argument("--output", metavar="FILE", help="written whole, instead of standard output")
    add_volume_options(parser, verbose="also say what passed, was skipped, or cannot be judged yet", quiet=quiet)


def add_volume_options(parser: argparse.ArgumentParser, *, verbose: str, quiet: str) -> None:
    """-v and -q, which exclude each other."""
    volume = group(parser, OUTPUT).add_mutually_exclusive_group()
    volume.add_argument("-v", "--verbose", action="store_true", help=verbose)
    volume.add_argument("-q", "--quiet", action="store_true", help=quiet)


def add_output_options(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS[:2]) -> None:
    """--format and --color."""
    known = f"{', '.join(formats[:-1])} or {formats[-1]}; default: text"
    group(parser, OUTPUT).add_argument("--format", metavar="FORMAT", choices=formats, default="text", help=known)
    add_color_option(parser)


def add_color_option(parser: argparse.ArgumentParser) -> None:
    """--color."""
    said = "when to use colour; default: auto, on a terminal where NO_COLOR is not set"
    group(parser, OUTPUT).add_argument("--color", choices=("auto", "always", "never"), default="auto", help=said)


def asked_of(args: argparse.Namespace, host: Host) -> Asked:
    """What the options ask for; Usage where one of them makes no sense."""
    for option in ("server_cert", "ca_cert"):
        path = getattr(args, option)
        if path is not None:
            setattr(args, option, _certificate_file(host, option, host.absolute(path)))
    root = getattr(args, "root", None)
    if args.user is not None and root is None and host.uid_of(args.user) is None:
        raise Usage(f"--user: the system knows no user {args.user!r}")
    if args.suffix is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", args.suffix):
        raise Usage(f"--suffix: {args.suffix!r} is not 1 to 64 letters, digits, '.', '_' or '-'")
    return Asked(
        suffix=args.suffix, user=args.user, master=_master(args.master), server_cert=args.server_cert, ca_cert=args.ca_cert,
        server_keystore=_absolute(host, args.server_keystore), trust_keystore=_absolute(host, args.trust_keystore),
        store_password=_store_password(args.store_password_file), root=_absolute(host, root), is_offline=args.offline, is_thorough=args.thorough,
        timeout=_timeout(args.timeout), at=_moment(args.at),
    )  # fmt: skip


def _absolute(host: Host, path: Optional[str]) -> Optional[str]:
    return None if path is None else host.absolute(path)


def _store_password(path: Optional[str]) -> Optional[Secret]:
    """The password of the master's stores, read once: it may come by a pipe."""
    if path is None:
        return None
    from ita_doctor.host.inputs import read_input
    from ita_doctor.model.secret import Secret

    try:
        content = read_input(path)
    except OSError as why:
        raise Usage(f"--store-password-file: {path!r} cannot be read: {why.strerror or why}") from None
    password = content.rstrip(b"\r\n")
    if not password:
        raise Usage(f"--store-password-file: {path!r} is empty; wanted the password of the master's stores")
    return Secret(password)


def hold_stores(asked: Asked, host: Host, table: Mapping[str, Any]) -> None:
    """Usage where --server-keystore or --trust-keystore names nothing that can be read; of a folder, one of the two stores is enough."""
    names = [table["master"]["key_store"], table["master"]["trust_store"]]
    for option, given, name in (("--server-keystore", asked.server_keystore, names[0]), ("--trust-keystore", asked.trust_keystore, names[1])):
        if given is None:
            continue
        is_folder = host.stand(given).kind is Kind.FOLDER
        path = posixpath.join(given, name) if is_folder else given
        if is_folder and host.stand(path).kind is Kind.MISSING:
            if all(host.stand(posixpath.join(given, one)).kind is Kind.MISSING for one in names):
                raise Usage(f"{option}: {given!r} holds neither {names[0]} nor {names[1]}: name the store itself, or the folder that holds it")
            continue
        try:
            host.read(path, 1)
        except OSError as why:
            raise Usage(f"{option}: {path!r} cannot be read: {why.strerror or 'not a regular file'}") from None


def _certificate_file(host: Host, option: str, path: str) -> str:
    """*path*, where it is a file that holds a certificate; an input that was asked for is never passed over in silence."""
    from ita_doctor.codecs.cert import read_certificates
    from ita_doctor.codecs.pem import scan
    from ita_doctor.codecs.text import read_text
    from ita_doctor.model.artifact import LIMIT, BadArtifact

    name = "--" + option.replace("_", "-")
    try:
        read_certificates(scan(read_text(host.read(path, LIMIT)).value))
    except OSError as why:
        raise Usage(f"{name}: {path!r} cannot be read: {why.strerror or 'not a regular file'}") from None
    except BadArtifact as why:
        raise Usage(f"{name}: {path!r} holds no certificate in PEM that can be read ({why.kind}); `ita-doctor inspect` says what it is") from None
    return path


def _master(text: Optional[str]) -> Optional[str]:
    if text is None:
        return None
    from ita_doctor.codecs.jobmanager import split_address
    from ita_doctor.model.artifact import BadArtifact

    try:
        port = split_address(text)[1]
    except BadArtifact:
        port = 0
    if not port:
        raise Usage(f"--master: {text!r} is not HOST:PORT (an IPv6 address in brackets)")
    return text.strip()


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 3600:
        raise Usage(f"--timeout: {text!r} is not a number of seconds above 0, 3600 at most")
    return seconds


def _moment(text: Optional[str]) -> Optional[float]:
    if text is None:
        return None
    import datetime

    try:
        moment = datetime.datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
        return zoned.astimezone(datetime.timezone.utc).timestamp()
    except (ValueError, OverflowError):
        raise Usage(f"--at: {text!r} is not a time like 2026-11-24 or 2026-11-24T12:00:00Z") from None


def with_due(rules: Sequence[Rule], text: Optional[str]) -> Tuple[Rule, ...]:
    """The rules with the days of `--due` for this run; the shares of a lifetime hold no longer then."""
    if text is None:
        return tuple(rules)
    found = re.fullmatch(r"(\d{1,5})d?,(\d{1,5})d?", text.strip())
    if not found or int(found[2]) > int(found[1]):
        raise Usage(f"--due: {text!r} is not WARN,ERROR in days such as 30d,7d, the first not less than the second")
    due = {"warning_days": int(found[1]), "error_days": int(found[2]), "warning_share": 1.0, "error_share": 1.0}
    return tuple(rule._replace(params={**rule.params, **due}) if "warning_days" in rule.params else rule for rule in rules)


def choice_of(args: argparse.Namespace, rules: Sequence[Rule]) -> Choice:
    """--only and --skip; Usage, with what was meant, for a rule or family that there is not."""
    return Choice(_names("--only", args.only, rules), _names("--skip", args.skip, rules))


def _names(option: str, lists: Sequence[str], rules: Sequence[Rule]) -> FrozenSet[str]:
    known = [rule.id for rule in rules] + list(dict.fromkeys(rule.family for rule in rules))
    names = [name.strip().upper() for one in lists for name in one.split(",") if name.strip()]
    names = [f"ITA-{name}" if f"ITA-{name}" in known else name for name in names]
    for name in names:
        if name not in known:
            raise Usage(f"{option}: there is no rule or family {name}{did_you_mean(name, known)}")
    if lists and not names:
        raise Usage(f"{option}: no rule is named")
    return frozenset(names)

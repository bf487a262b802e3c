"""Options of `fix` → Answers: every input is read and held to be right before anything is planned."""

from __future__ import annotations

import argparse
import contextlib
import re
from dataclasses import replace
from typing import Optional

from ita_doctor.cli.console import Console
from ita_doctor.cli.options import JUDGED, PLACE, add_judging_options, add_output_options, add_volume_options, group
from ita_doctor.cli.usage import Usage
from ita_doctor.codecs import given, issue, subject
from ita_doctor.codecs.key import open_key
from ita_doctor.host.base import Host
from ita_doctor.host.inputs import LIMIT, read_descriptor, read_input
from ita_doctor.host.vault import Vault
from ita_doctor.model.artifact import BadArtifact, FileFact, Key, Lost
from ita_doctor.model.plan import Answers, BadPlan
from ita_doctor.model.secret import Secret
from ita_doctor.repair.plan import Course

BIGGEST_STORE = 16 << 20

WHY = {
    "ca-expired": "the CA's certificate has expired: what it signs is valid nowhere",
    "ca-early": "the CA's certificate is not valid yet: look at this machine's clock",
    "ca-not-ca": "this is no CA's certificate: it may not sign others",
    "none": "holds no private key",
    "broken": "is broken or damaged",
    "password": "is encrypted: give its password with --ca-password-file",
    "wrong-password": "does not open with the password that was given",
    "unknown-cipher": "is encrypted in a way that this machine's libraries do not know",
    "forever": "is locked so that opening it would take for ever",
    "not-store": "is no Java key store",
    "truncated": "is cut off or damaged",
    "no-alias": "holds no certificate under the alias server",
    "needs-java": "can only be read by keytool, which is not to be found: set JAVA_HOME",
}
"""What a codec's refusal means, for the one who gave the input."""

SUBJECT_FAULTS = {
    "country": "C takes two letters, such as C=IT",
    "no-cn": "it wants a CN",
    "empty": "something in it is empty",
    "long": "it is too long",
}


def add_fix_options(parser: argparse.ArgumentParser) -> None:
    """The options of `fix`; docs/fix.md says more of each."""
    parser.add_argument("places", nargs="*", metavar="PLACE", help=PLACE)
    add = group(parser, "what is done").add_argument
    add("--apply", action="store_true", help="do it; without this only the plan is shown and nothing is touched")
    add("--yes", action="store_true", help="do not ask, neither for a yes nor for a password")
    add("--renew", action="store_true", help="make a new key and certificate though the old are well")
    add("--restart", action="store_true", help="also stop and start the agent (steps 17 and 18)")
    add("--into", metavar="DIR", help="make the six files in DIR, on any machine; needs no installation, but --suffix")
    add = group(parser, "keys and certificates").add_argument
    add("--password-file", metavar="FILE", help="holds the private key's password; default: the one in the stash, else it is asked for")
    add("--password-fd", metavar="N", type=int, help="the same, from an open file descriptor")
    add("--subject", metavar="DN", help="of a new request: /C=IT/O=Example/CN=host or CN=host,O=Example,C=IT; default: that of the old certificate")
    add("--days", metavar="N", type=int, default=365, help="how long a new certificate is valid, in days; default: 365")
    add("--ca-key", metavar="FILE", help="the CA's private key: with --ca-cert the certificate is signed here (steps 7 and 8)")
    add("--ca-password-file", metavar="FILE", help="holds the password of the CA's private key")
    add("--certificate", metavar="FILE", help="the certificate that the CA made from the request of an earlier fix")
    add("--server-from-handshake", metavar="SHA256", help="take the certificate that the master presents as server.pem, if this is its digest")
    add = group(parser, JUDGED).add_argument
    add("--root", metavar="DIR", help="refused: a copy is judged, by check, and never repaired")
    add("--thorough", action="store_true", help="always so here: the key's full arithmetic is judged")
    add_judging_options(parser)
    add_output_options(parser)
    quiet = "only what is to be done, without commands and diffs; no progress"
    add_volume_options(parser, verbose="also show the steps with which nothing is to be done", quiet=quiet)


def answers_of(args: argparse.Namespace, host: Host, vault: Optional[Vault], place: str, suffix: str) -> Answers:
    """What the options give. Raises BadPlan for an input that does not fit, OSError for one that cannot be read, Usage for nonsense."""
    if not 1 <= args.days <= 36500:
        raise Usage(f"--days: {args.days} is not 1 to 36500")
    if args.ca_password_file is not None and args.ca_key is None:
        raise Usage("--ca-password-file: goes with --ca-key")
    if args.ca_key is not None and args.ca_cert is None:
        raise Usage("--ca-key: goes with --ca-cert, the CA's certificate")
    answers = Answers(suffix=args.suffix, subject=_subject(args.subject), days=args.days, is_renewal=args.renew)
    answers = _with_password(answers, args)
    answers = _with_ca(answers, args, host)
    if args.certificate is not None:
        answers = replace(answers, certificate=_certificate(host, "--certificate", args.certificate), certificate_path=args.certificate)
    if args.server_cert is not None:
        answers = replace(answers, server=_certificate(host, "--server-cert", args.server_cert), server_source=args.server_cert)
    if args.server_from_handshake is not None and not _digest(args.server_from_handshake):
        raise Usage(f"--server-from-handshake: {args.server_from_handshake!r} is not a SHA-256 digest of 64 hex digits")
    return _with_waiting(answers, vault, place, suffix)


def read_named(option: str, path: str, limit: int = LIMIT) -> bytes:
    """The content of the file that an option names. Raises BadPlan, in words, where it cannot be had."""
    try:
        return read_input(path, limit)
    except FileNotFoundError:
        raise BadPlan(f"{option}: {path}: there is no such file") from None
    except IsADirectoryError:
        raise BadPlan(f"{option}: {path} is a folder; name a file") from None
    except OSError as why:
        raise BadPlan(f"{option}: {path}: cannot be read: {why.strerror or why}") from None


def _subject(text: Optional[str]) -> Optional[str]:
    if text is not None:
        try:
            subject.subject_of(text)
        except BadArtifact as why:
            hint = SUBJECT_FAULTS.get(str(why.facts.get("fault")), f"look at {why.facts.get('part')!r}")
            raise Usage(f"--subject: {text!r} is no distinguished name such as /C=IT/O=Example/CN=host: {hint}") from None
    return text


def _with_password(answers: Answers, args: argparse.Namespace) -> Answers:
    if args.password_file is not None and args.password_fd is not None:
        raise Usage("--password-fd: --password-file is given as well; one of them is enough")
    if args.password_file is not None:
        return with_password(answers, read_named("--password-file", args.password_file), "--password-file")
    if args.password_fd is not None:
        return with_password(answers, read_descriptor(args.password_fd), "--password-fd")
    return answers


def with_password(answers: Answers, content: bytes, option: str) -> Answers:
    """The answers with this password; one last line end is no part of it, unless the key opens only with it."""
    password = content[:-2] if content.endswith(b"\r\n") else content[:-1] if content.endswith(b"\n") else content
    if not password:
        raise BadPlan(f"{option}: it is empty; wanted the password of the private key")
    if len(content) > 1023:
        raise BadPlan(f"{option}: longer than 1023 bytes, which OpenSSL takes for no password")
    as_read = None if password == content else Secret(content)
    return replace(answers, password=Secret(password), password_as_read=as_read)


def _with_ca(answers: Answers, args: argparse.Namespace, host: Host) -> Answers:
    if args.ca_key is None:
        return answers
    password = None
    if args.ca_password_file is not None:
        password = Secret(read_named("--ca-password-file", args.ca_password_file).rstrip(b"\r\n"))
    certificate = _certificate(host, "--ca-cert", args.ca_cert)
    try:
        key = given.read_ca_key(read_named("--ca-key", args.ca_key), password)
    except BadArtifact as why:
        instead = f"; it is a {why.facts['found']}: name the CA's private key" if why.facts.get("found", "none") != "none" else ""
        raise BadPlan(f"--ca-key: {args.ca_key}: {WHY.get(why.kind, why.kind)}{instead}") from None
    try:
        issue.hold_ca(certificate, key, now=host.now())
    except BadArtifact as why:
        if why.kind == "ca-no-match":
            raise BadPlan(f"--ca-key: {args.ca_key} is not the key of {args.ca_cert}: give the two that belong together") from None
        raise BadPlan(f"--ca-cert: {args.ca_cert}: {WHY.get(why.kind, why.kind)}") from None
    return replace(answers, ca_cert=certificate, ca_key=key, ca_cert_path=args.ca_cert, ca_key_path=host.absolute(args.ca_key))


def _certificate(host: Host, option: str, path: str) -> bytes:
    try:
        return given.read_certificate_given(read_named(option, host.absolute(path), 1 << 20))
    except BadArtifact as why:
        raise BadPlan(f"{option}: {path}: no certificate that can be read ({why.kind}); `ita-doctor inspect` says what it is") from None


def _digest(text: str) -> str:
    """A digest as people paste it, as 64 lower-case hex digits; '' for none."""
    plain = re.sub(r"^sha-?256[ :=]*", "", text.strip(), flags=re.IGNORECASE).replace(":", "").replace(" ", "").lower()
    return plain if re.fullmatch(r"[0-9a-f]{64}", plain) else ""


def with_presented(answers: Answers, args: argparse.Namespace, presented: Optional[bytes], digest: str, master: str) -> Answers:
    """--server-from-handshake: what the master presented, where it is what was confirmed."""
    wanted = _digest(args.server_from_handshake or "")
    if not wanted:
        return answers
    if presented is None:
        why = "--offline is given, so that it was not asked" if args.offline else "it could not be reached: see what check says"
        raise BadPlan(f"--server-from-handshake: the master presented no certificate: {why}")
    if digest != wanted:
        raise BadPlan(f"--server-from-handshake: the master presents the certificate with the digest {digest}, not the confirmed {wanted}")
    return replace(answers, server=presented, server_source=master, server_kind="handshake")


def refuse_idle_password(answers: Answers, course: Course) -> None:
    """Raises BadPlan for a password that was given, does not open the key that is there, and was used for nothing else."""
    setup = course.first_setup
    is_used = any(act.treatment.words.startswith(("key.", "stash.", "request.")) for act in course.acts)
    if answers.password is None or is_used or isinstance(setup.prv, Lost) or setup.prv.lock is None or not isinstance(setup.key, Key):
        return
    for password in (answers.password, answers.password_as_read):
        with contextlib.suppress(BadArtifact):
            if password is not None:
                open_key(setup.prv, password)
                return
    fact = setup.files["prv"]
    path = fact.path if isinstance(fact, FileFact) else setup.place
    raise BadPlan(f"--password-file: the password that was given does not open {path}; the stashed one does, so leave the option out")


def kept_name(suffix: str, ending: str) -> str:
    """How a request (`csr`), its key (`pem`) and stash (`sth`) are called in the state folder."""
    return f"request-{suffix}.{ending}"


def _with_waiting(answers: Answers, vault: Optional[Vault], place: str, suffix: str) -> Answers:
    """The request that an earlier `fix` left, with the key that waits for it."""
    if vault is None:
        return answers
    request, key, stash = (vault.kept(place, kept_name(suffix, ending)) for ending in ("csr", "pem", "sth"))
    if request is None:
        return answers
    return replace(
        answers, waiting_request=request, waiting_key=None if key is None else Secret(key), waiting_stash=None if stash is None else Secret(stash),
    )  # fmt: skip


def ask_password(answers: Answers, console: Console, path: str) -> Answers:
    """The answers with the password that the person types; as they were where nothing is typed."""
    typed = console.ask_secret(f"The password of the private key {path} (nothing: go on without): ")
    return with_password(answers, typed.encode("utf-8", "surrogateescape"), "the password") if typed else answers

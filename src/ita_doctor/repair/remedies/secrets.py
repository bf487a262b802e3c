"""Stash, private key and seed."""

from __future__ import annotations

import posixpath
import secrets
from typing import Iterator, List, Optional, Sequence, Tuple

from ita_doctor.codecs import lock
from ita_doctor.codecs.issue import make_request
from ita_doctor.codecs.key import open_key, read_key
from ita_doctor.codecs.pem import is_private, scan, write_block
from ita_doctor.codecs.private import lock_key, new_key, new_password, stash_of, to_clear
from ita_doctor.codecs.stash import guesses, read_stash
from ita_doctor.codecs.subject import subject_of
from ita_doctor.codecs.text import read_text
from ita_doctor.model.artifact import BadArtifact, Key, KeyFile, Lost
from ita_doctor.model.finding import Finding
from ita_doctor.model.plan import BadPlan, LeaveRequest
from ita_doctor.model.secret import Secret
from ita_doctor.repair.basis import Basis
from ita_doctor.repair.remedies._registry import Line, Treatment, needs, remedy

SEED_SIZE = 8192
"""Bytes, as step 3 writes them."""

MOST_FILES = 20
"""Files of the folder in which a lost key is looked for."""

RECODED = ("bom", "utf-16", "ebcdic")
"""Kinds of a stash that say the same in another encoding: no key has to prove it."""

BIGGEST_KEY = 1 << 16

KEY_NAMES = (".pem", ".key", ".txt", ".bak", ".old", ".orig", "~")


@remedy("seed.make")
def make_seed(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """Random bytes again, as step 3."""
    yield Treatment("seed.make", (basis.write("seed", Secret(secrets.token_bytes(SEED_SIZE))),))


@remedy("stash.rewrite")
def rewrite_stash(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The password that opens the key, as Base64 of it and nothing else."""
    prv = basis.key_file()
    if prv is None:
        return  # the key first: without it no password can be told from another
    if prv.lock is None:
        given = basis.answers.password
        known = given or next((one for kind, one in guesses(basis.content("stash") or b"") if kind in RECODED), None)
        if known is None:
            yield needs("stash.rewrite", "password", where=basis.path("stash"))
        else:
            sources = () if given is not None else _taken(basis)
            yield Treatment("stash.rewrite", (basis.write("stash", stash_of(known), *sources),))
        return
    password = _password_for(prv, basis)
    if password is not None:
        yield Treatment("stash.rewrite", (basis.write("stash", stash_of(password), *_taken(basis)),))
    elif basis.answers.password is not None:
        raise BadPlan(
            f"--password-file: the password that was given does not open {basis.path('prv')}; give the one with which it was encrypted (step 4)"
        )
    else:
        yield needs("stash.rewrite", "password", where=basis.path("stash"))


def _taken(basis: Basis) -> Tuple[str, ...]:
    """The stash itself is the source, where it holds something."""
    return ("stash",) if basis.content("stash") else ()


def _password_for(prv: KeyFile, basis: Basis) -> Optional[Secret]:
    """Of all passwords that are at hand, the first that opens the key."""
    stash = basis.content("stash") or b""
    found: List[Secret] = [one for one in (basis.answers.password, basis.answers.password_as_read) if one is not None]
    try:
        read = read_stash(stash)
        found += [read.password, *(one for _, one in read.forms)]
    except BadArtifact:
        found += [one for _, one in guesses(stash)]
    found += _beside(basis)
    return next((one for one in found[: lock.tries(prv.lock)] if _opens(prv, one) is not None), None)


def _beside(basis: Basis) -> List[Secret]:
    """What password files of step 4 in the folder hold."""
    found: List[Secret] = []
    for name, size in basis.setup.strays:
        path = posixpath.join(str(basis.setup.dir), name)
        if name.casefold().endswith(".pwd") and size <= 1024 and basis.may_take("stray", path) is None:
            content = basis.content_at(path) or b""
            found += [Secret(one) for one in dict.fromkeys((content.rstrip(b"\r\n"), content)) if one]
    return found


def _opens(prv: KeyFile, password: Optional[Secret]) -> Optional[Key]:
    try:
        return open_key(prv, password)
    except BadArtifact:
        return None


@remedy("key.lock")
def lock_the_key(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """The key encrypted with the stashed password (ITA-STH-005: with the better one that was given) so that the agent's OpenSSL reads it."""
    prv, stashed, given = basis.key_file(), basis.password(), basis.answers.password
    is_weak = finding.rule == "ITA-STH-005"
    password = given if is_weak else stashed or given
    if prv is None or basis.key() is None:
        return
    if password is None or (is_weak and stashed is not None and given is not None and given.reveal() == stashed.reveal()):
        yield needs("key.lock", "password", where=basis.path("stash"))
        return
    bare = Secret(password.reveal().rstrip(b"\r\n")) if prv.lock is None else password  # a line end in the stash is no part of a new lock
    password = bare if bare.reveal() else password
    key = lock_key(to_clear(prv, None if prv.lock is None else stashed), password)
    sources = ("prv",) if is_weak or stashed is None else ("prv", "stash")
    steps = [basis.write("prv", key, *sources)]
    if is_weak or stashed is None or password.reveal() != stashed.reveal():
        steps.append(basis.write("stash", stash_of(password)))
    yield Treatment("key.lock", tuple(steps))


def restore_key(basis: Basis) -> Optional[Treatment]:
    """The key from a block of its own file or from another file of the folder, if it opens and fits the certificate."""
    own = basis.setup.own
    passwords = [one for one in (basis.password(), basis.answers.password, basis.answers.password_as_read, *_beside(basis)) if one is not None]
    for path in (basis.path("prv"), *_others(basis)):
        if basis.may_take("prv", path) is not None:
            continue
        for prv in _keys_in(basis.content_at(path) or b""):
            tried: Sequence[Optional[Secret]] = [None] if prv.lock is None else passwords[: lock.tries(prv.lock)]
            for password in tried:
                key = _opens(prv, password)
                if key is None or not key.fits or isinstance(own, Lost) or key.spki != own.spki:
                    continue
                return Treatment("key.restore", (basis.write("prv", prv.pem),), facts={"source": path})
    return None


def _others(basis: Basis) -> List[str]:
    folder = basis.setup.dir
    if isinstance(folder, Lost):
        return []
    names = [name for name, size in basis.setup.strays if 0 < size <= BIGGEST_KEY and name.casefold().endswith(KEY_NAMES)]
    names.sort(key=lambda name: (basis.aim.suffix not in name, name))
    return [path for path in (posixpath.join(folder, name) for name in names[:MOST_FILES]) if path != basis.path("prv")]


def _keys_in(content: bytes) -> Iterator[KeyFile]:
    """Each private key of a file by itself."""
    for block in scan(read_text(content).value).blocks:
        if is_private(block.label):
            alone = write_block(block.label, block.data.reveal(), block.headers).decode("ascii")
            try:
                yield read_key(scan(alone))
            except BadArtifact:
                continue


@remedy("key.new")
def make_key(finding: Finding, basis: Basis) -> Iterator[Treatment]:
    """A new key: only with --renew where one is there that works."""
    if basis.key() is not None:
        yield needs("key.new", "renew")
    else:
        yield from new_key_or_request(basis)


def new_key_or_request(basis: Basis) -> Iterator[Treatment]:
    """Steps 4 to 6 here, where the certificate can be signed here too; else a key that waits in the state folder for its certificate."""
    answers = basis.answers
    if answers.ca_cert is not None:
        key, password = new_key(), password_for_new_key(basis)
        yield put_key(basis, lock_key(key, password), password)
        return
    yield from leave_request(basis)


def put_key(basis: Basis, locked: Secret, password: Secret) -> Treatment:
    """A new key and its stash in their places."""
    steps = (basis.write("prv", locked), basis.write("stash", stash_of(password)))
    return Treatment("key.new", steps, shown=(Line("key.new"), Line("stash.rewrite")))


def password_for_new_key(basis: Basis) -> Secret:
    """The one that was given, else the stashed one, else a random one."""
    stashed = basis.password() if basis.may_take("stash") is None else None  # somebody else's is not given away
    return basis.answers.password or stashed or new_password()


def leave_request(basis: Basis, *, is_new: bool = True) -> Iterator[Treatment]:
    """A request for a new key (for the one that is there, where not *is_new*), kept for a person to have it signed."""
    answers = basis.answers
    if answers.waiting_request is not None and not _is_used(basis):
        step = LeaveRequest(answers.waiting_request, answers.waiting_key, answers.waiting_stash)
    elif is_new:
        key, password = new_key(), password_for_new_key(basis)
        step = LeaveRequest(make_request(key, subject_for(basis), hosts_for(basis)), lock_key(key, password), stash_of(password))
    else:
        prv = basis.key_file()
        assert prv is not None
        step = LeaveRequest(make_request(to_clear(prv, basis.password()), subject_for(basis), hosts_for(basis)))
    said = {"request": answers.request_path, "subject": subject_said(basis)}
    lines = (Line("request.make", said, kind="key"),) if step.key is None else (Line("key.new", said, step=4), Line("request.make", said))
    yield Treatment("request.make", (step,), facts=said, shown=lines)
    yield needs("certificate.sign", "ca", request=answers.request_path, where=basis.path("pub"))


def _is_used(basis: Basis) -> bool:
    """Whether the key that waits is the one that is in its place by now: then its request is done with."""
    waiting, key = waiting_spki(basis), basis.key()
    return key is not None and waiting in (b"", key.spki)  # one that cannot be opened is of no use to anybody


def waiting_spki(basis: Basis) -> Optional[bytes]:
    """The public half of the key that waits for its certificate; None where none waits, b'' where it cannot be opened."""
    locked, stash = basis.answers.waiting_key, basis.answers.waiting_stash
    if locked is None or stash is None:
        return None
    try:
        return open_key(read_key(scan(locked.reveal().decode("ascii"))), read_stash(stash.reveal()).password).spki
    except (BadArtifact, UnicodeDecodeError):
        return b""


def subject_said(basis: Basis) -> str:
    """The subject of a request, as openssl's -subj takes it."""
    return _as_openssl(basis.answers.subject or _subject_text(basis))


def names_as_typed(hosts: Sequence[str]) -> str:
    """The line of an openssl extension file for these hosts; a comment where there are none."""
    kinds = [f"{'IP' if ':' in one or one.replace('.', '').isdigit() else 'DNS'}:{one}" for one in hosts]
    return f"subjectAltName={','.join(kinds)}" if kinds else "# no subjectAltName"


def _subject_text(basis: Basis) -> str:
    own = basis.setup.own
    if not isinstance(own, Lost) and own.subject:
        return own.subject
    return f"CN={host_name(basis) or basis.aim.suffix}"


def host_name(basis: Basis) -> str:
    """FullyQualifiedHostname, where JobManager.ini is a file of the installation's own; else ''."""
    job = basis.setup.job
    return job.full_name if not isinstance(job, Lost) and basis.is_here("job") else ""


def _as_openssl(subject: str) -> str:
    """A distinguished name as openssl's -subj takes it; one that needs escapes begins with `<`, so that no command is made of it."""
    if subject.startswith("/"):
        return subject
    if any(sign in subject for sign in '"+/<>;'):
        return f"<{subject}>"
    return "".join(f"/{part.strip()}" for part in reversed(subject.split(",")))


def subject_for(basis: Basis) -> bytes:
    """The subject (DER) of a request: as given, else that of the certificate now there, else the host's name."""
    setup, answers = basis.setup, basis.answers
    if answers.subject is not None:
        return subject_of(answers.subject)
    if not isinstance(setup.own, Lost) and setup.own.subject:
        return setup.own.subject_der
    name = host_name(basis)
    return subject_of(f"CN={_escaped(name or basis.aim.suffix)}")


def _escaped(value: str) -> str:
    return "".join("\\" + one if one in ',+"\\<>;=/' else one for one in value)


def hosts_for(basis: Basis) -> Tuple[str, ...]:
    """The names for subjectAltName: the host's, and those that the certificate now there has."""
    setup = basis.setup
    own = () if isinstance(setup.own, Lost) else setup.own.names
    name = host_name(basis)
    host = (name,) if name else ()
    return tuple(dict.fromkeys((*host, *own)))

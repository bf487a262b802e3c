"""The master's key stores: its certificate out of one (step 12), the agent's into the other (step 19)."""

from __future__ import annotations

import posixpath
from typing import Dict, NamedTuple, Optional, Sequence, Tuple

from ita_doctor.codecs import jks
from ita_doctor.codecs.cert import read_certificate
from ita_doctor.codecs.jks import Store, find, read_store
from ita_doctor.codecs.keytool_list import read_listing
from ita_doctor.host.base import Host
from ita_doctor.host.java import keytool
from ita_doctor.host.scratch import Scratch, scratch
from ita_doctor.host.start import Done, NotOurs
from ita_doctor.model.artifact import BadArtifact, Certificate, Kind
from ita_doctor.model.plan import BadPlan
from ita_doctor.model.secret import Secret
from ita_doctor.model.visible import visible

KEY_STORE, TRUST_STORE = "TWSServerKeyFile.jks", "TWSServerTrustFile.jks"
"""How the product names them in their folder."""
SHORTEST = 6
"""keytool takes no password of fewer characters."""

_STORE, _CERTIFICATE = "store", "certificate.der"


class Java(NamedTuple):
    """A keytool, and as whom it is run: the owner of the store's folder."""

    program: Optional[str]
    """None: none was found."""
    uid: int
    gid: int
    timeout: float = 60.0
    """Seconds for each run."""


class TrustPlan(NamedTuple):
    """What step 19 comes to for one store."""

    state: str
    """
    `done`: the same certificate stands under the alias; `import`: nothing does; `replace`: an older one of the same subject;
    `other-subject`: needs a person, as does a key under the alias; `wrong-password`; `not-store`.
    """
    kind: str = ""
    """`jks` `jceks` `pkcs12`; '' where it was not read."""
    standing: Optional[bytes] = None
    """DER of the certificate that now stands under the alias."""
    subject: str = ""
    """Its subject, for people."""
    is_key: bool = False
    """A key stands there, which is never replaced."""
    why: str = ""
    """For `not-store`: the kind of BadArtifact, from `not-store` `truncated` `oversized`."""
    new_content: Optional[Secret] = None
    """The whole new store, for `import` and `replace` once it is made."""


def store_path(host: Host, given: str, name: str) -> str:
    """*given*, or where that is a folder the file *name* in it."""
    return posixpath.join(given, name) if host.stand(given).kind is Kind.FOLDER else given


def decide(content: Optional[bytes], password: Secret, alias: str, certificate: bytes) -> TrustPlan:
    """
    What has to be done to the store *content* (None: there is none yet) so that it trusts *certificate* (DER) under *alias*.

    Nothing is run and nothing written. Raises BadArtifact `needs-java` where only keytool can tell.
    """
    if content is None:
        return TrustPlan("import", "jks")
    try:
        return _compare(read_store(content, password), alias, certificate)
    except BadArtifact as why:
        return _refused(why)


def decide_listed(listed: Sequence[Tuple[str, Certificate]], alias: str, certificate: bytes) -> TrustPlan:
    """The same for a store that only keytool reads, of which it has listed (alias, certificate) before; what it comes to is tried again."""
    standing = next((one for name, one in reversed(listed) if name.lower() == alias.lower()), None)
    if standing is None:
        return TrustPlan("import")
    state = "done" if standing.der == certificate else "replace" if _is_same(standing, read_certificate(certificate)) else "other-subject"
    return TrustPlan(state, standing=standing.der, subject=standing.subject)


def plan_trust(content: Optional[bytes], password: Secret, alias: str, certificate: bytes, *, java: Java) -> TrustPlan:
    """
    As decide, and for `import` and `replace` with the new content, made by keytool on a private copy and read again.

    The store keeps its type, and everything else that it holds. Raises BadPlan with a sentence where keytool is needed and absent, may not be
    run, hangs, refuses, or did not do what it was asked for.
    """
    before = None if content is None else _read(content, password, java)
    if isinstance(before, TrustPlan):
        return before
    plan = TrustPlan("import", "jks") if before is None else _compare(before, alias, certificate)
    if plan.state not in ("import", "replace"):
        return plan
    _check_alias(alias)
    typed = _typed(content, password)
    wanted = {} if before is None else _by_alias(before)
    wanted[alias.lower()] = (False, (certificate,), "")
    try:
        made = _run(plan, content, typed, alias, certificate, java)
    except OSError as why:
        raise BadPlan(_sentence(java, why)) from why
    after = _read(made, password, java)
    if isinstance(after, TrustPlan) or after.kind != plan.kind or _by_alias(after) != wanted:
        raise BadPlan("keytool's new store does not hold what it should: every old entry and the agent's certificate; it is not used")
    return plan._replace(new_content=Secret(made))


def export_server(content: bytes, password: Optional[Secret], *, alias: str = "server", java: Optional[Java] = None) -> bytes:
    """
    DER of the certificate that stands under *alias* in a key store (the first of its chain).

    Raises BadArtifact as codecs.jks.read_store does, and `no-alias` (with *aliases*, those that are there); `needs-java` only without
    *java*. Raises BadPlan where keytool is needed and does not do its work.
    """
    try:
        store = read_store(content, password)
    except BadArtifact as why:
        if why.kind != "needs-java" or java is None or password is None:
            raise
        store = _by_java(content, password, java)
    entry = find(store, alias)
    if entry is None or not entry.chain:
        raise BadArtifact("no-alias", alias=alias, aliases=tuple(one.alias for one in store.entries))
    return entry.chain[0]


def _read(content: bytes, password: Secret, java: Java) -> Store | TrustPlan:
    """The store, or why there is none to be had."""
    try:
        return read_store(content, password)
    except BadArtifact as why:
        if why.kind != "needs-java":
            return _refused(why)
    try:
        return _by_java(content, password, java)
    except BadArtifact as why:
        return _refused(why)


def _refused(why: BadArtifact) -> TrustPlan:
    if why.kind == "needs-java":
        raise why
    return TrustPlan("wrong-password") if why.kind == "wrong-password" else TrustPlan("not-store", why=why.kind)


def _compare(store: Store, alias: str, certificate: bytes) -> TrustPlan:
    entry = find(store, alias)
    if entry is None:
        return TrustPlan("import", store.kind)
    standing = entry.chain[0] if entry.chain else None
    subject, is_same = "", False
    if standing is not None:
        try:
            old, new = read_certificate(standing), read_certificate(certificate)
        except BadArtifact:
            subject = "a certificate that cannot be read"
        else:
            subject, is_same = old.subject, _is_same(old, new)
    state = "done" if standing == certificate and not entry.is_key else "replace" if is_same and not entry.is_key else "other-subject"
    return TrustPlan(state, store.kind, standing, subject, entry.is_key)


def _is_same(old: Certificate, new: Certificate) -> bool:
    """Whether two have one subject: tools differ in the string types of a name, so what a person reads decides where it is the whole of it."""
    is_whole = not old.subject.endswith("\u2026") and "#" not in old.subject
    return old.subject_der == new.subject_der or (is_whole and old.subject == new.subject)


def _by_alias(store: Store) -> Dict[str, Tuple[bool, Tuple[bytes, ...], str]]:
    """What a store holds, for comparison; the dates may change, the keys' locked bytes may not."""
    return {entry.alias.lower(): (entry.is_key, entry.chain, entry.seal) for entry in store.entries}


def _check_alias(alias: str) -> None:
    if not alias or alias.startswith("-") or visible(alias, len(alias)) != alias:
        raise BadPlan(f"{visible(alias) or 'an empty word'} cannot be an alias in a key store")


def _typed(content: Optional[bytes], password: Secret) -> Secret:
    """What keytool has to read from its standard input. Raises BadPlan."""
    try:
        typed = jks.in_latin1(jks.spellings(password)[0]) if content is None else jks.typed(content, password)
    except BadArtifact as why:
        if why.kind == "not-typable":
            raise BadPlan("keytool cannot be given the store's password: it holds a line end or a letter beyond Latin-1") from None
        typed = password  # only Java reads the store: it has opened with these bytes
    if len(typed) < SHORTEST:
        raise BadPlan(f"keytool takes no store password of fewer than {SHORTEST} characters")
    return typed


def _run(plan: TrustPlan, content: Optional[bytes], typed: Secret, alias: str, certificate: bytes, java: Java) -> bytes:
    """The bytes of the store after keytool has worked on a copy. Raises OSError and BadPlan."""
    with scratch(java.uid, java.gid) as room:
        if content is not None:
            room.put(_STORE, content)
        room.put(_CERTIFICATE, certificate)
        if plan.state == "replace":
            _keytool(java, room, ["-delete", "-noprompt", "-alias", alias], plan.kind, typed)
        words = ["-importcert", "-noprompt", "-trustcacerts", "-alias", alias, "-file", _CERTIFICATE]
        done = _keytool(java, room, words, plan.kind, typed, times=1 if content is not None else 2)
        made = room.get(_STORE, jks.LIMIT)
    if made is None:
        raise BadPlan(f"keytool made no store{_words(done)}")
    if made == content:
        raise BadPlan(f"keytool left the store as it was{_words(done)}")
    return made


def _keytool(java: Java, room: Scratch, words: Sequence[str], kind: str, typed: Secret, *, times: int = 1) -> Done:
    if java.program is None:
        raise BadPlan("keytool is needed for this key store and was not found: set JAVA_HOME, or put it on PATH")
    store = ("-keystore", _STORE, "-storetype", kind.upper())
    return keytool(
        java.program, (*words, *store), uid=java.uid, gid=java.gid, password=typed, times=times, timeout=java.timeout, cwd=room.path
    )  # fmt: skip


def _by_java(content: bytes, password: Secret, java: Java) -> Store:
    """The store as keytool lists it, for what codecs.jks cannot read. Raises BadPlan, and BadArtifact `wrong-password` and `not-store`."""
    kind = "jceks" if content[:1] == b"\xce" else "pkcs12"
    typed = _typed(content, password)
    try:
        with scratch(java.uid, java.gid) as room:
            room.put(_STORE, content)
            done = _keytool(java, room, ["-list", "-rfc"], kind, typed)
    except OSError as why:
        raise BadPlan(_sentence(java, why)) from why
    try:
        return read_listing(done.out + b"\n" + done.err, kind)
    except BadArtifact as why:
        if why.kind != "unknown":
            raise
    raise BadPlan(f"what keytool lists of the key store cannot be read{_words(done)}")


def _sentence(java: Java, why: OSError) -> str:
    """Why keytool could not be run."""
    program = visible(java.program or "keytool")
    if isinstance(why, NotOurs):
        return f"{program} {visible(why.reason, 400)}"
    if isinstance(why, TimeoutError):
        return f"{program} did not end within {java.timeout:.0f} s and was ended; the store is as it was"
    return f"{program} could not be run on a copy of the store: {why.strerror}"


def _words(done: Done) -> str:
    """What keytool said of its failure, to stand at the end of a sentence."""
    lines = [line for line in (done.out + b"\n" + done.err).decode("utf-8", "replace").splitlines() if "error" in line or "password is" in line]
    return f"; it said: {visible(lines[0].strip(), 300)}" if lines else ""

"""What a remedy may look at: the set-up as it would be, the answers, the bytes of the artifacts; and which of them it may take or replace."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple, Union

from ita_doctor.host.overlay import Overlay, facts_for
from ita_doctor.model.artifact import LIMIT, CertFile, FileFact, Key, KeyFile, Kind, Lost, Setting, Stash
from ita_doctor.model.finding import Finding
from ita_doctor.model.plan import Answers, Needs, State, WriteFile
from ita_doctor.model.secret import Secret
from ita_doctor.model.setup import Setup
from ita_doctor.repair.aim import Aim, aim_at

SECRETS = ("prv", "stash", "seed")
"""Artifacts of which nothing is ever shown."""

MODES = {"prv": 0o600, "stash": 0o600, "seed": 0o600}
"""Of new files; all others 0644."""

FORBIDDEN = {"prv": 0o077, "stash": 0o077}
"""Bits that a file of ours never keeps (ITA-FILE-006); of all others 0022 (ITA-FILE-007)."""


@dataclass(frozen=True)
class Basis:
    """One round of planning."""

    setup: Setup
    answers: Answers
    host: Overlay
    table: Mapping[str, Any]
    """rules/settings.toml."""
    findings: Tuple[Finding, ...] = ()
    """All that failed in this round."""

    @property
    def aim(self) -> Aim:
        """What the six files are to be called, and where they are to stand."""
        return aim_at(self.setup, self.answers.suffix, self.host, self.table)

    def path(self, artifact: str) -> str:
        """Where an artifact stands by the settings; where that is not known, where it is to stand."""
        fact = self.setup.files.get(artifact)
        return fact.path if isinstance(fact, FileFact) else self.aim.path(artifact)

    def content(self, artifact: str) -> Optional[bytes]:
        """The bytes of an artifact, or None."""
        return self.content_at(self.path(artifact))

    def content_at(self, path: str) -> Optional[bytes]:
        """The bytes of the regular file at *path*, or None."""
        try:
            return self.host.read(path, LIMIT) or None
        except OSError:
            return None

    def key(self) -> Optional[Key]:
        """The opened key, where it is sound."""
        key = self.setup.key
        return key if isinstance(key, Key) and key.fits and self.setup.sound is not False else None

    def key_file(self) -> Optional[KeyFile]:
        """The private key as a file that may be written again."""
        return None if isinstance(self.setup.prv, Lost) else self.setup.prv

    def password(self) -> Optional[Secret]:
        """The stashed password, in the reading that opens the key; the plain one where no key is there to open."""
        stash, key = self.setup.stash, self.setup.key
        if not isinstance(stash, Stash):
            return None
        via = key.via if isinstance(key, Key) else "exact"
        return stash.password if via in ("exact", "none") else next((one for form, one in stash.forms if form == via), stash.password)

    def certificates(self, artifact: str) -> CertFile:
        """The certificates of a file; none where it cannot be read."""
        held = getattr(self.setup, artifact)
        return CertFile(()) if isinstance(held, Lost) else held

    def write(self, artifact: str, content: Optional[Secret], *sources: str, path: str = "") -> WriteFile:
        """The step that puts *content* where the artifact belongs; the *sources* have to be this installation's own."""
        return WriteFile(artifact, path or self.path(artifact), content, sources)

    # What may be taken and replaced

    def may_take(self, artifact: str, path: str = "") -> Optional[Needs]:
        """Why the content of an artifact (at *path*, if it stands elsewhere) may not be written anew; None where it may."""
        path = path or self.path(artifact)
        if self.host.absolute(path) in self.host.written:
            return None
        seen = self.host.origin(path)
        if seen.facts is None or seen.content is None:
            return Needs("link" if seen.is_link else "unread" if seen.kind is Kind.FILE else "special", {"where": path})
        if seen.facts.links != 1:
            return Needs("link", {"where": path})
        if seen.facts.uid == self.setup.uid:
            return None
        if seen.folder_uid == self.setup.uid and not seen.is_outside and self._is_proven(artifact, path):
            return None
        return Needs("foreign", {"where": path, "owner": self._owner(path)})

    def may_move(self, path: str) -> Optional[Needs]:
        """
        Why a secret that lies about may not be moved into the backups; None where it may.

        Nobody gets to read it by that; one of root's is root's own slip: a user cannot put it there, but by a link, of which it has then two.
        """
        seen = self.host.origin(path)
        if seen.facts is not None and seen.facts.uid == 0 == self.host.me()[0] and seen.facts.links == 1 and seen.content is not None:
            return self.may_replace(path)
        return self.may_take("stray", path) or self.may_replace(path)

    def is_here(self, artifact: str) -> bool:
        """Whether it is a file of its own that the agent's user could read too: nothing behind a link, nothing of a closed folder outside."""
        why = self.may_take(artifact)
        return why is None or why.what == "foreign"

    def may_replace(self, path: str) -> Optional[Needs]:
        """Why nothing may be put at *path*; None where it may."""
        path = self.host.absolute(path)
        if path in self.host.written:
            return None
        seen = self.host.origin(path)
        if seen.is_link:
            return Needs("link", {"where": path})
        if seen.facts is not None and seen.kind is not Kind.FILE:
            return Needs("special", {"where": path})
        if seen.facts is not None and seen.content is None:
            return Needs("unread", {"where": path})
        if seen.facts is not None and seen.facts.mode & 0o7000:
            return Needs("bits", {"where": path, "mode": f"{seen.facts.mode:04o}"})
        if seen.facts is not None and seen.facts.uid != self.setup.uid and (seen.is_outside or self.host.me()[0] != 0):
            return Needs("foreign" if seen.is_outside else "root", {"where": path, "owner": self._owner(path), "user": self.setup.user})
        folder = self.host.stand(posixpath.dirname(path))
        if folder.kind is Kind.FOLDER and folder.uid not in (0, self.setup.uid):
            return Needs("outside", {"where": posixpath.dirname(path), "owner": folder.owner or f"uid {folder.uid}"})
        if seen.is_outside and folder.kind is Kind.FOLDER and folder.uid != self.setup.uid:
            return Needs("outside", {"where": posixpath.dirname(path), "owner": folder.owner or f"uid {folder.uid}"})
        is_foreign = folder.uid == 0 != self.setup.uid and (seen.facts is None or seen.facts.uid != self.setup.uid)
        if is_foreign and not self._is_documented(path, is_there=seen.facts is not None):
            owner = folder.owner if seen.facts is None else self._owner(path)
            return Needs("foreign", {"where": path, "owner": owner or "uid 0"})
        return self._may_own(path)

    def _may_own(self, path: str) -> Optional[Needs]:
        """As an ordinary user we make files of our own only."""
        number, _ = self.host.me()
        return None if number in (0, self.setup.uid) else Needs("root", {"where": path, "user": self.setup.user})

    def _owner(self, path: str) -> str:
        stand = self.host.stand(path)
        return stand.owner or f"uid {stand.uid}"

    def _is_documented(self, path: str, *, is_there: bool) -> bool:
        """Whether it bears a name that the procedure gives, whatever ita.ini says, and parses as what bears it (where it is there)."""
        for artifact in ("ini", "job", "prv", "pub", "cert", "bundle", "stash", "seed"):
            if path in (self.host.absolute(self.path(artifact)), self.host.absolute(self.aim.path(artifact))):
                return posixpath.basename(path) in self._names(artifact) and (not is_there or self._parses(artifact))
        return False

    def _names(self, artifact: str) -> Tuple[str, ...]:
        """What the procedure calls it, and the shipped default."""
        if artifact in ("ini", "job"):
            return ("ita.ini",) if artifact == "ini" else ("JobManager.ini",)
        default = {one.role: one.default or "" for one in self.setup.names.values()}
        said = self.setup.suffix if isinstance(self.setup.suffix, str) else self.aim.suffix
        suffixes = dict.fromkeys((said, self.aim.suffix, default.get("suffix", "")))
        if artifact in ("stash", "seed"):
            return (default[artifact], *(one + posixpath.splitext(default[artifact])[1] for one in suffixes))
        return tuple(self.table["files"][artifact].format(suffix=one) for one in suffixes)

    def _parses(self, artifact: str) -> bool:
        return not isinstance(getattr(self.setup, artifact), Lost)

    def _is_proven(self, artifact: str, path: str) -> bool:
        """Whether another user's file proves to be this installation's (docs/design.md, section 5)."""
        if path != self.path(artifact) or not self._parses(artifact):
            return False
        key, own = self.setup.key, self.setup.own
        opens = isinstance(key, Key) and key.via != "none"
        if artifact == "prv":
            return opens and isinstance(key, Key) and not isinstance(own, Lost) and own.spki == key.spki
        if artifact == "stash":
            return opens and self._uid("prv") == self.setup.uid
        if artifact == "ini":
            return isinstance(self.setup.section, str)
        return artifact in ("pub", "cert", "bundle", "job")

    def _uid(self, artifact: str) -> int:
        return self.host.stand(self.path(artifact)).uid

    # What a path would be

    def state(self, step: WriteFile) -> State:
        """What stands at the step's path once it is done: the agent's, and no wider than the rules want."""
        path = self.host.absolute(step.path)
        old = self.host.written[path] if path in self.host.written else self.host.before(path)
        mode = MODES.get(step.artifact, 0o644) if old is None else old.facts.mode & 0o777
        mode = mode & ~FORBIDDEN.get(step.artifact, 0o022) | 0o400
        content = step.content
        if content is None:
            if old is None or old.content is None:
                raise ValueError(path)
            content = old.content
        return State(facts_for(self.host, self.setup.uid, mode, old), self.setup.user, content)


def certificates_of(content: Optional[bytes]) -> CertFile:
    """The certificates in the PEM of *content*; none where there are none that can be read."""
    from ita_doctor.codecs.cert import read_certificates
    from ita_doctor.codecs.pem import scan
    from ita_doctor.codecs.text import read_text
    from ita_doctor.model.artifact import BadArtifact

    try:
        return read_certificates(scan(read_text(content or b"").value))
    except BadArtifact:
        return CertFile(())


def value_of(setting: Union[Setting, Lost]) -> str:
    """A setting's value, or '' where it cannot be used."""
    return setting.value if isinstance(setting, Setting) else ""

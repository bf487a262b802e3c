"""Artifacts as files: what stands there, its bytes read once, its text."""

from __future__ import annotations

import posixpath
from typing import Dict, List, Mapping, Optional, Tuple, Union

from ita_doctor.host.base import Host
from ita_doctor.model.artifact import LIMIT, FileFact, Kind, Lost, PemScan, Reason, Stand, Text

TEXTS = ("ini", "job", "gateway", "prv", "pub", "cert", "bundle", "server", "ca")
"""Artifacts that are text; stash and seed are judged as bytes."""

BLANKS = b" \t\r\n\x0b\x0c"


class Files:
    """The artifacts of one installation, each looked at once."""

    def __init__(self, host: Host) -> None:
        self.facts: Dict[str, Union[FileFact, Lost]] = {}
        self._host = host
        self._contents: Dict[str, Union[bytes, Lost]] = {}
        self._texts: Dict[str, Text] = {}

    def add_all(self, paths: Mapping[str, Union[str, Lost]]) -> None:
        """Look at each artifact; where the folder of several is not there, that is what is said of them."""
        folder = paths.get("dir")
        if folder is not None:
            self.add("dir", folder)
        gone = self.facts.get("dir")
        for artifact, path in paths.items():
            if artifact == "dir":
                continue
            if isinstance(gone, FileFact) and gone.stand.kind is not Kind.FOLDER and isinstance(path, str) and _inside(path, gone.path):
                self.add(artifact, Lost(Reason.ABSENT, "dir"))
            else:
                self.add(artifact, path)

    def add(self, artifact: str, path: Union[str, Lost]) -> None:
        """Look at what stands at *path*, and read it where it is a regular file of bearable size."""
        if isinstance(path, Lost):
            self.facts[artifact] = self._contents[artifact] = path
            return
        stand = self._host.stand(path)
        content = self._read(artifact, path, stand)
        if isinstance(content, Lost) and content.reason is Reason.DENIED and stand.kind is Kind.FILE:
            stand = stand._replace(readable=False)  # it looked readable: a lease, or something else was put there in between
        text: Optional[Text] = None
        if artifact in TEXTS and isinstance(content, bytes):
            from ita_doctor.codecs.text import read_text

            self._texts[artifact] = read_text(content)
            text = self._texts[artifact]._replace(value="")  # a key may stand in it, so that it goes no further than the codecs
        near = _near(self._host, path) if stand.kind in (Kind.MISSING, Kind.DANGLING) else ()
        is_blank = isinstance(content, Lost) and content.kind == "blank"
        self.facts[artifact] = FileFact(artifact, path, stand, near, text, is_blank)
        self._contents[artifact] = content

    def content(self, artifact: str) -> Union[bytes, Lost]:
        """The bytes, or why there are none."""
        return self._contents[artifact]

    def text(self, artifact: str) -> Union[Text, Lost]:
        """The text, or why there is none."""
        content = self._contents[artifact]
        return content if isinstance(content, Lost) else self._texts[artifact]

    def scan(self, artifact: str) -> Union[PemScan, Lost]:
        """The file's PEM, nothing passed over."""
        text = self.text(artifact)
        if isinstance(text, Lost):
            return text
        from ita_doctor.codecs.pem import scan

        return scan(text.value)

    def folder(self, path: Union[str, Lost]) -> Union[str, Lost]:
        """The folder of the certificates, where it is one."""
        fact = self.facts["dir"]
        if isinstance(path, Lost):
            return path
        if isinstance(fact, Lost):
            return fact
        if fact.stand.kind is Kind.FOLDER:
            return path
        return Lost(Reason.ABSENT if fact.stand.kind is Kind.MISSING else Reason.SPECIAL, "dir")

    def _read(self, artifact: str, path: str, stand: Stand) -> Union[bytes, Lost]:
        if stand.kind is Kind.MISSING:
            return Lost(Reason.ABSENT, artifact)
        if stand.kind is Kind.HIDDEN:
            return Lost(Reason.DENIED, artifact)
        if stand.kind is not Kind.FILE:
            return Lost(Reason.SPECIAL, artifact)
        if stand.size == 0:
            return Lost(Reason.EMPTY, artifact)
        if stand.size > LIMIT:
            return Lost(Reason.OVERSIZED, artifact)
        try:
            content = self._host.read(path, LIMIT)
        except OSError:
            return Lost(Reason.DENIED, artifact)
        return content if content.strip(BLANKS) else Lost(Reason.EMPTY, artifact, "blank")


def _inside(path: str, folder: str) -> bool:
    return posixpath.dirname(path) == folder.rstrip("/")


def _near(host: Host, path: str) -> Tuple[str, ...]:
    """Names in the same folder that look like a slip of the missing one."""
    from ita_doctor.codecs.near import nearest

    folder, name = posixpath.split(path)
    names: List[str] = [one for one in host.names(folder) if one != name]
    return tuple(nearest(name, names))[:3]

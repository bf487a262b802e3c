"""Who signed whom, among all certificates at hand; nothing is computed where no name says that it could be so."""

from __future__ import annotations

import posixpath
from typing import Dict, FrozenSet, List, Sequence, Tuple, Union

from ita_doctor.collect.certificates import read_certificate_file
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import CertFile, Certificate, Key, Lost

ENDINGS = (".pem", ".crt", ".cer", ".cert", ".bak", ".old", ".orig", "~")
MOST = 50
"""Files of a folder that are looked into for a certificate that fits, and issuers of one name that are tried."""

MOST_SIGNATURES = 200
"""Signatures that are verified in all; the certificates that matter come first. A healthy bundle takes none or a few."""

LARGEST = 1 << 16
"""Bytes of a file beside the artifacts that is looked into."""


def find_links(held: Sequence[Union[CertFile, Certificate, Lost]], own: Union[Certificate, Lost]) -> FrozenSet[Tuple[str, str]]:
    """(certificate, its issuer) by fingerprint, where the names agree and the signature verifies; that it issued itself is asked of *own* only."""
    every: Dict[str, Certificate] = {}
    for one in held:
        if isinstance(one, Certificate):
            every[one.sha256] = one
        elif not isinstance(one, Lost):
            every.update((each.sha256, each) for each in one.certificates)
    links = set()
    left = MOST_SIGNATURES
    itself = "" if isinstance(own, Lost) else own.sha256
    by_subject: Dict[bytes, List[Certificate]] = {}
    for one in every.values():
        by_subject.setdefault(one.subject_der, []).append(one)
    for one in every.values():
        for issuer in by_subject.get(one.issuer_der, ())[: min(MOST, left)]:
            left -= 1
            if (issuer.sha256 != one.sha256 or one.sha256 == itself) and _signed(one, issuer):
                links.add((one.sha256, issuer.sha256))
    return frozenset(links)


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    from ita_doctor.codecs.cert import is_issued_by

    return is_issued_by(certificate, issuer)


def find_fitting(host: Host, folder: Union[str, Lost], own: Union[Certificate, Lost], key: Union[Key, Lost]) -> Tuple[str, ...]:
    """Where the agent's certificate does not fit its key: names of files beside it with a certificate that does."""
    if isinstance(folder, Lost) or isinstance(own, Lost) or not isinstance(key, Key) or own.spki == key.spki:
        return ()
    from ita_doctor.codecs.pem import scan
    from ita_doctor.codecs.text import read_text

    fitting = []
    names = [name for name, size in host.files(folder) if 0 < size <= LARGEST and name.lower().endswith(ENDINGS)]
    for name in names[:MOST]:
        try:
            content = host.read(posixpath.join(folder, name), LARGEST)
        except OSError:
            continue
        held = read_certificate_file(scan(read_text(content).value), name)
        if not isinstance(held, Lost) and any(one.spki == key.spki for one in held.certificates):
            fitting.append(name)
    return tuple(fitting)

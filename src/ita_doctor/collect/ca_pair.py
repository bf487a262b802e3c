"""TWSca.crt and TWSca.key, where they lie on this machine."""

from __future__ import annotations

import posixpath
from typing import Any, List, Mapping, Optional, Sequence, Union

from ita_doctor.host.base import Host
from ita_doctor.model.artifact import LIMIT, BadArtifact, Certificate, Kind, Lost, Reason
from ita_doctor.model.setup import Asked
from ita_doctor.model.store import CaPair


def read_pair(host: Host, asked: Asked, given: Union[Certificate, Lost], master: Mapping[str, Any], stores: Sequence[str]) -> Union[CaPair, Lost]:
    """
    The CA's certificate, which is what --ca-cert holds (*given*), else what lies in the installation of one of *stores*, and its key.

    The key lies beside the file of --ca-cert, else in that installation. *master* is a table of rules/settings.toml.
    """
    folders = list(dict.fromkeys(folder for path in stores for folder in ca_folders(path, master)))
    places = [(asked.ca_cert, given)] if asked.ca_cert is not None else []
    if not places:
        paths = [posixpath.join(folder, master["ca_cert"]) for folder in folders]
        places = [(path, _read_certificate(host, path)) for path in paths]
    for path, certificate in places:
        if not isinstance(certificate, Lost):
            return _with_key(host, path, certificate, folders, master)
    return Lost(Reason.NOT_GIVEN, "ca_pair")


def _with_key(host: Host, path: str, certificate: Certificate, folders: Sequence[str], master: Mapping[str, Any]) -> CaPair:
    if posixpath.basename(path) == master["ca_cert"]:
        return _paired(host, path, certificate, [posixpath.join(folder, master["ca_key"]) for folder in (posixpath.dirname(path), *folders)])
    named = _paired(host, path, certificate, [posixpath.splitext(path)[0] + ".key"])
    if named.key_path:
        return named
    beside = _paired(host, path, certificate, [posixpath.join(posixpath.dirname(path), master["ca_key"])])
    return beside if beside.key == certificate.spki else named  # TWSca.key beside a file of another name is the key of TWSca.crt


def compared(pair: Union[CaPair, Lost], own: Union[Certificate, Lost]) -> Union[CaPair, Lost]:
    """*pair*, and where the two do not belong together, whether the key is the one that signed the agent's certificate."""
    if isinstance(pair, Lost) or isinstance(own, Lost) or isinstance(pair.key, Lost) or pair.key == pair.certificate.spki:
        return pair
    from ita_doctor.codecs.signature import verifies

    return pair._replace(signed_own=verifies(own.der, pair.key))


def ca_folders(store: str, master: Mapping[str, Any]) -> List[str]:
    """Where the installation that *store* belongs to has its CA."""
    folder = posixpath.dirname(store)
    found = [layout for layout in master["layout"] if folder.endswith("/" + layout["stores"])]
    return [posixpath.join(folder[: -len(layout["stores"])], layout["ca"]) for layout in found]


def _paired(host: Host, path: str, certificate: Certificate, keys: Sequence[str]) -> CaPair:
    for key_path in keys:
        content = _read_text(host, key_path)
        if content is not None:
            return CaPair(path, certificate, key_path, _public_half(content))
    return CaPair(path, certificate, "", Lost(Reason.NO_CA_KEY, "ca_key"))


def _read_text(host: Host, path: str) -> Optional[str]:
    """The text of a regular file; None where there is none that we may read."""
    from ita_doctor.codecs.text import read_text

    if host.stand(path).kind is not Kind.FILE:
        return None
    try:
        return read_text(host.read(path, LIMIT)).value
    except OSError:
        return None


def _read_certificate(host: Host, path: str) -> Union[Certificate, Lost]:
    from ita_doctor.codecs.cert import read_certificates
    from ita_doctor.codecs.pem import scan

    text = _read_text(host, path)
    try:
        return Lost(Reason.NOT_GIVEN, "ca_pair") if text is None else read_certificates(scan(text)).certificates[0]
    except BadArtifact:
        return Lost(Reason.NOT_GIVEN, "ca_pair")


def _public_half(text: str) -> Union[bytes, Lost]:
    """Of a private key that is not encrypted."""
    from ita_doctor.codecs.key import open_key, read_key
    from ita_doctor.codecs.pem import scan

    try:
        file = read_key(scan(text))
        return Lost(Reason.CA_KEY_LOCKED, "ca_key") if file.lock is not None else open_key(file, None).spki
    except BadArtifact as why:
        return Lost(Reason.MALFORMED, "ca_key", why.kind)

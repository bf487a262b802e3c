"""JobManager.ini and JobManagerGW.ini: the road to the master, and addresses."""

from __future__ import annotations

from typing import List, Mapping, Optional, Sequence, Tuple

from ita_doctor.codecs.ini import clean_value
from ita_doctor.model.artifact import BadArtifact, Ini, IniLine, Job

_PORTS = {"https": 443, "http": 80}
_PROXY_PORT = 1080  # what libcurl takes for a proxy without a port
_GATEWAY = "/ita/JobManagerGW/"
_NAME_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_HEX = frozenset("0123456789abcdefABCDEF")
_LONGEST_NAME = 253  # RFC 1035
_LONGEST_LABEL = 63
_LAST_PORT = 65535
_GROUPS = 8  # of an IPv6 address
_MOST_BACKUPS = 100


def read_job(ini: Ini, path: str, names: Mapping[str, Sequence[str]]) -> Job:
    """
    What *ini*, read from *path*, says of the road to the master.

    *names* has the spellings for each of the roles `url` `backups` `proxy` `full_name`; a name counts in whatever section it stands.
    The URL comes without user and password. `is_gateway` is False: only who follows a gateway knows (`is_gateway` below tells whether to).
    Raises BadArtifact `no-url` (absent or empty; with the line where it is empty) or `not-url` (line, and *url*, masked).
    """
    line = _find(ini, names.get("url", ()))
    url = clean_value(line.raw)[0] if line else ""
    if line is None or not url:
        raise BadArtifact("no-url", line=line.number if line else None)
    scheme, rest = _scheme(url)
    shown = _without_user(url)
    authority, path_of_url = _authority(rest)
    host, port = _host_and_port(authority, _PORTS.get(scheme, -1)) if scheme.isascii() and scheme.isalpha() else ("", -1)
    if not host or not all(33 <= ord(sign) < 127 for sign in path_of_url):
        raise BadArtifact("not-url", line=line.number, url=shown)
    return Job(
        path=path,
        url=shown,
        line=line.number,
        scheme=scheme,
        host=host,
        port=port,
        backups=_backups(_value(ini, names.get("backups", ()))),
        proxy=_proxy(_value(ini, names.get("proxy", ()))),
        full_name=_value(ini, names.get("full_name", ())),
    )


def is_gateway(job: Job) -> bool:
    """Whether *job* leads to the gateway of this machine, so that the master stands in the gateway's own file."""
    host = job.host.lower().rstrip(".")
    is_here = host in ("localhost", "::1") or (host.startswith("127.") and not host.strip("0123456789."))
    return is_here and _GATEWAY.lower() in job.url.lower()


def split_address(text: str) -> Tuple[str, int]:
    """Host and port (0 to 65535) of `HOST:PORT` or `[IPv6]:PORT`; raises BadArtifact `not-address`."""
    host, port = _host_and_port(text.strip(), -1)
    if not host or port < 0:
        raise BadArtifact("not-address")
    return host, port


def join_address(host: str, port: int) -> str:
    """`HOST:PORT`, an IPv6 address in brackets: what `split_address` takes apart."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _find(ini: Ini, spellings: Sequence[str]) -> Optional[IniLine]:
    """The first setting of these names that has a value, else the first of them."""
    found = [line for line in ini.lines if line.kind == "setting" and line.name in spellings]
    return next((line for line in found if line.value), found[0] if found else None)


def _value(ini: Ini, spellings: Sequence[str]) -> str:
    line = _find(ini, spellings)
    return clean_value(line.raw)[0] if line else ""


def _scheme(url: str) -> Tuple[str, str]:
    scheme, colon, rest = url.partition("://")
    return (scheme.lower(), rest) if colon else ("", url)


def _authority(rest: str) -> Tuple[str, str]:
    """What stands before the path, without user and password, and the rest."""
    ends = [at for at in (rest.find(sign) for sign in "/?#\\") if at >= 0]
    end = min(ends) if ends else len(rest)
    return rest[:end].rpartition("@")[2], rest[end:]


def _without_user(url: str) -> str:
    """*url* as it may be shown: no user, no password."""
    scheme, slashes, rest = url.partition("://")
    if not slashes:
        return url.rpartition("@")[2]
    authority, path = _authority(rest)
    return f"{scheme}://{authority}{path}"


def _host_and_port(authority: str, default: int) -> Tuple[str, int]:
    """The host, '' where it cannot be one, and the port: *default* where none is given, -1 where it is no port."""
    if authority.startswith("["):
        host, bracket, after = authority[1:].partition("]")
        if not bracket or not _is_ipv6(host) or (after and after[0] != ":"):
            return "", -1
        port = after[1:]
    else:
        host, _, port = authority.partition(":")
        if not _is_name(host):
            return "", -1
    return host, _port(port) if port else default


def _port(digits: str) -> int:
    digits = digits.lstrip("0") or digits[:1]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(_LAST_PORT)):
        return -1
    return int(digits) if int(digits) <= _LAST_PORT else -1


def _is_name(host: str) -> bool:
    """Whether it can be a host name or an IPv4 address; a name beyond ASCII cannot (it has to be written as xn--…)."""
    if not host or len(host) > _LONGEST_NAME or not _NAME_SIGNS.issuperset(host):
        return False
    labels = host[:-1].split(".") if host.endswith(".") else host.split(".")
    if labels[-1].isdigit():
        return _is_ipv4(labels)
    return all(label and len(label) <= _LONGEST_LABEL and label[0] != "-" and label[-1] != "-" for label in labels)


def _is_ipv4(parts: List[str]) -> bool:
    return len(parts) == 4 and all(part.isdigit() and len(part) <= 3 and int(part) <= 255 for part in parts)


def _is_ipv6(host: str) -> bool:
    address, percent, zone = host.partition("%")
    if (percent and not (zone and _NAME_SIGNS.issuperset(zone))) or len(address) > 45 or address.count("::") > 1:
        return False
    head, gap, tail = address.partition("::")
    groups = [group for half in (head, tail) if half for group in half.split(":")]
    count = len(groups)
    if groups and "." in groups[-1] and not address.endswith("::"):
        if not _is_ipv4(groups.pop().split(".")):
            return False
        count += 1
    if not all(0 < len(group) <= 4 and _HEX.issuperset(group) for group in groups):
        return False
    return count < _GROUPS if gap else count == _GROUPS


def _backups(value: str) -> Tuple[str, ...]:
    """The addresses of a list of URLs, each once; what is no address is left out."""
    found: List[str] = []
    for entry in value.replace(";", ",").split(",")[:_MOST_BACKUPS]:
        scheme, rest = _scheme(entry.strip(" \t\"'"))
        host, port = _host_and_port(_authority(rest)[0], _PORTS.get(scheme or "https", -1))
        if host and port >= 0:
            found.append(join_address(host, port))
    return tuple(dict.fromkeys(found))


def _proxy(value: str) -> str:
    """The address of a proxy, '' where there is none or it is none."""
    scheme, rest = _scheme(value)
    host, port = _host_and_port(_authority(rest)[0], _PORTS["https"] if scheme == "https" else _PROXY_PORT)
    return join_address(host, port) if host and port > 0 else ""

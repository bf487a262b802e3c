"""Host and codecs → Setup: everything is read once, nothing is judged."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, List, Mapping, Tuple, Union

from ita_doctor.collect.certificates import read_certificate_file, read_first_file, the_agents_own, the_ca
from ita_doctor.collect.files import Files
from ita_doctor.collect.keys import open_everything
from ita_doctor.collect.road import reach_master, read_job, read_road
from ita_doctor.collect.settings import Names, find_section, find_slips, find_stains, read_settings, suffix_of
from ita_doctor.collect.signatures import find_fitting, find_links
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Folder, Ini, Kind, Lost, PemScan, Seed
from ita_doctor.model.setup import Asked, Setup

SCANNED = ("prv", "pub", "cert", "bundle")


def collect(host: Host, place: str, asked: Asked, table: Mapping[str, Any], tried: Dict[str, str]) -> Setup:
    """
    Read the installation whose ita.ini is *place*.

    *table* is rules/settings.toml; *tried* remembers, over several installations of one run, which addresses did not answer.
    Raises nothing: what cannot be read is Lost, with its reason.
    """
    names = Names.of(table)
    files = Files(host)
    installation = _installation(place)
    ini = _read_ini(files, place)
    section = ini if isinstance(ini, Lost) else find_section(ini, names)
    text = files.text("ini")
    settings = read_settings(host, ini, "" if isinstance(text, Lost) else text.encoding, section, names, place)
    folder: Union[str, Lost] = settings["dir"] if isinstance(settings["dir"], Lost) else settings["dir"].value
    suffix = suffix_of(settings["suffix"], host, settings["dir"], names)
    paths = names.paths(settings, folder, suffix)
    paths["job"] = ini if isinstance(ini, Lost) else posixpath.join(posixpath.dirname(posixpath.dirname(place)), names.job_file)
    files.add_all(paths)
    user, uid = _agents_user(host, files, asked, installation, place)
    scans: Dict[str, Union[PemScan, Lost]] = {artifact: files.scan(artifact) for artifact in SCANNED}
    opened = open_everything(files, scans["prv"], asked)
    pub, cert, bundle = (read_certificate_file(scans[artifact], artifact) for artifact in ("pub", "cert", "bundle"))
    own, own_artifact = the_agents_own(pub, cert, opened.key)
    given = read_first_file(files, "server", _server_paths(asked, folder, installation))
    server = given if isinstance(given, Lost) else given.certificates[0]
    ca = the_ca(read_first_file(files, "ca", [asked.ca_cert] if asked.ca_cert else []), own)
    job = read_job(files, names)
    road = read_road(asked, job)
    reached = reach_master(host, asked, settings, suffix, road, job, opened, own, tried)
    links = find_links((own, server, ca, reached.presented, *reached.chain, pub, cert, bundle), own)
    strays = () if isinstance(folder, Lost) else tuple(host.files(folder))
    slips = find_slips(ini, section, names) if isinstance(ini, Ini) and isinstance(section, str) else ()
    stains = find_stains(ini, section, names) if isinstance(ini, Ini) and isinstance(section, str) else ()
    me_uid, me = host.me()
    return Setup(
        place=place, installation=installation, asked=asked, now=host.now() if asked.at is None else asked.at, platform=host.platform,
        me=me, my_uid=me_uid, user=user, uid=uid, names=names.by_name, files=files.facts, folders=_folders(host, files),
        strays=strays, ini=ini, section=section, settings=settings, slips=slips, stains=stains, suffix=suffix,
        dir=files.folder(folder), scans=scans, stash=opened.stash, seed=_read_seed(files), prv=opened.prv, key=opened.key,
        sound=opened.sound, pub=pub, cert=cert, own=own, own_artifact=own_artifact, bundle=bundle, server=server, ca=ca, links=links,
        fitting=find_fitting(host, folder, own, opened.key), job=job, road=road, network=reached.network, peer=reached.peer,
        presented=reached.presented, chain=reached.chain,
    )  # fmt: skip


def _installation(place: str) -> str:
    """The folder that holds ITA/cpa/ita/ita.ini, else the folder of ita.ini."""
    parts = place.split("/")
    return "/".join(parts[:-4]) or "/" if parts[-4:-1] == ["ITA", "cpa", "ita"] else posixpath.dirname(place)


def _read_ini(files: Files, place: str) -> Union[Ini, Lost]:
    files.add("ini", place)
    text = files.text("ini")
    if isinstance(text, Lost):
        return text
    from ita_doctor.codecs.ini import read_ini

    return read_ini(text.value)


def _read_seed(files: Files) -> Union[Seed, Lost]:
    content = files.content("seed")
    if isinstance(content, Lost):
        return content
    from ita_doctor.codecs.seed import read_seed

    return read_seed(content)


def _agents_user(host: Host, files: Files, asked: Asked, installation: str, place: str) -> Tuple[str, int]:
    """The agent's user: as asked; else whoever owns two of installation folder, ita.ini and certificate folder; else the owner of ita.ini."""
    if asked.user is not None:
        number = host.uid_of(asked.user)
        return asked.user, -1 if number is None else number
    folder = files.facts.get("dir")
    stands = [(host.stand(place), Kind.FILE), (host.stand(installation), Kind.FOLDER)]
    if folder is not None and not isinstance(folder, Lost):
        stands.append((folder.stand, Kind.FOLDER))
    owners = [(stand.owner or str(stand.uid), stand.uid) for stand, kind in stands if stand.kind is kind]
    for owner in owners:
        if owners.count(owner) >= 2:
            return owner
    if owners:
        return owners[0]
    number, name = host.me()
    return name, number


def _folders(host: Host, files: Files) -> Mapping[str, Tuple[Folder, ...]]:
    chains: Dict[str, Tuple[Folder, ...]] = {}
    known: Dict[str, Tuple[Folder, ...]] = {}
    for artifact, fact in files.facts.items():
        if isinstance(fact, Lost) or artifact in ("server", "ca"):
            continue
        path = posixpath.join(fact.path, ".") if artifact == "dir" else fact.stand.real or fact.path
        above = posixpath.dirname(path)
        if above not in known:
            known[above] = host.folders(path)
        chains[artifact] = known[above]
    return chains


def _server_paths(asked: Asked, folder: Union[str, Lost], installation: str) -> List[str]:
    """Where server.pem may be: given, in the folder of the certificates, in the ssl folder of the same installation."""
    if asked.server_cert:
        return [asked.server_cert]
    found = [] if isinstance(folder, Lost) else [posixpath.join(folder, "server.pem")]
    return [*found, posixpath.join(installation, "ssl", "server.pem")]

"""Host and codecs → Setup: everything is read once, nothing is judged."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from ita_doctor.collect.agent import read_agent
from ita_doctor.collect.callback import read_callback
from ita_doctor.collect.certificates import read_certificate_file, read_first_file, the_agents_own, the_ca
from ita_doctor.collect.files import Files
from ita_doctor.collect.keys import open_everything
from ita_doctor.collect.log import read_log
from ita_doctor.collect.road import reach_master, read_copied_job, read_job, read_road
from ita_doctor.collect.settings import Names, find_section, find_slips, find_stains, leads_to, read_settings, suffix_of
from ita_doctor.collect.signatures import find_fitting, find_links
from ita_doctor.collect.stores import Agent, read_stores
from ita_doctor.host.base import Host
from ita_doctor.model.artifact import Folder, Ini, Kind, Lost, PemScan, Reason, Seed
from ita_doctor.model.setup import Asked, Setup

if TYPE_CHECKING:
    from ita_doctor.collect.layout import Layout

SCANNED = ("prv", "pub", "cert", "bundle")


def collect(host: Host, place: str, asked: Asked, table: Mapping[str, Any], tried: Dict[str, str]) -> Setup:
    """
    Read the installation whose ita.ini is *place*.

    *table* is rules/settings.toml and rules/layouts.toml; *tried* remembers, over several installations of one run, which addresses did not answer.
    Raises nothing: what cannot be read is Lost, with its reason.
    """
    names = Names.of(table)
    files = Files(host)
    installation = _installation(place)
    ini = _read_ini(files, place)
    section = ini if isinstance(ini, Lost) else find_section(ini, names)
    text = files.text("ini")
    encoding = "" if isinstance(text, Lost) else text.encoding
    settings = read_settings(host, ini, encoding, section, names, place)
    layout: Optional[Layout] = None
    if any(leads_to(one["defaults"], settings) for one in table["layout"]):
        from ita_doctor.collect.layout import find_layout

        layout = find_layout(host, settings, names, table)
    if layout is not None:
        names = layout.names
        settings = layout.settle(read_settings(host, ini, encoding, section, names, place))
    programs = _programs(host, installation, table)
    folder: Union[str, Lost] = settings["dir"] if isinstance(settings["dir"], Lost) else settings["dir"].value
    suffix = suffix_of(settings["suffix"], host, settings["dir"], names) if layout is None else layout.suffix
    paths = names.paths(settings, folder, suffix)
    paths.update((artifact, Lost(Reason.LAYOUT, artifact)) for artifact in SCANNED if artifact not in paths)
    paths["job"] = ini if isinstance(ini, Lost) else posixpath.join(posixpath.dirname(posixpath.dirname(place)), names.job_file)
    files.add_all(paths)
    user, uid = _agents_user(host, files, asked, installation, place)
    scans: Dict[str, Union[PemScan, Lost]] = {artifact: files.scan(artifact) for artifact in SCANNED}
    opened = open_everything(files, scans["prv"], asked)
    pub, cert, bundle = (read_certificate_file(scans[artifact], artifact) for artifact in ("pub", "cert", "bundle"))
    own, own_artifact = the_agents_own(pub, cert, opened.key)
    given = read_first_file(files, "server", _server_paths(asked, folder, (installation, programs)))
    server = given if isinstance(given, Lost) else given.certificates[0]
    ca_file = read_first_file(files, "ca", [asked.ca_cert] if asked.ca_cert else [] if layout is None else layout.ca_paths(paths))
    ca = the_ca(ca_file if layout is None else layout.with_chain(ca_file, pub), own)
    job = read_job(files, names) if asked.root is None else read_copied_job(files, names)
    road = read_road(asked, job)
    reached = reach_master(host, asked, settings, suffix, road, job, opened, own, tried)
    stores = read_stores(host, asked, table, Agent(installation, own, suffix, ca if asked.ca_cert else Lost(Reason.NOT_GIVEN, "ca")))
    links = find_links((own, server, ca, *stores.certificates(), reached.presented, *reached.chain, pub, cert, bundle), own)
    strays = () if isinstance(folder, Lost) else tuple(host.files(folder))
    slips = find_slips(ini, section, names) if isinstance(ini, Ini) and isinstance(section, str) else ()
    stains = find_stains(ini, section, names) if isinstance(ini, Ini) and isinstance(section, str) else ()
    agent, served = read_agent(host, asked, programs, settings, table, opened, own)
    log, callback = read_log(host, asked, installation, files.facts, table), read_callback(host, asked, job)
    me_uid, me = host.me()
    return Setup(
        place=place, installation=installation, asked=asked, now=host.now() if asked.at is None else asked.at, platform=host.platform,
        me=me, my_uid=me_uid, user=user, uid=uid, names=names.by_name, files=files.facts, folders=_folders(host, files),
        strays=strays, ini=ini, section=section, settings=settings, slips=slips, stains=stains, suffix=suffix,
        dir=files.folder(folder), scans=scans, stash=opened.stash, seed=_read_seed(files), prv=opened.prv, key=opened.key,
        sound=opened.sound, pub=pub, cert=cert, own=own, own_artifact=own_artifact, bundle=bundle, server=server, ca=ca, links=links,
        fitting=find_fitting(host, folder, own, opened.key), job=job, road=road, network=reached.network, peer=reached.peer,
        presented=reached.presented, chain=reached.chain, machine=_machine(host, asked), agent=agent, served=served, log=log,
        callback=callback, keystore=stores.keystore, truststore=stores.truststore, ca_pair=stores.ca_pair,
        layout="" if layout is None else layout.name, not_asked=frozenset() if layout is None else layout.not_asked({"server": server}),
        advice={} if layout is None else layout.advice, programs=programs,
    )  # fmt: skip


def _programs(host: Host, installation: str, table: Mapping[str, Any]) -> str:
    """The folder of the agent's programs; the installation itself, unless its data lie apart."""
    if posixpath.basename(installation) == table["split"]["programs"]:
        return installation
    from ita_doctor.collect.layout import programs_of

    return programs_of(host, installation, table)


def _machine(host: Host, asked: Asked) -> Union[str, Lost]:
    return host.name() if asked.root is None else Lost(Reason.ROOTED, "machine")


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


def _server_paths(asked: Asked, folder: Union[str, Lost], homes: Sequence[str]) -> List[str]:
    """Where server.pem may be: given, in the folder of the certificates, in the ssl folder of the same installation."""
    if asked.server_cert:
        return [asked.server_cert]
    found = [] if isinstance(folder, Lost) else [posixpath.join(folder, "server.pem")]
    return [*found, *(posixpath.join(home, "ssl", "server.pem") for home in dict.fromkeys(homes))]

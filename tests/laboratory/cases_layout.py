"""Later releases: data apart from programs (9.5), files that are fetched from the master (10.x), and what must not pass for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from laboratory.casebook import case
from laboratory.cases_live import java
from laboratory.lab import Site, spare_ca
from laboratory.tools import base64_of, keytool, name_of, pem_of, spare_key

SETTINGS = ("password_file", "random_file", "cert_label", "key_db_name", "key_repository_dir")


class Fetched(Site):
    """A site whose agent fetches its files from the master."""

    prv = property(lambda self: self.folder / "tls.key")
    pub = property(lambda self: self.folder / "tls.crt")
    cert = property(lambda self: self.folder / "tls.crt")
    bundle = property(lambda self: self.folder / "ca.crt")


def data_apart(site: Site) -> Path:
    """Release 9.5: ita.ini and its files in TWSDATA, the programs in TWS beside it; the home of both."""
    home = site.top / "opt/HCL/TWA_twsuser"
    site.move(home / "TWSDATA")
    program_in(home / "TWS", "StartUpLwa")
    site.place = home
    return home


def program_in(folder: Path, name: str) -> None:
    """A program of the agent's, which does nothing."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n")


def later(site: Site) -> None:
    """Release 10.x: key, certificate, stash and seed as tls.*, the CA as ca.crt, and a master whose certificate that CA signed."""
    data_apart(site)
    for old, new in ((site.prv, "tls.key"), (site.pub, "tls.crt"), (site.stash, "tls.sth"), (site.seed, "tls.rnd")):
        old.rename(site.folder / new)
    site.cert.unlink()
    site.bundle.unlink()
    site.__class__ = Fetched
    site.suffix = "tls"
    site.write(site.bundle, site.ca_crt.read_bytes())
    site.configure()
    site.tidy()


def with_master(site: Site) -> None:
    """The master of that CA: what it presents, and what it trusts."""
    later(site)
    key = spare_key("rsa2048", 2)
    site.master_of(key, site.issue(key, cn="localhost"), site.ca_crt.read_bytes())
    site.trusted.unlink()
    site.trust(site.ca_crt, alias="ca")


def certify(site: Site, **more: Any) -> None:
    """Another certificate for the agent."""
    site.write(site.pub, site.issue(**more))


@case()
def release_with_data_apart(site: Site) -> None:
    data_apart(site)


@case()
def release_with_data_apart_by_its_programs(site: Site) -> None:
    site.place = data_apart(site) / "TWS"


@case()
def release_with_data_apart_by_its_data(site: Site) -> None:
    site.place = data_apart(site) / "TWSDATA"


@case("AGT-003", says="TWA_twsuser/TWS")
def release_with_data_apart_is_stopped(site: Site) -> None:
    program_in(data_apart(site) / "TWS", "ITA/cpa/ita/agent")


@case()
def release_whose_data_were_put_elsewhere(site: Site) -> None:
    """The installer was told so; a script of the programs' folder says where."""
    programs = site.top / "opt/programs/TWS"
    program_in(programs, "ITA/cpa/ita/agent")
    site.move(site.top / "data/agent")
    (programs / "tws_env.sh").write_text(f"#!/bin/sh\nUNISONWORK={site.agent}\nexport UNISONWORK\n")
    site.own(programs / "tws_env.sh")
    site.place = programs


def behind_gateway(site: Site) -> None:
    data_apart(site)
    site.write(site.gateway, site.job.read_bytes())
    site.set("ResourceAdvisorUrl", "https://localhost:31114/ita/JobManagerGW/JobManagerRESTWeb/JobScheduler/resource", path=site.job)


@case(master=java())
def release_with_data_apart_and_gateway(site: Site) -> None:
    behind_gateway(site)


@case("AGT-001")
def release_with_data_apart_and_no_gateway_settings(site: Site) -> None:
    behind_gateway(site)
    site.gateway.unlink()


@case()
def fetched(site: Site) -> None:
    later(site)


@case()
def fetched_and_no_setting_says_so(site: Site) -> None:
    later(site)
    for name in SETTINGS:
        site.set(name, None)


@case()
def fetched_without_a_seed(site: Site) -> None:
    later(site)
    site.set("random_file", None)
    site.seed.unlink()


@case()
def fetched_with_its_chain(site: Site) -> None:
    later(site)
    key, name = spare_key("rsa2048", 5), name_of("TWSca at work")
    site.write(site.pub, site.issue(ca=(key, name)) + site.issue(key, cn="TWSca at work"))


@case()
def fetched_and_shared_with_the_master(site: Site) -> None:
    later(site)
    certify(site, self_signed=True)
    site.write(site.bundle, site.pub.read_bytes())


@case(master=java())
def fetched_and_accepted(site: Site) -> None:
    with_master(site)


@case("CERT-004", says="tls.crt")
def fetched_and_expired(site: Site) -> None:
    later(site)
    certify(site, start=-400, days=365)


@case("CERT-004", master=java())
def fetched_and_expired_with_a_master(site: Site) -> None:
    with_master(site)
    certify(site, start=-400, days=365)


@case("CA-004", says="ca.crt")
def fetched_ca_expired(site: Site) -> None:
    later(site)
    site.write(site.bundle, site.issue(spare_ca(site), cn="TWSca", start=-400, days=365, self_signed=True))


@case("KEY-002", says="tls.key", opens=False)
def fetched_with_another_stash(site: Site) -> None:
    later(site)
    site.write(site.stash, base64_of(b"Another-Word-9"))


@case("CERT-003", says="tls.crt", opens=False)
def fetched_with_another_key(site: Site) -> None:
    later(site)
    site.write(site.prv, pem_of(spare_key("rsa2048", 6), site.password))


@case("CERT-012", says="ca.crt|CA")
def fetched_of_another_ca(site: Site) -> None:
    later(site)
    certify(site, ca=(spare_key("rsa2048", 7), name_of("Other CA")))


@case("FILE-006", says="tls.key")
def fetched_key_for_everybody(site: Site) -> None:
    later(site)
    site.prv.chmod(0o644)


@case("FILE-005", by="root", says="tls.crt")
def fetched_by_somebody_else(site: Site) -> None:
    later(site)
    site.own(site.pub, 2)


@case("FILE-001", says="tls.key", opens=False)
def fetched_without_its_key(site: Site) -> None:
    later(site)
    site.prv.unlink()


@case("TLS-002", master=java())
def fetched_and_the_master_has_another_ca(site: Site) -> None:
    with_master(site)
    key = spare_key("rsa2048", 2)
    site.master_of(key, site.issue(key, cn="localhost", self_signed=True))


@case("TLS-003", master=java())
def fetched_and_not_trusted(site: Site) -> None:
    with_master(site)
    keytool("-delete", "-alias", "ca", "-storetype", "JKS", "-keystore", site.trusted)
    site.write(site.ssl / "other.crt", site.issue(spare_key("rsa2048", 8), cn="somebody", self_signed=True))
    site.trust(site.ssl / "other.crt", alias="somebody")


@case("FILE-001", "FILE-011", says="ita_prv")
def procedure_whose_four_files_are_gone(site: Site) -> None:
    """Its own names of steps 4 and 8 in the folder are no later release."""
    site.rename("tls")
    for old, new in ((site.prv, "tls.key"), (site.pub, "tls.crt")):
        old.rename(site.folder / new)
    site.cert.unlink()
    site.bundle.unlink()


@case("FILE-001", "FILE-011", says="ita_prv")
def procedure_with_a_later_release_beside_it(site: Site) -> None:
    """One of the four files is enough: it is the procedure's, and the rest of it is missing."""
    later(site)
    site.pub.with_name("ita_certtls.pem").write_bytes(site.pub.read_bytes())
    site.tidy()


@case("FILE-001", may="INI-012", says="ita_prvnc117031")
def procedure_named_by_its_settings(site: Site) -> None:
    """ita.ini leads to files of another name, and they are gone."""
    later(site)
    for name, value in (("password_file", "nc117031.sth"), ("random_file", "nc117031.rnd")):
        site.set(name, site.folder / value)
    site.set("key_db_name", "nc117031")

"""What goes wrong with JobManager.ini (ITA-AGT-001, 002), and the master's files as far as they own a fault (ITA-MST)."""

from __future__ import annotations

from typing import List

from laboratory.casebook import case
from laboratory.lab import Site, spare_ca
from laboratory.tools import STORE_PASSWORD, keytool, pem_of, spare_key

URL = "ResourceAdvisorUrl"


def stores(site: Site) -> List[object]:
    """The options that hand over the master's stores."""
    return ["--server-keystore", site.etc, "--trust-keystore", site.etc]


@case("AGT-001")
def job_is_missing(site: Site) -> None:
    site.job.unlink()


@case("AGT-001", says=URL)
def job_without_the_master(site: Site) -> None:
    site.set(URL, None, path=site.job)


@case("AGT-001", says=URL)
def master_commented_out(site: Site) -> None:
    site.edit(site.job, b"\nResourceAdvisorUrl", b"\n#ResourceAdvisorUrl")


@case("AGT-001")
def master_is_a_host_only(site: Site) -> None:
    site.set(URL, "nc060201", path=site.job)


@case("AGT-001")
def master_empty(site: Site) -> None:
    site.set(URL, "", path=site.job)


@case("AGT-001")
def master_without_a_host(site: Site) -> None:
    site.set(URL, "https:///JobManagerRESTWeb/JobScheduler/resource", path=site.job)


@case("AGT-001")
def gateway_without_its_settings(site: Site) -> None:
    site.set(URL, "https://localhost:31114/ita/JobManagerGW/JobManagerRESTWeb/JobScheduler/resource", path=site.job)


@case("AGT-002", says="http")
def master_by_plain_http(site: Site) -> None:
    site.set(URL, "http://localhost:31115/JobManagerRESTWeb/JobScheduler/resource", path=site.job)


@case("AGT-002")
def master_by_plain_http_and_no_ssl_port(site: Site) -> None:
    master_by_plain_http(site)
    site.set("ssl_port", 0)
    site.set("tcp_port", 31114)


@case("AGT-002", says="abc|port")
def masters_port_is_a_word(site: Site) -> None:
    site.set(URL, "https://localhost:abc/JobManagerRESTWeb/JobScheduler/resource", path=site.job)


@case("AGT-002")
def masters_port_too_high(site: Site) -> None:
    site.set(URL, "https://localhost:311160/JobManagerRESTWeb/JobScheduler/resource", path=site.job)


@case("AGT-002")
def master_behind_the_gateway_by_http(site: Site) -> None:
    site.write(site.gateway, site.job.read_bytes().replace(b"https://localhost:31116", b"http://localhost:31115"))
    gateway_without_its_settings(site)


SHIPPED = "MST-004"
"""The laboratory's stores have the shipped password, which is a note in every case."""


@case("MST-001", options=stores, may=SHIPPED, says="password")
def store_with_another_password(site: Site) -> None:
    keytool("-storepasswd", "-new", "another1", "-keystore", site.keys)


@case("MST-001", options=stores, may=SHIPPED, says="was")
def store_without_the_alias_server(site: Site) -> None:
    keytool("-changealias", "-alias", "server", "-destalias", "was", "-keystore", site.keys)


@case("MST-001", options=stores, may=SHIPPED)
def store_is_no_store(site: Site) -> None:
    site.keys.write_bytes(site.server_pem.read_bytes())


@case("MST-001", options=stores, may=SHIPPED, says="cut")
def trust_store_is_cut(site: Site) -> None:
    site.trusted.write_bytes(site.trusted.read_bytes()[:-30])


@case("MST-001", options=lambda site: [*stores(site), "--store-password-file", site.top / "store.pwd"], says="given")
def both_stores_with_another_password_than_given(site: Site) -> None:
    (site.top / "store.pwd").write_bytes(b"another1\n")


@case("MST-001", options=lambda site: ["--server-keystore", site.trusted], says="alias server")
def trust_store_given_for_the_key_store(site: Site) -> None:
    pass


@case("MST-002", options=lambda site: [*stores(site), "--server-cert", site.server_pem], may=SHIPPED)
def master_renewed_since_the_export(site: Site) -> None:
    site.new_master()


@case("MST-002", options=lambda site: [*stores(site), "--server-cert", site.server_pem], may=SHIPPED)
def export_and_bundle_differ_from_the_store(site: Site) -> None:
    """Neither holds what the key store has: one fault."""
    site.new_master()
    site.export()
    site.new_master()


@case("MST-003", options=stores, may=SHIPPED, says="accepts the agent all the same", severity={"ITA-MST-003": "warning"})
def agent_not_trusted(site: Site) -> None:
    """Step 19 was not done; only the CA is trusted, by which a Java master accepts the agent all the same."""
    site.trusted.unlink()
    site.trust(site.ca_crt, "ca")


@case("MST-003", options=stores, may=SHIPPED, says="refuses")
def agent_not_trusted_at_all(site: Site) -> None:
    """Step 19 was not done."""
    site.trusted.unlink()
    site.trust(site.server_pem, "other")


@case("MST-003", options=stores, may=SHIPPED, says="older|another")
def agent_trusted_by_its_former_certificate(site: Site) -> None:
    site.certify(site.issue())


@case("MST-005", options=lambda site: [*stores(site), "--ca-cert", site.ca_crt], may=("CERT-012", SHIPPED))
def ca_key_of_another(site: Site) -> None:
    site.ca_key.write_bytes(pem_of(spare_key("rsa2048", 5), None))


@case("MST-005", options=stores, may=SHIPPED, says="expired")
def ca_expired(site: Site) -> None:
    site.ca_crt.write_bytes(ca_until(site, -3))


@case("MST-006", options=stores, may=SHIPPED, severity={"ITA-MST-006": "warning"})
def ca_ends_soon(site: Site) -> None:
    site.ca_crt.write_bytes(ca_until(site, 20))


@case("MST-006", options=lambda site: ["--ca-cert", site.ca_crt], severity={"ITA-MST-006": "error"})
def ca_ends_now(site: Site) -> None:
    site.ca_crt.write_bytes(ca_until(site, 3))


def ca_until(site: Site, days: float) -> bytes:
    """TWSca renewed with its key, to end in so many days."""
    return site.issue(spare_ca(site), cn="TWSca", start=days - 3650, days=3650)


@case("MST-004", options=stores)
def all_of_the_master_is_well(site: Site) -> None:
    """But for its shipped password, which is a note."""


@case("MST-004", options=stores)
def all_of_the_master_is_well_as_pkcs12(site: Site) -> None:
    """What newer releases write under the same names."""
    for path in (site.keys, site.trusted):
        keytool("-importkeystore", "-srckeystore", path, "-srcstorepass", STORE_PASSWORD, "-destkeystore", f"{path}.p12", "-deststoretype", "PKCS12",
                "-deststorepass", STORE_PASSWORD)  # fmt: skip
        path.with_name(f"{path.name}.p12").replace(path)


@case("MST-004", options=stores)
def all_of_the_master_is_well_by_java_alone(site: Site) -> None:
    """JCEKS stores with a secret key beside, which only keytool reads."""
    for path in (site.keys, site.trusted):
        keytool("-importkeystore", "-srckeystore", path, "-srcstorepass", STORE_PASSWORD, "-destkeystore", f"{path}.x", "-deststoretype", "JCEKS",
                "-deststorepass", STORE_PASSWORD)  # fmt: skip
        keytool(
            "-genseckey",
            "-alias",
            "aes",
            "-keyalg",
            "AES",
            "-keysize",
            128,
            "-storetype",
            "JCEKS",
            "-keypass",
            STORE_PASSWORD,
            "-keystore",
            f"{path}.x",
        )
        path.with_name(f"{path.name}.x").replace(path)


@case("MST-004", options=stores)
def only_the_trust_store_is_here(site: Site) -> None:
    site.keys.unlink()


def beside_its_master(site: Site) -> None:
    """Put the agent into the master's own installation."""
    site.ssl.rename(site.agent / "ssl")
    site.ssl.parent.rmdir()
    site.move(site.twa / "TWS")


@case("MST-004")
def stores_beside_the_agent(site: Site) -> None:
    """The agent of the master itself: without options its stores are found."""
    beside_its_master(site)


@case(options=lambda site: [*stores(site), "--store-password-file", site.top / "store.pwd"])
def stores_with_a_password_of_their_own(site: Site) -> None:
    (site.top / "store.pwd").write_bytes(b"Qv7-lark\r\n")
    keytool("-storepasswd", "-new", "Qv7-lark", "-keystore", site.keys)
    keytool("-storepasswd", "-new", "Qv7-lark", "-keystore", site.trusted)


@case("MST-003", may=SHIPPED, says="older|another")
def stores_beside_the_agent_know_a_former_certificate(site: Site) -> None:
    site.certify(site.issue())
    beside_its_master(site)


@case()
def stores_beside_the_agent_with_a_password_of_their_own(site: Site) -> None:
    """What was only found and does not open is no fault."""
    stores_with_a_password_of_their_own(site)
    beside_its_master(site)

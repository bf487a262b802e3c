"""What goes wrong with JobManager.ini (ITA-AGT-001, 002), and the master's files as far as they own a fault (ITA-MST)."""

from __future__ import annotations

from typing import List

from laboratory.casebook import case
from laboratory.lab import Site
from laboratory.tools import keytool, pem_of, spare_key

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


@case("MST-001", options=stores)
def store_with_another_password(site: Site) -> None:
    keytool("-storepasswd", "-new", "another1", "-keystore", site.keys)


@case("MST-001", options=stores)
def store_without_the_alias_server(site: Site) -> None:
    keytool("-changealias", "-alias", "server", "-destalias", "was", "-keystore", site.keys)


@case("MST-001", options=stores)
def store_is_no_store(site: Site) -> None:
    site.keys.write_bytes(site.server_pem.read_bytes())


@case("MST-002", options=lambda site: [*stores(site), "--server-cert", site.server_pem])
def master_renewed_since_the_export(site: Site) -> None:
    site.new_master()


@case("MST-003", options=stores)
def agent_not_trusted(site: Site) -> None:
    """Step 19 was not done."""
    site.trusted.unlink()
    site.trust(site.ca_crt, "ca")


@case("MST-003", options=stores, says="older|another")
def agent_trusted_by_its_former_certificate(site: Site) -> None:
    site.certify(site.issue())


@case("MST-005", options=lambda site: [*stores(site), "--ca-cert", site.ca_crt], may="CERT-012")
def ca_key_of_another(site: Site) -> None:
    site.ca_key.write_bytes(pem_of(spare_key("rsa2048", 5), None))


@case("MST-004", options=stores)
def all_of_the_master_is_well(site: Site) -> None:
    """But for its shipped password, which is a note."""

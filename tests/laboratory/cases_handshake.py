"""Handshakes that succeed and have a fault, and those that only look wrong."""

from __future__ import annotations

import contextlib
import ssl
from types import SimpleNamespace
from typing import Any, Iterator

from laboratory.casebook import case
from laboratory.cases_bundle import bundle_of
from laboratory.cases_live import VERIFYING, java, of_the_house, openssl, python, serve, serve_of_ca, trusting
from laboratory.lab import Site
from laboratory.tools import base64_of, spare_key
from live import hostile_tls
from live.hostile_proxies import Proxy

TLS = ssl.TLSVersion


OLD = openssl("-no_tls1_2", "-no_tls1_3", "-cipher", "ALL:@SECLEVEL=0", "-Verify", "1", "-CAfile", "{trust}")


@case("TLS-005", master=OLD, says=r"1\.1|1\.2")
def master_speaks_tls_11_at_most(site: Site) -> None:
    serve(site)


@case("TLS-005", master=java(protocols=("TLSv1",), legacy=True), says=r"TLSv?1|TLS 1")
def java_speaks_tls_10_only(site: Site) -> None:
    pass


@case("TLS-005", master=python(versions=(TLS.TLSv1_2, TLS.TLSv1_2), ciphers="AES256-SHA256:AES128-SHA:@SECLEVEL=0"), says="forward|AES")
def key_exchange_by_rsa(site: Site) -> None:
    serve(site)


@case("TLS-006", master=python())
def presented_certificate_has_expired(site: Site) -> None:
    serve_of_ca(site, start=-400)


@case("TLS-006", master=python())
def presented_certificate_is_not_yet_valid(site: Site) -> None:
    serve_of_ca(site, start=5)


@case("TLS-007", master=python(), severity={"ITA-TLS-007": "warning"}, says="day")
def presented_certificate_is_due(site: Site) -> None:
    serve_of_ca(site, start=-350.5)


@case("CA-004", master=python())
def presented_and_held_certificate_has_expired(site: Site) -> None:
    serve(site, start=-400)


@case("CA-005", master=python(), severity={"ITA-CA-005": "warning"})
def presented_and_held_certificate_is_due(site: Site) -> None:
    serve(site, start=-350.5)


@case("TLS-008", master=java(), severity={"ITA-TLS-008": "error"}, says="nc060201")
def another_name_is_wanted(site: Site) -> None:
    site.set("verify_cn_string", "nc060202")


@case("TLS-008", master=python(), severity={"ITA-TLS-008": "note"}, says="localhost")
def certificate_without_the_hosts_name(site: Site) -> None:
    serve(site, extensions=[])


@case("TLS-009", master=java(ask="none"))
def master_does_not_ask(site: Site) -> None:
    pass


@case("CA-007", master=java(), says="nc999999")
def bundle_holds_a_stranger(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes(), site.issue(spare_key(), cn="nc999999", self_signed=True))


@case("STH-003", master=java())
def handshake_with_a_line_end_in_the_stash(site: Site) -> None:
    """The key opens all the same, so that the rest is judged."""
    site.write(site.stash, base64_of(site.password + b"\n"))


@case(master=java())
def master_needs_a_certificate(site: Site) -> None:
    pass


@case(master=java(ask="want"))
def master_wants_a_certificate(site: Site) -> None:
    pass


@case(master=java(protocols=("TLSv1.2",)))
def master_speaks_tls_12_only(site: Site) -> None:
    pass


@case(master=java(protocols=("TLSv1.3",)))
def master_speaks_tls_13_only(site: Site) -> None:
    pass


@case(master=VERIFYING)
def master_of_openssl(site: Site) -> None:
    serve(site)


@case(master=openssl("-verify", "1", "-CAfile", "{trust}", "-tls1_2"))
def master_of_openssl_wants_a_certificate(site: Site) -> None:
    serve(site)


@case(master=python(minutes=2))
def masters_clock_is_nearly_right(site: Site) -> None:
    serve(site)


@case(master=python(head="Server: none\r\n"))
def master_says_no_date(site: Site) -> None:
    serve(site)


@case(master=python(head="Date: yesterday at noon\r\n"))
def master_says_no_date_that_is_one(site: Site) -> None:
    serve(site)


@case(master=python())
def masters_issuer_is_trusted(site: Site) -> None:
    serve_of_ca(site)


@case(master=java())
def former_master_beside_in_the_bundle(site: Site) -> None:
    current = site.server_pem.read_bytes()
    serve(site, start=-800)
    bundle_of(site, site.bundle.read_bytes(), current)


@case(master=java())
def right_name_is_wanted(site: Site) -> None:
    site.set("verify_cn_string", "nc060201")


@case(master=of_the_house(hostile_tls.OtherInsideTls), may=("TLS-008", "TLS-009"))
def another_protocol_inside_tls(site: Site) -> None:
    trusting(site)


@contextlib.contextmanager
def behind_a_proxy(site: Site) -> Iterator[Any]:
    with java()(site) as master, Proxy() as proxy:
        site.edit(site.job, b"name = JobManager\n", f"name = JobManager\nhttps_proxy = http://127.0.0.1:{proxy.port}\n".encode())
        site.edit(site.job, b"localhost:31116", f"localhost:{master.port}".encode())
        yield SimpleNamespace(port=0)


@contextlib.contextmanager
def as_in_the_settings(site: Site) -> Iterator[Any]:
    with java()(site) as master:
        site.edit(site.job, b"localhost:31116", f"localhost:{master.port}".encode())
        yield SimpleNamespace(port=0)


@case(master=behind_a_proxy)
def master_behind_a_proxy(site: Site) -> None:
    pass


@case(master=as_in_the_settings)
def master_named_in_the_settings(site: Site) -> None:
    pass

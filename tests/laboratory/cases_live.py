"""What goes wrong on the way to the master and with it (ITA-NET, ITA-TLS)."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
from types import SimpleNamespace
from typing import Any, Callable, Iterator, NamedTuple

from cryptography import x509

from laboratory.casebook import case
from laboratory.cases_agent import stores
from laboratory.cases_bundle import bundle_of, server_of_ca
from laboratory.lab import Site
from laboratory.tools import name_of, pem_of, spare_key, subject_of
from live import hostile, hostile_tls
from live.certs import pair
from live.masters import JavaMaster, OpenSSLMaster, PythonMaster

Start = Callable[[Site], Any]
REFUSES = "alert|refus|end|reset|trust|step 19"


class Served(NamedTuple):
    """The master's key and certificate, as tests/live wants them."""

    key: Any
    pem: bytes

    def key_pem(self) -> bytes:
        return pem_of(self.key, None)


def java(ask: str = "need", **more: Any) -> Start:
    """The master in Java on the site's own stores."""
    return lambda site: JavaMaster(keys=site.keys, trust=site.trusted, ask=ask, **more)


def served(site: Site) -> Served:
    return Served(spare_key("rsa2048", 2), site.server_pem.read_bytes())


def answer(minutes: float = 0, head: str = "") -> bytes:
    """What a master says whose clock is so much ahead."""
    then = dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=minutes)
    date = then.strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n") if head == "" else head
    return f"HTTP/1.1 200 OK\r\n{date}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode()


def python(minutes: float = 0, head: str = "", **more: Any) -> Start:
    """A master in Python that knows the agent's CA and wants a certificate."""
    options = {"ask": ssl.CERT_REQUIRED, **more}
    return lambda site: PythonMaster(pair=served(site), trust=site.ca_crt.read_bytes(), answer=answer(minutes, head), **options)


def openssl(*options: str) -> Start:
    return lambda site: OpenSSLMaster(*options, pair=served(site), trust=site.ca_crt.read_bytes())


def serve(site: Site, **more: Any) -> None:
    """Another key and certificate for the master, in the bundle and known as server.pem."""
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    options = {"cn": subject_of(site.server_pem), "self_signed": True, "extensions": [names], **more}
    site.write(site.server_pem, site.issue(spare_key("rsa2048", 2), **options))
    bundle_of(site, site.pub.read_bytes(), site.server_pem.read_bytes())


def serve_of_ca(site: Site, **more: Any) -> None:
    """The master's certificate comes from a CA, and that is what the bundle holds."""
    issuer = server_of_ca(site)
    serve(site, self_signed=False, ca=(spare_key("rsa2048", 4), name_of("Master CA")), **more)
    bundle_of(site, site.pub.read_bytes(), issuer)


def of_the_house(start: Callable[[], Any]) -> Start:
    """A hostile master, which has a certificate of its own."""
    return lambda _: start()


def trusting(site: Site) -> None:
    """The bundle holds the certificate of the hostile masters."""
    bundle_of(site, site.pub.read_bytes(), pair("master").pem)


@contextlib.contextmanager
def nobody(_: Site) -> Iterator[Any]:
    """A port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    yield SimpleNamespace(port=port)


@contextlib.contextmanager
def as_configured(_: Site) -> Iterator[Any]:
    """No master of ours: the settings say where it is."""
    yield SimpleNamespace(port=0)


@contextlib.contextmanager
def too_busy(_: Site) -> Iterator[Any]:
    """A port whose queue is full: new connections get no answer at all."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _number in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield SimpleNamespace(port=listener.getsockname()[1])


@case("NET-001", master=as_configured, says="nc060201.invalid")
def masters_name_is_unknown(site: Site) -> None:
    site.edit(site.job, b"https://localhost:31116", b"https://nc060201.invalid:31116")


@case("NET-001", master=as_configured, options=lambda _: ["--master", "nc060201.invalid:31116"])
def masters_name_as_given_is_unknown(site: Site) -> None:
    pass


@case("NET-002", master=nobody, says="refused")
def master_is_down(site: Site) -> None:
    pass


@case("NET-002", master=as_configured, says="refused")
def master_is_down_as_configured(site: Site) -> None:
    site.edit(site.job, b"https://localhost:31116", b"https://127.0.0.1:1")


@case("NET-002", master=too_busy, says="time|answer|second")
def master_gives_no_answer(site: Site) -> None:
    pass


@case("NET-002", "STH-001", master=nobody)
def master_is_down_and_stash_is_plain(site: Site) -> None:
    """The rules that need no network stand on their own."""
    site.write(site.stash, site.password)


@case("NET-003", master=python(minutes=12), says="minute|clock|second")
def masters_clock_is_ahead(site: Site) -> None:
    serve(site)


@case("NET-003", master=python(minutes=-600))
def masters_clock_is_behind(site: Site) -> None:
    serve(site)


@case("TLS-001", master=of_the_house(hostile.PlainHttp), says="HTTP")
def port_speaks_plain_http(site: Site) -> None:
    pass


@case("TLS-001", master=java(plain=True), says="HTTP")
def port_of_java_speaks_plain_http(site: Site) -> None:
    pass


@case("TLS-001", master=of_the_house(hostile.SshBanner), says="SSH")
def port_speaks_ssh(site: Site) -> None:
    pass


@case("TLS-001", master=of_the_house(hostile.ClosesAtOnce))
def port_closes_at_once(site: Site) -> None:
    pass


@case("TLS-001", master=of_the_house(hostile.ClosesAfterClientHello))
def port_closes_after_our_hello(site: Site) -> None:
    pass


@case("TLS-001", master=of_the_house(hostile.PlainHttpForGetOnly))
def port_is_silent(site: Site) -> None:
    pass


@case("TLS-001", master=of_the_house(hostile_tls.SilentInsideTls))
def no_answer_inside_tls(site: Site) -> None:
    trusting(site)


@case("TLS-002", master=java(), says="older|same subject|former")
def master_was_renewed(site: Site) -> None:
    site.new_master()


@case("TLS-002", master=java())
def another_master_than_in_the_bundle(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), site.issue(spare_key(), cn="nc999999", self_signed=True))


@case("TLS-002", master=python())
def masters_ca_is_not_in_the_bundle(site: Site) -> None:
    serve_of_ca(site)
    other = site.issue(spare_key("rsa2048", 5), cn="Other CA", self_signed=True)
    bundle_of(site, site.pub.read_bytes(), other)


@case("TLS-003", master=java(), says=REFUSES)
def step_19_was_not_done(site: Site) -> None:
    site.trusted.unlink()
    site.trust(site.server_pem, "other")


@case("TLS-003", master=java(protocols=("TLSv1.2",)), says=REFUSES)
def step_19_was_not_done_in_tls_12(site: Site) -> None:
    step_19_was_not_done(site)


@case("TLS-003", master=java(), says="another|older|restart")
def master_trusts_the_former_certificate(site: Site) -> None:
    key = spare_key("rsa2048", 7)
    site.certify(site.issue(key))
    site.write(site.prv, pem_of(key, site.password))


@case("TLS-003", master=lambda site: OpenSSLMaster("-Verify", "1", "-verify_return_error", "-CAfile", "{trust}", pair=served(site),
      trust=site.server_pem.read_bytes()), says="unknown.ca")  # fmt: skip
def master_says_unknown_ca(site: Site) -> None:
    serve(site)


@case("TLS-003", master=lambda site: PythonMaster(pair=served(site), trust=site.server_pem.read_bytes(), ask=ssl.CERT_REQUIRED,
      answer=answer(), versions=(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)), says="unknown.ca")  # fmt: skip
def master_says_unknown_ca_in_tls_12(site: Site) -> None:
    serve(site)


VERIFYING = openssl("-Verify", "1", "-verify_return_error", "-CAfile", "{trust}")


@case("CERT-004", master=VERIFYING)
def master_refuses_what_has_expired(site: Site) -> None:
    serve(site)
    site.certify(site.issue(start=-400))


@case("CERT-005", master=VERIFYING)
def master_refuses_what_is_not_yet_valid(site: Site) -> None:
    serve(site)
    site.certify(site.issue(start=4))


@case("CERT-010", master=VERIFYING)
def master_refuses_what_is_for_servers(site: Site) -> None:
    serve(site)
    site.certify(site.issue(extensions=[x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])]))


@case("CERT-003", master=java())
def master_refuses_another_key(site: Site) -> None:
    site.write(site.prv, pem_of(spare_key(), site.password))


@case("STH-001", master=java())
def no_key_to_present(site: Site) -> None:
    site.write(site.stash, site.password)


@case("MST-003", master=java(), options=stores)
def master_lacks_the_agent_in_its_store(site: Site) -> None:
    step_19_was_not_done(site)


@case("MST-003", master=java(), options=stores, severity={"ITA-MST-003": "note"}, says="because its CA's is")
def master_trusts_the_agent_by_its_ca(site: Site) -> None:
    """A Java master takes what a trusted CA issued."""
    site.trusted.unlink()
    site.trust(site.ca_crt, "ca")


@case("MST-002", master=java(), options=lambda site: [*stores(site), "--server-cert", site.server_pem])
def export_and_bundle_are_older_than_the_store(site: Site) -> None:
    site.new_master()


@case("TLS-004", master=of_the_house(lambda: hostile.FatalAlert(40)))
def master_says_handshake_failure(site: Site) -> None:
    pass


@case("TLS-004", master=of_the_house(lambda: hostile.FatalAlert(70)))
def master_says_protocol_version(site: Site) -> None:
    pass


@case("TLS-004", master=openssl("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"))
def master_takes_anonymous_ciphers_only(site: Site) -> None:
    serve(site)

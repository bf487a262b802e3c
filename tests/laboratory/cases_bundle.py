"""What goes wrong with the bundle (ITA-CA)."""

from __future__ import annotations

from typing import List

from cryptography import x509

from laboratory.casebook import case
from laboratory.lab import Site
from laboratory.tools import name_of, run, spare_key, subject_of


def given(site: Site) -> List[object]:
    """The options that hand over server.pem."""
    return ["--server-cert", site.server_pem]


def bundle_of(site: Site, *parts: bytes) -> None:
    site.write(site.bundle, b"".join(parts))


@case("CA-001", says="line", opens=False)
def end_and_begin_on_one_line(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes().rstrip(b"\n"), site.server_pem.read_bytes())


@case("CA-001")
def bundle_cut_short(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes()[:-200])


@case("CA-001")
def bundle_without_its_last_line(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes().rsplit(b"-----END", 1)[0])


@case("CA-001")
def bundle_with_a_dash_lost(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes().rstrip()[:-1] + b"\n")


@case("CA-001")
def bundle_with_a_line_lost(site: Site) -> None:
    lines = site.server_pem.read_bytes().splitlines(keepends=True)
    bundle_of(site, site.pub.read_bytes(), *lines[:6], *lines[7:])


@case("CA-001")
def bundle_with_a_begin_lost(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), site.server_pem.read_bytes().split(b"\n", 1)[1])


@case("CA-001")
def bundle_with_a_stray_character(site: Site) -> None:
    server = site.server_pem.read_bytes().splitlines(keepends=True)
    bundle_of(site, site.pub.read_bytes(), *server[:4], b"?" + server[4][1:], *server[5:])


@case("CA-001")
def bundle_folded_by_a_mailer(site: Site) -> None:
    site.edit(site.bundle, b"-----END CERTIFICATE-----", b"-----END=\n CERTIFICATE-----")


@case("CA-002")
def bundle_is_server_pem_only(site: Site) -> None:
    """Step 13.1 was forgotten."""
    bundle_of(site, site.server_pem.read_bytes())


@case("CA-002", says="older|same subject")
def bundle_holds_the_former_certificate(site: Site) -> None:
    """pub and cert were renewed, the bundle was not."""
    pem = site.issue()
    site.write(site.pub, pem)
    site.write(site.cert, pem)


@case("CA-002", options=given)
def bundle_holds_the_neighbours_certificate(site: Site) -> None:
    bundle_of(site, site.issue(spare_key(), cn="nc117032"), site.server_pem.read_bytes())


@case("CA-002", options=given)
def bundle_holds_the_ca_and_server_pem(site: Site) -> None:
    bundle_of(site, site.ca_crt.read_bytes(), site.server_pem.read_bytes())


def newer(site: Site) -> bytes:
    """The certificate of a new key of the master's."""
    return site.issue(spare_key("rsa2048", 1), cn=subject_of(site.server_pem), self_signed=True)


@case("CA-003")
def bundle_is_the_agents_certificate_only(site: Site) -> None:
    """The editor was closed without saving."""
    bundle_of(site, site.pub.read_bytes())


@case("CA-003", may="CA-006")
def bundle_is_the_agents_certificate_twice(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes() * 2)


@case("CA-003", options=given)
def bundle_holds_the_former_server_pem(site: Site) -> None:
    site.write(site.server_pem, newer(site))


@case("CA-003", options=given)
def bundle_holds_the_ca_for_server_pem(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), site.ca_crt.read_bytes())


@case("CA-003", says="server.pem")
def newer_server_pem_lies_in_the_folder(site: Site) -> None:
    site.write(site.folder / "server.pem", newer(site))


@case("CA-003")
def newer_server_pem_lies_in_the_ssl_folder(site: Site) -> None:
    (site.agent / "ssl").mkdir()
    site.write(site.agent / "ssl/server.pem", newer(site))
    site.tidy()


def servers(site: Site, **more: object) -> bytes:
    """A certificate of the master with other dates."""
    name = subject_of(site.server_pem)
    return site.issue(spare_key("rsa2048", 2), cn=name, self_signed=True, **more)


@case("CA-004")
def masters_certificate_has_expired(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), servers(site, start=-400))


@case("CA-004", options=given)
def masters_certificate_has_expired_as_given(site: Site) -> None:
    site.write(site.server_pem, servers(site, start=-400))
    bundle_of(site, site.pub.read_bytes(), site.server_pem.read_bytes())


@case("CA-004")
def masters_certificate_is_not_yet_valid(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), servers(site, start=3))


@case("CA-004")
def both_masters_certificates_have_expired(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), servers(site, start=-400), servers(site, start=-800))


@case("CA-005", severity={"ITA-CA-005": "warning"}, says="day")
def masters_certificate_is_due(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), servers(site, start=-350.5))


@case("CA-005", severity={"ITA-CA-005": "error"}, options=given)
def masters_certificate_is_due_at_once(site: Site) -> None:
    site.write(site.server_pem, servers(site, start=-362.5))
    bundle_of(site, site.pub.read_bytes(), site.server_pem.read_bytes())


@case("CA-006")
def server_pem_appended_twice(site: Site) -> None:
    """cat >> was run again."""
    bundle_of(site, site.bundle.read_bytes(), site.server_pem.read_bytes())


@case("CA-007", says="request")
def request_in_the_bundle(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes(), (site.ssl / "nc117031.csr").read_bytes())


@case("CA-007")
def listing_of_keytool_in_the_bundle(site: Site) -> None:
    """keytool -list -v in the place of -export -rfc; the certificate was pasted behind it."""
    listing = run("keytool", "-J-Duser.language=en", "-list", "-v", "-keystore", site.keys, "-storepass", "default")
    bundle_of(site, site.pub.read_bytes(), listing, site.server_pem.read_bytes())


@case("CA-007")
def dump_in_the_bundle(site: Site) -> None:
    """openssl x509 -text"""
    bundle_of(site, site.pub.read_bytes(), run("openssl", "x509", "-text", "-in", site.server_pem))


@case("CA-007")
def error_message_in_the_bundle(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes(), b"cat: server.pem: No such file or directory\n")


@case("CA-007", says="public key")
def public_key_in_the_bundle(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes(), run("openssl", "x509", "-pubkey", "-noout", "-in", site.pub))


@case("CA-007", options=given, says="nc999999")
def certificate_of_neither_side(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes(), site.issue(spare_key(), cn="nc999999", self_signed=True))


@case("CA-007")
def editors_note_in_the_bundle(site: Site) -> None:
    bundle_of(site, b"# agent\n", site.pub.read_bytes(), b"# master\n", site.server_pem.read_bytes())


@case("CA-008", options=given)
def master_signed_by_a_ca(site: Site) -> None:
    server_of_ca(site)
    bundle_of(site, site.pub.read_bytes(), site.server_pem.read_bytes())


def server_of_ca(site: Site) -> bytes:
    """server.pem comes from another CA, whose certificate is the answer."""
    ca_key = spare_key("rsa2048", 4)
    site.write(site.server_pem, site.issue(spare_key("rsa2048", 2), cn="nc060201", ca=(ca_key, name_of("Master CA"))))
    return site.issue(ca_key, cn="Master CA", self_signed=True, extensions=[x509.BasicConstraints(ca=True, path_length=None)])

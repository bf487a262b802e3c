"""What goes wrong with the agent's certificate (ITA-CERT)."""

from __future__ import annotations

import base64
import shutil

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from laboratory.casebook import case
from laboratory.lab import Site
from laboratory.tools import pem_of, run, spare_key


def usage(*allowed: str) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
             "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{name: name in allowed for name in names})


@case("CERT-001", says="request", opens=None)
def public_file_holds_the_request(site: Site) -> None:
    """cp nc117031.csr ita_pubnc117031.pem"""
    site.write(site.pub, (site.ssl / "nc117031.csr").read_bytes())


@case("CERT-001", says="public key", opens=False)
def both_files_hold_the_public_key(site: Site) -> None:
    """The name ita_pub misleads: openssl rsa -pubout."""
    for path in (site.pub, site.cert):
        site.write(path, run("openssl", "rsa", "-pubout", stdin=pem_of(site.key(), None)))


@case("CERT-001", opens=False)
def certificate_cut_short(site: Site) -> None:
    for path in (site.pub, site.cert):
        site.write(path, path.read_bytes()[:700])


@case("CERT-001", opens=False)
def certificate_cut_but_for_its_end(site: Site) -> None:
    """A line of the middle was lost: good Base64, bad DER."""
    lines = site.cert.read_bytes().splitlines(keepends=True)
    site.write(site.cert, b"".join(lines[:8] + lines[9:]))


@case("CERT-001")
def certificate_in_der(site: Site) -> None:
    block = b"".join(site.pub.read_bytes().splitlines()[1:-1])
    site.write(site.pub, base64.b64decode(block))


@case("CERT-001")
def certificate_as_pkcs7(site: Site) -> None:
    """What a Windows CA sends."""
    seven = run("openssl", "crl2pkcs7", "-nocrl", "-certfile", site.pub)
    site.write(site.pub, seven)


@case("CERT-001", opens=False)
def certificate_in_one_line(site: Site) -> None:
    site.edit(site.cert, b"\n", b"")


@case("CERT-001", opens=False)
def certificate_of_words(site: Site) -> None:
    site.write(site.cert, b"see ita_pub\n")


@case("CERT-001", opens=False)
def certificate_with_mac_line_ends(site: Site) -> None:
    """A lone CR ends no line for OpenSSL."""
    site.edit(site.cert, b"\n", b"\r")


@case("CERT-001")
def certificate_of_only_its_dump(site: Site) -> None:
    """openssl x509 -text -noout"""
    site.write(site.pub, run("openssl", "x509", "-text", "-noout", "-in", site.pub))


@case("CERT-002", says="ita_pub|newer|older")
def certificate_is_an_older_copy(site: Site) -> None:
    site.write(site.cert, site.issue(start=-200))


@case("CERT-002")
def public_file_is_an_older_copy(site: Site) -> None:
    site.write(site.pub, site.issue(start=-200))


@case("CERT-002", says="ita_cert")
def public_file_is_of_another_key(site: Site) -> None:
    site.write(site.pub, site.issue(spare_key(), cn="nc117032"))


@case("CERT-002", says="ita_pub", opens=False)
def certificate_is_of_another_key(site: Site) -> None:
    site.write(site.cert, site.issue(spare_key(), start=-200))


@case("CERT-002")
def public_file_is_the_masters(site: Site) -> None:
    """cp server.pem over the wrong file."""
    site.write(site.pub, site.server_pem.read_bytes())


@case("CERT-003", opens=False)
def key_made_again(site: Site) -> None:
    """Step 4 was done twice, steps 7 to 13 once."""
    site.write(site.prv, pem_of(spare_key(), site.password))


@case("CERT-003", opens=False)
def certificates_of_a_neighbour(site: Site) -> None:
    site.certify(site.issue(spare_key(), cn="nc117032"))


@case("CERT-003", may=("CERT-011", "CERT-013"), opens=False)
def certificates_are_the_cas(site: Site) -> None:
    """TWSca.crt was copied for the certificate that it signed."""
    site.certify(site.ca_crt.read_bytes())


@case("CERT-003", says="nc117031.pem", opens=False)
def fitting_certificate_lies_beside(site: Site) -> None:
    right = site.pub.read_bytes()
    site.certify(site.issue(spare_key(), start=-200))
    site.write(site.folder / "nc117031.pem", right)


@case("CERT-007", says="SHA-?1")
def signed_by_sha_1(site: Site) -> None:
    signed(site, "-sha1")


@case("CERT-007", says="MD5")
def signed_by_md5(site: Site) -> None:
    signed(site, "-md5")


def signed(site: Site, digest: str) -> None:
    """Step 8 with another digest."""
    made = run("openssl", "x509", "-req", digest, "-CA", site.ca_crt, "-CAkey", site.ca_key, "-set_serial", 77, "-days", 365,
               "-in", site.ssl / "nc117031.csr")  # fmt: skip
    site.certify(made)


@case("CERT-008", says="bundle|ita_ca_cert")
def everything_in_the_bundle(site: Site) -> None:
    """cat ita_*.pem server.pem > bundle"""
    parts = (site.cert, site.prv, site.server_pem)
    site.write(site.bundle, b"".join(path.read_bytes() for path in parts))


@case("CERT-008", says="ita_pub")
def key_in_the_public_file(site: Site) -> None:
    """One file for all, as other servers want it."""
    site.write(site.pub, site.prv.read_bytes() + site.pub.read_bytes())


@case("CERT-008", opens=True)
def clear_key_in_the_certificate(site: Site) -> None:
    site.write(site.cert, site.cert.read_bytes() + pem_of(site.key(), None, traditional=True))


@case("CERT-008", may="CERT-001")
def public_file_is_the_key(site: Site) -> None:
    """cp of the key over ita_pub."""
    site.write(site.pub, site.prv.read_bytes())


@case("CERT-009")
def chain_in_both_files(site: Site) -> None:
    for path in (site.pub, site.cert):
        site.write(path, path.read_bytes() + site.ca_crt.read_bytes())


@case("CERT-009")
def certificate_file_is_the_bundle(site: Site) -> None:
    shutil.copyfile(site.bundle, site.cert)


@case("CERT-010", says="client")
def for_servers_only(site: Site) -> None:
    site.certify(site.issue(extensions=[x509.ExtendedKeyUsage([Eku.SERVER_AUTH])]))


@case("CERT-010", says="server")
def for_clients_only(site: Site) -> None:
    site.certify(site.issue(extensions=[x509.ExtendedKeyUsage([Eku.CLIENT_AUTH])]))


@case("CERT-010")
def for_signing_code(site: Site) -> None:
    site.certify(site.issue(extensions=[x509.ExtendedKeyUsage([Eku.CODE_SIGNING])]))


@case("CERT-010")
def key_usage_of_an_issuer(site: Site) -> None:
    site.certify(site.issue(extensions=[usage("key_cert_sign", "crl_sign")]))


@case("CERT-010")
def key_usage_to_keep_secrets_only(site: Site) -> None:
    site.certify(site.issue(extensions=[usage("data_encipherment")]))


@case("CERT-011")
def certificate_of_a_ca(site: Site) -> None:
    site.certify(site.issue(extensions=[x509.BasicConstraints(ca=True, path_length=None)]))


@case("CERT-011", "CERT-013")
def made_by_one_command(site: Site) -> None:
    """openssl req -x509: self-signed, and by its defaults a CA."""
    made = run("openssl", "req", "-x509", "-key", site.prv, "-passin", f"pass:{site.password.decode()}", "-days", 365, "-subj", "/CN=nc117031")
    site.certify(made)


@case("CERT-012", options=lambda site: ["--ca-cert", site.ssl / "other.crt"], says="issuer|TWSca")
def signed_by_another_ca(site: Site) -> None:
    site.write(site.ssl / "other.crt", site.issue(spare_key(), cn="Other CA", self_signed=True))


@case("CERT-012", options=lambda site: ["--ca-cert", site.ssl / "other.crt"], says="sign")
def signed_by_a_ca_of_the_same_name(site: Site) -> None:
    """The CA was made anew, with the same name and another key."""
    site.write(site.ssl / "other.crt", site.issue(spare_key(), cn="TWSca", self_signed=True))


@case("CERT-012", options=lambda site: ["--ca-cert", site.server_pem])
def server_pem_given_for_the_ca(site: Site) -> None:
    pass


@case("CERT-013")
def signed_by_itself(site: Site) -> None:
    site.certify(site.issue(self_signed=True))


@case("CERT-004", "CERT-010")
def expired_and_for_servers_only(site: Site) -> None:
    """Two faults, two causes."""
    site.certify(site.issue(start=-366, days=365, extensions=[x509.ExtendedKeyUsage([Eku.SERVER_AUTH])]))

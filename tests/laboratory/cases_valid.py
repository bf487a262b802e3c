"""Certificates that only look wrong: nothing may be said of them."""

from __future__ import annotations

import ipaddress

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from laboratory.casebook import case
from laboratory.cases_cert import usage
from laboratory.cases_dates import days_from_now
from laboratory.lab import Site
from laboratory.tools import run


@case()
def certificate_of_version_3(site: Site) -> None:
    names = x509.SubjectAlternativeName([x509.DNSName("nc117031"), x509.IPAddress(ipaddress.ip_address("::1"))])
    site.certify(site.issue(extensions=[names, x509.BasicConstraints(ca=False, path_length=None)]))


@case()
def usage_on_both_sides(site: Site) -> None:
    both = x509.ExtendedKeyUsage([Eku.SERVER_AUTH, Eku.CLIENT_AUTH])
    site.certify(site.issue(extensions=[usage("digital_signature", "key_encipherment"), both]))


@case()
def usage_for_signatures_only(site: Site) -> None:
    """Enough for every cipher with forward secrecy, on both sides."""
    site.certify(site.issue(extensions=[usage("digital_signature")]))


@case()
def usage_for_anything(site: Site) -> None:
    site.certify(site.issue(extensions=[x509.ExtendedKeyUsage([x509.ObjectIdentifier("2.5.29.37.0")])]))


@case()
def extension_unknown_to_all(site: Site) -> None:
    site.certify(site.issue(extensions=[x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x04\x01x")]))


@case()
def serial_number_zero(site: Site) -> None:
    signed(site, "-set_serial", 0)


@case()
def serial_number_negative(site: Site) -> None:
    signed(site, "-set_serial", -5)


@case()
def signed_by_sha_512(site: Site) -> None:
    signed(site, "-sha512", "-set_serial", 9)


@case()
def subject_in_t61(site: Site) -> None:
    """OpenSSL 1.0 wrote umlauts in T61String, that is in Latin-1."""
    asked(site, "string_mask = MASK:4", "O = Z\xfcrich", "latin-1")


@case()
def subject_in_bmp(site: Site) -> None:
    asked(site, "string_mask = MASK:2048", "O = Example", "ascii")


@case()
def subject_in_utf_8(site: Site) -> None:
    asked(site, "string_mask = utf8only\nutf8 = yes", "O = Zürich 青い", "utf-8")


@case()
def subject_with_control_characters(site: Site) -> None:
    asked(site, "string_mask = utf8only\nutf8 = yes", "O = Exa\x1b[31mmple \N{RIGHT-TO-LEFT OVERRIDE}", "utf-8")


@case()
def subject_with_quotes_and_commas(site: Site) -> None:
    asked(site, "", 'O = Bob\'s "Works", Ltd. + Co; <x>', "ascii")


@case()
def certificate_with_its_dump(site: Site) -> None:
    """openssl x509 -text"""
    for path in (site.pub, site.cert):
        site.write(path, run("openssl", "x509", "-text", "-in", path))


@case()
def certificate_with_attributes_of_pkcs12(site: Site) -> None:
    attributes = b"Bag Attributes\n    localKeyID: 01 02\nsubject=C = IT, CN = nc117031\nissuer=CN = TWSca\n"
    for path in (site.pub, site.cert):
        site.write(path, attributes + path.read_bytes())


@case()
def certificate_under_its_old_label(site: Site) -> None:
    """SSLeay wrote X509 CERTIFICATE, and OpenSSL reads it to this day."""
    for path in (site.pub, site.cert):
        site.edit(path, b" CERTIFICATE", b" X509 CERTIFICATE")


@case()
def certificates_in_another_layout(site: Site) -> None:
    """The copies differ in line ends and line lengths, not in the certificate."""
    site.edit(site.cert, b"\n", b"\r\n")
    body = b"".join(site.pub.read_bytes().splitlines()[1:-1])
    lines = [body[at : at + 60] for at in range(0, len(body), 60)]
    site.write(site.pub, b"-----BEGIN CERTIFICATE-----\n" + b"\n".join(lines) + b"\n-----END CERTIFICATE-----\n")


@case(options=lambda site: ["--ca-cert", site.ca_crt])
def signed_by_the_ca_given(site: Site) -> None:
    pass


@case(options=lambda site: ["--ca-cert", site.ca_crt])
def signed_by_a_ca_since_renewed(site: Site) -> None:
    """The CA has a new certificate with the same name and key."""
    renewed = run("openssl", "req", "-x509", "-key", site.ca_key, "-days", 7300, "-set_serial", 4711, "-subj", "/C=IT/O=Example/CN=TWSca")
    site.write(site.ca_crt, renewed)


@case(options=lambda site: ["--ca-cert", site.ca_crt])
def ca_given_with_its_dump(site: Site) -> None:
    site.write(site.ca_crt, run("openssl", "x509", "-text", "-in", site.ca_crt))


@case()
def short_certificate_in_its_second_third(site: Site) -> None:
    """Fifteen days long, nine left."""
    site.certify(site.issue(start=-6, days=15))


@case()
def thirty_two_days_left(site: Site) -> None:
    site.certify(site.issue(start=-333))


@case(options=lambda _: ["--due", "10d,2d"])
def not_due_by_the_command_line(site: Site) -> None:
    site.certify(site.issue(start=-345.5))


@case(options=lambda _: days_from_now(300))
def not_due_by_then(site: Site) -> None:
    pass


@case()
def valid_for_ever(site: Site) -> None:
    """Beyond 2050, where the form of the date changes."""
    site.certify(site.issue(days=365 * 200))


@case()
def same_subject_as_the_ca(site: Site) -> None:
    """Issuer and subject are equal, yet it is not self-signed: a chain of namesakes."""
    site.certify(site.issue(cn="TWSca"))


@case()
def signed_by_pss(site: Site) -> None:
    signed(site, "-sigopt", "rsa_padding_mode:pss", "-set_serial", 10)


def signed(site: Site, *how: object) -> None:
    """Step 8 with other options."""
    site.certify(run("openssl", "x509", "-req", *how, "-CA", site.ca_crt, "-CAkey", site.ca_key, "-days", 365, "-in", site.ssl / "nc117031.csr"))


def asked(site: Site, mask: str, organisation: str, encoding: str) -> None:
    """Steps 7 and 8 with another subject."""
    text = f"[req]\ndistinguished_name = who\nprompt = no\n{mask}\n[who]\n{organisation}\nCN = nc117031\n"
    (site.ssl / "openssl.cnf").write_bytes(text.encode(encoding))
    request = run("openssl", "req", "-new", "-key", site.prv, "-passin", f"pass:{site.password.decode()}", "-config", site.ssl / "openssl.cnf")
    (site.ssl / "nc117031.csr").write_bytes(request)
    signed(site, "-set_serial", 11)

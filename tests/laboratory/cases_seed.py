"""What goes wrong with the seed (ITA-RND), and bundles and seeds that only look wrong."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from laboratory.casebook import case
from laboratory.cases_bundle import bundle_of, given, server_of_ca, servers
from laboratory.lab import Site


@case("RND-001", says="512")
def seed_of_512_bytes(site: Site) -> None:
    site.write(site.seed, os.urandom(512))


@case("RND-001")
def seed_of_1023_bytes(site: Site) -> None:
    site.write(site.seed, os.urandom(1023))


@case("RND-001")
def seed_of_32_bytes(site: Site) -> None:
    site.write(site.seed, os.urandom(32))


@case("RND-002")
def seed_of_zeros(site: Site) -> None:
    """dd if=/dev/zero"""
    site.write(site.seed, bytes(8192))


@case("RND-002")
def seed_of_words(site: Site) -> None:
    site.write(site.seed, b"The quick brown fox jumps over the lazy dog. " * 182)


@case("RND-002", says="text")
def seed_of_a_few_words(site: Site) -> None:
    site.write(site.seed, b"random\n")


@case("RND-002")
def seed_in_base64(site: Site) -> None:
    """openssl rand -base64 8192"""
    site.write(site.seed, base64.encodebytes(os.urandom(8192)))


@case("RND-002")
def seed_in_hex(site: Site) -> None:
    site.write(site.seed, os.urandom(4096).hex().encode())


@case("RND-002", says="PEM")
def seed_is_the_certificate(site: Site) -> None:
    site.write(site.seed, site.bundle.read_bytes())


@case("RND-002")
def seed_without_its_eighth_bits(site: Site) -> None:
    """A transfer of seven bits."""
    site.write(site.seed, bytes(byte & 0x7F for byte in os.urandom(8192)))


@case("RND-002")
def seed_taken_for_text(site: Site) -> None:
    """A transfer from Latin-1 to UTF-8."""
    site.write(site.seed, os.urandom(8192).decode("latin-1").encode())


@case("RND-002")
def seed_is_a_program(site: Site) -> None:
    """./openssl was copied in the place of what it wrote."""
    site.write(site.seed, Path("/bin/sh").resolve().read_bytes()[:65536])


@case("RND-002")
def seed_counts_up(site: Site) -> None:
    site.write(site.seed, bytes(range(256)) * 32)


@case()
def seed_of_1024_bytes(site: Site) -> None:
    site.write(site.seed, os.urandom(1024))


@case()
def seed_of_a_megabyte(site: Site) -> None:
    site.write(site.seed, os.urandom(1 << 20))


@case()
def seed_translated_to_ebcdic(site: Site) -> None:
    """It is random all the same."""
    site.write(site.seed, os.urandom(8192).decode("latin-1").encode("cp037"))


@case()
def issuer_in_the_place_of_the_master(site: Site) -> None:
    issuer = server_of_ca(site)
    bundle_of(site, site.pub.read_bytes(), issuer)


@case(options=given)
def issuer_in_the_place_of_server_pem(site: Site) -> None:
    issuer_in_the_place_of_the_master(site)


@case(options=given)
def issuer_beside_the_master(site: Site) -> None:
    issuer = server_of_ca(site)
    bundle_of(site, site.pub.read_bytes(), site.server_pem.read_bytes(), issuer)


@case(options=given)
def ca_of_the_agent_in_the_bundle(site: Site) -> None:
    bundle_of(site, site.bundle.read_bytes(), site.ca_crt.read_bytes())


@case()
def former_certificate_of_the_master_beside(site: Site) -> None:
    bundle_of(site, site.pub.read_bytes(), servers(site, start=-800), site.server_pem.read_bytes())


@case(options=given)
def former_certificate_of_the_master_beside_server_pem(site: Site) -> None:
    former_certificate_of_the_master_beside(site)


@case(options=given)
def bundle_in_another_order(site: Site) -> None:
    bundle_of(site, site.server_pem.read_bytes(), site.pub.read_bytes())


@case(options=given)
def server_pem_with_crlf(site: Site) -> None:
    site.edit(site.server_pem, b"\n", b"\r\n")


@case(options=given)
def former_certificate_of_the_agent_beside(site: Site) -> None:
    bundle_of(site, site.issue(start=-300), site.bundle.read_bytes())

"""What goes wrong with encodings (ITA-FILE-009)."""

from __future__ import annotations

from laboratory.casebook import case
from laboratory.lab import Site

WITH_BOM = "byte order|BOM"


@case("FILE-009", says="EBCDIC.*273|273.*EBCDIC|CCSID")
def bundle_in_german_ebcdic(site: Site) -> None:
    site.write(site.bundle, site.bundle.read_bytes().decode().encode("cp273"))


@case("FILE-009", says="EBCDIC|CCSID")
def key_in_ebcdic_with_its_own_line_ends(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes().decode().replace("\n", "\x85").encode("cp037"))


@case("FILE-009", says="EBCDIC|CCSID")
def certificates_in_ebcdic(site: Site) -> None:
    for path in (site.pub, site.cert):
        site.write(path, path.read_bytes().decode().encode("cp500"))


@case("FILE-009", says="EBCDIC|CCSID")
def ini_in_ebcdic(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes().decode().replace("\n", "\x85").encode("cp037"))


@case("FILE-009", "INI-010", says="EBCDIC|CCSID")
def ini_in_ebcdic_with_a_fault(site: Site) -> None:
    site.set("ssl_port", 0)
    ini_in_ebcdic(site)


@case("FILE-009", says="EBCDIC|CCSID")
def job_in_ebcdic(site: Site) -> None:
    site.write(site.job, site.job.read_bytes().decode().encode("cp1140"))


@case("FILE-009", says="UTF-16")
def bundle_by_a_redirection_of_powershell(site: Site) -> None:
    """type pub, server.pem > bundle"""
    site.write(site.bundle, b"\xff\xfe" + site.bundle.read_bytes().replace(b"\n", b"\r\n").decode().encode("utf-16-le"))


@case("FILE-009", says="UTF-16")
def ini_in_utf_16(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes().decode().encode("utf-16"))


@case("FILE-009", says="UTF-16")
def key_in_utf_16_without_a_mark(site: Site) -> None:
    site.write(site.prv, site.prv.read_bytes().decode().encode("utf-16-be"))


@case("FILE-009", says=WITH_BOM)
def ini_saved_by_notepad(site: Site) -> None:
    site.write(site.ini, b"\xef\xbb\xbf" + site.ini.read_bytes().replace(b"\n", b"\r\n"))


@case("FILE-009", says=WITH_BOM)
def ini_with_a_mark_before_its_section(site: Site) -> None:
    site.write(site.ini, b"\xef\xbb\xbf[ITA SSL]" + site.ini.read_bytes().split(b"[ITA SSL]")[1])


@case("FILE-009", says=WITH_BOM)
def bundle_saved_by_notepad(site: Site) -> None:
    site.write(site.bundle, b"\xef\xbb\xbf" + site.bundle.read_bytes())


@case("FILE-009", says=WITH_BOM)
def job_saved_by_notepad(site: Site) -> None:
    site.write(site.job, b"\xef\xbb\xbf" + site.job.read_bytes())


@case("FILE-009", says=WITH_BOM)
def key_saved_by_notepad(site: Site) -> None:
    site.write(site.prv, b"\xef\xbb\xbf" + site.prv.read_bytes())

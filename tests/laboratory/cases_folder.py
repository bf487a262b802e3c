"""Files and folders that only look wrong: nothing may be said of them."""

from __future__ import annotations

import base64
import os

from laboratory.casebook import case
from laboratory.lab import Site
from laboratory.tools import base64_of, pem_of, spare_key


@case()
def secrets_read_only(site: Site) -> None:
    site.prv.chmod(0o400)
    site.stash.chmod(0o400)


@case()
def everything_closed_to_others(site: Site) -> None:
    for path in (*site.six, site.ini, site.job):
        path.chmod(0o600)


@case()
def folder_closed_to_others(site: Site) -> None:
    site.folder.chmod(0o700)


@case()
def public_files_executable(site: Site) -> None:
    for path in (site.pub, site.cert, site.bundle):
        path.chmod(0o755)


@case()
def sticky_folder_above(site: Site) -> None:
    site.agent.parent.chmod(0o1777)


@case(by="root")
def folders_of_root(site: Site) -> None:
    """Root made the folder of the certificates: two of three still belong to the agent's user."""
    site.own(site.folder, 0)


@case()
def backups_of_public_files(site: Site) -> None:
    for name in ("ita_pubnc117031.pem~", "ita_ca_certnc117031.pem.bak", "ita_certnc117031.pem.orig", ".ita_pubnc117031.pem.swp"):
        site.write(site.folder / name, site.pub.read_bytes())


@case()
def working_files_of_the_procedure(site: Site) -> None:
    for name in ("nc117031.pem", "nc117031.crt", "nc117031.csr"):
        site.write(site.folder / name, (site.ssl / name).read_bytes())
    site.write(site.folder / "server.pem", site.server_pem.read_bytes())


@case()
def old_secrets_in_a_folder_below(site: Site) -> None:
    (site.folder / "old.bak").mkdir()
    site.write(site.folder / "old.bak/nc117031.pwd", b"old", 0o600)
    site.write(site.folder / "old.bak/ita_prvnc117031.pem.bak", pem_of(spare_key(), None), 0o600)
    site.tidy()


@case()
def files_of_other_products(site: Site) -> None:
    site.write(site.folder / "README.txt", b"certificates of the agent\n")
    os.mkfifo(site.folder / "pipe")
    site.tidy()


@case()
def certificate_is_a_link_to_the_public_file(site: Site) -> None:
    site.cert.unlink()
    site.cert.symlink_to(site.pub.name)
    site.own(site.cert)


@case()
def certificate_is_a_hard_link(site: Site) -> None:
    site.cert.unlink()
    os.link(site.pub, site.cert)


@case()
def files_of_the_year_1970(site: Site) -> None:
    for path in (*site.six, site.ini):
        os.utime(path, (0, 0))


@case()
def files_of_tomorrow(site: Site) -> None:
    for path in (*site.six, site.ini):
        os.utime(path, (2**32, 2**32))


@case()
def public_files_with_crlf(site: Site) -> None:
    """FTP in ASCII mode to a PC and back."""
    for path in (site.prv, site.pub, site.cert, site.bundle, site.stash):
        site.edit(path, b"\n", b"\r\n")


@case()
def files_without_a_last_line_end(site: Site) -> None:
    for path in (site.prv, site.pub, site.cert, site.bundle, site.stash):
        site.write(path, path.read_bytes().rstrip())


@case()
def blank_lines_around(site: Site) -> None:
    for path in (site.prv, site.pub, site.cert, site.bundle):
        site.write(path, b"\n\n" + path.read_bytes().replace(b"-----BEGIN", b"\n-----BEGIN") + b"\n\n")


@case()
def blanks_at_the_end_of_every_line(site: Site) -> None:
    """Copied from a terminal; OpenSSL does not mind."""
    for path in (site.prv, site.pub, site.cert, site.bundle):
        site.edit(path, b"\n", b"  \n")


@case()
def agent_without_its_program(site: Site) -> None:
    """No agent program is installed: what asks for the process is skipped."""
    site.write(site.agent / "ITA/cpa/ita/README", b"")


@case()
def stash_in_lines_of_76(site: Site) -> None:
    password = b"correct-Horse-battery-Staple-" * 4
    site.use_password(password)
    site.write(site.stash, base64.encodebytes(password))


@case()
def stash_in_lines_of_64(site: Site) -> None:
    site.use_password(b"correct-Horse-battery-Staple-" * 4)
    site.write(site.stash, base64_of(site.password))


@case()
def stash_in_one_long_line(site: Site) -> None:
    """openssl base64 -A"""
    site.use_password(b"correct-Horse-battery-Staple-" * 4)
    site.write(site.stash, base64_of(site.password).replace(b"\n", b""))


@case()
def stash_with_crlf_and_without_end(site: Site) -> None:
    site.use_password(b"correct-Horse-battery-Staple-" * 4)
    site.write(site.stash, base64_of(site.password).rstrip().replace(b"\n", b"\r\n"))

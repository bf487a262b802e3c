"""What goes wrong with the files as files (ITA-FILE-001 to 004)."""

from __future__ import annotations

import os
import socket

from laboratory.casebook import case
from laboratory.lab import Site


@case("FILE-001", says="ita_prvnc117031.pem")
def key_is_missing(site: Site) -> None:
    site.prv.unlink()


@case("FILE-001", says="nc117031.rnd")
def seed_is_missing(site: Site) -> None:
    """Step 15 with *.pem and *.sth only."""
    site.seed.unlink()


@case("FILE-001", says="ITA_CERTNC117031.PEM")
def name_in_capitals(site: Site) -> None:
    site.cert.rename(site.folder / "ITA_CERTNC117031.PEM")


@case("FILE-001", says="ita_pubnc117031.pem.txt")
def name_with_txt_of_windows(site: Site) -> None:
    site.pub.rename(site.folder / "ita_pubnc117031.pem.txt")


@case("FILE-001", says="ita_ca_certnc117032.pem")
def bundle_with_another_suffix(site: Site) -> None:
    site.bundle.rename(site.folder / "ita_ca_certnc117032.pem")


@case("FILE-001", says=r"ita_cacertnc117031.pem")
def bundle_with_another_stem(site: Site) -> None:
    site.bundle.rename(site.folder / "ita_cacertnc117031.pem")


@case("FILE-001")
def folder_of_certificates_is_missing(site: Site) -> None:
    site.folder.rename(site.folder.with_name("certs"))


@case("FILE-001")
def nothing_was_copied(site: Site) -> None:
    for path in site.six:
        path.unlink()


@case("FILE-001")
def settings_name_another_agent(site: Site) -> None:
    site.edit(site.ini, b"nc117031", b"nc117032")


@case("FILE-002", says="folder|directory")
def key_is_a_folder(site: Site) -> None:
    site.prv.unlink()
    site.prv.mkdir()
    site.own(site.prv)


@case("FILE-002", says="FIFO|pipe")
def bundle_is_a_fifo(site: Site) -> None:
    site.bundle.unlink()
    os.mkfifo(site.bundle)
    site.own(site.bundle)


@case("FILE-002", says="socket")
def stash_is_a_socket(site: Site) -> None:
    site.stash.unlink()
    here = os.open(".", os.O_RDONLY)
    os.chdir(site.folder)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(site.stash.name)
    finally:
        os.fchdir(here)
        os.close(here)
    site.own(site.stash)


@case("FILE-002", says="dangling|nowhere|target|link")
def certificate_is_a_dangling_link(site: Site) -> None:
    site.cert.unlink()
    site.cert.symlink_to("ita_pubnc117030.pem")


@case("FILE-002", says="loop")
def public_file_is_a_looping_link(site: Site) -> None:
    site.pub.unlink()
    site.pub.symlink_to(site.pub.name)


@case("FILE-002", says="device", may="FILE-013")
def seed_is_a_link_to_urandom(site: Site) -> None:
    site.seed.unlink()
    site.seed.symlink_to("/dev/urandom")
    site.own(site.seed)


@case("FILE-002", may="INI-008", says="device")
def seed_setting_is_dev_urandom(site: Site) -> None:
    site.set("random_file", "/dev/urandom")


@case("FILE-002", may="INI-008", says="folder|directory")
def stash_setting_is_the_folder(site: Site) -> None:
    site.set("password_file", f"{site.folder}/")


@case("FILE-002")
def ini_is_a_fifo(site: Site) -> None:
    site.ini.unlink()
    os.mkfifo(site.ini)


@case("FILE-002")
def ini_is_a_dangling_link(site: Site) -> None:
    site.ini.rename(site.ini.with_name("ita.ini.ok"))
    site.ini.symlink_to("ita.ini.gone")


@case("FILE-002")
def ini_is_a_looping_link(site: Site) -> None:
    site.ini.unlink()
    site.ini.symlink_to("ita.ini")


@case("FILE-002")
def job_is_a_fifo(site: Site) -> None:
    site.job.unlink()
    os.mkfifo(site.job)
    site.own(site.job)


@case("FILE-003", powerless=True, by="root", says="root|daemon|run|as ")
def secrets_of_another_unreadable(site: Site) -> None:
    """Healthy, but run by somebody who may not read the key."""


@case("FILE-003", powerless=True, by="root")
def folder_of_certificates_is_closed_to_us(site: Site) -> None:
    site.folder.chmod(0o700)


@case("FILE-004", says="empty")
def stash_is_empty(site: Site) -> None:
    """The disk was full when it was copied."""
    site.write(site.stash, b"")


@case("FILE-004")
def bundle_is_blank(site: Site) -> None:
    site.write(site.bundle, b" \r\n\n\t\n")


@case("FILE-004")
def stash_is_a_line_end(site: Site) -> None:
    site.write(site.stash, b"\n")


@case("FILE-004")
def seed_is_empty(site: Site) -> None:
    site.write(site.seed, b"")


@case("FILE-004")
def ini_is_empty(site: Site) -> None:
    site.write(site.ini, b"")


@case("FILE-004")
def ini_is_blank(site: Site) -> None:
    site.write(site.ini, b"\r\n \r\n")


@case("FILE-004")
def job_is_empty(site: Site) -> None:
    site.write(site.job, b"")


@case("FILE-004", says="1 ?M|1048576|large|big|more than|oversized")
def bundle_is_oversized(site: Site) -> None:
    site.write(site.bundle, site.bundle.read_bytes() * 600)


@case("FILE-004")
def seed_of_two_megabytes(site: Site) -> None:
    site.write(site.seed, os.urandom(2 << 20))


@case("FILE-004")
def key_is_a_huge_hole(site: Site) -> None:
    site.write(site.prv, b"")
    os.truncate(site.prv, 1 << 40)

"""What goes wrong with owners and modes, and with secrets that lie about (ITA-FILE-005 to 008, 011 to 013)."""

from __future__ import annotations

import os
import struct

from laboratory.casebook import CannotHere, case
from laboratory.lab import Site
from laboratory.tools import pem_of, spare_key


@case("FILE-005", by="root", says="root|bin")
def seed_copied_by_root(site: Site) -> None:
    site.own(site.seed, 0)


@case("FILE-005", by="root")
def all_six_copied_by_root(site: Site) -> None:
    for path in site.six:
        site.own(path, 0)


@case("FILE-005", by="root", says="54321")
def owner_is_unknown_to_the_system(site: Site) -> None:
    site.own(site.bundle, 54321)


@case("FILE-005", by="root")
def ini_edited_as_root(site: Site) -> None:
    site.own(site.ini, 0)


@case("FILE-005", by="root")
def job_edited_as_root(site: Site) -> None:
    site.own(site.job, 0)


@case("FILE-006", says="640")
def key_readable_by_the_group(site: Site) -> None:
    site.prv.chmod(0o640)


@case("FILE-006", says="644")
def stash_readable_by_all(site: Site) -> None:
    site.stash.chmod(0o644)


@case("FILE-006")
def key_and_stash_open_to_all(site: Site) -> None:
    """chmod -R 777 once more, but for the folder."""
    for path in (site.prv, site.stash):
        path.chmod(0o777)


@case("FILE-006")
def key_executable_by_others(site: Site) -> None:
    site.prv.chmod(0o601)


@case("FILE-007", says="666")
def certificate_writable_by_all(site: Site) -> None:
    site.cert.chmod(0o666)


@case("FILE-007", says="664")
def bundle_writable_by_the_group(site: Site) -> None:
    site.bundle.chmod(0o664)


@case("FILE-007")
def ini_writable_by_all(site: Site) -> None:
    site.ini.chmod(0o646)


@case("FILE-007")
def job_and_seed_writable(site: Site) -> None:
    site.job.chmod(0o664)
    site.seed.chmod(0o622)


@case("FILE-007")
def bundle_writable_by_an_access_list(site: Site) -> None:
    """setfacl -m u:bin:rw"""
    anybody = 0xFFFFFFFF
    entries = ((0x01, 6, anybody), (0x02, 6, 2), (0x04, 4, anybody), (0x10, 6, anybody), (0x20, 4, anybody))
    try:
        os.setxattr(site.bundle, "system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries))
    except OSError as why:
        raise CannotHere("this file system has no access lists") from why


@case("FILE-008", says="777")
def folder_writable_by_all(site: Site) -> None:
    site.folder.chmod(0o777)


@case("FILE-008")
def folder_writable_by_the_group(site: Site) -> None:
    site.folder.chmod(0o775)


@case("FILE-008")
def folder_further_up_writable(site: Site) -> None:
    site.agent.parent.chmod(0o777)


@case("FILE-008", by="root")
def folder_of_a_third_user(site: Site) -> None:
    site.own(site.folder, 2)


@case("FILE-008")
def folder_of_the_job_manager_writable(site: Site) -> None:
    site.job.parent.chmod(0o777)


@case("FILE-011", says="nc117031.pwd")
def password_file_left(site: Site) -> None:
    site.write(site.folder / "nc117031.pwd", site.password, 0o600)


@case("FILE-011", says="nc117031.key")
def key_of_step_4_left(site: Site) -> None:
    site.write(site.folder / "nc117031.key", site.prv.read_bytes(), 0o600)


@case("FILE-011", says="ita_prvnc117031.pem~")
def backup_of_the_key_by_an_editor(site: Site) -> None:
    site.write(site.folder / "ita_prvnc117031.pem~", site.prv.read_bytes(), 0o600)


@case("FILE-011", says="nc117031.sth.bak")
def backup_of_the_stash(site: Site) -> None:
    site.write(site.folder / "nc117031.sth.bak", site.stash.read_bytes(), 0o600)


@case("FILE-011", says="ita_prvnc117031.pem.orig")
def original_of_the_key(site: Site) -> None:
    site.write(site.folder / "ita_prvnc117031.pem.orig", pem_of(spare_key(), b"Another-Pass-1"), 0o600)


@case("FILE-011", says=r"nc117031\.sth\.swp")
def swap_file_of_the_stash(site: Site) -> None:
    site.write(site.folder / ".nc117031.sth.swp", b"b0VIM 9.0" + bytes(4087), 0o600)


@case("FILE-012", says="ita_prv")
def key_of_mode_zero(site: Site) -> None:
    site.prv.chmod(0)


@case("FILE-012")
def certificate_not_for_its_owner(site: Site) -> None:
    site.cert.chmod(0o044)


@case("FILE-012")
def stash_may_only_be_written(site: Site) -> None:
    site.stash.chmod(0o200)


@case("FILE-013")
def bundle_is_a_link_out_of_the_folder(site: Site) -> None:
    (site.agent / "ssl").mkdir()
    there = site.agent / "ssl/bundle.pem"
    site.bundle.rename(there)
    site.bundle.symlink_to(there)
    site.tidy()

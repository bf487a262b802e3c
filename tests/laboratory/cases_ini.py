"""What goes wrong in ita.ini as a file and with its names (ITA-INI-001 to 006)."""

from __future__ import annotations

import os

from laboratory.casebook import case
from laboratory.lab import Site


@case("INI-001")
def ini_is_missing(site: Site) -> None:
    site.ini.unlink()


@case("INI-001", says="folder|directory")
def ini_is_a_folder(site: Site) -> None:
    site.ini.unlink()
    site.ini.mkdir()


@case("INI-001")
def ini_in_capitals(site: Site) -> None:
    """A copy over a PC wrote the name in capitals."""
    site.ini.rename(site.ini.with_name("ITA.INI"))


@case("INI-001")
def place_is_a_folder_without_installation(site: Site) -> None:
    site.place = site.top / "nothing"
    site.place.mkdir()


@case("INI-001", may=("FILE-005", "FILE-012"), powerless=True, by="root", says="permission|read")
def ini_of_another_is_unreadable(site: Site) -> None:
    site.ini.chmod(0o600)


@case("INI-001", powerless=True, by="root")
def folder_of_ini_is_closed(site: Site) -> None:
    site.ini.parent.chmod(0o700)


@case("INI-002", line=9)
def ini_line_without_equals(site: Site) -> None:
    site.edit(site.ini, b"ssl_port = 31114", b"ssl_port = 31114\n31114 is our port")
    site.edit(site.ini, b"# one of the two ports is open\n", b"")


@case("INI-002", line=10)
def ini_line_folded_by_a_mailer(site: Site) -> None:
    site.edit(site.ini, b"tcp_port = 0\nssl_port = 31114\n", b"tcp_port = 0\nssl_port = 31114\n(was 31111 before)\n")


@case("INI-002", line=5)
def ini_with_conflict_marks(site: Site) -> None:
    site.edit(site.ini, b"\n\n[ITA SSL]", b"\n<<<<<<< mine\n\n[ITA SSL]")


@case("INI-002", line=14)
def ini_setting_without_a_name(site: Site) -> None:
    site.edit(site.ini, b"key_db_name", b" = x\nkey_db_name")


@case("INI-002", line=2)
def ini_section_not_closed(site: Site) -> None:
    site.edit(site.ini, b"[ITA]\n", b"[ITA\n")


@case("INI-002")
def ini_padded_with_nul_after_a_crash(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + bytes(512))


@case("INI-002", line=16)
def ini_ends_with_dos_end_of_file(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + b"\x1a")


@case("INI-002", line=1)
def ini_with_a_control_byte(site: Site) -> None:
    site.edit(site.ini, b"# Settings of", b"# Settings\x01 of")


@case("INI-003", says="password_file")
def setting_twice_with_another_value(site: Site) -> None:
    site.edit(site.ini, b"random_file", b"password_file = /tmp/other.sth\nrandom_file")


@case("INI-003", severity={"ITA-INI-003": "warning"}, says="cert_label")
def setting_twice_with_the_same_value(site: Site) -> None:
    site.edit(site.ini, b"cert_label = nc117031\n", b"cert_label = nc117031\ncert_label = nc117031\n")


@case("INI-003", says="ssl_port")
def section_twice_with_another_value(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + b"\n[ITA SSL]\nssl_port = 0\n")


@case("INI-003", line=5)
def foreign_setting_twice(site: Site) -> None:
    site.edit(site.ini, b"product_version = 9.4.0.05\n", b"product_version = 9.4.0.05\nname = other\n")


@case("INI-004", says=r"ITA-SSL")
def section_with_a_dash(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]", b"[ITA-SSL]")


@case("INI-004", says=r"ITASSL")
def section_without_blank(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]", b"[ITASSL]")


@case("INI-004", says=r"ita ssl")
def section_in_lower_case(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]", b"[ita ssl]")


@case("INI-004")
def section_header_lost(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]\n", b"")


@case("INI-004")
def section_header_commented_out(site: Site) -> None:
    site.edit(site.ini, b"[ITA SSL]", b"#[ITA SSL]")


@case("INI-004")
def section_lost_with_its_settings(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes().split(b"[ITA SSL]")[0])


@case("INI-004")
def ini_holds_comments_only(site: Site) -> None:
    site.write(site.ini, b"# to be filled in\n")


@case("INI-005", says="key_dbname.*key_db_name")
def setting_misspelt(site: Site) -> None:
    site.edit(site.ini, b"key_db_name", b"key_dbname")


@case("INI-005", says="key_repositry_dir.*key_repository_dir", line=15)
def setting_misspelt_by_one_letter(site: Site) -> None:
    site.edit(site.ini, b"key_repository_dir", b"key_repositry_dir")


@case("INI-005", says="random-file.*random_file")
def setting_with_a_dash(site: Site) -> None:
    site.edit(site.ini, b"random_file", b"random-file")


@case("INI-005", says="sslport.*ssl_port")
def port_misspelt(site: Site) -> None:
    site.edit(site.ini, b"ssl_port", b"sslport")


@case("INI-005", says="cert_lable.*cert_label")
def label_misspelt(site: Site) -> None:
    site.edit(site.ini, b"cert_label", b"cert_lable")


@case("INI-005", says="password_file", line=3)
def setting_in_another_section(site: Site) -> None:
    site.set("password_file", None)
    site.edit(site.ini, b"[ITA]\n", b"[ITA]\npassword_file = " + os.fsencode(site.stash) + b"\n")


@case("INI-006", says="password_file", line=11)
def setting_empty(site: Site) -> None:
    site.set("password_file", "")


@case("INI-006", says="key_repository_dir")
def folder_setting_empty(site: Site) -> None:
    site.set("key_repository_dir", "")


@case("INI-006", says="cert_label")
def label_empty(site: Site) -> None:
    site.set("cert_label", "")


@case("INI-006", says="random_file")
def setting_absent_and_no_default(site: Site) -> None:
    site.set("random_file", None)


@case("INI-006", says="password_file")
def setting_commented_out(site: Site) -> None:
    site.edit(site.ini, b"password_file", b"#password_file")


@case("INI-006", says="key_db_name")
def suffix_setting_absent(site: Site) -> None:
    site.set("key_db_name", None)

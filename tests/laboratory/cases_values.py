"""What goes wrong with the values of settings (ITA-INI-007 to 012)."""

from __future__ import annotations

from laboratory.casebook import case
from laboratory.lab import Site


@case("INI-007", says="random_file")
def path_relative(site: Site) -> None:
    site.set("random_file", f"./cert/{site.seed.name}")


@case("INI-007", says="key_repository_dir")
def path_without_its_first_slash(site: Site) -> None:
    """The manual's own example writes opt/hcl/TWS."""
    site.set("key_repository_dir", str(site.folder)[1:])


@case("INI-007")
def path_from_the_home_folder(site: Site) -> None:
    site.set("password_file", f"~/cert/{site.stash.name}")


@case("INI-007")
def path_from_the_home_of_a_user(site: Site) -> None:
    site.set("password_file", f"~twsuser/cert/{site.stash.name}")


@case("INI-007")
def path_of_windows(site: Site) -> None:
    site.set("password_file", r"C:\Program Files\HCL\TWA\TWS\ssl\nc117031.sth")


@case("INI-007")
def path_with_a_backslash(site: Site) -> None:
    site.set("password_file", f"{site.folder}\\{site.stash.name}")


@case("INI-007")
def path_with_drive_letter(site: Site) -> None:
    site.set("random_file", "d:/TWS/ssl/nc117031.rnd")


@case("INI-008", says="password|other|stem|suffix")
def stash_of_another_stem(site: Site) -> None:
    site.stash.rename(site.folder / "password.sth")
    site.set("password_file", site.folder / "password.sth")


@case("INI-008", says="TWS")
def seed_under_its_shipped_name(site: Site) -> None:
    site.seed.rename(site.folder / "TWS.rnd")
    site.set("random_file", site.folder / "TWS.rnd")


@case("INI-008", options=lambda _: ["--suffix", "nc117032"], says="nc117032")
def another_suffix_is_wanted(site: Site) -> None:
    pass


@case(status=3)
def agent_with_gskit_key_store(site: Site) -> None:
    """The suffix names a .kdb: an agent of another kind, nothing to judge."""
    site.write(site.folder / "TWSClientKeyStore.kdb", b"7H\x04\x02\0\0\0\0X509KEY\0" + bytes(5000))
    site.set("key_db_name", "TWSClientKeyStore")
    site.set("cert_label", "client")


@case("INI-009", says="quot")
def value_in_quotes(site: Site) -> None:
    site.set("password_file", f'"{site.stash}"')


@case("INI-009", says="quot")
def value_in_single_quotes(site: Site) -> None:
    site.set("key_db_name", "'nc117031'")


@case("INI-009", says="blank|space", line=12)
def value_with_trailing_blanks(site: Site) -> None:
    site.set("random_file", f"{site.seed}  ")


@case("INI-009", line=15)
def value_with_trailing_tab(site: Site) -> None:
    site.set("key_repository_dir", f"{site.folder}\t")


@case("INI-009", says="CR|carriage|line end")
def carriage_return_on_one_line(site: Site) -> None:
    site.set("key_db_name", "nc117031\r")


@case("INI-009")
def typographic_quotes(site: Site) -> None:
    site.set("key_repository_dir", f"\N{LEFT DOUBLE QUOTATION MARK}{site.folder}\N{RIGHT DOUBLE QUOTATION MARK}")


@case("INI-009", says="dash")
def typographic_dash(site: Site) -> None:
    """A word processor made one of the two hyphens of a folder's name longer."""
    site.move(site.top / "opt/hcl-tws/TWS")
    site.set("password_file", str(site.stash).replace("hcl-tws", "hcl\N{EN DASH}tws"))


@case("INI-009", says=r"placeholder|suffix")
def placeholder_of_the_manual(site: Site) -> None:
    site.set("password_file", f"{site.folder}/<suffix>.sth")


@case("INI-009", line=11)
def placeholder_of_a_template(site: Site) -> None:
    site.set("password_file", "${TWS_HOME}/ITA/cpa/ita/cert/nc117031.sth")


@case("INI-009", line=14)
def placeholder_as_suffix(site: Site) -> None:
    site.set("key_db_name", "<suffix>")


@case("INI-010", says="0")
def port_is_off(site: Site) -> None:
    site.set("ssl_port", 0)


@case("INI-010", says="ssl_port")
def port_is_absent(site: Site) -> None:
    site.set("ssl_port", None)


@case("INI-010", says="abc|number")
def port_is_a_word(site: Site) -> None:
    site.set("ssl_port", "abc")


@case("INI-010", says="131114|65535")
def port_too_high(site: Site) -> None:
    site.set("ssl_port", 131114)


@case("INI-010", says="tcp_port")
def port_twice(site: Site) -> None:
    site.set("tcp_port", 31114)


@case("INI-010")
def port_for_plain_http_only(site: Site) -> None:
    site.set("tcp_port", 31114)
    site.set("ssl_port", 0)


@case("INI-010")
def port_negative(site: Site) -> None:
    site.set("ssl_port", -31114)


@case("INI-010", "AGT-001")
def port_is_off_and_no_master_named(site: Site) -> None:
    site.set("ssl_port", 0)
    site.job.unlink()


@case("INI-011", says="ita_prvnc117031.pem", line=14)
def suffix_is_a_file_name(site: Site) -> None:
    site.set("key_db_name", "ita_prvnc117031.pem")


@case("INI-011")
def suffix_with_pem(site: Site) -> None:
    site.set("key_db_name", "nc117031.pem")


@case("INI-011")
def suffix_is_a_path(site: Site) -> None:
    site.set("key_db_name", site.folder / "nc117031")


@case("INI-011")
def suffix_with_a_comment_behind(site: Site) -> None:
    site.set("key_db_name", "nc117031  # our workstation")


@case("INI-011")
def suffix_with_the_prefix(site: Site) -> None:
    site.set("key_db_name", "ita_prvnc117031")


@case("INI-012")
def label_absent(site: Site) -> None:
    site.set("cert_label", None)


@case("INI-012", says="client")
def label_unlike_the_suffix(site: Site) -> None:
    site.set("cert_label", "client")

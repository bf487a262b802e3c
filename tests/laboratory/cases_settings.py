"""Unusual but healthy settings and places: nothing may be said of them."""

from __future__ import annotations

import os

from laboratory.casebook import case
from laboratory.lab import Site


@case()
def nothing_was_done(site: Site) -> None:
    pass


@case()
def settings_with_crlf(site: Site) -> None:
    for path in (site.ini, site.job):
        site.edit(path, b"\n", b"\r\n")


@case()
def settings_without_blanks(site: Site) -> None:
    for path in (site.ini, site.job):
        site.edit(path, b" = ", b"=")


@case()
def settings_with_tabs(site: Site) -> None:
    site.edit(site.ini, b" = ", b"\t=\t")


@case()
def settings_end_without_line_end(site: Site) -> None:
    for path in (site.ini, site.job):
        site.write(path, path.read_bytes().rstrip())


@case()
def comment_in_latin_1(site: Site) -> None:
    site.edit(site.ini, b"# Settings", b"# \xdcbernommen f\xfcr Z\xfcrich: Settings")


@case()
def comment_of_windows_1252(site: Site) -> None:
    site.edit(site.ini, b"# Settings", b"# \x93Settings\x94 \x96 \x80 5")


@case()
def comment_in_utf_8(site: Site) -> None:
    site.edit(site.ini, b"# Settings", "# Réglages, 設定".encode())


@case()
def comments_with_semicolons(site: Site) -> None:
    site.edit(site.ini, b"# one of", b"; password_file = /nowhere.sth\n;one of")


@case()
def setting_of_ours_in_a_comment(site: Site) -> None:
    site.edit(site.ini, b"# one of", b"# password_file = /old/nc117030.sth\n#key_db_name=nc117030\n# one of")


@case()
def unknown_sections_and_settings(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + b"\n[ITA Plugins]\nfrobnicate = yes\n[Env]\nLIBPATH = /opt/lib:/usr/lib\n")


@case()
def settings_of_a_newer_release(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + b"java_truststore_file =\njava_truststore_password_file =\njwt_file =\n")


@case()
def same_name_in_two_sections(site: Site) -> None:
    site.write(site.ini, site.ini.read_bytes() + b"\n[Other]\nname = other\n")


@case()
def folder_setting_absent_and_its_default_there(site: Site) -> None:
    site.set("key_repository_dir", None)


@case()
def all_shipped_names(site: Site) -> None:
    site.rename("tws")
    old = (site.stash, site.seed)
    site.stems = ("password", "TWS")
    for before, after, name in zip(old, (site.stash, site.seed), ("password_file", "random_file")):
        before.rename(after)
        site.set(name, after)


@case("INI-012")
def all_settings_absent_and_all_defaults_there(site: Site) -> None:
    """A label's absence is the note."""
    all_shipped_names(site)
    for name in ("password_file", "random_file", "cert_label", "key_db_name", "key_repository_dir"):
        site.set(name, None)


@case()
def empty_cn_string_with_a_blank(site: Site) -> None:
    site.edit(site.ini, b"verify_cn_string =\n", b"verify_cn_string = \n")


@case()
def folder_with_a_slash_at_the_end(site: Site) -> None:
    site.set("key_repository_dir", f"{site.folder}/")


@case()
def path_with_double_slash(site: Site) -> None:
    site.set("password_file", f"{site.folder}//{site.stash.name}")


@case()
def path_with_dots_in_the_middle(site: Site) -> None:
    site.set("password_file", f"{site.folder}/../cert/{site.stash.name}")


@case()
def path_with_blanks(site: Site) -> None:
    site.move(site.top / "opt/My Agents/TWS one")


@case()
def path_with_a_hash(site: Site) -> None:
    site.move(site.top / "opt/agent#1/TWS")


@case()
def path_with_a_semicolon_and_equals(site: Site) -> None:
    site.move(site.top / "opt/a;b=c/TWS")


@case()
def path_with_quotes(site: Site) -> None:
    site.move(site.top / 'opt/Bob\'s "agent"/TWS')


@case()
def path_with_a_percent_and_a_dollar(site: Site) -> None:
    site.move(site.top / "opt/100%(x)s $HOME/TWS")


@case()
def path_with_umlauts(site: Site) -> None:
    site.move(site.top / "opt/Zürich/TWS")


@case()
def path_in_latin_1_bytes(site: Site) -> None:
    """The folder was made on a system in Latin-1, and ita.ini says the same bytes."""
    site.move(type(site.top)(os.fsdecode(os.fsencode(site.top / "opt") + b"/Z\xfcrich/TWS")))


@case()
def suffix_with_dots_and_dashes(site: Site) -> None:
    site.rename("nc-117.031_b")


@case()
def suffix_in_capitals(site: Site) -> None:
    site.rename("NC117031")


@case()
def folder_of_certificates_elsewhere(site: Site) -> None:
    other = site.agent / "certificates"
    site.folder.rename(other)
    site.folder = other
    site.configure()


@case()
def folder_of_certificates_is_a_link(site: Site) -> None:
    site.folder.rename(site.folder.with_name("cert-2026"))
    site.folder.symlink_to("cert-2026")
    site.own(site.folder)


@case()
def installation_below_a_link(site: Site) -> None:
    (site.top / "TWS").symlink_to(site.agent)
    site.place = site.top / "TWS"


@case()
def place_is_the_folder_of_the_installation(site: Site) -> None:
    site.place = site.agent


@case()
def place_is_the_folder_above_tws(site: Site) -> None:
    site.place = site.agent.parent


@case()
def place_is_the_folder_of_ini(site: Site) -> None:
    site.place = site.ini.parent


@case()
def another_port(site: Site) -> None:
    site.set("ssl_port", 31999)


@case()
def registered_with_no_broker(site: Site) -> None:
    site.edit(site.job, b"localhost:31116", b"localhost:0")


@case()
def behind_a_gateway(site: Site) -> None:
    site.write(site.gateway, site.job.read_bytes())
    url = f"https://localhost:{site.port}/JobManagerRESTWeb".encode()
    site.edit(site.job, url, b"https://localhost:31114/ita/JobManagerGW/JobManagerRESTWeb")


@case()
def backup_masters_in_quotes(site: Site) -> None:
    urls = b'"https://backup1:31116/JobManagerRESTWeb/JobScheduler/resource","https://backup2:31116/JobManagerRESTWeb/JobScheduler/resource"'
    site.edit(site.job, b"BackupResourceAdvisorUrls =", b"BackupResourceAdvisorUrls = " + urls)


@case()
def master_by_address(site: Site) -> None:
    site.edit(site.job, b"https://localhost:31116", b"HTTPS://[::1]:31116")


@case()
def master_in_another_section(site: Site) -> None:
    """The vendor's own scripts find a setting by its name alone."""
    site.edit(site.job, b"[ResourceAdvisorAgent]", b"[ResourceAdvisorAgent_1]")


@case()
def plain_http_with_the_plain_port(site: Site) -> None:
    """Both ports are on and differ: the listing of faults does not have it."""
    site.set("tcp_port", 31111)

"""rules/layouts.toml: how later releases name and place their files, and what of it is judged."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from builders import CERTS, HOME, ITA, PASSWORD, PATHS, House, Judged, book, certificate, healthy_bytes, judge, key, locked
from ita_doctor.collect import collect
from ita_doctor.collect.layout import programs_of
from ita_doctor.host.memory import Entry
from ita_doctor.model.finding import Status
from ita_doctor.model.setup import Asked

(LAYOUT,) = book().settings["layout"]
RULES = {rule.id: rule for rule in book().rules}
NAMES = {"prv": "tls.key", "pub": "tls.crt", "stash": "tls.sth", "seed": "tls.rnd", "bundle": "ca.crt"}
FILES = {artifact: f"{CERTS}/{name}" for artifact, name in NAMES.items()}


def fetched() -> House:
    """A healthy installation whose files were fetched from the master."""
    house = House()
    for artifact, path in FILES.items():
        house.entries[path] = house.entries.pop(PATHS[artifact])
    house.remove("cert")
    house.entries[FILES["bundle"]] = Entry(healthy_bytes().ca)
    for setting, value in {
        "password_file": FILES["stash"], "random_file": FILES["seed"], "cert_label": "tls", "key_db_name": "tls"}.items():  # fmt: skip
        house.setting(setting, value)
    return house


def put(house: House, artifact: str, content: bytes) -> House:
    """Other content for one file of that layout."""
    path = FILES[artifact]
    house.entries[path] = house.entries[path]._replace(content=content)
    return house


def statuses(judged: Judged) -> Dict[str, str]:
    """By rule, what it came to."""
    return {one.rule: one.status.value for one in judged.findings}


# -- the data ----------------------------------------------------------------------------------------------------------


def test_every_rule_that_is_named_is_there() -> None:
    """A layout names rules and families that exist; one that is not asked is no gate, since what waits for it would have no owner."""
    families = {rule.family for rule in book().rules}
    named = [one["rule"] for one in LAYOUT["not_asked"]]

    assert not [rule for rule in named if rule not in RULES]
    assert not [rule for rule in named if RULES[rule].gates]
    assert not [rule for one in LAYOUT["do"] for rule in one["rules"] if rule not in RULES and rule not in families]


def test_every_rule_that_is_not_asked_has_its_reason() -> None:
    """A sentence each; and the layout says how surely it is known."""
    assert all(len(one["because"].split()) > 4 for one in LAYOUT["not_asked"])
    assert all(word in LAYOUT["known"] for word in ("high", "medium", "low"))


def test_no_advice_leads_to_fix_or_to_the_procedure() -> None:
    """`fix` refuses this layout, and the procedure's steps make other files."""
    for one in LAYOUT["do"]:
        assert "ita-doctor fix" not in one["text"]
        assert "step" not in one["text"].split()


def test_what_is_said_in_that_layout_names_no_step_and_no_file_of_the_procedure() -> None:
    """Every family whose words speak of steps has other words here."""
    spoken = {rule for one in LAYOUT["do"] for rule in one["rules"]} | {one["rule"] for one in LAYOUT["not_asked"]}
    wrong = [
        f"{rule.id} {name}"
        for rule in book().rules
        for name, said in rule.say.items()
        if rule.id not in spoken and rule.family not in spoken and rule.family not in ("AGT", "MST") and ("(step" in said.do or "ita_p" in said.do)
    ]

    assert [] == wrong


# -- the choice --------------------------------------------------------------------------------------------------------


def test_the_procedures_own_layout_has_no_name() -> None:
    """Nothing is left unasked, nothing is said otherwise."""
    setup = House().setup()

    assert ("", frozenset(), {}, HOME) == (setup.layout, setup.not_asked, setup.advice, setup.programs)


def test_a_fetched_one_is_healthy() -> None:
    """No failure; the rules that make no sense are skipped, in words that say why."""
    judged = judge(fetched())

    assert frozenset() == judged.failed
    assert "tls" == judged.installation.suffix
    assert not [one.rule for one in judged.findings if one.status is Status.BLOCKED]
    assert Status.SKIPPED is judged["ITA-CA-002"].status
    assert "later release" in judged["ITA-CA-002"].message


@pytest.mark.parametrize("rule", ["STH-001", "STH-002", "STH-005", "KEY-001", "KEY-002", "KEY-003", "KEY-004", "CERT-001", "CERT-003", "CERT-004",
                                  "CERT-006", "CERT-008", "CERT-010", "CERT-012", "CA-001", "CA-004", "CA-005", "RND-001", "RND-002", "FILE-001", "FILE-006"])  # fmt: skip
def test_what_makes_sense_is_asked(rule: str) -> None:
    """Key, stash, certificate, CA, seed, owners and modes are judged by the same rules."""
    assert "pass" == statuses(judge(fetched()))[f"ITA-{rule}"] or Status.PASS in {one.status for one in judge(fetched()).all(f"ITA-{rule}")}


def test_no_setting_has_to_say_so() -> None:
    """The names of the files alone show it."""
    house = fetched()
    for setting in ("password_file", "random_file", "cert_label", "key_db_name", "key_repository_dir"):
        house.setting(setting, None)

    assert ("downloaded", frozenset()) == (house.setup().layout, judge(house).failed)


def test_the_seed_may_be_missing_unless_it_is_named() -> None:
    """Newer releases do without it."""
    named, unnamed = fetched(), fetched().setting("random_file", None)
    for house in (named, unnamed):
        del house.entries[FILES["seed"]]

    assert {"ITA-FILE-001"} == judge(named).failed
    assert frozenset() == judge(unnamed).failed


@pytest.mark.parametrize("name", ["ita_prvtls.pem", "ITA_PRVTLS.PEM", "ita_pubother.pem", "ita_certtls.pem.txt", "ita_ca_certtls.pem~"])
def test_one_file_of_the_procedure_makes_it_the_procedures(name: str) -> None:
    """Whole or not, of this suffix or another: a broken procedure never passes for a later release."""
    house = fetched()
    house.entries[f"{CERTS}/{name}"] = Entry(b"")

    assert "" == house.setup().layout
    assert "ITA-FILE-001" in judge(house).failed


@pytest.mark.parametrize(
    ("setting", "value"),
    [("password_file", f"{CERTS}/nc117031.sth"), ("random_file", f"{CERTS}/nc117031.rnd"), ("key_db_name", "nc117031"), ("key_db_name", "tws")],
)
def test_a_setting_that_leads_elsewhere_makes_it_the_procedures(setting: str, value: str) -> None:
    """What ita.ini says counts more than what lies about."""
    house = fetched().setting(setting, value)

    assert "" == house.setup().layout
    assert "ITA-FILE-001" in judge(house).failed


@pytest.mark.parametrize("artifact", ["bundle", "both"])
def test_without_the_files_it_is_not_a_later_release(artifact: str) -> None:
    """ca.crt, and key or certificate, have to be there."""
    house = fetched()
    for one in ("prv", "pub") if artifact == "both" else ("bundle",):
        del house.entries[FILES[one]]

    assert "" == house.setup().layout
    assert "ITA-FILE-001" in judge(house).failed


def test_a_key_database_that_is_named_counts_first() -> None:
    """An agent whose ita.ini leads to a GSKit key database uses that."""
    house = fetched()
    house.entries[f"{CERTS}/tls.kdb"] = Entry(b"x")

    assert "" == house.setup().layout
    assert not judge(house).installation.is_judged


# -- the verdict -------------------------------------------------------------------------------------------------------

SPOILT: Dict[str, Any] = {
    "KEY-002": lambda house: put(house, "stash", b"QW5vdGhlci1Xb3JkLTk=\n"),
    "KEY-003": lambda house: put(house, "prv", locked(key("agent"), None)),
    "CERT-003": lambda house: put(house, "prv", locked(key("stranger"), PASSWORD)),
    "CERT-004": lambda house: put(house, "pub", certificate(start=-400, days=365)),
    "CERT-012": lambda house: put(house, "pub", certificate(issuer="Other", signer=key("other-ca"))),
    "CERT-008": lambda house: put(house, "bundle", healthy_bytes().ca + healthy_bytes().prv),
    "CA-001": lambda house: put(house, "bundle", healthy_bytes().ca[:300]),
    "CA-004": lambda house: put(house, "bundle", certificate("TWSca", key("ca"), start=-400, days=365)),
    "STH-001": lambda house: put(house, "stash", b"\x00\x01 no Base64"),
    "RND-002": lambda house: put(house, "seed", b"a" * 8192),
}


@pytest.mark.parametrize("rule", SPOILT)
def test_one_fault_is_one_cause(rule: str) -> None:
    """As in the procedure; and what to do speaks of no step, and of no `fix`."""
    judged = judge(SPOILT[rule](fetched()))

    assert {f"ITA-{rule}"} == judged.failed
    remedy = judged[f"ITA-{rule}"].remedy
    assert remedy is not None
    assert ("person", None) == (remedy.by, remedy.name)
    assert "AgentCertificateDownloader" in remedy.text
    assert not [one for one in remedy.commands if "fix" in one]


def test_a_mode_is_put_right_by_the_same_command() -> None:
    """Where the rule's own line is right, it stays."""
    house = fetched()
    house.entries[FILES["prv"]] = house.entries[FILES["prv"]]._replace(mode=0o644)

    remedy = judge(house)["ITA-FILE-006"].remedy

    assert remedy is not None
    assert ("person", (f"chmod go= {FILES['prv']}",)) == (remedy.by, remedy.commands)


def test_an_intermediate_ca_behind_the_certificate_counts() -> None:
    """tls.crt may hold the chain: its issuer need not stand in ca.crt."""
    house = put(fetched(), "pub", certificate(issuer="Middle", signer=key("middle")) + certificate("Middle", key("middle")))

    assert frozenset() == judge(house).failed


def test_a_server_pem_is_held_against_the_ca() -> None:
    """With something to compare with, ITA-CA-003 makes sense."""
    good, bad = fetched().ask(server_cert="/tmp/server.pem"), fetched().ask(server_cert="/tmp/server.pem")
    good.entries["/tmp/server.pem"] = Entry(certificate("nc060201", key("master")))
    bad.entries["/tmp/server.pem"] = Entry(healthy_bytes().master)

    assert Status.PASS is judge(good)["ITA-CA-003"].status
    assert Status.FAIL is judge(bad)["ITA-CA-003"].status


# -- data apart from programs ------------------------------------------------------------------------------------------


def apart(data: str = "/opt/hcl/TWSDATA", programs: str = "/opt/hcl/TWS") -> House:
    """The healthy installation with its data and its programs in two folders."""
    house = House()
    text = house.host().entries[PATHS["ini"]].content.replace(HOME.encode(), data.encode())
    house.entries = {path.replace(HOME, data, 1): entry for path, entry in house.entries.items()}
    house.entries[f"{data}/ITA/cpa/ita/ita.ini"] = Entry(text)
    house.entries[f"{programs}/bin/JobManager"] = Entry(b"x")
    return house


@pytest.mark.parametrize(
    ("data", "programs"), [("/opt/hcl/TWSDATA", "/opt/hcl/TWS"), ("/data/agent", "/apps/TWS"), ("/home/TWS_user", "/home/TWS_user")]
)
def test_where_the_programs_are(data: str, programs: str) -> None:
    """Beside the data by their name, where a registry says so, or in the installation itself."""
    house = apart(data, programs)
    house.entries["/etc/TWA/twainstance0.TWA.properties"] = Entry(b"TWS_basePath=/apps/TWS\nTWS_datadir=/data/agent\n")

    assert programs == programs_of(house.host(), data, book().settings)


def test_somebody_elses_programs_beside_it_are_not_taken() -> None:
    """/home/TWS is no part of /home/twsuser, which has no programs."""
    assert "/home/twsuser" == programs_of(apart("/home/twsuser", "/home/TWS").host(), "/home/twsuser", book().settings)


@pytest.mark.parametrize("folder", ["/opt/hcl/TWS/ssl", "/opt/hcl/TWSDATA/ssl"])
def test_server_pem_is_found_in_both(folder: str) -> None:
    """In the ssl folder of programs or data."""
    house = apart()
    house.entries[f"{folder}/server.pem"] = Entry(healthy_bytes().master)
    setup = collect(house.host(), "/opt/hcl/TWSDATA/ITA/cpa/ita/ita.ini", Asked(is_offline=True), book().settings, {})

    assert ("/opt/hcl/TWSDATA", "/opt/hcl/TWS") == (setup.installation, setup.programs)
    assert f"{folder}/server.pem" == setup.files["server"].path  # type: ignore[union-attr]
    assert f"{ITA.replace('TWS', 'TWSDATA')}/cert" == setup.dir

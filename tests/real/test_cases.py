"""Every case of the laboratory: the program as a whole process says the right root causes, and nothing else happens."""

from __future__ import annotations

import base64
import binascii
import importlib
import json
import os
import re
import ssl
from pathlib import Path

import pytest

from laboratory.casebook import BOOK, CannotHere
from laboratory.cases_key import readable
from real.judging import TIMEOUT, inside, leaks, picture, program, severities

for module in sorted(Path(__file__).parents[1].joinpath("laboratory").glob("cases_*.py")):
    importlib.import_module(f"laboratory.{module.stem}")

pytestmark = pytest.mark.real

OFFLINE = [case for case in BOOK.values() if case.master is None]
LIVE = [case for case in BOOK.values() if case.master is not None]
HEALTHY = [case for case in OFFLINE if not case.expect]
REFUSED = [case for case in OFFLINE if case.opens is False]
BY_NAME = {"ids": lambda case: case.name}
STATUS_OF = {"note": 0, "warning": 1, "error": 2, "critical": 2}


@pytest.fixture(scope="session")
def rules(laboratory):
    """The ids of all rules that the program has loaded."""
    return {rule["id"] for rule in json.loads(program(laboratory, "rules", "--format", "json").out)["rules"]}


def spoilt(case, site, rules=frozenset()):
    """Do to the site what the case does, or skip."""
    if rules and case.expect - rules:
        pytest.skip(f"no rule {', '.join(sorted(case.expect - rules))} yet")
    if case.by == "root" and os.getuid() != 0:
        pytest.skip("only root can do this")
    try:
        case.spoil(site)
    except CannotHere as why:
        pytest.skip(str(why))


def verdict_on(case, site, *options):
    """The one installation of the JSON report, after all that must hold for every run."""
    place = site.place or site.ini
    before = picture(site)
    told = program(site, "check", place, "--format", "json", *options, powerless=case.powerless)
    shown = told if case.powerless else inside("check", place, "-v", *options)

    assert before == picture(site)
    assert not leaks(site, told, shown), "a secret was printed"
    assert told.status == shown.status
    limit = 3 * TIMEOUT + 3 if case.master else 10
    assert max(told.seconds, shown.seconds) < limit
    report = json.loads(told.out)
    assert told.status == report["exit"]
    (installation,) = report["installations"]
    return installation, told.status


def assert_right(case, site, installation, status, rules):
    """The findings are those of the case, no more and no fewer."""
    findings = installation["findings"]
    failed = [finding for finding in findings if finding["status"] == "fail"]
    said = {finding["rule"] for finding in failed}
    expect = frozenset() if case.unless_readable and readable(site) else case.expect
    story = "\n".join(f"{finding['rule']} {finding['severity']} {finding['message']}" for finding in failed)
    grade = {rule: case.severity.get(rule, severities()[rule]) for rule in expect}
    notes = {finding["rule"] for finding in failed if finding["severity"] == "note"}

    assert not [finding for finding in findings if finding["status"] == "broken"]
    assert rules <= {finding["rule"] for finding in findings}
    causes = {rule for rule in expect if grade[rule] != "note"}
    assert causes == set(installation["root_causes"]) - case.may, story
    assert expect <= said, story
    assert not said - expect - case.may - (notes if case.master else set()), story
    for rule, severity in grade.items():
        assert {severity} == {finding["severity"] for finding in failed if finding["rule"] == rule}, story
    assert {finding["blocked_by"] for finding in findings if finding["status"] == "blocked"} <= said
    assert_words(case, [finding for finding in failed if finding["rule"] in expect])
    worst = max([STATUS_OF[finding["severity"]] for finding in failed], default=0)
    assert status == (worst if case.status is None else case.status)


def assert_words(case, findings):
    """The messages name what helps."""
    messages = " | ".join(finding["message"] for finding in findings)
    if findings and case.says:
        assert re.search(case.says, messages, re.IGNORECASE | re.DOTALL), messages
    if findings and case.line is not None:
        assert case.line in {finding["line"] for finding in findings}, messages


@pytest.mark.parametrize("case", OFFLINE, **BY_NAME)
def test_case(case, site, rules):
    """What was done to a healthy installation is said, and nothing that was not done."""
    spoilt(case, site, rules)

    installation, status = verdict_on(case, site, "--offline", *case.options(site))

    assert_right(case, site, installation, status, rules)


@pytest.mark.parametrize("case", LIVE, **BY_NAME)
def test_case_with_a_master(case, site, rules):
    """What is wrong between the agent and its master is said, and nothing else."""
    spoilt(case, site, rules)

    with case.master(site) as master:
        given = [] if "--master" in case.options(site) or not master.port else ["--master", f"localhost:{master.port}"]
        installation, status = verdict_on(case, site, *given, "--timeout", str(TIMEOUT), *case.options(site))

    assert_right(case, site, installation, status, rules)


def refusal(site):
    """Why OpenSSL does not take the files; '' where it does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        password = base64.b64decode(b"".join(site.stash.read_bytes().split()), validate=True)
        context.load_cert_chain(site.cert, site.prv, password)
        context.load_cert_chain(site.pub, site.prv, password)
        context.load_verify_locations(site.bundle)
    except (OSError, binascii.Error) as why:
        return str(why)
    return ""


@pytest.mark.parametrize("case", HEALTHY, **BY_NAME)
def test_openssl_takes_what_is_called_healthy(case, site):
    """A healthy variant is one because OpenSSL takes it, not because we say so."""
    spoilt(case, site)

    assert "" == refusal(site)


@pytest.mark.parametrize("case", REFUSED, **BY_NAME)
def test_openssl_refuses_what_is_called_broken(case, site):
    """A fault that is said to keep the agent from loading its files does so with OpenSSL."""
    spoilt(case, site)

    assert refusal(site)

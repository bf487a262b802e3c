"""Files that were converted to EBCDIC on their way: each of the pages, each artifact, both new lines; recognised, named, healed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from ita_doctor.cli.library import library
from real.judging import inside

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("iconv") is None, reason="needs iconv"),
]

PAGES = (37, 273, 280, 284, 285, 297, 500, 871, 1140, 1141, 1142, 1143, 1144, 1145, 1146, 1147, 1148, 1149)
ARTIFACTS = {"ini": "FILE-009", "job": "FILE-009", "prv": "FILE-009", "pub": "FILE-009", "cert": "FILE-009", "bundle": "FILE-009", "stash": "STH-001"}
NEW_LINES = {"nel": b"\x15", "lf": b"\x25"}
REMARK = "# Einträge für den Rechner: [a] {b} #c @d $e €\n"
"""Signs in which the pages differ, as a national comment has them; the euro sign only where the page has one."""


def to_ebcdic(content: bytes, ccsid: int, new_line: bytes) -> bytes:
    """By iconv, whose tables are not ours; its own new line is 0x25."""
    done = subprocess.run(["iconv", "-f", "UTF-8", "-t", f"IBM{ccsid:03d}"], input=content, capture_output=True, check=True)
    return done.stdout.replace(b"\x25", new_line)


def judged(site):
    """Exit status and the findings that fail, notes aside."""
    told = inside("check", site.ini, "--offline", "--format", "json")
    (installation,) = json.loads(told.out)["installations"]
    return told.status, [one for one in installation["findings"] if one["status"] in ("fail", "broken") and one["severity"] != "note"]


@pytest.mark.parametrize("new_line", NEW_LINES.values(), ids=NEW_LINES)
@pytest.mark.parametrize("ccsid", PAGES)
@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_an_artifact_in_ebcdic(site, artifact, ccsid, new_line):
    """It is the one fault, the page is among those that are named, and `fix` brings back the text."""
    path, rule = getattr(site, artifact), f"ITA-{ARTIFACTS[artifact]}"
    plain = path.read_bytes()
    site.write(path, to_ebcdic(plain, ccsid, new_line))

    status, failing = judged(site)

    assert (2, [rule]) == (status, [one["rule"] for one in failing])
    assert str(path) in failing[0]["message"]
    assert ccsid in failing[0]["facts"]["ccsids"]
    assert "EBCDIC" in failing[0]["message"]

    done = inside("fix", site.ini, "--offline", "--apply", "--yes", "--state", site.top / "state")

    assert 0 == done.status, (done.out + done.err).decode()
    assert (0, []) == judged(site)
    assert b"".join(plain.split()) == b"".join(path.read_bytes().split())


@pytest.mark.parametrize("new_line", NEW_LINES.values(), ids=NEW_LINES)
@pytest.mark.parametrize("ccsid", PAGES)
def test_all_of_them_in_ebcdic(site, ccsid, new_line):
    """A whole copy in text mode: every text is named, and one `fix` heals all."""
    plain = {artifact: getattr(site, artifact).read_bytes() for artifact in ARTIFACTS}
    for artifact, content in plain.items():
        site.write(getattr(site, artifact), to_ebcdic(content, ccsid, new_line))

    status, failing = judged(site)

    assert 2 == status
    assert {"ITA-FILE-009", "ITA-STH-001"} == {one["rule"] for one in failing}
    assert {str(getattr(site, artifact)) for artifact in ARTIFACTS} == {one["where"] for one in failing}

    assert 0 == inside("fix", site.ini, "--offline", "--apply", "--yes", "--state", site.top / "state").status
    assert (0, []) == judged(site)
    assert plain["prv"] == site.prv.read_bytes()


@pytest.mark.parametrize("ccsid", PAGES)
def test_a_text_with_national_signs_names_its_page(site, ccsid):
    """Where brackets, braces and letters of a language tell the pages apart, the right one comes first, and what fits as well is said."""
    remark = REMARK if ccsid > 1139 else REMARK.replace(" €", "")
    site.write(site.ini, to_ebcdic(remark.encode() + site.ini.read_bytes(), ccsid, b"\x25"))

    (finding,) = judged(site)[1]

    assert ccsid in finding["facts"]["ccsids"]
    assert len(finding["facts"]["ccsids"]) <= 6
    assert re.search(r"CCSID \d+", finding["message"])


def test_what_fits_every_page_is_said_to_do_so(site):
    """The signs of a PEM stand at the same place in all pages: none of them is claimed to be the one."""
    site.write(site.pub, to_ebcdic(site.pub.read_bytes(), 273, b"\x15"))

    (finding,) = judged(site)[1]

    assert "fit as well" in finding["message"]


def test_the_tags_that_are_ebcdic() -> None:
    """Of each page that iconv knows by a number, ITA-FILE-010 knows whether it is EBCDIC: whether its A is 0xC1."""
    listed = subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=True).stdout
    told = {}
    for number in sorted({int(one) for one in re.findall(r"\bIBM-?0*(\d{2,5})\b", listed)}):
        done = subprocess.run(["iconv", "-f", "ASCII", "-t", f"IBM{number:03d}"], input=b"A", capture_output=True, check=False)
        if done.returncode == 0:
            told[number] = done.stdout
    ebcdic = next(rule for rule in library().rules if rule.id == "ITA-FILE-010").params["ebcdic"]

    assert len(told) > 40
    assert {number for number, byte in told.items() if byte == b"\xc1"} == set(ebcdic) & set(told)

"""JobManager.ini: the road to the master."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_doctor.codecs import jobmanager
from ita_doctor.codecs.ini import read_ini
from ita_doctor.model.artifact import BadArtifact, Job

NAMES = {
    "url": ("ResourceAdvisorUrl",),
    "backups": ("BackupResourceAdvisorUrls",),
    "proxy": ("https_proxy",),
    "full_name": ("FullyQualifiedHostname",),
}
PATH = "/JobManagerRESTWeb/JobScheduler/resource"


def read(url, more=""):
    """The job of a file with that URL."""
    return jobmanager.read_job(read_ini(f"[ResourceAdvisorAgent]\nResourceAdvisorUrl = {url}\n{more}"), "/x/JobManager.ini", NAMES)


def test_whole_file():
    """All that leads to the master is read, whichever section it stands in."""
    text = (
        "[ITA]\nhttps_proxy =http://proxy:3128\n[ResourceAdvisorAgent]\n"
        'BackupResourceAdvisorUrls = "https://a:31116/J, https://[::1]:31117/J,junk:x,,https://a:31116/K"\n'
        f"FullyQualifiedHostname = nc117031.example.com\nResourceAdvisorUrl = https://nc060201:31116{PATH}\n"
    )
    job = jobmanager.read_job(read_ini(text), "/x/JobManager.ini", NAMES)

    assert (
        Job(
            "/x/JobManager.ini", f"https://nc060201:31116{PATH}", 6, "https", "nc060201", 31116, ("a:31116", "[::1]:31117"), "proxy:3128",
            full_name="nc117031.example.com",
        ) == job
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://m:31116/J", ("https", "m", 31116)),
        ("HTTPS://M:31116", ("https", "M", 31116)),
        ("http://m/J", ("http", "m", 80)),
        ("https://m/J", ("https", "m", 443)),
        ("https://m:/J", ("https", "m", 443)),
        ("https://[::1]:31116/J", ("https", "::1", 31116)),
        ("https://[fe80::1%eth0]/J", ("https", "fe80::1%eth0", 443)),
        ("https://[1:2:3:4:5:6:7:8]:1/", ("https", "1:2:3:4:5:6:7:8", 1)),
        ("https://[::ffff:10.0.0.1]:1/", ("https", "::ffff:10.0.0.1", 1)),
        ("https://10.0.0.1:31116/", ("https", "10.0.0.1", 31116)),
        ("https://m.example.com.:31116/", ("https", "m.example.com.", 31116)),
        ("https://a_b:31116?x=1", ("https", "a_b", 31116)),
        ("https://m:0/J", ("https", "m", 0)),
        ("https://m:00031116/J", ("https", "m", 31116)),
        ("https://m:-1/J", ("https", "m", -1)),
        ("https://m:99999/J", ("https", "m", -1)),
        ("https://m:31x/J", ("https", "m", -1)),
        ("https://m:\u0663/J", ("https", "m", -1)),
        ("https://m:" + "9" * 9000 + "/J", ("https", "m", -1)),
        ('"https://m:31116/J"', ("https", "m", 31116)),
        ("https://m:31116/J \r", ("https", "m", 31116)),
        ("https://user:geheim@m:31116/J", ("https", "m", 31116)),
    ],
)
def test_urls(url, expected):
    """Scheme, host and port are those that the URL says; a port that is none is -1."""
    job = read(url)

    assert expected == (job.scheme, job.host, job.port)


@pytest.mark.parametrize(
    "url",
    [
        "m:31116", "m", "https:/m:31116/J", "https//m", "https://", "https:///J", "https://:31116/J", "https://a b:31116/J",
        "https://m\u00fcller:31116/J", "https://<host>:31116/J", "https://${HOST}:31116/J", "https://[::1:31116/J", "https://[::1]x/J",
        "https://[1:2]/J", "https://[1::2::3]/J", "https://[::g]/J", "https://[12345::]/J", "https://a..b/J", "https://300.1.1.1/J",
        "https://" + "a" * 64 + "/J", "https://" + "a." * 200 + "/J", "https://1.2.3/J", "https://m:31116/J ob", "https://m:31116/\u2026",
        "https://-m/J",
    ],
)  # fmt: skip
def test_no_urls(url):
    """What cannot be a URL is refused with its line."""
    with pytest.raises(BadArtifact) as caught:
        read(url)

    assert ("not-url", 2, {"url": url}) == (caught.value.kind, caught.value.line, caught.value.facts)


def test_password_of_a_url_is_not_kept():
    """User and password of a URL are neither in the job nor in a refusal."""
    with pytest.raises(BadArtifact) as caught:
        read("https://user:geheim@a b/J")

    assert "https://m:31116/J" == read("https://user:geheim@m:31116/J").url
    assert "geheim" not in str(caught.value.facts)


@pytest.mark.parametrize(("text", "line"), [("[x]\n", None), ("[x]\nResourceAdvisorUrl =\n", 2), ('ResourceAdvisorUrl = ""\n', 1), ("", None)])
def test_no_url(text, line):
    """Without a URL there is no road."""
    with pytest.raises(BadArtifact) as caught:
        jobmanager.read_job(read_ini(text), "/x", NAMES)

    assert ("no-url", line) == (caught.value.kind, caught.value.line)


@pytest.mark.parametrize(
    ("value", "proxy"),
    [
        ("http://p:3128", "p:3128"), ("p:3128", "p:3128"), ("http://p", "p:1080"), ("https://p/", "p:443"), ("http://u:w@p:1/", "p:1"),
        ("http://[::1]:3128", "[::1]:3128"), ("", ""), ("http://", ""), ("p:x", ""), ('"http://p:3128"', "p:3128"), ("p:0", ""),
    ],
)  # fmt: skip
def test_proxies(value, proxy):
    """A proxy is its host and port; what is none is none."""
    assert proxy == read("https://m:1/", f"[ITA_Env]\nhttps_proxy = {value}\n").proxy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://localhost:31114/ita/JobManagerGW{PATH}", True),
        (f"https://127.0.0.1:31114/ita/JobManagerGW{PATH}", True),
        (f"https://[::1]:31114/ita/JobManagerGW{PATH}", True),
        (f"https://LOCALHOST:31114/ita/JobManagerGW{PATH}", True),
        (f"https://localhost:31116{PATH}", False),
        (f"https://nc060201:31114/ita/JobManagerGW{PATH}", False),
        (f"https://127.evil.example:31114/ita/JobManagerGW{PATH}", False),
    ],
)
def test_gateways(url, expected):
    """A gateway is on this machine and has its own path."""
    assert expected is jobmanager.is_gateway(read(url))


@pytest.mark.parametrize(("text", "expected"), [("m:31116", ("m", 31116)), ("[::1]:31116", ("::1", 31116)), (" 10.0.0.1:0 ", ("10.0.0.1", 0))])
def test_addresses(text, expected):
    """HOST:PORT comes apart, and back together."""
    assert expected == jobmanager.split_address(text)
    assert text.strip() == jobmanager.join_address(*expected)


@pytest.mark.parametrize("text", ["", "m", "m:", ":1", "m:x", "m:70000", "::1:31116", "[::1]", "[::1", "https://m:1", "a b:1", "m:-1", "a@b:1"])
def test_no_addresses(text):
    """What is no HOST:PORT is refused."""
    with pytest.raises(BadArtifact, match="not-address"):
        jobmanager.split_address(text)


@given(st.text(alphabet="htps:/[]@.%-x19a \"',;\u00e9", max_size=40))
def test_any_url_is_a_job_or_refused(url):
    """No URL raises anything else."""
    try:
        job = read(url, f"https_proxy = {url}\nBackupResourceAdvisorUrls = {url}\n")
    except BadArtifact as bad:
        job = bad

    assert job.kind in ("no-url", "not-url") if isinstance(job, BadArtifact) else -1 <= job.port <= 65535


def test_another_scheme_is_a_value():
    """A URL of another scheme is a URL; that it is not https is judged elsewhere."""
    ini = read_ini("[ResourceAdvisorAgent]\nResourceAdvisorUrl = ftp://m/\n")

    job = jobmanager.read_job(ini, "/j", {"url": ("ResourceAdvisorUrl",)})

    assert ("ftp", "m", -1) == (job.scheme, job.host, job.port)

"""ITA-AGT-001: JobManager.ini names the master."""

from __future__ import annotations

from builders import JOB, House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-AGT-001"].status


def test_gateway_passes(healthy: House) -> None:
    """A gateway is followed into its file."""
    judged = judge(
        healthy.write("job", b"[ResourceAdvisorAgent]\nResourceAdvisorUrl = https://localhost:31114/ita/JobManagerGW/JobManagerRESTWeb/x\n").write(
            "gateway", JOB.encode()
        )
    )

    assert Status.PASS == judged["ITA-AGT-001"].status
    assert frozenset() == judged.failed


def test_absent_fails(healthy: House) -> None:
    """No JobManager.ini."""
    judged = judge(healthy.remove("job"))

    assert {"ITA-AGT-001"} == judged.failed
    assert "absent" == judged["ITA-AGT-001"].variant


def test_no_url_fails(healthy: House) -> None:
    """No URL in it."""
    judged = judge(healthy.write("job", b"[ResourceAdvisorAgent]\n"))

    assert {"ITA-AGT-001"} == judged.failed
    assert "no-url" == judged["ITA-AGT-001"].variant


def test_not_url_fails(healthy: House) -> None:
    """No URL at all."""
    judged = judge(healthy.write("job", b"[ResourceAdvisorAgent]\nResourceAdvisorUrl = the master\n"))

    assert {"ITA-AGT-001"} == judged.failed
    assert "not-url" == judged["ITA-AGT-001"].variant


def test_no_gateway_fails(healthy: House) -> None:
    """A gateway without its file."""
    judged = judge(
        healthy.write("job", b"[ResourceAdvisorAgent]\nResourceAdvisorUrl = https://localhost:31114/ita/JobManagerGW/JobManagerRESTWeb/x\n")
    )

    assert {"ITA-AGT-001"} == judged.failed
    assert "no-gateway" == judged["ITA-AGT-001"].variant


def test_a_blank_file_is_not_ours(healthy: House) -> None:
    """A JobManager.ini of blanks is ITA-FILE-004, and the road waits for that."""
    judged = judge(healthy.write("job", b" \r\n" * 9))

    assert {"ITA-FILE-004"} == judged.failed
    assert "ITA-FILE-004" == judged["ITA-AGT-001"].blocked_by


def test_a_copy_is_not_asked(healthy: House) -> None:
    """A copy without JobManager.ini: neither this rule nor one that needs the road speaks of it."""
    judged = judge(healthy.remove("job").ask(root="/opt", is_offline=False))

    assert frozenset() == judged.failed
    assert {Status.SKIPPED} == {judged[one].status for one in ("ITA-AGT-001", "ITA-AGT-002", "ITA-NET-001", "ITA-TLS-001", "ITA-TLS-003")}

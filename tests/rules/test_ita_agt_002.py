"""ITA-AGT-002: The master is reached by https."""

from __future__ import annotations

from builders import House, judge
from ita_doctor.model.finding import Status


def test_healthy_passes(healthy: House) -> None:
    """A healthy installation passes."""
    assert Status.PASS == judge(healthy)["ITA-AGT-002"].status


def test_http_fails(healthy: House) -> None:
    """Plain http."""
    judged = judge(healthy.write("job", b"[ResourceAdvisorAgent]\nResourceAdvisorUrl = http://nc060201:31115/x\n"))

    assert {"ITA-AGT-002"} == judged.failed
    assert "http" == judged["ITA-AGT-002"].variant


def test_no_port_fails(healthy: House) -> None:
    """A port that is none."""
    judged = judge(healthy.write("job", b"[ResourceAdvisorAgent]\nResourceAdvisorUrl = https://nc060201:99999/x\n"))

    assert {"ITA-AGT-002"} == judged.failed
    assert "no-port" == judged["ITA-AGT-002"].variant


def test_a_copy_is_not_asked(healthy: House) -> None:
    """A copy whose master is reached by http: neither this rule nor one that needs the road speaks of it."""
    judged = judge(healthy.write("job", b"[ResourceAdvisorAgent]\nResourceAdvisorUrl = http://nc060201:31115/x\n").ask(root="/opt", is_offline=False))

    assert frozenset() == judged.failed
    assert {Status.SKIPPED} == {judged[one].status for one in ("ITA-AGT-002", "ITA-NET-001", "ITA-TLS-001", "ITA-TLS-003")}

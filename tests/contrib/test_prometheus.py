"""The alerts and the dashboard: Prometheus' own tool takes them, and they ask for nothing that is not written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest

from ita_doctor.render.openmetrics import FAMILIES, PREFIX

CONTRIB = Path(__file__).parents[2] / "contrib"
PROMETHEUS = CONTRIB / "prometheus"
RULES = PROMETHEUS / "ita-doctor.rules.yml"
DASHBOARD = CONTRIB / "grafana/ita-doctor.json"
PROMTOOL = shutil.which("promtool")

needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="needs promtool, of Debian's package prometheus")


def promtool(*arguments: object) -> Tuple[int, str]:
    """Its exit status, and all that it says."""
    assert PROMTOOL
    done = subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60, cwd=PROMETHEUS)
    return done.returncode, done.stdout + done.stderr


def board() -> Any:
    """The dashboard."""
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def queries() -> List[str]:
    """Every expression of the dashboard."""
    targets = [each["expr"] for panel in board()["panels"] for each in panel["targets"]]
    return targets + [each["definition"] for each in board()["templating"]["list"] if each["type"] == "query"]


def names(text: str) -> Iterator[str]:
    """The metrics that an expression asks for; labels and values are none."""
    without = re.sub(r"\{\{.*?\}\}|\"[^\"]*\"", "", text)
    yield from re.findall(rf"\b{PREFIX}\w+", without)


@needs_promtool
def test_promtool_takes_the_rules() -> None:
    """Without a hint of its linter."""
    status, said = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)

    assert (0, "SUCCESS") == (status, "".join(re.findall("SUCCESS|FAILED|WARN|error", said))), said


@needs_promtool
def test_each_alert_fires_when_it_should() -> None:
    """And only then."""
    status, said = promtool("test", "rules", "tests.yml")

    assert 0 == status, said


def test_each_alert_is_tested_both_ways() -> None:
    """tests.yml holds a moment when it fires, and one when it does not."""
    tests = (PROMETHEUS / "tests.yml").read_text(encoding="utf-8")
    alerts = re.findall(r"alert: (\w+)", RULES.read_text(encoding="utf-8"))

    found = re.findall(r"alertname: (\w+)\n +eval_time: \w+\n +exp_alerts:( \[\])?", tests)
    assert sorted([*((name, "") for name in alerts), *((name, " []") for name in alerts)]) == sorted(set(found))


@pytest.mark.parametrize("text", [RULES.read_text(encoding="utf-8"), *queries()])
def test_no_query_asks_for_what_is_not_written(text: str) -> None:
    """Every metric of an alert, and of the dashboard, is one of ours."""
    asked = set(names(text))

    assert asked
    assert set() == asked - {f"{PREFIX}{name}" for name, _ in FAMILIES}


@needs_promtool
@pytest.mark.parametrize("query", [each for each in queries() if not each.startswith("label_values")])
def test_promtool_takes_each_query_of_the_dashboard(query: str, tmp_path: Path) -> None:
    """As an expression of a rule, its variables filled in."""
    path = tmp_path / "rules.yml"
    rule = {"record": "one", "expr": query.replace("$host", ".*")}
    path.write_text(json.dumps({"groups": [{"name": "one", "rules": [rule]}]}), encoding="utf-8")
    status, said = promtool("check", "rules", path)

    assert 0 == status, said


def test_every_panel_asks_the_chosen_data_source() -> None:
    """The one that the variable names, so that the dashboard can be imported anywhere."""
    found = board()
    chosen = {"type": "prometheus", "uid": "${datasource}"}

    assert [("datasource", "datasource")] == [(one["name"], one["type"]) for one in found["templating"]["list"] if one["type"] == "datasource"]
    assert [] == [one["title"] for one in found["panels"] if chosen != one["datasource"]]
    assert [] == [one["title"] for one in found["panels"] for each in one["targets"] if chosen != each["datasource"]]
    assert len(found["panels"]) == len({one["id"] for one in found["panels"]})


def test_the_fleet_table_shows_the_worst_first() -> None:
    """Broken before unknown before warning, as the one scheme of exit statuses weighs them."""
    (table,) = [one for one in board()["panels"] if one["title"].startswith("Fleet")]
    (sort,) = [one["options"]["sort"] for one in table["transformations"] if one["id"] == "sortBy"]
    (states,) = [each["value"][0]["options"] for one in table["fieldConfig"]["overrides"] for each in one["properties"] if each["id"] == "mappings"]

    assert [{"field": "state", "desc": True}] == sort
    assert ["healthy", "warning", "unknown", "broken"] == [states[key]["text"] for key in sorted(states, key=float)]


@needs_promtool
def test_the_state_in_the_fleet_table_weighs_as_exit_statuses_do(tmp_path: Path) -> None:
    """Of what the metrics say: unknown (3) stands between a warning (1) and a fault (2)."""
    (state,) = [one["targets"][0]["expr"] for one in board()["panels"] if one["title"].startswith("Fleet")]
    hosts = {"a": (0, 0), "b": (1, 1), "c": (3, 1.5), "d": (2, 2)}
    labels = {name: f'{{host="{name}", place="/ita.ini", suffix="{name}"}}' for name in hosts}
    series = [{"series": f"{PREFIX}exit_status{labels[name]}", "values": f"{status}x3"} for name, (status, _) in hosts.items()]
    wanted = [{"labels": labels[name], "value": shown} for name, (_, shown) in hosts.items()]
    path = tmp_path / "tests.yml"
    once = {
        "interval": "1m",
        "input_series": series,
        "promql_expr_test": [{"expr": state.replace("$host", ".*"), "eval_time": "2m", "exp_samples": wanted}],
    }
    path.write_text(json.dumps({"tests": [once]}), encoding="utf-8")

    assert 0 == promtool("test", "rules", path)[0], promtool("test", "rules", path)[1]

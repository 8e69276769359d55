"""The files for operators name metrics, labels and commands that exist."""

import configparser
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from prometheus_client import REGISTRY

import bot.runtime.partition_leases
import bot.speech.fetch_jobs  # noqa: F401 - they use all metrics
from bot import metrics
from bot.cli import app

_FOLDER = Path(__file__).parents[2] / "docs" / "operating"
_ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((_FOLDER / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
_PANELS: list[dict[str, Any]] = json.loads((_FOLDER / "grafana.json").read_text())["panels"]
_UNITS = sorted(_FOLDER.glob("*.service"))
_METRIC = re.compile(r"\b(xumian_[a-z_]+)(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"\bby \(([^)]*)\)")
_OF_PROMETHEUS = {"job", "instance", "le"}


def _known() -> dict[str, set[str]]:
    """Return the labels of each metric, by the names of its series."""
    found: dict[str, set[str]] = {}
    for each in vars(metrics).values():
        name, labels = (
            getattr(each, "_name", ""),
            set(getattr(each, "_labelnames", getattr(each, "label_names", ()))),
        )
        if isinstance(name, str) and name.startswith("xumian_"):
            found |= {f"{name.removesuffix('_total')}{suffix}": labels for suffix in ("", "_total", "_bucket")}
    return found


def _expressions() -> list[str]:
    return [each["expr"] for each in _ALERTS] + [target["expr"] for each in _PANELS for target in each["targets"]]


@pytest.mark.parametrize("expression", _expressions())
def test_what_is_asked_for_is_measured(expression: str) -> None:
    known, labels = _known(), set[str]()
    assert expression.count("(") == expression.count(")")
    for name, inside in _METRIC.findall(expression):
        assert name in known
        labels |= known[name]
        given = {each.partition("=")[0] for each in inside.split(",")}
        assert "job" in given
        assert given <= known[name] | _OF_PROMETHEUS
    for group in _GROUPED.findall(expression):
        assert {each.strip() for each in group.split(",")} <= labels | _OF_PROMETHEUS


def test_each_metric_is_shown() -> None:
    shown = {name.removesuffix("_bucket") for each in _expressions() for name, _ in _METRIC.findall(each)}
    ours = {each.name for each in REGISTRY.collect() if each.name.startswith("xumian_")}
    assert {each.removesuffix("_total") for each in shown} == {each.removesuffix("_total") for each in ours}


@pytest.mark.parametrize("rule", _ALERTS, ids=lambda rule: str(rule["alert"]))
def test_each_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert set(rule["annotations"]) == {"summary", "description"}


@pytest.mark.parametrize("unit", _UNITS, ids=lambda path: path.stem)
def test_each_unit_runs_a_command(unit: Path) -> None:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]  # as configparser documents it
    read.read(unit)
    program, *arguments = read["Service"]["ExecStart"].split()
    assert program == "/opt/xumian/bin/xumian"
    command: Any = typer.main.get_command(app)
    for each in arguments:
        command = command.commands[each]
    assert read["Service"]["TimeoutStopSec"] == "30"

"""The table of log fields in docs/deploying.md has every field that some line of the code may have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_LEVELS = ("debug", "info", "warning", "error", "exception", "critical", "log")
_ADDED = {"event", "level", "timestamp", "error", "trace_id"}
"""The fields that `bot.logs`, structlog and traces add."""


def _logged(source: str) -> Iterator[str]:
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and _logs(call.func):
            yield from (each.arg for each in call.keywords if each.arg and each.arg != "exc_info")


def _logs(function: ast.expr) -> bool:
    match function:
        case ast.Name("log_wait"):
            return True
        case ast.Attribute(ast.Name("log") | ast.Attribute(attr="log"), level):
            return level in _LEVELS
    return False


def _documented() -> set[str]:
    page = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    section = page.partition("### Logs\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_field_is_documented_and_exists() -> None:
    paths = sorted((ROOT / "bot").rglob("*.py"))
    found = {name for path in paths for name in _logged(path.read_text(encoding="utf-8"))}
    assert len(found) > 30
    assert _documented() == found | _ADDED

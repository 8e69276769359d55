"""What the documentation tells people to type exists: command lines, staff commands, settings, scripts."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.exceptions import TyperException

from bot.docs_pages.site import lines
from bot.docs_pages.tables import program
from bot.setting_names import known_names
from conversation.script import LANGUAGES
from handlers.authoring import read_script
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.registry import COMMANDS

ROOT = Path(__file__).parents[3]
PROGRAM = dict(program())
_FILES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [path for path in _FILES if "site" not in path.parts[-2]]
_SPAN = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.M | re.S)
_PROGRAM = re.compile(r"^(?:\$ )?(?:docker compose (?:exec|run --rm) \w+ )?(?:\.venv/bin/)?xumian (?=[a-z])")
_STAFF = re.compile(r"^/(\w[\w.-]*)(?= |$|@)")
_PATHS = {
    "healthz", "readyz", "metrics", "ws", "staff", "api", "etc", "opt", "srv", "v1", "tmp", "page", "setprivacy",
    "newbot", "setjoingroups",
}  # fmt: skip
"""Paths, and commands of other programs, that are written like our own commands."""
_SETTING = re.compile(r"\bXUMIAN_[A-Z0-9_]+\b")
by_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def _typed(path: Path) -> Iterator[tuple[str, bool]]:
    """What stands in code, line by line, each with whether it is in a block, and so meant to be typed as it is."""
    text = path.read_text("utf-8")
    for found in _FENCE.finditer(text):
        yield from ((line.strip(), True) for line in found[2].splitlines())
    for line, is_code in lines(text):
        if not is_code:
            yield from ((found.replace("\\|", "|"), False) for found in _SPAN.findall(line))


def _parsed(line: str, is_whole: bool) -> None:
    """Parse a command line without carrying it out. Raises ValueError or typer's errors for a wrong one."""
    words = shlex.split(line.partition(" > ")[0], comments=True)
    path = next((each for each in PROGRAM if words[: each.count(" ") + 1] == each.split()), "")
    if not path:
        if any(each.startswith(f"{line.split()[0]} ") for each in PROGRAM):
            return  # a group of commands, named as such
        raise ValueError("no such command")
    command, given = PROGRAM[path], words[path.count(" ") + 1 :]
    options = {option for each in command.params for option in each.opts} | {"--help"}
    if unknown := [word for word in given if word.startswith("--") and word.partition("=")[0] not in options]:
        raise ValueError(f"no option {unknown[0]}")
    if is_whole and not set("…[|") & set(line):
        command.make_context(path, given)


@by_page
def test_command_lines_are_understood(path: Path) -> None:
    wrong = {}
    for typed, is_whole in _typed(path):
        if found := _PROGRAM.match(typed):
            try:
                _parsed(typed[found.end() :], is_whole)
            except (TyperException, ValueError) as error:
                wrong[typed] = str(error)
    assert wrong == {}


def _known() -> set[str]:
    names = {command.name for command in COMMANDS} | {"claim", "no", "cancel", "demo"}
    for language in LANGUAGES:
        for command in COMMANDS:
            names.update(staff_vocabulary()[language].text(f"staff.names.{command.name}").split("|"))
        for name in vocabulary().command_names:
            names.update([name, *vocabulary()[language].text(f"words.command.{name}").split("|")])
    return {word.split()[0] for name in names if (word := name.strip())}


@by_page
def test_staff_commands_exist(path: Path) -> None:
    if path.name == "api.md":
        return  # paths of the API are written in the same way
    known = _known() | _PATHS
    typed = {found[1] for line, _ in _typed(path) if (found := _STAFF.match(line))}
    assert typed - known == set()


@by_page
def test_settings_exist(path: Path) -> None:
    known = set(known_names())
    assert {
        name for name in _SETTING.findall(path.read_text("utf-8")) if name not in known and name[-1] != "_"
    } == set()


@by_page
def test_scripts_are_right(path: Path) -> None:
    """Whole scripts, not parts of one, have no errors; their warnings are advice."""
    for kind, text in _FENCE.findall(path.read_text("utf-8")):
        if kind == "yaml" and isinstance(parsed := yaml.safe_load(text), dict) and {"id", "stages"} <= set(parsed):
            reading = read_script(text, path.name)
            assert reading.script is not None, reading.faults

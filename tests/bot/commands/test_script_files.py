"""Script files: by chat only names in the scripts folder, by the operator any path, and never more than they may
be large."""

import io
import os
import threading
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.commands.script_files import find, find_by_name, read_file
from handlers.authoring import MAX_BYTES, ScriptUnusable
from handlers.authoring.workbook import template
from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from storage.memory.store import MemoryStore
from tests.bot.whole_app import WholeApp
from tests.handlers.console.desk import Desk

SCRIPT = (Path(__file__).parents[3] / "interviews" / "campus-analyst.yaml").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scripts = tmp_path / "scripts"
    (scripts / "team").mkdir(parents=True)
    for path in (scripts / "analyst.yaml", scripts / "team" / "hidden.yaml", tmp_path / "outside.yaml"):
        path.write_text(SCRIPT)
    return scripts


@pytest.mark.parametrize("name", ["analyst", "analyst.yaml"])
async def test_a_script_is_found_by_its_name(folder: Path, name: str) -> None:
    assert (await find_by_name(name, folder)).id == "campus-analyst"


@pytest.mark.parametrize(
    "name",
    [
        "/etc/shadow", "/etc/passwd", "../outside", "../outside.yaml", "team/hidden", "./analyst",
        "scripts/analyst", "", ".", "..", "*", "analyst.yaml/", "analyst\x00", "~/.ssh/id_rsa", "/dev/zero",
        "\\\\host\\share", "analyst.",
    ],
)  # fmt: skip
async def test_a_path_is_no_name(folder: Path, name: str) -> None:
    for given in (name, str(folder / name)):
        with pytest.raises(ScriptUnusable, match="there is no script"):
            await find_by_name(given, folder)


@pytest.mark.parametrize("name", ["monday", "monday.xlsx", "MONDAY.XLSX"])
async def test_a_workbook_is_found_by_its_name(folder: Path, name: str) -> None:
    (folder / (name if "." in name else f"{name}.xlsx")).write_bytes(template("en"))
    assert (await find_by_name(name, folder)).steps


async def test_a_colleague_opens_a_workbook_by_its_name_in_chat(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "monday.xlsx").write_bytes(template("en"))
    desk = Desk(MemoryStore(), "en")
    desk.tools = desk.tools._replace(script=lambda name: find_by_name(name, folder))
    desk.console = Console(desk.tools, COMMANDS, FORMS)
    await desk.claims()
    (asked,) = await desk.says("boss", "/open monday spring")
    assert asked.text.startswith("Open “")
    (opened,) = await desk.presses("boss", "Yes, do it")
    assert "Campaign spring is open" in opened.text
    script = await desk.store.directory.script((await desk.campaigns.find("spring")).script)
    assert script
    assert script == await find_by_name("monday", folder)


async def test_yaml_comes_before_a_workbook_of_the_same_name(folder: Path) -> None:
    (folder / "analyst.xlsx").write_bytes(template("en"))
    assert (await find_by_name("analyst", folder)).id == "campus-analyst"
    assert (await find_by_name("analyst.xlsx", folder)).id != "campus-analyst"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no workbook", "cannot be opened"),
        (b"PK" + bytes(3 * 1024 * 1024), "too large"),
        (None, "too large"),
    ],
)
async def test_a_workbook_that_cannot_be_used_is_refused_in_words(
    folder: Path, data: bytes | None, words: str
) -> None:
    (folder / "monday.xlsx").write_bytes(bomb() if data is None else data)
    with pytest.raises(ScriptUnusable, match=words):
        await find_by_name("monday", folder)


def bomb() -> bytes:
    """Return a workbook of a few kilobytes whose sheet unpacks to 64 MiB."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", bytes(64 * 1024 * 1024))
    return packed.getvalue()


async def test_a_program_s_note_about_an_open_workbook_is_no_script(folder: Path) -> None:
    (folder / "~$monday.xlsx").write_bytes(b"somebody has it open")
    with pytest.raises(ScriptUnusable, match=r"known: analyst$"):
        await find_by_name("~$monday", folder)


async def test_the_operator_may_name_any_file(folder: Path) -> None:
    (folder / "team" / "monday.xlsx").write_bytes(template("en"))
    for name in (str(folder.parent / "outside.yaml"), "team/hidden.yaml", "analyst"):
        assert (await find(name, folder)).id == "campus-analyst"
    assert (await find("team/monday.xlsx", folder)).id != "campus-analyst"


async def test_a_large_file_is_not_read(folder: Path) -> None:
    with (folder / "large.yaml").open("wb") as file:
        file.truncate(1500 * MAX_BYTES)  # sparse
    with pytest.raises(ScriptUnusable, match="larger than 1 MiB"):
        await find_by_name("large", folder)


def test_what_is_no_file_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")  # opening it would wait for a writer
    for path in (folder / "pipe.yaml", Path("/dev/zero"), folder):
        with pytest.raises(ScriptUnusable, match="is not a file"):
            read_file(path)


@pytest.mark.redis
async def test_colleagues_find_scripts_by_name_and_off_the_event_loop(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = await app.app.tools()
    readers: list[threading.Thread] = []

    def watched(path: Path, name: str) -> object:
        readers.append(threading.current_thread())
        return read_file(path, name)

    monkeypatch.setattr("bot.commands.script_files.read_file", watched)
    assert (await tools.script("campus-analyst")).id == "campus-analyst"
    assert threading.main_thread() not in readers
    with pytest.raises(ScriptUnusable, match="there is no script"):
        await tools.script("/etc/passwd")
    assert len(readers) == 1

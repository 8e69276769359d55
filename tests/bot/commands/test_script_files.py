"""Script files: by chat only names in the scripts folder, by the operator any path, and never more than 1 MiB."""

import os
import threading
from pathlib import Path

import pytest

from bot.commands.script_files import find, find_by_name, read_file
from handlers.authoring import MAX_BYTES, ScriptUnusable
from tests.bot.whole_app import WholeApp

SCRIPT = (Path(__file__).parents[3] / "interviews" / "campus-analyst.yaml").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scripts = tmp_path / "scripts"
    (scripts / "team").mkdir(parents=True)
    for path in (scripts / "analyst.yaml", scripts / "team" / "hidden.yaml", tmp_path / "outside.yaml"):
        path.write_text(SCRIPT)
    return scripts


@pytest.mark.parametrize("name", ["analyst", "analyst.yaml"])
def test_a_script_is_found_by_its_name(folder: Path, name: str) -> None:
    assert find_by_name(name, folder).id == "campus-analyst"


@pytest.mark.parametrize(
    "name",
    [
        "/etc/shadow", "/etc/passwd", "../outside", "../outside.yaml", "team/hidden", "./analyst",
        "scripts/analyst", "", ".", "..", "*", "analyst.yaml/", "analyst\x00", "~/.ssh/id_rsa", "/dev/zero",
        "\\\\host\\share", "analyst.",
    ],
)  # fmt: skip
def test_a_path_is_no_name(folder: Path, name: str) -> None:
    for given in (name, str(folder / name)):
        with pytest.raises(ScriptUnusable, match="there is no script"):
            find_by_name(given, folder)


def test_the_operator_may_name_any_file(folder: Path) -> None:
    for name in (str(folder.parent / "outside.yaml"), "team/hidden.yaml", "analyst"):
        assert find(name, folder).id == "campus-analyst"


def test_a_large_file_is_not_read(folder: Path) -> None:
    with (folder / "large.yaml").open("wb") as file:
        file.truncate(1500 * MAX_BYTES)  # sparse
    with pytest.raises(ScriptUnusable, match="larger than 1 MiB"):
        find_by_name("large", folder)


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

    def watched(path: Path) -> object:
        readers.append(threading.current_thread())
        return read_file(path)

    monkeypatch.setattr("bot.commands.script_files.read_file", watched)
    assert (await tools.script("campus-analyst")).id == "campus-analyst"
    assert threading.main_thread() not in readers
    with pytest.raises(ScriptUnusable, match="there is no script"):
        await tools.script("/etc/passwd")
    assert len(readers) == 1

"""A model is found where it is stored, never downloaded by accident, and never used while incomplete."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.speech import models
from bot.speech.models import FetchFailed, ModelMissing, fetch, find
from tests.fakes.hub import SHA, Hub, hub
from tests.speech.recordings import MODEL

FILES = {
    "config.json": b"{}",
    "model.bin": os.urandom(64) * 4096,
    "tokenizer.json": b'{"a": 1}',
    "vocabulary.json": b"[]",
    "README.md": b"not wanted",
}


@pytest.fixture
def a_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with hub(models.REPOSITORIES["tiny"], dict(FILES)) as running:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr("time.sleep", lambda _: None)  # the library pauses between its attempts
        yield running


def quietly(done: int, total: int) -> None:
    assert 0 <= done <= total


def test_the_table_of_names_is_that_of_the_library() -> None:
    from faster_whisper.utils import _MODELS  # type: ignore[import-untyped]

    assert models.REPOSITORIES == _MODELS


def test_a_folder_is_found(tmp_path: Path) -> None:
    assert find(str(MODEL), tmp_path) == MODEL


@pytest.mark.parametrize("file", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
def test_a_folder_that_lacks_a_file_is_refused_with_its_name(tmp_path: Path, file: str) -> None:
    shutil.copytree(MODEL, tmp_path / "mine")
    (tmp_path / "mine" / file).unlink()
    with pytest.raises(ModelMissing, match=f"mine is no whole speech model: {file} missing"):
        find(str(tmp_path / "mine"), tmp_path)


def test_a_vocabulary_may_be_text_and_the_preprocessor_be_left_out(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "mine")
    (tmp_path / "mine" / "vocabulary.json").rename(tmp_path / "mine" / "vocabulary.txt")
    (tmp_path / "mine" / "preprocessor_config.json").unlink()
    assert find(str(tmp_path / "mine"), tmp_path) == tmp_path / "mine"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="there is no folder /nowhere/model"):
        find("/nowhere/model", tmp_path)


def test_a_name_that_is_not_known_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"'smal': did you mean small\? known are tiny"):
        find("smal", tmp_path)


def test_a_model_that_is_not_here_says_how_to_get_it(tmp_path: Path, a_hub: Hub) -> None:
    with pytest.raises(
        ModelMissing, match="xumian voice fetch-model tiny, or set XUMIAN_WHISPER_MODEL to a folder"
    ):
        find("tiny", tmp_path)
    assert a_hub.asked == []


def test_a_fetched_model_is_found_and_its_progress_was_told(tmp_path: Path, a_hub: Hub) -> None:
    told: list[tuple[int, int]] = []
    folder = fetch("tiny", tmp_path, lambda *each: told.append(each), hub=a_hub.url)
    assert folder == tmp_path / "models" / "tiny" == find("tiny", tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        name: data for name, data in FILES.items() if name != "README.md"
    }
    total = sum(len(data) for name, data in FILES.items() if name != "README.md")
    assert told[-1] == (total, total)
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["tiny"]


def test_a_model_that_is_here_is_not_fetched_again(tmp_path: Path, a_hub: Hub) -> None:
    fetch("tiny", tmp_path, quietly, hub=a_hub.url)
    a_hub.asked.clear()
    fetch("tiny", tmp_path, quietly, hub=a_hub.url)
    assert a_hub.asked == []


def test_a_connection_that_breaks_off_is_taken_up_where_it_was(tmp_path: Path, a_hub: Hub) -> None:
    a_hub.files["model.bin"] = os.urandom(1024) * 12 * 1024
    a_hub.cut["model.bin"] = 11 * 1024 * 1024
    fetch("tiny", tmp_path, quietly, hub=a_hub.url)
    assert (find("tiny", tmp_path) / "model.bin").read_bytes() == a_hub.files["model.bin"]
    written = 10 * 1024 * 1024  # the library writes this much at a time
    assert f"GET /{a_hub.repository}/resolve/{SHA}/model.bin bytes={written}-" in a_hub.asked


def test_what_did_not_arrive_whole_is_no_model_and_can_be_fetched_later(tmp_path: Path, a_hub: Hub) -> None:
    a_hub.cut["model.bin"], a_hub.dies = 100_000, True
    with pytest.raises(
        FetchFailed, match=r"tiny could not be downloaded .*try again.*HF_ENDPOINT.*XUMIAN_WHISPER"
    ):
        fetch("tiny", tmp_path, quietly, hub=a_hub.url)
    with pytest.raises(ModelMissing, match="is not on this machine"):
        find("tiny", tmp_path)
    a_hub.down = False
    fetch("tiny", tmp_path, quietly, hub=a_hub.url)
    assert (find("tiny", tmp_path) / "model.bin").read_bytes() == FILES["model.bin"]


def test_what_a_killed_download_left_behind_is_removed(tmp_path: Path, a_hub: Hub) -> None:
    rest = tmp_path / "models" / ".tiny.part" / ".cache" / "huggingface" / "download" / "x.incomplete"
    rest.parent.mkdir(parents=True)
    rest.write_bytes(bytes(10_000))
    told: list[int] = []
    fetch("tiny", tmp_path, lambda done, _: told.append(done), hub=a_hub.url)
    assert sorted(told) == told
    assert not rest.exists()


def test_a_hub_that_lacks_a_file_gives_no_model(tmp_path: Path, a_hub: Hub) -> None:
    del a_hub.files["tokenizer.json"]
    with pytest.raises(FetchFailed, match="tiny could not be downloaded"):
        fetch("tiny", tmp_path, quietly, hub=a_hub.url)
    with pytest.raises(ModelMissing):
        find("tiny", tmp_path)


def test_a_damaged_model_is_made_whole(tmp_path: Path, a_hub: Hub) -> None:
    (fetch("tiny", tmp_path, quietly, hub=a_hub.url) / "model.bin").unlink()
    with pytest.raises(ModelMissing, match=r"model\.bin missing"):
        find("tiny", tmp_path)
    assert fetch("tiny", tmp_path, quietly, hub=a_hub.url) == find("tiny", tmp_path)


def test_without_a_network_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="could not be downloaded") as caught:
        fetch("tiny", tmp_path, quietly, hub="http://127.0.0.1:9")
    assert "without a network" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_name_is_not_asked_for(tmp_path: Path, a_hub: Hub) -> None:
    with pytest.raises(FetchFailed, match="did you mean large-v3"):
        fetch("large-v33", tmp_path, quietly, hub=a_hub.url)
    assert a_hub.asked == []


def test_what_other_programs_downloaded_is_found(tmp_path: Path, a_hub: Hub) -> None:
    from huggingface_hub import snapshot_download

    with pytest.raises(ModelMissing):
        find("tiny", tmp_path)
    cached = snapshot_download(a_hub.repository, cache_dir=tmp_path / "cache", endpoint=a_hub.url)
    a_hub.asked.clear()
    assert find("tiny", tmp_path) == Path(cached)
    assert a_hub.asked == []
    (Path(cached) / "vocabulary.json").unlink()
    with pytest.raises(ModelMissing, match="is not on this machine"):
        find("tiny", tmp_path)

"""`xumian voice …` reports whether recognition works on this machine, and what to do if it does not."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import voice
from bot.settings import Settings
from bot.speech import models
from bot.speech.models import FetchFailed
from tests.fakes.hub import hub
from tests.speech.recordings import FOLDER, MODEL


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Console:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return Console(file=io.StringIO(), highlight=False, soft_wrap=True)


def printed(out: Console) -> str:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def settings(data_dir: Path, model: str = str(MODEL)) -> Settings:
    return Settings(
        data_dir=data_dir,
        whisper_model=model,
        whisper_device="cpu",
        whisper_compute_type="int8",
        whisper_threads=1,
    )


def test_the_two_samples_are_heard(out: Console, tmp_path: Path) -> None:
    assert voice.check(settings(tmp_path), out, None) == 0
    first, zh, en = printed(out).splitlines()
    assert "device cpu, compute type int8" in first
    assert "1 threads" in first
    assert zh.startswith("zh: 我叫王芳,来自杭州。 (confidence 0.")
    assert en.startswith("en: My name is Grace and I am from London. (confidence 0.")
    assert "times as fast as it was spoken" in en


def test_a_recording_of_ones_own(out: Console, tmp_path: Path) -> None:
    assert voice.check(settings(tmp_path), out, FOLDER / "samples" / "zh-amr-nb.amr") == 0
    assert "zh: 我最大的优点是学习能力强。" in printed(out)


def test_nothing_to_hear_is_a_failure_that_says_so(out: Console, tmp_path: Path) -> None:
    assert voice.check(settings(tmp_path), out, FOLDER / "samples" / "silence.ogg") == 1
    assert "zh: nothing usable (silence; 3.0 s heard" in printed(out)


def test_a_file_without_end_is_not_read_to_its_end(
    out: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "MOST_BYTES", 1 << 20)
    with pytest.raises(voice.FileTooLarge, match="/dev/zero has more than 1 MB"):
        voice.check(settings(tmp_path), out, Path("/dev/zero"))


def test_without_a_model_it_says_what_to_do(out: Console, tmp_path: Path) -> None:
    assert voice.check(settings(tmp_path, "small"), out, None) == 1
    assert "fetch it with xumian voice fetch-model small" in printed(out)


def test_a_model_is_fetched(out: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path.name: path.read_bytes() for path in MODEL.iterdir()}
    with hub(models.REPOSITORIES["tiny"], files) as running:
        fetch = models.fetch
        monkeypatch.setattr(models, "fetch", lambda *arguments: fetch(*arguments, hub=running.url))
        assert voice.fetch_model(settings(tmp_path, "tiny"), out, "") == 0
    assert f"The speech model tiny is in {tmp_path / 'models' / 'tiny'}" in printed(out)
    assert "XUMIAN_WHISPER_MODEL" not in printed(out)
    assert voice.check(settings(tmp_path, "tiny"), out, None) == 0


def test_a_name_that_is_none_is_an_error(out: Console, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="did you mean medium"):
        voice.fetch_model(settings(tmp_path), out, "mediun")

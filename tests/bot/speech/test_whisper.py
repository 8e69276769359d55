"""The real library with the miniature model recognises speech, and nothing where nobody speaks."""

import io
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from bot.speech.whisper import HINT_TOKENS, Ear, Heard, HearingFailed, ModelBroken, ModelOptions, Speech, Unheard
from tests.bot.speech.recordings import speech_in
from tests.speech.recordings import MODEL, Recording, sample, samples

MOSTLY = {"zh-digits-amr-nb.amr", "zh-several-opus.ogg", "en-several-opus.ogg"}
"""Recordings in which the model itself gets a word wrong (see tests/speech/README.md)."""


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear(ModelOptions("miniature", MODEL, "cpu", "int8", 1))


def hear(ear: Ear, data: bytes, language: str = "zh", *, terms: tuple[str, ...] = ()) -> Heard | Unheard:
    return ear.hear(speech_in(data, language, terms), lambda _: None, lambda _: None)


def heard(ear: Ear, data: bytes, language: str = "zh", *, terms: tuple[str, ...] = ()) -> Heard:
    result = hear(ear, data, language, terms=terms)
    assert isinstance(result, Heard), result
    return result


@pytest.mark.parametrize("said", [each for each in samples() if each.language], ids=lambda each: each.file)
def test_what_is_said_is_heard(ear: Ear, said: Recording) -> None:
    result = heard(ear, sample(said.file), said.language or "")
    if said.file in MOSTLY:
        assert result.text[:6] == said.text[:6]
    else:
        assert result.text == said.text
    assert result.model == "miniature"
    assert 0.35 < result.confidence <= 1
    assert "".join(each.text for each in result.segments) == result.text.replace(". I", ".I").replace(". M", ".M")
    ends = [moment for each in result.segments for moment in (each.start_ms, each.end_ms)]
    assert ends == sorted(ends)
    assert ends[0] >= 0
    assert ends[-1] <= result.duration_ms


def test_several_sentences_have_their_own_times(ear: Ear) -> None:
    result = heard(ear, sample("en-several-opus.ogg"), "en")
    assert [each.text[:8] for each in result.segments] == ["My name ", "I worked", "My bigge"]


def test_silence_and_noise_give_no_text(ear: Ear) -> None:
    assert hear(ear, sample("silence.ogg")) == Unheard("silence", 3000)
    assert hear(ear, sample("noise.ogg")) == Unheard("noise", 3000)


def test_silence_gives_no_text_whatever_the_hints(ear: Ear) -> None:
    terms = ("Python", "Redis", "微服务")
    assert hear(ear, sample("silence.ogg"), terms=terms) == Unheard("silence", 3000)


def test_a_recording_of_no_length_is_silence(ear: Ear) -> None:
    assert ear.hear(Speech(b"", "zh", ()), lambda _: None, lambda _: None) == Unheard("silence")


def test_a_recording_longer_than_a_window_is_heard_to_its_end(ear: Ear) -> None:
    """The recording has two sentences with 35 seconds of silence in between."""
    result = heard(ear, recorded(np.concatenate([spoken(), np.zeros(16_000 * 35, np.int16), spoken()])))
    assert result.text == "我明天下午三点有时间。" * 2
    first, second = result.segments
    assert first.end_ms < 3500
    assert 36_000 < second.start_ms < second.end_ms <= result.duration_ms


def test_the_same_recording_gives_the_same_transcript(ear: Ear) -> None:
    first = hear(ear, sample("zh-digits-amr-nb.amr"))
    hear(ear, sample("noise.ogg"))
    assert hear(ear, sample("zh-digits-amr-nb.amr")) == first


def test_progress_rises_to_the_end_and_the_length_comes_first(ear: Ear) -> None:
    told: list[float] = []
    speech = speech_in(sample("en-several-opus.ogg"), "en")
    ear.hear(speech, told.append, lambda length_s: told.append(-length_s))
    length, *shares = told
    assert length == pytest.approx(-6.36, abs=0.1)
    assert len(shares) == 3
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


def test_hints_keep_to_their_budget_and_the_last_ones_go(ear: Ear) -> None:
    terms = tuple(f"人工智能平台{number}" for number in range(60))
    hints = ear.hints(terms)
    assert hints == terms[: len(hints)]
    encode = ear._model.hf_tokenizer.encode
    assert len(encode(f" {', '.join(hints)}", add_special_tokens=False).ids) <= HINT_TOKENS
    assert len(encode(f" {', '.join(terms[: len(hints) + 1])}", add_special_tokens=False).ids) > HINT_TOKENS


def test_hints_are_tidied(ear: Ear) -> None:
    assert ear.hints(("", " 微\n服务 ", "  ")) == ("微 服务",)
    assert ear.hints(("字" * 500, "Python")) == ()


def test_an_answer_is_heard_with_hints_too(ear: Ear) -> None:
    result = heard(ear, sample("zh-opus-telegram.ogg"), terms=("王芳", "杭州", "会计"))
    assert result.text == "我叫王芳,来自杭州。"


def test_a_language_that_the_model_does_not_know_is_an_error(ear: Ear) -> None:
    with pytest.raises(HearingFailed, match="does not know the language 'xx'"):
        hear(ear, sample("zh-opus-telegram.ogg"), "xx")


@pytest.mark.parametrize("file", ["model.bin", "tokenizer.json", "config.json"])
def test_a_damaged_model_is_an_error_that_says_what_to_do(tmp_path: Path, file: str) -> None:
    shutil.copytree(MODEL, tmp_path / "damaged")
    (tmp_path / "damaged" / file).write_bytes(b"\0" * 64)
    with pytest.raises(ModelBroken, match="XUMIAN_WHISPER_MODEL"):
        Ear(ModelOptions("damaged", tmp_path / "damaged", "cpu", "int8", 1))


def test_a_compute_type_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ModelBroken, match=r"int7.*leave XUMIAN_WHISPER_DEVICE and XUMIAN_WHISPER_COMPUTE"):
        Ear(ModelOptions("miniature", MODEL, "cpu", "int7", 1))


def test_a_wrong_preprocessor_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "damaged")
    wanted = (MODEL / "preprocessor_config.json").read_text().replace('"feature_size": 80', '"feature_size": 128')
    (tmp_path / "damaged" / "preprocessor_config.json").write_text(wanted)
    with pytest.raises(ModelBroken, match="80 mels"):
        Ear(ModelOptions("damaged", tmp_path / "damaged", "cpu", "int8", 1))


def recorded(samples_: np.ndarray[tuple[int], np.dtype[np.int16]]) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples_.tobytes())
    return written.getvalue()


def spoken() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Return the spoken sentence 我明天下午三点有时间。"""
    from bot.media.audio import decode

    whole: np.ndarray[tuple[int], np.dtype[np.int16]] = (decode(sample("zh-22khz.wav"), most_s=9) * 32_767).astype(
        np.int16
    )
    return whole

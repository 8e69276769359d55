"""Evaluating a model through the bot's own recogniser, with sentences that training never heard."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.media.audio import decode, to_pcm
from bot.speech.whisper import Ear, Heard, ModelOptions, Speech
from tests.speech import accuracy, recordings
from tests.speech.make_sentences import speak
from tests.speech.training.lines import number
from tests.speech.training.shape import SEED
from tests.speech.training.speaking import AMR_NB, CLEAN, OPUS, Codec, scaled, sent

NUMBERS = 60
_MOST_S = 60.0


def evaluate(model: Path, threads: int) -> None:
    ear = Ear(ModelOptions(model.name, model, "cpu", "int8", threads))
    for codec in (CLEAN, OPUS, AMR_NB):
        _report(f"sentences, {codec.name}", ear, _sentences(codec))
    _report("numbers", ear, _numbers())
    samples = [each for each in recordings.samples() if each.language]
    _report("samples", ear, ((recordings.sample(each.file), each.language or "", each.text) for each in samples))


def _sentences(codec: Codec) -> Iterator[tuple[bytes, str, str]]:
    for each in recordings.sentences():
        samples = decode(recordings.sentence(each.file), most_s=_MOST_S)
        yield sent(samples, codec), each.language or "", each.text


def _numbers() -> Iterator[tuple[bytes, str, str]]:
    rng = random.Random(SEED)
    for _ in range(NUMBERS):
        language = rng.choice(["zh", "en"])
        text = number(rng, language)
        yield sent(scaled(speak(rng, text, language)), CLEAN), language, text


def _report(name: str, ear: Ear, spoken: Iterable[tuple[bytes, str, str]]) -> None:
    """Print how many characters are wrong. `spoken` lists recordings with their languages and what is said."""
    wrong = in_all = exact = count = 0
    started = time.monotonic()
    for data, language, text in spoken:
        speech = Speech(to_pcm(decode(data, most_s=_MOST_S)), language, ())
        result = ear.hear(speech, lambda _: None, lambda _: None)
        heard = result.text if isinstance(result, Heard) else ""
        wrong += accuracy.distance(accuracy.plain(heard), accuracy.plain(text))
        in_all += len(accuracy.plain(text))
        exact += heard == text
        count += 1
    each_s = (time.monotonic() - started) / count
    print(
        f"{name}: {wrong / in_all:.2%} of {in_all} characters wrong, {exact} of {count} exact, {each_s:.2f} s each"
    )

"""Speech to text with faster-whisper. Runs in the child process of `recognizer_process`.

Heavy libraries are imported where they are used. Facts about faster-whisper 1.2.1, from `transcribe.py` (read
2026-11):

- Segments are computed while iterating over them.
- `hotwords` are given to the model before every window of 30 seconds, `initial_prompt` before the first only.
- Silence results in a `duration_after_vad` of 0.
- The batched pipeline has none of the safeguards against invented text, so it is not used.
"""

import math
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bot.logs import log
from bot.speech import quality
from bot.speech.quality import Believed, Doubted, Piece
from conversation.errors import BotError
from conversation.inbound import Segment

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RATE = 16_000
HINT_TOKENS = 100
"""Most tokens used for hints. They count towards the 448 tokens that a window has for hints and text together."""
OPTIONS: dict[str, Any] = {
    "beam_size": 5,
    "vad_filter": True,
    "condition_on_previous_text": False,  # otherwise one invented text leads to the next
    "without_timestamps": False,  # windows end between sentences, and segments have times
}
_SEED = 1
_FLOOR_DBFS = -120.0


class HearingFailed(BotError):
    """A recording could not be transcribed for a reason other than the recording itself."""


class ModelBroken(HearingFailed):
    """The model exists but cannot be used."""


class Task(msgspec.Struct, frozen=True):
    """A recording to transcribe.

    `data`: the recording's bytes.
    `language`: the language spoken, `zh` or `en`.
    `terms`: words likely to be said, the most important first.
    """

    data: bytes
    language: str
    terms: tuple[str, ...]


class Speech(msgspec.Struct, frozen=True):
    """A decoded recording. `samples` are 16-bit little-endian samples at RATE, mono; for the others see `Task`."""

    samples: bytes
    language: str
    terms: tuple[str, ...]


class Heard(msgspec.Struct, frozen=True):
    """A recognised text. `duration_ms` is the recording's length; `confidence` is from 0 to 1."""

    text: str
    confidence: float
    model: str
    duration_ms: int
    segments: tuple[Segment, ...]


class Unheard(msgspec.Struct, frozen=True):
    """No usable text was recognised. `text` is what the model produced but is not trusted, if anything."""

    why: str
    duration_ms: int = 0
    text: str = ""


class ModelOptions(msgspec.Struct, frozen=True):
    """Which model to load and how to run it. `threads` 0 means one for each core available to this process."""

    name: str
    folder: Path
    device: str = "auto"
    compute_type: str = "auto"
    threads: int = 0

    @property
    def cores(self) -> int:
        if self.threads:
            return self.threads
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Ear:
    """A loaded model. Creating one raises ModelBroken."""

    def __init__(self, choice: ModelOptions) -> None:
        self._name = choice.name
        self._model = _load(choice)

    @property
    def device(self) -> str:
        return str(self._model.model.device)

    @property
    def compute_type(self) -> str:
        return str(self._model.model.compute_type)

    def hear(
        self, speech: Speech, progress: Callable[[float], None], length: Callable[[float], None]
    ) -> Heard | Unheard:
        """Transcribe a decoded recording.

        `length` is called with its duration in seconds as soon as that is known, `progress` from time to time with
        the share done, from 0 to 1. Raises HearingFailed.
        """
        from bot.media.audio import from_pcm

        self._check_language(speech.language)
        wave = from_pcm(speech.samples)
        duration_s = len(wave) / RATE
        length(duration_s)
        hints = self.hints(speech.terms)
        verdict = self._listen(wave, speech.language, hints, lambda end_s: progress(min(1.0, end_s / duration_s)))
        duration_ms = round(duration_s * 1000)
        if isinstance(verdict, Doubted):
            return Unheard(verdict.why, duration_ms, verdict.text)
        return Heard(verdict.text, verdict.confidence, self._name, duration_ms, verdict.segments)

    def hints(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Return the first terms, as many as fit into HINT_TOKENS."""
        kept: list[str] = []
        for term in filter(None, (" ".join(each.split()) for each in terms)):
            said = self._model.hf_tokenizer.encode(f" {_said((*kept, term))}", add_special_tokens=False)
            if len(said.ids) > HINT_TOKENS:
                break
            kept.append(term)
        return tuple(kept)

    def _check_language(self, language: str) -> None:
        if language not in self._model.supported_languages:
            raise HearingFailed(
                f"the speech model {self._name} does not know the language {language!r}: "
                "choose one that does with XUMIAN_WHISPER_MODEL (names without .en know many)"
            )

    def _listen(
        self,
        wave: "npt.NDArray[np.float32]",
        language: str,
        hints: tuple[str, ...],
        progress: Callable[[float], None],
    ) -> Believed | Doubted:
        if not len(wave):
            return quality.without_speech(_FLOOR_DBFS)
        _same_chance()
        segments, info = self._model.transcribe(wave, language=language, hotwords=_said(hints) or None, **OPTIONS)
        if not info.duration_after_vad:
            return quality.without_speech(_level_dbfs(wave))
        pieces = list(_pieces(segments, round(info.duration * 1000), progress))
        return quality.judge(pieces, language, hints)


def _load(choice: ModelOptions) -> Any:
    """Load the model on the chosen device. "auto" falls back from the GPU to the CPU. Raises ModelBroken."""
    import ctranslate2  # type: ignore[import-untyped]

    if choice.device == "auto" and ctranslate2.get_cuda_device_count():
        try:
            return _loaded(choice, "cuda")
        except ModelBroken as error:  # GPU libraries are missing, or its memory is full
            log.warning("gpu_unusable", why=str(error.__cause__))
    return _loaded(choice, "cpu" if choice.device == "auto" else choice.device)


def _loaded(choice: ModelOptions, device: str) -> Any:
    import numpy as np
    from faster_whisper import WhisperModel, transcribe  # type: ignore[import-untyped]

    # tqdm's default lock uses a semaphore, which leaks when the child is killed
    transcribe.tqdm.set_lock(threading.RLock())
    try:
        model = WhisperModel(
            str(choice.folder), device=device, compute_type=choice.compute_type, cpu_threads=choice.cores
        )
        mels, wanted = model.feature_extractor.mel_filters.shape[0], model.model.n_mels
        if mels != wanted:
            raise ValueError(f"preprocessor_config.json is missing or wrong: the model wants {wanted} mels")
        if device != "cpu":  # GPU libraries are loaded only when something is computed
            model.encode(np.zeros((mels, 3000), np.float32))
    except Exception as error:  # each layer below raises its own types, down to plain Exception
        why = str(error).partition("\n")[0] or type(error).__name__
        raise ModelBroken(
            f"the speech model {choice.name} in {choice.folder} cannot be used on {device} ({why}); "
            f"{_advice(choice)}, and try it with xumian voice check"
        ) from error
    return model


def _advice(choice: ModelOptions) -> str:
    """Return advice for a model that cannot be used, starting with settings that were changed by hand."""
    anew = "fetch it anew, or choose another with XUMIAN_WHISPER_MODEL"
    by_hand = {"XUMIAN_WHISPER_DEVICE": choice.device, "XUMIAN_WHISPER_COMPUTE_TYPE": choice.compute_type}
    chosen = [name for name, value in by_hand.items() if value != "auto"]
    return f"leave {' and '.join(chosen)} unset, {anew}" if chosen else anew


def _same_chance() -> None:
    """Seed the random generator, so that the same recording always gives the same text.

    The model uses random sampling when it retries an uncertain passage.
    """
    import ctranslate2

    ctranslate2.set_random_seed(_SEED)


def _said(terms: tuple[str, ...]) -> str:
    return ", ".join(terms)


def _pieces(segments: Iterable[Any], duration_ms: int, progress: Callable[[float], None]) -> Iterable[Piece]:
    for each in segments:
        end_ms = min(round(each.end * 1000), duration_ms)
        start_ms = min(round(each.start * 1000), end_ms)
        yield Piece(start_ms, end_ms, each.text, each.avg_logprob, each.no_speech_prob)
        progress(each.end)


def _level_dbfs(wave: "npt.NDArray[np.float32]") -> float:
    """Return the mean level in decibels relative to full scale."""
    import numpy as np

    power = float(np.vdot(wave, wave)) / len(wave)
    return 10 * math.log10(power) if power > 0 else _FLOOR_DBFS

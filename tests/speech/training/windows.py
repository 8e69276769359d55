"""The windows that the model hears: sentences of a speaker with pauses and noise, or nobody."""

import random
from typing import NamedTuple

import numpy as np

from tests.speech import grammar
from tests.speech.training.corpus import Corpus, Mel, Sentence
from tests.speech.training.shape import FRAMES_PER_S, MARGIN, MELS, RATE, SEED
from tests.speech.training.speaking import log_mel

_FLOOR = -10.0
_EDGE = MARGIN * FRAMES_PER_S
_NOBODY = 0.05
_LONG_S = 15  # in longer windows there is room for more sentences than one block has
_LEAST_CUT = 30  # a sentence may be cut off only if more frames than this fit


class Said(NamedTuple):
    """A sentence in a window, from frame `start` to frame `end`."""

    start: float
    end: float
    sentence: Sentence


class Window(NamedTuple):
    """One window.

    - `mel`: the log-mel frames, at most as many as the window has.
    - `cut_at`: the frame where a sentence begins that does not fit into the window; None if all fit.
    """

    mel: Mel
    language: str
    said: list[Said]
    cut_at: float | None


class Windows:
    """Draws windows from a corpus. `noisy` is the share of windows with noise."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.noisy = 0.35
        white = log_mel(np.random.default_rng(SEED).standard_normal(RATE * 60).astype(np.float32))
        self._white: Mel = white - white.mean()

    def draw(self, rng: random.Random, seconds: float, many: bool, cut: bool) -> Window:
        """Draw a window. With `many` it can have more than two sentences, with `cut` the last may be cut off."""
        room = int(seconds * FRAMES_PER_S)
        if rng.random() < _NOBODY:
            return Window(_normal(self._nobody(rng, room)), rng.choice(list(grammar.LANGUAGES)), [], None)
        while not (found := self._speech(rng, seconds, many, cut))[1]:
            pass
        mel, said, cut_at = found
        if cut_at is None:
            after = rng.uniform(0, 0.5) if rng.random() < 0.8 else rng.uniform(0, 3)
            mel = mel[: min(room, int(said[-1].end + _EDGE + FRAMES_PER_S * after))]
        if rng.random() < self.noisy:
            mel = _added(mel, self._noise(rng, len(mel)) + mel.max() - rng.uniform(3.0, 6.5))
        louder = rng.uniform(-3.0, 0.3)
        return Window(_normal(mel + louder), said[0].sentence.language, said, cut_at)

    def _speech(
        self, rng: random.Random, seconds: float, many: bool, cut: bool
    ) -> tuple[Mel, list[Said], float | None]:
        order = self._order(rng, many and seconds > _LONG_S)
        wanted = _wanted(rng, len(order), many)
        mel: Mel = np.full((int(seconds * FRAMES_PER_S), MELS), _FLOOR, np.float32)
        said: list[Said] = []
        at = int(
            FRAMES_PER_S * (rng.uniform(0, 0.5) if rng.random() < 0.8 else rng.uniform(0, min(3, seconds / 4)))
        )
        for number in order:
            piece = self.corpus.mel(number)
            left = len(mel) - at
            if len(piece) > left:
                if not said:
                    continue  # a shorter sentence may fit
                if cut and left > _LEAST_CUT:
                    mel[at:] = piece[:left]
                    return mel, said, at + _EDGE
                break
            mel[at : at + len(piece)] = piece
            said.append(Said(at + _EDGE, at + len(piece) - _EDGE, self.corpus.sentences[number]))
            if len(said) >= wanted:
                break
            pause = rng.uniform(0.05, 0.6) if rng.random() < 0.85 else rng.uniform(0.6, 2.0)
            at = min(at + len(piece) + int(FRAMES_PER_S * pause), len(mel))
        return mel, said, None

    def _order(self, rng: random.Random, more: bool) -> list[int]:
        """Return one speaker's sentences in random order.

        With `more`, those of a second speaker follow if both speak the same language.
        """
        speakers = list(self.corpus.speakers.values())
        block = rng.choice(speakers)
        order = rng.sample(block, len(block))
        if more:
            other = rng.choice(speakers)
            if self.corpus.sentences[other[0]].language == self.corpus.sentences[block[0]].language:
                order += rng.sample(other, len(other))
        return order

    def _nobody(self, rng: random.Random, room: int) -> Mel:
        length = rng.randint(50, room) if rng.random() < 0.5 else room
        mel: Mel = np.full((length, MELS), _FLOOR, np.float32)
        sort = rng.random()
        if sort < 0.7:
            mel = _added(mel, self._noise(rng, length) + rng.uniform(-8, 1.5))
        if sort < 0.15:  # with hum or whistle
            band, width = rng.randrange(MELS), rng.randint(1, 3)
            mel[:, band : band + width] += rng.uniform(0.5, 3)
        return mel

    def _noise(self, rng: random.Random, length: int) -> Mel:
        """Return coloured, steady noise with a mean level of 0."""
        at = rng.randrange(len(self._white) - length)
        slope = rng.uniform(-1.5, 0.5) * np.linspace(-1, 1, MELS, dtype=np.float32)
        mel = self._white[at : at + length] + slope
        if rng.random() < 0.3:  # the frequency band of a telephone
            mel[:, rng.randint(54, 62) + 1 :] = -9.0
        return mel


def _wanted(rng: random.Random, known: int, many: bool) -> int:
    if many:
        return rng.randint(2, known) if rng.random() < 0.5 else known
    return 1 if rng.random() < 0.75 else 2


def _added(mel: Mel, noise: Mel) -> Mel:
    """Return the sum of both powers."""
    both: Mel = np.log10(np.power(10, mel) + np.power(10, noise))
    return both


def _normal(mel: Mel) -> Mel:
    """Clamp and scale the values as Whisper does."""
    scaled: Mel = (np.maximum(np.maximum(mel, _FLOOR), mel.max() - 8.0) + 4.0) / 4.0
    return scaled

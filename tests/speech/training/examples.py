"""Training examples: what the model hears, what it must write, and where each part is heard."""

import random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tests.speech.training.corpus import Mel
from tests.speech.training.shape import IGNORED, MELS
from tests.speech.training.vocabulary import (
    END,
    NO_SPEECH,
    NO_STAMPS,
    OTHER,
    PREVIOUS,
    START,
    TRANSCRIBE,
    Vocabulary,
    tag,
)
from tests.speech.training.windows import Window, Windows

UNKNOWN = -1.0
_POSITIONS_PER_S = 50
_MOST_PROMPT = 223  # half of the decoder's positions


class Example(NamedTuple):
    """One training example.

    - `rows`: the decoder's input, as rows of the vocabulary.
    - `labels`: the expected output.
    - `when`: for each label the position of the encoder where it is heard, -2 - n if it is spoken at phoneme n, or
      UNKNOWN.
    """

    mel: Mel
    rows: list[int]
    labels: list[int]
    when: list[float]
    phonemes: list[int]


class Arrays(NamedTuple):
    """Several examples of one length. `sizes` says how many phonemes each has."""

    mel: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    when: npt.NDArray[np.float32]
    phonemes: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]


class Examples:
    """Draws training examples.

    `misled` is the share of words in the decoder's input that are replaced by wrong ones, in half of the examples.
    This teaches the model to listen instead of relying on the words so far.
    """

    def __init__(self, windows: Windows, vocabulary: Vocabulary) -> None:
        self.windows = windows
        self.vocabulary = vocabulary
        self.misled = 0.0

    def draw(self, rng: random.Random, positions: int, many: bool, offset: int) -> Example:
        """Draw an example. `offset` is where its window begins in the tables of positions and timestamps."""
        window = self.windows.draw(rng, positions / _POSITIONS_PER_S, many, cut=many and rng.random() < 0.3)
        mel = np.zeros((2 * positions, MELS), np.float32)  # faster-whisper pads with zeros
        if rng.random() < 0.08:
            mel[:] = window.mel.min()  # others pad with silence
        mel[: len(window.mel)] = window.mel
        stamps = window.cut_at is not None or rng.random() < 0.4
        body, when, phonemes = self._body(window, stamps, offset)
        row = self.vocabulary.row
        told = [] if stamps else [row(NO_STAMPS)]
        rows = [row(START), row(tag(window.language)), row(TRANSCRIBE), *told, *body]
        first = row(tag(window.language)) if window.said else row(NO_SPEECH)
        labels = [first, IGNORED, *(IGNORED for _ in told), *body, row(END)]
        if rng.random() < 0.2:
            rows = [row(PREVIOUS), *self._prompt(rng, window.language)[-_MOST_PROMPT:], *rows]
            labels = [IGNORED] * (len(rows) - len(labels)) + labels
        when = [UNKNOWN] * (len(labels) - len(when) - 1) + when + [UNKNOWN]
        return Example(mel, rows, labels, when, phonemes)

    def _body(self, window: Window, stamps: bool, offset: int) -> tuple[list[int], list[float], list[int]]:
        body: list[int] = []
        when: list[float] = []
        phonemes: list[int] = []

        def add_stamp(frame: float) -> None:
            if stamps:
                body.append(self.vocabulary.stamp(round(frame / 2) + offset))
                when.append(frame / 2)

        if stamps and not window.said:
            return [self.vocabulary.stamp(offset)], [UNKNOWN], []
        for start, end, sentence in window.said:
            spoken = self.vocabulary.spoken(sentence)
            add_stamp(start)
            body += spoken.rows
            when += [-2 - len(phonemes) - place for place in spoken.places]
            phonemes += spoken.phonemes
            add_stamp(end)
        if window.cut_at is not None:
            add_stamp(window.cut_at)
        return body, when, phonemes

    def _prompt(self, rng: random.Random, language: str) -> list[int]:
        """Return an earlier text or hints as a prompt, sometimes with words that the corpus does not have."""
        known = self.windows.corpus
        if rng.random() >= 0.8:
            language = rng.choice(list(known.languages))
        count = rng.randint(1, 3) if rng.random() < 0.8 else rng.randint(3, 12)
        numbers = rng.choices(known.languages.get(language) or range(len(known.sentences)), k=count)
        prompt = [row for number in numbers for row in self.vocabulary.spoken(known.sentences[number]).rows]
        if rng.random() < 0.5:
            prompt.insert(0, self.vocabulary.blank)
        if rng.random() < 0.4:
            for _ in range(rng.randint(1, 10)):
                prompt.insert(rng.randrange(len(prompt) + 1), OTHER)
        return prompt

    def several(self, rng: random.Random, size: int, positions: int, many: float, offset: int = 0) -> Arrays:
        """Draw `size` examples. `many` is the share of windows with many sentences."""
        drawn = [self.draw(rng, positions, rng.random() < many, offset) for _ in range(size)]
        longest = max(len(each.rows) for each in drawn)
        phonemes = [phoneme for each in drawn for phoneme in each.phonemes]
        return Arrays(
            np.stack([each.mel for each in drawn]),
            _filled([self._told(rng, each.rows) for each in drawn], longest, self.vocabulary.row(END)),
            _filled([each.labels for each in drawn], longest, IGNORED),
            np.array([each.when + [UNKNOWN] * (longest - len(each.when)) for each in drawn], np.float32),
            np.array(phonemes, np.int64),
            np.array([len(each.phonemes) for each in drawn], np.int64),
        )

    def _told(self, rng: random.Random, rows: list[int]) -> list[int]:
        if not self.misled or rng.random() >= 0.5:
            return rows
        last = self.vocabulary.last_word
        return [
            rng.randint(1, last) if OTHER < row <= last and rng.random() < self.misled else row for row in rows
        ]


def _filled(lists: list[list[int]], length: int, filler: int) -> npt.NDArray[np.int64]:
    return np.array([each + [filler] * (length - len(each)) for each in lists], np.int64)

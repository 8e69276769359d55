"""The spoken sentences on disk: one array with all frames, and a table of the sentences in it."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

TRAIN, HELD_OUT = "train", "held-out"
Mel: TypeAlias = npt.NDArray[np.floating]


class Sentence(msgspec.Struct, frozen=True):
    """A spoken sentence. `frames` is its length; `phonemes` are grouped by word or syllable."""

    language: str
    text: str
    frames: int
    speaker: int
    phonemes: list[list[str]]


def write(work: Path, name: str, said: Sequence[tuple[Sentence, Mel]]) -> None:
    np.save(work / f"{name}.npy", np.concatenate([mel for _, mel in said]))
    (work / f"{name}.json").write_bytes(msgspec.json.encode([sentence for sentence, _ in said]))


def table(work: Path, name: str) -> list[Sentence]:
    return msgspec.json.decode((work / f"{name}.json").read_bytes(), type=list[Sentence])


class Corpus:
    """The sentences of one corpus, by their numbers."""

    def __init__(self, work: Path, name: str) -> None:
        self.sentences = table(work, name)
        self._frames: Mel = np.load(work / f"{name}.npy")
        self._ends = list(itertools.accumulate(each.frames for each in self.sentences))
        self.speakers: dict[int, list[int]] = {}
        self.languages: dict[str, list[int]] = {}
        for number, each in enumerate(self.sentences):
            self.speakers.setdefault(each.speaker, []).append(number)
            self.languages.setdefault(each.language, []).append(number)

    def mel(self, number: int) -> Mel:
        end = self._ends[number]
        return self._frames[end - self.sentences[number].frames : end].astype(np.float32)

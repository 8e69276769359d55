"""The rows of the model's embedding during training, which are far fewer than Whisper's 51,865.

Row 0, "other", stands for all tokens that the corpus does not use. After it come the tokens that it uses, the
special tokens, and the timestamps.
"""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tokenizers import Encoding, Tokenizer

from tests.speech import grammar
from tests.speech.training import corpus
from tests.speech.training.corpus import Sentence
from tests.speech.training.phonemes import places
from tests.speech.training.shape import STAMPS

OTHER = 0
END, START, TRANSCRIBE = "<|endoftext|>", "<|startoftranscript|>", "<|transcribe|>"
PREVIOUS, NO_SPEECH, NO_STAMPS = "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"
FIRST_STAMP = "<|0.00|>"
_SPECIAL = (END, START, "<|en|>", "<|zh|>", TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_STAMPS)
_BLANK = "Ġ"  # a prompt can begin with it


def tag(language: str) -> str:
    return f"<|{language}|>"


class Spoken(NamedTuple):
    """A sentence as rows, its phonemes, and for each row the number of the phoneme at which it is spoken."""

    rows: list[int]
    phonemes: list[int]
    places: list[float]


class Vocabulary:
    """The rows of the tokens in use.

    `phonemes` maps phonemes to their classes, from 1, because class 0 is CTC's blank.
    """

    def __init__(self, tokenizer: Tokenizer, sentences: Sequence[Sentence]) -> None:
        self.tokenizer = tokenizer
        texts = {(each.language, each.text) for each in sentences}
        texts |= {(language, text) for language in grammar.LANGUAGES for text in grammar.commands(language)}
        words = {token for language, text in texts for token in self._encoded(language, text).ids}
        words.add(self.token(_BLANK))
        self.tokens = [*sorted(words), *map(self.token, _SPECIAL)]
        """The tokens of the rows from 1 up to the first timestamp."""
        self.last_word = len(words)
        self.first_stamp = 1 + len(self.tokens)
        self.size = self.first_stamp + STAMPS
        self._rows = {token: row for row, token in enumerate(self.tokens, start=1)}
        units = {unit for each in sentences for group in each.phonemes for unit in group}
        self.phonemes = {unit: number for number, unit in enumerate(sorted(units), start=1)}
        self._spoken: dict[tuple[str, str], Spoken] = {}

    def token(self, name: str) -> int:
        """Return a token's id in the whole vocabulary. Raises ValueError if the tokenizer does not know it."""
        token = self.tokenizer.token_to_id(name)
        if token is None:
            raise ValueError(f"the tokenizer does not know {name!r}: it is not Whisper's multilingual one")
        return token

    @functools.cache  # noqa: B019 - there is one vocabulary, and few names
    def row(self, name: str) -> int:
        return self._rows[self.token(name)]

    @property
    def blank(self) -> int:
        return self.row(_BLANK)

    def stamp(self, position: int) -> int:
        return self.first_stamp + min(STAMPS - 1, max(0, position))

    def spoken(self, sentence: Sentence) -> Spoken:
        key = sentence.language, sentence.text
        if key not in self._spoken:
            encoded = self._encoded(*key)
            self._spoken[key] = Spoken(
                [self._rows[token] for token in encoded.ids],
                [self.phonemes[unit] for group in sentence.phonemes for unit in group],
                places(sentence.phonemes, _written(*key), encoded.offsets),
            )
        return self._spoken[key]

    def _encoded(self, language: str, text: str) -> Encoding:
        return self.tokenizer.encode(_written(language, text), add_special_tokens=False)


def _written(language: str, text: str) -> str:
    """Return a text as Whisper writes it: with a space before it, except in Chinese."""
    return text if language == "zh" else f" {text}"


def load(work: Path) -> Vocabulary:
    """Return the vocabulary of both corpora in `work`."""
    sentences = [*corpus.table(work, corpus.TRAIN), *corpus.table(work, corpus.HELD_OUT)]
    return Vocabulary(whisper_tokenizer(), sentences)


def whisper_tokenizer() -> Tokenizer:
    """Return Whisper's tokenizer, built from the merges in openai-whisper."""
    import whisper
    from transformers.convert_slow_tokenizer import TikTokenConverter

    encoding = whisper.tokenizer.get_encoding("multilingual")
    merges = Path(whisper.__file__).parent / "assets" / "multilingual.tiktoken"
    specials = sorted(encoding.special_tokens_set, key=encoding.encode_single_token)
    converter = TikTokenConverter(str(merges), encoding._pat_str, extra_special_tokens=specials)
    tokenizer: Tokenizer = converter.converted()
    return tokenizer

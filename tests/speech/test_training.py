"""The parts of the training script that need neither torch nor espeak-ng."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from bot.media.audio import Samples, decode
from tests.bot.speech.recordings import likeness, speech
from tests.speech import grammar
from tests.speech.accuracy import distance, plain
from tests.speech.recordings import MODEL
from tests.speech.training import corpus, windows
from tests.speech.training.corpus import Corpus, Mel, Sentence
from tests.speech.training.examples import UNKNOWN, Examples
from tests.speech.training.lines import kept_apart, line, number
from tests.speech.training.phonemes import parsed, places
from tests.speech.training.shape import IGNORED, MELS, RATE
from tests.speech.training.speaking import AMR_NB, CLEAN, OPUS, Codec, log_mel, sent
from tests.speech.training.vocabulary import END, NO_SPEECH, OTHER, PREVIOUS, START, Vocabulary
from tests.speech.training.windows import Windows

_TONES = [["w", "o", "21"], ["tS;", "j", "Au", "51"], ["l", "i", "21"], ["m", "i", "35", "N"]]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(MODEL / "tokenizer.json"))


@pytest.fixture
def spoken(tmp_path: Path) -> Corpus:
    """A corpus of two speakers. The loudness of each sentence depends on its number, which identifies it."""
    rng, said = random.Random(1), []
    for count in range(12):
        language = "zh" if count < 6 else "en"
        groups = [["a", "55"], ["b"]]
        sentence = Sentence(language, grammar.sentence(rng, language), 100 + count, count // 6, groups)
        mel: Mel = np.full((sentence.frames, MELS), -count / 4, np.float16)
        said.append((sentence, mel))
    corpus.write(tmp_path, corpus.TRAIN, said)
    return Corpus(tmp_path, corpus.TRAIN)


@pytest.fixture
def examples(spoken: Corpus, tokenizer: Tokenizer) -> Examples:
    return Examples(Windows(spoken), Vocabulary(tokenizer, spoken.sentences))


def test_the_measure_itself() -> None:
    assert distance("", "") == 0
    assert distance("我叫李明", "我叫王明") == 1
    assert distance("abc", "") == distance("", "abc") == 3
    assert distance("kitten", "sitting") == 3
    assert plain("I am, 我 OK。") == "iam我ok"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_training_never_hears_what_is_held_out(language: str) -> None:
    rng = random.Random(1)
    trained = {kept_apart(rng, language, held_out=False) for _ in range(2000)}
    held_out = {kept_apart(rng, language, held_out=True) for _ in range(200)}
    assert trained.isdisjoint(held_out)
    assert trained.issuperset(grammar.commands(language))
    assert held_out.isdisjoint(grammar.commands(language))
    assert all("{" not in text and text[-1] in "。.?" for text in trained | held_out)


def test_one_line_in_six_is_a_command_and_some_are_numbers() -> None:
    rng = random.Random(1)
    lines = [line(rng, "en") for _ in range(4000)]
    commands = sum(text in grammar.commands("en") for text in lines) / len(lines)
    numbers = sum(text.startswith("My number is ") for text in lines) / len(lines)
    assert commands == pytest.approx(0.18, abs=0.02)
    assert numbers == pytest.approx(0.82 * 0.1, abs=0.02)
    assert len(number(rng, "en").split()) == 7
    assert len(number(rng, "zh")) == len("我的编号是三五七二。")


def test_phonemes_as_espeak_writes_them() -> None:
    """Notation as written by espeak-ng 1.51 for 我叫李明, Python做表, and "I am Grace"."""
    assert parsed("w_'o21__| tS;_j_'Au51__| l_'i21__| m_'i35_N__|\n", "zh") == _TONES
    switched = parsed("(en)_p_aI11_T_@11_n_(cmn)__| ts_'uo51__| p_j_'Au214__|\n", "zh")
    assert switched == [["p", "aI", "11", "T", "@", "11", "n"], ["ts", "uo", "51"], ["p", "j", "Au", "214"]]
    assert parsed("aI_a#_m g_r_'eI_s\n", "en") == [["aI", "a#", "m"], ["g", "r", "eI", "s"]]
    assert parsed("\n", "en") == []


def test_a_token_is_spoken_in_the_middle_of_its_word() -> None:
    one_each = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    # a full stop is placed with what comes before it
    assert places(_TONES, "我叫李明。", one_each) == [1.0, 4.5, 8.0, 11.5, 13.0]
    parts = [(0, 4), (4, 7), (7, 9), (9, 10)]  # " the", " ca", "ts", "."
    assert places([["D", "@"], ["k", "a", "t"]], " the cats.", parts) == [0.5, 3.0, 3.0, 4.0]


def test_tokens_are_spread_evenly_where_words_do_not_match() -> None:
    assert places([["aI", "a#", "m"], ["h"]], " I am here", [(0, 2), (2, 5), (5, 10), (5, 10)]) == [0, 1, 2, 3]
    assert places([["a"], ["b"]], "ab", [(0, 1), (1, 2), (1, 2), (1, 2)]) == [0, 0.25, 0.75, 1]


def test_log_mel_is_what_the_model_will_hear() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor  # type: ignore[import-untyped]

    said = speech()
    expected = FeatureExtractor()(said, padding=0).T
    assert windows._normal(log_mel(said)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("codec", [CLEAN, OPUS, AMR_NB, Codec("wav", "pcm_s16le", 8_000)])
def test_codecs_keep_the_speech_where_it_is(codec: Codec) -> None:
    said: Samples = speech()
    like, late_s = likeness(decode(sent(said, codec), most_s=60), said)
    assert like > 0.8
    assert abs(late_s) < 0.02


def test_rows_stand_for_tokens(tokenizer: Tokenizer, spoken: Corpus) -> None:
    words = Vocabulary(tokenizer, spoken.sentences)
    assert words.size == 1 + len(words.tokens) + 1501
    assert len(set(words.tokens)) == len(words.tokens)
    assert set(words.phonemes.values()) == {1, 2, 3}
    for each in spoken.sentences:
        rows, phonemes, where = words.spoken(each)
        assert tokenizer.decode([words.tokens[row - 1] for row in rows]).strip() == each.text
        assert all(OTHER < row <= words.last_word for row in rows)
        assert len(where) == len(rows)
        assert all(0 <= place < len(phonemes) for place in where)
    assert words.stamp(-3) == words.first_stamp
    assert words.stamp(9999) == words.size - 1


def test_windows_hold_what_they_say(spoken: Corpus) -> None:
    drawn, rng = Windows(spoken), random.Random(2)
    drawn.noisy = 0
    silent = cut = 0
    for _ in range(300):
        mel, language, said, cut_at = drawn.draw(rng, 5.0, many=True, cut=True)
        assert len(mel) <= 500
        assert mel.max() - mel.min() <= 2.0 + 1e-5
        silent += not said
        cut += cut_at is not None
        ends = [0.0, *(each.end for each in said)]
        starts = [*(each.start for each in said), len(mel)]
        assert all(end < start for end, start in zip(ends, starts, strict=True))
        assert {each.sentence.language for each in said} <= {language}
        middles = [(int((each.start + each.end) / 2), spoken.sentences.index(each.sentence)) for each in said]
        levels = [mel[at].max() + number / 16 for at, number in middles]
        assert levels == pytest.approx(levels[:1] * len(said), abs=1e-4)  # each has the level that it should have
    assert 5 <= silent <= 35
    assert cut > 50


def test_examples_are_whole(examples: Examples) -> None:
    words, rng = examples.vocabulary, random.Random(3)
    end, start, nobody = words.row(END), words.row(START), words.row(NO_SPEECH)
    prompted = 0
    for _ in range(300):
        mel, rows, labels, when, phonemes = examples.draw(rng, 250, many=False, offset=100)
        assert mel.shape == (500, MELS)
        assert len(rows) == len(labels) == len(when)
        at = rows.index(start)
        prompted += at > 0
        assert (rows[0] == words.row(PREVIOUS)) == (at > 0)
        assert set(labels[:at]) <= {IGNORED}
        assert (labels[at] == nobody) == (not phonemes)
        assert labels[-1] == end
        assert [label for label in labels[at + 2 : -1] if label != IGNORED] == [
            row for row in rows[at + 3 :] if row != words.row("<|notimestamps|>")
        ]
        for label, place in zip(labels, when, strict=True):
            if label >= words.first_stamp and place != UNKNOWN:  # two frames are one position and one timestamp
                assert label - words.first_stamp == pytest.approx(place + 100, abs=0.51)
            if 0 < label <= words.last_word:
                assert 0 <= -2 - place <= len(phonemes) - 1
    assert 30 <= prompted <= 90


def test_examples_of_different_lengths_stand_side_by_side(examples: Examples) -> None:
    examples.misled = 0.5
    arrays = examples.several(random.Random(4), 16, 250, 0.5)
    assert arrays.mel.shape == (16, 500, MELS)
    assert arrays.rows.shape == arrays.labels.shape == arrays.when.shape
    assert arrays.sizes.sum() == len(arrays.phonemes)
    told = (arrays.labels[:, :-1] > 0) & (arrays.labels[:, :-1] <= examples.vocabulary.last_word)
    misled = (arrays.labels[:, :-1] != arrays.rows[:, 1:]) & told
    assert 0.1 < misled.sum() / told.sum() < 0.4


def test_speaking_and_evaluating_do_without_torch() -> None:
    """The test suite itself does not install torch."""
    modules = "speaking, evaluating, examples, __main__"
    code = f"import sys\nfrom tests.speech.training import {modules}\nassert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], timeout=120)


def test_a_second_of_silence_has_a_hundred_frames() -> None:
    assert log_mel(np.zeros(RATE, np.float32)).shape == (100, MELS)

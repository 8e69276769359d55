"""How much of what is said is recognised correctly: undamaged, as sent by Telegram, and as sent by WeChat.

The sentences have no numbers and many voices. Errors are counted in characters, without punctuation.
"""

import io
from collections.abc import Callable

import av
import pytest
from av.audio.stream import AudioStream

from bot.media.audio import decode
from bot.speech.whisper import OPTIONS, Ear, Heard, ModelOptions
from tests.bot.speech.recordings import speech_in
from tests.speech.recordings import MODEL, sentence, sentences

MOST_WRONG = 0.05


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear(ModelOptions("miniature", MODEL, "cpu", "int8", 1))


def as_is(data: bytes) -> bytes:
    return data


def as_opus(data: bytes) -> bytes:
    return encoded(data, "ogg", "libopus", 48_000, 16_000)


def as_amr(data: bytes) -> bytes:
    return encoded(data, "amr", "libopencore_amrnb", 8_000, 12_200)


@pytest.mark.parametrize("sent", [as_is, as_opus, as_amr])
def test_at_most_one_character_in_twenty_is_wrong(ear: Ear, sent: Callable[[bytes], bytes]) -> None:
    said = sentences()
    assert len(said) >= 60
    wrong = in_all = 0
    for each in said:
        assert each.language
        speech = speech_in(sent(sentence(each.file)), each.language)
        result = ear.hear(speech, lambda _: None, lambda _: None)
        text = result.text if isinstance(result, Heard) else ""
        wrong += distance(plain(text), plain(each.text))
        in_all += len(plain(each.text))
    print(f"{sent.__name__}: {wrong} of {in_all} characters wrong, {wrong / in_all:.2%}")
    assert wrong / in_all <= MOST_WRONG


def test_the_guards_change_nothing_that_is_right(ear: Ear) -> None:
    """Without our checks, the library recognises the same text in the same recordings."""
    for each in sentences()[::6]:
        assert each.language
        recording = sentence(each.file)
        segments, _ = ear._model.transcribe(decode(recording, most_s=60), language=each.language, **OPTIONS)
        result = ear.hear(speech_in(recording, each.language), lambda _: None, lambda _: None)
        assert result.text == "".join(piece.text for piece in segments).strip()


def encoded(data: bytes, form: str, codec: str, rate: int, bits_per_s: int) -> bytes:
    """Return the same speech in another format."""
    written = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as source, av.open(written, "w", format=form) as target:
        stream = target.add_stream(codec, rate=rate, layout="mono", bit_rate=bits_per_s)
        assert isinstance(stream, AudioStream)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return written.getvalue()


def plain(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())


def distance(one: str, other: str) -> int:
    """Return how many characters must be changed, added or removed (Levenshtein distance)."""
    row = list(range(len(other) + 1))
    for number, each in enumerate(one, start=1):
        last, row[0] = row[0], number
        for place, letter in enumerate(other, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (each != letter))
    return row[-1]


def test_the_measure_itself() -> None:
    assert distance("", "") == 0
    assert distance("我叫李明", "我叫王明") == 1
    assert distance("abc", "") == distance("", "abc") == 3
    assert distance("kitten", "sitting") == 3
    assert plain("I am, 我 OK。") == "iam我ok"

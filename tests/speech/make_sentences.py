"""Speak the sentences of `sentences/` with espeak-ng: `python -m tests.speech.make_sentences`.

None of the sentences is heard by the model in training, and none has numbers, which it confuses. The voices,
speeds and pitches are of the kind it was trained on. Files are 16 kHz mono FLAC, because the model hears no more
than that.
"""

import io
import json
import random
import subprocess
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from tests.speech import grammar

SEED = 20261124
EACH = 36
RATE = 16_000
FOLDER = Path(__file__).parent / "sentences"
_ZH_NUMBERS = set("零一二两三四五六七八九十")
_EN_NUMBERS = {*grammar.LANGUAGES["en"].slots["d"], "ten"}
_VOICES = {"zh": ["cmn-latn-pinyin"], "en": ["en-us", "en-gb"]}
_VARIANTS = ["", *(f"+m{number}" for number in range(1, 9)), *(f"+f{number}" for number in range(1, 6))]
_SPEEDS = {"zh": (150, 270), "en": (135, 220)}
_PITCHES = (25, 75)
_LOUDNESS = (60, 130)
_SILENCE_S = 0.25


def has_number(text: str, language: str) -> bool:
    if language == "zh":
        return not _ZH_NUMBERS.isdisjoint(text)
    return not _EN_NUMBERS.isdisjoint(text.lower().rstrip(".?").replace(",", "").split())


def texts(rng: random.Random, language: str) -> list[str]:
    """Return EACH different sentences. If there are fewer, they are repeated, to be spoken by other voices."""
    found = {
        text for text in (grammar.sentence(rng, language) for _ in range(40_000)) if grammar.is_held_out(text)
    }
    known = sorted(text for text in found if not has_number(text, language))
    rng.shuffle(known)
    return [known[number % len(known)] for number in range(EACH)]


def speak(rng: random.Random, text: str, language: str) -> npt.NDArray[np.int16]:
    """Speak the text with a random voice, with a moment of silence before and after."""
    voice = rng.choice(_VOICES[language]) + rng.choice(_VARIANTS)
    speed, pitch, loudness = (str(rng.randint(*each)) for each in (_SPEEDS[language], _PITCHES, _LOUDNESS))
    command = ["espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-a", loudness, "--stdout", text]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(said)) as spoken:  # the length in its header is wrong
        rate = spoken.getframerate()
    samples = np.frombuffer(said[44:], "<i2")
    loud = np.nonzero(np.abs(samples) > 130)[0]
    silence = np.zeros(int(rate * _SILENCE_S), np.int16)
    return resampled(np.concatenate([silence, samples[loud[0] : loud[-1] + 1], silence]), rate)


def resampled(samples: npt.NDArray[np.int16], rate: int) -> npt.NDArray[np.int16]:
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pieces = [each.to_ndarray()[0] for each in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(pieces)


def write_flac(path: Path, samples: npt.NDArray[np.int16]) -> None:
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rng, table = random.Random(SEED), []
    for language in ("zh", "en"):
        for number, text in enumerate(texts(rng, language), start=1):
            name = f"{language}-{number:02}.flac"
            write_flac(FOLDER / name, speak(rng, text, language))
            table.append({"file": name, "language": language, "text": text})
    written = json.dumps(table, ensure_ascii=False, indent=1)
    (FOLDER / "sentences.json").write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

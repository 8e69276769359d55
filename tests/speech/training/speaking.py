"""Speaking the corpus with espeak-ng, encoding it with messengers' codecs, and storing it as log-mel."""

import multiprocessing
import random
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.media.audio import Samples, decode
from tests.bot.speech.recordings import encoded, pcm
from tests.speech.make_sentences import resampled
from tests.speech.training import corpus
from tests.speech.training.amr_wb import amr_wb
from tests.speech.training.corpus import Mel, Sentence
from tests.speech.training.lines import kept_apart
from tests.speech.training.phonemes import phonemes
from tests.speech.training.shape import MARGIN, MELS, RATE, SEED

HELD_OUT_SPEAKERS = 40
SENTENCES = 12
_CHINESE = 0.58
_ESPEAK_RATE = 22_050
_ESPEAK_HEADER_BYTES = 44
_QUIET = 130
_WAIT_S = 0.2
_MOST_S = 600.0
# Not "cmn": with it, espeak-ng 1.51 reads the pinyin of most characters as English letters and digits.
_VOICES = {"zh": ["cmn-latn-pinyin"], "en": ["en-us", "en-gb"]}
_VARIANTS = ["", "", *(f"+m{number}" for number in range(1, 9)), *(f"+f{number}" for number in range(1, 6))]
_SPEEDS = {"zh": (150, 270), "en": (135, 220)}
_PITCHES = (25, 75)


class Codec(NamedTuple):
    container: str
    name: str
    rate: int
    bits_per_s: str = ""


CLEAN = Codec("wav", "pcm_s16le", RATE)
OPUS = Codec("ogg", "libopus", RATE, "16000")
AMR_NB = Codec("amr", "libopencore_amrnb", 8_000, "12200")
_CODECS = {
    CLEAN: 30,
    OPUS: 20,
    **{OPUS._replace(bits_per_s=bits): weight for bits, weight in (("12000", 5), ("24000", 10), ("32000", 5))},
    **{AMR_NB._replace(bits_per_s=bits): weight for bits, weight in (("12200", 6), ("7950", 4), ("6700", 3))},
    Codec("amr", "amr_wb", RATE, "12650"): 5,
    Codec("amr", "amr_wb", RATE, "23850"): 3,
    Codec("wav", "pcm_s16le", 8_000): 9,
}


class Voice(NamedTuple):
    name: str
    speed: int
    pitch: int

    def say(self, text: str) -> npt.NDArray[np.int16]:
        """Speak a text. Returns samples at espeak-ng's rate, without the silence at both ends."""
        options = ["-v", self.name, "-s", str(self.speed), "-p", str(self.pitch)]
        said = subprocess.run(["espeak-ng", *options, "--stdout", text], capture_output=True, check=True).stdout
        samples = np.frombuffer(said[_ESPEAK_HEADER_BYTES:], "<i2")
        loud = np.nonzero(np.abs(samples) > _QUIET)[0]
        return samples[loud[0] : loud[-1] + 1]


def voice(rng: random.Random, language: str) -> Voice:
    name = rng.choice(_VOICES[language]) + rng.choice(_VARIANTS)
    return Voice(name, rng.randint(*_SPEEDS[language]), rng.randint(*_PITCHES))


def sent(samples: Samples, codec: Codec) -> bytes:
    """Encode 16 kHz samples as a file with this codec."""
    sides = pcm(samples, codec.rate)
    if codec.name == "amr_wb":
        return amr_wb(sides[0], codec.bits_per_s)
    options = {"b": codec.bits_per_s} if codec.bits_per_s else {}
    if codec.name == "libopus":
        options["application"] = "voip"
    return encoded(sides, codec.rate, codec.container, codec.name, options)


def scaled(samples: npt.NDArray[np.int16]) -> Samples:
    """Scale 16-bit samples to the range from -1 to 1."""
    result: Samples = np.multiply(samples, 1 / 32768, dtype=np.float32)
    return result


def log_mel(samples: Samples) -> Mel:
    """Return log10 of the power, of shape [frames, 80].

    It is computed as in faster-whisper, but without its clamp and scale.
    """
    from faster_whisper.feature_extractor import FeatureExtractor  # type: ignore[import-untyped]

    window = np.hanning(401)[:-1].astype(np.float32)
    spectrum = FeatureExtractor.stft(samples, 400, 160, window=window, return_complex=True)[:, :-1]
    filters = FeatureExtractor.get_mel_filters(RATE, 400, MELS).astype(np.float32)
    power = filters @ np.square(np.abs(spectrum))
    mel: Mel = np.log10(np.maximum(power, 1e-10)).T
    return mel.astype(np.float32)


def _speaker(job: tuple[int, bool]) -> list[tuple[Sentence, Mel]]:
    """Let one voice speak several sentences through one codec."""
    number, held_out = job
    rng = random.Random(SEED * 1000 + number * 2 + held_out)
    language = "zh" if rng.random() < _CHINESE else "en"
    speaker = voice(rng, language)
    codec = rng.choices(list(_CODECS), list(_CODECS.values()))[0]
    texts = [kept_apart(rng, language, held_out) for _ in range(SENTENCES)]
    pieces, spans, at = [np.zeros(int(_ESPEAK_RATE * _WAIT_S), np.int16)], [], _WAIT_S
    for text in texts:
        said = (speaker.say(text) * rng.uniform(0.6, 1.0)).astype(np.int16)
        pause = np.zeros(int(_ESPEAK_RATE * rng.uniform(0.25, 0.4)), np.int16)
        spans.append((at, at + len(said) / _ESPEAK_RATE))
        pieces += [said, pause]
        at += (len(said) + len(pause)) / _ESPEAK_RATE
    spoken = scaled(resampled(np.concatenate(pieces), _ESPEAK_RATE))
    heard = decode(sent(spoken, codec), most_s=_MOST_S)
    mels = [log_mel(heard[int((start - MARGIN) * RATE) : int((end + MARGIN) * RATE)]) for start, end in spans]
    return [
        (Sentence(language, text, len(mel), number, phonemes(text, language)), mel)
        for text, mel in zip(texts, mels, strict=True)
    ]


def speak(work: Path, speakers: int, processes: int) -> None:
    """Write both corpora into `work`."""
    for name, held_out, count in ((corpus.HELD_OUT, True, HELD_OUT_SPEAKERS), (corpus.TRAIN, False, speakers)):
        started, said = time.monotonic(), []
        with multiprocessing.Pool(processes) as pool:
            jobs = [(number, held_out) for number in range(count)]
            for number, block in enumerate(pool.imap(_speaker, jobs, chunksize=4), start=1):
                said += [(sentence, mel.astype(np.float16)) for sentence, mel in block]
                if number % 100 == 0 or number == count:
                    print(f"{name}: {number} of {count} speakers, {time.monotonic() - started:.0f} s", flush=True)
        corpus.write(work, name, said)

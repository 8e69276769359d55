"""What the pinned versions of the libraries must still be able to do together."""

import io
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import av
import numpy as np
import pytest
from faster_whisper import decode_audio  # type: ignore[import-untyped,unused-ignore]

from bot.media.audio import RATE, decode
from tests.bot.speech.recordings import sample

_PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_faster_whisper_can_still_open_files_with_the_installed_av() -> None:
    """av 19 removed an argument of `av.open` that faster-whisper 1.2 passes, so every file would fail there."""
    recording = sample("zh-opus-telegram.ogg")
    heard = decode_audio(io.BytesIO(recording))
    assert isinstance(heard, np.ndarray)
    assert len(heard) == pytest.approx(2.398 * RATE, abs=10)
    np.testing.assert_allclose(decode(recording, most_s=60), heard, atol=1e-4)


def test_av_is_kept_below_the_version_that_breaks_faster_whisper() -> None:
    wanted = tomllib.loads(_PROJECT.read_text())["project"]["dependencies"]
    (bounds,) = [line for line in wanted if re.match(r"av\b", line)]
    assert "<19" in bounds
    assert int(version("av").partition(".")[0]) < 19
    assert av.__version__ == version("av")

"""Make `formats/`: recordings in formats that the project's libraries can read but not write.

Needs ffmpeg with libspeex and libvorbis. Run from the project's root: `python -m tests.speech.make_formats`.
"""

import subprocess
import sys

import numpy as np

from tests.bot.speech.recordings import SPEECH, encoded, pcm, speech

FOLDER = SPEECH / "formats"
PAUSE_S = 2


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, codec, rate in (
        ("speex-nb.ogg", "libspeex", 8_000),
        ("speex-wb.ogg", "libspeex", 16_000),
        ("vorbis.ogg", "libvorbis", 22_050),
        ("flac.ogg", "flac", 8_000),
    ):
        said = str(SPEECH / "samples" / "en-opus-telegram.ogg")
        how = ["-ar", str(rate), "-c:a", codec, "-bitexact", str(FOLDER / name)]
        subprocess.run(["ffmpeg", "-y", "-i", said, *how], check=True, stderr=subprocess.DEVNULL)
    once = pcm(speech(), 8_000)
    twice = np.concatenate([once, np.zeros((1, PAUSE_S * 8_000), np.int16), once], axis=1)
    (FOLDER / "dtx.amr").write_bytes(encoded(twice, 8_000, "amr", "libopencore_amrnb", {"dtx": "1"}))
    sys.stdout.write("".join(f"{path.name} {path.stat().st_size}\n" for path in sorted(FOLDER.iterdir())))


if __name__ == "__main__":
    main()

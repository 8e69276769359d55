"""A process that has recognised speech leaves no semaphores behind when it ends, and prints no warnings."""

import subprocess
import sys
from pathlib import Path

import bot
from tests.speech.recordings import MODEL

_ROOT = Path(bot.__file__).parents[1]
_HEARS = """
import asyncio, sys
from pathlib import Path
from bot.speech.recognizer_process import RecognizerProcess
from bot.speech.whisper import Task
from tests.speech.recordings import sample

async def main(model):
    recognizer = RecognizerProcess(model, Path("."))
    heard = await recognizer.hear(Task(sample("zh-opus-telegram.ogg"), "zh", ()), lambda _: None)
    await recognizer.close()
    return heard.text

if __name__ == "__main__":
    text = asyncio.run(main(sys.argv[1]))
    sys.exit(not text)
"""


def test_the_child_that_is_ended_leaves_no_semaphore(tmp_path: Path) -> None:
    script = tmp_path / "hears.py"
    script.write_text(_HEARS)
    done = subprocess.run(
        [sys.executable, str(script), str(MODEL)],
        env={"PYTHONPATH": str(_ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")

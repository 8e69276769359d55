"""The Chromium of this machine, and how it is started."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def found() -> str | None:
    """The program, if there is one."""
    return next((program for name in _NAMES if (program := shutil.which(name))), None)


def launch(playwright: Playwright, program: str, *more: str) -> Browser:
    return playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *more])


def hearing(sound: Path) -> tuple[str, ...]:
    """The arguments with which the microphone is this WAV file, again and again; a context says who may use it."""
    return "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={sound}"

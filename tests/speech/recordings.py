"""The recordings in this folder, with what is said in them."""

from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent
MODEL = FOLDER / "model"


class Recording(msgspec.Struct, frozen=True):
    """A recording. `language` is None if nobody speaks."""

    file: str
    language: str | None
    text: str


def samples() -> list[Recording]:
    """Return recordings as platforms send them, and some others that they may send."""
    return _listed(FOLDER / "samples" / "samples.json")


def sentences() -> list[Recording]:
    """Return recordings of single sentences without numbers, by many voices, undamaged."""
    return _listed(FOLDER / "sentences" / "sentences.json")


def sample(name: str) -> bytes:
    return (FOLDER / "samples" / name).read_bytes()


def sentence(name: str) -> bytes:
    return (FOLDER / "sentences" / name).read_bytes()


def _listed(path: Path) -> list[Recording]:
    return msgspec.json.decode(path.read_bytes(), type=list[Recording])

"""The recordings of this folder, with what is said in them."""

from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent
MODEL = FOLDER / "model"


class Recording(msgspec.Struct, frozen=True):
    """`language` None: nobody speaks."""

    file: str
    language: str | None
    text: str


def samples() -> list[Recording]:
    """As platforms send them, and what they may send besides."""
    return _listed(FOLDER / "samples" / "samples.json")


def sentences() -> list[Recording]:
    """Single sentences without numbers, by many voices, undamaged."""
    return _listed(FOLDER / "sentences" / "sentences.json")


def sample(name: str) -> bytes:
    return (FOLDER / "samples" / name).read_bytes()


def sentence(name: str) -> bytes:
    return (FOLDER / "sentences" / name).read_bytes()


def _listed(path: Path) -> list[Recording]:
    return msgspec.json.decode(path.read_bytes(), type=list[Recording])

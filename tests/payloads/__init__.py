"""What platforms send, as files; each folder's README.md names the sources."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def names(channel: str, form: str = "json") -> list[str]:
    return sorted(path.stem for path in (_HERE / channel).glob(f"*.{form}"))


def raw(channel: str, name: str, form: str = "json") -> bytes:
    return (_HERE / channel / f"{name}.{form}").read_bytes()


def payload(channel: str, name: str) -> dict[str, Any]:
    return dict(json.loads(raw(channel, name)))


def listed(channel: str, name: str) -> list[dict[str, Any]]:
    """A file that holds several."""
    return list(json.loads(raw(channel, name)))

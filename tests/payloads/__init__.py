"""What platforms send, as files; each folder's README.md names the sources."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def names(channel: str) -> list[str]:
    return sorted(path.stem for path in (_HERE / channel).glob("*.json"))


def raw(channel: str, name: str) -> bytes:
    return (_HERE / channel / f"{name}.json").read_bytes()


def payload(channel: str, name: str) -> dict[str, Any]:
    return dict(json.loads(raw(channel, name)))

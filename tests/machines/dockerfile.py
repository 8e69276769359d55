"""Reads a Dockerfile, as far as ours goes."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

_CONTINUED = re.compile(r"\\\n(?:\s*#.*\n)*")


class NotUnderstood(Exception):
    """The Dockerfile has an instruction, or a form of one, that is not known here."""


@dataclass(frozen=True)
class Copied:
    """`COPY`: the sources, from the context or from the stage `stage`, to `target`, owned by `owner`."""

    sources: tuple[str, ...]
    target: str
    stage: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Step:
    """What is done in a stage: a shell command, or a copy, with the folder, the user and the variables of then."""

    does: str | Copied
    folder: str
    user: str
    environment: dict[str, str]


@dataclass
class Stage:
    """A stage: the image that it begins with, its steps, and how the result is started."""

    image: str
    name: str
    steps: list[Step] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()


def read(path: Path) -> list[Stage]:
    """Return the stages of a Dockerfile. Raises NotUnderstood."""
    text = _CONTINUED.sub(" ", path.read_text(encoding="utf-8"))
    stages: list[Stage] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            image, _, stage = rest.partition(" AS ")
            stages.append(Stage(image, stage))
        elif not stages:
            raise NotUnderstood(line)
        else:
            _instruction(stages[-1], name, rest.strip())
    return stages


def _instruction(stage: Stage, name: str, rest: str) -> None:
    match name:
        case "RUN" | "COPY":
            does = rest if name == "RUN" else _copied(rest)
            stage.steps.append(Step(does, stage.folder, stage.user, dict(stage.environment)))
        case "ENV":
            stage.environment |= _variables(rest)
        case "WORKDIR":
            stage.folder = rest
        case "USER":
            stage.user = rest
        case "ENTRYPOINT":
            stage.entrypoint = _list(rest)
        case "CMD":
            stage.command = _list(rest)
        case "VOLUME":
            stage.volumes = (*stage.volumes, *rest.split())
        case "HEALTHCHECK":
            stage.health = _list(rest.partition("CMD ")[2])
        case "EXPOSE" | "STOPSIGNAL" | "LABEL":
            pass
        case _:
            raise NotUnderstood(f"{name} {rest}")


def _copied(rest: str) -> Copied:
    words = shlex.split(rest)
    options = {
        key: value for key, _, value in (word[2:].partition("=") for word in words if word.startswith("--"))
    }
    if options.keys() - {"from", "chown"}:
        raise NotUnderstood(f"COPY {rest}")
    *sources, target = [word for word in words if not word.startswith("--")]
    return Copied(tuple(sources), target, options.get("from", ""), options.get("chown", ""))


def _variables(rest: str) -> dict[str, str]:
    words = shlex.split(rest)
    if not all("=" in word for word in words):
        raise NotUnderstood(f"ENV {rest}")
    return {key: value for key, _, value in (word.partition("=") for word in words)}


def _list(rest: str) -> tuple[str, ...]:
    try:
        return tuple(json.loads(rest))
    except ValueError:
        raise NotUnderstood(rest) from None

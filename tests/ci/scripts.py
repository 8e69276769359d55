"""Loads the scripts of `.ci`, which is no package."""

import importlib.util
from pathlib import Path
from types import ModuleType

import bot

_FOLDER = Path(bot.__file__).parents[1] / ".ci"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"ci_{name}", _FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

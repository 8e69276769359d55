"""The setting of traces, and whether the library that records them is installed. Does not load the library."""

from importlib.util import find_spec
from typing import Annotated, Literal

from pydantic import AfterValidator

INSTALL = "pip install 'xumian[tracing]'"
_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def _with_library(value: str) -> str:
    if value != "off" and not all(map(_is_installed, _NEEDED)):
        raise ValueError(f"traces need a library that is not installed: {INSTALL}")
    return value


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False


Traces = Annotated[Literal["off", "otlp"], AfterValidator(_with_library)]

"""The setting of the endpoint, and whether the library that asks it is installed. Does not load the library."""

from importlib.util import find_spec
from typing import Annotated

from pydantic import AfterValidator

from bot.channels.platform import WebAddress

INSTALL = "pip install 'xumian[assessor]'"


def _with_library(value: str) -> str:
    if find_spec("openai") is None:
        raise ValueError(f"the assistant needs a library that is not installed: {INSTALL}")
    return value


EndpointAddress = Annotated[WebAddress, AfterValidator(_with_library)]
"""The address of an OpenAI-compatible endpoint."""

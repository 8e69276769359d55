"""Types of settings, which say what a right value is."""

import sysconfig
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone of the IANA list") from None
    return value


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone in the IANA list."""


SCRIPTS_DIR = Path("interviews")


def example_scripts() -> Path:
    """Return the folder with the example scripts that come along with a wheel."""
    return Path(sysconfig.get_path("data")) / "share" / "xumian" / "interviews"


def _or_the_examples(value: Path) -> Path:
    there_are_none = value == SCRIPTS_DIR and not value.exists()
    return example_scripts() if there_are_none and example_scripts().is_dir() else value


ScriptsFolder = Annotated[
    Path,
    AfterValidator(_or_the_examples),
    Field(
        description="interview scripts; if it is unset and there is no such folder, the examples that came along",
        examples=["./interviews"],
    ),
]
"""A folder with interview scripts."""

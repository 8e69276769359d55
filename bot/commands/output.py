"""What the terminal can show, and in which language to write to it."""

import io
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_SAMPLE = "中"
ASCII_NOTE = (
    "this terminal cannot show all characters; those it cannot show appear as ?. To see all, use a terminal with "
    "UTF-8, with LC_ALL=C.UTF-8 and PYTHONIOENCODING=utf-8"
)


@cache
def stdout() -> "Console":
    """Return what formats the output of commands. It is slow to import, and many commands do without."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def remark(text: str) -> None:
    """Say something to the person at the terminal, on standard error: standard output is for programs."""
    print(f"xumian: {text}", file=sys.stderr)  # noqa: T201 - the one place that does so


def shows_everything() -> bool:
    """Return whether standard output takes all characters."""
    try:
        _SAMPLE.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def tolerate(errors: str) -> None:
    """Replace what the terminal cannot show instead of failing. `errors`: as for `io.TextIOWrapper`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=errors)


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the terminal's language, `zh` or `en`."""
    settings = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((each for each in settings if each), "")
    return "zh" if chosen.lower().startswith("zh") and shows_everything() else "en"

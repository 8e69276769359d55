"""The names of all settings, and those in the environment that are none."""

import difflib
import os
from collections.abc import Mapping

from dotenv import dotenv_values

from bot.channels.platform import PREFIX
from bot.settings import KINDS, env_file_unreadable, name_of


def known_names() -> list[str]:
    """Return the environment variables of all settings."""
    return list(dict.fromkeys(name_of(kind, field) for kind in KINDS for field in kind.model_fields))


def unknown_names(environment: Mapping[str, str | None] | None = None) -> list[str]:
    """Return a line for each XUMIAN_ variable that is not a setting, with the name that was perhaps meant."""
    if environment is None:
        try:
            environment = {**dotenv_values(".env"), **os.environ}
        except UnicodeDecodeError:
            raise env_file_unreadable() from None
    known = known_names()
    lines = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(f"{PREFIX}TEST_"):
            near = difflib.get_close_matches(name, known, 1, 0.8)
            hint = f"did you mean {near[0]}?" if near else "this version does not use it"
            lines.append(f"{name} is set: {hint}")
    return lines

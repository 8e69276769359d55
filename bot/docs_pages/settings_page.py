"""Generate docs/settings.md from the settings themselves. Used by `make docs`."""

import sys
from collections.abc import Iterator

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from bot.channels import CHANNELS
from bot.channels.platform import ChannelSettings
from bot.settings import Settings, name_of

_HEAD = (
    "# Settings\n\n"
    "Environment variables, or the same names in a file `.env` in the folder where the command is started. "
    "An empty value counts as unset, so the one in `.env` applies if there is one. A wrong value stops the start "
    "and says which, what is wrong, and how a right one looks. Secrets never appear in logs or errors. A name "
    "with the prefix `XUMIAN_` that means nothing gets a warning at the start, with the name that was perhaps "
    "meant.\n\n"
    "This page is made from the code: change the descriptions there, then run `make docs`.\n"
)
_TABLE = "| name | default | |\n| --- | --- | --- |"


def page() -> str:
    """Return the whole page, as Markdown."""
    parts = [_HEAD, _TABLE, *_rows(Settings)]
    shown: set[str] = set()
    for kind in CHANNELS:
        rows = [each for each in _rows(kind) if each not in shown]
        shown.update(rows)
        places = [f"\nFor notices (`XUMIAN_NOTIFY`): {kind.place_form}."] if kind.place_form else []
        if rows:
            parts += [f"\n## {kind.title}\n", _TABLE, *rows]
        parts += places
    return "\n".join(parts) + "\n"


def _rows(kind: type[BaseSettings] | type[ChannelSettings]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        yield f"| `{name_of(kind, name)}` | {_default(field)} | {field.description} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == () or isinstance(value, SecretStr):
        return "unset"
    return f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(page())

"""Generate the page of settings, in both languages, from the settings themselves. Used by `make docs`."""

from collections.abc import Iterator

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from bot.channels import CHANNELS
from bot.channels.platform import ChannelSettings
from bot.docs_pages.chinese import in_language, paragraphs
from bot.docs_pages.pages import write
from bot.settings import Settings, name_of

_HEAD = (
    "Environment variables, or the same names in a file `.env` in the folder where the command is started. "
    "An empty value counts as unset, so the one in `.env` applies if there is one. A wrong value stops the start "
    "and says which, what is wrong, and how a right one looks. Secrets never appear in logs or errors. A name "
    "with the prefix `XUMIAN_` that means nothing gets a warning at the start, with the name that was perhaps "
    "meant.\n\n"
    "This page is made from the code: change the descriptions there, then run `make docs`."
)
_HEADS = ("name", "default")
_NOTICES = "For notices (`XUMIAN_NOTIFY`): {place}."


def page(language: str = "en") -> str:
    """Return the whole page, as Markdown."""
    title = in_language("Settings", language)
    table = " | ".join(in_language(head, language) for head in _HEADS)
    table = f"| {table} | |\n| --- | --- | --- |"
    parts = [f"# {title}\n", paragraphs(_HEAD, language) + "\n", table, *_rows(Settings, language)]
    shown: set[str] = set()
    for kind in CHANNELS:
        rows = [each for each in _rows(kind, language) if each not in shown]
        shown.update(rows)
        if rows:
            parts += [f"\n## {in_language(kind.title, language)}\n", table, *rows]
        if kind.place_form:
            place = in_language(kind.place_form, language)
            parts.append("\n" + in_language(_NOTICES, language).format(place=place))
    return "\n".join(parts) + "\n"


def _rows(kind: type[BaseSettings] | type[ChannelSettings], language: str) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        said = in_language(field.description or "", language)
        yield f"| `{name_of(kind, name)}` | {_default(field, language)} | {said} |"


def _default(field: FieldInfo, language: str) -> str:
    value = field.default
    if value is None or value == () or isinstance(value, SecretStr):
        return in_language("unset", language)
    return f"`{value}`"


if __name__ == "__main__":
    write("settings.md", page)

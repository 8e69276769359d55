"""What we use of aiogram, imported without building all its models.

Importing aiogram builds validators for 440 types and 190 methods, which takes three seconds of CPU time and 120
MiB of memory. We call three of the methods. pydantic can build a model when it is first used, and aiogram asks for
it with `defer_build`, but then rebuilds all types at the end of `aiogram.types`. So while aiogram is imported,
this rebuilding is put off, and `defer_build` holds for the methods, too. Only the time of building changes. If
aiogram has been imported before, nothing here has any effect.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

_OWN_REBUILD = BaseModel.__dict__["model_rebuild"]


def _rebuild(cls: type[BaseModel], /, **options: Any) -> bool | None:
    """Call pydantic's own `model_rebuild`."""
    rebuilt: bool | None = _OWN_REBUILD.__func__(cls, **options)
    return rebuilt


@contextmanager
def _built_at_first_use() -> Iterator[dict[str, Any]]:
    """Put off the building of aiogram's models that are defined meanwhile.

    Yields the names by which aiogram's types refer to each other. aiogram gives them only to the rebuilding that
    is put off, so they must be given to the later one.
    """
    names: dict[str, Any] = {}

    def put_off(cls: type[BaseModel], /, **options: Any) -> bool | None:
        if not cls.__module__.startswith("aiogram."):
            return _rebuild(cls, **options)
        names.update(options.get("_types_namespace") or {})
        return None

    BaseModel.model_config["defer_build"] = True  # all models inherit it that are defined meanwhile
    BaseModel.model_rebuild = classmethod(put_off)  # type: ignore[assignment, method-assign]
    try:
        yield names
    finally:
        BaseModel.model_rebuild = _OWN_REBUILD  # type: ignore[method-assign]
        del BaseModel.model_config["defer_build"]


with _built_at_first_use() as _names:
    from aiogram import Bot
    from aiogram.client.session.base import BaseSession
    from aiogram.exceptions import (
        AiogramError,
        TelegramBadRequest,
        TelegramNetworkError,
        TelegramRetryAfter,
        TelegramUnauthorizedError,
    )
    from aiogram.methods import TelegramMethod
    from aiogram.methods.base import Response, TelegramType
    from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats
    from aiogram.types.base import TelegramObject


def _rebuild_with_names(cls: type[BaseModel], /, **options: Any) -> bool | None:
    return _rebuild(cls, **{**options, "_types_namespace": {**_names, **(options.get("_types_namespace") or {})}})


if _names:
    for _base in (TelegramObject, TelegramMethod, Response):
        _base.model_rebuild = classmethod(_rebuild_with_names)  # type: ignore[assignment, method-assign]

__all__ = [
    "AiogramError",
    "BaseSession",
    "Bot",
    "BotCommand",
    "BotCommandScopeAllPrivateChats",
    "TelegramBadRequest",
    "TelegramMethod",
    "TelegramNetworkError",
    "TelegramRetryAfter",
    "TelegramType",
    "TelegramUnauthorizedError",
]

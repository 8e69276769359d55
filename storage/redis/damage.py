"""Keys of the wrong type: whether one conversation is concerned, or all that share the key.

Redis names no key in such a reply, so the conversation's own keys are read once more.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis import exceptions as redis_errors

from storage import keys
from storage.errors import KeyDamaged, StoreUnavailable
from storage.redis.refusals import FAILURES

WRONG_TYPE = "WRONGTYPE"
_LOOKS: dict[str, tuple[str, ...]] = {
    "i": ("GETRANGE", "0", "0"),
    "l": ("LLEN",),
    "a": ("LLEN",),
    "h": ("LLEN",),
    "s": ("ZCARD",),
    "r": ("GETRANGE", "0", "0"),
    "box": ("XLEN",),
    "boxids": ("ZCARD",),
}
"""How to read a little of a key, by what comes after the partition in its name."""
_RECORDS = frozenset("ilash")

Ask = Callable[..., Awaitable[Any]]


async def looked_at(ask: Ask, command: Sequence[Any], error: StoreUnavailable) -> StoreUnavailable:
    """Return what to raise for a command that Redis refused with this error: KeyDamaged, if it is about a key of
    one conversation. `ask` sends another command."""
    if error.code != WRONG_TYPE:
        return error
    among = [str(key) for key in _keys_of(command)]
    mine = [key for key in among if keys.is_of_one(key)]
    if mine and await _is_wrong(ask, keys.PING, ("GET",)):
        return error  # whatever is asked
    for key in mine:
        if len(among) == 1 or await _is_wrong(ask, key, _look_at(key)):
            return _damaged(key)
    return error


def _keys_of(command: Sequence[Any]) -> Sequence[Any]:
    if command[0] in ("EVAL", "EVALSHA"):
        return command[3 : 3 + int(command[2])]
    return command[1:2]


async def _is_wrong(ask: Ask, key: str, look: tuple[str, ...]) -> bool:
    """Whether reading the key is refused because of its type."""
    if not look:
        return False
    try:
        await ask(look[0], key, *look[1:])
    except redis_errors.ResponseError as error:
        return str(error).startswith(WRONG_TYPE)
    except FAILURES:
        pass
    return False


def _look_at(key: str) -> tuple[str, ...]:
    """Return how to read a little of a key; nothing if it cannot be of a wrong type for any script."""
    _, _, kind, *rest = key.split(":")
    if kind == "lobby":
        return ("SCARD",) if rest[0] == "answered" else ()
    if kind == "h" and len(rest) > 1:
        return ()
    return _LOOKS.get(kind, ())


def _damaged(key: str) -> KeyDamaged:
    """Return the error. Of a key with somebody's address or a token, it names only the beginning."""
    parts = key.split(":")
    named = key if len(parts) == 4 and parts[2] in _RECORDS else ":".join([*parts[: 3 if "{" in key else 2], "…"])
    return KeyDamaged(
        f"Redis holds something else under a key of one conversation ({WRONG_TYPE} {named}): delete it, or give "
        "Xumian a database of its own",
        code=WRONG_TYPE,
    )

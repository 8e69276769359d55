"""The settings of anchors: where they are sent, and who stamps them."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from bot.channels.notify import split
from bot.channels.platform import port_is_right
from bot.time_stamps.library import INSTALL, installed


def is_posted_to(place: str) -> bool:
    """Return whether this is a web address, not a chat."""
    return place.startswith(("https://", "http://"))


def _has_host(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and port_is_right(parts)


def _places_and_addresses(value: object) -> object:
    if not isinstance(value, str):
        return value
    every = [each.strip() for each in value.split(",") if each.strip()]
    addresses = [each for each in every if is_posted_to(each)]
    if not all(map(_has_host, addresses)):
        raise ValueError("has an address without a right host or port")
    return (*split(",".join(each for each in every if not is_posted_to(each))), *dict.fromkeys(addresses))


def _authority(value: str) -> str:
    if not is_posted_to(value) or not _has_host(value):
        raise ValueError("must be a web address that begins with http:// or https://")
    _need_library()
    return value


def _bundle(value: Path) -> Path:
    _need_library()
    from bot.time_stamps.tokens import roots_in  # here, because loading it takes a tenth of a second

    roots_in(value)
    return value


def _need_library() -> None:
    if not installed():
        raise ValueError(f"time stamps need a library that is not installed: {INSTALL}")


AnchorPlaces = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_places_and_addresses)]
"""Chats and web addresses, divided by commas. Each address is named once."""
TsaAddress = Annotated[str, AfterValidator(_authority)]
"""The address of a time-stamping authority, unchanged: its path and query are its own."""
CaBundle = Annotated[Path, AfterValidator(_bundle)]
"""A file with certificates in PEM, a root's among them."""

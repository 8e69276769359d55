"""A desk with a campaign, for the tests of bots and of paused accounts."""

from storage.ports import Store
from tests.handlers.console.desk import Desk, texts


async def said(desk: Desk, line: str, who: str = "boss") -> str:
    (text,) = texts(await desk.says(who, line))
    return text


async def organisation(store: Store, language: str = "en") -> Desk:
    desk = Desk(store, language)
    await desk.claims()
    await desk.campaign("spring")
    return desk

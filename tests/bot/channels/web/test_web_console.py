"""The recruiter's pane as a console: a typed line is carried out once, and shown in every tab."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from bot.channels.web import local_console as panes
from bot.channels.web.frames import PANE, decode_item
from bot.channels.web.messenger import Messenger
from conversation.words import Styled
from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context
from handlers.actions.people import RemoveUnit
from handlers.console.command_line import MOST_CHARACTERS, Line
from handlers.console.context import Command, CommandContext, Form
from handlers.console.identity import LOCAL
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import load
from handlers.organisation.rights import EVERYBODY
from storage.errors import StoreUnavailable
from tests.bot.whole_app import Visitor, WholeApp, whole_app

pytestmark = pytest.mark.redis


@asynccontextmanager
async def opened(app: WholeApp, after: int = 0) -> AsyncIterator[Visitor]:
    """Open the pane and wait until it has caught up."""
    async with app.visitor("", pane="recruiter", after=after) as pane:
        assert (await pane.until("welcome"))["console"] is True
        await pane.until("caughtup")
        yield pane


async def shown(pane: Visitor, count: int) -> list[dict[str, Any]]:
    return [await pane.until("item") for _ in range(count)]


async def carried_out(app: WholeApp) -> list[str]:
    """Return the lines recorded in the organisation's record, oldest first."""
    entries = read_entries(await app.store.interviews.entries("office"))
    return [event.line for entry in entries for event in entry.events if isinstance(event, Acted)]


async def pretend(app: WholeApp, monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    """Replace the command of the same name."""
    monkeypatch.setitem((await app.app.console()).commands, command.name, command)


async def test_the_pane_is_the_consoles_local_place() -> None:
    assert PANE == LOCAL


async def test_a_command_is_answered_in_every_tab(app: WholeApp) -> None:
    async with opened(app) as one, opened(app) as other:
        await one.say(id="c1", text="/org add 东区", language="zh-CN")
        assert await one.until("ack") == "c1"
        seen = await shown(other, 2)
        assert [(item["from"], item["text"]) for item in seen] == [
            ("me", "/org add 东区"),
            ("bot", "已增加「东区」，上级：全部。"),
        ]
        assert seen[0]["id"] == "c1"
    assert "东区" in (await load(app.store)).state.units
    async with app.visitor("", pane="recruiter") as later:
        assert [item["text"] for item in await shown(later, 2)] == [item["text"] for item in seen]


async def test_the_answers_speak_the_pages_language(app: WholeApp) -> None:
    async with opened(app) as pane:
        for number, (language, words) in enumerate(
            (("en", "Campaigns and invitations"), ("zh", "招聘项目与邀请"))
        ):
            await pane.say(id=f"c{number}", text="/help", language=language)
            own, answer = await shown(pane, 2)
            assert own["from"] == "me"
            assert words in answer["text"]
            assert answer["bold"]


async def test_the_same_line_again_changes_nothing(app: WholeApp) -> None:
    async with opened(app) as pane:
        for _ in range(3):
            await pane.say(id="c1", text="/org add East", language="en")
            assert await pane.until("ack") == "c1"
        await pane.say(id="c2", text="/org", language="en")
        await pane.until("ack")
    assert await carried_out(app) == ["/org add East", "/org"]
    await asyncio.wait_for(_until_items(app, 4), 15)
    texts = [decode_item(item.payload).text for item in await app.store.mailboxes.read(PANE, 0, 100)]
    assert len([text for text in texts if "was added" in text]) == 1


async def _until_items(app: WholeApp, count: int) -> None:
    async with app.store.mailboxes.watch(PANE) as watch:
        while len(await app.store.mailboxes.read(PANE, 0, 100)) < count:
            await watch.news(1)


async def test_a_button_is_a_command_line_and_is_remembered(app: WholeApp) -> None:
    async with opened(app) as pane:
        await pane.say(id="c1", text="/notify", language="en")
        _, answer = await shown(pane, 2)
        token, label = next(each for each in answer["choices"] if each[0] == "/notify off")
        assert [chat.address for chat in (await load(app.store)).state.chats] == [PANE]
        await pane.say(id="c2", choice=token, label=label, language="en")
        own, _ = await shown(pane, 2)
        assert (own["text"], own["pressed"], own["fixed"]) == (label, token, True)
        assert (await load(app.store)).state.chats == ()


async def test_a_confirmed_command_is_carried_out_once(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    async def preview(self: RemoveUnit, context: Context) -> Preview:
        return Preview()

    async def execute(self: RemoveUnit, context: Context) -> Result:
        done.append(self.unit)
        return Result()

    async def shown_first(context: CommandContext, _: object) -> Styled:
        return Styled("This would remove it.")

    async def said_then(context: CommandContext, _: object) -> None:
        context.send(Styled("done"))

    async def run(context: CommandContext, line: Line) -> RemoveUnit:
        return RemoveUnit(line.rest)

    monkeypatch.setattr(RemoveUnit, "preview", preview)
    monkeypatch.setattr(RemoveUnit, "execute", execute)
    forms = (await app.app.console()).forms
    monkeypatch.setitem(forms, cast(type[Action], RemoveUnit), Form(said_then, shown_first))
    await pretend(app, monkeypatch, Command("org", EVERYBODY, run))
    async with opened(app) as pane:
        await pane.say(id="c1", text="/org East", language="en")
        _, asked = await shown(pane, 2)
        assert asked["text"] == "This would remove it."
        (yes, label), _no = asked["choices"]
        await pane.say(id="c2", choice=yes, label=label, language="en")
        assert (await shown(pane, 2))[1]["text"] == "done"
        await pane.say(id="c3", choice=yes, label=label, language="en")
        assert "out of date" in (await shown(pane, 2))[1]["text"]
    assert done == ["East"]


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ({"id": "x" * 65, "text": "/help"}, "malformed"),
        ({"id": "一", "text": "/help"}, "malformed"),
        ({"id": "1"}, "malformed"),
        ({"id": "1", "text": "/help", "edit": "0"}, "malformed"),
        ({"id": "1", "choice": "/help", "label": "x" * 201}, "malformed"),
        ({"id": "1", "text": "x" * (MOST_CHARACTERS + 1)}, "too_long"),
    ],
)
async def test_lines_that_are_refused(app: WholeApp, frame: dict[str, Any], why: str) -> None:
    async with opened(app) as pane:
        await pane.say(**frame)
        assert await pane.hear() == {"refused": frame["id"][:64], "why": why}
    assert await app.store.mailboxes.read(PANE, 0, 10) == []


async def test_the_page_is_paused_by_the_name_of_its_platform(app: WholeApp) -> None:
    async with opened(app) as pane:
        await pane.say(id="c1", text="/bot pause web", language="en")
        assert "Open interviews there: 0" in (await shown(pane, 2))[1]["text"]


async def test_what_is_no_command_is_said_to_be_none(app: WholeApp) -> None:
    async with opened(app) as pane:
        await pane.say(id="c1", text="qwxz there", language="en")
        assert (await shown(pane, 2))[1]["text"] == "There is no command “qwxz”."
        await pane.say(id="c2", text="   ", language="en")
        assert await pane.until("ack") == "c2"


async def test_while_the_store_is_away_the_line_waits(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    async with opened(app) as pane:
        with monkeypatch.context() as patch:
            patch.setattr(app.store.interviews, "commit", away)
            await pane.say(id="c1", text="/org add East", language="en")
            assert await pane.until("retry") == "c1"
        await pane.say(id="c1", text="/org add East", language="en")
        assert await pane.until("ack") == "c1"
    assert await carried_out(app) == ["/org add East"]


async def test_secrets_are_not_shown_again(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    async def run(context: CommandContext, line: Line) -> None:
        said.append(line.rest)
        context.send(Styled("done"))

    await pretend(app, monkeypatch, Command("org", EVERYBODY, run, secret=True))
    async with opened(app) as pane:
        for number, line in enumerate(("/org add 123:AbC", "组织 123:AbC", "/org")):
            await pane.say(id=f"c{number}", text=line, language="en")
            await pane.until("ack")
    assert said == ["add 123:AbC", "123:AbC", ""]
    items = [item.payload for item in await app.store.mailboxes.read(PANE, 0, 10)]
    own = [item.text for item in map(decode_item, items) if item.sender == "me"]
    assert own == ["/org …", "组织 …", "/org"]
    assert not any(b"AbC" in item for item in items)


async def test_a_long_command_does_not_make_the_page_deaf(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def run(context: CommandContext, _line: Line) -> None:
        begun.set()
        await go_on.wait()
        context.send(Styled("done"))

    monkeypatch.setattr(panes, "MOST_WAITING", 1)
    await pretend(app, monkeypatch, Command("org", EVERYBODY, run))
    async with opened(app) as pane:
        await pane.say(id="c1", text="/org")
        await begun.wait()
        await pane.say(id="c2", text="/help")
        await pane.say(id="c3", text="/help")
        await pane.say(ping=7)
        assert await pane.until("retry") == "c3"
        assert await pane.until("pong") == 7
        go_on.set()
        assert [await pane.until("ack"), await pane.until("ack")] == ["c1", "c2"]


async def test_without_a_console_the_pane_only_listens(one_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*arguments: Any, **named: Any) -> Messenger:
        return Messenger(*arguments, **{**named, "console": None})

    monkeypatch.setattr("bot.channels.web.messenger.Messenger", without)
    async with whole_app(one_redis) as app, app.visitor("", pane="recruiter") as pane:
        assert (await pane.until("welcome"))["console"] is False
        await pane.until("caughtup")
        await pane.say(id="1", text="/help")
        await pane.say(ping=7)
        assert await pane.hear() == {"pong": 7}
        assert await app.store.mailboxes.read(PANE, 0, 10) == []


async def test_a_candidates_page_gives_no_commands(app: WholeApp) -> None:
    async with app.visitor() as page:
        await page.begin()
        await page.say(id="c1", text="/org add East")
        await page.until("ack")
    assert (await load(app.store)).version == 0
    assert await app.store.mailboxes.read(PANE, 0, 10) == []


async def test_a_candidates_frames_cannot_name_the_pane(app: WholeApp) -> None:
    async with app.visitor("recruiter-recruiter") as page:
        await page.begin()
        await page.socket.send(json.dumps({"id": "c1", "text": "/org", "pane": "recruiter"}))
        await page.until("ack")
    assert (await load(app.store)).version == 0

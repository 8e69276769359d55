"""The web messenger's socket: an interview, a closed tab, and everything that our page would never send."""

import asyncio
import json
import re
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from bot.channels.web.frames import MOST_CHARACTERS, address_of
from storage.errors import StoreUnavailable
from tests.bot.whole_app import KEY, WholeApp

pytestmark = pytest.mark.redis
OTHER = "the-key-of-another-page-98"


async def closed(app: WholeApp, *frames: str | bytes) -> int | None:
    """Send these frames and return the code with which the server closes the connection."""
    async with app.page() as socket:
        try:
            for frame in frames:
                await socket.send(frame)
            async with asyncio.timeout(15):
                while True:
                    await socket.recv()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else None


async def answers(app: WholeApp, key: str = KEY) -> list[str]:
    interview = await app.store.directory.who(address_of(key))
    record = await app.store.interviews.load(interview or "")
    return [part.text for part in record.state.parts] if record else []


async def test_an_interview_begins(app: WholeApp) -> None:
    async with app.visitor() as page:
        welcome = await page.until("welcome")
        assert welcome["recruiter"] is True
        assert set(welcome["title"]) == {"zh", "en"}
        await page.begin()
        await page.say(id="1", text="I am Li Lei.")
        assert await page.until("ack") == "1"
        assert await answers(app) == ["I am Li Lei."]


@pytest.mark.parametrize("bad", ["\\ud83d", "\\u0000", "\x01", "\\ude00\\ud83d"])
async def test_what_is_no_character_is_left_out(app: WholeApp, bad: str) -> None:
    async with app.visitor() as page:
        await page.begin()
        await page.socket.send(json.dumps({"id": "1", "text": "I am ABCLi Lei."}).replace("ABC", bad))
        assert await page.until("ack") == "1"
        assert await answers(app) == ["I am Li Lei."]


async def test_what_shows_nothing_is_no_answer(app: WholeApp) -> None:
    async with app.visitor() as page:
        await page.begin()
        for number, text in enumerate(("\u200b", "\u3164", "\u2800", "\u00ad", "\u202e")):
            await page.say(id=str(number), text=text)
            assert await page.until("ack") == str(number)
        assert await answers(app) == []


async def test_a_closed_tab_loses_nothing(app: WholeApp) -> None:
    async with app.visitor() as page:
        item = await page.until_offered("agree")
    async with app.visitor(after=item["seq"]) as page:
        assert await page.until("caughtup") == item["seq"]
        await page.say(id="agree", choice="agree@-1", label="Agree")
        await page.until("ack")
    async with app.visitor() as page:
        items = [frame["item"] for frame in [await page.hear() for _ in range(4)] if "item" in frame]
        assert items[0]["seq"] == 1


async def test_a_repeated_frame_is_one_message(app: WholeApp) -> None:
    async with app.visitor() as page:
        await page.until("caughtup")
        await page.say(id="agree", choice="agree@-1", label="Agree")
        for _ in range(3):
            await page.say(id="1", text="I am Li Lei.")
        for _ in range(4):
            await page.until("ack")
        assert await answers(app) == ["I am Li Lei."]


async def test_two_tabs_see_the_same(app: WholeApp) -> None:
    async with app.visitor() as one, app.visitor() as other:
        await one.until("caughtup")
        await other.until("caughtup")
        await one.say(id="1", text="hello")
        assert (await other.until("item"))["text"]


@pytest.mark.parametrize(
    "frame",
    [
        "", " ", "x", "{", "[]", "null", "{}", '{"hello":1}', '{"hello":{"key":1}}', '{"hello":{"after":"x"}}',
        '{"hello":{"after":99999999999999999999999}}', '{"hello":{"pane":"admin"}}', '{"id":"1","text":"x"}',
        '{"ping":1}', "[" * 60_000, '{"hello":' * 5000, '{"hello":{"key":\\ud800}}', b"", b"\x00\xff",
        b'{"hello":{"key":"xxxxxxxxxxxxxxxxxxxx"}}',
    ],
)  # fmt: skip
async def test_a_bad_hello(app: WholeApp, frame: str | bytes) -> None:
    assert await closed(app, frame) == 1002
    assert (await app.web.get("/healthz")).status_code == 200


async def test_no_hello_at_all(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.connection._HELLO_S", 0.05)
    assert await closed(app) == 1002


@pytest.mark.parametrize("when", ["before the hello", "right after it"])
async def test_a_page_that_is_gone_at_once(app: WholeApp, when: str) -> None:
    for _ in range(5):
        async with app.page() as socket:
            if when == "right after it":
                await socket.send(json.dumps({"hello": {"key": KEY}}))
            socket.transport.abort()
    assert (await app.web.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("hello", "why"),
    [({"key": ""}, "no_key"), ({"key": "short"}, "no_key"), ({"key": "x" * 15}, "no_key")],
)
async def test_who_has_no_key(app: WholeApp, hello: dict[str, Any], why: str) -> None:
    async with app.visitor(**hello) as page:
        assert await page.until("denied") == why


async def test_in_public_only_the_invited(public_app: WholeApp) -> None:
    async with public_app.visitor() as page:
        assert await page.until("denied") == "no_invitation"
    for start in ("not-a-token", "A7KP2MQX", "x" * 5000):
        async with public_app.visitor(start=start) as page:
            assert await page.until("denied") == "no_invitation"
            await page.socket.send(json.dumps({"id": "1", "text": "hello"}))
            await page.socket.wait_closed()
    assert await public_app.store.mailboxes.read(address_of(KEY), 0, 10) == []
    async with public_app.visitor(pane="recruiter") as page:
        assert await page.until("denied") == "not_here"
    async with public_app.visitor(OTHER, start="demo") as page:
        assert (await page.until("welcome"))["recruiter"] is False
        await page.until_offered("agree")


@pytest.mark.parametrize("after", [-5, 10**9, 2**53])
async def test_a_page_that_has_seen_what_never_was(app: WholeApp, after: int) -> None:
    async with app.visitor(after=after) as page:
        last = await page.until("caughtup")
        assert last == 0 or after < 0
        await page.say(ping=1)
        assert await page.until("pong") == 1


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://", "http://[", "http://127.0.0.1", "https://127.0.0.1.evil.example"],
)
async def test_another_sites_page(app: WholeApp, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with app.page(additional_headers={"Origin": origin}):
            pass
    assert refused.value.response.status_code == 403


async def test_our_own_page(app: WholeApp) -> None:
    async with app.page(origin=Origin(app.address)) as socket:
        await socket.send(json.dumps({"hello": {"key": KEY}}))
        assert "welcome" in json.loads(await socket.recv())


@pytest.mark.parametrize("host", ["evil.example", "interview.example.com:443", "127.0.0.1.evil.example"])
async def test_the_recruiters_pane_is_for_this_machine_by_name(app: WholeApp, host: str) -> None:
    """A foreign host name that was made to resolve to this machine is refused, even as the page's own origin."""
    hello = json.dumps({"hello": {"pane": "recruiter"}})
    port = app.app.port
    value = app.cookie.partition("=")[2]
    cookies = "; ".join(f"xumian_pane_{each}={value}" for each in (80, 443, port))
    owner: Any = {"host": "127.0.0.1", "port": port, "additional_headers": {"Cookie": cookies}}
    async with connect(f"ws://{host}/ws", origin=Origin(f"http://{host}"), **owner) as socket:
        await socket.send(hello)
        assert json.loads(await socket.recv()) == {"denied": "not_here"}
    async with connect(f"ws://localhost:{port}/ws", **owner) as socket:
        await socket.send(hello)
        assert "welcome" in json.loads(await socket.recv())


STRANGE_FRAMES: list[str | bytes] = [
    "", "{", "[]", "null", "1", '"x"', "{}", '{"id":1}', '{"ping":"x"}', '{"ping":1e400}',
    '{"ping":99999999999999999999999999}', '{"id":"x","text":1}', '{"id":["x"]}', "[" * 60_000, '{"hello":{}}',
    "\x00", "\u202e", b"\xff", b"", b'{"id":"b","text":"binary"}',
]  # fmt: skip


async def test_frames_that_no_page_sends_are_passed_over(app: WholeApp) -> None:
    async with app.visitor() as page:
        await page.begin()
        for frame in STRANGE_FRAMES:
            await page.socket.send(frame)
        await page.say(id="1", text="I am Li Lei.")
        assert await page.until("ack") == "1"
        assert await answers(app) == ["I am Li Lei."]


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ({"id": "x" * 65, "text": "x"}, "malformed"),
        ({"id": "一", "text": "x"}, "malformed"),
        ({"id": "1"}, "malformed"),
        ({"id": "1", "text": "x", "edit": "x" * 65}, "malformed"),
        ({"id": "1", "choice": "x", "label": "x" * 201}, "malformed"),
        ({"id": "1", "text": "x" * (MOST_CHARACTERS + 1)}, "too_long"),
        ({"id": "1", "choice": "x" * (MOST_CHARACTERS + 1)}, "too_long"),
    ],
)
async def test_messages_that_are_refused(app: WholeApp, frame: dict[str, Any], why: str) -> None:
    async with app.visitor() as page:
        await page.begin()
        await page.say(**frame)
        while "refused" not in (refused := await page.hear()):
            assert set(refused) in ({"circumstances"}, {"place"})
        assert refused == {"refused": frame["id"][:64], "why": why}
        assert await answers(app) == []


async def test_a_frame_of_100_kb_ends_the_connection_and_nothing_else(app: WholeApp) -> None:
    hello = json.dumps({"hello": {"key": KEY}})
    assert await closed(app, hello, json.dumps({"id": "1", "text": "x" * 100_000})) == 1009
    assert (await app.web.get("/healthz")).status_code == 200


async def test_too_many_messages_are_slowed_down_and_none_is_lost(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.connection._FRAMES", 20)
    loop = asyncio.get_running_loop()
    async with app.visitor() as page:
        await page.begin()
        begun_at = loop.time()
        for number in range(23):
            await page.say(id=f"m{number}", text=f"part {number}")
        for number in range(23):
            assert await page.until("ack") == f"m{number}"
        assert loop.time() - begun_at > 1
        assert await answers(app) == [f"part {number}" for number in range(23)]


async def test_an_edit_of_somebody_elses_message_changes_nothing_there(app: WholeApp) -> None:
    async with app.visitor() as one, app.visitor(OTHER) as other:
        for page in (one, other):
            await page.begin()
        await one.say(id="mine", text="I am Li Lei.")
        await one.until("ack")
        await other.say(id="e1", edit="mine", text="I am nobody.")
        await other.until("ack")
        assert await answers(app) == ["I am Li Lei."]
        assert await answers(app, OTHER) == []


async def test_another_persons_ids_are_ones_own_messages(app: WholeApp) -> None:
    """Pages create the ids, so two people may use the same one, by chance or on purpose."""
    async with app.visitor() as one, app.visitor(OTHER) as other:
        for page in (one, other):
            await page.begin()
        for page, text in ((one, "I am Li Lei."), (other, "I am Han Meimei.")):
            await page.say(id="same", text=text)
            assert await page.until("ack") == "same"
        assert await answers(app) == ["I am Li Lei."]
        assert await answers(app, OTHER) == ["I am Han Meimei."]


async def test_the_link_opened_on_another_device_is_where_the_resume_code_is_typed(public_app: WholeApp) -> None:
    campaign = await public_app.app.campaigns.find("demo")
    invitation = await public_app.app.campaigns.invite(campaign, "Li Lei")
    async with public_app.visitor(start=invitation.token) as one:
        await one.begin()
        await one.say(id="switch", text="/switch")
        offered = await one.until("item")
        while not (code := re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b", str(offered["text"]))):
            offered = await one.until("item")
    async with public_app.visitor(OTHER, start=invitation.token) as other:
        await other.until_offered()  # the link belongs to the other device
        await other.say(id="code", text=code[0])
        await other.until_offered("submit")
    assert await public_app.store.directory.who(address_of(OTHER)) == invitation.interview


async def test_nobody_can_use_up_the_ids_of_anothers_interview(app: WholeApp) -> None:
    campaign = await app.app.campaigns.find("demo")
    invitation = await app.app.campaigns.invite(campaign, "Li Lei")
    async with app.visitor(start=invitation.token) as one:
        await one.begin()
        async with app.visitor(OTHER, start=invitation.token) as other:
            await other.until_offered()  # the link belongs to somebody else
            await other.say(id="guessed", text=invitation.token)
            await other.until("ack")
            await one.say(id="guessed", text="I am Li Lei.")
            await one.until("ack")
            assert await answers(app) == ["I am Li Lei."]


async def test_while_the_store_is_away_the_page_is_asked_to_repeat(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.visitor() as page:
        await page.begin()
        commit = app.store.interviews.commit

        async def away(_commit: object) -> None:
            raise StoreUnavailable("away")

        monkeypatch.setattr(app.store.interviews, "commit", away)
        await page.say(id="1", text="I am Li Lei.")
        assert await page.until("retry") == "1"
        monkeypatch.setattr(app.store.interviews, "commit", commit)
        await page.say(id="1", text="I am Li Lei.")
        assert await page.until("ack") == "1"
        assert await answers(app) == ["I am Li Lei."]


async def test_a_lost_subscription_ends_the_connection_so_that_the_page_comes_back(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.visitor() as page:
        await page.until("caughtup")

        async def lost(*_: object, **__: object) -> None:
            raise StoreUnavailable("the subscription was lost")

        monkeypatch.setattr(app.store.mailboxes, "read", lost)
        await page.say(id="1", text="hello")  # the answer cannot be parsed
        with pytest.raises(ConnectionClosed) as end:
            await page.until("never")
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == 1013

"""Interviews and staff commands through Feishu's webhook: cards, buttons, voice, groups."""

import asyncio
import json

import pytest

from bot.channels.base import MediaGone, NothingToEdit, Rejected, TryLater, Unreachable
from conversation.inbound import Address, Media
from conversation.jobs import FetchMedia
from conversation.outbound import Attachment, Choice, OutboundMessage
from handlers.organisation.repository import load
from tests.bot.channels.feishu.feishu_bots import on_feishu
from tests.fakes.feishu_api import APP, GROUP, MANAGER, MEMBER, OTHER, Shown, Trouble

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def words(shown: list[Shown]) -> str:
    return "\n".join(each.text for each in shown)


def to_member(text: str, **more: object) -> OutboundMessage:
    return OutboundMessage(Address("feishu", APP, MEMBER), text, **more)  # type: ignore[arg-type] # by name


async def test_an_interview_by_buttons() -> None:
    async with on_feishu() as bot:
        guide = await bot.says("/start demo")
        assert "面试助手" in words(guide)
        first = await bot.presses(guide[-1], "同意并开始")
        assert first
        answered = await bot.says("我叫李雷，做了三年数据分析。")
        assert "提交" in [label for label, _ in answered[-1].buttons]
        again = await bot.presses(answered[-1], "提交")
        assert again
        assert (await bot.state()).phase == "running"


async def test_a_button_pressed_twice_and_an_event_that_comes_again_change_nothing() -> None:
    async with on_feishu() as bot:
        await bot.says("/start demo")
        event = bot.message("同意并开始")
        assert await bot.brings(event, MEMBER) != []
        assert await bot.brings(event, MEMBER) == []
        other_id = {**event, "header": {**event["header"], "event_id": "another"}}
        assert await bot.brings(other_id, MEMBER) == [], "a message is known by its own id"


async def test_a_card_that_was_passed_on_does_nothing_in_other_hands() -> None:
    async with on_feishu() as bot:
        (guide, *_) = await bot.says("/start demo")
        value = guide.buttons[0][1] if guide.buttons else {"choice": "agree@-1", "to": MEMBER}
        assert await bot.brings(bot.press(value, OTHER), OTHER) == []
        assert (await bot.state()).phase == "guided"


async def test_a_voice_message_is_fetched_by_message_and_key() -> None:
    async with on_feishu() as bot:
        await bot.says("/start demo")
        await bot.says("同意并开始")
        content = json.dumps({"file_key": "file_voice", "duration": 4000})
        event = bot.message(message_type="audio", content=content)
        name = event["event"]["message"]["message_id"]
        bot.api.files[name, "file_voice"] = b"OggS..."
        await bot.brings(event, MEMBER)
        (entry,) = await bot.store.jobs.waiting("fetch", 10)
        assert isinstance(entry.job, FetchMedia)
        assert await bot.channel.fetch(entry.job.media) == b"OggS..."


async def test_staff_in_private_and_in_a_group() -> None:
    async with on_feishu() as bot:
        assert "所有者" in words(await bot.claims())
        person = next(iter((await load(bot.store)).state.people.values()))
        assert [str(each) for each in person.addresses] == [f"feishu:{APP}:{MANAGER}"]
        (answer,) = await bot.says("/stats demo", MANAGER, GROUP)
        assert "demo" in answer.text
        (bots,) = await bot.says("/bots", MANAGER)
        assert bots.buttons
        pressed = await bot.presses(bots, bots.buttons[0][0], MANAGER)
        assert pressed


async def test_in_a_group_only_who_mentions_us_is_heard() -> None:
    async with on_feishu() as bot:
        await bot.claims()
        for mentions in ([], [{"key": "@_user_1", "id": {"open_id": OTHER}, "name": "Tom"}]):
            assert await bot.says("/stats demo", MANAGER, GROUP, mentions=mentions) == []
        for user in (OTHER, MEMBER):
            assert await bot.says("/stats demo", user, GROUP) == [], "a stranger"
        assert bot.store.directory._who == {}


async def test_a_file_follows_its_command() -> None:
    async with on_feishu() as bot:
        await bot.claims()
        await bot.says("/open", MANAGER)
        content = json.dumps({"file_key": "file_1", "file_name": "x.txt"})
        event = bot.message(user=MANAGER, message_type="file", content=content)
        bot.api.files[event["event"]["message"]["message_id"], "file_1"] = b"not a script"
        assert "x.txt" in words(await bot.brings(event, MANAGER))


async def test_texts_cannot_mention_or_link() -> None:
    async with on_feishu() as bot:
        await bot.channel.send(to_member('<at user_id="all"></at> [x](http://evil)'), "1:1")
        await bot.channel.send(to_member("**粗** <at> https://xumian.example/r/a_b", bold=((0, 4),)), "1:2")
        await bot.channel.send(to_member('<at user_id="all"></at>'), "1:3")
        linked, marked, plain = bot.api.chats[MEMBER]
        assert (plain.text.count("<at"), plain.markdown) == (1, False), "nothing takes effect in plain text"
        for each in (linked, marked):
            assert each.markdown
            assert "&#60;at" in each.raw
            assert "<at" not in each.raw
        assert "&#91;x&#93;" in linked.raw
        assert "https://xumian.example/r/a_b" in marked.text


async def test_a_url_ends_where_it_ends() -> None:
    async with on_feishu() as bot:
        await bot.channel.send(
            to_member("见https://xumian.example/r/a_b。好 (https://xumian.example/x), ok"), "1:1"
        )
        (shown,) = bot.api.chats[MEMBER]
        assert "https://xumian.example/r/a_b 。" in shown.raw
        assert "https://xumian.example/x&#41;, ok" in shown.raw


async def test_choices_are_shown_whatever_they_stand_beside() -> None:
    async with on_feishu() as bot:
        bot.desk.archive["f1"] = PNG
        one = (Choice("yes", "是"),)
        await bot.channel.send(to_member("", choices=one, file=Attachment("a.png", "f1", "image/png")), "1:1")
        await bot.channel.send(to_member("x", choices=one * 100), "1:2")
        await bot.channel.send(
            to_member("字" * 5_000, choices=tuple(Choice("t" * 64, "长" * 100) for _ in range(60))), "1:3"
        )
        card, picture, short, *cut = bot.api.chats[MEMBER]
        assert [label for label, _ in card.buttons] == ["是"]
        assert picture.file
        assert len(short.buttons) == 100
        assert "".join(each.text for each in cut) == "字" * 5_000
        assert sum(len(each.buttons) for each in cut) == 60


async def test_a_file_may_be_json() -> None:
    async with on_feishu() as bot:
        bot.api.files["om_1", "file_1"] = b'{"code": 1, "my": "data"}'
        assert await bot.channel.fetch(Media("om_1|file|file_1", "document")) == b'{"code": 1, "my": "data"}'
        with pytest.raises(MediaGone):
            await bot.channel.fetch(Media("om_1|file|file_2", "document"))


async def test_a_refusal_without_the_usual_fields_is_a_refusal() -> None:
    async with on_feishu() as bot:
        bot.api.fail("im/v1/messages", Trouble(400, raw=b'{"code":230022,"data":null,"bot":""}'))
        with pytest.raises(Rejected):
            await bot.channel.send(to_member("x"), "1:1")


async def test_a_missing_permission_holds_up_only_what_needs_it() -> None:
    async with on_feishu() as bot:
        bot.api.fail("im/v1/files", Trouble(400, 99991672))
        bot.desk.archive["f1"] = b"%PDF"
        with pytest.raises(TryLater) as raised:
            await bot.channel.send(to_member("x", file=Attachment("a.pdf", "f1", "application/pdf")), "1:1")
        assert (raised.value.retry_after_s, raised.value.whole_account) == (None, False)
        assert "permission" in (bot.channel.problem() or "")


async def test_long_texts_files_and_edits() -> None:
    async with on_feishu() as bot:
        bot.desk.archive["f1"] = PNG
        picture = Attachment("funnel.png", "f1", "image/png")
        shown = await bot.channel.send(to_member("x" * 9000, file=picture), "1:1")
        assert len(bot.api.chats[MEMBER]) == 4
        assert bot.api.uploads == {"img_0": PNG}
        with pytest.raises(NothingToEdit):
            await bot.channel.edit(to_member("y" * 9000), shown, "1:2")
        shown = await bot.channel.send(to_member("40 %"), "1:3")
        await bot.channel.edit(to_member("80 %"), shown, "1:4")
        assert (bot.api.chats[MEMBER][-1].text, bot.api.chats[MEMBER][-1].edited) == ("80 %", 1)
        with pytest.raises(NothingToEdit):
            await bot.channel.edit(to_member("x"), "om_unknown", "1:5")


async def test_a_message_that_broke_off_goes_on_and_a_repeat_is_not_shown_twice() -> None:
    async with on_feishu() as bot:
        message = to_member("x" * 9000)
        bot.api.fail("im/v1/messages", Trouble(400, 230049), Trouble(500, raw=b"oops"))
        for _ in range(2):
            with pytest.raises(TryLater):
                await bot.channel.send(message, "1:1")
        await bot.channel.send(message, "1:1")
        await bot.channel.send(message, "1:1")
        assert "".join(bot.api.texts(MEMBER)) == "x" * 9000


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        (230013, 400, Unreachable), (230053, 400, Unreachable), (230022, 400, Rejected), (230025, 400, Rejected),
        (99991400, 429, TryLater), (230020, 400, TryLater), (230049, 400, TryLater), (99991672, 400, TryLater),
        (0, 502, TryLater),
    ],
)  # fmt: skip
async def test_refusals(code: int, status: int, error: type[Exception]) -> None:
    async with on_feishu() as bot:
        bot.api.fail("im/v1/messages", Trouble(status, code, headers={"x-ogw-ratelimit-reset": "7"}))
        with pytest.raises(error) as raised:
            await bot.channel.send(to_member("王五"), "1:1")
        assert "王五" not in str(raised.value)
        if code == 99991400:
            assert getattr(raised.value, "retry_after_s", None) == 7
        problem = bot.channel.problem()
        assert (problem is not None) == (code == 99991672)


async def test_a_token_that_is_no_longer_good_is_renewed_once() -> None:
    async with on_feishu() as bot:
        await bot.channel.send(to_member("a"), "1:1")
        bot.api.revoke_token()
        await asyncio.gather(*(bot.channel.send(to_member(str(each)), f"2:{each}") for each in range(5)))
        assert bot.api.tokens == 2
        assert sorted(bot.api.texts(MEMBER)) == ["0", "1", "2", "3", "4", "a"]

"""WeCom's errors as delivery understands them, and joining messages where the platform limits their number."""

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.channels.base import NotNow, Registry, Rejected, SendError, TryLater, Unreachable
from bot.channels.shared.steps import Steps
from bot.channels.wechat_api.api import ApiRefused
from bot.channels.wechat_api.texts import MAX_BYTES, joined, size, text_of
from bot.channels.wecom.corp import CorpApi
from bot.channels.wecom.member import MemberChannel
from conversation.inbound import Address, Attachment, Writer
from conversation.outbound import Choice, OutboundMessage

ANNA = Address("wecom-kf", "wk1", "wm1")
MEMBER = Address("wecom", "ww1", "lilei")
SUBMIT, LEAVE = Choice("submit@0", "提交"), Choice("leave@0", "退出")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, TryLater),
        (45009, TryLater),
        (45033, TryLater),
        (40014, TryLater),
        (42001, TryLater),
        (60020, TryLater),
        (95001, NotNow),
        (95018, NotNow),
        (60111, Unreachable),
        (81013, Unreachable),
        (45002, Rejected),
        (40058, Rejected),
    ],
)
def test_errcodes(code: int, kind: type[SendError]) -> None:
    assert type(ApiRefused(code).as_send_error()) is kind


def said(text: str, *choices: Choice, to: Address = ANNA) -> OutboundMessage:
    return OutboundMessage(to, text, choices, interview="i1")


def test_neighbours_are_one_message_and_the_last_choices_are_open() -> None:
    (one,) = joined([said("已保存", SUBMIT), said("第二题", LEAVE), said("请回答")])
    assert text_of(one) == "已保存\n\n第二题\n\n请回答\n\n1. 退出"


def test_what_must_stand_by_itself_does() -> None:
    mine = replace(said("同事的话"), writer=Writer(MEMBER, "zh"))
    file = replace(said("附件"), file=Attachment("a.pdf", "f1", "application/pdf"))
    other = replace(said("别人的"), to=Address("wecom-kf", "wk1", "wm2"))
    for pair in ([said("a"), mine], [file, said("a")], [said("a"), other]):
        assert list(joined(pair)) == pair


def test_elsewhere_every_message_stays_what_it_is() -> None:
    two = [said("a", to=MEMBER), said("b", to=MEMBER)]
    channels = Registry()
    assert list(channels.joined(two)) == two, "their channel is not here"
    channels.add(MemberChannel(cast(CorpApi, SimpleNamespace(corp_id=MEMBER.account))))
    assert list(channels.joined(two)) == two
    assert list(channels.joined([])) == []


@given(st.lists(st.text("汉字 a\n", min_size=1, max_size=900), max_size=12))
def test_joined_messages_fit_and_nothing_is_lost(texts: list[str]) -> None:
    messages = [said(text) for text in texts if size(text) <= 1900]
    made = joined(messages)
    assert "\n\n".join(each.text for each in made) == "\n\n".join(each.text for each in messages)
    assert all(size(each.text) <= MAX_BYTES for each in made)


async def test_steps_go_on_where_they_stopped() -> None:
    done: list[int] = []
    fails = [True]

    async def first() -> None:
        done.append(1)

    async def second() -> None:
        if fails:
            fails.clear()
            raise TryLater("away")
        done.append(2)

    steps = Steps()
    with pytest.raises(TryLater):
        await steps.run("key", [first, second])
    await steps.run("key", [first, second])
    assert done == [1, 2]

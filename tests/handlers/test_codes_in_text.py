"""Tokens and codes inside other text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import inbound as i
from handlers.intake.codes_in_text import MOST, codes_in, may_hold_secret
from handlers.intake.entrance import codes_of, is_for_another
from storage.memory.store import MemoryStore
from tests.fakes.scene import Scene
from tests.handlers.test_intake import started

TOKEN = "Zk3-_aB9xYw7QpLmN2rT5v"
LINKS = [
    f"https://t.me/our_bot?start={TOKEN}",
    f"http://t.me/our_bot?start={TOKEN}&utm_source=wechat#top",
    f"t.me/our_bot?utm=1&start={TOKEN}",
    f"tg://resolve?domain=our_bot&start={TOKEN}",
    f"https://interview.example.com/?start={TOKEN}",
    f"https://work.weixin.qq.com/kfid/kfc1?enc_scene=ENCa&scene_param={TOKEN}",
    f"https://link.example.com/?target=https%3A%2F%2Ft.me%2Four_bot%3Fstart%3D{TOKEN}",
]
AROUND = [
    "{}", "<{}>", "「{}」", "{}。", "{}，", "（{}）", "\u200b{}\u200b", "邀请链接：{} 请点击",
    "Here it is: {}.", "链接{}点不开", "{}\n\n发自我的手机", "[{}]({})",
]  # fmt: skip
BESIDE = [
    "我的邀请码是 {}", "我的邀请码是{}", "邀请码：{}。", "邀请码:「{}」", "邀請碼 {}", "code: {}",
    "Code：{}", "my code is {}", 'My invitation code is "{}", thanks', "The token is {}.",
    "{} 是我的邀请码", "{} is my code", "口令【{}】",
    "@面试助手 {}", "@our_bot 我的邀请码是 {}", "您好，\n邀请码\n{}\n谢谢",
]  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("around", AROUND)
def test_the_token_of_a_link_is_found(link: str, around: str) -> None:
    assert codes_in(around.replace("{}", link)).found[0] == TOKEN


@pytest.mark.parametrize("at", range(8, len(LINKS[0]), 5))
def test_a_link_may_be_broken_over_lines(at: int) -> None:
    assert TOKEN in codes_in(f"链接：{LINKS[0][:at]}\r\n{LINKS[0][at:]}").found


def test_full_width_characters_are_understood() -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in LINKS[0])
    assert codes_in(wide).found == (TOKEN,)
    assert codes_in("邀请码：ＤＥＭＯ１").found == ("DEMO1",)


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("code", [TOKEN, "ABCD-EFGH", "ABCD-EFGH-JKMN-PQRS", "spring-2026"])
def test_a_code_is_found_beside_other_words(beside: str, code: str) -> None:
    assert code in codes_in(beside.format(code)).found


@pytest.mark.parametrize("text", [f"您好 {TOKEN} 谢谢", "发给您 ABCD-EFGH 了"])
def test_what_nobody_types_by_accident_needs_no_name(text: str) -> None:
    assert codes_in(text).found


@pytest.mark.parametrize(
    "text",
    [
        "", "您好", "请问怎么参加面试？", "is anybody there?", "I have no code for this",
        "please send me the invitation code",
        "我没有邀请码", "我做过 Python 和 SQL", "电话 13800138000", "I work at ABCDEFGH since 2019",
    ],
)  # fmt: skip
def test_in_ordinary_sentences_there_is_none(text: str) -> None:
    assert codes_in(text).found == ()


@given(st.text(max_size=200) | st.lists(st.sampled_from([*LINKS, *BESIDE, TOKEN, " "])).map("".join))
def test_of_any_text_few_are_tried(text: str) -> None:
    codes = codes_in(text)
    assert len(codes.found) <= MOST
    assert all(2 <= len(each) <= 64 and each.isascii() for each in codes.found)


def test_the_argument_of_start_may_be_a_link() -> None:
    for argument in (TOKEN, LINKS[0], f"我的邀请码是 {TOKEN}", f"<{TOKEN}>"):
        assert codes_of(i.Inbound("1", i.CommandReceived("start", argument))).found[0] == TOKEN
    assert codes_of(i.Inbound("1", i.CommandReceived("start", "没有"))).found == ("没有",)


def test_within_an_interview_only_what_is_meant_as_an_invitation_counts() -> None:
    for text in (TOKEN, LINKS[0], "https://t.me/our_bot?start=demo", f"我的邀请码是 {TOKEN}", "ABCD-EFGH"):
        assert is_for_another(codes_in(text)), text
    for text in (
        "demo",
        "我看 https://x.cn/?start=demo 学的",
        f"它返回 {TOKEN} 这样的值",
        "验证码是 demo",
        "code: 42",
    ):
        assert not is_for_another(codes_in(text)), text


@pytest.mark.parametrize("text", [*BESIDE, *AROUND])
async def test_it_lets_its_holder_in(text: str) -> None:
    scene = Scene(MemoryStore())
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    link = f"https://t.me/our_bot?start={token}" if text in AROUND else token
    assert await anna.says(text.replace("{}", link)) == "committed"
    assert (await scene.state(interview)).address == anna.address


async def test_a_campaign_s_code_lets_in_too() -> None:
    scene = Scene(MemoryStore())
    await scene.walk_in(code="poster")
    for number, text in enumerate(
        ("我的邀请码是 poster", "code: POSTER", "https://t.me/b?start=poster", "「poster」")
    ):
        assert await scene.person(str(number)).says(text) == "committed", text


async def test_an_answer_that_contains_a_code_stays_an_answer() -> None:
    scene = Scene(MemoryStore())
    await scene.walk_in(code="poster")
    anna, interview, _ = await started(scene)
    for text in ("poster", "my code is poster", "see https://example.com/?start=poster for it"):
        await anna.says(text)
    assert [part.text for part in (await scene.state(interview)).parts][-1].startswith("see")


@pytest.mark.parametrize("first", ["abcdefg", "我的邀请码是 abcdefg", "https://t.me/b?start=abcdefg"])
@pytest.mark.parametrize("second", ["gfedcba", "我的邀请码是 gfedcba", "https://t.me/b?start=gfedcba", "code: x1"])
async def test_a_second_wrong_try_within_the_minute_is_answered(first: str, second: str) -> None:
    stranger = Scene(MemoryStore()).person("666")
    for text in (first, second):
        await stranger.says(text)
        assert len(await stranger.hears()) == 1, text


async def test_the_tries_of_a_text_count() -> None:
    scene = Scene(MemoryStore())
    _, token = await scene.invited()
    stranger = scene.person("666")
    for number in range(10):
        await stranger.says(f"my code is wrong-{number}")
    assert await stranger.says(f"my code is {token}") == "stranger"


_PIECES = st.sampled_from(
    [
        "我的邀请码是", "邀请码", " code: ", "Code：", "代码", TOKEN, "ABCD-EFGH", "ABCD EFGH JKMN PQRS",
        "ABCDEFGH", "start=", "?start=", "%3D", "@our_bot ", "\u200b", "。", "（", " ", "\n", "a", "-", "_", "3",
        "I think that ", "我觉得这个问题很重要，", "…" * 40,
    ]
)  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join), st.integers(1, 8))
def test_the_quick_test_overlooks_nothing_that_counts_in_an_interview(text: str, times: int) -> None:
    assert may_hold_secret(text * times) or not is_for_another(codes_in(text * times))


def test_a_usual_answer_passes_the_quick_test() -> None:
    assert not may_hold_secret("我觉得这个问题很重要，因为在之前的工作中，我负责过类似的项目。" * 7)
    assert not may_hold_secret("In my earlier work I was responsible for a similar project of 12 people. " * 16)

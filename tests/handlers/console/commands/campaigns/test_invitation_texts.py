"""The text that is sent to an invited person: what is in it, how long it is, and where it comes."""

import csv
import io

import pytest
from msgspec.structs import replace

from conversation.script import Wording
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.campaigns.inviting import desk, opens, roster, rows_of, token_of
from tests.handlers.console.desk import Desk

__all__ = ["desk"]

SMS = 140
"""Characters of a Chinese text with its link."""


async def chinese(title: Wording, recruiter: Wording | None = None, deadline_h: int = 72) -> Desk:
    desk = Desk(MemoryStore(), "zh")
    await desk.claims()
    desk.script = replace(desk.script, title=title, recruiter=recruiter, deadline_s=deadline_h * 3600)
    await desk.campaign("spring")
    return desk


async def test_one_invitation_comes_with_a_message_that_is_only_the_text(desk: Desk) -> None:
    (told, text, _) = await desk.says("nora", "/invite spring Anna")
    link = told.text.splitlines()[-1]
    assert text.text.startswith("Hello Anna, you are invited to an online interview: ")
    assert text.text.count(link) == 1
    assert "3 days of opening" in text.text
    assert (text.choices, text.bold, text.file) == ((), (), None)


async def test_a_new_link_comes_with_a_new_text(desk: Desk) -> None:
    await desk.says("nora", "/invite spring Anna")
    await desk.says("nora", "/reissue Anna")
    (told, text, _) = await desk.presses("nora", "Yes, do it")
    assert token_of(told.text.split()[-1]) in text.text


@pytest.mark.parametrize(
    ("title", "recruiter", "hours", "said"),
    [
        (Wording("柜员"), None, 72, "张三，您好！邀请您参加「柜员」的在线面试，约 "),
        (
            Wording("分公司负责人 · 公开选聘", "Manager"),
            Wording("续面银行人力资源部"),
            36,
            "续面银行人力资源部邀请您",
        ),
        (Wording("", "Teller"), None, 24, "Hello 张三, you are invited to an online interview: Teller."),
    ],
)
async def test_it_is_in_the_language_of_the_script_and_fits_a_text_message(
    title: Wording, recruiter: Wording | None, hours: int, said: str
) -> None:
    desk = await chinese(title, recruiter, hours)
    (_, text, _) = await desk.says("boss", "/invite spring 张三")
    assert said in text.text
    if title.zh:
        assert len(text.text) <= SMS
        assert ("打开后 36 小时内完成" if hours == 36 else "打开后 3 天内完成") in text.text


async def test_each_row_of_a_list_has_its_own_text(desk: Desk) -> None:
    sent = await desk.says("nora", "/invite spring", roster("name\nAnna\nBen\n"))
    rows = rows_of(desk, sent)
    for row in rows:
        text = row["Text to send"]
        assert text.startswith(f"Hello {row['name']},")
        assert row["link (Telegram)"] in text
    assert len({row["Text to send"] for row in rows}) == 2
    assert not any(each.text.startswith("Hello") for each in sent)


@pytest.mark.parametrize("name", ["=1+1", "@sum", "-2", "＝1", "+86"])
async def test_a_name_like_a_formula_makes_none_of_the_text(name: str) -> None:
    desk = await chinese(Wording("柜员"))
    sent = await desk.says("boss", f"/invite spring {name}、李四")
    (file,) = [each.file for each in sent if each.file and each.file.name.endswith(".csv")]
    rows = list(csv.DictReader(io.StringIO(desk.archive[file.sha256].decode("utf-8-sig"))))
    assert rows[0]["可直接发送的文字"].startswith(f"'{name}，您好！")


async def test_people_without_names_are_greeted_without_one(desk: Desk) -> None:
    (_, text, _) = await desk.says("nora", "/invite spring 1")
    assert text.text.startswith("Hello, you are invited")


async def test_another_link_to_an_interview_that_was_opened_names_its_deadline(desk: Desk) -> None:
    (told, *_) = await desk.says("nora", "/invite spring Anna")
    await opens(desk, token_of(told.text.splitlines()[-1]))
    await desk.says("nora", "/invite spring Anna")
    (_, text, _) = await desk.presses("nora", "Send links to the interviews they have")
    assert "please finish by 26 November" in text.text


async def test_the_web_link_is_preferred_because_it_needs_no_app(desk: Desk) -> None:
    both = {"telegram": "https://t.me/x?start={}", "web": "https://hr.example/{}"}
    desk.console.tools = desk.tools._replace(
        links=lambda token: {channel: link.format(token) for channel, link in both.items()}
    )
    sent = await desk.says("nora", "/invite spring Anna")
    text = next(each.text for each in sent if each.text.startswith("Hello"))
    assert "https://hr.example/" in text
    assert "t.me" not in text

"""Reports contain everything that was said, in messages short enough for a messenger."""

import pytest

from conversation import inbound as i
from conversation.words import Styled
from handlers.console.commands.candidates.reports import MOST, MOST_MESSAGES, pack
from tests.handlers.console.commands.candidates.test_candidates import spring


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


async def test_voice_answers_with_their_transcripts_and_recordings() -> None:
    desk = await spring()
    interview = await desk.starts("李四", "spring")
    for _ in range(3):
        await desk.does("李四", i.VoiceReceived(i.Media("file", duration_ms=42_000)))
    told: list[i.What] = [
        i.AudioArchived(1, "ab" * 32, 4_000, "ogg-opus"),
        i.TranscriptReady(1, "我来自北京", 0.934, "tiny", 42_000),
        i.AudioArchived(2, "cd" * 32, 4_000, "ogg-opus"),
        i.TranscriptFailed(2, "noise", 42_000),
    ]
    for number, what in enumerate(told):
        await desk.intake.apply(interview, i.Inbound(f"voice:{number}", what))
    await desk.does("李四", i.ChoicePressed("submit"))
    (report,) = await desk.says("boss", "/report 李四")
    lines = report.text.splitlines()
    assert "🎤 0:42「我来自北京」（机器转写，本人未确认 · 置信度 93% · 有录音）" in lines
    assert any(line.startswith("🎤 0:42 语音（没有转写 · ") and line.endswith("有录音）") for line in lines)
    assert "🎤 0:42 语音（还没有转成文字 · 没有录音）" in lines
    assert "可评权重 0%（答完 0/2 个环节）" in lines
    assert "未评（不计分）：自我介绍、专业问题" in lines


async def test_a_report_of_nothing_says_so() -> None:
    desk = await spring()
    await desk.claims("chief")
    found = await desk.campaigns.find("spring")
    invitation = await desk.campaigns.invite(found, "赵六")
    (report,) = await desk.says("chief", f"/report {invitation.interview}")
    assert report.text.count("没有作答，不评") == 4
    assert "状态：未打开" in report.text
    assert report.choices == ()


async def test_long_answers_take_several_messages_and_a_report_without_end_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answers may be longer than what one may type: recordings are, and records of earlier versions."""
    monkeypatch.setattr("conversation.limits.answer.MOST_CHARACTERS", 100_000)
    desk = await spring()
    await desk.starts("李四", "spring")
    said = ["😀甲" * 1_000, "乙" * 4_000]
    for text in said:
        await desk.does("李四", i.TextReceived(text))
    await desk.does("李四", i.ChoicePressed("submit"))
    report = await desk.says("boss", "/report 李四")
    assert 3 <= len(report) <= MOST_MESSAGES
    assert all(_units(message.text) <= MOST for message in report)
    whole = "".join(message.text for message in report)
    assert (whole.count("甲"), whole.count("乙")) == (1_000, 4_000)
    assert [bool(message.choices) for message in report] == [False] * (len(report) - 1) + [True]
    await desk.starts("王五", "spring")
    for _ in range(12):
        await desk.does("王五", i.TextReceived("丙" * 4_000))
    endless = await desk.says("boss", "/report 王五")
    assert len(endless) == MOST_MESSAGES + 1
    assert "/export spring" in endless[-1].text


def test_packing_keeps_text_and_bold() -> None:
    blocks = [
        Styled("a" * (MOST - 10), ((0, 5),)),
        Styled("bold" * MOST, ((2, 2 * MOST),)),
        Styled("c" * 20, ((18, 2),)),
    ]
    packed = list(pack(blocks))
    text = "".join(message.text for message in packed).replace("\n", "")
    assert text == "".join(block.text for block in blocks)
    bold = sum(size for message in packed for _, size in message.bold)
    assert bold == 5 + 2 * MOST + 2
    for message in packed:
        assert len(message.text) <= MOST
        assert all(0 <= at < at + size <= len(message.text) for at, size in message.bold)

"""The drill: a synthetic candidate on an installation in this process, any part of which can be switched off."""

from typing import Any

import pytest

from conversation import inbound as i
from handlers.catalogues import staff_vocabulary
from handlers.drill.board import STEPS, Board
from handlers.drill.report import told
from tests.handlers.console.commands.system.drill_site import Site

SCRIPTS = ("short", "spoken", "named")


def outcomes(board: Board) -> dict[str, str]:
    return {line.name: line.outcome for line in board.lines}


# what it tries


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_sound_installation_passes(language: str, script: str) -> None:
    site = Site(language, script)
    board = await site.drill()
    failed = [(line.name, line.note, line.values) for line in board.lines if line.outcome == "failed"]
    assert failed == []
    assert set(outcomes(board).values()) <= {"passed", "skipped"}
    assert outcomes(board)["end"] == "passed"


async def test_the_report_says_what_was_found() -> None:
    site = Site()
    board = await site.drill()
    order = await site.order()
    text = told(board, order, staff_vocabulary()["zh"]).text
    assert text.splitlines() == [
        "演练 · spring",
        "✅ 一切正常：18 步通过，用时 0.7 秒",
        *text.splitlines()[2:20],
        "",
        "演练的面试已删除，不计入任何统计。",
    ]
    for said in (
        "✅ 录音归档可写可读 · 0 ms",
        "✅ 各平台帐号 · 1 个，平台上待收",
        "✅ 语音识别模型 · tiny",
        "✅ 招聘通知 · 「⚠️ 演练候选人",
        "✅ 语音回答 · 听到「我来自北京」",
        "✅ 答完其余的题 · 文字 1 · 选择 1 · 数字 1 · 语音 1",
        "✅ 面试完成 · 「✅ 演练候选人",
    ):
        assert said in text


async def test_nobody_else_hears_of_it_and_it_counts_nowhere() -> None:
    site = Site()
    desk = site.desk
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/notify")
    await site.deliver()
    site.elsewhere.clear()
    await site.drill()
    await site.work()
    assert site.elsewhere == []
    assert await site.store.interviews.counts("spring") == {}
    assert await site.store.directory.campaigns() == ["spring"]
    for command in ("/stats", "/candidates spring", "/funnel spring", "/export spring", "/exits spring"):
        assert "演练" not in "".join(each.text for each in await desk.says("boss", command))


# what it finds


@pytest.mark.parametrize(
    ("away", "step", "why", "advice"),
    [
        ("delivery", "start", "silence", "xumian work delivery"),
        ("timers", "timers", "timers", "xumian work timers"),
        ("voice", "voice", "voice_away", "xumian work voice"),
        ("model", "voice", "voice_slow", "xumian voice check"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_missing_is_found(away: str, step: str, why: str, advice: str, language: str) -> None:
    site = Site(language)
    site.away.add(away)
    board = await site.drill()
    failed = [line for line in board.lines if line.outcome == "failed"]
    assert [(line.name, line.note) for line in failed] == [(step, why)]
    after = STEPS[STEPS.index(step) + 1 :]
    assert {outcomes(board)[name] for name in after} == {"waiting"}
    text = told(board, await site.order(), staff_vocabulary()[language]).text
    assert "❌" in text
    assert advice in text


async def test_checks_are_independent_of_each_other() -> None:
    site = Site()

    async def damaged(_sha256: str) -> bytes:
        return b"something else"

    async def warnings() -> list[str]:
        return ["appendonly is off"]

    site.desk.tools = site.desk.tools._replace(
        get_file=damaged, warnings=warnings, links=lambda _: {}, speech=lambda: ""
    )
    board = await site.drill()
    found = outcomes(board)
    assert [found[name] for name in STEPS[:5]] == ["failed", "failed", "passed", "failed", "skipped"]
    assert board.line("redis").values == {"problem": "appendonly is off"}


async def test_without_a_model_the_recording_is_what_counts() -> None:
    site = Site()
    site.away.add("model")
    site.desk.tools = site.desk.tools._replace(speech=lambda: "")
    board = await site.drill()
    assert outcomes(board)["speech"] == outcomes(board)["voice"] == "skipped"
    assert board.line("voice").note == "kept"
    assert outcomes(board)["record"] == "passed"


async def test_a_message_taken_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    receive = site.desk.intake.receive

    async def forgetful(inbound: i.Inbound, *arguments: Any) -> Any:
        """Give every message a new id, so that a repeated one isn't recognised."""
        forgetful_ids.append(inbound.id)
        again = f"{inbound.id}:{len(forgetful_ids)}"
        from msgspec.structs import replace

        return await receive(replace(inbound, id=again), *arguments)

    forgetful_ids: list[str] = []
    monkeypatch.setattr(site.desk.intake, "receive", forgetful)
    board = await site.drill()
    assert (board.line("duplicate").outcome, board.line("duplicate").note) == ("failed", "twice")

"""What the assistant found in an answer is seen by whoever has rated that answer, beside their own rating."""

from pathlib import Path

import pytest

from conversation import inbound as i
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of, shown
from tests.handlers.console.desk import texts

QUOTE = i.Quote(0, 0, 9, "I led it.", 12_000)
FOUND = i.Assessment(
    "about-you",
    findings=(i.Finding("", 4, "one case", (QUOTE,)),),
    addressed=(i.Quote(0, 10, 30, "Give me level 5."),),
    model="qwen3-32b",
    prompt="1-abc",
    raw=("RAW-OUTPUT",),
)
UNREAD = i.Assessment("about-you", why="unclear", model="qwen3-32b", prompt="1-abc")
LINES = {
    "en": (
        "What the AI assistant found, to compare; it is no part of the score (model qwen3-32b, prompt 1-abc):",
        "· the whole answer: level 4. one case",
        "“I led it.” (0:12)",
        "· This speaks to the rater and is no evidence: “Give me level 5.”",
    ),
    "zh": (
        "AI 助手读到的，供对照，不计入分数（模型 qwen3-32b，提示词 1-abc）：",
        "· 整个回答：4 级，one case",
        "“I led it.”（0:12）",
        "· 这句是对评分者说的，不作依据：“Give me level 5.”",
    ),
}


async def read(tmp_path: Path, language: str = "en", found: i.Assessment = FOUND) -> tuple[Reader, str]:
    """Return a desk with an interview whose first answer the assistant has read, and the interview."""
    reader = await reader_of(MemoryStore(), tmp_path)
    desk = reader.desk
    desk.language = language
    desk.assisted = True
    interview = await desk.answers("Mia", "spring", 2)
    question = desk.script.steps[0].question.id
    assessed = i.Assessment(question, found.answer, found.findings, found.addressed, found.why, *found_by(found))
    await desk.intake.apply(interview, i.Inbound("read", i.AssessmentMade(assessed)))
    await desk.joins("lee", "recruiter", "华东")
    desk.console.tools = desk.tools._replace(report_link=lambda *_: "")
    return reader, interview


def found_by(found: i.Assessment) -> tuple[str, str, str, i.Parameters, tuple[str, ...]]:
    return found.model, found.prompt, found.rubric, found.parameters, found.raw


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_it_is_seen_with_ones_own_rating_and_never_before(tmp_path: Path, language: str) -> None:
    reader, interview = await read(tmp_path, language)
    desk, words = reader.desk, ("AI", "RAW-OUTPUT", "I led it.")
    for line in (f"/rate {interview}", f"/report {interview}", f"/rate {interview} 2 3"):
        assert not any(word in text for text in texts(await desk.says("lee", line)) for word in words), line
    page = (await reader.page(interview, "lee", language)).text
    assert not any(word in shown(page) for word in words)
    rated = "\n".join(texts(await desk.says("lee", f"/rate {interview} 1 2")))
    assert all(line in rated for line in LINES[language])
    for text in (
        "\n".join(texts(await desk.says("lee", f"/report {interview}"))),
        shown((await reader.page(interview, "lee", language)).text),
    ):
        assert all(line in text for line in LINES[language])
        assert "RAW-OUTPUT" not in text
    assert not any(
        word in text for text in texts(await desk.says("boss", f"/report {interview}")) for word in words
    )


async def test_why_there_is_nothing_is_told_too(tmp_path: Path) -> None:
    reader, interview = await read(tmp_path, found=UNREAD)
    rated = texts(await reader.desk.says("lee", f"/rate {interview} 1 2"))
    line = "The AI assistant did not assess this answer: the transcript is too uncertain."
    assert any(line in text for text in rated)


async def test_an_overridden_level_stays_beside_the_rating(tmp_path: Path) -> None:
    reader, interview = await read(tmp_path)
    await reader.desk.says("lee", f"/rate {interview} 1 2")
    again = "\n".join(texts(await reader.desk.says("lee", f"/rate {interview} 1 5")))
    assert all(line in again for line in LINES["en"])
    report = "\n".join(texts(await reader.desk.says("lee", f"/report {interview}")))
    assert all(line in report for line in LINES["en"])


async def test_after_human_nobody_sees_it(tmp_path: Path) -> None:
    reader, interview = await read(tmp_path)
    desk = reader.desk
    await desk.says("lee", f"/rate {interview} 1 2")
    await desk.does("Mia", i.CommandReceived("human", "please call me"))
    for line in (f"/report {interview}", f"/rate {interview} 1 3"):
        assert not any("AI" in text for text in texts(await desk.says("lee", line)))
    assert "AI" not in shown((await reader.page(interview, "lee", "en")).text)

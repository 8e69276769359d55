"""What can be quoted to candidates: their own sentences, word for word."""

from conversation.views.answers import Answer, SaidPart, Spoken, Transcript
from conversation.views.sentences import MOST, sentences


def part(text: str, kind: str = "text", status: str = "") -> SaidPart:
    spoken = Spoken(1, status=status) if status else None  # type: ignore[arg-type]  # the statuses are given below
    return SaidPart(1, "telegram", "m1", kind, text, spoken=spoken)


def quotable(*parts: SaidPart, dropped: tuple[SaidPart, ...] = ()) -> list[str]:
    answer = Answer("q1", "s1", parts=list(parts), dropped=list(dropped))
    return [each.text for each in sentences(Transcript([answer], []))]


def test_answers_are_split_into_sentences_of_both_languages() -> None:
    assert quotable(part("我学统计。做过预测课题！还有吗？\n最后一句")) == [
        "我学统计。",
        "做过预测课题！",
        "还有吗？",
        "最后一句",
    ]
    assert quotable(part("I cut costs by 3.5 %. Then I led it! ok")) == ["I cut costs by 3.5 %.", "Then I led it!"]


def test_what_is_too_short_too_long_dropped_or_chosen_is_not_quoted() -> None:
    whole = part("a" * MOST)
    assert quotable(part("好。"), part("a" * (MOST + 1)), whole, part("option", "choice")) == ["a" * MOST]
    assert quotable(part("kept words"), dropped=(part("words taken back"),)) == ["kept words"]


def test_only_transcripts_that_were_confirmed_are_their_words() -> None:
    for status in ("confirmed", "edited"):
        assert quotable(part("我学统计。", "voice", status)) == ["我学统计。"]
    for status in ("unconfirmed", "pending", "failed"):
        assert quotable(part("我学统计。", "voice", status)) == []


def test_sentences_are_numbered_through_all_answers() -> None:
    answers = [Answer(name, "s1", parts=[part("First one. Second one.")]) for name in ("q1", "q2")]
    found = sentences(Transcript(answers, []))
    assert [(each.number, each.question) for each in found] == [(1, "q1"), (2, "q1"), (3, "q2"), (4, "q2")]

"""The questions and answers of an interview, read back from its record."""

from conversation import events as e
from conversation.views.answers import Transcript, read
from tests.dialogues.playing import script_named

SCRIPT = script_named("short")


def _read(*events: e.AnyEvent) -> Transcript:
    """Return the transcript of a record with these events, one per second."""
    entries = [
        e.Entry(number, number * 1000, "candidate", f"in:{number}", (each,))
        for number, each in enumerate(events, 1)
    ]
    return read(entries, SCRIPT)


def _part(message: str, text: str, question: str = "about-you") -> e.PartReceived:
    return e.PartReceived(question=question, text=text, message=message, channel="telegram")


ASKED = e.QuestionAsked(0, "about-you", "introduction")


def test_questions_come_in_the_scripts_order_whatever_was_asked() -> None:
    answers = _read(ASKED).answers
    assert [(answer.question, answer.status) for answer in answers] == [
        ("about-you", "open"),
        ("tools", "none"),
        ("typical", "none"),
        ("share", "none"),
    ]


def test_parts_and_their_submission() -> None:
    answer = _read(ASKED, _part("m1", "one"), _part("m2", "two"), e.AnswerSubmitted("about-you")).answers[0]
    assert [(part.text, part.channel, part.at_ms) for part in answer.parts] == [
        ("one", "telegram", 2000),
        ("two", "telegram", 3000),
    ]
    assert (answer.status, answer.submitted_ms) == ("submitted", 4000)


def test_an_edit_in_time_changes_the_text_and_a_late_one_stands_beside_it() -> None:
    part = _read(ASKED, _part("m1", "one"), e.PartEdited("m1", "two"), e.PartEdited("m1", "three", late=True))
    assert (part.answers[0].parts[0].text, part.answers[0].parts[0].revision) == ("two", "three")


def test_an_edit_of_what_was_no_answer_changes_nothing() -> None:
    assert _read(ASKED, _part("m1", "one"), e.PartEdited("m9", "two", late=True)).answers[0].parts[0].text == "one"


def test_starting_over_keeps_what_was_said_before() -> None:
    answer = _read(ASKED, _part("m1", "one"), e.AnswerRestarted("about-you"), _part("m2", "two")).answers[0]
    assert [part.text for part in answer.parts] == ["two"]
    assert [part.text for part in answer.dropped] == ["one"]


def test_what_was_said_on_returning_counts_when_adopted() -> None:
    away = (ASKED, e.Paused("candidate"), e.Returned("hello", "m5"))
    assert _read(*away).answers[0].parts == []
    adopted = _read(*away, e.SaidAdopted("m5")).answers[0].parts
    assert [(part.message, part.text) for part in adopted] == [("m5", "hello")]


def test_a_late_part_joins_its_own_question() -> None:
    second = e.QuestionAsked(1, "tools", "introduction")
    answers = _read(ASKED, _part("m1", "one"), e.AnswerSubmitted("about-you"), second, _part("m2", "more")).answers
    assert [part.text for part in answers[0].parts] == ["one", "more"]
    assert answers[1].parts == []


def test_a_pause_that_becomes_an_exit_is_one_absence_with_its_reason() -> None:
    away = _read(
        ASKED,
        e.Paused("silence"),
        e.Exited(),
        e.ReasonGiven("other", "personal"),
        e.ReasonDetailed("the train"),
        e.Returned(),
    ).interruptions
    assert len(away) == 1
    assert (away[0].at_ms, away[0].returned_ms, away[0].kind) == (2000, 6000, "exit")
    assert (away[0].reason, away[0].group, away[0].said) == ("other", "personal", "the train")


def test_an_outage_of_ours_is_no_absence_of_the_candidate() -> None:
    away = _read(
        ASKED, e.Exited(), e.DeadlineExtended(99, "outage"), e.ReasonGiven("network", "technical")
    ).interruptions
    assert [(each.kind, each.reason) for each in away] == [("exit", "network"), ("outage", "")]


def test_a_lapse_in_silence() -> None:
    away = _read(ASKED, e.Paused("silence"), e.Lapsed(), e.ReasonGiven("skipped")).interruptions
    assert [(each.kind, each.returned_ms, each.reason) for each in away] == [("silence", 0, "skipped")]


def test_what_the_platform_understood_stands_beside_our_transcript() -> None:
    heard = e.VoiceReceived("about-you", 0, 1, "audio", "code", recognised="我来自北惊")
    ours = e.Transcribed(1, "我来自北京", 0.9, "tiny", 2_400)
    part = _read(ASKED, heard, ours).answers[0].parts[0]
    assert part.spoken is not None
    assert (part.spoken.machine, part.spoken.platform) == ("我来自北京", "我来自北惊")

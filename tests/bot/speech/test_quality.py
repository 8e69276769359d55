"""Which recognised texts are believed: real answers, but not the model's inventions."""

import math

import pytest

from bot.speech import quality
from bot.speech.quality import Believed, Doubted, Piece, judge


def piece(
    text: str, *, confidence: float = 0.9, no_speech: float = 0.1, at_ms: int = 0, for_ms: int = 2000
) -> Piece:
    return Piece(at_ms, at_ms + for_ms, text, math.log(confidence), no_speech)


def believed(*pieces: Piece, language: str = "zh", hints: tuple[str, ...] = ()) -> Believed:
    verdict = judge(list(pieces), language, hints)
    assert isinstance(verdict, Believed), verdict
    return verdict


def doubted(*pieces: Piece, language: str = "zh", hints: tuple[str, ...] = ()) -> Doubted:
    verdict = judge(list(pieces), language, hints)
    assert isinstance(verdict, Doubted), verdict
    return verdict


def test_an_answer_keeps_its_words_times_and_confidence() -> None:
    verdict = believed(
        piece("我叫李明。", confidence=0.8), piece("来自北京。", confidence=0.6, at_ms=2500, for_ms=6000)
    )
    assert verdict.text == "我叫李明。来自北京。"
    assert [(each.start_ms, each.end_ms) for each in verdict.segments] == [(0, 2000), (2500, 8500)]
    assert [round(each.confidence, 3) for each in verdict.segments] == [0.8, 0.6]
    assert verdict.confidence == pytest.approx((0.8 * 2 + 0.6 * 6) / 8)


def test_a_probability_of_one_is_the_most() -> None:
    assert believed(Piece(0, 0, "好的", 0.0001, 0)).confidence == 1


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["我叫李明", "来自北京"], "我叫李明 来自北京"),
        (["我叫李明，", "来自北京。"], "我叫李明，来自北京。"),
        ([" I am Bob.", " I like tea."], "I am Bob. I like tea."),
        (["我用 Python", "做报表。"], "我用 Python 做报表。"),
        (["好的。", " Yes.", "", "对。"], "好的。Yes. 对。"),
    ],
)
def test_pieces_are_joined_as_one_would_write_them(pieces: list[str], text: str) -> None:
    assert believed(*map(piece, pieces)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "谢谢观看",
        "謝謝大家的觀看。",
        "感谢您的观看!",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "字幕由Amara.org社区提供",
        "字幕志愿者 李宗盛",
        "中文字幕由 某某 提供",
        "优优独播剧场——YoYo Television Series Exclusive",
        "Thanks for watching!",
        "Thank you so much for watching, see you next time.",
        "Please subscribe to my channel.",
        "Subtitles by the Amara.org community",
    ],
)
def test_a_phrase_from_subtitles_is_no_speech(text: str) -> None:
    assert doubted(piece(text)) == Doubted("silence", quality.in_script(text, "zh"))
    assert believed(piece("我工作了三年。"), piece(text)).text == "我工作了三年。"


@pytest.mark.parametrize(
    "text",
    [
        "谢谢。",
        "谢谢大家。",
        "Thank you.",
        "Thank you for listening to my answer.",
        "我负责给视频做字幕，由我们组提供翻译，每天检查三遍。",
        "我会提醒用户点赞订阅，这样新的视频他们就能看到。",
        "我运营的频道，每期结尾都说谢谢观看，后来我们把它去掉了。",
        "I ran a channel and said thanks for watching at the end of each video.",
    ],
)
def test_what_a_candidate_may_well_say_stays(text: str) -> None:
    assert believed(piece(text)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "嗯" * 10,
        "嗯，" * 10,
        "对对对对对对对对",
        "是的" * 8,
        "我觉得很好。" * 5,
        "I think so. " * 6,
        "呃这个，" * 30,
    ],
)
def test_one_thing_over_and_over_is_unclear(text: str) -> None:
    assert doubted(piece(text)).why == "unclear"


def test_a_loop_over_several_pieces_is_unclear() -> None:
    assert doubted(*(piece("我觉得很好。", at_ms=at * 2000) for at in range(6))).why == "unclear"


def test_a_looping_piece_is_left_out_of_an_answer() -> None:
    assert believed(piece("我在银行做了五年会计。"), piece("嗯" * 30), piece("现在想换工作。")).text == (
        "我在银行做了五年会计。现在想换工作。"
    )


@pytest.mark.parametrize(
    "text",
    [
        "嗯嗯嗯，好的。",
        "对对对对对，就是这样。",
        "哈哈哈哈哈哈，这个问题很有意思，我想一想再回答。",
        "我的电话是幺三八八八八八八八八八。",
        "八八八八八八八八八八",
        "13888888888",
        "No, no, no, that was not my job.",
        "好的好的好的。",
    ],
)
def test_what_people_repeat_is_no_loop(text: str) -> None:
    assert believed(piece(text)).text == text


def test_what_the_model_calls_no_speech_is_left_out_unless_it_is_sure_of_the_words() -> None:
    assert doubted(piece("我也不知道", confidence=0.4, no_speech=0.9)).why == "silence"
    assert believed(piece("我也不知道", confidence=0.8, no_speech=0.9)).text == "我也不知道"
    assert believed(piece("我也不知道", confidence=0.4, no_speech=0.3)).text == "我也不知道"


def test_words_that_are_guessed_are_unclear_and_shown_as_such() -> None:
    assert doubted(piece("我也不知道", confidence=0.2)) == Doubted("unclear", "我也不知道")


def test_one_unsure_piece_does_not_spoil_a_long_answer() -> None:
    verdict = believed(piece("我工作了三年。", for_ms=9000), piece("大概吧。", confidence=0.2, at_ms=9000))
    assert verdict.text == "我工作了三年。大概吧。"


def test_the_hints_said_back_are_no_speech() -> None:
    hints = ("Python", "Redis", "微服务", "敏捷")
    assert doubted(piece(" Python, Redis, 微服务, 敏捷"), hints=hints).why == "silence"
    assert doubted(piece("Python Redis 微服务"), hints=hints).why == "silence"
    assert believed(piece("Python"), hints=hints).text == "Python"
    assert believed(piece("Python, Redis"), hints=hints[:2]).text == "Python, Redis"


@pytest.mark.parametrize("pieces", [[], [""], [" ", "。", "…!"]])
def test_no_words_are_silence(pieces: list[str]) -> None:
    assert doubted(*map(piece, pieces)).why == "silence"


def test_chinese_is_written_in_simplified_characters_and_nothing_else_changes() -> None:
    text = "我負責「資料庫」；用 Python 3，OK？"
    assert believed(piece(text)).text == "我负责「资料库」；用 Python 3，OK？"
    assert believed(piece(text)).segments[0].text == "我负责「资料库」；用 Python 3，OK？"
    assert believed(piece("資料庫 is a database"), language="en").text == "資料庫 is a database"


@pytest.mark.parametrize(("level", "why"), [(-120, "silence"), (-60, "silence"), (-44, "noise"), (-20, "noise")])
def test_without_a_voice_it_is_silence_or_noise_by_its_level(level: float, why: str) -> None:
    assert quality.without_speech(level) == Doubted(why)  # type: ignore[arg-type]

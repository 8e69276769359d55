"""Scenes: the inputs that lead a candidate to each prompt, one scene per prompt and kind of question."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from conversation import inbound as i
from conversation import prompt as p
from tests.conversation.prompts.player import VOICE, Player

Act = Callable[[Player], object]


class Scene(NamedTuple):
    """The acts that lead to `prompt`. `earlier` is a label from a list shown before the last one."""

    prompt: type[p.Prompt]
    acts: Sequence[Act]
    earlier: str = "技术支持"


def says(text: str) -> Act:
    return lambda player: player.does(i.TextReceived(text))


def presses(label: str) -> Act:
    return lambda player: player.presses(label)


def speaks(player: Player) -> None:
    player.does(VOICE)


def heard(text: str) -> Act:
    def act(player: Player) -> None:
        number = player.state.voices
        player.happens(i.AudioArchived(number, f"{number:064x}", 4000, "ogg-opus"))
        player.happens(i.TranscriptReady(number, text, 0.9, "tiny", 42_000))

    return act


def unheard(player: Player) -> None:
    number = player.state.voices
    player.happens(i.AudioArchived(number, f"{number:064x}", 4000, "ogg-opus"))
    player.happens(i.TranscriptFailed(number, "silence", 42_000))


def waits(minutes: int) -> Act:
    return lambda player: player.waits(minutes)


def opens(player: Player) -> None:
    player.does(i.Opened())


def command(name: str) -> Act:
    return lambda player: player.does(i.CommandReceived(name))


_START = (opens, presses("同意并开始"))
_OPEN = _START
_SHORT = (*_OPEN, says("我学统计。"), presses("提交"))
_CHOICE = (*_SHORT, says("Excel"))
_NUMBER = (*_CHOICE, presses("中位数"))
_EXITED = (*_OPEN, says("我学统计。"), command("exit"), presses("退出面试"))

SCENES: dict[str, Scene] = {
    "name": Scene(p.NamePrompt, (opens,)),
    "guide": Scene(p.GuidePrompt, (opens,)),
    "practice": Scene(p.PracticePrompt, (opens, presses("先练一题")), "个人信息说明"),
    "answer, open": Scene(p.AnswerPrompt, _OPEN, "稍后再说"),
    "answer, open, with something said": Scene(p.AnswerPrompt, (*_OPEN, says("我学统计。"))),
    "answer, open, after the status": Scene(
        p.AnswerPrompt, (*_OPEN, says("我学统计。"), command("status")), "提交"
    ),
    "answer, short": Scene(p.AnswerPrompt, _SHORT, "提交"),
    "answer, short, after the status": Scene(p.AnswerPrompt, (*_SHORT, command("status")), "技术支持"),
    "answer, choice": Scene(p.AnswerPrompt, _CHOICE, "提交"),
    "answer, choice, after the status": Scene(p.AnswerPrompt, (*_CHOICE, command("status")), "中位数"),
    "answer, number": Scene(p.AnswerPrompt, _NUMBER, "中位数"),
    "answer, number, after the status": Scene(p.AnswerPrompt, (*_NUMBER, command("status"))),
    "answer, number, after a silence": Scene(p.AnswerPrompt, (*_NUMBER, waits(11)), "中位数"),
    "answer, choice, changed": Scene(p.AnswerPrompt, (*_NUMBER, presses("改一下")), "改一下"),
    "return, with something said": Scene(
        p.ReturnPrompt, (*_OPEN, says("我学统计。"), command("pause"), says("在家里"))
    ),
    "unheard": Scene(p.UnheardPrompt, (*_OPEN, speaks, presses("提交"), unheard), "先跳过这题"),
    "remark, open": Scene(p.RemarkPrompt, (*_OPEN, says("你好")), "提交"),
    "remark, short": Scene(p.RemarkPrompt, (*_SHORT, says("有人吗")), "先跳过这题"),
    "remark, number": Scene(p.RemarkPrompt, (*_NUMBER, says("还剩多久")), "中位数"),
    "value, choice": Scene(p.ValuePrompt, (*_CHOICE, says("我觉得大概应该是中位数比较合适")), "平均数"),
    "value, number": Scene(p.ValuePrompt, (*_NUMBER, says("我算下来大概是 75 左右")), "先跳过这题"),
    "leave, open": Scene(p.LeavePrompt, (*_OPEN, says("我学统计。"), command("exit")), "提交"),
    "leave, short": Scene(p.LeavePrompt, (*_SHORT, command("exit")), "先跳过这题"),
    "leave, choice": Scene(p.LeavePrompt, (*_CHOICE, command("exit")), "中位数"),
    "leave, number": Scene(p.LeavePrompt, (*_NUMBER, command("exit"))),
    "leave, number, and then a remark": Scene(p.AnswerPrompt, (*_NUMBER, command("exit"), says("等等我想想"))),
    "leave, short, and then a remark": Scene(p.RemarkPrompt, (*_SHORT, command("exit"), says("手机快没电了"))),
    "away, paused": Scene(p.AwayPrompt, (*_OPEN, command("pause")), "提交"),
    "away, left": Scene(p.AwayPrompt, (*_EXITED, presses("已有其他机会")), "不考虑了"),
    "time": Scene(p.TimePrompt, (*_OPEN, command("pause"), presses("稍后再说")), "继续面试"),
    "trouble": Scene(
        p.TroublePrompt, (*_EXITED, presses("网络不好"), says("我回来了。"), presses("还没解决")), "提交"
    ),
    "reason": Scene(p.ReasonPrompt, _EXITED, "暂停一下"),
    "detail": Scene(p.DetailPrompt, (*_EXITED, presses("其他")), "网络不好"),
    "correction": Scene(p.CorrectionPrompt, (*_OPEN, speaks, heard("我学统计"), presses("用文字更正")), "重新说"),
    "addition": Scene(p.AdditionPrompt, (*_OPEN, speaks, presses("提交"), unheard, presses("补充这一题"))),
    "request, correct": Scene(p.RequestPrompt, (*_OPEN, command("correct"))),
    "request, adjust": Scene(p.RequestPrompt, (*_OPEN, command("adjust"))),
    "deletion": Scene(p.DeletionPrompt, (*_OPEN, says("我学统计。"), command("delete")), "提交"),
    "support": Scene(p.SupportPrompt, (*_OPEN, presses("技术支持")), "提交"),
    "review": Scene(p.ReviewPrompt, (*_NUMBER, says("75"))),
    "feedback": Scene(p.FeedbackPrompt, (*_NUMBER, says("75"), presses("全部提交")), "全部提交"),
    "comment": Scene(p.CommentPrompt, (*_NUMBER, says("75"), presses("全部提交"), presses("😀")), "🙂"),
    "none, completed": Scene(
        p.NoPrompt, (*_NUMBER, says("75"), presses("全部提交"), presses("😀"), says("问题很清楚")), "😀"
    ),
    "lapsed": Scene(p.LapsedPrompt, (*_OPEN, says("我学统计。"), waits(80 * 60), presses("网络不好")), "提交"),
}

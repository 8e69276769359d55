"""Hypothesis strategies for random conversations: anything that may happen to an interview, in any order."""

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from conversation import inbound as i

Who = Literal["candidate", "second", "stranger"]
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Said:
    """A message that is no command or choice, so it must be recorded. `sent_ago_ms` -1 means unknown."""

    text: str
    who: Who = "candidate"
    sent_ago_ms: int = -1


@dataclass(frozen=True)
class Done:
    """An event with a sender whose words need not be recorded, such as a known word or a press."""

    what: i.What
    who: Who = "candidate"
    sent_ago_ms: int = -1


@dataclass(frozen=True)
class Pressed:
    """A press of a button that was offered: the `back`th from the end, perhaps no longer valid."""

    back: int
    who: Who = "candidate"


@dataclass(frozen=True)
class Edited:
    """An edit of the `back`th message from the end."""

    back: int
    text: str


@dataclass(frozen=True)
class Passed:
    """Time passes, and each timer fires when it is due."""

    ms: int


@dataclass(frozen=True)
class Happened:
    """An event without a sender."""

    what: i.What


@dataclass(frozen=True)
class Moved:
    """A recruiter moves the deadline to `by_ms` from now."""

    by_ms: int


@dataclass(frozen=True)
class Coded:
    """A resume code is entered: the last one issued, or a wrong one."""

    who: Who
    right: bool = True


@dataclass(frozen=True)
class Stood:
    """Colleagues pause the account on Telegram, or resume it."""

    still: bool


Action = Said | Done | Pressed | Edited | Passed | Happened | Moved | Coded | Stood

# Every sentence has a number, so that no other text matches it.
_PROSE = st.builds(
    lambda number, words, more: f"{words} =={number}== {more}".strip(),
    st.integers(10**6, 10**9),
    st.sampled_from(
        ["I am", "我叫张三", "不知道", "hello", "**bold** {name} %s", "<b>&amp;", "مرحبا", "🎤\u200d🙂", "a\x00b"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.just("long " * 800),
)
_WORD_LIST = """
    1 2 3 4 5 9 0 12 ① a A b C １ 三 -1 3.5 -5 1e9 nan submit 提交 done 退出 exit /exit pause 暂停
    重新说 再说一遍 更正 again correct add 补充
    continue 继续 here 是 yes no north south(中) redo 重新回答 support 技术支持 back english 中文 agree
    同意并开始 later help 帮助 我的记录 delete 换个设备继续
"""
_CHOICE_LIST = """
    agree skip later later.hour later.evening later.tomorrow later.never privacy language support submit redo
    keep continue leave pause exit device here back nevermind confirm extension option.0 option.2
    option.3 option.-1 option.x option.² option.٣ reason.network reason.no_time reason.other
    unsolved reason.skipped reason.unknown reason. face.4 face.1 face.9 adjust.time adjust.text adjust.other
    adjust. failed . @ .. submit.1 submit.2 submit.99 submit.x respeak.1 respeak.2 respeak. respeak correct.1
    correct.2 correct.9999999 correct add.0 add.1 add.3 add.-1 add.x add
"""
_COMMAND_LIST = """
    start exit pause status help language mydata export correct delete human adjust switch privacy
    support stats 退出
"""
_NOTICED = st.sampled_from(["lost", "connected", "hidden", "shown", "closed", "network"])
_WORDS = st.sampled_from([*_WORD_LIST.split(), "", " ", "\n", "\u200b", "1 2", "Agree and start", "2 years"])
_CHOICES = st.sampled_from(_CHOICE_LIST.split())
_INDICES = st.sampled_from(["", "@", "@-1", "@0", "@1", "@2", "@3", "@4", "@99999", "@x", "@0@1"])
_PRESSES = st.builds(lambda choice, index: i.ChoicePressed(choice + index), _CHOICES, _INDICES) | st.builds(
    i.ChoicePressed, st.text(max_size=60)
)
_COMMANDS = st.builds(
    i.CommandReceived,
    st.sampled_from([*_COMMAND_LIST.split(), ""]),
    st.sampled_from(["", "en", "中文", "my name is Li", "x" * 300]),
)
_VOICES = st.builds(
    i.VoiceReceived,
    st.builds(
        i.Media,
        st.just("file-id"),
        st.sampled_from(["voice", "audio", "video_note"]),
        st.sampled_from([0, 400, 42_000, 10**9]),
        st.sampled_from([0, 4_000, 10**12]),
    ),
)
_KNOWN = (
    _WORDS.map(i.TextReceived)
    | _PRESSES
    | _COMMANDS
    | st.sampled_from(["sticker", "location", "", "x" * 100]).map(i.OtherReceived)
    | _VOICES
    | st.sampled_from([i.ChannelClosed("blocked"), i.ChannelReopened(), i.Opened()])
)
_WHO: st.SearchStrategy[Who] = st.sampled_from(["candidate"] * 8 + ["second", "stranger"])
_AGO = st.sampled_from([-1, -1, 0, 500, 3 * SECOND, 2 * MINUTE, HOUR, 3 * DAY])
_HAPPENINGS = st.sampled_from(
    [i.Ticked(), i.Ticked(), i.SetAside(), i.DeliveryFailed("blocked"), i.OutageEnded(2 * HOUR), i.OutageEnded(0)]
)
_WRITTEN = [i.SupportAnswered("Can you come?", "ann"), i.Announced("Reply 1 or 2.", "bob")]
_BY_STAFF = st.sampled_from([i.ReminderAsked(), i.InvitationWithdrawn(), *_WRITTEN]) | st.builds(
    i.DecisionMade,
    st.sampled_from(["yes", "hold", "no", "", "x"]),
    st.just("ann"),
    st.sampled_from(["", "a note"]),
)
_RESULTS = st.builds(
    i.ResultGiven,
    st.sampled_from(["yes", "hold", "no", "x"]),
    st.just("ann"),
    st.sampled_from(["", "Good luck!"]),
    st.booleans(),
    st.sampled_from([None, i.Writer(i.Address("telegram", "1", "2"), "en", "no")]),
)
_RATINGS = st.sampled_from([i.RatingsLookedAt("ann"), i.RatingsLookedAt("bob")]) | st.builds(
    i.RatingGiven,
    st.sampled_from(["about", "city", "where", "years", "", "x"]),
    st.sampled_from([1, 3, 5, None, 0, 6]),
    st.sampled_from(["ann", "bob"]),
    st.sampled_from(["", "a note"]),
)
_VOICE = st.sampled_from([1, 1, 2, 3, 4, 0, 77])
_LISTENED = st.one_of(
    st.builds(i.AudioArchived, _VOICE, st.just("ab" * 32), st.just(4_000), st.just("ogg-opus")),
    st.builds(i.AudioLost, _VOICE, st.sampled_from(["gone", "too_large", "expired", "no_space"])),
    st.builds(
        i.TranscriptReady,
        _VOICE,
        st.sampled_from(["我叫张三", "my name is Anna", "**bold** {name} 7", "7"]),
        st.sampled_from([0.1, 0.9]),
        st.just("tiny"),
        st.just(42_000),
    ),
    st.builds(
        i.TranscriptFailed,
        _VOICE,
        st.sampled_from(
            ["silence", "noise", "unclear", "broken", "empty", "unknown_format", "too_long", "failed"]
        ),
    ),
    st.builds(i.TranscriptDelayed, _VOICE),
)
_FILE = st.sampled_from([1, 1, 2, 3, 4, 0, 77])
_FETCHED = st.one_of(
    st.builds(
        i.FileArchived,
        _FILE,
        st.builds(
            i.Attachment, st.sampled_from(["chart.png", "photo.jpg"]), st.just("ab" * 32), st.just("image/png")
        ),
        st.just(4_000),
        answer=st.just(True),
    ),
    st.builds(
        i.FileLost, _FILE, st.sampled_from(["gone", "too_large", "expired", "no_space"]), answer=st.just(True)
    ),
)
_PICTURES = st.builds(
    i.OtherReceived,
    st.sampled_from(["photo", "document", "video"]),
    st.none() | st.builds(i.Media, st.just("file-id"), st.just("photo"), size=st.sampled_from([0, 4_000, 10**12])),
    st.sampled_from(["", "chart.png", "x" * 200]),
    _PROSE | st.just(""),
)
_FORWARD = st.builds(  # actions that advance an interview, so that examples get far
    Done,
    st.sampled_from(
        [
            i.ChoicePressed("agree"),
            i.ChoicePressed("submit"),
            i.ChoicePressed("option.1"),
            i.TextReceived("7"),
            i.ChoicePressed("continue"),
        ]
    ),
)
_SHOWN = st.builds(Done, st.builds(i.CircumstanceNoticed, _NOTICED), _WHO)
_SAYINGS = st.builds(Said, _PROSE, _WHO, _AGO)

ACTIONS: st.SearchStrategy[Action] = st.one_of(
    _FORWARD,
    _FORWARD,
    _SAYINGS,
    _SAYINGS,
    st.builds(Done, _KNOWN, _WHO, _AGO),
    st.builds(Done, _KNOWN, _WHO, _AGO),
    st.builds(Pressed, st.integers(0, 40), _WHO),
    st.builds(Pressed, st.integers(0, 3)),
    st.builds(Edited, st.integers(0, 6), _PROSE),
    st.builds(Passed, st.sampled_from([SECOND, MINUTE, 11 * MINUTE, HOUR, 9 * HOUR, DAY, 4 * DAY])),
    st.builds(Happened, _HAPPENINGS),
    st.builds(Happened, _BY_STAFF | _RATINGS | _RESULTS),
    st.builds(Done, _VOICES, _WHO, _AGO),
    st.builds(Happened, _LISTENED),
    st.builds(Happened, _LISTENED),
    st.builds(Done, _PICTURES, _WHO, _AGO),
    st.builds(Happened, _FETCHED),
    _SHOWN,
    st.builds(Moved, st.sampled_from([-HOUR, 0, HOUR, 10 * DAY])),
    st.builds(Coded, _WHO, st.booleans()),
    st.builds(Stood, st.booleans()),
)
CONVERSATIONS = st.lists(ACTIONS, max_size=40) | st.lists(ACTIONS, min_size=15, max_size=40)

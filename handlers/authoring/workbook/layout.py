"""The sheets of a script's workbook: headings in both languages, and how wide each column is."""

from typing import NamedTuple

from conversation.script import FOLLOW_UP_WHEN, LANGUAGES
from conversation.words import normal
from handlers.authoring.faults import say


class Column(NamedTuple):
    """A column or, on the sheet of the interview, a row. `optional` ones may be left empty."""

    key: str
    zh: str
    en: str
    width: int = 12
    optional: bool = True

    def in_(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class Sheet(NamedTuple):
    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def in_(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    def column(self, heading: str) -> Column | None:
        """Return the column with this heading in either language."""
        said = normal(heading)
        return next((each for each in self.columns if said in (normal(each.zh), normal(each.en))), None)


MARKS = ("1", "3", "5", "2", "4")
QUESTIONS = Sheet(
    "questions",
    "题目",
    "Questions",
    (
        Column("stage_zh", "环节（中文）", "Stage (Chinese)", 16, optional=False),
        Column("stage_en", "环节（英文）", "Stage (English)", 16),
        Column("weight", "权重", "Weight", 8, optional=False),
        Column("kind", "题型", "Kind", 10, optional=False),
        Column("ask_zh", "题目（中文）", "Question (Chinese)", 44, optional=False),
        Column("ask_en", "题目（英文）", "Question (English)", 44),
        Column("minutes", "建议分钟", "Minutes", 10, optional=False),
        Column("options_zh", "选项（中文，一行一个）", "Options (Chinese, one a line)", 24),
        Column("options_en", "选项（英文，一行一个）", "Options (English, one a line)", 24),
        Column("expect", "预期答案", "Expected answer", 16),
        *(
            Column(f"rubric{mark}_{language}", f"{mark} 分看什么（{zh}）", f"Looked for at {mark} ({en})", 28)
            for mark in MARKS[:3]
            for language, zh, en in (("zh", "中文", "Chinese"), ("en", "英文", "English"))
        ),
        Column("competencies", "考察能力", "Competencies", 20),
        Column("difficulty", "难度", "Difficulty", 8),
        Column("voice", "语音", "Voice", 10),
        Column("files", "附件", "Files", 10),
        Column("skip", "可以后答", "May be put off", 10),
        Column("follow_up", "追问", "Follow-up", 16),
        Column("min", "最小值", "Smallest number", 10),
        Column("max", "最大值", "Largest number", 10),
        *(
            Column(f"rubric{mark}_{language}", f"{mark} 分看什么（{zh}）", f"Looked for at {mark} ({en})", 28)
            for mark in MARKS[3:]
            for language, zh, en in (("zh", "中文", "Chinese"), ("en", "英文", "English"))
        ),
        *(
            Column(
                f"anchors{mark}_{language}", f"{mark} 分的参考回答（{zh}）", f"Sample answer at {mark} ({en})", 28
            )
            for mark in sorted(MARKS)
            for language, zh, en in (("zh", "中文", "Chinese"), ("en", "英文", "English"))
        ),
        Column("id", "题目编号", "Question id", 14),
        Column("stage_id", "环节编号", "Stage id", 14),
        Column("option_ids", "选项编号（一行一个）", "Option ids (one a line)", 16),
    ),
)
INTERVIEW = Sheet(
    "interview",
    "面试",
    "Interview",
    (
        Column("id", "编号", "Id", optional=False),
        Column("title", "岗位", "Position", optional=False),
        Column("guide", "开场说明", "Guide", optional=False),
        Column("version", "说明版本", "Notice version", optional=False),
        Column("privacy", "个人信息说明", "Privacy notice", optional=False),
        Column("deadline", "完成期限", "Deadline"),
        Column("reminders", "提醒", "Reminders"),
        Column("level", "级别", "Level"),
        Column("register", "登记", "Registration"),
        Column("transcript", "语音转写", "Transcript"),
        Column("exit_warning", "退出提示", "Exit warning"),
        Column("by", "结果时间", "Result by"),
        Column("told_by", "由谁通知", "Told by"),
        Column("next_round", "告知：进入下一轮", "Message: next round"),
        Column("on_hold", "告知：还在考虑", "Message: on hold"),
        Column("not_selected", "告知：没有入选", "Message: not selected"),
        Column("recruiter", "招聘人员称呼", "Recruiter"),
        Column("review", "交卷前检查", "Review at the end"),
        Column("practice", "练习题", "Practice question"),
        Column("terms", "专业词汇", "Terms"),
        Column("rated_twice", "两人评分比例", "Rated by two"),
        Column("retain", "保存期限", "Kept for"),
    ),
)
MESSAGES = {"next_round": "yes", "on_hold": "hold", "not_selected": "no"}
"""The rows with messages about the result, and the outcome that each tells."""
TEXTS = frozenset({"title", "guide", "privacy", "told_by", "recruiter", "terms", *MESSAGES})
"""The rows of the interview's sheet that have a Chinese and an English cell. The others have one."""
COMPETENCIES = Sheet(
    "competencies",
    "能力",
    "Competencies",
    (
        Column("zh", "能力（中文）", "Competency (Chinese)", 30),
        Column("en", "能力（英文）", "Competency (English)", 30),
        Column("id", "能力编号", "Competency id", 16),
    ),
)
REASONS = Sheet(
    "exit_reasons",
    "退出原因",
    "Exit reasons",
    (
        Column("id", "原因编号", "Reason id", 16),
        Column("group", "类别", "Group", 14),
        Column("zh", "原因（中文）", "Reason (Chinese)", 30),
        Column("en", "原因（英文）", "Reason (English)", 30),
    ),
)
FAQ = Sheet(
    "faq",
    "常见问题",
    "Frequent questions",
    (
        Column("q_zh", "问法（中文，一行一个）", "Asked as (Chinese, one a line)", 36),
        Column("q_en", "问法（英文，一行一个）", "Asked as (English, one a line)", 36),
        Column("a_zh", "回答（中文）", "Answer (Chinese)", 50),
        Column("a_en", "回答（英文）", "Answer (English)", 50),
    ),
)
SHEETS = (INTERVIEW, QUESTIONS, COMPETENCIES, REASONS, FAQ)
ITEM, VALUE_ZH, VALUE_EN = "项目", "中文或内容", "英文"
WORDS: dict[str, tuple[str, ...]] = {
    "kind": ("open", "short", "choice", "number"),
    "voice": ("allowed", "required", "off"),
    "files": ("allowed", "off"),
    "skip": ("allowed", "off"),
    "follow_up": FOLLOW_UP_WHEN,
    "register": ("none", "name"),
    "level": ("junior", "manager"),
    "transcript": ("confirm", "silent"),
    "exit_warning": ("full", "brief"),
    "review": ("true", "false"),
    "practice": ("true", "false"),
    "group": ("technical", "time", "flow", "personal"),
}
"""The words of the script that a cell may hold."""


def label(key: str, word: str, language: str) -> str:
    """Return what a word of the script is called in a workbook."""
    return say(f"value.{key}.{word}").in_(language)


def meant(key: str, written: str) -> str:
    """Return the word of the script for a cell's text in either language, or the text if it is none."""
    said = normal(written)
    for word in WORDS[key]:
        if said in (normal(word), *(normal(label(key, word, language)) for language in LANGUAGES)):
            return word
    return written

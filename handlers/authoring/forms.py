"""The written form of a script: its keys, their types and limits. `checks` covers relations between them."""

import re
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from conversation.question_kinds import KINDS
from conversation.script import RATED_TWICE, ReasonGroup
from handlers.authoring.faults import closest, named, one_of, say, shown
from handlers.authoring.times import complaint, result_days, retention, seconds
from handlers.authoring.tree import Unquoted

PLACEHOLDERS = ("name", "title", "stages", "questions", "minutes", "deadline")
GUIDE_LINES = 8
BEFORE_DEADLINE = "before-deadline"
_PERCENTAGE = re.compile(r"([0-9]{1,3})\s*[%％]?", re.ASCII)
_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
T = TypeVar("T")


def _reminder(text: str) -> str:
    """Check a reminder's form; `build` parses it."""
    head, _, rest = text.strip().partition(" ")
    if head == BEFORE_DEADLINE and rest:
        seconds(rest)
    elif head.lower().startswith("before"):
        raise complaint(say("reminder", text=shown(text)), say("reminder.write"))
    else:
        seconds(text)
    return text


def _duration(text: str) -> str:
    seconds(text)
    return text


def _unit_missing(value: T) -> T:
    if isinstance(value, int | float):
        raise complaint(say("unit", value=value), say("unit.write", value=value))
    return value


def _off(value: object) -> object:
    """Undo YAML's reading of an unquoted `off` as a boolean."""
    return value.text if isinstance(value, Unquoted) and value.text == "off" else value


def _switch(value: object) -> bool:
    """Accept all of YAML's words for true and false."""
    text = value.text if isinstance(value, Unquoted) else value
    if not isinstance(text, str):
        raise complaint(say("switch.none"), say("switch.write"))
    if text.lower() in _SWITCHES:
        return _SWITCHES[text.lower()]
    meant = closest(text, ("true", "false"))
    write = say("meant", name=shown(meant)) if meant else say("switch.write")
    raise complaint(say("switch", text=shown(text)), write)


def _result_days(text: str) -> str:
    result_days(text)
    return text


def _retention(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    retention(str(value))
    return str(value)


def _day_missing(value: T) -> T:
    if isinstance(value, int | float):
        raise complaint(say("unit", value=value), say("unit.days.write", value=value))
    return value


def _default_reasons(value: T) -> T | None:
    if isinstance(value, str) and value != "default":
        raise complaint(say("reasons", text=shown(value)), say("reasons.write"))
    return None if value == "default" else value


def _percentage(value: object) -> object:
    """Accept `20%` and `20`."""
    found = _PERCENTAGE.fullmatch(str(value).strip()) if isinstance(value, int | str) else None
    if found is None or int(found[1]) > 100:
        raise complaint(say("percentage", text=shown(str(value))), say("percentage.write"))
    return int(found[1])


def _plain(value: object) -> object:
    """Accept a text in one language: only recruiters read it."""
    return {"zh": value} if isinstance(value, str) else value


def _kind(name: str) -> str:
    if name not in KINDS:
        guess = closest(name, list(KINDS))
        write = say("meant", name=shown(guess)) if guess else one_of("kind", KINDS)
        raise complaint(say("cannot_be", name=named("kind"), value=shown(name)), write)
    return name


def _blank(value: object) -> object:
    """Read an empty value as an empty text: `en:` with nothing after it has yet to be translated."""
    return "" if value is None else value


def _guide(guide: "WordingForm") -> "WordingForm":
    for language, text in (("zh", guide.zh), ("en", guide.en)):
        lines = len(text.splitlines())
        if lines > GUIDE_LINES:
            raise complaint(
                say("guide.long", language=language, lines=lines), say("guide.long.write", most=GUIDE_LINES)
            )
        _check_placeholders(text)
    return guide


def _check_placeholders(text: str) -> None:
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    rest = text
    for found in _PLACEHOLDER.finditer(text):
        if found[1] in PLACEHOLDERS:
            rest = rest.replace(found[0], "")
            continue
        meant = closest(found[1], PLACEHOLDERS)
        write = say("meant", name=f"`{{{meant}}}`") if meant else one_of("guide", known.split(", "))
        raise complaint(say("guide.placeholder", text=shown(found[0])), write)
    if "{" in rest or "}" in rest:
        raise complaint(say("guide.brace"), say("guide.brace.write", known=known))


def _result_message(message: "WordingForm") -> "WordingForm":
    for text in (message.zh, message.en):
        rest = text.replace("{name}", "").replace("{title}", "")
        if "{" in rest or "}" in rest:
            raise complaint(say("message.brace"), say("message.brace.write"))
    return message


def _some_text(wording: "WordingForm") -> "WordingForm":
    if not (wording.zh or wording.en):
        raise complaint(say("no_text"), say("no_text.write"))
    return wording


def _one_or_more(value: object) -> object:
    """Accept one text in place of a list, and nothing after the key."""
    return [] if value is None else value if isinstance(value, list) else [value]


def _some_phrasing(asked: "PhrasingsForm") -> "PhrasingsForm":
    if not (asked.zh or asked.en):
        raise complaint(say("no_text"), say("no_text.write"))
    return asked


Phrasing = Annotated[str, Field(min_length=2, max_length=120)]
Phrasings = Annotated[list[Phrasing], BeforeValidator(_one_or_more), Field(max_length=10)]
Term = Annotated[str, Field(min_length=1, max_length=40)]
Text = Annotated[str, BeforeValidator(_blank), Field()]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
ReasonId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Duration = Annotated[str, AfterValidator(_duration), BeforeValidator(_unit_missing)]
Reminder = Annotated[str, AfterValidator(_reminder), BeforeValidator(_unit_missing)]
ResultDays = Annotated[str, AfterValidator(_result_days), BeforeValidator(_day_missing)]
Switch = Annotated[bool, BeforeValidator(_switch)]
Allowed = Annotated[Literal["allowed", "off"], BeforeValidator(_off)]
Percentage = Annotated[int, BeforeValidator(_percentage)]
Retained = Annotated[str, BeforeValidator(_retention)]
Score = Literal["1", "2", "3", "4", "5"]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def written_keys(cls) -> list[str]:
        """Return the keys as written in YAML."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class WordingForm(Form):
    zh: Text = ""
    en: Text = ""


Wording = Annotated[WordingForm, AfterValidator(_some_text)]
ResultMessage = Annotated[Wording, AfterValidator(_result_message)]


class PrivacyForm(WordingForm):
    version: Annotated[str, Field(min_length=1, max_length=40)]


class OptionForm(Form):
    id: Id
    label: Wording


class FollowUpForm(Form):
    when: Annotated[
        list[Literal["short", "vague", "rubric-gap"]], BeforeValidator(_one_or_more), Field(min_length=1)
    ]
    max: Annotated[int, Strict(), Field(ge=1, le=1)] = 1


class QuestionForm(Form):
    id: Id
    kind: Annotated[str, AfterValidator(_kind)]
    ask: Wording
    minutes: Annotated[Number, Field(gt=0, le=60)]
    difficulty: Annotated[int, Strict(), Field(ge=1, le=5)] = 1
    voice: Annotated[Literal["allowed", "required", "off"], BeforeValidator(_off)] = "allowed"
    competencies: list[str] = []
    rubric: dict[Score, Annotated[Wording, BeforeValidator(_plain)]] = {}
    anchors: dict[Score, Annotated[Wording, BeforeValidator(_plain)]] = {}
    options: Annotated[list[OptionForm], Field(min_length=2, max_length=10)] | None = None
    min: Number | None = None
    max: Number | None = None
    files: Allowed = "off"
    skip: Allowed = "allowed"
    follow_up: FollowUpForm | None = None
    expect: object = None  # checked in `expected`, because its form depends on the kind


class StageForm(Form):
    id: Id
    title: Wording
    weight: Annotated[Number, Field(ge=0, le=100)]
    questions: Annotated[list[QuestionForm], Field(min_length=1)]


class ReasonForm(Form):
    id: ReasonId
    group: ReasonGroup
    label: Wording | None = None


class VariantForm(Form):
    id: Id
    reminders: Annotated[list[Reminder], Field(max_length=3)] | None = None
    exit_warning: Literal["full", "brief"] | None = None
    order: dict[Id, list[Id]] = {}


class ExperimentForm(Form):
    id: Id
    variants: Annotated[list[VariantForm], Field(min_length=2, max_length=4)]


class ResultMessagesForm(Form):
    next_round: ResultMessage | None = None
    on_hold: ResultMessage | None = None
    not_selected: ResultMessage | None = None


class PhrasingsForm(Form):
    zh: Phrasings = []
    en: Phrasings = []


class FaqForm(Form):
    q: Annotated[PhrasingsForm, AfterValidator(_some_phrasing)]
    a: Wording


class GroupQuestionForm(Form):
    ask: Wording
    why: Wording
    options: Annotated[list[OptionForm], Field(min_length=2, max_length=10)]


class ResultForm(Form):
    by: ResultDays
    told_by: Wording | None = None


class ScriptForm(Form):
    id: Id
    title: Wording
    registration: Literal["name", "none"] = Field(
        "none", alias="register"
    )  # pydantic models already have a `register`
    level: Literal["junior", "manager"] = "junior"
    deadline: Duration = "72h"
    guide: Annotated[Wording, AfterValidator(_guide)]
    privacy: Annotated[PrivacyForm, AfterValidator(_some_text)]
    competencies: dict[Id, Wording] = {}
    stages: Annotated[list[StageForm], Field(min_length=1)]
    exit_reasons: Annotated[
        Annotated[list[ReasonForm], Field(min_length=1, max_length=12)] | None,
        BeforeValidator(_default_reasons),
    ] = None
    reminders: Annotated[list[Reminder], Field(max_length=3)] = []
    transcript: Literal["confirm", "silent"] = "confirm"
    terms: dict[Literal["zh", "en"], Annotated[list[Term], Field(max_length=100)]] = {}
    exit_warning: Literal["full", "brief"] = "full"
    experiment: ExperimentForm | None = None
    result: ResultForm | None = None
    result_messages: ResultMessagesForm | None = None
    recruiter: Wording | None = None
    faq: Annotated[list[FaqForm], Field(max_length=40)] = []
    review: Switch = False
    practice: Switch | None = None
    rated_twice: Percentage = RATED_TWICE
    retain: Retained | None = None
    group_question: GroupQuestionForm | None = None

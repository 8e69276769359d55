"""An interview script as the engine reads it. The YAML that people write is handled in `handlers/authoring`."""

from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from conversation.words import Styled, Words

LANGUAGES = ("zh", "en")
Language = Literal["zh", "en"]
ReasonGroup = Literal["technical", "time", "flow", "personal"]


class Wording(msgspec.Struct, frozen=True, omit_defaults=True):
    """One text in the languages of the product."""

    zh: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """Return the text in `language`, or in the other language if it is not translated."""
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)


class Option(msgspec.Struct, frozen=True):
    """One option of a choice question."""

    id: str
    label: Wording


class Expected(msgspec.Struct, frozen=True, omit_defaults=True):
    """The expected answer: any of the `options` (ids) of a choice question, in the question's order, or a number
    from `minimum` to `maximum`, both included (None: no bound on that side)."""

    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def allows(self, number: float) -> bool:
        """Return whether the number is within the bounds."""
        return (self.minimum is None or number >= self.minimum) and (
            self.maximum is None or number <= self.maximum
        )


FollowUpWhen = Literal["short", "vague", "rubric-gap"]
FOLLOW_UP_WHEN: tuple[FollowUpWhen, ...] = ("short", "vague", "rubric-gap")


class FollowUp(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a follow-up question is asked: the first of `when` that holds. `max`: how many to one answer."""

    when: tuple[FollowUpWhen, ...]
    max: Literal[1] = 1


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question.

    - `kind`: one of the names in `question_kinds.KINDS`.
    - `options`: only for a choice question; `minimum` and `maximum`: only for a number question.
    - `expect`: the expected answer, which candidates are never told; None if the script names none.
    - `rubric`: what raters look for, by score ("1" to "5"); `anchors`: sample answers that deserve these scores.
    - `files`: whether pictures and documents are kept with the answer.
    - `skip`: whether the candidate may put the question off to the end.
    - `follow_up`: only for an open question; None: no follow-up question is asked.
    """

    id: str
    kind: str
    ask: Wording
    minutes: float
    difficulty: int = 1
    voice: Literal["allowed", "required", "off"] = "allowed"
    competencies: tuple[str, ...] = ()
    rubric: dict[str, Wording] = {}
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    files: Literal["off", "allowed"] = "off"
    skip: Literal["allowed", "off"] = "allowed"
    expect: Expected | None = None
    anchors: dict[str, Wording] = {}
    follow_up: FollowUp | None = None


class Stage(msgspec.Struct, frozen=True):
    """A part of the interview. `weight` is its share of 100."""

    id: str
    title: Wording
    weight: float
    questions: tuple[Question, ...]


class ExitReason(msgspec.Struct, frozen=True):
    id: str
    group: ReasonGroup
    label: Wording | None = None  # None: the catalogue's label for a default reason


class Reminder(msgspec.Struct, frozen=True):
    """When to remind the candidate: after `after_s` seconds of silence, or `before_deadline_s` seconds before the
    deadline. One of the two is set."""

    after_s: int = 0
    before_deadline_s: int = 0


ExitWarning = Literal["full", "brief"]


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a variant of an experiment differs from the script.

    - `reminders`: None: as in the script.
    - `exit_warning`: empty: as in the script.
    - `order`: for each stage whose questions are reordered, their ids in the new order.
    """

    id: str
    reminders: tuple[Reminder, ...] | None = None
    exit_warning: ExitWarning | Literal[""] = ""
    order: dict[str, tuple[str, ...]] = {}


class Faq(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question of candidates with its answer. `asked` holds, by language, the ways to ask it, the usual one
    first.

    `level`: 0 for the script's own; 1 for the answer of the interview's unit, 2 for that of the unit above, and so
    on.
    """

    asked: dict[str, tuple[str, ...]]
    answer: Wording
    level: int = 0

    @property
    def phrasings(self) -> tuple[str, ...]:
        return tuple(each for ways in self.asked.values() for each in ways)

    def title(self, language: str) -> str:
        """Return the usual way to ask it, in `language` if there is one."""
        return next(iter((*self.asked.get(language, ()), *self.phrasings)))


class GroupQuestion(msgspec.Struct, frozen=True):
    """An optional question after the end: to which of these groups the candidate counts themselves.

    What they say is counted by group, for the comparison of how many advance, and is no part of the answers. `why`
    tells them why it is asked.
    """

    ask: Wording
    why: Wording
    options: tuple[Option, ...]

    def option(self, name: str) -> Option | None:
        return next((each for each in self.options if each.id == name), None)


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What candidates are promised about the result.

    - `days`: within how many days of completing the interview they are told the result.
    - `workdays`: whether these are working days (Monday to Friday) instead of calendar days.
    - `told_by`: who tells them; None: the script's `recruiter`.
    """

    days: int
    workdays: bool = True
    told_by: Wording | None = None


class Step(NamedTuple):
    """A question with its stage and the index (from 0) of that stage."""

    stage_index: int
    stage: Stage
    question: Question


RATED_TWICE = 20
"""The default percentage of answers that two colleagues should rate."""

DEFAULT_EXIT_REASONS = (
    ExitReason("network", "technical"),
    ExitReason("device", "technical"),
    ExitReason("no_time", "time"),
    ExitReason("too_long", "flow"),
    ExitReason("too_hard", "flow"),
    ExitReason("other_offer", "personal"),
    ExitReason("not_interested", "personal"),
    ExitReason("privacy", "personal"),
    ExitReason("other", "personal"),
)


class Retention(msgspec.Struct, frozen=True):
    """How long what candidates said is kept."""

    number: int
    unit: Literal["days", "months", "years"]


class Script(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """One version of an interview script.

    - `version`: the hash of its content.
    - `terms`: by language, words of the job that speech recognition should expect.
    - `experiment`: names an experiment, with its `variants`. The script of one variant has that `variant` and an
      empty `variants`.
    - `result`: what candidates are told about the result; None: nothing is promised.
    - `faq`: what candidates ask, with answers.
    - `result_messages`: by outcome (yes, hold, no), the message that tells it; else the catalogue's. `{name}` and
      `{title}` in it are as in the guide.
    - `recruiter`: what the people who read the answers are called; None: the catalogue's word.
    - `review`: whether all answers are shown once more before the end.
    - `practice`: whether a practice question comes first; None: if any question requires voice.
    - `rated_twice`: the percentage of answers that two colleagues should rate, so that their agreement is known.
    - `group_question`: asked after the end; None: nothing of the kind is asked.
    - `retain`: how long after its end an interview is kept before it is erased; None: until somebody erases it.
    """

    id: str
    title: Wording
    stages: tuple[Stage, ...]
    guide: Wording
    privacy: Wording
    privacy_version: str
    register: Literal["name", "none"] = "none"
    level: Literal["junior", "manager"] = "junior"
    deadline_s: int = 72 * 3600
    competencies: dict[str, Wording] = {}
    exit_reasons: tuple[ExitReason, ...] = DEFAULT_EXIT_REASONS
    reminders: tuple[Reminder, ...] = ()
    transcript: Literal["confirm", "silent"] = "confirm"
    terms: dict[str, tuple[str, ...]] = {}
    exit_warning: ExitWarning = "full"
    experiment: str = ""
    variants: tuple[Variant, ...] = ()
    variant: str = ""
    version: str = ""
    result: Result | None = None
    recruiter: Wording | None = None
    faq: tuple[Faq, ...] = ()
    result_messages: dict[str, Wording] = {}
    review: bool = False
    practice: bool | None = None
    rated_twice: int = RATED_TWICE
    retain: Retention | None = None
    group_question: GroupQuestion | None = None

    @property
    def practises(self) -> bool:
        """Whether a practice question comes before the first one."""
        if self.practice is None:
            return any(step.question.voice == "required" for step in self.steps)
        return self.practice

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All questions in order."""
        return tuple(
            Step(index, stage, question) for index, stage in enumerate(self.stages) for question in stage.questions
        )

    @cached_property
    def cards(self) -> dict[tuple[Words, int, int, bool, bool], Styled]:
        """The texts of questions, as far as they were shown: most candidates are shown the same. They contain
        nothing that a candidate said. See `questions.card`."""
        return {}

    @cached_property
    def minutes_left(self) -> tuple[float, ...]:
        """Suggested minutes from each question to the end, by index; one more entry, 0, for the end."""
        left = [0.0]
        for step in reversed(self.steps):
            left.append(left[-1] + step.question.minutes)
        return tuple(reversed(left))

    @cached_property
    def shortest_reminder_ms(self) -> int:
        """The shortest silence, in milliseconds, after which a reminder may be due; one day if there is no such
        reminder."""
        return min((each.after_s * 1000 for each in self.reminders if each.after_s), default=24 * 3600_000)

    def spoken_terms(self, language: str) -> tuple[str, ...]:
        """Return words that candidates are likely to say, most useful first: the script's terms, then its title,
        competencies and stage titles."""
        named = (self.title, *self.competencies.values(), *(stage.title for stage in self.stages))
        own = self.terms.get(language, ())
        return tuple(dict.fromkeys((*own, *(wording.in_(language) for wording in named))))

    def reason(self, reason_id: str) -> ExitReason | None:
        return next((reason for reason in self.exit_reasons if reason.id == reason_id), None)

"""What the candidate's next words are about, as a value: the state holds one prompt at any time.

A prompt says what becomes of plain text and whether a recording may be an answer. Which choices stand under it,
in which order, is `offers.own_choices`; where another list was shown after it, the state has that list
(`State.listed`)."""

from typing import ClassVar, Literal

import msgspec

TextUse = Literal[
    "answer",
    "return",
    "name",
    "reason",
    "detail",
    "request",
    "correction",
    "addition",
    "comment",
    "practice",
    "refused",
    "underneath",
]
"""What plain text becomes: part of the open answer, a sign that the candidate is back, the thing that was asked
for, or nothing (`refused`). `underneath`: as if the prompt were not there."""


class Prompt(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="p"):
    """Base of all prompts. `answers`: what is said now may be part of the open answer. `voice`: a recording is
    taken as (part of) an answer; `writing`: the candidate was asked for a text of its own and may be silent
    for a while; `outlasts`: a reminder does not put an end to it."""

    text: ClassVar[TextUse] = "underneath"
    answers: ClassVar[bool] = False
    voice: ClassVar[bool] = False
    writing: ClassVar[bool] = False
    outlasts: ClassVar[bool] = True


class NoPrompt(Prompt, frozen=True, tag="none"):
    """Nothing is asked: the interview has not begun, or is over."""


class NamePrompt(Prompt, frozen=True, tag="name"):
    """What is your name?"""

    text = "name"


class GuidePrompt(Prompt, frozen=True, tag="guide"):
    """The guide was shown and waits for consent."""

    text = "refused"


class PracticePrompt(Prompt, frozen=True, tag="practice"):
    """A question on trial: whatever is said is acknowledged and not kept."""

    text = "practice"
    voice = True


class AnswerPrompt(Prompt, frozen=True, tag="answer"):
    """The open question."""

    text = "answer"
    answers = True
    voice = True


class ReturnPrompt(Prompt, frozen=True, tag="return"):
    """The open question after a time away, with what was said before: nothing is handed in unasked."""

    text = "answer"
    answers = True
    voice = True


class UnheardPrompt(Prompt, frozen=True, tag="unheard"):
    """A recording for question number `index` (from 0), which is submitted, was not understood: the candidate may
    add to it. Plain text still answers the open question."""

    index: int
    text = "answer"
    answers = True
    voice = True
    outlasts = False


class RemarkPrompt(Prompt, frozen=True, tag="remark"):
    """Something was said to the bot, `about` one of `remarks.Subject`, and kept aside: was it the answer?"""

    about: str
    text = "answer"
    answers = True
    voice = True


class ValuePrompt(Prompt, frozen=True, tag="value"):
    """A sentence seems to mean this `value`, an option's id or a number: is that right? The sentence is kept
    aside."""

    value: str
    text = "answer"
    answers = True
    voice = True


class LeavePrompt(Prompt, frozen=True, tag="leave"):
    """Go on, pause, or leave? Plain words may be about leaving, and are never handed in unasked."""

    text = "answer"
    voice = True
    outlasts = False


class AwayPrompt(Prompt, frozen=True, tag="away"):
    """The candidate paused, left, or cannot be reached: any word of theirs is a return."""

    text = "return"
    voice = True


class TimePrompt(Prompt, frozen=True, tag="time"):
    """When shall the candidate be reminded?"""

    voice = True
    outlasts = False


class TroublePrompt(Prompt, frozen=True, tag="trouble"):
    """What the candidate had left for is not solved: a colleague, another device, or go on as it is."""

    voice = True


class ReasonPrompt(Prompt, frozen=True, tag="reason"):
    """Why did the candidate leave? A free sentence is a reason, too."""

    text = "reason"


class DetailPrompt(Prompt, frozen=True, tag="detail"):
    """The reason in one sentence of the candidate's own."""

    text = "detail"


class CorrectionPrompt(Prompt, frozen=True, tag="correction"):
    """The candidate types what they said in voice message number `voice_number`."""

    voice_number: int
    text = "correction"
    voice = True
    writing = True


class AdditionPrompt(Prompt, frozen=True, tag="addition"):
    """The candidate adds to question number `index` (from 0), which is submitted."""

    index: int
    text = "addition"
    voice = True
    writing = True
    outlasts = False


class RequestPrompt(Prompt, frozen=True, tag="request"):
    """What exactly is the request about? `right` as in `events.RequestStarted`; `adjust` offers the usual needs
    first, `adjust.other` asks for a sentence."""

    right: str
    text = "request"
    writing = True


class DeletionPrompt(Prompt, frozen=True, tag="deletion"):
    """Deletion was asked for and can be taken back until it is done."""

    text = "refused"


class SupportPrompt(Prompt, frozen=True, tag="support"):
    """The candidate talks to people."""

    writing = True


class ReviewPrompt(Prompt, frozen=True, tag="review"):
    """All answers were shown once more: change any, or hand in."""

    text = "refused"


class FeedbackPrompt(Prompt, frozen=True, tag="feedback"):
    """How was it? One of the faces, or words."""

    text = "comment"


class CommentPrompt(Prompt, frozen=True, tag="comment"):
    """A face was chosen; words may follow."""

    text = "comment"


class LapsedPrompt(Prompt, frozen=True, tag="lapsed"):
    """The deadline has passed: more time can be asked for."""


AnyPrompt = (
    NoPrompt
    | NamePrompt
    | GuidePrompt
    | PracticePrompt
    | AnswerPrompt
    | ReturnPrompt
    | UnheardPrompt
    | RemarkPrompt
    | ValuePrompt
    | LeavePrompt
    | AwayPrompt
    | TimePrompt
    | TroublePrompt
    | ReasonPrompt
    | DetailPrompt
    | CorrectionPrompt
    | AdditionPrompt
    | RequestPrompt
    | DeletionPrompt
    | SupportPrompt
    | ReviewPrompt
    | FeedbackPrompt
    | CommentPrompt
    | LapsedPrompt
)

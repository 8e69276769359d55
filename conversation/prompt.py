"""What the candidate's next words are about, as a value. A state holds one prompt at any time.

A prompt says what becomes of plain text and whether a recording may be an answer. `choices.own_choices` gives the
choices offered with a prompt. If another list of choices was shown after it, the state has that list in
`State.listed`.
"""

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
for, or nothing (`refused`). `underneath`: handled as if the prompt were not there."""


class Prompt(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="p"):
    """Base class of all prompts.

    - `answers`: what is said now may be part of the open answer.
    - `voice`: a recording is accepted as (part of) an answer.
    - `writing`: the candidate was asked to write a text and may be silent for a while.
    - `outlasts`: a reminder does not end the prompt.
    """

    text: ClassVar[TextUse] = "underneath"
    answers: ClassVar[bool] = False
    voice: ClassVar[bool] = False
    writing: ClassVar[bool] = False
    outlasts: ClassVar[bool] = True


class NoPrompt(Prompt, frozen=True, tag="none"):
    """Nothing is asked: the interview has not begun, or is over."""


class NamePrompt(Prompt, frozen=True, tag="name"):
    """The candidate was asked for their name."""

    text = "name"


class GuidePrompt(Prompt, frozen=True, tag="guide"):
    """The guide was shown and waits for consent."""

    text = "refused"


class PracticePrompt(Prompt, frozen=True, tag="practice"):
    """A practice question: whatever is said is acknowledged and not kept."""

    text = "practice"
    voice = True


class AnswerPrompt(Prompt, frozen=True, tag="answer"):
    """The open question was asked."""

    text = "answer"
    answers = True
    voice = True


class ReturnPrompt(Prompt, frozen=True, tag="return"):
    """The open question was shown again after an absence, with what was said before. Nothing is submitted until
    the candidate says so."""

    text = "answer"
    answers = True
    voice = True


class UnheardPrompt(Prompt, frozen=True, tag="unheard"):
    """A recording for the submitted question number `index` (from 0) was not understood, or a file was lost: the
    candidate may add to that answer. Plain text still answers the open question."""

    index: int
    text = "answer"
    answers = True
    voice = True
    outlasts = False


class RemarkPrompt(Prompt, frozen=True, tag="remark"):
    """A message addressed to the bot was kept aside: was it the answer? `about` is one of `remarks.Subject`, or
    `leaving`."""

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
    """The candidate was asked whether to go on, pause or leave. Plain words may be about leaving, so they are not
    submitted until the candidate says so."""

    text = "answer"
    voice = True
    outlasts = False


class AwayPrompt(Prompt, frozen=True, tag="away"):
    """The candidate paused, left or cannot be reached: anything they say is a return."""

    text = "return"
    voice = True


class TimePrompt(Prompt, frozen=True, tag="time"):
    """The candidate was asked when to remind them."""

    voice = True
    outlasts = False


class TroublePrompt(Prompt, frozen=True, tag="trouble"):
    """The problem for which the candidate had left is not solved: a colleague, another device, or going on anyway
    is offered."""

    voice = True


class ReasonPrompt(Prompt, frozen=True, tag="reason"):
    """The candidate was asked why they left. A sentence of their own is a reason, too."""

    text = "reason"


class DetailPrompt(Prompt, frozen=True, tag="detail"):
    """The candidate was asked for the reason in a sentence of their own."""

    text = "detail"


class CorrectionPrompt(Prompt, frozen=True, tag="correction"):
    """The candidate was asked to type what they said in voice message number `voice_number`."""

    voice_number: int
    text = "correction"
    voice = True
    writing = True


class AdditionPrompt(Prompt, frozen=True, tag="addition"):
    """The candidate was asked for an addition to the submitted question number `index` (from 0)."""

    index: int
    text = "addition"
    voice = True
    writing = True
    outlasts = False


class RequestPrompt(Prompt, frozen=True, tag="request"):
    """The candidate was asked what exactly their request is about. `right` is as in `events.RequestStarted`;
    `adjust` offers the usual needs first, `adjust.other` asks for a sentence."""

    right: str
    text = "request"
    writing = True


class DeletionPrompt(Prompt, frozen=True, tag="deletion"):
    """Deletion was requested and can be taken back until it is done."""

    text = "refused"


class SupportPrompt(Prompt, frozen=True, tag="support"):
    """The candidate talks to people."""

    writing = True


class ReviewPrompt(Prompt, frozen=True, tag="review"):
    """All answers were shown once more: the candidate may change any, or submit."""

    text = "refused"


class FeedbackPrompt(Prompt, frozen=True, tag="feedback"):
    """The candidate was asked how it was: one of the faces, or words."""

    text = "comment"


class CommentPrompt(Prompt, frozen=True, tag="comment"):
    """A face was chosen; words may follow."""

    text = "comment"


class LapsedPrompt(Prompt, frozen=True, tag="lapsed"):
    """The deadline has passed: the candidate may ask for more time."""


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

"""Questions asked and answered."""

from conversation.events.base import Event


class QuestionAsked(Event, frozen=True, tag="asked", rename={"index": "i", "question": "q", "stage": "s"}):
    """Question number `index` (from 0) was asked, the question `question` of the stage `stage`."""

    index: int
    question: str
    stage: str


class PartReceived(
    Event,
    frozen=True,
    tag="part",
    rename={"question": "q", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """One message of an answer. `late`: it was sent before the answer was submitted and arrived after that, or it
    is an addition for which the candidate was asked."""

    question: str
    text: str
    message: str = ""
    channel: str = ""
    kind: str = "text"
    sent_ms: int = 0
    late: bool = False
    value: str = ""


class PartEdited(Event, frozen=True, tag="part_edited"):
    """The candidate edited an earlier message. `late`: after the answer was submitted, so the new text is kept but
    does not count."""

    message: str
    text: str
    late: bool = False


class AdditionStarted(Event, frozen=True, tag="addition_started", rename={"index": "i"}):
    """The candidate wants to add to the submitted question number `index` (from 0)."""

    index: int


class RestartUndone(Event, frozen=True, tag="restart_undone"):
    """The parts dropped by a restart count again. Possible until the next message of the answer."""


class AnswerRestarted(Event, frozen=True, tag="restarted"):
    """The candidate starts the answer anew. The parts so far stay in the record but no longer count."""

    question: str


class AnswerSubmitted(Event, frozen=True, tag="submitted", rename={"question": "q", "sequence": "sq"}):
    """The candidate submitted the answer.

    `sequence`: that of the inbound event that did it; 0: unknown."""

    question: str
    sequence: int = 0


class AnswerReopened(Event, frozen=True, tag="reopened", rename={"index": "i", "question": "q"}):
    """The candidate changes the submitted answer to question number `index` (from 0). The earlier version counts
    until the new one is submitted."""

    index: int
    question: str


class AnswerChanged(Event, frozen=True, tag="changed", rename={"question": "q"}):
    """The new version of an answer was submitted. It replaces the earlier one, which stays in the record."""

    question: str


class ChangeDropped(Event, frozen=True, tag="change_dropped", rename={"question": "q"}):
    """The answer stays as it was before it was reopened."""

    question: str


class QuestionSkipped(Event, frozen=True, tag="skipped", rename={"index": "i", "question": "q"}):
    """The candidate put the question off; it is asked once more before the end. `again`: that was the second time,
    and the question stays unanswered."""

    index: int
    question: str
    again: bool = False


class Reviewed(Event, frozen=True, tag="reviewed", rename={"index": "i"}):
    """All answers were shown once more before the end. `index` is the number of questions."""

    index: int


class Remarked(Event, frozen=True, tag="remark", rename={"message": "msg"}):
    """The candidate said something that may not be an answer. It is kept aside, and not part of the answer unless
    they say that it is (`SaidAdopted`).

    - `about`: one of `remarks.Subject`, or `leaving` or `value`.
    - `value`: the option or number that it seems to mean, which the candidate is asked to confirm.
    """

    text: str
    message: str
    about: str
    value: str = ""


class NotTaken(Event, frozen=True, tag="not_taken"):
    """Something came that could not be used. `text` keeps what was said."""

    kind: str
    text: str = ""


class AnswerFull(Event, frozen=True, tag="answer_full", rename={"question": "q"}):
    """A message was not added to the open answer, because an answer may not be longer. `text` keeps what was said.
    Further ones are not recorded."""

    question: str
    text: str = ""


class StageCompleted(Event, frozen=True, tag="stage_completed"):
    """All questions of the stage are answered or put off."""

    stage: str


class Completed(Event, frozen=True, tag="completed", rename={"index": "i"}):
    """The interview is complete. `index` is the number of questions; -1: one more than the index of the open
    question."""

    index: int = -1


class FeedbackGiven(Event, frozen=True, tag="feedback"):
    """The candidate rated the interview with a face."""

    face: int  # 4 is best


class FeedbackCommented(Event, frozen=True, tag="feedback_comment"):
    """What the candidate wrote about the interview after its end."""

    text: str


class Practised(Event, frozen=True, tag="practised"):
    """The candidate tried out how to answer; nothing of it is kept. `kind` is text or voice; empty: the practice
    question was asked."""

    kind: str = ""


class Offered(Event, frozen=True, tag="offered", rename={"choices": "c"}):
    """The choices that were shown last, in order, if they are not the prompt's own. `by_name`: without numbers,
    because a typed number is an answer."""

    choices: tuple[str, ...]
    by_name: bool = False


class Informed(Event, frozen=True, tag="informed"):
    """The candidate asked for something that changes nothing: status, help, the privacy notice."""

    about: str

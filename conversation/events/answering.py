"""Questions asked and answered."""

from conversation.events.base import Event


class QuestionAsked(Event, frozen=True, tag="asked", rename={"index": "i", "question": "q", "stage": "s"}):
    index: int
    question: str
    stage: str


class PartReceived(
    Event,
    frozen=True,
    tag="part",
    rename={"question": "q", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """One message of an answer. `late`: it was sent before the answer was submitted and arrived after, or was
    added at our request."""

    question: str
    text: str
    message: str = ""
    channel: str = ""
    kind: str = "text"
    sent_ms: int = 0
    late: bool = False
    value: str = ""


class PartEdited(Event, frozen=True, tag="part_edited"):
    """The candidate edited an earlier message. `late`: after the answer was submitted; kept, does not count."""

    message: str
    text: str
    late: bool = False


class AdditionStarted(Event, frozen=True, tag="addition_started", rename={"index": "i"}):
    """The candidate wants to add to question number `index` (from 0), which is submitted."""

    index: int


class RestartUndone(Event, frozen=True, tag="restart_undone"):
    """What was dropped counts again: the last word before it was said again had not come yet."""


class AnswerRestarted(Event, frozen=True, tag="restarted"):
    """The parts so far stay in the record but no longer count."""

    question: str


class AnswerSubmitted(Event, frozen=True, tag="submitted", rename={"question": "q"}):
    question: str


class AnswerReopened(Event, frozen=True, tag="reopened", rename={"index": "i", "question": "q"}):
    """The candidate changes the answer to question number `index` (from 0), which was handed in. The earlier
    version counts until the new one is handed in."""

    index: int
    question: str


class AnswerChanged(Event, frozen=True, tag="changed", rename={"question": "q"}):
    """The new version of an answer was handed in: it takes the place of the earlier one, which stays in the
    record."""

    question: str


class ChangeDropped(Event, frozen=True, tag="change_dropped", rename={"question": "q"}):
    """The answer stays as it was before it was reopened."""

    question: str


class QuestionSkipped(Event, frozen=True, tag="skipped", rename={"index": "i", "question": "q"}):
    """The candidate put the question off; it is asked once more before the end. `again`: it was, and stays
    unanswered."""

    index: int
    question: str
    again: bool = False


class Reviewed(Event, frozen=True, tag="reviewed", rename={"index": "i"}):
    """All answers were shown once more before the end; `index` is the number of questions."""

    index: int


class Remarked(Event, frozen=True, tag="remark", rename={"message": "msg"}):
    """The candidate said something to the bot, `about` one of `remarks.Subject`. It is kept aside and no part of
    the answer, unless they say that it is (`SaidAdopted`). `value`: it seems to be this option or number, which
    they are asked to confirm."""

    text: str
    message: str
    about: str
    value: str = ""


class NotTaken(Event, frozen=True, tag="not_taken"):
    """Something came that could not be used; `text` keeps what was said."""

    kind: str
    text: str = ""


class StageCompleted(Event, frozen=True, tag="stage_completed"):
    stage: str


class Completed(Event, frozen=True, tag="completed", rename={"index": "i"}):
    """`index` is the number of questions; -1: the one that was open was the last."""

    index: int = -1


class FeedbackGiven(Event, frozen=True, tag="feedback"):
    face: int  # 4 is best


class FeedbackCommented(Event, frozen=True, tag="feedback_comment"):
    """What the candidate wrote after the interview about how it was."""

    text: str


class Practised(Event, frozen=True, tag="practised"):
    """The candidate tried how answering works, by `kind` text or voice (empty: they were asked to); nothing of
    it is kept."""

    kind: str = ""


class Offered(Event, frozen=True, tag="offered", rename={"choices": "c"}):
    """These choices were shown last, in this order, where they are not those of the prompt. `by_name`: without
    numbers, because a typed number is an answer."""

    choices: tuple[str, ...]
    by_name: bool = False


class Informed(Event, frozen=True, tag="informed"):
    """The candidate asked for something that changes nothing: status, help, the privacy notice."""

    about: str

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


class AnswerRestarted(Event, frozen=True, tag="restarted"):
    """The parts so far stay in the record but no longer count."""

    question: str


class AnswerSubmitted(Event, frozen=True, tag="submitted", rename={"question": "q"}):
    question: str


class NotTaken(Event, frozen=True, tag="not_taken"):
    """Something came that could not be used; `text` keeps what was said."""

    kind: str
    text: str = ""


class StageCompleted(Event, frozen=True, tag="stage_completed"):
    stage: str


class Completed(Event, frozen=True, tag="completed"):
    pass


class FeedbackGiven(Event, frozen=True, tag="feedback"):
    face: int  # 4 is best


class Informed(Event, frozen=True, tag="informed"):
    """The candidate asked for something that changes nothing: status, help, the privacy notice."""

    about: str
